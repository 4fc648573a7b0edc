// SPDX-License-Identifier: Apache-2.0 OR MIT
// uart.h on LPUART1 of an STM32G474 (RM0440, 38), and what it needs before: the clock tree at 170 MHz from the crystal of 24 MHz
// (RM0440, 7), and pins PA2 and PA3 (RM0440, 9), as on the NUCLEO-G474RE. Port 0 is LPUART1.
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/mmio.h"
#include "scenarios/firmware/ring.h"
#include "scenarios/firmware/uart.h"

#define PCLK1_HZ 170000000U

// RM0440, 7.4.
#define RCC_CR 0x40021000U
#define RCC_CFGR 0x40021008U
#define RCC_PLLCFGR 0x4002100CU
#define RCC_AHB2ENR 0x4002104CU
#define RCC_APB1ENR1 0x40021058U
#define RCC_APB1ENR2 0x4002105CU
#define CR_HSEON (1U << 16)
#define CR_HSERDY (1U << 17)
#define CR_PLLON (1U << 24)
#define CR_PLLRDY (1U << 25)
// 24 MHz / 6 * 85 / 2 by the output R, which is enabled.
#define PLLCFGR_170MHZ (3U | (5U << 4) | (85U << 8) | (1U << 24) | (0U << 25))
#define CFGR_SW_PLL 3U
#define CFGR_HPRE_2 (8U << 4)
#define CFGR_SWS (3U << 2)
#define CFGR_SWS_PLL (3U << 2)
#define AHB2ENR_GPIOA (1U << 0)
#define APB1ENR1_PWR (1U << 28)
#define APB1ENR2_LPUART1 (1U << 0)

// RM0440, 6.4: range 1 with boost, for more than 150 MHz.
#define PWR_CR5 0x40007080U
#define CR5_R1MODE (1U << 8)

// RM0440, 3.7.
#define FLASH_ACR 0x40022000U
#define ACR_170MHZ (4U | (1U << 8) | (1U << 9) | (1U << 10) | (1U << 18)) // four wait states, prefetch, caches, debugging
#define ACR_LATENCY 0xFU

// RM0440, 9.4.
#define GPIOA_MODER 0x48000000U
#define GPIOA_AFRL 0x48000020U

// RM0440, 38.7.
#define LPUART1 0x40008000U
#define LPUART1_IRQ 91U
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

#define NVIC_ISER2 0xE000E108U // Armv7-M ARM, B3.4.4

static struct ring ring;
static volatile uint32_t lost;

void irq_handler(uint32_t number);

static void wait_for(uintptr_t address, uint32_t mask, uint32_t value)
{
    while ((mmio_read32(address) & mask) != value) {
    }
}

static void clocks_at_170_mhz(void)
{
    mmio_write32(RCC_APB1ENR1, mmio_read32(RCC_APB1ENR1) | APB1ENR1_PWR);
    mmio_write32(PWR_CR5, mmio_read32(PWR_CR5) & ~CR5_R1MODE);
    mmio_write32(RCC_CR, mmio_read32(RCC_CR) | CR_HSEON);
    wait_for(RCC_CR, CR_HSERDY, CR_HSERDY);
    mmio_write32(RCC_PLLCFGR, PLLCFGR_170MHZ);
    mmio_write32(RCC_CR, mmio_read32(RCC_CR) | CR_PLLON);
    wait_for(RCC_CR, CR_PLLRDY, CR_PLLRDY);
    mmio_write32(FLASH_ACR, ACR_170MHZ);
    wait_for(FLASH_ACR, ACR_LATENCY, ACR_170MHZ & ACR_LATENCY);
    // Half of it for a microsecond first (RM0440, 7.2.7).
    mmio_write32(RCC_CFGR, CFGR_SW_PLL | CFGR_HPRE_2);
    wait_for(RCC_CFGR, CFGR_SWS, CFGR_SWS_PLL);
    for (uint32_t n = 0; n < 50; n++) {
        (void)mmio_read32(RCC_CFGR);
    }
    mmio_write32(RCC_CFGR, CFGR_SW_PLL);
}

void uart_init(unsigned port, uint32_t baud)
{
    // BRR is 256 cycles a bit, of 0x300 to 0xFFFFF.
    uint64_t brr = baud == 0 ? 0 : ((uint64_t)PCLK1_HZ * 256 + baud / 2) / baud;
    if (port != 0 || brr < 0x300U || brr > 0xFFFFFU) {
        cpu_halt();
    }
    clocks_at_170_mhz();
    mmio_write32(RCC_AHB2ENR, mmio_read32(RCC_AHB2ENR) | AHB2ENR_GPIOA);
    mmio_write32(RCC_APB1ENR2, mmio_read32(RCC_APB1ENR2) | APB1ENR2_LPUART1);
    // PA2 and PA3: alternate function 12.
    mmio_write32(GPIOA_AFRL, (mmio_read32(GPIOA_AFRL) & ~0xFF00U) | 0xCC00U);
    mmio_write32(GPIOA_MODER, (mmio_read32(GPIOA_MODER) & ~0xF0U) | 0xA0U);
    mmio_write32(LPUART1 + REG_BRR, (uint32_t)brr);
    mmio_write32(LPUART1 + REG_CR1, CR1_UE | CR1_TE | CR1_RE | CR1_RXNEIE);
    mmio_write32(NVIC_ISER2, 1U << (LPUART1_IRQ - 64U));
}

void uart_put(unsigned port, uint8_t byte)
{
    if (port != 0) {
        return;
    }
    wait_for(LPUART1 + REG_ISR, ISR_TXE, ISR_TXE);
    mmio_write32(LPUART1 + REG_TDR, byte);
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
    if (number != LPUART1_IRQ) {
        return;
    }
    uint32_t state = mmio_read32(LPUART1 + REG_ISR);
    if (state & ISR_ORE) {
        mmio_write32(LPUART1 + REG_ICR, ISR_ORE);
        lost = lost + 1;
    }
    if (state & ISR_RXNE) {
        uint8_t byte = (uint8_t)mmio_read32(LPUART1 + REG_RDR);
        if (!ring_put(&ring, byte)) {
            lost = lost + 1;
        }
    }
}
