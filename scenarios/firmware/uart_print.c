// SPDX-License-Identifier: Apache-2.0 OR MIT
// The part of uart.h that is the same for every device.
#include "scenarios/firmware/uart.h"

void uart_print(unsigned port, const char *text)
{
    for (; *text != '\0'; text++) {
        uart_put(port, (uint8_t)*text);
    }
}
