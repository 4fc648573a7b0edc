// SPDX-License-Identifier: Apache-2.0 OR MIT
// Sends a frame every four milliseconds, with its number as data, FRAMES of them, and prints how it stands with errors whenever its state is another
// one: "passive 128 0", "off". Off the bus it waits for some milliseconds and comes back. At the end: "received 16 active 0 0 sent".
#include "scenarios/firmware/can.h"
#include "scenarios/firmware/text.h"
#include "scenarios/firmware/timer.h"
#include "scenarios/firmware/uart.h"

#ifndef OWN_ID
#define OWN_ID 0x100U
#endif
#define FRAMES 8U

#define CONSOLE 0U
#define CONSOLE_BAUD 1000000U
#define BITRATE 500000U
#define PERIOD_MS 4U
#define WAIT_MS 3U // off the bus

enum state { ACTIVE, PASSIVE, OFF };

static enum state last = ACTIVE;
static uint32_t received;
static uint32_t off_since;
static bool recovers;

static void add_errors(struct text *line, struct can_errors errors)
{
    if (errors.is_off) {
        text_add(line, "off");
        return;
    }
    text_add(line, errors.is_passive ? "passive " : "active ");
    text_add_u32(line, errors.transmit);
    text_add(line, " ");
    text_add_u32(line, errors.receive);
}

static void print_errors(struct can_errors errors)
{
    struct text line = {0};
    add_errors(&line, errors);
    text_add(&line, "\n");
    uart_print(CONSOLE, line.chars);
}

// Takes what came, and tells of another state.
static void look(void)
{
    struct can_frame frame;
    while (can_receive(&frame)) {
        received++;
    }
    struct can_errors errors = can_errors();
    enum state now = errors.is_off ? OFF : errors.is_passive ? PASSIVE : ACTIVE;
    if (now != last) {
        last = now;
        off_since = timer_ticks();
        recovers = false;
        print_errors(errors);
    }
    if (now == OFF && !recovers && timer_ticks() - off_since >= WAIT_MS) {
        recovers = true;
        can_recover();
    }
}

static void look_until(uint32_t tick)
{
    while ((int32_t)(timer_ticks() - tick) < 0) {
        look();
        can_wait();
    }
}

int main(void)
{
    uart_init(CONSOLE, CONSOLE_BAUD);
    can_init(BITRATE, 0);
    timer_start(1000);
    for (uint32_t number = 1; number <= FRAMES; number++) {
        look_until(number * PERIOD_MS);
        struct can_frame frame = {.id = OWN_ID, .length = 4, .data = {0, 0, 0, (uint8_t)number}};
        if (!can_send(&frame)) {
            uart_print(CONSOLE, "no place for a frame\n");
        }
    }
    look_until((FRAMES + 1) * PERIOD_MS);
    struct text line = {0};
    text_add(&line, "received ");
    text_add_u32(&line, received);
    text_add(&line, " ");
    add_errors(&line, can_errors());
    text_add(&line, can_is_sent() ? " sent\n" : " waiting\n");
    uart_print(CONSOLE, line.chars);
    for (;;) {
        look();
        can_wait();
    }
}
