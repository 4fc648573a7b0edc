// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "firmware/lwip/net.h"

#include "lwip/etharp.h"
#include "lwip/init.h"
#include "lwip/netif.h"
#include "lwip/pbuf.h"
#include "lwip/prot/ip.h"
#include "lwip/timeouts.h"
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/eth.h"
#include "scenarios/firmware/timer.h"

#define TICKS_HZ 100U

static struct netif netif;
static uint8_t frame[ETH_FRAME_MAX];

uint32_t sys_now(void)
{
    return timer_ticks() * (1000U / TICKS_HZ);
}

// Where in a frame with IPv4, and in the TCP header that follows, is what (RFC 791, 3.1; RFC 9293, 3.1).
#define ETHERNET_TYPE 12U
#define IP_HEADER 14U
#define IP_LENGTH (IP_HEADER + 2U)
#define IP_PROTOCOL (IP_HEADER + 9U)
#define TCP_HEADER_AFTER_IP 20U
#define TCP_SEQUENCE 4U
#define TCP_OFFSET 12U
#define TCP_FLAGS 13U
#define TCP_FIN_AND_SYN 3U

static uint32_t sent_again;
static uint32_t furthest; // the sequence number up to which all was sent once

static uint32_t get16(size_t at)
{
    return (uint32_t)frame[at] << 8 | frame[at + 1];
}

// lwIP itself counts no segments that a timeout sends again.
static void count(size_t length)
{
    static bool any;
    size_t tcp = IP_HEADER + TCP_HEADER_AFTER_IP;
    if (length < tcp + TCP_HEADER_AFTER_IP || get16(ETHERNET_TYPE) != ETHTYPE_IP || frame[IP_PROTOCOL] != IP_PROTO_TCP) {
        return;
    }
    uint32_t data = get16(IP_LENGTH) - TCP_HEADER_AFTER_IP - 4U * (frame[tcp + TCP_OFFSET] >> 4);
    bool is_numbered = data > 0 || (frame[tcp + TCP_FLAGS] & TCP_FIN_AND_SYN);
    uint32_t sequence = get16(tcp + TCP_SEQUENCE) << 16 | get16(tcp + TCP_SEQUENCE + 2);
    if (is_numbered && any && (int32_t)(sequence - furthest) < 0) {
        sent_again++;
    } else if (is_numbered) {
        any = true;
        furthest = sequence + (data > 0 ? data : 1);
    }
}

uint32_t net_sent_again(void)
{
    return sent_again;
}

static err_t send(struct netif *of, struct pbuf *packet)
{
    (void)of;
    // As lwIP gives it: a frame is longer than this only by a mistake.
    uint16_t length = pbuf_copy_partial(packet, frame, sizeof frame, 0);
    if (length != packet->tot_len) {
        return ERR_BUF;
    }
    count(length);
    eth_send(frame, length);
    return ERR_OK;
}

static err_t start(struct netif *of)
{
    of->name[0] = 'e';
    of->name[1] = 't';
    of->mtu = 1500;
    of->hwaddr_len = ETH_ADDRESS;
    of->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET | NETIF_FLAG_LINK_UP;
    of->output = etharp_output;
    of->linkoutput = send;
    eth_init(of->hwaddr);
    return ERR_OK;
}

void net_start(uint8_t host)
{
    ip4_addr_t own, mask, none;
    IP4_ADDR(&own, 10, 0, 0, host);
    IP4_ADDR(&mask, 255, 255, 255, 0);
    IP4_ADDR(&none, 0, 0, 0, 0);
    timer_start(TICKS_HZ);
    lwip_init();
    if (!netif_add(&netif, &own, &mask, &none, 0, start, netif_input)) {
        cpu_halt();
    }
    netif_set_default(&netif);
    netif_set_up(&netif);
}

// Takes what has come. Without memory for it a frame is lost, as on any network.
static void take(void)
{
    for (;;) {
        size_t length = eth_take(frame);
        if (length == 0) {
            return;
        }
        struct pbuf *packet = pbuf_alloc(PBUF_RAW, (uint16_t)length, PBUF_POOL);
        if (!packet) {
            continue;
        }
        if (pbuf_take(packet, frame, (uint16_t)length) != ERR_OK || netif.input(packet, &netif) != ERR_OK) {
            pbuf_free(packet);
        }
    }
}

void net_run(void)
{
    uint32_t checked = 0;
    for (;;) {
        take();
        if (timer_ticks() != checked) {
            checked = timer_ticks();
            sys_check_timeouts();
        }
        cpu_irq_disable();
        if (eth_is_idle() && timer_ticks() == checked) {
            cpu_wait();
        }
        cpu_irq_enable();
    }
}
