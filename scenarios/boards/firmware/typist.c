// SPDX-License-Identifier: Apache-2.0 OR MIT
// Somebody at the prompt of MicroPython on a micro:bit: types the next line whenever ">>> " has come.
#include <stddef.h>

#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/uart.h"

#define WIRE 0U
#define WIRE_BAUD 115200U

static const char *const lines[] = {
    "from microbit import *",
    "print(6 * 7)",
    "temperature()",
    "before = running_time(); sleep(250); running_time() - before",
    "display.scroll('Hi')",
    "display.show(Image.HEART); display.get_pixel(2, 2)",
    "button_a.is_pressed()",
    "import random; random.seed(); random.randint(0, 1000)",
    "print('done')",
};

// Waits, in WFI, for the next byte.
static uint8_t next_byte(void)
{
    uint8_t byte = 0;
    cpu_irq_disable();
    while (!uart_take(WIRE, &byte)) {
        cpu_wait();
        cpu_irq_enable();
        cpu_irq_disable();
    }
    cpu_irq_enable();
    return byte;
}

static void wait_for_prompt(void)
{
    static const char prompt[] = ">>> ";
    size_t seen = 0;
    while (prompt[seen] != '\0') {
        uint8_t byte = next_byte();
        seen = byte == (uint8_t)prompt[seen] ? seen + 1 : byte == (uint8_t)prompt[0] ? 1 : 0;
    }
}

int main(void)
{
    uart_init(WIRE, WIRE_BAUD);
    for (size_t n = 0; n < sizeof lines / sizeof lines[0]; n++) {
        wait_for_prompt();
        uart_print(WIRE, lines[n]);
        uart_put(WIRE, '\r');
    }
    cpu_halt();
}
