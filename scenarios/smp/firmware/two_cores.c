// SPDX-License-Identifier: Apache-2.0 OR MIT
// Core 0 switches core 1 on by PSCI, and both compute with what they see of the other: how they interleave shows in each line.
// Then core 1 switches itself off, and core 0 resets the board once.
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/crc32.h"
#include "scenarios/firmware/psci.h"
#include "scenarios/firmware/text.h"
#include "scenarios/firmware/uart.h"

#define CONSOLE 0U
#define ROUNDS 5U
#define WORK 50U

// Above the 4 MB that the linker script uses: a reset leaves it alone.
#define STARTED ((volatile uint32_t *)0x40400000U)
#define STARTED_ONCE 0xB007C0DEU // without power, RAM has anything else

static volatile uint32_t rounds[2];
static volatile uint32_t crcs[2];
static volatile uint32_t stop;

static void say(const char *what, uint32_t number, const char *more, uint32_t value)
{
    struct text text = {0};
    text_add(&text, what);
    text_add_u32(&text, number);
    text_add(&text, more);
    text_add_hex32(&text, value);
    text_add(&text, "\n");
    uart_print(CONSOLE, text.chars);
}

static void compute(uint32_t core)
{
    uint32_t other = crcs[1 - core];
    crcs[core] = crc32(crcs[core], &other, sizeof other);
    rounds[core] = rounds[core] + 1;
}

void core_main(uint32_t core)
{
    while (!stop) {
        compute(core);
    }
    (void)psci_call(PSCI_CPU_OFF, 0, 0, 0);
}

int main(void)
{
    uart_init(CONSOLE, 115200);
    say("core 1 is off: ", psci_call(PSCI_AFFINITY_INFO, 1, 0, 0) == PSCI_IS_OFF, ", PSCI ",
        (uint32_t)psci_call(PSCI_VERSION, 0, 0, 0));
    say("switched on: ", psci_call(PSCI_CPU_ON, 1, (uintptr_t)core_start, 1) == 0, ", again: ",
        (uint32_t)psci_call(PSCI_CPU_ON, 1, (uintptr_t)core_start, 1));
    while (rounds[1] == 0) {
    }
    for (uint32_t round = 0; round < ROUNDS; round++) {
        for (uint32_t work = 0; work < WORK; work++) {
            compute(0);
        }
        say("core 1 got to ", rounds[1], ", crc ", crcs[0]);
    }
    stop = 1;
    while (psci_call(PSCI_AFFINITY_INFO, 1, 0, 0) != PSCI_IS_OFF) {
    }
    say("core 1 is off again after ", rounds[1], ", crc ", crcs[1]);
    if (*STARTED != STARTED_ONCE) {
        *STARTED = STARTED_ONCE;
        (void)psci_call(PSCI_SYSTEM_RESET, 0, 0, 0);
    }
    cpu_halt();
}
