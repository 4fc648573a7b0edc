// SPDX-License-Identifier: Apache-2.0 OR MIT
// Uses the blinker of templates/ as its table of registers forbids, and says "done".
#include "scenarios/firmware/mmio.h"
#include "scenarios/firmware/uart.h"

#define BLINKER 0x50000000U
#define PERIOD (BLINKER + 0x08)
#define NO_REGISTER (BLINKER + 0x20)

int main(void)
{
    uart_init(0, 115200);
    for (int twice = 0; twice < 2; twice++) {
        mmio_write8(PERIOD, 5);
        if (mmio_read32(NO_REGISTER) != 0) {
            uart_print(0, "not 0\n");
        }
        mmio_write32(NO_REGISTER, 1);
    }
    uart_print(0, "done\n");
    return 0;
}
