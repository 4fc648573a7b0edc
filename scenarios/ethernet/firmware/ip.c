// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "scenarios/ethernet/firmware/ip.h"

#define VERSION_AND_LENGTH 0x45U // IPv4, five words of header
#define TTL 64U
#define DONT_FRAGMENT 0x4000U
#define FRAGMENTED 0x3FFFU // more of them, or not the first one
#define ECHO_IDENTIFIER 0x7676U
#define UDP_HEADER 8U

uint32_t ip_get16(const uint8_t *at)
{
    return (uint32_t)at[0] << 8 | at[1];
}

uint32_t ip_get32(const uint8_t *at)
{
    return ip_get16(at) << 16 | ip_get16(at + 2);
}

void ip_put16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

void ip_put32(uint8_t *at, uint32_t value)
{
    ip_put16(at, value >> 16);
    ip_put16(at + 2, value);
}

static void copy_address(uint8_t *to, const uint8_t *from)
{
    for (unsigned i = 0; i < ETH_ADDRESS; i++) {
        to[i] = from[i];
    }
}

// RFC 1071. 0 over what has a right checksum in it.
static uint32_t checksum(const uint8_t *at, size_t length, uint32_t sum)
{
    for (size_t i = 0; i < length; i++) {
        sum += i % 2 == 0 ? (uint32_t)at[i] << 8 : at[i];
    }
    while (sum >> 16) {
        sum = (sum & 0xFFFFU) + (sum >> 16);
    }
    return ~sum & 0xFFFFU;
}

// What UDP's checksum covers besides: both addresses, the protocol, the length.
static uint32_t pseudo_header(const uint8_t *frame, uint32_t length)
{
    uint32_t sum = PROTOCOL_UDP + length;
    for (size_t at = IP_SOURCE; at < IP_END; at += 2) {
        sum += ip_get16(frame + at);
    }
    return sum;
}

static void finish_ip(uint8_t *frame)
{
    ip_put16(frame + IP_CHECKSUM, 0);
    ip_put16(frame + IP_CHECKSUM, checksum(frame + ETH_HEADER, IP_END - ETH_HEADER, 0));
}

static void finish_icmp(uint8_t *frame, size_t end)
{
    ip_put16(frame + ICMP_CHECKSUM, 0);
    ip_put16(frame + ICMP_CHECKSUM, checksum(frame + IP_END, end - IP_END, 0));
}

static void finish_udp(uint8_t *frame, size_t end)
{
    uint32_t length = (uint32_t)(end - IP_END);
    ip_put16(frame + UDP_LENGTH, length);
    ip_put16(frame + UDP_CHECKSUM, 0);
    uint32_t sum = checksum(frame + IP_END, length, pseudo_header(frame, length));
    ip_put16(frame + UDP_CHECKSUM, sum == 0 ? 0xFFFFU : sum); // 0 is none
}

static size_t start_ip(uint8_t *frame, const struct ip_host *from, const struct ip_host *to, uint32_t protocol, size_t length)
{
    copy_address(frame, to->address);
    copy_address(frame + ETH_ADDRESS, from->address);
    ip_put16(frame + ETH_TYPE, TYPE_IP);
    frame[ETH_HEADER] = VERSION_AND_LENGTH;
    frame[ETH_HEADER + 1] = 0;
    ip_put16(frame + IP_LENGTH, (uint32_t)(IP_END - ETH_HEADER + length));
    ip_put16(frame + IP_LENGTH + 2, 0);
    ip_put16(frame + IP_FRAGMENT, DONT_FRAGMENT);
    frame[IP_TTL] = TTL;
    frame[IP_PROTOCOL] = (uint8_t)protocol;
    ip_put32(frame + IP_SOURCE, from->ip);
    ip_put32(frame + IP_DESTINATION, to->ip);
    finish_ip(frame);
    return IP_END + length;
}

static enum ip_kind read_arp(const uint8_t *frame, size_t length, const struct ip_host *own)
{
    // Ethernet, IPv4, and the lengths of their addresses.
    if (length < ARP_END || ip_get32(frame + ETH_HEADER) != 0x00010800U || ip_get16(frame + ETH_HEADER + 4) != 0x0604U ||
        ip_get32(frame + ARP_TARGET_IP) != own->ip) {
        return IP_NOTHING;
    }
    switch (ip_get16(frame + ARP_OPERATION)) {
    case ARP_REQUEST:
        return IP_ARP_REQUEST;
    case ARP_REPLY:
        return IP_ARP_REPLY;
    default:
        return IP_NOTHING;
    }
}

