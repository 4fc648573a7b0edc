// SPDX-License-Identifier: Apache-2.0 OR MIT
// As much of ARP (RFC 826), IPv4 (RFC 791), ICMP (RFC 792) and UDP (RFC 768) as an echo needs. Nothing is fragmented, no options.
#ifndef SCENARIOS_ETHERNET_FIRMWARE_IP_H
#define SCENARIOS_ETHERNET_FIRMWARE_IP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scenarios/firmware/eth.h"

#define IP_ADDRESS(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

// Where things are in a frame.
#define ETH_TYPE 12U
#define ETH_HEADER 14U
#define ARP_OPERATION (ETH_HEADER + 6U)
#define ARP_SENDER (ETH_HEADER + 8U)
#define ARP_SENDER_IP (ETH_HEADER + 14U)
#define ARP_TARGET (ETH_HEADER + 18U)
#define ARP_TARGET_IP (ETH_HEADER + 24U)
#define ARP_END (ETH_HEADER + 28U)
#define IP_LENGTH (ETH_HEADER + 2U)
#define IP_FRAGMENT (ETH_HEADER + 6U)
#define IP_TTL (ETH_HEADER + 8U)
#define IP_PROTOCOL (ETH_HEADER + 9U)
#define IP_CHECKSUM (ETH_HEADER + 10U)
#define IP_SOURCE (ETH_HEADER + 12U)
#define IP_DESTINATION (ETH_HEADER + 16U)
#define IP_END (ETH_HEADER + 20U)
#define ICMP_TYPE IP_END
#define ICMP_CHECKSUM (IP_END + 2U)
#define ICMP_IDENTIFIER (IP_END + 4U)
#define ICMP_SEQUENCE (IP_END + 6U)
#define ICMP_DATA (IP_END + 8U)
#define UDP_SOURCE IP_END
#define UDP_DESTINATION (IP_END + 2U)
#define UDP_LENGTH (IP_END + 4U)
#define UDP_CHECKSUM (IP_END + 6U)
#define UDP_DATA (IP_END + 8U)

#define TYPE_ARP 0x0806U
#define TYPE_IP 0x0800U
#define ARP_REQUEST 1U
#define ARP_REPLY 2U
#define PROTOCOL_ICMP 1U
#define PROTOCOL_UDP 17U
#define ICMP_ECHO_REPLY 0U
#define ICMP_ECHO 8U

// Numbers in a frame, the highest byte first.
uint32_t ip_get16(const uint8_t *at);
uint32_t ip_get32(const uint8_t *at);
void ip_put16(uint8_t *at, uint32_t value);
void ip_put32(uint8_t *at, uint32_t value);

// Who is who.
struct ip_host {
    uint8_t address[ETH_ADDRESS];
    uint32_t ip;
};

// What a frame is to `own`.
enum ip_kind {
    IP_NOTHING, // not for it, or broken
    IP_ARP_REQUEST,
    IP_ARP_REPLY,
    IP_ICMP_ECHO,
    IP_ICMP_ECHO_REPLY,
    IP_UDP,
};
enum ip_kind ip_read(const uint8_t *frame, size_t length, const struct ip_host *own);

// Fills in all but the data: the frame's length, for so many bytes of data.
size_t ip_arp(uint8_t *frame, uint32_t operation, const struct ip_host *from, const struct ip_host *to);
size_t ip_icmp_echo(uint8_t *frame, const struct ip_host *from, const struct ip_host *to, uint32_t sequence, size_t data);
size_t ip_udp(uint8_t *frame, const struct ip_host *from, const struct ip_host *to, uint32_t source, uint32_t destination,
              size_t data);

// Turns a request to `own` into its answer, where it is: an ARP request, an echo request, a datagram. Its length.
size_t ip_answer(uint8_t *frame, enum ip_kind kind, const struct ip_host *own);

#endif
