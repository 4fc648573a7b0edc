// SPDX-License-Identifier: Apache-2.0 OR MIT
// From reset to main() on an Armv7-M CPU: vector table, .data and .bss, and an end for exceptions that nobody handles.
#include <stdint.h>

#include "scenarios/firmware/cpu.h"

#ifndef EXTERNAL_INTERRUPTS
#define EXTERNAL_INTERRUPTS 32 // AN385, interrupts
#endif

// From the linker script.
extern uint32_t ld_data_load[];
extern uint32_t ld_data_start[];
extern uint32_t ld_data_end[];
extern uint32_t ld_bss_start[];
extern uint32_t ld_bss_end[];
extern uint32_t ld_stack_top[];

#ifdef CHIP_START
void CHIP_START(void); // what a chip cannot wait for: .data and .bss are not there yet
#endif
int main(void);
void _start(void);
void irq_entry(void);
void default_handler(void);
void irq_handler(uint32_t number);
// Drivers and firmware define those that they need; the others end in default_handler().
void nmi_handler(void) __attribute__((weak, alias("default_handler")));
void hard_fault_handler(void) __attribute__((weak, alias("default_handler")));
void svcall_handler(void) __attribute__((weak, alias("default_handler")));
void pendsv_handler(void) __attribute__((weak, alias("default_handler")));
void systick_handler(void) __attribute__((weak, alias("default_handler")));

// Armv7-M ARM, B1.5.3: word 0 is the first stack pointer, word n the entry of exception n. MemManage, BusFault and
// UsageFault are not enabled, so that they escalate to HardFault.
struct vector_table {
    uint32_t *stack_top;
    void (*exceptions[15])(void);
    void (*interrupts[EXTERNAL_INTERRUPTS])(void);
};

__attribute__((section(".vectors"), used)) static const struct vector_table vectors = {
    .stack_top = ld_stack_top,
    .exceptions =
        {
            _start,
            nmi_handler,
            hard_fault_handler,
            default_handler, // MemManage
            default_handler, // BusFault
            default_handler, // UsageFault
            0,
            0,
            0,
            0,
            svcall_handler,
            default_handler, // DebugMonitor
            0,
            pendsv_handler,
            systick_handler,
        },
    .interrupts = {[0 ... EXTERNAL_INTERRUPTS - 1] = irq_entry},
};

void _start(void)
{
#ifdef CHIP_START
    CHIP_START();
#endif
    const uint32_t *from = ld_data_load;
    for (uint32_t *to = ld_data_start; to < ld_data_end; to++) {
        *to = *from++;
    }
    for (uint32_t *to = ld_bss_start; to < ld_bss_end; to++) {
        *to = 0;
    }
    cpu_irq_enable();
    (void)main();
    cpu_halt();
}

void default_handler(void)
{
    cpu_halt();
}

// One entry for all external interrupts: IPSR holds the exception's number (B1.4.2), 16 is interrupt 0.
void irq_entry(void)
{
    uint32_t exception;
    __asm__ volatile("mrs %0, ipsr" : "=r"(exception));
    irq_handler(exception - 16);
}

__attribute__((weak)) void irq_handler(uint32_t number)
{
    (void)number;
    cpu_halt();
}
