// SPDX-License-Identifier: Apache-2.0 OR MIT
// talk.h on a UART that sends bytes and nothing else.
#include "scenarios/firmware/cpu.h"
#include "scenarios/uart/firmware/talk.h"

void talk_start(void)
{
}

void talk_wait(void)
{
}

void talk_break(void)
{
    cpu_halt();
}
