// SPDX-License-Identifier: Apache-2.0 OR MIT
// talk.h on the PL011 of QEMU's Arm virt board, in frames of 8 bits with even parity (Arm DDI 0183G, 3.3.7).
#include <stdint.h>

#include "scenarios/firmware/mmio.h"
#include "scenarios/firmware/timer.h"
#include "scenarios/uart/firmware/talk.h"

#define UARTLCR_H 0x0900002CU
#define LCR_H_BREAK (1U << 0)
#define LCR_H_PARITY (1U << 1)
#define LCR_H_EVEN (1U << 2)
#define LCR_H_8_BITS (3U << 5)
#define LCR_H_8_EVEN_1 (LCR_H_8_BITS | LCR_H_EVEN | LCR_H_PARITY)

#define LINE_MS 1U // 10 characters
#define BREAK_MS 1U
static uint32_t at_ms = 2; // where talker.c begins

void talk_start(void)
{
    mmio_write32(UARTLCR_H, LCR_H_8_EVEN_1);
}

void talk_wait(void)
{
}

// The model takes bytes at once, so that nothing tells when the last one has left.
void talk_break(void)
{
    at_ms += LINE_MS;
    timer_wait_until(at_ms);
    mmio_write32(UARTLCR_H, LCR_H_8_EVEN_1 | LCR_H_BREAK);
    at_ms += BREAK_MS;
    timer_wait_until(at_ms);
    mmio_write32(UARTLCR_H, LCR_H_8_EVEN_1);
}
