// SPDX-License-Identifier: Apache-2.0 OR MIT
// lin.h on USART3 of an STM32F407 (RM0090, 30.3.8 and 30.6), with pins PB10 and PB11 (RM0090, 8). With -DSLOW_BREAK as on a UART that knows
// nothing of LIN: a zero at half the rate is sent instead of a break, and a framing error with a zero is taken for one.
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/lin.h"
#include "scenarios/firmware/mmio.h"

#define PCLK1_HZ 42000000U // as stm32f4_usart.c has it

// RM0090, 7.3.
#define RCC_AHB1ENR 0x40023830U
#define RCC_APB1ENR 0x40023840U
#define AHB1ENR_GPIOB (1U << 1)
#define APB1ENR_USART3 (1U << 18)

// RM0090, 8.4.
#define GPIOB_MODER 0x40020400U
#define GPIOB_AFRH 0x40020424U

// RM0090, 30.6.
#define USART3 0x40004800U
#define USART3_IRQ 39U
#define REG_SR 0x00U
#define REG_DR 0x04U
#define REG_BRR 0x08U
#define REG_CR1 0x0CU
#define REG_CR2 0x10U
#define SR_FE (1U << 1)
#define SR_ORE (1U << 3)
#define SR_RXNE (1U << 5)
#define SR_TC (1U << 6)
#define SR_TXE (1U << 7)
#define SR_LBD (1U << 8)
#define SR_CLEAR_LBD (~SR_LBD & 0x3FFU)
#define CR1_SBK (1U << 0)
#define CR1_RE (1U << 2)
#define CR1_TE (1U << 3)
#define CR1_RXNEIE (1U << 5)
#define CR1_UE (1U << 13)
#define CR2_LBDL (1U << 5) // 11 bits are a break
#define CR2_LBDIE (1U << 6)
#define CR2_LINEN (1U << 14)

// Armv7-M ARM, B3.4.4.
#define NVIC_ISER1 0xE000E104U
#define NVIC_ICER1 0xE000E184U
#define NVIC_ICPR1 0xE000E284U
#define IRQ_BIT (1U << (USART3_IRQ - 32U))

#define DIVIDER ((PCLK1_HZ + LIN_BITRATE / 2) / LIN_BITRATE)

#ifdef SLOW_BREAK
static bool own_break; // it was sent, and not taken
#endif

static uint32_t reg(uint32_t offset)
{
    return mmio_read32(USART3 + offset);
}

static void set_reg(uint32_t offset, uint32_t value)
{
    mmio_write32(USART3 + offset, value);
}

void lin_init(void)
{
    mmio_write32(RCC_AHB1ENR, mmio_read32(RCC_AHB1ENR) | AHB1ENR_GPIOB);
    mmio_write32(RCC_APB1ENR, mmio_read32(RCC_APB1ENR) | APB1ENR_USART3);
    // PB10 and PB11: alternate function 7.
    mmio_write32(GPIOB_AFRH, (mmio_read32(GPIOB_AFRH) & ~0xFF00U) | 0x7700U);
    mmio_write32(GPIOB_MODER, (mmio_read32(GPIOB_MODER) & ~0xF00000U) | 0xA00000U);
    set_reg(REG_BRR, DIVIDER);
#ifndef SLOW_BREAK
    set_reg(REG_CR2, CR2_LINEN | CR2_LBDL | CR2_LBDIE);
#endif
    set_reg(REG_CR1, CR1_UE | CR1_TE | CR1_RE | CR1_RXNEIE);
}

void lin_put(uint8_t byte)
{
    while ((reg(REG_SR) & SR_TXE) == 0) {
    }
    set_reg(REG_DR, byte);
}

void lin_put_break(void)
{
#ifdef SLOW_BREAK
    // The rate changes when all has left, and back when this has left and come back: for who sends it it is a good zero.
    while ((reg(REG_SR) & SR_TC) == 0) {
    }
    set_reg(REG_BRR, 2U * DIVIDER);
    set_reg(REG_DR, 0);
    while ((reg(REG_SR) & (SR_TC | SR_RXNE)) != (SR_TC | SR_RXNE)) {
    }
    (void)reg(REG_DR);
    set_reg(REG_BRR, DIVIDER);
    own_break = true;
#else
    set_reg(REG_CR1, reg(REG_CR1) | CR1_SBK);
#endif
}

enum lin_sign lin_take(uint8_t *byte)
{
#ifdef SLOW_BREAK
    if (own_break) {
        own_break = false;
        return LIN_SIGN_BREAK;
    }
#endif
    for (;;) {
        uint32_t state = reg(REG_SR);
        if (state & SR_LBD) {
            set_reg(REG_SR, SR_CLEAR_LBD);
            // What a receiver makes of a break.
            (void)reg(REG_DR);
            return LIN_SIGN_BREAK;
        }
        if ((state & (SR_RXNE | SR_ORE)) == 0) {
            return LIN_SIGN_NONE;
        }
        // Reading DR after SR clears RXNE, FE and ORE.
        uint8_t data = (uint8_t)reg(REG_DR);
        if ((state & SR_FE) == 0) {
            *byte = data;
            return LIN_SIGN_BYTE;
        }
#ifdef SLOW_BREAK
        if (data == 0) {
            return LIN_SIGN_BREAK;
        }
#endif
        // Garbled, or the beginning of a break that LBD will tell.
    }
}

void lin_expect_break(void)
{
    // A USART hears breaks at any time.
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
