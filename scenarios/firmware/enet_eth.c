// SPDX-License-Identifier: Apache-2.0 OR MIT
// eth.h on the ENET of an i.MX 6 (NXP IMX6DQRM, 23), with its plain descriptors. Its clocks run, its pins lead to a PHY that has
// negotiated: that is the start-up code's on a chip. Caches are off, so that DMA sees what the CPU does.
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/eth.h"
#include "scenarios/firmware/gic.h"
#include "scenarios/firmware/mmio.h"

#define BASE 0x02188000U
#define INTID (32U + 118U)

#define EIR (BASE + 0x004U)
#define EIMR (BASE + 0x008U)
#define RDAR (BASE + 0x010U)
#define TDAR (BASE + 0x014U)
#define ECR (BASE + 0x024U)
#define RCR (BASE + 0x084U)
#define TCR (BASE + 0x0C4U)
#define PALR (BASE + 0x0E4U)
#define PAUR (BASE + 0x0E8U)
#define TFWR (BASE + 0x144U)
#define RDSR (BASE + 0x180U)
#define TDSR (BASE + 0x184U)
#define MRBR (BASE + 0x188U)

#define EIR_RXF (1U << 25)
#define RDAR_ACTIVE (1U << 24)
#define TDAR_ACTIVE (1U << 24)
#define ECR_RESET (1U << 0)
#define ECR_ETHEREN (1U << 1)
#define ECR_DBSWP (1U << 8) // descriptors are little-endian
#define RCR_MII (1U << 2)
#define RCR_MAX_FL (1518U << 16)
#define TCR_FDEN (1U << 2)
#define TFWR_STRFWD (1U << 8)

#define BUFFER 1536U
#define RX_BUFFERS 8U

// Received: empty, back to the first, last of a frame, and what is wrong with it. To send: ready, back to the first, last, with a checksum.
#define RX_EMPTY (1U << 15)
#define RX_WRAP (1U << 13)
#define RX_LAST (1U << 11)
#define RX_ERRORS 0x0037U
#define TX_READY (1U << 15)
#define TX_WRAP (1U << 13)
#define TX_LAST (1U << 11)
#define TX_CHECKSUM (1U << 10)

struct descriptor {
    uint16_t length;
    uint16_t flags;
    uint32_t buffer;
};

#define CHECKSUM 4U

__attribute__((aligned(64))) static volatile struct descriptor received[RX_BUFFERS];
__attribute__((aligned(64))) static volatile struct descriptor sent[1];
__attribute__((aligned(64))) static volatile uint8_t rx_buffers[RX_BUFFERS][BUFFER];
__attribute__((aligned(64))) static volatile uint8_t tx_buffer[BUFFER];
static unsigned next; // the descriptor that is filled next

static void barrier(void)
{
    __asm__ volatile("dsb" ::: "memory");
}

void eth_init(uint8_t address[ETH_ADDRESS])
{
    // As the boot loader has left it, from the fuses.
    uint32_t low = mmio_read32(PALR);
    uint32_t high = mmio_read32(PAUR);
    for (unsigned i = 0; i < ETH_ADDRESS; i++) {
        address[i] = (uint8_t)(i < 4 ? low >> (24 - 8 * i) : high >> (56 - 8 * i));
    }
    mmio_write32(ECR, ECR_RESET);
    while (mmio_read32(ECR) & ECR_RESET) {
    }
    mmio_write32(PALR, low);
    mmio_write32(PAUR, high);
    for (unsigned n = 0; n < RX_BUFFERS; n++) {
        received[n].buffer = (uint32_t)(uintptr_t)rx_buffers[n];
        received[n].length = 0;
        received[n].flags = RX_EMPTY | (n + 1 == RX_BUFFERS ? RX_WRAP : 0);
    }
    sent[0].buffer = (uint32_t)(uintptr_t)tx_buffer;
    sent[0].flags = TX_WRAP;
    mmio_write32(EIMR, EIR_RXF);
    mmio_write32(EIR, ~0U);
    mmio_write32(MRBR, BUFFER);
    mmio_write32(RCR, RCR_MAX_FL | RCR_MII);
    mmio_write32(TCR, TCR_FDEN);
    mmio_write32(TFWR, TFWR_STRFWD);
    mmio_write32(RDSR, (uint32_t)(uintptr_t)received);
    mmio_write32(TDSR, (uint32_t)(uintptr_t)sent);
    gic_enable(INTID);
    barrier();
    mmio_write32(ECR, ECR_ETHEREN | ECR_DBSWP);
    mmio_write32(RDAR, RDAR_ACTIVE);
}

void eth_send(const uint8_t *frame, size_t length)
{
    if (length > ETH_FRAME_MAX) {
        return;
    }
    while (sent[0].flags & TX_READY) {
    }
    for (size_t i = 0; i < length; i++) {
        tx_buffer[i] = frame[i];
    }
    sent[0].length = (uint16_t)length;
    barrier();
    sent[0].flags = TX_READY | TX_WRAP | TX_LAST | TX_CHECKSUM;
    barrier();
    mmio_write32(TDAR, TDAR_ACTIVE);
}

bool eth_is_idle(void)
{
    return received[next].flags & RX_EMPTY;
}

size_t eth_take(uint8_t frame[ETH_FRAME_MAX])
{
    while (!eth_is_idle()) {
        barrier();
        uint16_t flags = received[next].flags;
        size_t length = received[next].length; // with the checksum
        bool is_good = (flags & RX_LAST) && !(flags & RX_ERRORS) && length > CHECKSUM && length <= ETH_FRAME_MAX + CHECKSUM;
        for (size_t i = 0; is_good && i < length - CHECKSUM; i++) {
            frame[i] = rx_buffers[next][i];
        }
        received[next].flags = RX_EMPTY | (flags & RX_WRAP);
        next = (next + 1) % RX_BUFFERS;
        barrier();
        mmio_write32(RDAR, RDAR_ACTIVE);
        if (is_good) {
            return length - CHECKSUM;
        }
    }
    mmio_write32(EIMR, EIR_RXF);
    return 0;
}

bool eth_serve(uint32_t number)
{
    if (number != INTID) {
        return false;
    }
    // First acknowledged, then looked at: a frame that comes in between raises it anew. Silent until all is taken.
    mmio_write32(EIR, EIR_RXF);
    mmio_write32(EIMR, 0);
    return true;
}
