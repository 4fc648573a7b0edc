// SPDX-License-Identifier: Apache-2.0 OR MIT
// Sends Ethernet frames of 64 bytes, checksum and all, one after the other as fast as its CPU can; built with -DSENDS=0 it takes what comes.
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/eth.h"

#ifndef SENDS
#define SENDS 1
#endif

#define TYPE_AT 12U
#define NUMBER_AT 14U

int main(void)
{
    static uint8_t frame[ETH_FRAME_MAX];
    eth_init(&frame[ETH_ADDRESS]);
    for (unsigned i = 0; i < ETH_ADDRESS; i++) {
        frame[i] = 0xFF; // to everybody
    }
    frame[TYPE_AT] = 0x88; // IEEE 802-2014, 9.2.4: local experiments
    frame[TYPE_AT + 1] = 0xB5;
    for (uint32_t number = 0; SENDS; number++) {
        for (unsigned i = 0; i < 4; i++) {
            frame[NUMBER_AT + i] = (uint8_t)(number >> 8 * i);
        }
        eth_send(frame, ETH_FRAME_MIN);
    }
    for (;;) {
        static uint8_t taken[ETH_FRAME_MAX];
        (void)eth_receive(taken);
    }
}
