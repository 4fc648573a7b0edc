// SPDX-License-Identifier: Apache-2.0 OR MIT
// A periodic timer interrupt that counts. Implemented once for each CPU: systick.c, mtimer.c.
#ifndef SCENARIOS_FIRMWARE_TIMER_H
#define SCENARIOS_FIRMWARE_TIMER_H

#include <stdint.h>

// Starts to count with this rate, from 0. A rate that the timer cannot keep exactly halts the firmware.
void timer_start(uint32_t rate_hz);

// Interrupts since timer_start().
uint32_t timer_ticks(void);

// Waits, in WFI, until timer_ticks() has reached `until`.
void timer_wait_until(uint32_t until);

#endif
