// SPDX-License-Identifier: Apache-2.0 OR MIT
// Ethernet: frames from the destination's address on, without checksum, on the board's one controller. Implemented once for each
// device: enet_eth.c, gem_eth.c, lan9118_eth.c, lm3s6965_eth.c,
// stm32f4_eth.c. Build with -DETHERNET, so that the board's interrupts reach it.
#ifndef SCENARIOS_FIRMWARE_ETH_H
#define SCENARIOS_FIRMWARE_ETH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ETH_FRAME_MAX 1514U
#define ETH_FRAME_MIN 60U // what is shorter arrives with zeros behind it
#define ETH_ADDRESS 6U

// Starts the controller; `address` becomes what the controller has as its own.
void eth_init(uint8_t address[ETH_ADDRESS]);

void eth_send(const uint8_t *frame, size_t length);

// Takes the next received frame: its length, or 0 if there is none.
size_t eth_take(uint8_t frame[ETH_FRAME_MAX]);

// True: nothing was received that has not been taken. Ask with interrupts disabled before cpu_wait().
bool eth_is_idle(void);

// Waits, in WFI, for the next frame.
size_t eth_receive(uint8_t frame[ETH_FRAME_MAX]);

// The controller's interrupt, for the board's irq_handler(); false: it is another one's.
bool eth_serve(uint32_t number);

#endif
