// SPDX-License-Identifier: Apache-2.0 OR MIT
// An endless trap on purpose: a jump to where nothing is, with a trap vector where nothing is. RISC-V and Arm's A profile have no
// lockup: they take the same instruction access fault for ever, without executing one instruction.
#include <stdint.h>

#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/timer.h"
#include "scenarios/firmware/uart.h"

#define CONSOLE 0U
#define CRASH_TICK 3U       // ms
#define NOWHERE 0x18000000U // no region of either virt board

// Of its own, and not inlined, so that a test can find its name behind the address of the crash.
__attribute__((noinline)) static void jump_to_nowhere(void)
{
#if defined(__aarch64__)
    __asm__ volatile("msr vbar_el1, %0\n\tisb" ::"r"((uint64_t)NOWHERE));
#elif defined(__arm__)
    __asm__ volatile("mcr p15, 0, %0, c12, c0, 0\n\tisb" ::"r"(NOWHERE));
#else
    __asm__ volatile("csrw mtvec, %0" ::"r"(NOWHERE));
#endif
    ((void (*)(void))NOWHERE)();
    __asm__ volatile(""); // keeps it a call, so that the link register points back into this function
}

int main(void)
{
    uart_init(CONSOLE, 115200);
    timer_start(1000);
    timer_wait_until(CRASH_TICK);
    uart_print(CONSOLE, "about to crash\n");
    jump_to_nowhere();
    uart_print(CONSOLE, "still alive\n");
    cpu_halt();
}
