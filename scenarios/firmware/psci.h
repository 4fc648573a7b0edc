// SPDX-License-Identifier: Apache-2.0 OR MIT
// Calls to whoever is below the firmware (PSCI: Arm DEN 0022F), by HVC: the board's tree says so.
#ifndef SCENARIOS_FIRMWARE_PSCI_H
#define SCENARIOS_FIRMWARE_PSCI_H

#include <stdint.h>

// DEN 0022F, 5.1. Those that take addresses have another number on 64 bits.
#define PSCI_VERSION 0x84000000U
#define PSCI_CPU_OFF 0x84000002U
#if defined(__aarch64__)
#define PSCI_CPU_ON 0xC4000003U
#define PSCI_AFFINITY_INFO 0xC4000004U
#else
#define PSCI_CPU_ON 0x84000003U
#define PSCI_AFFINITY_INFO 0x84000004U
#endif
#define PSCI_SYSTEM_RESET 0x84000009U

// What AFFINITY_INFO says of a core: 5.1.5.
#define PSCI_IS_ON 0
#define PSCI_IS_OFF 1

static inline int32_t psci_call(uint32_t function, uintptr_t first, uintptr_t second, uintptr_t third)
{
#if defined(__aarch64__)
    register uintptr_t r0 __asm__("x0") = function;
    register uintptr_t r1 __asm__("x1") = first;
    register uintptr_t r2 __asm__("x2") = second;
    register uintptr_t r3 __asm__("x3") = third;
    __asm__ volatile("hvc #0" : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3)::"memory");
#else
    register uintptr_t r0 __asm__("r0") = function;
    register uintptr_t r1 __asm__("r1") = first;
    register uintptr_t r2 __asm__("r2") = second;
    register uintptr_t r3 __asm__("r3") = third;
    __asm__ volatile(".arch_extension virt\n\thvc #0" : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3)::"memory");
#endif
    return (int32_t)r0;
}

// Where a core starts that CPU_ON switches on, with its number as the third argument: it gets a stack and runs core_main().
void core_start(void);

// What a core other than 0 does; the firmware defines it. When it returns, the core stops for good.
void core_main(uint32_t core);

#endif
