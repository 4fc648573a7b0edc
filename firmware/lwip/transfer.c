// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "firmware/lwip/transfer.h"

#include "firmware/lwip/net.h"
#include "scenarios/firmware/crc32.h"
#include "scenarios/firmware/text.h"
#include "scenarios/firmware/uart.h"

#define CHUNK 256U

// The next byte of a pattern (Marsaglia's xorshift32).
static uint8_t next(uint32_t *pattern)
{
    *pattern ^= *pattern << 13;
    *pattern ^= *pattern >> 17;
    *pattern ^= *pattern << 5;
    return (uint8_t)(*pattern >> 24);
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

bool transfer_send(struct transfer *out, struct tcp_pcb *connection)
{
    while (!transfer_is_over(out)) {
        uint8_t chunk[CHUNK];
        struct transfer ahead = *out;
        uint32_t length = least(least(TRANSFER_BYTES - out->bytes, CHUNK), tcp_sndbuf(connection));
        for (uint32_t i = 0; i < length; i++) {
            chunk[i] = next(&ahead.pattern);
        }
        // It has no room for more now.
        if (length == 0 || tcp_write(connection, chunk, (uint16_t)length, TCP_WRITE_FLAG_COPY) != ERR_OK) {
            break;
        }
        ahead.bytes += length;
        ahead.crc = crc32(out->crc, chunk, length);
        *out = ahead;
    }
    (void)tcp_output(connection);
    return transfer_is_over(out);
}

bool transfer_receive(struct transfer *in, struct tcp_pcb *connection, const struct pbuf *packet)
{
    for (const struct pbuf *part = packet; part; part = part->next) {
        const uint8_t *bytes = part->payload;
        for (uint32_t i = 0; i < part->len; i++) {
            if (in->bytes == TRANSFER_BYTES || bytes[i] != next(&in->pattern)) {
                return false;
            }
            in->bytes++;
        }
        in->crc = crc32(in->crc, bytes, part->len);
    }
    tcp_recved(connection, packet->tot_len);
    return true;
}

bool transfer_is_over(const struct transfer *transfer)
{
    return transfer->bytes == TRANSFER_BYTES;
}

void transfer_tell(const char *what, const struct transfer *transfer)
{
    struct text text = {0};
    text_add(&text, what);
    text_add(&text, " ");
    text_add_u32(&text, transfer->bytes);
    text_add(&text, " bytes, crc ");
    text_add_hex32(&text, transfer->crc);
    text_add(&text, ", ");
    text_add_u32(&text, net_sent_again());
    text_add(&text, " segments again\n");
    uart_print(0, text.chars);
}
