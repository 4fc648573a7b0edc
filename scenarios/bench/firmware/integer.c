// SPDX-License-Identifier: Apache-2.0 OR MIT
// Work in registers without branches: CRCs, bit by bit; about 45 instructions for each turn of the loop.
#include "scenarios/bench/firmware/work.h"
#include "scenarios/firmware/crc32.h"

#define ROUNDS 20000U // of 1 KiB: about 0.8 thousand million instructions

int main(void)
{
    static uint8_t buffer[1024];
    for (uint32_t i = 0; i < sizeof buffer; i++) {
        buffer[i] = (uint8_t)i;
    }
    uint32_t crc = 0;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        crc = crc32(crc, buffer, sizeof buffer);
    }
    work_done(crc);
}
