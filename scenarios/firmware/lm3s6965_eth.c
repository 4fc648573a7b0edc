// SPDX-License-Identifier: Apache-2.0 OR MIT
// eth.h on the Ethernet controller of an LM3S6965 (data sheet, 15). Its PHY is on the chip, and negotiates by itself.
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/eth.h"
#include "scenarios/firmware/mmio.h"

// Data sheet, 5.5: which modules have a clock.
#define RCGC2 0x400FE108U
#define RCGC2_EMAC0 (1U << 28)
#define RCGC2_EPHY0 (1U << 30)

// Data sheet, 7.5: three bytes each, where the maker of a board puts its address. Without one they are all ones, or zeros.
#define USER_REG0 0x400FE1E0U
#define USER_REG1 0x400FE1E4U
#define USER_BYTES 0x00FFFFFFU

// Data sheet, 15.4, and table 2-9.
#define MAC 0x40048000U
#define MAC_IRQ 42U
#define MACRIS (MAC + 0x00U) // written: acknowledges
#define MACIM (MAC + 0x04U)
#define MACRCTL (MAC + 0x08U)
#define MACTCTL (MAC + 0x0CU)
#define MACDATA (MAC + 0x10U)
#define MACIA0 (MAC + 0x14U)
#define MACIA1 (MAC + 0x18U)
#define MACNP (MAC + 0x34U)
#define MACTR (MAC + 0x38U)
#define INTERRUPT_RX (1U << 0)
#define INTERRUPTS_ALL 0x7FU
#define RCTL_RXEN (1U << 0)
#define RCTL_BADCRC (1U << 3) // rejects what has a wrong checksum
#define RCTL_RSTFIFO (1U << 4)
#define TCTL_TXEN (1U << 0)
#define TCTL_PADEN (1U << 1)
#define TCTL_CRC (1U << 2)
#define TCTL_DUPLEX (1U << 4)
#define NP_FRAMES 0x3FU
#define TR_NEWTX (1U << 0)

#define NVIC_ISER1 0xE000E104U // Armv7-M ARM, B3.4.4

#define HEADER 14U
#define LENGTH_AND_CHECKSUM 6U

void eth_init(uint8_t address[ETH_ADDRESS])
{
    mmio_write32(RCGC2, mmio_read32(RCGC2) | RCGC2_EMAC0 | RCGC2_EPHY0);
    (void)mmio_read32(RCGC2); // a module takes accesses three clocks after it has its own
    mmio_write32(MACIM, 0);
    mmio_write32(MACRIS, INTERRUPTS_ALL);
    uint32_t user0 = mmio_read32(USER_REG0) & USER_BYTES;
    uint32_t user1 = mmio_read32(USER_REG1) & USER_BYTES;
    bool is_blank = (user0 == 0 && user1 == 0) || (user0 == USER_BYTES && user1 == USER_BYTES);
    uint32_t low = is_blank ? mmio_read32(MACIA0) : user0 | user1 << 24;
    uint32_t high = is_blank ? mmio_read32(MACIA1) : user1 >> 8;
    for (unsigned i = 0; i < ETH_ADDRESS; i++) {
        address[i] = (uint8_t)(i < 4 ? low >> 8 * i : high >> 8 * (i - 4));
    }
    mmio_write32(MACIA0, low);
    mmio_write32(MACIA1, high);
    mmio_write32(MACRCTL, RCTL_RSTFIFO | RCTL_BADCRC);
    mmio_write32(MACTCTL, TCTL_DUPLEX | TCTL_CRC | TCTL_PADEN | TCTL_TXEN);
    mmio_write32(MACIM, INTERRUPT_RX);
    mmio_write32(NVIC_ISER1, 1U << (MAC_IRQ - 32));
    mmio_write32(MACRCTL, RCTL_RXEN | RCTL_BADCRC);
}

void eth_send(const uint8_t *frame, size_t length)
{
    if (length < HEADER || length > ETH_FRAME_MAX) {
        return;
    }
    while (mmio_read32(MACTR) & TR_NEWTX) {
    }
    // The first two bytes are how many follow the header.
    uint32_t word = (uint32_t)(length - HEADER);
    size_t at = 2;
    for (size_t i = 0; i < length; i++, at++) {
        word |= (uint32_t)frame[i] << 8 * (at % 4);
        if (at % 4 == 3) {
            mmio_write32(MACDATA, word);
            word = 0;
        }
    }
    if (at % 4 != 0) {
        mmio_write32(MACDATA, word);
    }
    mmio_write32(MACTR, TR_NEWTX);
}

bool eth_is_idle(void)
{
    return (mmio_read32(MACNP) & NP_FRAMES) == 0;
}

size_t eth_take(uint8_t frame[ETH_FRAME_MAX])
{
    while (!eth_is_idle()) {
        // The first two bytes are the length of all, with themselves and the checksum.
        uint32_t word = mmio_read32(MACDATA);
        size_t whole = word & 0xFFFFU;
        for (size_t at = 2; at < whole; at++) {
            if (at % 4 == 0) {
                word = mmio_read32(MACDATA);
            }
            if (at - 2 < ETH_FRAME_MAX) {
                frame[at - 2] = (uint8_t)(word >> 8 * (at % 4));
            }
        }
        if (whole > LENGTH_AND_CHECKSUM && whole <= ETH_FRAME_MAX + LENGTH_AND_CHECKSUM) {
            return whole - LENGTH_AND_CHECKSUM;
        }
    }
    mmio_write32(MACIM, INTERRUPT_RX);
    return 0;
}

bool eth_serve(uint32_t number)
{
    if (number != MAC_IRQ) {
        return false;
    }
    // First acknowledged, then looked at: a frame that comes in between raises it anew. Silent until all is taken.
    mmio_write32(MACRIS, INTERRUPT_RX);
    mmio_write32(MACIM, 0);
    return true;
}
