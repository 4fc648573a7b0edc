// SPDX-License-Identifier: Apache-2.0 OR MIT
// Sends lines on LPUART1 of an S32K144 as fast as it can, at BAUD; with FLOW_CONTROL only while CTS lets it, with BREAKS a break after
// each line (S32K1xx RM, "Low Power Universal Asynchronous Receiver/Transmitter").
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/crc32.h"
#include "scenarios/firmware/mmio.h"
#include "scenarios/firmware/text.h"
#include "scenarios/firmware/timer.h"
#include "scenarios/firmware/uart.h"

#define WIRE 0U
#define LINES 4U
#ifndef BAUD
#define BAUD 115200U
#endif

#define LPUART1_STAT 0x4006B014U
#define LPUART1_CTRL 0x4006B018U
#define LPUART1_MODIR 0x4006B024U
#define STAT_TC (1U << 22)
#define CTRL_SBK (1U << 16)
#define MODIR_TXCTSE (1U << 0)

#ifdef BREAKS
static void send_break(void)
{
    while (!(mmio_read32(LPUART1_STAT) & STAT_TC)) {
    }
    mmio_write32(LPUART1_CTRL, mmio_read32(LPUART1_CTRL) | CTRL_SBK);
    mmio_write32(LPUART1_CTRL, mmio_read32(LPUART1_CTRL) & ~CTRL_SBK);
}
#endif

int main(void)
{
    uart_init(WIRE, BAUD);
#ifdef FLOW_CONTROL
    mmio_write32(LPUART1_MODIR, MODIR_TXCTSE);
#endif
    // The other one is ready by then.
    timer_start(1000);
    timer_wait_until(2);
    uint32_t crc = 0;
    for (uint32_t number = 1; number <= LINES; number++) {
        struct text line = {0};
        text_add(&line, "line ");
        text_add_u32(&line, number);
        text_add(&line, "\n");
        crc = crc32(crc, line.chars, line.length);
        uart_print(WIRE, line.chars);
#ifdef BREAKS
        send_break();
#endif
    }
    struct text sum = {0};
    text_add(&sum, "sum ");
    text_add_hex32(&sum, crc);
    text_add(&sum, "\n");
    uart_print(WIRE, sum.chars);
    for (;;) {
        cpu_wait();
    }
}
