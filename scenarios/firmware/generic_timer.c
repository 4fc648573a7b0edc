// SPDX-License-Identifier: Apache-2.0 OR MIT
// timer.h on the virtual timer of an Arm core's generic timer (Arm DDI 0487, D12). The firmware runs in EL1, so that the virtual
// counter is the physical one.
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/gic.h"
#include "scenarios/firmware/timer.h"

#define TIMER_INTID (16U + 11U) // the board's tree: timer
#define CTL_ENABLE 1U

static uint64_t period;
static uint64_t next;
static volatile uint32_t ticks;

void timer_handler(void);

#if defined(__aarch64__)

static uint64_t frequency_hz(void)
{
    uint64_t hz;
    __asm__ volatile("mrs %0, cntfrq_el0" : "=r"(hz));
    return hz;
}

static uint64_t count(void)
{
    uint64_t now;
    __asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(now)::"memory");
    return now;
}

static void set_compare(uint64_t when)
{
    __asm__ volatile("msr cntv_cval_el0, %0\n\tisb" ::"r"(when) : "memory");
}

static void set_control(uint32_t control)
{
    __asm__ volatile("msr cntv_ctl_el0, %0\n\tisb" ::"r"((uint64_t)control) : "memory");
}

#else

static uint64_t frequency_hz(void)
{
    uint32_t hz;
    __asm__ volatile("mrc p15, 0, %0, c14, c0, 0" : "=r"(hz));
    return hz;
}

static uint64_t count(void)
{
    uint64_t now;
    __asm__ volatile("isb\n\tmrrc p15, 1, %Q0, %R0, c14" : "=r"(now)::"memory");
    return now;
}

static void set_compare(uint64_t when)
{
    __asm__ volatile("mcrr p15, 3, %Q0, %R0, c14\n\tisb" ::"r"(when) : "memory");
}

static void set_control(uint32_t control)
{
    __asm__ volatile("mcr p15, 0, %0, c14, c3, 1\n\tisb" ::"r"(control) : "memory");
}

#endif

void timer_handler(void)
{
    ticks = ticks + 1;
    next += period; // from the last deadline, not from now: a late handler does not make the clock slow
    set_compare(next);
}

void timer_start(uint32_t rate_hz)
{
    if (rate_hz == 0 || frequency_hz() % rate_hz != 0) {
        cpu_halt();
    }
    set_control(0);
    period = frequency_hz() / rate_hz;
    ticks = 0;
    next = count() + period;
    set_compare(next);
    gic_enable(TIMER_INTID);
    set_control(CTL_ENABLE);
}

uint32_t timer_ticks(void)
{
    return ticks;
}
