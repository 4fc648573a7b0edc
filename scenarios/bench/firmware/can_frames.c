// SPDX-License-Identifier: Apache-2.0 OR MIT
// Keeps a CAN bus busy with frames of eight bytes; built with -DSENDS=0 it takes what comes.
#include "scenarios/firmware/can.h"
#include "scenarios/firmware/uart.h"

#ifndef SENDS
#define SENDS 1
#endif

#define CONSOLE 0U
#define CONSOLE_BAUD 115200U
#define BITRATE 1000000U

int main(void)
{
    uart_init(CONSOLE, CONSOLE_BAUD); // and the clocks
    can_init(BITRATE, 0);
    struct can_frame frame = {.id = 0x123, .length = 8};
    for (uint32_t number = 0;;) {
        struct can_frame taken;
        while (can_receive(&taken)) {
        }
        if (SENDS && can_send(&frame)) {
            number++;
            for (uint32_t i = 0; i < frame.length; i++) {
                frame.data[i] = (uint8_t)(number >> 8 * (i % 4));
            }
        } else {
            can_wait();
        }
    }
}
