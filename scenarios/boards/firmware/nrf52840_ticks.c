// SPDX-License-Identifier: Apache-2.0 OR MIT
// Blocks of an nRF52840 at work without the CPU. RTC1 compares 128 times a second; PPI lets GPIOTE toggle LED1 (P0.13) by that, another
// channel of GPIOTE sees the pin change, and PPI lets TIMER3 capture when. The CPU sleeps, and tells each tick in one transfer of UARTE.
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/mmio.h"
#include "scenarios/firmware/text.h"

// nRF52840 PS, 5.4.4.
#define CLOCK 0x40000000U
#define TASKS_HFCLKSTART 0x000U
#define TASKS_LFCLKSTART 0x008U
#define EVENTS_HFCLKSTARTED 0x100U
#define EVENTS_LFCLKSTARTED 0x104U
#define LFCLKSRC 0x518U
#define LFCLKSRC_XTAL 1U

// 6.22.8.
#define RTC1 0x40011000U
#define RTC1_IRQ 17U
#define EVENTS_COMPARE0 0x140U
#define EVTENSET 0x344U
#define COMPARE0 (1U << 16)
#define RTC_CC0 0x540U
#define TICK_COUNTS 256U // of 32768 Hz: 128 times a second

// 6.30.9.
#define TIMER3 0x4001A000U
#define TASKS_CAPTURE0 0x040U
#define BITMODE 0x508U
#define BITMODE_32 3U
#define TIMER_PRESCALER 0x510U
#define TIMER_CC0 0x540U

// 6.9.2 and 6.10.4.
#define P0_PIN_CNF13 0x50000734U
#define PIN_CNF_INPUT 0U // an input with its buffer: GPIOTE drives it
#define P0_IN 0x50000510U
#define LED1 13U
#define GPIOTE 0x40006000U
#define TASKS_OUT0 0x000U
#define EVENTS_IN1 0x104U
#define GPIOTE_CONFIG0 0x510U
#define GPIOTE_CONFIG1 0x514U
#define CONFIG_EVENT 1U
#define CONFIG_TASK 3U
#define CONFIG_TOGGLE (3U << 16)

// 6.16.2.
#define PPI 0x4001F000U
#define CHENSET 0x504U
#define CH0_EEP 0x510U
#define CH0_TEP 0x514U
#define CH1_EEP 0x518U
#define CH1_TEP 0x51CU

// 6.34.9.
#define UARTE0 0x40002000U
#define TASKS_STARTTX 0x008U
#define EVENTS_ENDTX 0x120U
#define ENABLE 0x500U
#define ENABLE_UARTE 8U
#define PSEL_TXD 0x50CU
#define BAUDRATE 0x524U
#define BAUDRATE_1M 0x10000000U
#define TXD_PTR 0x544U
#define TXD_MAXCNT 0x548U

#define TASKS_START 0x000U
#define INTENSET 0x304U

// Armv7-M ARM, B3.4.4 and B3.4.7.
#define NVIC_ISER0 0xE000E100U
#define NVIC_ICPR0 0xE000E280U

// Starts something and waits until it says so.
static void start(uint32_t block, uint32_t task, uint32_t event)
{
    mmio_write32(block + event, 0);
    mmio_write32(block + task, 1);
    while (mmio_read32(block + event) == 0) {
    }
}

static void send(const struct text *line)
{
    mmio_write32(UARTE0 + TXD_PTR, (uint32_t)line->chars);
    mmio_write32(UARTE0 + TXD_MAXCNT, line->length);
    start(UARTE0, TASKS_STARTTX, EVENTS_ENDTX);
}

static void join(uint32_t channel_eep, uint32_t event, uint32_t channel_tep, uint32_t task)
{
    mmio_write32(PPI + channel_eep, event);
    mmio_write32(PPI + channel_tep, task);
}

// Interrupts stay masked: a pending one ends WFI, and nobody needs to serve it.
static void wait_for_tick(void)
{
    while (mmio_read32(RTC1 + EVENTS_COMPARE0) == 0) {
        cpu_wait();
        mmio_write32(NVIC_ICPR0, 1U << RTC1_IRQ);
    }
    mmio_write32(RTC1 + EVENTS_COMPARE0, 0);
    mmio_write32(NVIC_ICPR0, 1U << RTC1_IRQ);
}

int main(void)
{
    cpu_irq_disable();
    start(CLOCK, TASKS_HFCLKSTART, EVENTS_HFCLKSTARTED);
    mmio_write32(CLOCK + LFCLKSRC, LFCLKSRC_XTAL);
    start(CLOCK, TASKS_LFCLKSTART, EVENTS_LFCLKSTARTED);

    mmio_write32(UARTE0 + PSEL_TXD, 6);
    mmio_write32(UARTE0 + BAUDRATE, BAUDRATE_1M);
    mmio_write32(UARTE0 + ENABLE, ENABLE_UARTE);

    mmio_write32(P0_PIN_CNF13, PIN_CNF_INPUT);
    mmio_write32(GPIOTE + GPIOTE_CONFIG0, CONFIG_TASK | (LED1 << 8) | CONFIG_TOGGLE);
    mmio_write32(GPIOTE + GPIOTE_CONFIG1, CONFIG_EVENT | (LED1 << 8) | CONFIG_TOGGLE);

    join(CH0_EEP, RTC1 + EVENTS_COMPARE0, CH0_TEP, GPIOTE + TASKS_OUT0);
    join(CH1_EEP, GPIOTE + EVENTS_IN1, CH1_TEP, TIMER3 + TASKS_CAPTURE0);
    mmio_write32(PPI + CHENSET, 3);

    mmio_write32(TIMER3 + BITMODE, BITMODE_32);
    mmio_write32(TIMER3 + TIMER_PRESCALER, 0);
    mmio_write32(TIMER3 + TASKS_START, 1);

    mmio_write32(RTC1 + RTC_CC0, TICK_COUNTS);
    mmio_write32(RTC1 + EVTENSET, COMPARE0);
    mmio_write32(RTC1 + INTENSET, COMPARE0);
    mmio_write32(NVIC_ISER0, 1U << RTC1_IRQ);
    mmio_write32(RTC1 + TASKS_START, 1);

    uint32_t before = 0;
    for (uint32_t tick = 1;; tick++) {
        wait_for_tick();
        mmio_write32(RTC1 + RTC_CC0, (tick + 1) * TICK_COUNTS);
        // What the tick has begun takes a few cycles.
        while (mmio_read32(TIMER3 + TIMER_CC0) == before) {
        }
        uint32_t captured = mmio_read32(TIMER3 + TIMER_CC0);

        struct text line = {0};
        text_add(&line, "tick ");
        text_add_u32(&line, tick);
        text_add(&line, (mmio_read32(P0_IN) >> LED1) & 1U ? ": LED1 off, " : ": LED1 on, ");
        text_add_u32(&line, captured - before);
        text_add(&line, " cycles\n");
        send(&line);
        before = captured;
    }
}
