// SPDX-License-Identifier: Apache-2.0 OR MIT
// Computes without a pause, and tells at each tick of its timer how far it is. What it hears goes into what it computes, at
// the round in which it comes: one instruction earlier or later, and all that follows is another number.
// Built with -DTICKS_HZ=N, it ticks at another rate than 1 kHz.
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/crc32.h"
#include "scenarios/firmware/text.h"
#include "scenarios/firmware/timer.h"
#include "scenarios/firmware/uart.h"

#ifndef TICKS_HZ
#define TICKS_HZ 1000U
#endif

#define WIRE 0U
#define WIRE_BAUD 1000000U

int main(void)
{
    uart_init(WIRE, WIRE_BAUD);
    timer_start(TICKS_HZ);
    uint32_t crc = 0;
    uint32_t told = 0;
    for (uint32_t round = 1;; round++) {
        crc = crc32(crc, &round, sizeof round);
        uint8_t byte = 0;
        if (uart_take(WIRE, &byte)) {
            crc = crc32(crc, &byte, sizeof byte);
        }
        if (timer_ticks() != told) {
            told = timer_ticks();
            struct text text = {0};
            text_add_u32(&text, round);
            text_add(&text, " rounds, ");
            text_add_hex32(&text, crc);
            text_add(&text, "\n");
            uart_print(WIRE, text.chars);
        }
        if (uart_lost(WIRE) != 0) {
            uart_print(WIRE, "a byte was lost\n");
            cpu_halt();
        }
    }
}
