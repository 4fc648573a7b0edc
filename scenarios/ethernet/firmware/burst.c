// SPDX-License-Identifier: Apache-2.0 OR MIT
// Sends 20 frames without a pause, numbered, to everybody; and no more.
#include "scenarios/ethernet/firmware/raw.h"
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/text.h"
#include "scenarios/firmware/timer.h"

#define FRAMES 20U
#define TICKS_HZ 1000U
#define START_TICKS 1U // when the others are there

int main(void)
{
    const uint8_t everybody[ETH_ADDRESS] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
    uint8_t own[ETH_ADDRESS];
    eth_init(own);
    timer_start(TICKS_HZ);
    timer_wait_until(START_TICKS);
    for (uint32_t number = 1; number <= FRAMES; number++) {
        struct text text = {0};
        text_add(&text, "burst ");
        text_add_u32(&text, number);
        raw_send(everybody, own, text.chars, 0);
    }
    cpu_halt();
}
