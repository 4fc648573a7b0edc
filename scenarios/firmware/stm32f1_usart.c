// SPDX-License-Identifier: Apache-2.0 OR MIT
// uart.h on the USARTs of an STM32F100 (RM0041, 23), and what they need before: the clock tree at 24 MHz from a crystal of 8 MHz,
// as on the STM32VLDISCOVERY (RM0041, 6), and pins PA9 and PA10 (RM0041, 7). Port 0 is USART1.
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/mmio.h"
#include "scenarios/firmware/ring.h"
#include "scenarios/firmware/uart.h"

#define PCLK2_HZ 24000000U

// RM0041, 6.3.
#define RCC_CR 0x40021000U
#define RCC_CFGR 0x40021004U
#define RCC_APB2ENR 0x40021018U
#define CR_HSEON (1U << 16)
#define CR_HSERDY (1U << 17)
#define CR_PLLON (1U << 24)
#define CR_PLLRDY (1U << 25)
#define CFGR_PLL_HSE_X3 ((1U << 16) | (1U << 18))
#define CFGR_SW_PLL 2U
#define CFGR_SWS (3U << 2)
#define CFGR_SWS_PLL (2U << 2)
#define APB2ENR_GPIOA (1U << 2)
#define APB2ENR_USART1 (1U << 14)

// RM0041, 7.2.
#define GPIOA_CRH 0x40010804U
#define CRH_PA9 0x000000F0U
#define CRH_PA9_TX 0x000000B0U // alternate function, push-pull, 50 MHz; PA10 is an input from the start

// RM0041, 23.6.
#define USART1 0x40013800U
#define USART1_IRQ 37U
#define REG_SR 0x00U
#define REG_DR 0x04U
#define REG_BRR 0x08U
#define REG_CR1 0x0CU
#define SR_ORE (1U << 3)
#define SR_RXNE (1U << 5)
#define SR_TXE (1U << 7)
#define CR1_RE (1U << 2)
#define CR1_TE (1U << 3)
#define CR1_RXNEIE (1U << 5)
#define CR1_UE (1U << 13)

#define NVIC_ISER1 0xE000E104U // Armv7-M ARM, B3.4.4

static struct ring ring;
static volatile uint32_t lost;

void irq_handler(uint32_t number);

static void wait_for(uintptr_t address, uint32_t mask, uint32_t value)
{
    while ((mmio_read32(address) & mask) != value) {
    }
}

static void clocks_at_24_mhz(void)
{
    mmio_write32(RCC_CR, mmio_read32(RCC_CR) | CR_HSEON);
    wait_for(RCC_CR, CR_HSERDY, CR_HSERDY);
    mmio_write32(RCC_CFGR, CFGR_PLL_HSE_X3);
    mmio_write32(RCC_CR, mmio_read32(RCC_CR) | CR_PLLON);
    wait_for(RCC_CR, CR_PLLRDY, CR_PLLRDY);
    mmio_write32(RCC_CFGR, CFGR_PLL_HSE_X3 | CFGR_SW_PLL);
    wait_for(RCC_CFGR, CFGR_SWS, CFGR_SWS_PLL);
}

void uart_init(unsigned port, uint32_t baud)
{
    if (port != 0 || baud == 0 || PCLK2_HZ / baud < 16) {
        cpu_halt();
    }
    clocks_at_24_mhz();
    mmio_write32(RCC_APB2ENR, mmio_read32(RCC_APB2ENR) | APB2ENR_GPIOA | APB2ENR_USART1);
    mmio_write32(GPIOA_CRH, (mmio_read32(GPIOA_CRH) & ~CRH_PA9) | CRH_PA9_TX);
    mmio_write32(USART1 + REG_BRR, (PCLK2_HZ + baud / 2) / baud);
    mmio_write32(USART1 + REG_CR1, CR1_UE | CR1_TE | CR1_RE | CR1_RXNEIE);
    mmio_write32(NVIC_ISER1, 1U << (USART1_IRQ - 32U));
}

void uart_put(unsigned port, uint8_t byte)
{
    if (port != 0) {
        return;
    }
    wait_for(USART1 + REG_SR, SR_TXE, SR_TXE);
    mmio_write32(USART1 + REG_DR, byte);
}

bool uart_take(unsigned port, uint8_t *byte)
{
    return port == 0 && ring_take(&ring, byte);
}

bool uart_is_idle(unsigned port)
{
    return port != 0 || ring_is_empty(&ring);
}

uint32_t uart_lost(unsigned port)
{
    return port == 0 ? lost : 0;
}

// Called by the startup code for every external interrupt; only the receiver's is ever enabled.
void irq_handler(uint32_t number)
{
    if (number != USART1_IRQ) {
        return;
    }
    uint32_t state = mmio_read32(USART1 + REG_SR);
    if (state & (SR_RXNE | SR_ORE)) {
        // Reading DR after SR clears both.
        uint8_t byte = (uint8_t)mmio_read32(USART1 + REG_DR);
        if ((state & SR_ORE) || !ring_put(&ring, byte)) {
            lost = lost + 1;
        }
    }
}
