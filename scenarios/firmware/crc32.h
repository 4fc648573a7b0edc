// SPDX-License-Identifier: Apache-2.0 OR MIT
// CRC-32 (ISO 3309: polynomial 0xEDB88320 reflected, as in Ethernet and zip). Also our stand-in for work: without a
// table it takes about 45 instructions a byte.
#ifndef SCENARIOS_FIRMWARE_CRC32_H
#define SCENARIOS_FIRMWARE_CRC32_H

#include <stddef.h>
#include <stdint.h>

// `crc`: 0, or the result for the bytes before these.
static inline uint32_t crc32(uint32_t crc, const void *bytes, size_t count)
{
    const uint8_t *byte = bytes;
    crc = ~crc;
    for (size_t i = 0; i < count; i++) {
        crc ^= byte[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = crc >> 1 ^ (0xEDB88320U & (0U - (crc & 1)));
        }
    }
    return ~crc;
}

#endif
