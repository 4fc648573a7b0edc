// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "scenarios/firmware/line.h"

#include <stddef.h>
#include <stdint.h>

#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/uart.h"

static uint8_t wait_for_byte(unsigned port)
{
    uint8_t byte = 0;
    while (!uart_take(port, &byte)) {
        cpu_irq_disable();
        if (uart_is_idle(port)) {
            cpu_wait();
        }
        cpu_irq_enable(); // the handler runs here
    }
    return byte;
}

bool line_read(unsigned port, char line[TEXT_MAX])
{
    uint32_t lost_before = uart_lost(port);
    size_t length = 0;
    bool fits = true;
    for (;;) {
        uint8_t byte = wait_for_byte(port);
        if (byte == '\n') {
            break;
        }
        if (length + 1 < TEXT_MAX) {
            line[length++] = (char)byte;
        } else {
            fits = false;
        }
    }
    line[length] = '\0';
    return fits && uart_lost(port) == lost_before;
}
