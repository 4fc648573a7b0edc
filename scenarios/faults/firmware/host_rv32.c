// SPDX-License-Identifier: Apache-2.0 OR MIT
// Tells all that a guest can see of the host, where somebody lets it in: the time of day, and the random numbers that a
// machine is given at its start. On QEMU's riscv32 virt board (hw/riscv/virt.c) a Goldfish RTC is at 0x101000, and the
// device tree, with /chosen/rng-seed in it, in the last 2 MiB of the 128 MiB of RAM.
#include <stdint.h>

#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/crc32.h"
#include "scenarios/firmware/text.h"
#include "scenarios/firmware/timer.h"
#include "scenarios/firmware/uart.h"

#define CONSOLE 0U
#define RTC_TIME_LOW (*(volatile uint32_t *)0x101000U)  // latches the high word
#define RTC_TIME_HIGH (*(volatile uint32_t *)0x101004U) // ns since 1970, both together
#define DEVICE_TREE ((const uint8_t *)0x87e00000U)
#define DEVICE_TREE_MAGIC 0xd00dfeedU

static uint32_t big_endian(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void tell(const char *name, uint32_t value)
{
    struct text text = {0};
    text_add(&text, name);
    text_add_hex32(&text, value);
    text_add(&text, "\n");
    uart_print(CONSOLE, text.chars);
}

int main(void)
{
    uart_init(CONSOLE, 115200);
    uint32_t low = RTC_TIME_LOW;
    tell("time high ", RTC_TIME_HIGH);
    tell("time low ", low);
    if (big_endian(DEVICE_TREE) == DEVICE_TREE_MAGIC) {
        tell("tree ", crc32(0, DEVICE_TREE, big_endian(DEVICE_TREE + 4)));
    }
    timer_start(1000);
    timer_wait_until(2);
    uart_print(CONSOLE, "done\n");
    cpu_halt();
}
