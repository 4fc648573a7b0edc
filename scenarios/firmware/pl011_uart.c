// SPDX-License-Identifier: Apache-2.0 OR MIT
// uart.h on a PL011 (Arm DDI 0183G, 3), as QEMU's Arm virt board has it once (hw/arm/virt.c, base_memmap and a15irqmap).
#include "scenarios/firmware/cpu.h"
#ifdef ETHERNET
#include "scenarios/firmware/eth.h"
#endif
#include "scenarios/firmware/gic.h"
#include "scenarios/firmware/mmio.h"
#include "scenarios/firmware/ring.h"
#include "scenarios/firmware/uart.h"

#define UARTCLK_HZ 24000000U // the board's tree: apb-pclk
#define UART_INTID (32U + 1U)

#define UART 0x09000000U
#define UARTDR (UART + 0x000U)
#define UARTFR (UART + 0x018U)
#define UARTIBRD (UART + 0x024U)
#define UARTFBRD (UART + 0x028U)
#define UARTLCR_H (UART + 0x02CU)
#define UARTCR (UART + 0x030U)
#define UARTIMSC (UART + 0x038U)
#define UARTICR (UART + 0x044U)

#define DR_OVERRUN (1U << 11)
#define FR_RX_EMPTY (1U << 4)
#define FR_TX_FULL (1U << 5)
#define LCR_H_8_BITS (3U << 5)
#define CR_ENABLE (1U << 0)
#define CR_TX_ENABLE (1U << 8)
#define CR_RX_ENABLE (1U << 9)
#define INTERRUPT_RX (1U << 4)
#define INTERRUPTS_ALL 0x7FFU

static struct ring ring;
static volatile uint32_t lost;

void irq_handler(uint32_t number);

void uart_init(unsigned port, uint32_t baud)
{
    if (port != 0 || baud == 0 || UARTCLK_HZ / baud < 16) {
        cpu_halt();
    }
    uint32_t divisor = (UARTCLK_HZ * 4U + baud / 2) / baud; // 16 clocks a bit, in 64ths: 3.3.6
    mmio_write32(UARTCR, 0);
    mmio_write32(UARTICR, INTERRUPTS_ALL);
    mmio_write32(UARTIBRD, divisor / 64);
    mmio_write32(UARTFBRD, divisor % 64);
    mmio_write32(UARTLCR_H, LCR_H_8_BITS); // no FIFO: each byte interrupts
    mmio_write32(UARTIMSC, INTERRUPT_RX);
    mmio_write32(UARTCR, CR_ENABLE | CR_TX_ENABLE | CR_RX_ENABLE);
    gic_enable(UART_INTID);
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

// Called by the startup code for every interrupt but the timer's.
void irq_handler(uint32_t number)
{
#ifdef ETHERNET
    if (eth_serve(number)) {
        return;
    }
#endif
    if (number != UART_INTID) {
        cpu_halt();
    }
    mmio_write32(UARTICR, INTERRUPT_RX);
    while (!(mmio_read32(UARTFR) & FR_RX_EMPTY)) {
        uint32_t data = mmio_read32(UARTDR);
        if ((data & DR_OVERRUN) || !ring_put(&ring, (uint8_t)data)) {
            lost = lost + 1;
        }
    }
}
