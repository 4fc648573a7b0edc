// SPDX-License-Identifier: Apache-2.0 OR MIT
// UARTs: sending waits for the device, receiving is by interrupt into a ring. 8 data bits, no parity, 1 stop bit.
// Implemented once for each device: cmsdk_uart.c, ns16550_uart.c. Ports count from 0, as in the board's manual.
#ifndef SCENARIOS_FIRMWARE_UART_H
#define SCENARIOS_FIRMWARE_UART_H

#include <stdbool.h>
#include <stdint.h>

// Sets the rate and starts receiving. A port that the board does not have halts the firmware.
void uart_init(unsigned port, uint32_t baud);

void uart_put(unsigned port, uint8_t byte);
void uart_print(unsigned port, const char *text);

// Takes the next received byte. False: there is none.
bool uart_take(unsigned port, uint8_t *byte);

// True: nothing was received that has not been taken. Ask with interrupts disabled before cpu_wait().
bool uart_is_idle(unsigned port);

// Bytes that came and could not be kept, since uart_init(): the ring was full, or the device overran.
uint32_t uart_lost(unsigned port);

#endif
