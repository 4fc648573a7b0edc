// SPDX-License-Identifier: Apache-2.0 OR MIT
// Answers each "ping N" on UART 0 by "pong N", after a little work whose length depends on N, so that the answers are
// not evenly spaced. Anything else ends it, with a message.
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/crc32.h"
#include "scenarios/firmware/line.h"
#include "scenarios/firmware/text.h"
#include "scenarios/firmware/uart.h"

#define WIRE 0U
#define WIRE_BAUD 115200U

// 1 to 16 rounds of some hundred instructions.
static uint32_t work(const char *line, size_t length)
{
    uint32_t crc = crc32(0, line, length);
    for (uint32_t rounds = 1 + crc % 16; rounds > 0; rounds--) {
        crc = crc32(crc, line, length);
    }
    return crc;
}

int main(void)
{
    uart_init(WIRE, WIRE_BAUD);
    for (;;) {
        char line[TEXT_MAX];
        const char *cursor = line;
        uint32_t number = 0;
        if (!line_read(WIRE, line) || !text_skip(&cursor, "ping ") || !text_read_u32(&cursor, &number) ||
            !text_at_end(cursor)) {
            uart_print(WIRE, "ponger: not a ping\n");
            cpu_halt();
        }

        // Nobody needs the result; the empty instruction that "uses" it keeps the work in the program.
        __asm__ volatile("" ::"r"(work(line, (size_t)(cursor - line))));

        struct text pong = {0};
        text_add(&pong, "pong ");
        text_add_u32(&pong, number);
        text_add(&pong, "\n");
        uart_print(WIRE, pong.chars);
    }
}