enum ip_kind ip_read(const uint8_t *frame, size_t length, const struct ip_host *own)
{
    if (length >= ETH_HEADER && ip_get16(frame + ETH_TYPE) == TYPE_ARP) {
        return read_arp(frame, length, own);
    }
    if (length < IP_END + UDP_HEADER || ip_get16(frame + ETH_TYPE) != TYPE_IP || frame[ETH_HEADER] != VERSION_AND_LENGTH ||
        ip_get32(frame + IP_DESTINATION) != own->ip || (ip_get16(frame + IP_FRAGMENT) & FRAGMENTED) != 0 ||
        checksum(frame + ETH_HEADER, IP_END - ETH_HEADER, 0) != 0) {
        return IP_NOTHING;
    }
    size_t end = ETH_HEADER + ip_get16(frame + IP_LENGTH);
    if (end > length || end < IP_END + UDP_HEADER) {
        return IP_NOTHING;
    }
    if (frame[IP_PROTOCOL] == PROTOCOL_UDP) {
        uint32_t udp = ip_get16(frame + UDP_LENGTH);
        bool right = udp == end - IP_END && (ip_get16(frame + UDP_CHECKSUM) == 0 ||
                                             checksum(frame + IP_END, udp, pseudo_header(frame, udp)) == 0);
        return right ? IP_UDP : IP_NOTHING;
    }
    if (frame[IP_PROTOCOL] != PROTOCOL_ICMP || checksum(frame + IP_END, end - IP_END, 0) != 0) {
        return IP_NOTHING;
    }
    switch (frame[ICMP_TYPE]) {
    case ICMP_ECHO:
        return IP_ICMP_ECHO;
    case ICMP_ECHO_REPLY:
        return IP_ICMP_ECHO_REPLY;
    default:
        return IP_NOTHING;
    }
}

size_t ip_arp(uint8_t *frame, uint32_t operation, const struct ip_host *from, const struct ip_host *to)
{
    copy_address(frame, to->address);
    copy_address(frame + ETH_ADDRESS, from->address);
    ip_put16(frame + ETH_TYPE, TYPE_ARP);
    ip_put32(frame + ETH_HEADER, 0x00010800U);
    ip_put16(frame + ETH_HEADER + 4, 0x0604U);
    ip_put16(frame + ARP_OPERATION, operation);
    copy_address(frame + ARP_SENDER, from->address);
    ip_put32(frame + ARP_SENDER_IP, from->ip);
    copy_address(frame + ARP_TARGET, to->address);
    ip_put32(frame + ARP_TARGET_IP, to->ip);
    return ARP_END;
}

size_t ip_icmp_echo(uint8_t *frame, const struct ip_host *from, const struct ip_host *to, uint32_t sequence, size_t data)
{
    size_t end = start_ip(frame, from, to, PROTOCOL_ICMP, ICMP_DATA - IP_END + data);
    ip_put16(frame + ICMP_TYPE, ICMP_ECHO << 8);
    ip_put16(frame + ICMP_IDENTIFIER, ECHO_IDENTIFIER);
    ip_put16(frame + ICMP_SEQUENCE, sequence);
    finish_icmp(frame, end);
    return end;
}

size_t ip_udp(uint8_t *frame, const struct ip_host *from, const struct ip_host *to, uint32_t source, uint32_t destination,
              size_t data)
{
    size_t end = start_ip(frame, from, to, PROTOCOL_UDP, UDP_HEADER + data);
    ip_put16(frame + UDP_SOURCE, source);
    ip_put16(frame + UDP_DESTINATION, destination);
    finish_udp(frame, end);
    return end;
}

size_t ip_answer(uint8_t *frame, enum ip_kind kind, const struct ip_host *own)
{
    struct ip_host peer;
    if (kind == IP_ARP_REQUEST) {
        copy_address(peer.address, frame + ARP_SENDER);
        peer.ip = ip_get32(frame + ARP_SENDER_IP);
        return ip_arp(frame, ARP_REPLY, own, &peer);
    }
    size_t end = ETH_HEADER + ip_get16(frame + IP_LENGTH);
    copy_address(frame, frame + ETH_ADDRESS);
    copy_address(frame + ETH_ADDRESS, own->address);
    ip_put32(frame + IP_DESTINATION, ip_get32(frame + IP_SOURCE));
    ip_put32(frame + IP_SOURCE, own->ip);
    frame[IP_TTL] = TTL;
    finish_ip(frame);
    if (kind == IP_UDP) {
        uint32_t port = ip_get16(frame + UDP_SOURCE);
        ip_put16(frame + UDP_SOURCE, ip_get16(frame + UDP_DESTINATION));
        ip_put16(frame + UDP_DESTINATION, port);
        finish_udp(frame, end);
    } else {
        frame[ICMP_TYPE] = ICMP_ECHO_REPLY;
        finish_icmp(frame, end);
    }
    return end;
}
