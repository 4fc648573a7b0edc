// SPDX-License-Identifier: Apache-2.0 OR MIT
// Master of a LIN bus: a header every ten milliseconds, as doors.ldf has them. It prints what is answered, "17: 00000102" (the
// identifier, and the first four bytes as one number), or that nobody did.
#include "scenarios/firmware/lin.h"
#include "scenarios/firmware/text.h"
#include "scenarios/firmware/timer.h"
#include "scenarios/firmware/uart.h"

#define CONSOLE 0U
#define CONSOLE_BAUD 1000000U
#define SLOT_MS 10U

#define COMMAND 0x10U
#define LEFT_DOOR 0x11U
#define RIGHT_DOOR 0x12U
#define MASTER_REQUEST 0x3CU
#define SLAVE_RESPONSE 0x3DU

struct slot {
    uint8_t id;
    uint8_t length;
};

static const struct slot schedule[] = {
    {COMMAND, 2}, {LEFT_DOOR, 2}, {RIGHT_DOOR, 4}, {MASTER_REQUEST, 8}, {SLAVE_RESPONSE, 8},
};

#define SLOTS (sizeof schedule / sizeof schedule[0])

static uint8_t rounds;
static const struct slot *silent; // nobody has answered this one, the last one

// What the master itself sends; false: a slave does.
static bool own_response(const struct slot *slot, struct lin_frame *frame)
{
    frame->length = slot->length;
    if (slot->id == COMMAND) {
        frame->data[0] = rounds & 1U; // locks and unlocks
        frame->data[1] = rounds;
        return true;
    }
    if (slot->id != MASTER_REQUEST) {
        return false;
    }
    // LIN 2.2A, 4.2.6.1: read by identifier, here the product of one slave after the other, of any supplier and function.
    static const uint8_t request[8] = {0, 6, 0xB2, 0, 0xFF, 0x7F, 0xFF, 0xFF};
    for (unsigned n = 0; n < sizeof request; n++) {
        frame->data[n] = request[n];
    }
    frame->data[0] = (uint8_t)(1U + (rounds & 1U));
    return true;
}

static void print(uint8_t id, const char *what, const struct lin_frame *frame)
{
    struct text line = {0};
    text_add_u32(&line, id);
    text_add(&line, what);
    if (frame != 0) {
        uint32_t first = 0;
        for (unsigned n = 0; n < frame->length && n < 4; n++) {
            first = (first << 8) | frame->data[n];
        }
        text_add_hex32(&line, first);
    }
    text_add(&line, "\n");
    uart_print(CONSOLE, line.chars);
}

static void run(const struct slot *slot, uint32_t until)
{
    bool is_answered = false;
    lin_ask(slot->id);
    // Not before: the schedule does not wait for a console.
    if (silent != 0) {
        print(silent->id, ": no response", 0);
    }
    while ((int32_t)(timer_ticks() - until) < 0) {
        struct lin_frame frame = {0};
        switch (lin_hear(&frame)) {
        case LIN_HEADER:
            if (own_response(slot, &frame)) {
                lin_answer(&frame);
            } else {
                lin_follow(slot->length);
            }
            break;
        case LIN_FRAME:
            is_answered = true;
            print(slot->id, ": ", &frame);
            break;
        case LIN_WRONG:
            is_answered = true;
            print(slot->id, ": wrong checksum", 0);
            break;
        case LIN_NOTHING:
            lin_wait();
            break;
        }
    }
    silent = is_answered ? 0 : slot;
}

int main(void)
{
    uart_init(CONSOLE, CONSOLE_BAUD);
    lin_init();
    timer_start(1000);
    timer_wait_until(SLOT_MS); // the slaves have started
    for (uint32_t number = 1;; number++) {
        run(&schedule[(number - 1) % SLOTS], (number + 1) * SLOT_MS);
        if (number % SLOTS == 0) {
            rounds++;
        }
    }
}
