// SPDX-License-Identifier: Apache-2.0 OR MIT
// From the entry to main() on an Armv7-A or -R core in supervisor mode, and where its exceptions go. Other cores are off until
// core_start().
// The image is loaded to RAM whole, so that .data needs no copying. Caches, MMU and MPU stay off.
// Built with -DVECTORS_AT_0, the vectors are where an Armv7-R core looks for them: it has no VBAR.
#include <stdint.h>

#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/gic.h"
#include "scenarios/firmware/psci.h"

// From the linker script.
extern uint32_t ld_bss_start[];
extern uint32_t ld_bss_end[];

int main(void);
void _start(void);
void start_c(void);
void core_c(uint32_t core);
void vectors(void);
void interrupt_handler(void);
void default_handler(void);

#ifdef VECTORS_AT_0
#define SET_VECTORS
#else
// VBAR: Armv7-A ARM, B4.1.156.
#define SET_VECTORS                                                                                                    \
    "ldr r1, =vectors\n\t"                                                                                             \
    "mcr p15, 0, r1, c12, c0, 0\n\t"                                                                                   \
    "isb\n\t"
#endif

// No stack yet, so nothing but assembly. Interrupts come in a mode with a stack of its own (Armv7-A ARM, B1.3.1).
__attribute__((naked, noreturn, used, section(".start"))) void _start(void)
{
    __asm__ volatile("cpsid if, #0x12\n\t"
                     "ldr sp, =ld_irq_stack_top\n\t"
                     "cps #0x13\n\t"
                     "ldr sp, =ld_stack_top\n\t"
                     SET_VECTORS
                     "b start_c");
}

// The same for another core, whose number is in r0: 16 KB of stack each, below those of core 0. It takes no interrupts.
__attribute__((naked, used)) void core_start(void)
{
    __asm__ volatile("cpsid if, #0x13\n\t"
                     "ldr sp, =ld_core_stacks\n\t"
                     "sub sp, sp, r0, lsl #14\n\t"
                     SET_VECTORS
                     "b core_c");
}

// Armv7-A ARM, B1.8.1: reset, undefined, call, prefetch abort, data abort, hypervisor, IRQ, FIQ.
__attribute__((naked, used, aligned(32), section(".vectors"))) void vectors(void)
{
    __asm__ volatile("b _start\n\t"
                     "b default_handler\n\t"
                     "b default_handler\n\t"
                     "b default_handler\n\t"
                     "b default_handler\n\t"
                     "b default_handler\n\t"
                     "b interrupt_handler\n\t"
                     "b default_handler");
}

__attribute__((used)) void start_c(void)
{
    for (uint32_t *to = ld_bss_start; to < ld_bss_end; to++) {
        *to = 0;
    }
    gic_init();
    cpu_irq_enable();
    (void)main();
    cpu_halt();
}

__attribute__((used)) void core_c(uint32_t core)
{
    core_main(core);
    cpu_halt();
}

__attribute__((interrupt("IRQ"), used)) void interrupt_handler(void)
{
    gic_serve();
}

__attribute__((weak)) void core_main(uint32_t core)
{
    (void)core; // firmware for one core
}

void default_handler(void)
{
    cpu_halt();
}
