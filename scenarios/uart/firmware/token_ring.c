// SPDX-License-Identifier: Apache-2.0 OR MIT
// One of several nodes in a ring: UART 0 leads to the next node, UART 1 comes from the one before, UART 2 is a console.
// A token goes round: "token <count> <value> <check>". Each node checks it, works on its value for a time that depends
// on it, and sends it on with the count one higher; a 1 kHz timer interrupt counts all the while. What the console says
// therefore depends on the exact moment of every byte and every tick, on all nodes.
// Built with -DRING_STARTER=1, the node makes the first token.
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/crc32.h"
#include "scenarios/firmware/line.h"
#include "scenarios/firmware/text.h"
#include "scenarios/firmware/timer.h"
#include "scenarios/firmware/uart.h"

#ifndef RING_STARTER
#define RING_STARTER 0
#endif

#define NEXT 0U
#define PREVIOUS 1U
#define CONSOLE 2U
#define BAUD 115200U
#define TICKS_HZ 1000U
#define START_TICK 1U // by then every node listens

struct token {
    uint32_t count;
    uint32_t value;
};

// The part of the line that the check is made over.
static struct text token_body(struct token token)
{
    struct text text = {0};
    text_add(&text, "token ");
    text_add_u32(&text, token.count);
    text_add(&text, " ");
    text_add_hex32(&text, token.value);
    text_add(&text, " ");
    return text;
}

static void token_send(struct token token)
{
    struct text text = token_body(token);
    text_add_hex32(&text, crc32(0, text.chars, text.length));
    text_add(&text, "\n");
    uart_print(NEXT, text.chars);
}

static bool token_parse(const char *line, struct token *token)
{
    uint32_t check = 0;
    bool well_formed = text_skip(&line, "token ") && text_read_u32(&line, &token->count) && text_skip(&line, " ") &&
                       text_read_hex32(&line, &token->value) && text_skip(&line, " ") &&
                       text_read_hex32(&line, &check) && text_at_end(line);
    if (!well_formed) {
        return false;
    }
    struct text body = token_body(*token);
    return check == crc32(0, body.chars, body.length);
}

// About 0.1 ms to 2 ms at 40 ns an instruction: one to sixteen rounds of CRC over a buffer made from the value.
static uint32_t work(uint32_t value)
{
    uint32_t buffer[16];
    for (uint32_t i = 0; i < 16; i++) {
        buffer[i] = value + i * 0x9E3779B9U;
    }
    uint32_t crc = value;
    for (uint32_t rounds = 1 + value % 16; rounds > 0; rounds--) {
        crc = crc32(crc, buffer, sizeof buffer);
        buffer[rounds % 16] ^= crc;
    }
    return crc;
}

static void log_token(uint32_t count)
{
    struct text text = {0};
    text_add(&text, "tick ");
    text_add_u32(&text, timer_ticks());
    text_add(&text, " token ");
    text_add_u32(&text, count);
    text_add(&text, "\n");
    uart_print(CONSOLE, text.chars);
}

int main(void)
{
    uart_init(NEXT, BAUD);
    uart_init(PREVIOUS, BAUD);
    uart_init(CONSOLE, BAUD);
    timer_start(TICKS_HZ);

    if (RING_STARTER) {
        timer_wait_until(START_TICK);
        token_send((struct token){.count = 1, .value = 0x5EED0001});
    }
    for (;;) {
        char line[TEXT_MAX];
        struct token token = {0};
        if (!line_read(PREVIOUS, line) || !token_parse(line, &token)) {
            uart_print(CONSOLE, "not a token\n");
            cpu_halt();
        }
        token.value = work(token.value);
        token.count++;
        log_token(token.count);
        token_send(token);
    }
}
