// SPDX-License-Identifier: Apache-2.0 OR MIT
// timer.h on the SysTick timer of Armv7-M (Armv7-M ARM, B3.3).
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/mmio.h"
#include "scenarios/firmware/timer.h"

#ifndef SYSCLK_HZ
#define SYSCLK_HZ 25000000U // AN385, clocks: the processor's clock
#endif

#define SYST_CSR 0xE000E010U // B3.3.3
#define SYST_RVR 0xE000E014U // B3.3.4
#define SYST_CVR 0xE000E018U // B3.3.5
#define SYST_RVR_MAX 0x00FFFFFFU

#define CSR_ENABLE (1U << 0)
#define CSR_TICKINT (1U << 1)
#define CSR_CLKSOURCE_CPU (1U << 2)

static volatile uint32_t ticks;

void systick_handler(void);

void systick_handler(void)
{
    ticks = ticks + 1;
}

void timer_start(uint32_t rate_hz)
{
    if (rate_hz == 0 || SYSCLK_HZ % rate_hz != 0 || SYSCLK_HZ / rate_hz - 1 > SYST_RVR_MAX) {
        cpu_halt();
    }
    mmio_write32(SYST_CSR, 0);
    ticks = 0;
    mmio_write32(SYST_RVR, SYSCLK_HZ / rate_hz - 1); // it counts from here to 0: one clock more
    mmio_write32(SYST_CVR, 0);                       // any write clears it
    mmio_write32(SYST_CSR, CSR_CLKSOURCE_CPU | CSR_TICKINT | CSR_ENABLE);
}

uint32_t timer_ticks(void)
{
    return ticks;
}
