// SPDX-License-Identifier: Apache-2.0 OR MIT
// A UART of an STM32 whose transmitter and receiver share one wire (HDSEL: RM0090, 30.3.10; RM0351, 40.5.13), as servos have it: what it sends
// it hears, too, and has to tell from the answer. USART_CR1 and USART_CR3 are its registers. With ASKS it asks, else it answers with the square.
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/line.h"
#include "scenarios/firmware/mmio.h"
#include "scenarios/firmware/text.h"
#include "scenarios/firmware/timer.h"
#include "scenarios/firmware/uart.h"

#define WIRE 0U
#define WIRE_BAUD 115200U
#define QUESTIONS 3U
#define CR3_HDSEL (1U << 3)

// Only while the UART is off.
static void share_wire(void)
{
    uint32_t was = mmio_read32(USART_CR1);
    mmio_write32(USART_CR1, 0);
    mmio_write32(USART_CR3, mmio_read32(USART_CR3) | CR3_HDSEL);
    mmio_write32(USART_CR1, was);
}

// Sends a line and takes its echo; false: that is another one.
static bool say(const char *what, uint32_t number)
{
    struct text line = {0};
    text_add(&line, what);
    text_add_u32(&line, number);
    text_add(&line, "\n");
    uart_print(WIRE, line.chars);
    char echo[TEXT_MAX];
    const char *rest = echo;
    uint32_t echoed = 0;
    return line_read(WIRE, echo) && text_skip(&rest, what) && text_read_u32(&rest, &echoed) && text_at_end(rest)
        && echoed == number;
}

int main(void)
{
    uart_init(WIRE, WIRE_BAUD);
    share_wire();
    uint32_t number = 0;
    char heard[TEXT_MAX];
#ifdef ASKS
    timer_start(1000);
    timer_wait_until(2); // the other one is ready by then
    for (uint32_t question = 1; question <= QUESTIONS; question++) {
        bool echoed = say("ask ", question);
        const char *answer = heard;
        bool right = line_read(WIRE, heard) && text_skip(&answer, "square ") && text_read_u32(&answer, &number)
            && number == question * question;
        if (!echoed || !right) {
            cpu_halt();
        }
    }
    (void)say("right ", QUESTIONS);
#else
    for (;;) {
        const char *question = heard;
        if (line_read(WIRE, heard) && text_skip(&question, "ask ") && text_read_u32(&question, &number)) {
            (void)say("square ", number * number);
        }
    }
#endif
    for (;;) {
        cpu_wait();
    }
}
