// SPDX-License-Identifier: Apache-2.0 OR MIT
// Sends a frame every four milliseconds, with its number as data, FRAMES of them, and prints each frame that comes: "00000100 4 00000001", the
// identifier, the length and the data's first four bytes. Then it prints how it stands with errors: "active 0 0 sent".
#include "scenarios/firmware/can.h"
#include "scenarios/firmware/text.h"
#include "scenarios/firmware/timer.h"
#include "scenarios/firmware/uart.h"

#ifndef OWN_ID
#define OWN_ID 0x100U
#endif
#ifndef FRAMES
#define FRAMES 5U
#endif
#ifndef DATA_BITRATE
#define DATA_BITRATE 0U
#endif

#define CONSOLE 0U
#define CONSOLE_BAUD 1000000U
#define BITRATE 500000U
#define PERIOD_MS 4U // a line takes two

static void print_received(void)
{
    struct can_frame frame;
    while (can_receive(&frame)) {
        uint32_t first = 0;
        for (uint32_t n = 0; n < frame.length && n < 4; n++) {
            first = first << 8 | frame.data[n];
        }
        struct text line = {0};
        text_add_hex32(&line, frame.id);
        text_add(&line, frame.is_fd ? " fd " : " ");
        text_add_u32(&line, frame.length);
        text_add(&line, " ");
        text_add_hex32(&line, first);
        text_add(&line, "\n");
        uart_print(CONSOLE, line.chars);
    }
}

// Prints what comes, until then.
static void listen_until(uint32_t tick)
{
    while ((int32_t)(timer_ticks() - tick) < 0) {
        print_received();
        can_wait();
    }
}

int main(void)
{
    uart_init(CONSOLE, CONSOLE_BAUD);
    can_init(BITRATE, DATA_BITRATE);
    timer_start(1000);
    for (uint32_t number = 1; number <= FRAMES; number++) {
        listen_until(number * PERIOD_MS);
        struct can_frame frame = {.id = OWN_ID, .length = 4, .data = {0, 0, 0, (uint8_t)number}};
        if (DATA_BITRATE != 0) {
            frame.is_fd = true;
            frame.switches_rate = true;
            frame.length = 64;
        }
        if (!can_send(&frame)) {
            uart_print(CONSOLE, "no place for a frame\n");
        }
    }
    listen_until((FRAMES + 1) * PERIOD_MS);
    struct can_errors errors = can_errors();
    struct text line = {0};
    text_add(&line, errors.is_off ? "off " : errors.is_passive ? "passive " : "active ");
    text_add_u32(&line, errors.transmit);
    text_add(&line, " ");
    text_add_u32(&line, errors.receive);
    text_add(&line, can_is_sent() ? " sent\n" : " waiting\n");
    uart_print(CONSOLE, line.chars);
    for (;;) {
        print_received();
        can_wait();
    }
}
