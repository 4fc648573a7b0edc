// SPDX-License-Identifier: Apache-2.0 OR MIT
// A slave of a LIN bus: a door. It sends its state in frame OWN_ID of LENGTH bytes, does what the master commands, and tells what product it is when
// it is asked by its address. It prints what it is commanded: "lock 3", "unlock 4", with the command's number.
#include "scenarios/firmware/lin.h"
#include "scenarios/firmware/text.h"
#include "scenarios/firmware/uart.h"

#define CONSOLE 0U
#define CONSOLE_BAUD 1000000U

#define COMMAND 0x10U
#define COMMAND_LENGTH 2U
#define MASTER_REQUEST 0x3CU
#define SLAVE_RESPONSE 0x3DU
#define DIAGNOSTIC_LENGTH 8U
#define READ_BY_IDENTIFIER 0xB2U

static bool is_locked;
static uint8_t answers;
static bool is_asked;

static void heard_header(struct lin_frame *frame)
{
    switch (frame->id) {
    case OWN_ID:
        answers++;
        frame->length = LENGTH;
        frame->data[0] = is_locked;
        frame->data[1] = answers;
        lin_answer(frame);
        break;
    case COMMAND:
        lin_follow(COMMAND_LENGTH);
        break;
    case MASTER_REQUEST:
        lin_follow(DIAGNOSTIC_LENGTH);
        break;
    case SLAVE_RESPONSE:
        if (is_asked) {
            // LIN 2.2A, 4.2.6.1: supplier 0x1234, function OWN_ID, variant 1.
            *frame = (struct lin_frame){
                .length = DIAGNOSTIC_LENGTH,
                .data = {ADDRESS, 6, READ_BY_IDENTIFIER + 0x40U, 0x34, 0x12, OWN_ID, 0, 1},
            };
            is_asked = false;
            lin_answer(frame);
        }
        break;
    default:
        break;
    }
}

static void heard_frame(const struct lin_frame *frame)
{
    if (frame->id == MASTER_REQUEST) {
        is_asked = frame->data[0] == ADDRESS && frame->data[2] == READ_BY_IDENTIFIER;
    }
    if (frame->id != COMMAND) {
        return;
    }
    is_locked = frame->data[0] & 1U;
    struct text line = {0};
    text_add(&line, is_locked ? "lock " : "unlock ");
    text_add_u32(&line, frame->data[1]);
    text_add(&line, "\n");
    uart_print(CONSOLE, line.chars);
}

int main(void)
{
    uart_init(CONSOLE, CONSOLE_BAUD);
    lin_init();
    for (;;) {
        struct lin_frame frame = {0};
        switch (lin_hear(&frame)) {
        case LIN_HEADER:
            heard_header(&frame);
            break;
        case LIN_FRAME:
            heard_frame(&frame);
            break;
        case LIN_WRONG:
            uart_print(CONSOLE, "wrong checksum\n");
            break;
        case LIN_NOTHING:
            lin_wait();
            break;
        }
    }
}
