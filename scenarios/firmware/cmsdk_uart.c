// SPDX-License-Identifier: Apache-2.0 OR MIT
// uart.h on the UART of Arm's Cortex-M System Design Kit (CMSDK TRM, Arm DDI 0479, "APB UART"), as the MPS2 board with
// the AN385 image has it five times (AN385, memory map and interrupts).
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/mmio.h"
#include "scenarios/firmware/ring.h"
#include "scenarios/firmware/uart.h"

#define SYSCLK_HZ 25000000U // AN385, clocks: the UARTs' clock, too
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

#define NVIC_ISER0 0xE000E100U // Armv7-M ARM, B3.4.4

#define PORTS 5U

static const struct {
    uint32_t base;
    uint32_t rx_irq; // the transmitter's is the next
} uarts[PORTS] = {
    {0x40004000, 0}, {0x40005000, 2}, {0x40006000, 4}, {0x40007000, 18}, {0x40009000, 20},
};

static struct ring rings[PORTS];
static volatile uint32_t lost[PORTS];

void irq_handler(uint32_t number);

void uart_init(unsigned port, uint32_t baud)
{
    if (port >= PORTS || baud == 0 || SYSCLK_HZ / baud < BAUDDIV_MIN) {
        cpu_halt();
    }
    uint32_t base = uarts[port].base;
    mmio_write32(base + REG_CTRL, 0);
    mmio_write32(base + REG_BAUDDIV, (SYSCLK_HZ + baud / 2) / baud);
    mmio_write32(base + REG_CTRL, CTRL_TX_ENABLE | CTRL_RX_ENABLE | CTRL_RX_INTERRUPT);
    mmio_write32(NVIC_ISER0, 1U << uarts[port].rx_irq);
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

// Called by the startup code for every external interrupt; only receivers are ever enabled, see uart_init().
void irq_handler(uint32_t number)
{
    for (unsigned port = 0; port < PORTS; port++) {
        if (uarts[port].rx_irq == number) {
            receive(port);
        }
    }
}
