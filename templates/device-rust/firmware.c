// SPDX-License-Identifier: Apache-2.0 OR MIT
// Lets the blinker blink every 250 us, and says "blink N" at each change, as its interrupt tells of it.
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/mmio.h"
#include "scenarios/firmware/text.h"
#include "scenarios/firmware/uart.h"

#define BLINKER 0x50000000U
#define CR (BLINKER + 0x00)
#define SR (BLINKER + 0x04)
#define PERIOD (BLINKER + 0x08)
#define TALLY (BLINKER + 0x0c)
#define CR_EN (1U << 0)
#define CR_IE (1U << 1)
#define SR_CHANGED (1U << 0)

#define BLINKER_INTERRUPT 20U
// Armv7-M ARM, B3.4: one bit for each interrupt.
#define NVIC_ISER 0xE000E100U
#define NVIC_ICPR 0xE000E280U

static volatile uint32_t tally; // the blinker writes it

int main(void)
{
    uart_init(0, 115200);
    cpu_irq_disable(); // WFI wakes nevertheless, and no handler is needed
    mmio_write32(NVIC_ISER, 1U << BLINKER_INTERRUPT);
    mmio_write32(PERIOD, 250);
    mmio_write32(TALLY, (uint32_t)(uintptr_t)&tally);
    mmio_write32(CR, CR_EN | CR_IE);
    for (;;) {
        while (!(mmio_read32(SR) & SR_CHANGED)) {
            cpu_wait();
        }
        mmio_write32(SR, SR_CHANGED);
        mmio_write32(NVIC_ICPR, 1U << BLINKER_INTERRUPT);
        struct text line = {0};
        text_add(&line, "blink ");
        text_add_u32(&line, tally);
        text_add(&line, "\n");
        uart_print(0, line.chars);
    }
}
