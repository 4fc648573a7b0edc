// SPDX-License-Identifier: Apache-2.0 OR MIT
// What a UART's transmitter can do besides bytes. Implemented once for each device: talk_s32k.c, talk_ns16550.c, talk_pl011.c,
// and talk_plain.c for those that can do nothing.
#ifndef SCENARIOS_UART_FIRMWARE_TALK_H
#define SCENARIOS_UART_FIRMWARE_TALK_H

// After uart_init(0, ...): sets what uart_init() does not know.
void talk_start(void);

// Before a line: with FLOW_CONTROL, waits until one may be sent, where the device does not see to that itself.
void talk_wait(void);

// Sends a break, a frame long or longer.
void talk_break(void);

#endif
