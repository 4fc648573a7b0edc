// SPDX-License-Identifier: Apache-2.0 OR MIT
// Sends a frame "ping N" to everybody, N = 1, 2, ..., each as soon as a "pong" for the one before has come back; prints what comes, and
// from whom. The frames become longer, up to the longest. Anything else ends it, with a message.
#include "scenarios/ethernet/firmware/raw.h"
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/text.h"
#include "scenarios/firmware/uart.h"

#define CONSOLE 0U
#define CONSOLE_BAUD 115200U
#define LONGER 100U // bytes, each time

static const uint8_t everybody[ETH_ADDRESS] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};

static bool is_pong(const char *line, uint32_t expected)
{
    uint32_t number = 0;
    return text_skip(&line, "pong ") && text_read_u32(&line, &number) && text_at_end(line) && number == expected;
}

int main(void)
{
    static uint8_t frame[ETH_FRAME_MAX];
    uint8_t own[ETH_ADDRESS];
    uint8_t peer[ETH_ADDRESS];
    uart_init(CONSOLE, CONSOLE_BAUD);
    eth_init(own);
    for (size_t i = 0; i < ETH_ADDRESS; i++) {
        peer[i] = everybody[i];
    }
    for (uint32_t number = 1;; number++) {
        struct text ping = {0};
        text_add(&ping, "ping ");
        text_add_u32(&ping, number);
        raw_send(peer, own, ping.chars, LONGER * (number - 1));

        char line[TEXT_MAX];
        size_t length = eth_receive(frame);
        if (!raw_text(frame, length, line) || !is_pong(line, number)) {
            uart_print(CONSOLE, "pinger: not the pong I wait for\n");
            cpu_halt();
        }
        // From now on only to who has answered.
        for (size_t i = 0; i < ETH_ADDRESS; i++) {
            peer[i] = frame[ETH_ADDRESS + i];
        }
        struct text told = {0};
        text_add(&told, line);
        text_add(&told, " of ");
        text_add_u32(&told, (uint32_t)length);
        text_add(&told, "\n");
        uart_print(CONSOLE, told.chars);
    }
}
