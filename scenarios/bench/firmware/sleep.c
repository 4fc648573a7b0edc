// SPDX-License-Identifier: Apache-2.0 OR MIT
// Sleeps from the start, without a timer that could wake it.
#include "scenarios/firmware/cpu.h"

int main(void)
{
    cpu_halt();
}
