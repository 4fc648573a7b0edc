// SPDX-License-Identifier: Apache-2.0 OR MIT
// lin.h on LPUART2 of an S32K144, with pins PTD6 and PTD7, as on the S32K144EVB. Registers: S32K1xx Reference Manual, rev. 14, the chapters of
// their blocks. While LBKDE is set the LPUART hears nothing but breaks.
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/lin.h"
#include "scenarios/firmware/mmio.h"

#define SPLLDIV2_HZ 40000000U // as s32k144_lpuart.c has it

// PCC.
#define PCC_PORTD 0x40065130U
#define PCC_LPUART2 0x400651B0U
#define PCC_CGC (1U << 30)
#define PCC_PCS_SPLLDIV2 (6U << 24)

// PORT.
#define PORTD_PCR6 0x4004C018U
#define PORTD_PCR7 0x4004C01CU
#define PCR_MUX_LPUART2 (2U << 8)

// LPUART.
#define LPUART2 0x4006C000U
#define LPUART2_IRQ 35U
#define REG_BAUD 0x10U
#define REG_STAT 0x14U
#define REG_CTRL 0x18U
#define REG_DATA 0x1CU
#define BAUD_LBKDIE (1U << 15)
#define BAUD_OSR_16 (15U << 24)
#define STAT_FE (1U << 17)
#define STAT_OR (1U << 19)
#define STAT_RDRF (1U << 21)
#define STAT_TDRE (1U << 23)
#define STAT_LBKDE (1U << 25)
#define STAT_BRK13 (1U << 26)
#define STAT_LBKDIF (1U << 31)
#define CTRL_SBK (1U << 16)
#define CTRL_RE (1U << 18)
#define CTRL_TE (1U << 19)
#define CTRL_RIE (1U << 21)

// Armv7-M ARM, B3.4.4.
#define NVIC_ISER1 0xE000E104U
#define NVIC_ICER1 0xE000E184U
#define NVIC_ICPR1 0xE000E284U
#define IRQ_BIT (1U << (LPUART2_IRQ - 32U))

#define DIVIDER ((SPLLDIV2_HZ + LIN_BITRATE * 8U) / (LIN_BITRATE * 16U))

static uint32_t reg(uint32_t offset)
{
    return mmio_read32(LPUART2 + offset);
}

static void set_reg(uint32_t offset, uint32_t value)
{
    mmio_write32(LPUART2 + offset, value);
}

void lin_init(void)
{
    mmio_write32(PCC_PORTD, PCC_CGC);
    mmio_write32(PCC_LPUART2, PCC_PCS_SPLLDIV2);
    mmio_write32(PCC_LPUART2, PCC_PCS_SPLLDIV2 | PCC_CGC);
    mmio_write32(PORTD_PCR6, PCR_MUX_LPUART2);
    mmio_write32(PORTD_PCR7, PCR_MUX_LPUART2);
    set_reg(REG_BAUD, BAUD_OSR_16 | DIVIDER | BAUD_LBKDIE);
    set_reg(REG_STAT, STAT_BRK13 | STAT_LBKDE);
    set_reg(REG_CTRL, CTRL_TE | CTRL_RE | CTRL_RIE);
}

void lin_put(uint8_t byte)
{
    while ((reg(REG_STAT) & STAT_TDRE) == 0) {
    }
    set_reg(REG_DATA, byte);
}

void lin_put_break(void)
{
    set_reg(REG_CTRL, reg(REG_CTRL) | CTRL_SBK);
    set_reg(REG_CTRL, reg(REG_CTRL) & ~CTRL_SBK);
}

enum lin_sign lin_take(uint8_t *byte)
{
    for (;;) {
        uint32_t state = reg(REG_STAT);
        if (state & STAT_LBKDIF) {
            // From now on bytes count. Flags are cleared by ones.
            set_reg(REG_STAT, STAT_BRK13 | STAT_LBKDIF);
            return LIN_SIGN_BREAK;
        }
        if ((state & (STAT_RDRF | STAT_OR)) == 0) {
            return LIN_SIGN_NONE;
        }
        uint8_t data = (uint8_t)reg(REG_DATA);
        if ((state & (STAT_FE | STAT_OR)) == 0) {
            *byte = data;
            return LIN_SIGN_BYTE;
        }
        set_reg(REG_STAT, STAT_BRK13 | (state & (STAT_FE | STAT_OR)));
        // A break in the midst of a frame is a zero without a stop bit.
        if ((state & STAT_FE) && data == 0) {
            return LIN_SIGN_BREAK;
        }
    }
}

void lin_expect_break(void)
{
    set_reg(REG_STAT, STAT_BRK13 | STAT_LBKDE);
}

void lin_wait(void)
{
    // The interrupt is enabled for as long as WFI waits for it: nobody serves it, it only wakes.
    cpu_irq_disable();
    mmio_write32(NVIC_ISER1, IRQ_BIT);
    cpu_wait();
    mmio_write32(NVIC_ICER1, IRQ_BIT);
    mmio_write32(NVIC_ICPR1, IRQ_BIT);
    cpu_irq_enable();
}
