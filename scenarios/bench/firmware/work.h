// SPDX-License-Identifier: Apache-2.0 OR MIT
// The end of a fixed amount of work. Says so, for the bench to find out how long the work is in virtual time, then leaves
// by semihosting, so that a plain QEMU with `-semihosting-config enable=on,target=native` ends, too; without a semihosting
// host the BKPT is a HardFault, and the firmware idles for good in its handler.
#ifndef SCENARIOS_BENCH_FIRMWARE_WORK_H
#define SCENARIOS_BENCH_FIRMWARE_WORK_H

#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/text.h"
#include "scenarios/firmware/uart.h"

#define WORK_CONSOLE 0U

// Arm's semihosting specification, 2.0: BKPT 0xAB with the operation in r0 and its argument in r1.
#define SYS_EXIT 0x18U
#define ADP_STOPPED_APPLICATION_EXIT 0x20026U

// `result` hangs on all of the work, so that no compiler leaves any out, and no run goes wrong unseen.
__attribute__((noreturn)) static inline void work_done(uint32_t result)
{
    struct text text = {0};
    text_add(&text, "bench done ");
    text_add_hex32(&text, result);
    text_add(&text, "\n");
    uart_init(WORK_CONSOLE, 115200);
    uart_print(WORK_CONSOLE, text.chars);

    register uint32_t operation __asm__("r0") = SYS_EXIT;
    register uint32_t reason __asm__("r1") = ADP_STOPPED_APPLICATION_EXIT;
    __asm__ volatile("bkpt #0xAB" : "+r"(operation) : "r"(reason) : "memory");
    cpu_halt();
}

#endif
