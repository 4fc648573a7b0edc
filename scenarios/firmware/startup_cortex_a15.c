// SPDX-License-Identifier: Apache-2.0 OR MIT
// From the entry to main() on an Armv7-A core in supervisor mode, and where its exceptions go. Other cores are off.
// The image is loaded to RAM whole, so that .data needs no copying. Caches and MMU stay off.
#include <stdint.h>

#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/gic.h"

// From the linker script.
extern uint32_t ld_bss_start[];
extern uint32_t ld_bss_end[];

int main(void);
void _start(void);
void start_c(void);
void vectors(void);
void interrupt_handler(void);
void default_handler(void);

// No stack yet, so nothing but assembly. Interrupts come in a mode with a stack of its own (Armv7-A ARM, B1.3.1); VBAR says
// where the vectors are (B4.1.156).
__attribute__((naked, noreturn, used, section(".start"))) void _start(void)
{
    __asm__ volatile("cpsid if, #0x12\n\t"
                     "ldr sp, =ld_irq_stack_top\n\t"
                     "cps #0x13\n\t"
                     "ldr sp, =ld_stack_top\n\t"
                     "ldr r0, =vectors\n\t"
                     "mcr p15, 0, r0, c12, c0, 0\n\t"
                     "isb\n\t"
                     "b start_c");
}

// Armv7-A ARM, B1.8.1: reset, undefined, call, prefetch abort, data abort, hypervisor, IRQ, FIQ.
__attribute__((naked, used, aligned(32))) void vectors(void)
{
    __asm__ volatile("b default_handler\n\t"
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

__attribute__((interrupt("IRQ"), used)) void interrupt_handler(void)
{
    gic_serve();
}

void default_handler(void)
{
    cpu_halt();
}
