// SPDX-License-Identifier: Apache-2.0 OR MIT
// The part of lin.h that is the same for every device. LIN 2.2A, 2.3.
#include "scenarios/firmware/lin.h"

#define SYNC 0x55U
#define FIRST_CLASSIC_ID 0x3CU // diagnostics, and what is reserved

enum stage { STAGE_BREAK, STAGE_SYNC, STAGE_PID, STAGE_HEADER, STAGE_DATA };

static enum stage stage = STAGE_BREAK;
static struct lin_frame current;
static uint8_t received;
static uint8_t to_send[LIN_DATA_MAX + 1];
static uint8_t to_send_count;
static uint8_t sent_count;
static bool is_asking;

static uint8_t protected_id(uint8_t id)
{
    unsigned p0 = (id ^ (id >> 1) ^ (id >> 2) ^ (id >> 4)) & 1U;
    unsigned p1 = ~((id >> 1) ^ (id >> 3) ^ (id >> 4) ^ (id >> 5)) & 1U;
    return (uint8_t)(id | (p0 << 6) | (p1 << 7));
}

static uint8_t checksum(const struct lin_frame *frame)
{
    unsigned sum = frame->id < FIRST_CLASSIC_ID ? protected_id(frame->id) : 0;
    for (unsigned n = 0; n < frame->length; n++) {
        sum += frame->data[n];
        if (sum > 0xFFU) {
            sum -= 0xFFU;
        }
    }
    return (uint8_t)~sum;
}

static void send_next(void)
{
    if (sent_count < to_send_count) {
        lin_put(to_send[sent_count]);
        sent_count++;
    }
}

static void rest(void)
{
    stage = STAGE_BREAK;
    to_send_count = 0;
    lin_expect_break();
}

void lin_ask(uint8_t id)
{
    to_send[0] = SYNC;
    to_send[1] = protected_id(id);
    to_send_count = 2;
    sent_count = 0;
    is_asking = true;
    lin_expect_break();
    lin_put_break();
}

void lin_answer(const struct lin_frame *frame)
{
    if (stage != STAGE_HEADER || frame->length == 0 || frame->length > LIN_DATA_MAX) {
        return;
    }
    uint8_t id = current.id;
    current = *frame;
    current.id = id;
    for (unsigned n = 0; n < current.length; n++) {
        to_send[n] = current.data[n];
    }
    to_send[current.length] = checksum(&current);
    to_send_count = (uint8_t)(current.length + 1U);
    sent_count = 0;
    lin_follow(current.length);
    send_next();
}

void lin_follow(uint8_t length)
{
    if (stage == STAGE_HEADER && length > 0 && length <= LIN_DATA_MAX) {
        current.length = length;
        received = 0;
        stage = STAGE_DATA;
    }
}

static enum lin_heard take_byte(uint8_t byte)
{
    send_next();
    switch (stage) {
    case STAGE_SYNC:
        stage = byte == SYNC ? STAGE_PID : STAGE_BREAK;
        break;
    case STAGE_PID:
        current = (struct lin_frame){.id = byte & 0x3FU};
        if (protected_id(current.id) != byte) {
            rest();
            break;
        }
        stage = STAGE_HEADER;
        return LIN_HEADER;
    case STAGE_DATA:
        if (received < current.length) {
            current.data[received] = byte;
            received++;
            break;
        }
        rest();
        return byte == checksum(&current) ? LIN_FRAME : LIN_WRONG;
    case STAGE_BREAK:
    case STAGE_HEADER:
        break;
    }
    return LIN_NOTHING;
}

enum lin_heard lin_hear(struct lin_frame *frame)
{
    // Nobody wanted the response to the last header.
    if (stage == STAGE_HEADER) {
        rest();
    }
    for (;;) {
        uint8_t byte = 0;
        enum lin_heard heard = LIN_NOTHING;
        switch (lin_take(&byte)) {
        case LIN_SIGN_NONE:
            return LIN_NOTHING;
        case LIN_SIGN_BREAK:
            stage = STAGE_SYNC;
            if (!is_asking) {
                to_send_count = 0; // somebody does not wait for this response
            }
            is_asking = false;
            send_next();
            break;
        case LIN_SIGN_BYTE:
            heard = take_byte(byte);
            break;
        }
        if (heard != LIN_NOTHING) {
            *frame = current;
            return heard;
        }
    }
}
