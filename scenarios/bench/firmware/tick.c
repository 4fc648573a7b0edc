// SPDX-License-Identifier: Apache-2.0 OR MIT
// Has nothing to do, and a 1 kHz tick that wakes it a thousand times a second for that.
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/timer.h"

#define TICKS_HZ 1000U

int main(void)
{
    timer_start(TICKS_HZ);
    for (;;) {
        cpu_wait();
    }
}
