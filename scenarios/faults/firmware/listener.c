// SPDX-License-Identifier: Apache-2.0 OR MIT
// Prints each line that comes, in quotation marks.
#include "scenarios/firmware/line.h"
#include "scenarios/firmware/uart.h"

#define WIRE 0U
#define CONSOLE 1U
#define BAUD 115200U
#define CONSOLE_BAUD 1000000U

int main(void)
{
    uart_init(WIRE, BAUD);
    uart_init(CONSOLE, CONSOLE_BAUD);
    for (;;) {
        char line[TEXT_MAX];
        if (!line_read(WIRE, line)) {
            uart_print(CONSOLE, "no whole line\n");
            continue;
        }
        uart_print(CONSOLE, "\"");
        uart_print(CONSOLE, line);
        uart_print(CONSOLE, "\"\n");
    }
}
