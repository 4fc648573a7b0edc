// SPDX-License-Identifier: Apache-2.0 OR MIT
// The part of timer.h that is the same for every timer.
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/timer.h"

void timer_wait_until(uint32_t until)
{
    cpu_irq_disable();
    while ((int32_t)(timer_ticks() - until) < 0) {
        cpu_wait();
        cpu_irq_enable(); // the handler runs here
        cpu_irq_disable();
    }
    cpu_irq_enable();
}
