// SPDX-License-Identifier: Apache-2.0 OR MIT
// How a chip resets itself, and memory that a reset leaves alone.
#ifndef SCENARIOS_FIRMWARE_CHIP_RESET_H
#define SCENARIOS_FIRMWARE_CHIP_RESET_H

#include <stdint.h>

#include "scenarios/firmware/mmio.h"

#if defined(__arm__)

// The board's PSRAM (AN385, memory map), which the linker script does not use.
#define KEPT_RAM 0x21000000U

// AIRCR (Armv7-M ARM, B3.2.6): the key, and SYSRESETREQ.
static inline void chip_request_reset(void)
{
    mmio_write32(0xE000ED0CU, 0x05FA0000U | 1U << 2);
}

#elif defined(__riscv)

// Above the 4 MB that the linker script uses.
#define KEPT_RAM 0x80400000U

// SiFive's test finisher, as QEMU's virt board has it (its device tree: syscon-reboot).
static inline void chip_request_reset(void)
{
    mmio_write32(0x00100000U, 0x7777U);
}

#else
#error "unknown CPU"
#endif

static inline volatile uint32_t *chip_kept_ram(void)
{
    return (volatile uint32_t *)KEPT_RAM;
}

// Resets the chip; CPU and devices start again, RAM keeps its content where the image does not lie.
__attribute__((noreturn)) static inline void chip_reset(void)
{
    chip_request_reset();
    for (;;) {
    }
}

#endif
