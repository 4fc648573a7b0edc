// SPDX-License-Identifier: Apache-2.0 OR MIT
// Takes one frame a millisecond, however many there are, and prints what is in it.
#include "scenarios/ethernet/firmware/raw.h"
#include "scenarios/firmware/text.h"
#include "scenarios/firmware/timer.h"
#include "scenarios/firmware/uart.h"

#define CONSOLE 0U
#define CONSOLE_BAUD 115200U
#define TICKS_HZ 1000U

int main(void)
{
    static uint8_t frame[ETH_FRAME_MAX];
    uint8_t own[ETH_ADDRESS];
    uart_init(CONSOLE, CONSOLE_BAUD);
    eth_init(own);
    timer_start(TICKS_HZ);
    for (uint32_t tick = 1;; tick++) {
        timer_wait_until(tick);
        char line[TEXT_MAX];
        size_t length = eth_take(frame);
        if (length > 0) {
            uart_print(CONSOLE, raw_text(frame, length, line) ? line : "something else");
            uart_print(CONSOLE, "\n");
        }
    }
}
