// SPDX-License-Identifier: Apache-2.0 OR MIT
// eth.h on the fourth Cadence GEM of a Zynq UltraScale+ (Xilinx UG1085, 34, and UG1087, GEM), as a ZCU102 has it. Descriptors and
// buffers are in the on-chip memory, which the DMA sees where the CPU does.
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/eth.h"
#include "scenarios/firmware/gic.h"
#include "scenarios/firmware/mmio.h"

#define BASE 0xFF0E0000U
#define INTID (32U + 63U)
#define OCM 0xFFFC0000U

#define NETWORK_CONTROL (BASE + 0x00U)
#define NETWORK_CONFIG (BASE + 0x04U)
#define DMA_CONFIG (BASE + 0x10U)
#define TX_STATUS (BASE + 0x14U)
#define RX_QUEUE (BASE + 0x18U)
#define TX_QUEUE (BASE + 0x1CU)
#define RX_STATUS (BASE + 0x20U)
#define INT_STATUS (BASE + 0x24U)
#define INT_ENABLE (BASE + 0x28U)
#define INT_DISABLE (BASE + 0x2CU)
#define ADDRESS_LOW (BASE + 0x88U)
#define ADDRESS_HIGH (BASE + 0x8CU)
#define TX_QUEUE_1 (BASE + 0x440U)
#define RX_QUEUE_1 (BASE + 0x480U)

#define CONTROL_RX (1U << 2)
#define CONTROL_TX (1U << 3)
#define CONTROL_START (1U << 9)
#define CONFIG_100_FULL (1U << 0 | 1U << 1)
#define CONFIG_1536 (1U << 8)
#define CONFIG_STRIP_CHECKSUM (1U << 17)
#define DMA_RX_BUFFER (BUFFER / 64U << 16)
#define DMA_BURSTS_16 (16U << 0)
#define INT_RX (1U << 1)
#define INT_ALL 0x07FFFFFFU

// Two words each. Received: an address with two flags, and a status. To send: an address, and a status with a length.
#define RX_USED (1U << 0)
#define RX_LAST_OF_RING (1U << 1)
#define RX_LENGTH 0x1FFFU
#define TX_USED (1U << 31)
#define TX_LAST_OF_RING (1U << 30)
#define TX_LAST_OF_FRAME (1U << 15)

#ifndef RX_BUFFERS
#define RX_BUFFERS 4U
#endif
#define BUFFER 1536U
#define RX_DESCRIPTORS OCM
#define TX_DESCRIPTOR (OCM + 0x100U)
#define NO_RX (OCM + 0x200U) // of the second queue, which nobody uses
#define NO_TX (OCM + 0x300U)
#define TX_BUFFER (OCM + 0x1000U)
#define RX_BUFFER(n) (OCM + 0x2000U + (n) * BUFFER)

static unsigned next; // the descriptor that is filled next

static void give_back(unsigned n)
{
    uint32_t flags = n + 1 == RX_BUFFERS ? RX_LAST_OF_RING : 0;
    mmio_write32(RX_DESCRIPTORS + 8 * n, RX_BUFFER(n) | flags);
}

void eth_init(uint8_t address[ETH_ADDRESS])
{
    mmio_write32(NETWORK_CONTROL, 0);
    mmio_write32(INT_DISABLE, INT_ALL);
    uint32_t low = mmio_read32(ADDRESS_LOW);
    uint32_t high = mmio_read32(ADDRESS_HIGH);
    for (unsigned i = 0; i < ETH_ADDRESS; i++) {
        address[i] = (uint8_t)(i < 4 ? low >> 8 * i : high >> 8 * (i - 4));
    }
    // Written, it is valid.
    mmio_write32(ADDRESS_LOW, low);
    mmio_write32(ADDRESS_HIGH, high & 0xFFFFU);
    for (unsigned n = 0; n < RX_BUFFERS; n++) {
        mmio_write32(RX_DESCRIPTORS + 8 * n + 4, 0);
        give_back(n);
    }
    mmio_write32(TX_DESCRIPTOR, TX_BUFFER);
    mmio_write32(TX_DESCRIPTOR + 4, TX_USED | TX_LAST_OF_RING);
    mmio_write32(NO_RX, RX_USED | RX_LAST_OF_RING);
    mmio_write32(NO_RX + 4, 0);
    mmio_write32(NO_TX, 0);
    mmio_write32(NO_TX + 4, TX_USED | TX_LAST_OF_RING);
    mmio_write32(NETWORK_CONFIG, CONFIG_100_FULL | CONFIG_1536 | CONFIG_STRIP_CHECKSUM);
    mmio_write32(DMA_CONFIG, DMA_RX_BUFFER | DMA_BURSTS_16);
    mmio_write32(RX_QUEUE, RX_DESCRIPTORS);
    mmio_write32(TX_QUEUE, TX_DESCRIPTOR);
    mmio_write32(RX_QUEUE_1, NO_RX);
    mmio_write32(TX_QUEUE_1, NO_TX);
    mmio_write32(INT_ENABLE, INT_RX);
    gic_enable(INTID);
    mmio_write32(NETWORK_CONTROL, CONTROL_RX | CONTROL_TX);
}

void eth_send(const uint8_t *frame, size_t length)
{
    if (length > ETH_FRAME_MAX) {
        return;
    }
    while (!(mmio_read32(TX_DESCRIPTOR + 4) & TX_USED)) {
    }
    for (size_t i = 0; i < length; i++) {
        mmio_write8(TX_BUFFER + i, frame[i]);
    }
    mmio_write32(TX_STATUS, mmio_read32(TX_STATUS));
    mmio_write32(TX_DESCRIPTOR + 4, TX_LAST_OF_RING | TX_LAST_OF_FRAME | (uint32_t)length);
    mmio_write32(NETWORK_CONTROL, CONTROL_RX | CONTROL_TX | CONTROL_START);
}

bool eth_is_idle(void)
{
    return !(mmio_read32(RX_DESCRIPTORS + 8 * next) & RX_USED);
}

size_t eth_take(uint8_t frame[ETH_FRAME_MAX])
{
    if (eth_is_idle()) {
        mmio_write32(INT_ENABLE, INT_RX);
        return 0;
    }
    size_t length = mmio_read32(RX_DESCRIPTORS + 8 * next + 4) & RX_LENGTH;
    if (length > ETH_FRAME_MAX) {
        length = ETH_FRAME_MAX;
    }
    for (size_t i = 0; i < length; i++) {
        frame[i] = mmio_read8(RX_BUFFER(next) + i);
    }
    give_back(next);
    next = (next + 1) % RX_BUFFERS;
    // It looks again whether there is a buffer.
    mmio_write32(RX_STATUS, mmio_read32(RX_STATUS));
    mmio_write32(NETWORK_CONTROL, CONTROL_RX | CONTROL_TX);
    return length;
}

bool eth_serve(uint32_t number)
{
    if (number != INTID) {
        return false;
    }
    // Acknowledged here, silent until all is taken.
    mmio_write32(INT_STATUS, mmio_read32(INT_STATUS));
    mmio_write32(INT_DISABLE, INT_RX);
    return true;
}
