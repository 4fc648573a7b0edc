// SPDX-License-Identifier: Apache-2.0 OR MIT
// Arm's interrupt controller (GIC), as one core needs it. Implemented once for each version: gicv2.c, gicv3.c. An interrupt's number is its INTID: a private one is 16 more than in a device tree, a shared one 32 more.
#ifndef SCENARIOS_FIRMWARE_GIC_H
#define SCENARIOS_FIRMWARE_GIC_H

#include <stdint.h>

// Lets interrupts of all priorities through, all of which are disabled yet.
void gic_init(void);

// Enables an interrupt, for this core.
void gic_enable(uint32_t number);

// Takes the interrupt that this core is to serve; 1020 and more mean none.
uint32_t gic_take(void);

// Says that it is served.
void gic_end(uint32_t number);

// Takes an interrupt, hands it to timer_handler() or irq_handler(), and ends it. The startup code calls this
// (gic_serve.c).
void gic_serve(void);

#endif
