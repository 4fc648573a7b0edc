// SPDX-License-Identifier: Apache-2.0 OR MIT
// uart.h on the Cadence UARTs of a Zynq UltraScale+ (Xilinx UG1085, 21, and UG1087, UART), by 100 MHz, as a ZCU102's first boot
// loader leaves them.
#include "scenarios/firmware/cpu.h"
#ifdef ETHERNET
#include "scenarios/firmware/eth.h"
#endif
#include "scenarios/firmware/gic.h"
#include "scenarios/firmware/mmio.h"
#include "scenarios/firmware/ring.h"
#include "scenarios/firmware/uart.h"

#define UART_REF_HZ 100000000U
#define SAMPLES 10U // a bit: BAUD_RATE_DIVIDER + 1

#define REG_CONTROL 0x00U
#define REG_MODE 0x04U
#define REG_INTERRUPT_ENABLE 0x08U
#define REG_INTERRUPT_DISABLE 0x0CU
#define REG_INTERRUPT_STATUS 0x14U
#define REG_BAUD_RATE 0x18U
#define REG_RX_TRIGGER 0x20U
#define REG_STATUS 0x2CU
#define REG_FIFO 0x30U
#define REG_BAUD_RATE_DIVIDER 0x34U

#define CONTROL_RESETS (1U << 0 | 1U << 1)
#define CONTROL_RX_ENABLE (1U << 2)
#define CONTROL_TX_ENABLE (1U << 4)
#define MODE_8N1 (4U << 3)
#define INTERRUPT_RX_TRIGGER (1U << 0)
#define INTERRUPT_RX_OVERRUN (1U << 5)
#define INTERRUPTS_ALL 0x3FFFU
#define STATUS_RX_EMPTY (1U << 1)
#define STATUS_TX_FULL (1U << 4)

#define PORTS 2U

static const struct {
    uint32_t base;
    uint32_t number; // INTID
} uarts[PORTS] = {
    {0xFF000000U, 32U + 21U},
    {0xFF010000U, 32U + 22U},
};

static struct ring rings[PORTS];
static volatile uint32_t lost[PORTS];

void irq_handler(uint32_t number);

void uart_init(unsigned port, uint32_t baud)
{
    if (port >= PORTS || baud == 0 || UART_REF_HZ / baud < SAMPLES) {
        cpu_halt();
    }
    uint32_t base = uarts[port].base;
    mmio_write32(base + REG_INTERRUPT_DISABLE, INTERRUPTS_ALL);
    mmio_write32(base + REG_CONTROL, CONTROL_RESETS);
    mmio_write32(base + REG_MODE, MODE_8N1);
    mmio_write32(base + REG_BAUD_RATE, (UART_REF_HZ / SAMPLES + baud / 2) / baud);
    mmio_write32(base + REG_BAUD_RATE_DIVIDER, SAMPLES - 1);
    mmio_write32(base + REG_RX_TRIGGER, 1); // each byte interrupts
    mmio_write32(base + REG_CONTROL, CONTROL_RX_ENABLE | CONTROL_TX_ENABLE);
    mmio_write32(base + REG_INTERRUPT_STATUS, INTERRUPTS_ALL);
    mmio_write32(base + REG_INTERRUPT_ENABLE, INTERRUPT_RX_TRIGGER);
    gic_enable(uarts[port].number);
}

void uart_put(unsigned port, uint8_t byte)
{
    if (port >= PORTS) {
        return;
    }
    while (mmio_read32(uarts[port].base + REG_STATUS) & STATUS_TX_FULL) {
    }
    mmio_write32(uarts[port].base + REG_FIFO, byte);
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
    while (!(mmio_read32(base + REG_STATUS) & STATUS_RX_EMPTY)) {
        if (!ring_put(&rings[port], (uint8_t)mmio_read32(base + REG_FIFO))) {
            lost[port] = lost[port] + 1;
        }
    }
    // Only now: the trigger's state is at once in the register again while bytes are left.
    uint32_t status = mmio_read32(base + REG_INTERRUPT_STATUS);
    mmio_write32(base + REG_INTERRUPT_STATUS, status);
    if (status & INTERRUPT_RX_OVERRUN) {
        lost[port] = lost[port] + 1;
    }
}

// Called by the startup code for every interrupt; only receivers are ever enabled.
void irq_handler(uint32_t number)
{
    for (unsigned port = 0; port < PORTS; port++) {
        if (uarts[port].number == number) {
            receive(port);
        }
    }
#ifdef ETHERNET
    (void)eth_serve(number);
#endif
}
