// SPDX-License-Identifier: Apache-2.0 OR MIT
// Looks at its UART POLLS_HZ times a second and takes what is there, for LISTEN_MS. Then it tells what it heard, errors and all.
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/crc32.h"
#include "scenarios/firmware/text.h"
#include "scenarios/firmware/timer.h"
#include "scenarios/firmware/uart.h"
#include "scenarios/uart/firmware/listen.h"

#define WIRE 0U
#define WIRE_BAUD 115200U
#ifndef POLLS_HZ
#define POLLS_HZ 20000U
#endif
#ifndef LISTEN_MS
#define LISTEN_MS 40U
#endif

struct heard {
    uint32_t bytes;
    uint32_t parity_errors;
    uint32_t framing_errors;
    uint32_t noise;
    uint32_t overruns;
    uint32_t breaks;
    uint32_t crc;
};

static void poll(struct heard *heard)
{
    struct listen_byte came = {0};
    if (!listen_take(&came)) {
        return;
    }
    heard->bytes += 1;
    heard->parity_errors += came.parity_error;
    heard->framing_errors += came.framing_error;
    heard->noise += came.noise;
    heard->overruns += came.overrun;
    heard->breaks += came.is_break;
    heard->crc = crc32(heard->crc, &came.byte, 1);
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
    listen_start();
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
