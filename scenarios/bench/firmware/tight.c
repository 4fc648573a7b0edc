// SPDX-License-Identifier: Apache-2.0 OR MIT
// A loop of five instructions, the last of them its branch. What is paid for each block of code, such as
// counting its instructions, costs most here.
#include "scenarios/bench/firmware/work.h"

#define ROUNDS 300000000U

int main(void)
{
    uint32_t state = 0x5EED0001;
#pragma clang loop unroll(disable) vectorize(disable)
    for (uint32_t round = 0; round < ROUNDS; round++) {
        state = (state ^ round) * 1664525U; // the multiplier of Numerical Recipes' generator
    }
    work_done(state);
}
