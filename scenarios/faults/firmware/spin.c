// SPDX-License-Identifier: Apache-2.0 OR MIT
// Computes for ever and says so now and then: a node that is always busy, for tests that kill it.
#include "scenarios/firmware/crc32.h"
#include "scenarios/firmware/text.h"
#include "scenarios/firmware/uart.h"

#define CONSOLE 0U
#define ROUNDS_PER_LINE 500U // about 6 ms at 40 ns an instruction, more than the line takes on the wire

int main(void)
{
    uart_init(CONSOLE, 115200);
    uint32_t crc = 0;
    for (uint32_t number = 1;; number++) {
        for (uint32_t round = 0; round < ROUNDS_PER_LINE; round++) {
            crc = crc32(crc, &round, sizeof round);
        }
        struct text text = {0};
        text_add(&text, "spin ");
        text_add_u32(&text, number);
        text_add(&text, " ");
        text_add_hex32(&text, crc);
        text_add(&text, "\n");
        uart_print(CONSOLE, text.chars);
    }
}
