// SPDX-License-Identifier: Apache-2.0 OR MIT
// The part of eth.h that is the same for every device.
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/eth.h"

size_t eth_receive(uint8_t frame[ETH_FRAME_MAX])
{
    for (;;) {
        size_t length = eth_take(frame);
        if (length > 0) {
            return length;
        }
        cpu_irq_disable();
        if (eth_is_idle()) {
            cpu_wait();
        }
        cpu_irq_enable();
    }
}
