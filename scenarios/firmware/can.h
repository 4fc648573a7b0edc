// SPDX-License-Identifier: Apache-2.0 OR MIT
// A CAN controller, after uart_init(), which makes the clocks. Implemented once for each device: stm32f4_bxcan.c, s32k144_flexcan.c,
// stm32g4_fdcan.c, zynq_can.c. Frames wait in the controller until they are taken: three in a bxCAN or FDCAN, 13 in a FlexCAN, four of CAN FD,
// 64 in a Zynq. Take all that there are.
#ifndef SCENARIOS_FIRMWARE_CAN_H
#define SCENARIOS_FIRMWARE_CAN_H

#include <stdbool.h>
#include <stdint.h>

#define CAN_DATA_MAX 64U

struct can_frame {
    uint32_t id;
    bool is_extended; // 29 bits
    bool is_remote;
    bool is_fd;
    bool switches_rate; // of CAN FD: with the bit rate of data
    uint8_t length;     // of a remote frame that of the data it asks for
    uint8_t data[CAN_DATA_MAX];
};

struct can_errors {
    uint32_t transmit;
    uint32_t receive;
    bool is_passive;
    bool is_off;
};

// Joins the bus and receives everything. data_bitrate is that of CAN FD, or 0 without. A rate that the controller cannot keep exactly, and
// CAN FD if it knows none, halt the firmware.
void can_init(uint32_t bitrate, uint32_t data_bitrate);

// True: the controller has the frame, and sends it as soon as the bus is free; of several the one with the best identifier first, but for a Zynq. False: it has no
// place for it now, or cannot send such a frame.
bool can_send(const struct can_frame *frame);

// True: nothing is to be sent any more.
bool can_is_sent(void);

// Takes the frame that came first. False: there is none.
bool can_receive(struct can_frame *frame);

// Sleeps until the controller has sent or received something or has other errors, or until any interrupt. Returns at once if one is pending.
void can_wait(void);

struct can_errors can_errors(void);

// Off the bus by its errors, it comes back after 128 times 11 recessive bits; not by itself.
void can_recover(void);

#endif
