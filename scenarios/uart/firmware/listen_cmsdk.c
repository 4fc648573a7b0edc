// SPDX-License-Identifier: Apache-2.0 OR MIT
// listen.h on the first UART of Arm's MPS2 boards (CMSDK TRM, Arm DDI 0479, "APB UART"), which knows of overruns alone.
#include "scenarios/firmware/mmio.h"
#include "scenarios/uart/firmware/listen.h"

#define UART 0x40004000U // AN385
#define REG_DATA (UART + 0x00U)
#define REG_STATE (UART + 0x04U)
#define REG_CTRL (UART + 0x08U)
#define STATE_RX_FULL (1U << 1)
#define STATE_RX_OVERRUN (1U << 3)
#define CTRL_TX_ENABLE (1U << 0)
#define CTRL_RX_ENABLE (1U << 1)

void listen_start(void)
{
    mmio_write32(REG_CTRL, CTRL_TX_ENABLE | CTRL_RX_ENABLE);
}

bool listen_take(struct listen_byte *came)
{
    uint32_t state = mmio_read32(REG_STATE);
    if (!(state & STATE_RX_FULL)) {
        return false;
    }
    mmio_write32(REG_STATE, STATE_RX_OVERRUN);
    came->byte = (uint8_t)mmio_read32(REG_DATA);
    came->overrun = state & STATE_RX_OVERRUN;
    return true;
}
