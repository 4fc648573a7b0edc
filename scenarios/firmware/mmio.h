// SPDX-License-Identifier: Apache-2.0 OR MIT
// Access to device registers. Each call is exactly one load or store of that width.
#ifndef SCENARIOS_FIRMWARE_MMIO_H
#define SCENARIOS_FIRMWARE_MMIO_H

#include <stdint.h>

static inline uint32_t mmio_read32(uintptr_t address)
{
    return *(volatile uint32_t *)address;
}

static inline void mmio_write32(uintptr_t address, uint32_t value)
{
    *(volatile uint32_t *)address = value;
}

static inline uint8_t mmio_read8(uintptr_t address)
{
    return *(volatile uint8_t *)address;
}

static inline void mmio_write8(uintptr_t address, uint8_t value)
{
    *(volatile uint8_t *)address = value;
}

#endif
