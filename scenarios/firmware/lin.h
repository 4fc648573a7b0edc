// SPDX-License-Identifier: Apache-2.0 OR MIT
// A node of a LIN bus of 19200 bit/s, after uart_init(), which makes the clocks. What it sends it hears, too: the next byte follows when the one
// before was heard. lin.c is for all; the last part is implemented once for each device: stm32f4_lin.c, s32k144_lin.c.
#ifndef SCENARIOS_FIRMWARE_LIN_H
#define SCENARIOS_FIRMWARE_LIN_H

#include <stdbool.h>
#include <stdint.h>

#define LIN_BITRATE 19200U
#define LIN_DATA_MAX 8U

struct lin_frame {
    uint8_t id;
    uint8_t length;
    uint8_t data[LIN_DATA_MAX];
};

enum lin_heard {
    LIN_NOTHING, // there is no more for now: lin_wait()
    LIN_HEADER,  // somebody has to answer, or be heard: lin_answer() or lin_follow()
    LIN_FRAME,   // a response is there, and right
    LIN_WRONG,   // one is there, with a wrong checksum
};

// Goes through what has come. Of a header the frame has the identifier.
enum lin_heard lin_hear(struct lin_frame *frame);

// Starts a header: the master.
void lin_ask(uint8_t id);

// Answers the header that was heard: the frame's data.
void lin_answer(const struct lin_frame *frame);

// The response to the header that was heard has so many bytes of data.
void lin_follow(uint8_t length);

// For each device.

void lin_init(void);
void lin_put(uint8_t byte);
void lin_put_break(void);

enum lin_sign {
    LIN_SIGN_NONE,
    LIN_SIGN_BYTE,
    LIN_SIGN_BREAK,
};

// The next that came.
enum lin_sign lin_take(uint8_t *byte);

// Nothing but a break counts until one comes.
void lin_expect_break(void);

// Sleeps until something comes, or until any interrupt. Returns at once if one is pending.
void lin_wait(void);

#endif
