// SPDX-License-Identifier: Apache-2.0 OR MIT
// uart.h on UARTE0 of an nRF52840 (nRF52840 PS, 6.34), at the pins of the nRF52840 DK's serial port: P0.06 and P0.08. Port 0 is UARTE0.
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/mmio.h"
#include "scenarios/firmware/ring.h"
#include "scenarios/firmware/uart.h"

// PS, 6.34.9.
#define UARTE0 0x40002000U
#define UARTE0_IRQ 2U
#define TASKS_STARTRX 0x000U
#define TASKS_STARTTX 0x008U
#define EVENTS_ENDRX 0x110U
#define EVENTS_ENDTX 0x120U
#define EVENTS_RXSTARTED 0x14CU
#define SHORTS 0x200U
#define INTENSET 0x304U
#define ERRORSRC 0x480U
#define ENABLE 0x500U
#define PSEL_TXD 0x50CU
#define PSEL_RXD 0x514U
#define BAUDRATE 0x524U
#define RXD_PTR 0x534U
#define RXD_MAXCNT 0x538U
#define TXD_PTR 0x544U
#define TXD_MAXCNT 0x548U
#define BAUDRATE_115200 0x01D60000U
#define ENABLE_UARTE 8U
#define ENDRX_STARTRX (1U << 5)
#define ENDRX (1U << 4)
#define ERRORSRC_OVERRUN (1U << 0)

#define PIN_TXD 6U
#define PIN_RXD 8U

#define NVIC_ISER0 0xE000E100U // Armv7-M ARM, B3.4.4

static struct ring ring;
static volatile uint32_t lost;
// EasyDMA fills one while the other is read.
static volatile uint8_t received[2];
static uint32_t filled;

void irq_handler(uint32_t number);

static void wait_for(uint32_t event)
{
    while (mmio_read32(UARTE0 + event) == 0) {
    }
    mmio_write32(UARTE0 + event, 0);
}

// The pointer is taken when a transfer starts, so that the next one's can be set behind it.
static void next_buffer(uint32_t number)
{
    mmio_write32(UARTE0 + RXD_PTR, (uint32_t)&received[number % 2]);
}

void uart_init(unsigned port, uint32_t baud)
{
    if (port != 0 || baud != 115200) {
        cpu_halt();
    }
    mmio_write32(UARTE0 + PSEL_TXD, PIN_TXD);
    mmio_write32(UARTE0 + PSEL_RXD, PIN_RXD);
    mmio_write32(UARTE0 + BAUDRATE, BAUDRATE_115200);
    mmio_write32(UARTE0 + ENABLE, ENABLE_UARTE);
    mmio_write32(UARTE0 + SHORTS, ENDRX_STARTRX);
    mmio_write32(UARTE0 + INTENSET, ENDRX);
    mmio_write32(UARTE0 + RXD_MAXCNT, 1);
    next_buffer(0);
    mmio_write32(UARTE0 + TASKS_STARTRX, 1);
    wait_for(EVENTS_RXSTARTED);
    next_buffer(1);
    mmio_write32(NVIC_ISER0, 1U << UARTE0_IRQ);
}

void uart_put(unsigned port, uint8_t byte)
{
    if (port != 0) {
        return;
    }
    volatile uint8_t sent = byte;
    mmio_write32(UARTE0 + TXD_PTR, (uint32_t)&sent);
    mmio_write32(UARTE0 + TXD_MAXCNT, 1);
    mmio_write32(UARTE0 + TASKS_STARTTX, 1);
    wait_for(EVENTS_ENDTX);
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

// Called by the startup code for every external interrupt; only this one is ever enabled.
void irq_handler(uint32_t number)
{
    if (number != UARTE0_IRQ) {
        return;
    }
    if (mmio_read32(UARTE0 + EVENTS_ENDRX) != 0) {
        mmio_write32(UARTE0 + EVENTS_ENDRX, 0);
        if (!ring_put(&ring, received[filled % 2])) {
            lost = lost + 1;
        }
        next_buffer(filled);
        filled = filled + 1;
    }
    uint32_t errors = mmio_read32(UARTE0 + ERRORSRC);
    if (errors & ERRORSRC_OVERRUN) {
        mmio_write32(UARTE0 + ERRORSRC, errors);
        lost = lost + 1;
    }
}
