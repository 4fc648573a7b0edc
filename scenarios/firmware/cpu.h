// SPDX-License-Identifier: Apache-2.0 OR MIT
// The few instructions that C has no words for: masking interrupts and waiting for one.
#ifndef SCENARIOS_FIRMWARE_CPU_H
#define SCENARIOS_FIRMWARE_CPU_H

#if defined(__arm__)

// PRIMASK (Armv7-M ARM, B1.4.3): 1 holds back every exception but NMI and HardFault. On Armv7-A: CPSR.I, which holds back IRQs.
static inline void cpu_irq_disable(void)
{
    __asm__ volatile("cpsid i" ::: "memory");
}

static inline void cpu_irq_enable(void)
{
    __asm__ volatile("cpsie i\n\tisb" ::: "memory");
}

#elif defined(__aarch64__)

// PSTATE.I (Arm DDI 0487, D1.3.6) holds back IRQs.
static inline void cpu_irq_disable(void)
{
    __asm__ volatile("msr daifset, #2" ::: "memory");
}

static inline void cpu_irq_enable(void)
{
    __asm__ volatile("msr daifclr, #2\n\tisb" ::: "memory");
}

#elif defined(__riscv)

// mstatus.MIE is bit 3 (RISC-V Privileged, 3.1.6.1).
static inline void cpu_irq_disable(void)
{
    __asm__ volatile("csrci mstatus, 8" ::: "memory");
}

static inline void cpu_irq_enable(void)
{
    __asm__ volatile("csrsi mstatus, 8" ::: "memory");
}

#else
#error "unknown CPU"
#endif

// Waits for an interrupt. Call it with interrupts disabled, after having seen that there is nothing to do: WFI wakes on
// a pending interrupt even while it is masked (Armv7-M ARM, B1.5.19; Arm DDI 0487, D1.7.2; RISC-V Privileged, 3.3.3), so that one which comes
// between the check and the WFI is not slept over. It is served when interrupts are enabled again.
static inline void cpu_wait(void)
{
    __asm__ volatile("wfi" ::: "memory");
}

// Stops for good: the firmware has no more to do, or cannot go on.
__attribute__((noreturn)) static inline void cpu_halt(void)
{
    cpu_irq_disable();
    for (;;) {
        cpu_wait();
    }
}

#endif
