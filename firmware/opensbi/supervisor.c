// SPDX-License-Identifier: Apache-2.0 OR MIT
// What OpenSBI starts next: it looks at what it was given, starts all other harts, resets the board once, and switches it off.
// SBI x.y: RISC-V Supervisor Binary Interface 2.0, chapter x.y. Supervisor CSRs: RISC-V Privileged, chapter 12.
#include <stdbool.h>
#include <stdint.h>

#include "scenarios/firmware/chip_reset.h"
#include "scenarios/firmware/text.h"

#define HARTS_MAX 8U

#define SBI_BASE 0x10U         // SBI 4
#define SBI_TIMER 0x54494d45U  // SBI 6
#define SBI_IPI 0x735049U      // SBI 7
#define SBI_HSM 0x48534dU      // SBI 9
#define SBI_RESET 0x53525354U  // SBI 10
#define SBI_CONSOLE 0x4442434eU // SBI 12
#define BASE_VERSION 0U
#define HSM_START 0U
#define HSM_STOP 1U
#define RESET_SHUTDOWN 0U
#define RESET_COLD_REBOOT 1U

#define SIE_SSIE (1U << 1)
#define SIE_STIE (1U << 5)

#define FDT_MAGIC_AS_READ 0xedfe0dd0U // 0xd00dfeed, big-endian: devicetree specification 0.4, 5.2
#define TICKS_MS 10000U               // the board's timebase-frequency is 10 MHz

#define KEPT_MAGIC 0x4b455054U

struct answer {
    long error;
    long value;
};

void _start(void);
void start_c(unsigned long hart, unsigned long told);

static volatile uint32_t finished; // how many other harts have said their line

static struct answer sbi(uint32_t extension, uint32_t function, unsigned long a, unsigned long b, unsigned long c)
{
    register unsigned long a0 __asm__("a0") = a;
    register unsigned long a1 __asm__("a1") = b;
    register unsigned long a2 __asm__("a2") = c;
    register unsigned long a6 __asm__("a6") = function;
    register unsigned long a7 __asm__("a7") = extension;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a6), "r"(a7) : "memory");
    return (struct answer){(long)a0, (long)a1};
}

// A line in one call: those of several harts do not mix.
static void say(struct text *line)
{
    text_add(line, "\n");
    (void)sbi(SBI_CONSOLE, 0, line->length, (unsigned long)line->chars, 0);
}

// The low word is enough for short times.
static uint32_t now(void)
{
    unsigned long time;
    __asm__ volatile("rdtime %0" : "=r"(time));
    return (uint32_t)time;
}

// Sleeps until one of `lines` is pending; none of them makes a trap.
static void sleep_until(unsigned long lines)
{
    unsigned long pending;
    __asm__ volatile("csrw sie, %0" ::"r"(lines));
    do {
        __asm__ volatile("wfi\n\tcsrr %0, sip" : "=r"(pending)::"memory");
    } while ((pending & lines) == 0);
}

static void other_hart(uint32_t hart, unsigned long boss)
{
    uint32_t from = now();
    // The high word is 0 for the first seven minutes.
    (void)sbi(SBI_TIMER, 0, from + TICKS_MS, 0, 0);
    sleep_until(SIE_STIE);
    struct text line = {0};
    text_add(&line, "hart ");
    text_add_u32(&line, hart);
    text_add(&line, now() - from < 2U * TICKS_MS ? " has slept" : " has overslept");
    say(&line);
    (void)__atomic_add_fetch(&finished, 1, __ATOMIC_SEQ_CST);
    (void)sbi(SBI_IPI, 0, 1, boss, 0);
    (void)sbi(SBI_HSM, HSM_STOP, 0, 0, 0);
}

static void first_hart(uint32_t hart, const volatile uint32_t *tree)
{
    bool again = *chip_kept_ram() == KEPT_MAGIC;
    struct text line = {0};
    text_add(&line, again ? "again: hart " : "hart ");
    text_add_u32(&line, hart);
    text_add(&line, *tree == FDT_MAGIC_AS_READ ? ", a device tree, SBI " : ", no device tree, SBI ");
    text_add_hex32(&line, (uint32_t)sbi(SBI_BASE, BASE_VERSION, 0, 0, 0).value);
    say(&line);
    finished = 0;
    uint32_t started = 0;
    for (uint32_t other = 0; other < HARTS_MAX; other++) {
        started += sbi(SBI_HSM, HSM_START, other, (unsigned long)_start, hart).error == 0;
    }
    while (finished < started) {
        sleep_until(SIE_SSIE);
        __asm__ volatile("csrc sip, %0" ::"r"(SIE_SSIE));
    }
    line = (struct text){0};
    text_add_u32(&line, started);
    text_add(&line, " other harts");
    say(&line);
    *chip_kept_ram() = KEPT_MAGIC;
    (void)sbi(SBI_RESET, 0, again ? RESET_SHUTDOWN : RESET_COLD_REBOOT, 0, 0);
}

// a0 is the number of the hart. a1 is the address of the device tree for the first one, else what HSM_START said: the number of the
// first one. Each hart has 16 KB of stack.
__attribute__((naked, noreturn, used, section(".start"))) void _start(void)
{
    __asm__ volatile("la sp, ld_stack_top\n\t"
                     "slli t0, a0, 14\n\t"
                     "sub sp, sp, t0\n\t"
                     "j start_c");
}

__attribute__((used)) void start_c(unsigned long hart, unsigned long told)
{
    if (told < HARTS_MAX) {
        other_hart((uint32_t)hart, told);
    } else {
        first_hart((uint32_t)hart, (const volatile uint32_t *)told);
    }
    for (;;) {
        __asm__ volatile("wfi");
    }
}
