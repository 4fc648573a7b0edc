// SPDX-License-Identifier: Apache-2.0 OR MIT
// A UART's receiver without its interrupt: bytes, and what was wrong with them.
// Implemented once for each device: listen_stm32.c, listen_cmsdk.c, listen_ns16550.c, listen_pl011.c,
// listen_cadence.c.
#ifndef SCENARIOS_UART_FIRMWARE_LISTEN_H
#define SCENARIOS_UART_FIRMWARE_LISTEN_H

#include <stdbool.h>
#include <stdint.h>

struct listen_byte {
    uint8_t byte;
    bool parity_error;
    bool framing_error;
    bool noise;
    bool overrun;
    bool is_break;
};

// After uart_init(0, ...): from now on nobody else takes bytes. With FLOW_CONTROL, RTS says when there is room.
void listen_start(void);

// False: nothing has come.
bool listen_take(struct listen_byte *came);

#endif
