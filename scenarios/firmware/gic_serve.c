// SPDX-License-Identifier: Apache-2.0 OR MIT
// Which handler an interrupt of the GIC goes to.
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/gic.h"

#ifndef TIMER_INTID
#define TIMER_INTID (16U + 11U) // generic_timer.c
#endif
#define INTID_NONE 1020U        // and all above: Arm IHI 0048B, 2.2.1

void timer_handler(void);
void irq_handler(uint32_t number);

void gic_serve(void)
{
    uint32_t number = gic_take();
    if (number >= INTID_NONE) {
        return;
    }
    if (number == TIMER_INTID) {
        timer_handler();
    } else {
        irq_handler(number);
    }
    gic_end(number);
}

// Drivers and firmware define those that they need.
__attribute__((weak)) void timer_handler(void)
{
    cpu_halt();
}

__attribute__((weak)) void irq_handler(uint32_t number)
{
    (void)number;
    cpu_halt();
}
