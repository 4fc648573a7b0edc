// SPDX-License-Identifier: Apache-2.0 OR MIT
// Station ADDRESS of an RS-485 bus on UART 0: answers "? ADDRESS" and "? *" with "! ADDRESS N", where N counts its answers. It hears
// what is meant for others, too.
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/line.h"
#include "scenarios/firmware/text.h"
#include "scenarios/firmware/uart.h"

#define BUS 0U
#define BUS_BAUD 115200U

static bool is_for_me(const char *line)
{
    uint32_t address = 0;
    if (!text_skip(&line, "? ")) {
        return false;
    }
    const char *rest = line;
    if (text_skip(&rest, "*")) {
        return text_at_end(rest);
    }
    return text_read_u32(&line, &address) && text_at_end(line) && address == ADDRESS;
}

int main(void)
{
    uart_init(BUS, BUS_BAUD);
    uint32_t answers = 0;
    for (;;) {
        char line[TEXT_MAX];
        // What is garbled is for nobody.
        if (!line_read(BUS, line) || !is_for_me(line)) {
            continue;
        }
        answers++;
        struct text text = {0};
        text_add(&text, "! ");
        text_add_u32(&text, ADDRESS);
        text_add(&text, " ");
        text_add_u32(&text, answers);
        text_add(&text, "\n");
        uart_print(BUS, text.chars);
    }
}
