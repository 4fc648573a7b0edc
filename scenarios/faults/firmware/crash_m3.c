// SPDX-License-Identifier: Apache-2.0 OR MIT
// A double fault on purpose: an undefined instruction raises HardFault, and the HardFault handler meets another one. A
// real Cortex-M3 locks up then (Armv7-M ARM, B1.5.15). For tests of what the host says about a node that dies.
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/timer.h"
#include "scenarios/firmware/uart.h"

#define CONSOLE 0U
#define CRASH_TICK 3U // ms

void hard_fault_handler(void);

void hard_fault_handler(void)
{
    __asm__ volatile("udf #1");
}

// Of its own, and not inlined, so that a test can find its name behind the address of the crash.
__attribute__((noinline)) static void execute_undefined_instruction(void)
{
    __asm__ volatile("udf #0");
}

int main(void)
{
    uart_init(CONSOLE, 115200);
    timer_start(1000);
    timer_wait_until(CRASH_TICK);
    uart_print(CONSOLE, "about to crash\n");
    execute_undefined_instruction();
    uart_print(CONSOLE, "still alive\n");
    cpu_halt();
}
