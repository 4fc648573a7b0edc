// SPDX-License-Identifier: Apache-2.0 OR MIT
// Answers ARP requests for its address, echo requests, and datagrams to port 7 (RFC 862).
#include "scenarios/ethernet/firmware/ip.h"
#include "scenarios/firmware/uart.h"

#define CONSOLE 0U
#define CONSOLE_BAUD 115200U
#define ECHO_PORT 7U

#ifndef OWN_IP
#define OWN_IP IP_ADDRESS(10, 0, 0, 2)
#endif

int main(void)
{
    static uint8_t frame[ETH_FRAME_MAX];
    struct ip_host own = {.ip = OWN_IP};
    uart_init(CONSOLE, CONSOLE_BAUD);
    eth_init(own.address);
    for (;;) {
        size_t length = eth_receive(frame);
        enum ip_kind kind = ip_read(frame, length, &own);
        bool answers = kind == IP_ARP_REQUEST || kind == IP_ICMP_ECHO ||
                       (kind == IP_UDP && ip_get16(frame + UDP_DESTINATION) == ECHO_PORT);
        if (answers) {
            eth_send(frame, ip_answer(frame, kind, &own));
        } else if (kind != IP_NOTHING) {
            uart_print(CONSOLE, "server: nobody asked for that\n");
        }
    }
}
