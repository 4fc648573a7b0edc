// SPDX-License-Identifier: Apache-2.0 OR MIT
// Sends lines as fast as it can, at BAUD; with FLOW_CONTROL only while CTS lets it, with BREAKS a break after each line.
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/crc32.h"
#include "scenarios/firmware/text.h"
#include "scenarios/firmware/timer.h"
#include "scenarios/firmware/uart.h"
#include "scenarios/uart/firmware/talk.h"

#define WIRE 0U
#define LINES 4U
#ifndef BAUD
#define BAUD 115200U
#endif

static void say(const struct text *line)
{
    talk_wait();
    uart_print(WIRE, line->chars);
}

int main(void)
{
    uart_init(WIRE, BAUD);
    talk_start();
    // The other one is ready by then.
    timer_start(1000);
    timer_wait_until(2);
    uint32_t crc = 0;
    for (uint32_t number = 1; number <= LINES; number++) {
        struct text line = {0};
        text_add(&line, "line ");
        text_add_u32(&line, number);
        text_add(&line, "\n");
        crc = crc32(crc, line.chars, line.length);
        say(&line);
#ifdef BREAKS
        talk_break();
#endif
    }
    struct text sum = {0};
    text_add(&sum, "sum ");
    text_add_hex32(&sum, crc);
    text_add(&sum, "\n");
    say(&sum);
    for (;;) {
        cpu_wait();
    }
}
