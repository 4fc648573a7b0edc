// SPDX-License-Identifier: Apache-2.0 OR MIT
// Says "line N" every millisecond, N = 1, 2, ..., whether anybody hears it or not.
#include "scenarios/firmware/text.h"
#include "scenarios/firmware/timer.h"
#include "scenarios/firmware/uart.h"

#define WIRE 0U
#define BAUD 115200U
#define TICKS_HZ 1000U

int main(void)
{
    uart_init(WIRE, BAUD);
    timer_start(TICKS_HZ);
    for (uint32_t number = 1;; number++) {
        timer_wait_until(number);
        struct text line = {0};
        text_add(&line, "line ");
        text_add_u32(&line, number);
        text_add(&line, "\n");
        uart_print(WIRE, line.chars);
    }
}
