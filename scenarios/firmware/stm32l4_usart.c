// SPDX-License-Identifier: Apache-2.0 OR MIT
// uart.h on the USARTs of an STM32L475 (RM0351, 40), and what they need before: the clock tree at 80 MHz from MSI (RM0351, 6), and
// pins PB6 and PB7 (RM0351, 8), as on the B-L475E-IOT01A. Port 0 is USART1.
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/mmio.h"
#include "scenarios/firmware/ring.h"
#include "scenarios/firmware/uart.h"

#define PCLK2_HZ 80000000U

// RM0351, 6.4.
#define RCC_CR 0x40021000U
#define RCC_CFGR 0x40021008U
#define RCC_PLLCFGR 0x4002100CU
#define RCC_AHB2ENR 0x4002104CU
#define RCC_APB2ENR 0x40021060U
#define CR_PLLON (1U << 24)
#define CR_PLLRDY (1U << 25)
// MSI has 4 MHz after a reset: * 40 / 2 = 80 MHz by the output R, which is enabled.
#define PLLCFGR_80MHZ (1U | (40U << 8) | (1U << 24) | (0U << 25))
#define CFGR_SW_PLL 3U
#define CFGR_SWS (3U << 2)
#define CFGR_SWS_PLL (3U << 2)
#define AHB2ENR_GPIOB (1U << 1)
#define APB2ENR_USART1 (1U << 14)

// RM0351, 3.7.
#define FLASH_ACR 0x40022000U
#define ACR_80MHZ (4U | (1U << 8) | (1U << 9) | (1U << 10)) // four wait states, prefetch and caches
#define ACR_LATENCY 7U

// RM0351, 8.5.
#define GPIOB_MODER 0x48000400U
#define GPIOB_AFRL 0x48000420U

// RM0351, 40.8.
#define USART1 0x40013800U
#define USART1_IRQ 37U
#define REG_CR1 0x00U
#define REG_BRR 0x0CU
#define REG_ISR 0x1CU
#define REG_ICR 0x20U
#define REG_RDR 0x24U
#define REG_TDR 0x28U
#define CR1_UE (1U << 0)
#define CR1_RE (1U << 2)
#define CR1_TE (1U << 3)
#define CR1_RXNEIE (1U << 5)
#define ISR_ORE (1U << 3)
#define ISR_RXNE (1U << 5)
#define ISR_TXE (1U << 7)

#define NVIC_ISER1 0xE000E104U // Armv7-M ARM, B3.4.4

static struct ring ring;
static volatile uint32_t lost;

void irq_handler(uint32_t number);

static void wait_for(uintptr_t address, uint32_t mask, uint32_t value)
{
    while ((mmio_read32(address) & mask) != value) {
    }
}

static void clocks_at_80_mhz(void)
{
    mmio_write32(RCC_PLLCFGR, PLLCFGR_80MHZ);
    mmio_write32(RCC_CR, mmio_read32(RCC_CR) | CR_PLLON);
    wait_for(RCC_CR, CR_PLLRDY, CR_PLLRDY);
    mmio_write32(FLASH_ACR, ACR_80MHZ);
    wait_for(FLASH_ACR, ACR_LATENCY, ACR_80MHZ & ACR_LATENCY);
    mmio_write32(RCC_CFGR, CFGR_SW_PLL);
    wait_for(RCC_CFGR, CFGR_SWS, CFGR_SWS_PLL);
}

void uart_init(unsigned port, uint32_t baud)
{
    if (port != 0 || baud == 0 || PCLK2_HZ / baud < 16) {
        cpu_halt();
    }
    clocks_at_80_mhz();
    mmio_write32(RCC_AHB2ENR, mmio_read32(RCC_AHB2ENR) | AHB2ENR_GPIOB);
    mmio_write32(RCC_APB2ENR, mmio_read32(RCC_APB2ENR) | APB2ENR_USART1);
    // PB6 and PB7: alternate function 7.
    mmio_write32(GPIOB_AFRL, (mmio_read32(GPIOB_AFRL) & ~0xFF000000U) | 0x77000000U);
    mmio_write32(GPIOB_MODER, (mmio_read32(GPIOB_MODER) & ~0xF000U) | 0xA000U);
    mmio_write32(USART1 + REG_BRR, (PCLK2_HZ + baud / 2) / baud);
    mmio_write32(USART1 + REG_CR1, CR1_UE | CR1_TE | CR1_RE | CR1_RXNEIE);
    mmio_write32(NVIC_ISER1, 1U << (USART1_IRQ - 32U));
}

void uart_put(unsigned port, uint8_t byte)
{
    if (port != 0) {
        return;
    }
    wait_for(USART1 + REG_ISR, ISR_TXE, ISR_TXE);
    mmio_write32(USART1 + REG_TDR, byte);
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
    uint32_t state = mmio_read32(USART1 + REG_ISR);
    if (state & ISR_ORE) {
        mmio_write32(USART1 + REG_ICR, ISR_ORE);
        lost = lost + 1;
    }
    if (state & ISR_RXNE) {
        uint8_t byte = (uint8_t)mmio_read32(USART1 + REG_RDR);
        if (!ring_put(&ring, byte)) {
            lost = lost + 1;
        }
    }
}
