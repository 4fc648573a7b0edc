// SPDX-License-Identifier: Apache-2.0 OR MIT
// Answers each frame "ping N" by "pong N", to who has sent it, as long as that one. Anything else is counted, and told.
#include "scenarios/ethernet/firmware/raw.h"
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/text.h"
#include "scenarios/firmware/uart.h"

#define CONSOLE 0U
#define CONSOLE_BAUD 115200U

int main(void)
{
    static uint8_t frame[ETH_FRAME_MAX];
    uint8_t own[ETH_ADDRESS];
    uart_init(CONSOLE, CONSOLE_BAUD);
    eth_init(own);
    for (;;) {
        char line[TEXT_MAX];
        const char *cursor = line;
        uint32_t number = 0;
        size_t length = eth_receive(frame);
        if (!raw_text(frame, length, line) || !text_skip(&cursor, "ping ") || !text_read_u32(&cursor, &number) ||
            !text_at_end(cursor)) {
            uart_print(CONSOLE, "ponger: not a ping\n");
            continue;
        }
        struct text pong = {0};
        text_add(&pong, "pong ");
        text_add_u32(&pong, number);
        raw_send(frame + ETH_ADDRESS, own, pong.chars, length);
    }
}
