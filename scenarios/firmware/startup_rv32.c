// SPDX-License-Identifier: Apache-2.0 OR MIT
// From reset to main() on RISC-V hart 0 in machine mode, and the entry of every trap. Other harts wait until they are
// started (harts.h).
// The image is loaded to RAM whole, so that .data needs no copying.
#include <stdint.h>

#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/harts.h"
#include "scenarios/firmware/mmio.h"

// mcause, RISC-V Privileged 3.1.15: the top bit says interrupt.
#define MCAUSE_INTERRUPT 0x80000000U
#define MCAUSE_MACHINE_TIMER (MCAUSE_INTERRUPT | 7U)
#define MCAUSE_MACHINE_EXTERNAL (MCAUSE_INTERRUPT | 11U)

#define CLINT_MSIP(hart) (0x02000000U + 4U * (hart)) // SiFive core manuals, "CLINT memory map"
#define MIE_MSIE (1U << 3)                           // Privileged, 3.1.9

// From the linker script.
extern uint32_t ld_bss_start[];
extern uint32_t ld_bss_end[];

int main(void);
void _start(void);
void start_c(uint32_t hart);
void trap_handler(void);
void machine_timer_handler(void) __attribute__((weak, alias("default_handler")));
void machine_external_handler(void) __attribute__((weak, alias("default_handler")));
void default_handler(void);

// No stack yet, so nothing but assembly: gp (the linker must not relax the very load that sets it), sp (each hart has
// 16 KB, hart 0 on top), and on.
__attribute__((naked, noreturn, used, section(".start"))) void _start(void)
{
    __asm__ volatile(".option push\n\t"
                     ".option norelax\n\t"
                     "la gp, __global_pointer$\n\t"
                     ".option pop\n\t"
                     "la sp, ld_stack_top\n\t"
                     "csrr a0, mhartid\n\t"
                     "slli t0, a0, 14\n\t"
                     "sub sp, sp, t0\n\t"
                     "j start_c");
}

__attribute__((used)) void start_c(uint32_t hart)
{
    if (hart != 0) {
        hart_wait(hart); // until then RAM is hart 0's alone
        hart_main(hart);
        cpu_halt();
    }
    for (uint32_t *to = ld_bss_start; to < ld_bss_end; to++) {
        *to = 0;
    }
    // mtvec, 3.1.7: the low two bits 0 mean that every trap comes to this address.
    __asm__ volatile("csrw mie, zero\n\t"
                     "csrw mtvec, %0" ::"r"(trap_handler)
                     : "memory");
    cpu_irq_enable();
    (void)main();
    cpu_halt();
}

// The compiler saves and restores the registers used, and returns by mret. mtvec needs 4-byte alignment.
__attribute__((interrupt("machine"), aligned(4))) void trap_handler(void)
{
    uint32_t cause;
    __asm__ volatile("csrr %0, mcause" : "=r"(cause));
    switch (cause) {
    case MCAUSE_MACHINE_TIMER:
        machine_timer_handler();
        break;
    case MCAUSE_MACHINE_EXTERNAL:
        machine_external_handler();
        break;
    default:
        default_handler();
    }
}

// A pending interrupt ends WFI while mstatus.MIE holds its trap back (Privileged, 3.3.3).
void hart_wait(uint32_t hart)
{
    __asm__ volatile("csrs mie, %0" ::"r"(MIE_MSIE) : "memory");
    while (mmio_read32(CLINT_MSIP(hart)) == 0) {
        cpu_wait();
    }
    mmio_write32(CLINT_MSIP(hart), 0);
    __asm__ volatile("csrc mie, %0" ::"r"(MIE_MSIE) : "memory");
}

void hart_wake(uint32_t hart)
{
    mmio_write32(CLINT_MSIP(hart), 1);
}

__attribute__((weak)) void hart_main(uint32_t hart)
{
    (void)hart; // firmware for one hart
}

void default_handler(void)
{
    cpu_halt();
}
