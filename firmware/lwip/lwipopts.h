// SPDX-License-Identifier: Apache-2.0 OR MIT
// lwIP without an operating system: IPv4, ARP, ping and TCP, in about 48 KB of RAM. What is not said here is lwIP's default.
#ifndef FIRMWARE_LWIP_LWIPOPTS_H
#define FIRMWARE_LWIP_LWIPOPTS_H

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0 // interrupts never call lwIP
#define LWIP_SOCKET 0
#define LWIP_NETCONN 0
#define LWIP_RAW 0
#define LWIP_UDP 0
#define LWIP_DHCP 0
#define LWIP_ACD 0

#define MEM_ALIGNMENT 4
#define MEM_SIZE (12 * 1024)
#define PBUF_POOL_SIZE 12
#define MEMP_NUM_TCP_SEG 32

#ifndef TCP_MSS
#define TCP_MSS 1460
#endif
#define TCP_WND (4 * TCP_MSS)
#define TCP_SND_BUF (4 * TCP_MSS)
#define TCP_SND_QUEUELEN 16

#define LWIP_STATS 0

#endif
