// SPDX-License-Identifier: Apache-2.0 OR MIT
// Reads and writes registers of a device without a pause: a CMSDK timer that never runs (CMSDK TRM, Arm DDI 0479,
// "APB timer"), two loads and two stores a round.
#include "scenarios/bench/firmware/work.h"
#include "scenarios/firmware/mmio.h"

#define TIMER0 0x40000000U // AN385, memory map
#define REG_CTRL 0x00U
#define REG_RELOAD 0x08U
#define ROUNDS 500000U

int main(void)
{
    uint32_t sum = 0;
    mmio_write32(TIMER0 + REG_CTRL, 0);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        mmio_write32(TIMER0 + REG_RELOAD, round);
        sum = sum * 3 + mmio_read32(TIMER0 + REG_RELOAD);
        mmio_write32(TIMER0 + REG_CTRL, 0);
        sum += mmio_read32(TIMER0 + REG_CTRL);
    }
    work_done(sum);
}
