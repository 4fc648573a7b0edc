// SPDX-License-Identifier: Apache-2.0 OR MIT
// talk.h on LPUART1 of an S32K144 (S32K1xx RM, "Low Power Universal Asynchronous Receiver/Transmitter").
#include "scenarios/firmware/mmio.h"
#include "scenarios/uart/firmware/talk.h"

#define LPUART1_STAT 0x4006B014U
#define LPUART1_CTRL 0x4006B018U
#define LPUART1_MODIR 0x4006B024U
#define STAT_TC (1U << 22)
#define CTRL_SBK (1U << 16)
#define MODIR_TXCTSE (1U << 0)

void talk_start(void)
{
#ifdef FLOW_CONTROL
    mmio_write32(LPUART1_MODIR, MODIR_TXCTSE);
#endif
}

void talk_wait(void)
{
}

void talk_break(void)
{
    while (!(mmio_read32(LPUART1_STAT) & STAT_TC)) {
    }
    mmio_write32(LPUART1_CTRL, mmio_read32(LPUART1_CTRL) | CTRL_SBK);
    mmio_write32(LPUART1_CTRL, mmio_read32(LPUART1_CTRL) & ~CTRL_SBK);
}
