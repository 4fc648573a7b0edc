// SPDX-License-Identifier: Apache-2.0 OR MIT
// Says "up N" on UART 0 at each tick of its timer, and answers each "up N" that it gets by "heard N". At its start it says
// how often it has been started since its RAM got power: it counts in memory that the start-up code leaves alone.
// Built with -DRESETS_ITSELF_AT=N, it resets the chip at tick N after its first start; with -DTICKS_HZ=N it ticks at
// another rate than 1 kHz.
#include "scenarios/firmware/chip_reset.h"
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/text.h"
#include "scenarios/firmware/timer.h"
#include "scenarios/firmware/uart.h"

#ifndef RESETS_ITSELF_AT
#define RESETS_ITSELF_AT 0U
#endif

#ifndef TICKS_HZ
#define TICKS_HZ 1000U
#endif

#define WIRE 0U
#define WIRE_BAUD 230400U
#define COUNTED 0xB007C0DEU // without power, RAM has anything else

static void say(const char *what, uint32_t number)
{
    struct text text = {0};
    text_add(&text, what);
    text_add_u32(&text, number);
    text_add(&text, "\n");
    uart_print(WIRE, text.chars);
}

// Takes in what has come of a line, and answers it when it is whole. One that the power cut in two is no "up N".
static void hear(struct text *line)
{
    uint8_t byte = 0;
    while (uart_take(WIRE, &byte)) {
        if (byte != '\n') {
            const char one[2] = {(char)byte, '\0'};
            text_add(line, one);
            continue;
        }
        const char *cursor = line->chars;
        uint32_t number = 0;
        if (text_skip(&cursor, "up ") && text_read_u32(&cursor, &number) && text_at_end(cursor)) {
            say("heard ", number);
        }
        *line = (struct text){0};
    }
}

int main(void)
{
    volatile uint32_t *kept = chip_kept_ram();
    uint32_t starts = kept[0] == COUNTED ? kept[1] + 1 : 1;
    kept[0] = COUNTED;
    kept[1] = starts;

    uart_init(WIRE, WIRE_BAUD);
    timer_start(TICKS_HZ);
    say("start ", starts);
    struct text line = {0};
    for (uint32_t told = 0;;) {
        cpu_irq_disable();
        if (timer_ticks() == told && uart_is_idle(WIRE)) {
            cpu_wait();
        }
        cpu_irq_enable(); // the handlers run here
        hear(&line);
        if (timer_ticks() != told) {
            told = timer_ticks();
            say("up ", told);
            if (told == RESETS_ITSELF_AT && starts == 1) {
                chip_reset();
            }
        }
    }
}
