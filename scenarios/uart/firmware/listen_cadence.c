// SPDX-License-Identifier: Apache-2.0 OR MIT
// listen.h on the first Cadence UART of a Zynq UltraScale+, for frames of 8 bits with odd parity (Xilinx UG1087, UART).
#include "scenarios/firmware/mmio.h"
#include "scenarios/uart/firmware/listen.h"

#define UART 0xFF000000U
#define REG_MODE (UART + 0x04U)
#define REG_INTERRUPT_DISABLE (UART + 0x0CU)
#define REG_INTERRUPT_STATUS (UART + 0x14U)
#define REG_STATUS (UART + 0x2CU)
#define REG_FIFO (UART + 0x30U)
#define MODE_8_ODD_1 (1U << 3)
#define INTERRUPT_OVERRUN (1U << 5)
#define INTERRUPT_FRAMING (1U << 6)
#define INTERRUPT_PARITY (1U << 7)
#define INTERRUPTS_ALL 0x3FFFU
#define STATUS_RX_EMPTY (1U << 1)

void listen_start(void)
{
    mmio_write32(REG_INTERRUPT_DISABLE, INTERRUPTS_ALL);
    mmio_write32(REG_MODE, MODE_8_ODD_1);
}

bool listen_take(struct listen_byte *came)
{
    if (mmio_read32(REG_STATUS) & STATUS_RX_EMPTY) {
        return false;
    }
    uint32_t state = mmio_read32(REG_INTERRUPT_STATUS);
    mmio_write32(REG_INTERRUPT_STATUS, state);
    came->byte = (uint8_t)mmio_read32(REG_FIFO);
    came->parity_error = state & INTERRUPT_PARITY;
    came->framing_error = state & INTERRUPT_FRAMING;
    came->overrun = state & INTERRUPT_OVERRUN;
    // Only its framing tells: no bit of it is 1.
    came->is_break = came->framing_error && came->byte == 0;
    return true;
}
