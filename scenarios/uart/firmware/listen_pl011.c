// SPDX-License-Identifier: Apache-2.0 OR MIT
// listen.h on the PL011 of QEMU's Arm virt board (Arm DDI 0183G, 3.3.1: the errors of a byte come with it).
#include "scenarios/firmware/mmio.h"
#include "scenarios/uart/firmware/listen.h"

#define UART 0x09000000U
#define UARTDR (UART + 0x000U)
#define UARTFR (UART + 0x018U)
#define UARTIMSC (UART + 0x038U)
#define FR_RX_EMPTY (1U << 4)
#define DR_FRAMING (1U << 8)
#define DR_PARITY (1U << 9)
#define DR_BREAK (1U << 10)
#define DR_OVERRUN (1U << 11)

void listen_start(void)
{
    mmio_write32(UARTIMSC, 0);
}

bool listen_take(struct listen_byte *came)
{
    if (mmio_read32(UARTFR) & FR_RX_EMPTY) {
        return false;
    }
    uint32_t data = mmio_read32(UARTDR);
    came->byte = (uint8_t)data;
    came->parity_error = data & DR_PARITY;
    came->framing_error = data & DR_FRAMING;
    came->overrun = data & DR_OVERRUN;
    came->is_break = data & DR_BREAK;
    return true;
}
