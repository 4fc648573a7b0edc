// SPDX-License-Identifier: Apache-2.0 OR MIT
// Sends "ping N" on UART 0, N = 1, 2, ..., each as soon as the "pong" of the one before has come back. Anything else
// ends it, with a message.
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/line.h"
#include "scenarios/firmware/text.h"
#include "scenarios/firmware/uart.h"

#define WIRE 0U
#define WIRE_BAUD 115200U

static bool is_pong(const char *line, uint32_t expected)
{
    uint32_t number = 0;
    return text_skip(&line, "pong ") && text_read_u32(&line, &number) && text_at_end(line) && number == expected;
}

int main(void)
{
    uart_init(WIRE, WIRE_BAUD);
    for (uint32_t number = 1;; number++) {
        struct text ping = {0};
        text_add(&ping, "ping ");
        text_add_u32(&ping, number);
        text_add(&ping, "\n");
        uart_print(WIRE, ping.chars);

        char line[TEXT_MAX];
        if (!line_read(WIRE, line) || !is_pong(line, number)) {
            uart_print(WIRE, "pinger: not the pong I wait for\n");
            cpu_halt();
        }
    }
}
