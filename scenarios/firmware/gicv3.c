// SPDX-License-Identifier: Apache-2.0 OR MIT
// gic.h on a GICv3 (Arm IHI 0069): distributor 12.9, redistributor 12.11, CPU interface in system registers 12.2. Addresses: QEMU's
// hw/arm/virt.c, base_memmap; the redistributor is that of core 0.
#include "scenarios/firmware/gic.h"
#include "scenarios/firmware/mmio.h"

#define GICD 0x08000000U
#define GICD_CTLR (GICD + 0x0000U)
#define GICD_IROUTER(number) (GICD + 0x6000U + 8U * (number))
#define CTLR_ENABLE_GROUP1 (1U << 1)
#define CTLR_AFFINITY_ROUTING (1U << 4)

#define GICR 0x080A0000U
#define GICR_WAKER (GICR + 0x0014U)
#define WAKER_PROCESSOR_SLEEP (1U << 1)
#define WAKER_CHILDREN_ASLEEP (1U << 2)
#define GICR_PRIVATE (GICR + 0x10000U)

// The same in the distributor and, for private interrupts, in the second frame of the redistributor.
#define IGROUPR 0x0080U
#define ISENABLER 0x0100U
#define IPRIORITYR 0x0400U

#define PRIVATE 32U
#define PRIORITY 0x80U

void gic_init(void)
{
    mmio_write32(GICD_CTLR, CTLR_AFFINITY_ROUTING | CTLR_ENABLE_GROUP1);
    mmio_write32(GICR_WAKER, mmio_read32(GICR_WAKER) & ~WAKER_PROCESSOR_SLEEP);
    while (mmio_read32(GICR_WAKER) & WAKER_CHILDREN_ASLEEP) {
    }
    // ICC_SRE_EL1, ICC_PMR_EL1, ICC_IGRPEN1_EL1.
    __asm__ volatile("msr s3_0_c12_c12_5, %0\n\tisb" ::"r"(7UL) : "memory");
    __asm__ volatile("msr s3_0_c4_c6_0, %0" ::"r"(0xFFUL) : "memory");
    __asm__ volatile("msr s3_0_c12_c12_7, %0\n\tisb" ::"r"(1UL) : "memory");
}

void gic_enable(uint32_t number)
{
    uintptr_t base = number < PRIVATE ? GICR_PRIVATE : GICD;
    uintptr_t word = 4U * (number / 32);
    uint32_t bit = 1U << number % 32;
    mmio_write32(base + IGROUPR + word, mmio_read32(base + IGROUPR + word) | bit);
    mmio_write8(base + IPRIORITYR + number, PRIORITY);
    if (number >= PRIVATE) {
        mmio_write32(GICD_IROUTER(number), 0); // the core with affinity 0
        mmio_write32(GICD_IROUTER(number) + 4, 0);
    }
    mmio_write32(base + ISENABLER + word, bit);
}

uint32_t gic_take(void)
{
    unsigned long number;
    __asm__ volatile("mrs %0, s3_0_c12_c12_0" : "=r"(number)::"memory"); // ICC_IAR1_EL1
    return (uint32_t)number;
}

void gic_end(uint32_t number)
{
    __asm__ volatile("msr s3_0_c12_c12_1, %0" ::"r"((unsigned long)number) : "memory"); // ICC_EOIR1_EL1
}
