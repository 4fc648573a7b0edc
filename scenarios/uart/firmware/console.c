// SPDX-License-Identifier: Apache-2.0 OR MIT
// A console for people: echoes what is typed, takes characters back, and answers lines. "uptime" tells when its line came, in
// milliseconds: somebody who types it at another time gets another answer.
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/text.h"
#include "scenarios/firmware/timer.h"
#include "scenarios/firmware/uart.h"

#define CONSOLE 0U
#define CONSOLE_BAUD 115200U
#define TICKS_HZ 1000U

#define CTRL_C 0x03U
#define BACKSPACE 0x08U
#define DELETE 0x7FU
#define PROMPT "> "

struct line {
    size_t length;
    char chars[TEXT_MAX];
};

static uint8_t wait_for_byte(void)
{
    uint8_t byte = 0;
    while (!uart_take(CONSOLE, &byte)) {
        cpu_irq_disable();
        if (uart_is_idle(CONSOLE)) {
            cpu_wait();
        }
        cpu_irq_enable(); // the handler runs here
    }
    return byte;
}

// Until a line is there: true; false when it was given up.
static bool edit(struct line *line)
{
    line->length = 0;
    for (;;) {
        uint8_t byte = wait_for_byte();
        if (byte == '\r' || byte == '\n') {
            line->chars[line->length] = '\0';
            uart_print(CONSOLE, "\r\n");
            return true;
        }
        if (byte == CTRL_C) {
            uart_print(CONSOLE, "^C\r\n");
            return false;
        }
        if (byte == BACKSPACE || byte == DELETE) {
            if (line->length > 0) {
                line->length--;
                uart_print(CONSOLE, "\b \b");
            }
        } else if (byte >= ' ' && byte < DELETE && line->length + 1 < TEXT_MAX) {
            line->chars[line->length++] = (char)byte;
            uart_put(CONSOLE, byte);
        }
    }
}

static void answer(const char *line)
{
    struct text text = {0};
    uint32_t left = 0;
    uint32_t right = 0;
    const char *cursor = line;
    if (text_at_end(line)) {
        return;
    }
    if (text_skip(&cursor, "uptime") && text_at_end(cursor)) {
        text_add_u32(&text, timer_ticks());
        text_add(&text, " ms");
    } else if ((cursor = line, text_skip(&cursor, "add ")) && text_read_u32(&cursor, &left) && text_skip(&cursor, " ") &&
               text_read_u32(&cursor, &right) && text_at_end(cursor)) {
        text_add_u32(&text, left + right);
    } else {
        text_add(&text, "uptime, or add A B");
    }
    text_add(&text, "\r\n");
    uart_print(CONSOLE, text.chars);
}

int main(void)
{
    uart_init(CONSOLE, CONSOLE_BAUD);
    timer_start(TICKS_HZ);
    uart_print(CONSOLE, "console\r\n");
    for (;;) {
        struct line line;
        uart_print(CONSOLE, PROMPT);
        if (edit(&line)) {
            answer(line.chars);
        }
    }
}
