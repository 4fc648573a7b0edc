// SPDX-License-Identifier: Apache-2.0 OR MIT
// What a RISC-V hart is told when its firmware starts: its number in a0, the device tree in a1, OpenSBI's fw_dynamic_info in a2. It says
// so, changes what it was told in memory, and resets the board once.
#include <stdbool.h>
#include <stdint.h>

#include "scenarios/firmware/chip_reset.h"
#include "scenarios/firmware/mmio.h"
#include "scenarios/firmware/text.h"

#define UART_THR 0x10000000U
#define UART_LSR 0x10000005U
#define LSR_THR_EMPTY 0x20U

#define KEPT_MAGIC 0x4b455054U

void _start(void);
void start_c(unsigned long hart, volatile uint32_t *tree, const volatile unsigned long *next);

static void say(const struct text *line)
{
    for (uint32_t at = 0; at < line->length; at++) {
        while (!(mmio_read8(UART_LSR) & LSR_THR_EMPTY)) {
        }
        mmio_write8(UART_THR, (uint8_t)line->chars[at]);
    }
}

__attribute__((naked, noreturn, used, section(".start"))) void _start(void)
{
    __asm__ volatile("la sp, ld_stack_top\n\t"
                     "j start_c");
}

__attribute__((used)) void start_c(unsigned long hart, volatile uint32_t *tree, const volatile unsigned long *next)
{
    struct text line = {0};
    text_add(&line, "hart ");
    text_add_u32(&line, (uint32_t)hart);
    text_add(&line, ", tree at ");
    text_add_hex32(&line, (uint32_t)(uintptr_t)tree);
    text_add(&line, ": ");
    text_add_hex32(&line, __builtin_bswap32(*tree));
    text_add(&line, "\n");
    say(&line);
    // Magic number, version, and the mode of what comes next (OpenSBI 1.6, docs/firmware/fw_dynamic.md).
    line = (struct text){0};
    text_add(&line, "next: ");
    text_add_hex32(&line, (uint32_t)next[0]);
    text_add(&line, " ");
    text_add_u32(&line, (uint32_t)next[1]);
    text_add(&line, " ");
    text_add_u32(&line, (uint32_t)next[3]);
    text_add(&line, "\n");
    say(&line);
    *tree = 0;
    if (*chip_kept_ram() != KEPT_MAGIC) {
        *chip_kept_ram() = KEPT_MAGIC;
        chip_reset();
    }
    for (;;) {
        __asm__ volatile("wfi");
    }
}
