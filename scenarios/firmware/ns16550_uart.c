// SPDX-License-Identifier: Apache-2.0 OR MIT
// uart.h on the one 16550A of QEMU's RISC-V virt board (register names as in TI's TL16C550C data sheet; address,
// clock and interrupt from the board's device tree), through the PLIC (RISC-V PLIC specification 1.0).
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/mmio.h"
#include "scenarios/firmware/ring.h"
#include "scenarios/firmware/uart.h"

#define UART_BASE 0x10000000U
#define UART_CLOCK_HZ 3686400U
#define UART_IRQ 10U

#define REG_RBR (UART_BASE + 0) // read, DLAB 0
#define REG_THR (UART_BASE + 0) // write, DLAB 0
#define REG_DLL (UART_BASE + 0) // DLAB 1
#define REG_IER (UART_BASE + 1) // DLAB 0
#define REG_DLM (UART_BASE + 1) // DLAB 1
#define REG_FCR (UART_BASE + 2) // write
#define REG_LCR (UART_BASE + 3)
#define REG_LSR (UART_BASE + 5)

#define IER_RX_AVAILABLE 0x01U
#define FCR_ENABLE_AND_CLEAR 0x07U // trigger level 1 byte: each byte interrupts
#define LCR_8N1 0x03U
#define LCR_DLAB 0x80U
#define LSR_DATA_READY 0x01U
#define LSR_OVERRUN 0x02U
#define LSR_THR_EMPTY 0x20U

// PLIC specification, "Memory Map"; context 0 is machine mode of hart 0.
#define PLIC_BASE 0x0C000000U
#define PLIC_PRIORITY(irq) (PLIC_BASE + 4 * (irq))
#define PLIC_ENABLE0 (PLIC_BASE + 0x2000)
#define PLIC_THRESHOLD (PLIC_BASE + 0x200000)
#define PLIC_CLAIM (PLIC_BASE + 0x200004)

#define MIE_MEIE (1U << 11) // RISC-V Privileged, 3.1.9

static struct ring ring;
static volatile uint32_t lost;

void machine_external_handler(void);

void uart_init(unsigned port, uint32_t baud)
{
    if (port != 0 || baud == 0 || UART_CLOCK_HZ / 16 / baud == 0 || UART_CLOCK_HZ / 16 / baud > UINT16_MAX) {
        cpu_halt();
    }
    uint32_t divisor = UART_CLOCK_HZ / 16 / baud;
    mmio_write8(REG_IER, 0);
    mmio_write8(REG_LCR, LCR_DLAB);
    mmio_write8(REG_DLL, (uint8_t)divisor);
    mmio_write8(REG_DLM, (uint8_t)(divisor >> 8));
    mmio_write8(REG_LCR, LCR_8N1);
    mmio_write8(REG_FCR, FCR_ENABLE_AND_CLEAR);
    mmio_write8(REG_IER, IER_RX_AVAILABLE);
    mmio_write32(PLIC_PRIORITY(UART_IRQ), 1);
    mmio_write32(PLIC_THRESHOLD, 0);
    mmio_write32(PLIC_ENABLE0, 1U << UART_IRQ);
    __asm__ volatile("csrs mie, %0" ::"r"(MIE_MEIE) : "memory");
}

void uart_put(unsigned port, uint8_t byte)
{
    if (port != 0) {
        return;
    }
    while (!(mmio_read8(REG_LSR) & LSR_THR_EMPTY)) {
    }
    mmio_write8(REG_THR, byte);
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

static void receive(void)
{
    uint8_t status = mmio_read8(REG_LSR); // reading it clears the overrun flag
    while (status & LSR_DATA_READY) {
        bool kept = ring_put(&ring, mmio_read8(REG_RBR));
        if (!kept || (status & LSR_OVERRUN)) {
            lost = lost + 1;
        }
        status = mmio_read8(REG_LSR);
    }
}

// Called by the trap handler. The PLIC may have more than one interrupt for us; 0 means none is left.
void machine_external_handler(void)
{
    uint32_t irq = mmio_read32(PLIC_CLAIM);
    while (irq != 0) {
        if (irq == UART_IRQ) {
            receive();
        }
        mmio_write32(PLIC_CLAIM, irq); // complete
        irq = mmio_read32(PLIC_CLAIM);
    }
}
