// SPDX-License-Identifier: Apache-2.0 OR MIT
// Looks at USART2 of an STM32F407 POLLS_HZ times a second and takes what is there, for LISTEN_MS; with FLOW_CONTROL its RTS says when there is
// room. Then it tells what it heard, errors and all (RM0090, 30.6).
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/crc32.h"
#include "scenarios/firmware/mmio.h"
#include "scenarios/firmware/text.h"
#include "scenarios/firmware/timer.h"
#include "scenarios/firmware/uart.h"

#define WIRE 0U
#define WIRE_BAUD 115200U
#ifndef POLLS_HZ
#define POLLS_HZ 20000U
#endif
#ifndef LISTEN_MS
#define LISTEN_MS 40U
#endif

#define USART2_SR 0x40004400U
#define USART2_DR 0x40004404U
#define USART2_CR1 0x4000440CU
#define USART2_CR3 0x40004414U
#define SR_PE (1U << 0)
#define SR_FE (1U << 1)
#define SR_NE (1U << 2)
#define SR_ORE (1U << 3)
#define SR_RXNE (1U << 5)
#define CR1_RE (1U << 2)
#define CR1_TE (1U << 3)
#define CR1_UE (1U << 13)
#define CR3_RTSE (1U << 8)

struct heard {
    uint32_t bytes;
    uint32_t parity_errors;
    uint32_t framing_errors;
    uint32_t noise;
    uint32_t overruns;
    uint32_t breaks; // framing errors without a bit that is 1
    uint32_t crc;
};

static void poll(struct heard *heard)
{
    uint32_t state = mmio_read32(USART2_SR);
    if (!(state & (SR_RXNE | SR_ORE))) {
        return;
    }
    // Reading DR after SR clears the errors.
    uint8_t byte = (uint8_t)mmio_read32(USART2_DR);
    heard->bytes += 1;
    heard->parity_errors += (state & SR_PE) != 0;
    heard->framing_errors += (state & SR_FE) != 0;
    heard->noise += (state & SR_NE) != 0;
    heard->overruns += (state & SR_ORE) != 0;
    heard->breaks += (state & SR_FE) != 0 && byte == 0;
    heard->crc = crc32(heard->crc, &byte, 1);
}

static void tell(const char *what, uint32_t count)
{
    struct text line = {0};
    text_add(&line, what);
    text_add_u32(&line, count);
    text_add(&line, "\n");
    uart_print(WIRE, line.chars);
}

int main(void)
{
    uart_init(WIRE, WIRE_BAUD);
    // Without the driver's interrupt.
    mmio_write32(USART2_CR1, CR1_UE | CR1_TE | CR1_RE);
#ifdef FLOW_CONTROL
    mmio_write32(USART2_CR3, CR3_RTSE);
#endif
    timer_start(POLLS_HZ);
    struct heard heard = {0};
    for (uint32_t tick = 1; tick <= LISTEN_MS * (POLLS_HZ / 1000U); tick++) {
        timer_wait_until(tick);
        poll(&heard);
    }
    tell("bytes ", heard.bytes);
    tell("parity errors ", heard.parity_errors);
    tell("framing errors ", heard.framing_errors);
    tell("noise ", heard.noise);
    tell("overruns ", heard.overruns);
    tell("breaks ", heard.breaks);
    struct text sum = {0};
    text_add(&sum, "heard ");
    text_add_hex32(&sum, heard.crc);
    text_add(&sum, "\n");
    uart_print(WIRE, sum.chars);
    for (;;) {
        cpu_wait();
    }
}
