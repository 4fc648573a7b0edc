// SPDX-License-Identifier: Apache-2.0 OR MIT
// Master of an RS-485 bus on UART 0: asks the stations 1 to 3 in turn with "? N", and each waits to be asked. Then it asks all at
// once with "? *", which they must not all answer: what comes back is garbled. It logs on UART 1 what it got.
#include <stddef.h>

#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/text.h"
#include "scenarios/firmware/timer.h"
#include "scenarios/firmware/uart.h"

#define BUS 0U
#define BUS_BAUD 115200U
#define LOG 1U
#define LOG_BAUD 115200U
#define TICKS_HZ 1000U
#define PATIENCE_TICKS 5U // an answer takes 2 ms at most

// Waits for a line until the time is over; keeps what came of it.
static bool answer(struct text *line)
{
    uint32_t until = timer_ticks() + PATIENCE_TICKS;
    while ((int32_t)(timer_ticks() - until) < 0) {
        uint8_t byte = 0;
        while (uart_take(BUS, &byte)) {
            if (byte == '\n') {
                return true;
            }
            char one[2] = {(char)byte, '\0'};
            text_add(line, one);
        }
        cpu_irq_disable();
        if (uart_is_idle(BUS)) {
            cpu_wait();
        }
        cpu_irq_enable(); // the handlers run here
    }
    return false;
}

static void ask(const char *whom)
{
    struct text question = {0};
    text_add(&question, "? ");
    text_add(&question, whom);
    text_add(&question, "\n");
    uart_print(BUS, question.chars);

    struct text line = {0};
    bool whole = answer(&line);
    uart_print(LOG, whom);
    uart_print(LOG, whole ? " says \"" : " says nothing whole: \"");
    uart_print(LOG, line.chars);
    uart_print(LOG, "\"\n");
}

int main(void)
{
    uart_init(BUS, BUS_BAUD);
    uart_init(LOG, LOG_BAUD);
    timer_start(TICKS_HZ);
    timer_wait_until(2); // the stations have started
    for (;;) {
        ask("1");
        ask("2");
        ask("3");
        ask("*");
        timer_wait_until(timer_ticks() + PATIENCE_TICKS);
    }
}
