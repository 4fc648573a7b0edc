// SPDX-License-Identifier: Apache-2.0 OR MIT
// One direction of a transfer: so many bytes of a pattern, and what has come of them.
#ifndef FIRMWARE_LWIP_TRANSFER_H
#define FIRMWARE_LWIP_TRANSFER_H

#include <stdbool.h>
#include <stdint.h>

#include "lwip/tcp.h"

#ifndef TRANSFER_BYTES
#define TRANSFER_BYTES 65536U
#endif

// Start from an all-zero value with `pattern` set, which is not 0: another one is another pattern.
struct transfer {
    uint32_t pattern;
    uint32_t bytes; // so far
    uint32_t crc;   // of them
};

// Hands over what lwIP has room for. True: that was all.
bool transfer_send(struct transfer *out, struct tcp_pcb *connection);

// Takes in what has come, and tells lwIP so. False: it is not that pattern, or longer.
bool transfer_receive(struct transfer *in, struct tcp_pcb *connection, const struct pbuf *packet);

// Is all of it there?
bool transfer_is_over(const struct transfer *transfer);

// "sent 65536 bytes, crc 0123abcd, 3 segments again"; all that is ours goes to the console in such lines.
void transfer_tell(const char *what, const struct transfer *transfer);

#endif
