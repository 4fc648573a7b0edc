// SPDX-License-Identifier: Apache-2.0 OR MIT
// Asks who has the server's address, then sends echo requests, then datagrams to the echo port: ten of each, one every 5 ms, each
// longer than the one before. Prints each answer; what has not come before the next one goes is told as lost.
#include "scenarios/ethernet/firmware/ip.h"
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/text.h"
#include "scenarios/firmware/timer.h"
#include "scenarios/firmware/uart.h"

#define CONSOLE 0U
#define CONSOLE_BAUD 115200U
#define TICKS_HZ 1000U
#define WAIT_TICKS 5U
#define COUNT 10U
#define LONGER 140U
#define OWN_PORT 4000U
#define ECHO_PORT 7U

static uint8_t frame[ETH_FRAME_MAX];

// Waits for an answer of that kind, until the tick; its length or 0.
static size_t await(enum ip_kind kind, const struct ip_host *own, uint32_t until)
{
    while (timer_ticks() < until) {
        size_t length = eth_take(frame);
        if (length > 0 && ip_read(frame, length, own) == kind) {
            return length;
        }
        cpu_irq_disable();
        if (length == 0 && eth_is_idle() && timer_ticks() < until) {
            cpu_wait();
        }
        cpu_irq_enable();
    }
    return 0;
}

static void tell(const char *what, uint32_t number, size_t length)
{
    struct text text = {0};
    text_add(&text, what);
    text_add_u32(&text, number);
    if (length > 0) {
        text_add(&text, ": ");
        text_add_u32(&text, (uint32_t)length);
        text_add(&text, " bytes\n");
    } else {
        text_add(&text, " is lost\n");
    }
    uart_print(CONSOLE, text.chars);
}

// Data that differs from frame to frame, and whether it has come back.
static void fill(size_t from, size_t data, uint32_t number)
{
    for (size_t i = 0; i < data; i++) {
        frame[from + i] = (uint8_t)(i + number);
    }
}

static bool is_filled(size_t from, size_t data, uint32_t number)
{
    for (size_t i = 0; i < data; i++) {
        if (frame[from + i] != (uint8_t)(i + number)) {
            return false;
        }
    }
    return true;
}

int main(void)
{
    struct ip_host own = {.ip = IP_ADDRESS(10, 0, 0, 1)};
    struct ip_host server = {.address = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}, .ip = IP_ADDRESS(10, 0, 0, 2)};
    uart_init(CONSOLE, CONSOLE_BAUD);
    eth_init(own.address);
    timer_start(TICKS_HZ);
    uint32_t until = 0;
    size_t length = 0;
    for (uint32_t number = 1; length == 0; number++) {
        eth_send(frame, ip_arp(frame, ARP_REQUEST, &own, &server));
        until += WAIT_TICKS;
        length = await(IP_ARP_REPLY, &own, until);
        tell("arp ", number, length);
    }
    for (unsigned i = 0; i < ETH_ADDRESS; i++) {
        server.address[i] = frame[ARP_SENDER + i];
    }
    for (uint32_t number = 1; number <= 2 * COUNT; number++) {
        timer_wait_until(until);
        until += WAIT_TICKS;
        bool is_echo = number <= COUNT;
        size_t data = LONGER * ((number - 1) % COUNT);
        size_t from = is_echo ? ICMP_DATA : UDP_DATA;
        fill(from, data, number);
        eth_send(frame, is_echo ? ip_icmp_echo(frame, &own, &server, number, data)
                                : ip_udp(frame, &own, &server, OWN_PORT, ECHO_PORT, data));
        length = await(is_echo ? IP_ICMP_ECHO_REPLY : IP_UDP, &own, until);
        bool broken = length > 0 && (length < from + data || !is_filled(from, data, number));
        tell(broken ? "broken " : is_echo ? "echo " : "udp ", number, length);
    }
    uart_print(CONSOLE, "done\n");
    cpu_halt();
}
