// SPDX-License-Identifier: Apache-2.0 OR MIT
// 10 000 interrupts a second, each followed by a fixed piece of work, and sleep until the next. The work is counted in
// interrupts, not in time: under a QEMU whose time is the host's, the interrupts come at the host's pace.
#include "scenarios/bench/firmware/work.h"
#include "scenarios/firmware/crc32.h"
#include "scenarios/firmware/timer.h"

#define TICKS_HZ 10000U
#define TICKS 10000U

int main(void)
{
    uint32_t crc = 0;
    timer_start(TICKS_HZ);
    for (uint32_t tick = 1; tick <= TICKS; tick++) {
        timer_wait_until(tick);
        crc = crc32(crc, &tick, sizeof tick);
    }
    work_done(crc);
}
