// SPDX-License-Identifier: Apache-2.0 OR MIT
// From the entry to main() on an Armv8-A core in EL1, and where its exceptions go. Other cores are off until
// core_start().
// The image is loaded to RAM whole, so that .data needs no copying. Caches and MMU stay off.
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
void default_handler(void);

// No stack yet, so nothing but assembly. VBAR_EL1 says where the vectors are (Arm DDI 0487, D24.2.213).
__attribute__((naked, noreturn, used, section(".start"))) void _start(void)
{
    __asm__ volatile("msr daifset, #15\n\t"
                     "adrp x0, ld_stack_top\n\t"
                     "add x0, x0, :lo12:ld_stack_top\n\t"
                     "mov sp, x0\n\t"
                     "adrp x0, vectors\n\t"
                     "add x0, x0, :lo12:vectors\n\t"
                     "msr vbar_el1, x0\n\t"
                     "isb\n\t"
                     "b start_c");
}

// The same for another core, whose number is in x0: 16 KB of stack each, below those of core 0. It takes no interrupts.
__attribute__((naked, used)) void core_start(void)
{
    __asm__ volatile("msr daifset, #15\n\t"
                     "adrp x1, ld_core_stacks\n\t"
                     "add x1, x1, :lo12:ld_core_stacks\n\t"
                     "sub x1, x1, x0, lsl #14\n\t"
                     "mov sp, x1\n\t"
                     "adrp x1, vectors\n\t"
                     "add x1, x1, :lo12:vectors\n\t"
                     "msr vbar_el1, x1\n\t"
                     "isb\n\t"
                     "b core_c");
}

// D1.3.1.5: 16 entries of 128 bytes. Of them only one is used, that of an IRQ which comes in EL1 with its own stack pointer; it
// saves what a C function may change. Interrupts stay disabled, so that ELR and SPSR need no saving.
__attribute__((naked, used, aligned(2048))) void vectors(void)
{
    __asm__ volatile(".rept 5\n\t"
                     "b default_handler\n\t"
                     ".balign 128\n\t"
                     ".endr\n\t"
                     "stp x0, x1, [sp, #-176]!\n\t"
                     "stp x2, x3, [sp, #16]\n\t"
                     "stp x4, x5, [sp, #32]\n\t"
                     "stp x6, x7, [sp, #48]\n\t"
                     "stp x8, x9, [sp, #64]\n\t"
                     "stp x10, x11, [sp, #80]\n\t"
                     "stp x12, x13, [sp, #96]\n\t"
                     "stp x14, x15, [sp, #112]\n\t"
                     "stp x16, x17, [sp, #128]\n\t"
                     "stp x18, x30, [sp, #144]\n\t"
                     "bl gic_serve\n\t"
                     "ldp x18, x30, [sp, #144]\n\t"
                     "ldp x16, x17, [sp, #128]\n\t"
                     "ldp x14, x15, [sp, #112]\n\t"
                     "ldp x12, x13, [sp, #96]\n\t"
                     "ldp x10, x11, [sp, #80]\n\t"
                     "ldp x8, x9, [sp, #64]\n\t"
                     "ldp x6, x7, [sp, #48]\n\t"
                     "ldp x4, x5, [sp, #32]\n\t"
                     "ldp x2, x3, [sp, #16]\n\t"
                     "ldp x0, x1, [sp], #176\n\t"
                     "eret\n\t"
                     ".balign 128\n\t"
                     ".rept 10\n\t"
                     "b default_handler\n\t"
                     ".balign 128\n\t"
                     ".endr");
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

__attribute__((weak)) void core_main(uint32_t core)
{
    (void)core; // firmware for one core
}

void default_handler(void)
{
    cpu_halt();
}
