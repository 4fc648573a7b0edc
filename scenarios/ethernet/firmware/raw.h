// SPDX-License-Identifier: Apache-2.0 OR MIT
// Frames with a line of text, of a type for experiments.
#ifndef SCENARIOS_ETHERNET_FIRMWARE_RAW_H
#define SCENARIOS_ETHERNET_FIRMWARE_RAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scenarios/firmware/eth.h"
#include "scenarios/firmware/text.h"

#define RAW_HEADER 14U
#define RAW_TYPE 0x88B5U // IEEE 802-2014, 9.2.4: local experiments

// Sends `text` to `to`, in a frame of `length` bytes or as many as it needs.
static inline void raw_send(const uint8_t to[ETH_ADDRESS], const uint8_t from[ETH_ADDRESS], const char *text, size_t length)
{
    static uint8_t frame[ETH_FRAME_MAX];
    for (size_t i = 0; i < ETH_ADDRESS; i++) {
        frame[i] = to[i];
        frame[ETH_ADDRESS + i] = from[i];
    }
    frame[12] = RAW_TYPE >> 8;
    frame[13] = RAW_TYPE & 0xFFU;
    size_t end = RAW_HEADER;
    for (; *text != '\0' && end < ETH_FRAME_MAX; text++) {
        frame[end++] = (uint8_t)*text;
    }
    for (; end < length && end < ETH_FRAME_MAX; end++) {
        frame[end] = 0;
    }
    eth_send(frame, end);
}

// The text of a frame, closed by '\0'. False: it is none of ours.
static inline bool raw_text(const uint8_t *frame, size_t length, char text[TEXT_MAX])
{
    if (length < RAW_HEADER || frame[12] != RAW_TYPE >> 8 || frame[13] != (RAW_TYPE & 0xFFU)) {
        return false;
    }
    for (size_t i = 0; i < TEXT_MAX; i++) {
        text[i] = RAW_HEADER + i < length ? (char)frame[RAW_HEADER + i] : '\0';
        if (text[i] == '\0') {
            return true;
        }
    }
    return false;
}

#endif
