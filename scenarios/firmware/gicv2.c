// SPDX-License-Identifier: Apache-2.0 OR MIT
// gic.h on a GIC of version 1 or 2 (Arm IHI 0048B): distributor 4.3, CPU interface 4.4.
#include "scenarios/firmware/gic.h"
#include "scenarios/firmware/mmio.h"

#ifndef GICD // QEMU's hw/arm/virt.c, base_memmap
#define GICD 0x08000000U
#define GICC 0x08010000U
#endif

#define GICD_CTLR (GICD + 0x000U)
#define GICD_ISENABLER(word) (GICD + 0x100U + 4U * (word))
#define GICD_IPRIORITYR(number) (GICD + 0x400U + (number))
#define GICD_ITARGETSR(number) (GICD + 0x800U + (number))

#define GICC_CTLR (GICC + 0x000U)
#define GICC_PMR (GICC + 0x004U)
#define GICC_IAR (GICC + 0x00CU)
#define GICC_EOIR (GICC + 0x010U)

#define PRIVATE 32U
#define PRIORITY 0x80U

void gic_init(void)
{
    mmio_write32(GICD_CTLR, 1);
    mmio_write32(GICC_PMR, 0xFF);
    mmio_write32(GICC_CTLR, 1);
}

void gic_enable(uint32_t number)
{
    mmio_write8(GICD_IPRIORITYR(number), PRIORITY);
    if (number >= PRIVATE) {
        mmio_write8(GICD_ITARGETSR(number), 1); // core 0
    }
    mmio_write32(GICD_ISENABLER(number / 32), 1U << number % 32);
}

uint32_t gic_take(void)
{
    return mmio_read32(GICC_IAR) & 0x3FF;
}

void gic_end(uint32_t number)
{
    mmio_write32(GICC_EOIR, number);
}
