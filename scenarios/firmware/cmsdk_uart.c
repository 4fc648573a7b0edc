// SPDX-License-Identifier: Apache-2.0 OR MIT
// uart.h on the UART of Arm's Cortex-M System Design Kit (CMSDK TRM, Arm DDI 0479, "APB UART"), as the images of the MPS2 and
// MPS3 boards have it (AN385, AN505, AN547, memory map and interrupts).
#include "scenarios/firmware/cpu.h"
#ifdef ETHERNET
#include "scenarios/firmware/eth.h"
#endif
#include "scenarios/firmware/mmio.h"
#include "scenarios/firmware/ring.h"
#include "scenarios/firmware/uart.h"

#ifndef UART_HZ
#define UART_HZ 25000000U // AN385, clocks: the system's clock, too
#endif
#define BAUDDIV_MIN 16U     // CMSDK TRM, "APB UART": the receiver samples 16 times a bit

// CMSDK TRM, "APB UART", registers.
#define REG_DATA 0x00U
#define REG_STATE 0x04U
#define REG_CTRL 0x08U
#define REG_INTSTATUS 0x0CU
#define REG_BAUDDIV 0x10U

#define STATE_TX_FULL (1U << 0)
#define STATE_RX_FULL (1U << 1)
#define STATE_RX_OVERRUN (1U << 3)
#define CTRL_TX_ENABLE (1U << 0)
#define CTRL_RX_ENABLE (1U << 1)
#define CTRL_RX_INTERRUPT (1U << 3)
#define INTSTATUS_RX (1U << 1)

#define NVIC_ISER 0xE000E100U // Armv7-M ARM, B3.4.4: a register for each 32 interrupts

#define PORTS 5U
#ifndef UART_IRQS
#define UART_IRQS 0U // which 32 interrupts have the UARTs
#endif

static const struct {
    uint32_t base;
    uint32_t rx_irq; // the transmitter's is the next
} uarts[PORTS] = {
#if defined(BOARD_MPS2_AN505) // of the secure world, which bit 28 tells
    {0x50200000, 32}, {0x50201000, 34}, {0x50202000, 36}, {0x50203000, 38}, {0x50204000, 40},
#elif defined(BOARD_MPS3_AN547)
    {0x59303000, 33}, {0x59304000, 35}, {0x59305000, 37}, {0x59306000, 39}, {0x59307000, 41},
#else // AN385
    {0x40004000, 0}, {0x40005000, 2}, {0x40006000, 4}, {0x40007000, 18}, {0x40009000, 20},
#endif
};

static struct ring rings[PORTS];
static volatile uint32_t lost[PORTS];

void irq_handler(uint32_t number);

void uart_init(unsigned port, uint32_t baud)
{
    if (port >= PORTS || baud == 0 || UART_HZ / baud < BAUDDIV_MIN) {
        cpu_halt();
    }
    uint32_t base = uarts[port].base;
    mmio_write32(base + REG_CTRL, 0);
    mmio_write32(base + REG_BAUDDIV, (UART_HZ + baud / 2) / baud);
    mmio_write32(base + REG_CTRL, CTRL_TX_ENABLE | CTRL_RX_ENABLE | CTRL_RX_INTERRUPT);
    mmio_write32(NVIC_ISER + 4 * UART_IRQS, 1U << (uarts[port].rx_irq - 32 * UART_IRQS));
}

void uart_put(unsigned port, uint8_t byte)
{
    if (port >= PORTS) {
        return;
    }
    while (mmio_read32(uarts[port].base + REG_STATE) & STATE_TX_FULL) {
    }
    mmio_write32(uarts[port].base + REG_DATA, byte);
}

bool uart_take(unsigned port, uint8_t *byte)
{
    return port < PORTS && ring_take(&rings[port], byte);
}

bool uart_is_idle(unsigned port)
{
    return port >= PORTS || ring_is_empty(&rings[port]);
}

uint32_t uart_lost(unsigned port)
{
    return port < PORTS ? lost[port] : 0;
}

static void receive(unsigned port)
{
    uint32_t base = uarts[port].base;
    // First acknowledge, then read: a byte that comes after the last look raises the interrupt anew.
    mmio_write32(base + REG_INTSTATUS, INTSTATUS_RX);
    uint32_t state = mmio_read32(base + REG_STATE);
    if (state & STATE_RX_OVERRUN) {
        mmio_write32(base + REG_STATE, STATE_RX_OVERRUN);
        lost[port] = lost[port] + 1;
    }
    while (mmio_read32(base + REG_STATE) & STATE_RX_FULL) {
        if (!ring_put(&rings[port], (uint8_t)mmio_read32(base + REG_DATA))) {
            lost[port] = lost[port] + 1;
        }
    }
}

// Called by the startup code for every external interrupt; only receivers are ever enabled.
void irq_handler(uint32_t number)
{
    for (unsigned port = 0; port < PORTS; port++) {
        if (uarts[port].rx_irq == number) {
            receive(port);
        }
    }
#ifdef ETHERNET
    (void)eth_serve(number);
#endif
}
