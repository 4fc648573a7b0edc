// SPDX-License-Identifier: Apache-2.0 OR MIT
// lwIP on the board's Ethernet controller (scenarios/firmware/eth.h) and its timer.
#ifndef FIRMWARE_LWIP_NET_H
#define FIRMWARE_LWIP_NET_H

#include <stdint.h>

// Starts the controller, lwIP, and a timer of 100 Hz. The network is 10.0.0.0/24, the host's number the last byte.
void net_start(uint8_t host);

// How many segments of the one connection were sent again, because nobody had acknowledged them.
uint32_t net_sent_again(void);

// Serves lwIP, in WFI between frames and timeouts. Does not return.
__attribute__((noreturn)) void net_run(void);

#endif
