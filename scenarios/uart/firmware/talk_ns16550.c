// SPDX-License-Identifier: Apache-2.0 OR MIT
// talk.h on a 16550 (TI PC16550D data sheet, 8): firmware looks at CTS, and holds the line for as long as it likes. QEMU's model takes
// all bytes at once: a line is what it may not be stopped in.
#include <stdint.h>

#include "scenarios/firmware/mmio.h"
#include "scenarios/firmware/timer.h"
#include "scenarios/uart/firmware/talk.h"

#define UART_BASE 0x10000000U
#define REG_LCR (UART_BASE + 3)
#define REG_MSR (UART_BASE + 6)
#define LCR_BREAK 0x40U
#define MSR_CTS 0x10U

#define LINE_MS 1U  // 11 characters
#define BREAK_MS 1U
static uint32_t at_ms = 2; // where talker.c begins

void talk_start(void)
{
}

void talk_wait(void)
{
#ifdef FLOW_CONTROL
    while (!(mmio_read8(REG_MSR) & MSR_CTS)) {
    }
#endif
}

// The model takes bytes at once, so that nothing tells when the last one has left.
void talk_break(void)
{
    at_ms += LINE_MS;
    timer_wait_until(at_ms);
    mmio_write8(REG_LCR, mmio_read8(REG_LCR) | LCR_BREAK);
    at_ms += BREAK_MS;
    timer_wait_until(at_ms);
    mmio_write8(REG_LCR, mmio_read8(REG_LCR) & (uint8_t)~LCR_BREAK);
}
