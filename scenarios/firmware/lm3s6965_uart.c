// SPDX-License-Identifier: Apache-2.0 OR MIT
// uart.h on the first UART of an LM3S6965 (data sheet, 12) and its pins PA0 and PA1 (data sheet, 8). The chip runs by its internal
// oscillator of 12 MHz, as it does after a reset. Port 0 is UART0.
#include "scenarios/firmware/cpu.h"
#ifdef ETHERNET
#include "scenarios/firmware/eth.h"
#endif
#include "scenarios/firmware/mmio.h"
#include "scenarios/firmware/ring.h"
#include "scenarios/firmware/uart.h"

#define UARTCLK_HZ 12000000U

// Data sheet, 5.5: which modules have a clock.
#define RCGC1 0x400FE104U
#define RCGC2 0x400FE108U
#define RCGC1_UART0 (1U << 0)
#define RCGC2_GPIOA (1U << 0)

// Data sheet, 8.5.
#define GPIOA_AFSEL 0x40004420U
#define GPIOA_DEN 0x4000451CU
#define PINS_UART0 (1U << 0 | 1U << 1)

// Data sheet, 12.5, and table 2-9.
#define UART0 0x4000C000U
#define UART0_IRQ 5U
#define UARTDR (UART0 + 0x000U)
#define UARTFR (UART0 + 0x018U)
#define UARTIBRD (UART0 + 0x024U)
#define UARTFBRD (UART0 + 0x028U)
#define UARTLCRH (UART0 + 0x02CU)
#define UARTCTL (UART0 + 0x030U)
#define UARTIM (UART0 + 0x038U)
#define UARTICR (UART0 + 0x044U)
#define DR_OVERRUN (1U << 11)
#define FR_RX_EMPTY (1U << 4)
#define FR_TX_FULL (1U << 5)
#define LCRH_8_BITS (3U << 5)
#define CTL_ENABLE (1U << 0)
#define CTL_TX_ENABLE (1U << 8)
#define CTL_RX_ENABLE (1U << 9)
#define INTERRUPT_RX (1U << 4)
#define INTERRUPTS_ALL 0x7F0U

#define NVIC_ISER0 0xE000E100U // Armv7-M ARM, B3.4.4

static struct ring ring;
static volatile uint32_t lost;

void irq_handler(uint32_t number);

void uart_init(unsigned port, uint32_t baud)
{
    if (port != 0 || baud == 0 || UARTCLK_HZ / baud < 16) {
        cpu_halt();
    }
    mmio_write32(RCGC1, mmio_read32(RCGC1) | RCGC1_UART0);
    mmio_write32(RCGC2, mmio_read32(RCGC2) | RCGC2_GPIOA);
    (void)mmio_read32(RCGC2); // a module takes accesses three clocks after it has its own
    mmio_write32(GPIOA_AFSEL, mmio_read32(GPIOA_AFSEL) | PINS_UART0);
    mmio_write32(GPIOA_DEN, mmio_read32(GPIOA_DEN) | PINS_UART0);

    uint32_t divisor = (UARTCLK_HZ * 4U + baud / 2) / baud; // 16 clocks a bit, in 64ths
    mmio_write32(UARTCTL, 0);
    mmio_write32(UARTICR, INTERRUPTS_ALL);
    mmio_write32(UARTIBRD, divisor / 64);
    mmio_write32(UARTFBRD, divisor % 64);
    mmio_write32(UARTLCRH, LCRH_8_BITS); // no FIFO: each byte interrupts
    mmio_write32(UARTIM, INTERRUPT_RX);
    mmio_write32(UARTCTL, CTL_ENABLE | CTL_TX_ENABLE | CTL_RX_ENABLE);
    mmio_write32(NVIC_ISER0, 1U << UART0_IRQ);
}

void uart_put(unsigned port, uint8_t byte)
{
    if (port != 0) {
        return;
    }
    while (mmio_read32(UARTFR) & FR_TX_FULL) {
    }
    mmio_write32(UARTDR, byte);
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
    if (number == UART0_IRQ) {
        mmio_write32(UARTICR, INTERRUPT_RX);
        while (!(mmio_read32(UARTFR) & FR_RX_EMPTY)) {
            uint32_t data = mmio_read32(UARTDR);
            if ((data & DR_OVERRUN) || !ring_put(&ring, (uint8_t)data)) {
                lost = lost + 1;
            }
        }
    }
#ifdef ETHERNET
    (void)eth_serve(number);
#endif
}
