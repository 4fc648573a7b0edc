// SPDX-License-Identifier: Apache-2.0 OR MIT
// A ring of bytes between one interrupt handler, which puts, and the main program, which takes.
// Each index is written by one side only, so that no lock is needed on one CPU.
#ifndef SCENARIOS_FIRMWARE_RING_H
#define SCENARIOS_FIRMWARE_RING_H

#include <stdbool.h>
#include <stdint.h>

#define RING_BYTES 256U // a power of two: the free-running indices may wrap round

struct ring {
    volatile uint32_t put;  // bytes ever put: written by the handler
    volatile uint32_t take; // bytes ever taken: written by the main program
    volatile uint8_t bytes[RING_BYTES];
};

// False: the ring is full and the byte is lost.
static inline bool ring_put(struct ring *ring, uint8_t byte)
{
    uint32_t put = ring->put;
    if (put - ring->take == RING_BYTES) {
        return false;
    }
    ring->bytes[put % RING_BYTES] = byte;
    ring->put = put + 1;
    return true;
}

static inline bool ring_is_empty(const struct ring *ring)
{
    return ring->put == ring->take;
}

// False: the ring is empty.
static inline bool ring_take(struct ring *ring, uint8_t *byte)
{
    if (ring_is_empty(ring)) {
        return false;
    }
    uint32_t take = ring->take;
    *byte = ring->bytes[take % RING_BYTES];
    ring->take = take + 1;
    return true;
}

#endif
