// SPDX-License-Identifier: Apache-2.0 OR MIT
// Loads and stores all over 2 MiB: forwards word by word, and for every sixteenth of them a leap over pages.
#include "scenarios/bench/firmware/work.h"

#define WORDS (512U * 1024U)
#define LEAPS (WORDS / 16U)
#define LEAP 12289U // odd, so that it meets every word in the end; more than a page
#define ROUNDS 40U

static uint32_t words[WORDS];

int main(void)
{
    uint32_t sum = 1;
    uint32_t at = 0;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        for (uint32_t i = 0; i < WORDS; i++) {
            words[i] = words[i] * 5 + i;
        }
        for (uint32_t i = 0; i < LEAPS; i++) {
            sum += words[at];
            words[at] = sum;
            at = (at + LEAP) % WORDS;
        }
    }
    work_done(sum);
}
