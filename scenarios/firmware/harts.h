// SPDX-License-Identifier: Apache-2.0 OR MIT
// Several harts of one RISC-V CPU. After reset only hart 0 runs main(); the others sleep until they are woken for the
// first time, and then run hart_main().
#ifndef SCENARIOS_FIRMWARE_HARTS_H
#define SCENARIOS_FIRMWARE_HARTS_H

#include <stdint.h>

// What a hart other than 0 does once it is woken; the firmware defines it. When it returns, the hart sleeps for good.
void hart_main(uint32_t hart);

// Wakes a hart: ends its hart_wait(), also one that it calls later.
void hart_wake(uint32_t hart);

// Sleeps, in WFI, until this hart is woken. Interrupts must be disabled.
void hart_wait(uint32_t hart);

#endif
