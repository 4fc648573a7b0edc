// SPDX-License-Identifier: Apache-2.0 OR MIT
// timer.h on the first counter of a Zynq UltraScale+'s TTC0 (Xilinx UG1085, 14, and UG1087, TTC), by 100 MHz.
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/gic.h"
#include "scenarios/firmware/mmio.h"
#include "scenarios/firmware/timer.h"

#define TTC_HZ 100000000U
#define TTC_INTID (32U + 36U)

#define TTC0 0xFF110000U
#define CLOCK_CONTROL (TTC0 + 0x00U)
#define COUNTER_CONTROL (TTC0 + 0x0CU)
#define INTERVAL (TTC0 + 0x24U)
#define INTERRUPT (TTC0 + 0x54U) // reading clears it
#define INTERRUPT_ENABLE (TTC0 + 0x60U)

#define CONTROL_STOP (1U << 0)
#define CONTROL_INTERVAL (1U << 1)
#define CONTROL_RESTART (1U << 4)
#define CONTROL_NO_WAVE (1U << 5)
#define INTERRUPT_INTERVAL (1U << 0)

static volatile uint32_t ticks;

void timer_handler(void);

void timer_handler(void)
{
    if (mmio_read32(INTERRUPT) & INTERRUPT_INTERVAL) {
        ticks = ticks + 1;
    }
}

void timer_start(uint32_t rate_hz)
{
    if (rate_hz == 0 || TTC_HZ % rate_hz != 0) {
        cpu_halt();
    }
    mmio_write32(COUNTER_CONTROL, CONTROL_STOP | CONTROL_NO_WAVE);
    mmio_write32(CLOCK_CONTROL, 0);
    mmio_write32(INTERVAL, TTC_HZ / rate_hz - 1); // it counts from 0 to here
    ticks = 0;
    (void)mmio_read32(INTERRUPT);
    mmio_write32(INTERRUPT_ENABLE, INTERRUPT_INTERVAL);
    gic_enable(TTC_INTID);
    mmio_write32(COUNTER_CONTROL, CONTROL_INTERVAL | CONTROL_RESTART | CONTROL_NO_WAVE);
}

uint32_t timer_ticks(void)
{
    return ticks;
}
