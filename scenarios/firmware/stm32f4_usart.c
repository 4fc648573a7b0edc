// SPDX-License-Identifier: Apache-2.0 OR MIT
// uart.h on the USARTs of an STM32F407 (RM0090, 30), and what they need before: the clock tree at 168 MHz from a crystal of 8 MHz,
// as on the STM32F4DISCOVERY (RM0090, 7), and pins PA2 and PA3, or with Ethernet, which needs PA2, PD5 and PD6 (RM0090, 8). Port 0 is USART2.
#include "scenarios/firmware/cpu.h"
#ifdef ETHERNET
#include "scenarios/firmware/eth.h"
#endif
#include "scenarios/firmware/mmio.h"
#include "scenarios/firmware/ring.h"
#include "scenarios/firmware/uart.h"

#define PCLK1_HZ 42000000U // the most for APB1: RM0090, 7.2

// RM0090, 7.3.
#define RCC_CR 0x40023800U
#define RCC_PLLCFGR 0x40023804U
#define RCC_CFGR 0x40023808U
#define RCC_AHB1ENR 0x40023830U
#define RCC_APB1ENR 0x40023840U
#define CR_HSEON (1U << 16)
#define CR_HSERDY (1U << 17)
#define CR_PLLON (1U << 24)
#define CR_PLLRDY (1U << 25)
// 8 MHz / 8 * 336 / 2 = 168 MHz, and / 7 = 48 MHz for USB.
#define PLLCFGR_168MHZ (8U | (336U << 6) | (0U << 16) | (1U << 22) | (7U << 24))
#define CFGR_SW_PLL 2U
#define CFGR_SWS (3U << 2)
#define CFGR_SWS_PLL (2U << 2)
#define CFGR_PPRE1_DIV4 (5U << 10)
#define CFGR_PPRE2_DIV2 (4U << 13)
#ifdef ETHERNET
#define AHB1ENR_GPIO (1U << 3)
#else
#define AHB1ENR_GPIO (1U << 0)
#endif
#define APB1ENR_USART2 (1U << 17)

// RM0090, 3.9.
#define FLASH_ACR 0x40023C00U
#define ACR_168MHZ (5U | (1U << 8) | (1U << 9) | (1U << 10)) // five wait states, prefetch and caches
#define ACR_LATENCY 7U

// RM0090, 8.4.
#ifdef ETHERNET
#define GPIO 0x40020C00U
#define PIN 5U
#else
#define GPIO 0x40020000U
#define PIN 2U
#endif
#define GPIO_MODER (GPIO + 0x00U)
#define GPIO_AFRL (GPIO + 0x20U)

// RM0090, 30.6.
#define USART2 0x40004400U
#define USART2_IRQ 38U
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

static void clocks_at_168_mhz(void)
{
    mmio_write32(RCC_CR, mmio_read32(RCC_CR) | CR_HSEON);
    wait_for(RCC_CR, CR_HSERDY, CR_HSERDY);
    mmio_write32(RCC_PLLCFGR, PLLCFGR_168MHZ);
    mmio_write32(RCC_CR, mmio_read32(RCC_CR) | CR_PLLON);
    wait_for(RCC_CR, CR_PLLRDY, CR_PLLRDY);
    mmio_write32(FLASH_ACR, ACR_168MHZ);
    wait_for(FLASH_ACR, ACR_LATENCY, ACR_168MHZ & ACR_LATENCY);
    mmio_write32(RCC_CFGR, CFGR_PPRE1_DIV4 | CFGR_PPRE2_DIV2 | CFGR_SW_PLL);
    wait_for(RCC_CFGR, CFGR_SWS, CFGR_SWS_PLL);
}

void uart_init(unsigned port, uint32_t baud)
{
    if (port != 0 || baud == 0 || PCLK1_HZ / baud < 16) {
        cpu_halt();
    }
    clocks_at_168_mhz();
    mmio_write32(RCC_AHB1ENR, mmio_read32(RCC_AHB1ENR) | AHB1ENR_GPIO);
    mmio_write32(RCC_APB1ENR, mmio_read32(RCC_APB1ENR) | APB1ENR_USART2);
    // Two pins: alternate function 7.
    mmio_write32(GPIO_AFRL, (mmio_read32(GPIO_AFRL) & ~(0xFFU << 4 * PIN)) | 0x77U << 4 * PIN);
    mmio_write32(GPIO_MODER, (mmio_read32(GPIO_MODER) & ~(0xFU << 2 * PIN)) | 0xAU << 2 * PIN);
    mmio_write32(USART2 + REG_BRR, (PCLK1_HZ + baud / 2) / baud);
    mmio_write32(USART2 + REG_CR1, CR1_UE | CR1_TE | CR1_RE | CR1_RXNEIE);
    mmio_write32(NVIC_ISER1, 1U << (USART2_IRQ - 32U));
}

void uart_put(unsigned port, uint8_t byte)
{
    if (port != 0) {
        return;
    }
    wait_for(USART2 + REG_SR, SR_TXE, SR_TXE);
    mmio_write32(USART2 + REG_DR, byte);
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

// Called by the startup code for every external interrupt.
void irq_handler(uint32_t number)
{
#ifdef ETHERNET
    (void)eth_serve(number);
#endif
    if (number != USART2_IRQ) {
        return;
    }
    uint32_t state = mmio_read32(USART2 + REG_SR);
    if (state & (SR_RXNE | SR_ORE)) {
        // Reading DR after SR clears both.
        uint8_t byte = (uint8_t)mmio_read32(USART2 + REG_DR);
        if ((state & SR_ORE) || !ring_put(&ring, byte)) {
            lost = lost + 1;
        }
    }
}
