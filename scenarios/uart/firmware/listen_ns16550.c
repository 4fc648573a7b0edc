// SPDX-License-Identifier: Apache-2.0 OR MIT
// listen.h on a 16550 (TI PC16550D data sheet, 8), without its FIFOs. With FLOW_CONTROL firmware drives RTS: off for a while after a byte.
#include "scenarios/firmware/mmio.h"
#include "scenarios/uart/firmware/listen.h"

#define UART_BASE 0x10000000U
#define REG_RBR (UART_BASE + 0)
#define REG_IER (UART_BASE + 1)
#define REG_FCR (UART_BASE + 2)
#define REG_MCR (UART_BASE + 4)
#define REG_LSR (UART_BASE + 5)
#define MCR_RTS 0x02U
#define LSR_DATA_READY 0x01U
#define LSR_OVERRUN 0x02U
#define LSR_PARITY 0x04U
#define LSR_FRAMING 0x08U
#define LSR_BREAK 0x10U

#ifdef FLOW_CONTROL
#define PAUSE 10U // looks, for each of which its sender could send half a byte
static uint32_t pause;
#endif

void listen_start(void)
{
    mmio_write8(REG_IER, 0);
    mmio_write8(REG_FCR, 0);
#ifdef FLOW_CONTROL
    mmio_write8(REG_MCR, MCR_RTS);
#endif
}

bool listen_take(struct listen_byte *came)
{
#ifdef FLOW_CONTROL
    if (pause > 0 && --pause == 0) {
        mmio_write8(REG_MCR, MCR_RTS);
    }
#endif
    uint8_t state = mmio_read8(REG_LSR); // reading it clears the errors
    if (!(state & LSR_DATA_READY)) {
        return false;
    }
#ifdef FLOW_CONTROL
    mmio_write8(REG_MCR, 0);
    pause = PAUSE;
#endif
    came->byte = mmio_read8(REG_RBR);
    came->parity_error = state & LSR_PARITY;
    came->framing_error = state & LSR_FRAMING;
    came->overrun = state & LSR_OVERRUN;
    came->is_break = state & LSR_BREAK;
    return true;
}
