// SPDX-License-Identifier: Apache-2.0 OR MIT
// Two harts of one CPU work side by side: each takes a lock, counts in memory that both share, works for a time that
// depends on the count, and says so on the UART, which has a lock of its own. Who gets a lock next, and so each count
// and each line, depends on the exact interleaving of the two. In the end hart 0 compares the count made under the lock
// with one made by atomic additions.
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/crc32.h"
#include "scenarios/firmware/harts.h"
#include "scenarios/firmware/spinlock.h"
#include "scenarios/firmware/text.h"
#include "scenarios/firmware/uart.h"

#define CONSOLE 0U
#define ROUNDS 40U
#define ROUNDS_PER_LINE 4U

static struct spinlock count_lock;
static struct spinlock console_lock;
static volatile uint32_t count; // under count_lock
static uint32_t atomic_count;
static volatile uint32_t crc; // under count_lock

static void say(const char *who, uint32_t number, const char *what, uint32_t value)
{
    struct text text = {0};
    text_add(&text, who);
    text_add_u32(&text, number);
    text_add(&text, what);
    text_add_u32(&text, value);
    text_add(&text, "\n");
    spin_lock(&console_lock);
    uart_print(CONSOLE, text.chars);
    spin_unlock(&console_lock);
}

static void work(uint32_t hart)
{
    for (uint32_t round = 1; round <= ROUNDS; round++) {
        spin_lock(&count_lock);
        uint32_t mine = count + 1;
        crc = crc32(crc, &hart, sizeof hart);
        uint32_t seen = crc;
        count = mine;
        spin_unlock(&count_lock);
        __atomic_fetch_add(&atomic_count, 1, __ATOMIC_RELAXED);

        uint32_t own = seen;
        for (uint32_t more = seen % 32; more > 0; more--) {
            own = crc32(own, &more, sizeof more);
        }
        // Nobody needs the result; the empty instruction that "uses" it keeps the work in the program.
        __asm__ volatile("" ::"r"(own));
        if (round % ROUNDS_PER_LINE == 0) {
            say("hart ", hart, " counts ", mine);
        }
    }
}

void hart_main(uint32_t hart)
{
    if (hart == 1) {
        work(hart);
        hart_wake(0);
    }
}

int main(void)
{
    cpu_irq_disable();
    uart_init(CONSOLE, 115200);
    hart_wake(1);
    work(0);
    hart_wait(0);
    say("both counted to ", count, ", and atomically to ", __atomic_load_n(&atomic_count, __ATOMIC_RELAXED));
    // Who was when at the lock, as one number.
    say("order ", crc, ", rounds ", ROUNDS);
    cpu_halt();
}
