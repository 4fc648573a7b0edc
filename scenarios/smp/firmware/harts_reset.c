// SPDX-License-Identifier: Apache-2.0 OR MIT
// Two harts compute side by side. After the first start hart 0 resets the chip while hart 1 computes, after the second hart 1
// does while hart 0 computes; after the third both come to their end. How far the other one was is told at each start.
#include "scenarios/firmware/chip_reset.h"
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/crc32.h"
#include "scenarios/firmware/harts.h"
#include "scenarios/firmware/text.h"
#include "scenarios/firmware/uart.h"

#define CONSOLE 0U
#define ROUNDS 200U
#define COUNTED 0xB007C0DEU // without power, RAM has anything else

// In memory that a reset leaves alone.
struct kept {
    uint32_t counted;
    uint32_t starts;
    uint32_t rounds[2];
    uint32_t crc;
};

static volatile struct kept *const kept = (volatile struct kept *)KEPT_RAM;

static void say(const char *what, uint32_t number, const char *more, uint32_t value)
{
    struct text text = {0};
    text_add(&text, what);
    text_add_u32(&text, number);
    text_add(&text, more);
    text_add_u32(&text, value);
    text_add(&text, "\n");
    uart_print(CONSOLE, text.chars);
}

static void compute(uint32_t hart)
{
    for (uint32_t round = 1; round <= ROUNDS; round++) {
        // Both write it: what it comes to depends on who was when.
        kept->crc = crc32(kept->crc, &round, sizeof round);
        kept->rounds[hart] = round;
    }
    if (kept->starts == hart + 1) {
        chip_reset();
    }
    // The other one may be about to reset the chip.
    while (kept->starts <= 2) {
    }
}

void hart_main(uint32_t hart)
{
    compute(hart);
    hart_wake(0);
}

int main(void)
{
    cpu_irq_disable();
    uart_init(CONSOLE, 115200);
    if (kept->counted != COUNTED) {
        kept->counted = COUNTED;
        kept->starts = 0;
        kept->crc = 0;
    }
    kept->starts = kept->starts + 1;
    say("start ", kept->starts, ": hart 0 got to ", kept->rounds[0]);
    say("hart 1 got to ", kept->rounds[1], ", crc ", kept->crc);
    kept->rounds[0] = 0;
    kept->rounds[1] = 0;
    hart_wake(1);
    compute(0);
    hart_wait(0);
    say("done after ", kept->starts, ", crc ", kept->crc);
    cpu_halt();
}
