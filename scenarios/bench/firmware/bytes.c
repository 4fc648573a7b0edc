// SPDX-License-Identifier: Apache-2.0 OR MIT
// Sends a byte on UART 1 at every round of a busy loop, and takes what comes there. Built with -DBYTES_SENDS=0 it does all
// but the sending: what the bytes alone cost is the difference.
#include "scenarios/firmware/crc32.h"
#include "scenarios/firmware/uart.h"

#ifndef BYTES_SENDS
#define BYTES_SENDS 1
#endif

#define LINE 1U
#define BAUD 1000000U // 10 us a byte
#define PAUSE 6U      // bytes of CRC: a round takes about 11 us at 40 ns an instruction

int main(void)
{
    uart_init(LINE, BAUD);
    uint8_t work[PAUSE] = {0};
    for (uint32_t round = 0;; round++) {
        uint32_t crc = crc32(round, work, sizeof work);
        uint8_t byte = 0;
        while (uart_take(LINE, &byte)) {
            work[byte % PAUSE] = byte;
        }
        if (BYTES_SENDS) {
            uart_put(LINE, (uint8_t)crc);
        } else {
            work[crc % PAUSE] = (uint8_t)crc;
        }
    }
}
