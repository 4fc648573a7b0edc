// SPDX-License-Identifier: Apache-2.0 OR MIT
// What is in an SSE-300, on the MPS3 with the AN547 image, told on UART 0: identities, the system counter and a timer by it, and the watchdog
// of the slow clock, which has the NMI. Then the firmware resets the chip once, and tells the same again. Everything is secure.
#include <stdint.h>

#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/mmio.h"
#include "scenarios/firmware/text.h"
#include "scenarios/firmware/uart.h"

#define LOG 0U
#define BAUD 115200U
#define SYSCLK_HZ 32000000U // AN547, clocks: that of the counter, too

// Arm 101773: system information, CPU identity.
#define SYS_VERSION 0x58020000U
#define SYS_CONFIG 0x58020004U
#define CPUID_BLOCK 0x5001F000U
// Arm DDI 0553, D1.2.
#define CPUID 0xE000ED00U
#define MPU_TYPE 0xE000ED90U
#define NVIC_ISPR0 0xE000E200U
#define NVIC_ISER0 0xE000E100U
#define AIRCR 0xE000ED0CU
#define AIRCR_SYSRESETREQ (0x05FA0000U | 1U << 2)
// AN547: serial configuration controller.
#define SCC_ID 0x59300FFCU
// Arm 101370: system counter (control, then status) and timer 0, which has interrupt 3.
#define CNTCR 0x58100000U
#define CNTCV_LOW 0x58101000U
#define CNTPCT_LOW 0x58000000U
#define CNTP_TVAL 0x58000028U
#define CNTP_CTL 0x5800002CU
#define TIMER_IRQ (1U << 3)
// Arm DDI 0479C, 4.4: the watchdog of the slow clock.
#define WDOG_LOAD 0x5802E000U
#define WDOG_CONTROL 0x5802E008U
#define WDOG_RIS 0x5802E010U
// In DDR4, which a reset leaves alone.
#define KEPT 0x60000000U

void nmi_handler(void);

static void tell(const char *what, uint32_t value, uint32_t more)
{
    struct text text = {0};
    text_add(&text, what);
    text_add(&text, " ");
    text_add_hex32(&text, value);
    text_add(&text, " ");
    text_add_hex32(&text, more);
    text_add(&text, "\n");
    uart_print(LOG, text.chars);
}

void nmi_handler(void)
{
    tell("watchdog", mmio_read32(WDOG_RIS), mmio_read32(KEPT));
    mmio_write32(WDOG_CONTROL, 0);
    if (mmio_read32(KEPT) == 0) {
        mmio_write32(KEPT, 1);
        mmio_write32(AIRCR, AIRCR_SYSRESETREQ);
    }
    cpu_halt();
}

int main(void)
{
    uart_init(LOG, BAUD);
    tell("subsystem", mmio_read32(SYS_VERSION), mmio_read32(SYS_CONFIG));
    tell("cpu", mmio_read32(CPUID_BLOCK), mmio_read32(CPUID));
    tell("mpu, image", mmio_read32(MPU_TYPE), mmio_read32(SCC_ID));

    mmio_write32(CNTCR, 1);
    mmio_write32(CNTP_TVAL, SYSCLK_HZ / 1000);
    mmio_write32(CNTP_CTL, 1);
    mmio_write32(NVIC_ISER0, TIMER_IRQ);
    cpu_irq_disable();
    cpu_wait();
    tell("timer", mmio_read32(CNTPCT_LOW), mmio_read32(CNTP_CTL));
    tell("counter", mmio_read32(CNTCV_LOW), mmio_read32(NVIC_ISPR0));
    mmio_write32(CNTP_CTL, 0);

    mmio_write32(WDOG_LOAD, 32); // 1 ms
    mmio_write32(WDOG_CONTROL, 1);
    for (;;) {
        cpu_wait();
    }
}
