// SPDX-License-Identifier: Apache-2.0 OR MIT
// timer.h on the machine timer of RISC-V (Privileged, 3.2.1), in a SiFive CLINT: hart 0's mtimecmp and mtime.
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/mmio.h"
#include "scenarios/firmware/timer.h"

#define TIMEBASE_HZ 10000000U // device tree of QEMU's virt board: /cpus/timebase-frequency

#define CLINT_MTIMECMP 0x02004000U // SiFive core manuals, "CLINT memory map"
#define CLINT_MTIME 0x0200BFF8U

#define MIE_MTIE (1U << 7) // Privileged, 3.1.9

static uint32_t period;
static uint64_t next;
static volatile uint32_t ticks;

void machine_timer_handler(void);

// 64 bits on a 32-bit bus: read again when the upper half moved in between.
static uint64_t mtime(void)
{
    uint32_t high;
    uint32_t low;
    do {
        high = mmio_read32(CLINT_MTIME + 4);
        low = mmio_read32(CLINT_MTIME);
    } while (high != mmio_read32(CLINT_MTIME + 4));
    return (uint64_t)high << 32 | low;
}

// In the manual's order (Privileged, 3.2.1), so that no value in between is in the past.
static void set_mtimecmp(uint64_t when)
{
    mmio_write32(CLINT_MTIMECMP, UINT32_MAX);
    mmio_write32(CLINT_MTIMECMP + 4, (uint32_t)(when >> 32));
    mmio_write32(CLINT_MTIMECMP, (uint32_t)when);
}

void machine_timer_handler(void)
{
    ticks = ticks + 1;
    next += period; // from the last deadline, not from now: a late handler does not make the clock slow
    set_mtimecmp(next);
}

void timer_start(uint32_t rate_hz)
{
    if (rate_hz == 0 || TIMEBASE_HZ % rate_hz != 0) {
        cpu_halt();
    }
    __asm__ volatile("csrc mie, %0" ::"r"(MIE_MTIE) : "memory");
    period = TIMEBASE_HZ / rate_hz;
    ticks = 0;
    next = mtime() + period;
    set_mtimecmp(next);
    __asm__ volatile("csrs mie, %0" ::"r"(MIE_MTIE) : "memory");
}

uint32_t timer_ticks(void)
{
    return ticks;
}
