// SPDX-License-Identifier: Apache-2.0 OR MIT
// eth.h on SMSC's LAN9118 family (LAN9118 data sheet, revision 1.5), as the MPS2 has it (AN385, memory map and interrupts).
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/eth.h"
#include "scenarios/firmware/mmio.h"

#define BASE 0x40200000U
#define IRQ 13U
#define NVIC_ISER 0xE000E100U // Armv7-M ARM, B3.4.4

// LAN9118 data sheet, 5.1 to 5.3.
#define RX_DATA (BASE + 0x00U)
#define TX_DATA (BASE + 0x20U)
#define RX_STATUS (BASE + 0x40U)
#define TX_STATUS (BASE + 0x48U)
#define IRQ_CFG (BASE + 0x54U)
#define INT_STS (BASE + 0x58U)
#define INT_EN (BASE + 0x5CU)
#define BYTE_TEST (BASE + 0x64U)
#define FIFO_INT (BASE + 0x68U)
#define TX_CFG (BASE + 0x70U)
#define HW_CFG (BASE + 0x74U)
#define RX_FIFO_INF (BASE + 0x7CU)
#define TX_FIFO_INF (BASE + 0x80U)
#define MAC_CSR_CMD (BASE + 0xA4U)
#define MAC_CSR_DATA (BASE + 0xA8U)

#define BYTE_TEST_IS 0x87654321U
#define IRQ_CFG_ON (1U << 8 | 1U << 4 | 1U << 0) // enabled, active high, push-pull
#define INT_RX_STATUS_LEVEL (1U << 3)
#define TX_CFG_ON (1U << 1)
#define HW_CFG_SOFT_RESET (1U << 0)
#define HW_CFG_MUST_BE_ONE (1U << 20)
#define HW_CFG_TX_FIFO_5K (5U << 16)
#define RX_STATUS_ERROR (1U << 15)
#define TX_FIRST_AND_LAST (1U << 13 | 1U << 12)

// 5.4, the MAC's own registers, reached through two others.
#define MAC_CR 1U
#define MAC_ADDRH 2U
#define MAC_ADDRL 3U
#define MAC_BUSY (1U << 31)
#define MAC_READ (1U << 30)
#define MAC_CR_ON (1U << 20 | 1U << 3 | 1U << 2) // full duplex, transmitter, receiver

static uint32_t mac_read(uint32_t reg)
{
    mmio_write32(MAC_CSR_CMD, MAC_BUSY | MAC_READ | reg);
    while (mmio_read32(MAC_CSR_CMD) & MAC_BUSY) {
    }
    return mmio_read32(MAC_CSR_DATA);
}

static void mac_write(uint32_t reg, uint32_t value)
{
    mmio_write32(MAC_CSR_DATA, value);
    mmio_write32(MAC_CSR_CMD, MAC_BUSY | reg);
    while (mmio_read32(MAC_CSR_CMD) & MAC_BUSY) {
    }
}

void eth_init(uint8_t address[ETH_ADDRESS])
{
    if (mmio_read32(BYTE_TEST) != BYTE_TEST_IS) {
        cpu_halt();
    }
    mmio_write32(HW_CFG, HW_CFG_SOFT_RESET);
    while (mmio_read32(HW_CFG) & HW_CFG_SOFT_RESET) {
    }
    mmio_write32(HW_CFG, HW_CFG_MUST_BE_ONE | HW_CFG_TX_FIFO_5K);
    // From its EEPROM.
    uint32_t low = mac_read(MAC_ADDRL);
    uint32_t high = mac_read(MAC_ADDRH);
    for (unsigned i = 0; i < ETH_ADDRESS; i++) {
        address[i] = (uint8_t)(i < 4 ? low >> 8 * i : high >> 8 * (i - 4));
    }
    mmio_write32(FIFO_INT, 0); // an interrupt at the first frame
    mmio_write32(INT_STS, ~0U);
    mmio_write32(INT_EN, INT_RX_STATUS_LEVEL);
    mmio_write32(IRQ_CFG, IRQ_CFG_ON);
    mmio_write32(NVIC_ISER, 1U << IRQ);
    mmio_write32(TX_CFG, TX_CFG_ON);
    mac_write(MAC_CR, MAC_CR_ON);
}

void eth_send(const uint8_t *frame, size_t length)
{
    if (length > ETH_FRAME_MAX) {
        return;
    }
    while ((mmio_read32(TX_FIFO_INF) & 0xFFFFU) < length + 12) {
    }
    mmio_write32(TX_DATA, TX_FIRST_AND_LAST | (uint32_t)length);
    mmio_write32(TX_DATA, (uint32_t)length);
    for (size_t at = 0; at < length; at += 4) {
        uint32_t word = 0;
        for (size_t i = 0; i < 4 && at + i < length; i++) {
            word |= (uint32_t)frame[at + i] << 8 * i;
        }
        mmio_write32(TX_DATA, word);
    }
    // Nobody needs it, but it must not fill up.
    while (mmio_read32(TX_FIFO_INF) >> 16 & 0xFFU) {
        (void)mmio_read32(TX_STATUS);
    }
}

bool eth_is_idle(void)
{
    return (mmio_read32(RX_FIFO_INF) >> 16 & 0xFFU) == 0;
}

size_t eth_take(uint8_t frame[ETH_FRAME_MAX])
{
    while (!eth_is_idle()) {
        uint32_t status = mmio_read32(RX_STATUS);
        size_t length = status >> 16 & 0x3FFFU; // with the checksum
        for (size_t at = 0; at < length; at += 4) {
            uint32_t word = mmio_read32(RX_DATA);
            for (size_t i = 0; i < 4 && at + i + 4 < length && at + i < ETH_FRAME_MAX; i++) {
                frame[at + i] = (uint8_t)(word >> 8 * i);
            }
        }
        if (length > 4 && length <= ETH_FRAME_MAX + 4 && !(status & RX_STATUS_ERROR)) {
            return length - 4;
        }
    }
    // First acknowledge, then look again: a frame that comes in between raises the interrupt anew.
    mmio_write32(INT_STS, INT_RX_STATUS_LEVEL);
    mmio_write32(INT_EN, INT_RX_STATUS_LEVEL);
    return 0;
}

bool eth_serve(uint32_t number)
{
    if (number != IRQ) {
        return false;
    }
    // It is level-sensitive: silent until all is taken.
    mmio_write32(INT_EN, 0);
    return true;
}
