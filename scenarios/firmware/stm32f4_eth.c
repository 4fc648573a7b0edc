// SPDX-License-Identifier: Apache-2.0 OR MIT
// eth.h on the Ethernet controller of an STM32F407 (RM0090, 33), with a LAN8720A at address 0 by RMII, as on the STM32F4DISCOVERY's base
// board (UM1472): REF_CLK PA1, MDIO PA2, CRS_DV PA7, TX_EN PB11, TXD0 PB12, TXD1 PB13, MDC PC1, RXD0 PC4, RXD1 PC5.
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/eth.h"
#include "scenarios/firmware/mmio.h"

// RM0090, 7.3, 8.4 and 9.2.2.
#define RCC_AHB1ENR 0x40023830U
#define RCC_APB2ENR 0x40023844U
#define AHB1ENR_GPIO_ABC 7U
#define AHB1ENR_ETH (7U << 25)
#define APB2ENR_SYSCFG (1U << 14)
#define SYSCFG_PMC 0x40013804U
#define PMC_RMII (1U << 23)
#define GPIOA 0x40020000U
#define GPIOB 0x40020400U
#define GPIOC 0x40020800U

// RM0090, 33.8.
#define MACCR 0x40028000U
#define MACMIIAR 0x40028010U
#define MACMIIDR 0x40028014U
#define MACA0HR 0x40028040U
#define MACA0LR 0x40028044U
#define DMABMR 0x40029000U
#define DMATPDR 0x40029004U
#define DMARPDR 0x40029008U
#define DMARDLAR 0x4002900CU
#define DMATDLAR 0x40029010U
#define DMASR 0x40029014U
#define DMAOMR 0x40029018U
#define DMAIER 0x4002901CU
#define MACCR_ON (1U << 14 | 1U << 11 | 1U << 3 | 1U << 2) // 100 Mbit/s, full duplex, both directions
#define MIIAR_BUSY (1U << 0)
#define MIIAR_CR_150_TO_168_MHZ (4U << 2)
#define BMR_RESET (1U << 0)
#define SR_RX (1U << 6)
#define SR_NORMAL (1U << 16)
#define OMR_ON (1U << 25 | 1U << 21 | 1U << 13 | 1U << 1) // whole frames both ways
#define BMSR 1U
#define BMSR_LINK (1U << 2)

#define IRQ 61U
#define NVIC_ISER1 0xE000E104U // Armv7-M ARM, B3.4.4

#define BUFFER 1536U
#define RX_BUFFERS 4U
#define CHECKSUM 4U

// 33.6.7 and 33.6.8: chained.
#define OWN (1U << 31)
#define TX_LAST_AND_FIRST (3U << 28)
#define TX_CHAINED (1U << 20)
#define RX_CHAINED (1U << 14)
#define RX_ERROR (1U << 15)
#define RX_LENGTH(status) ((status) >> 16 & 0x3FFFU)
#define RX_LAST_AND_FIRST (3U << 8)

struct descriptor {
    uint32_t status;
    uint32_t control;
    uint32_t buffer;
    uint32_t next;
};

static volatile struct descriptor received[RX_BUFFERS];
static volatile struct descriptor sent;
static volatile uint8_t rx_buffers[RX_BUFFERS][BUFFER];
static volatile uint8_t tx_buffer[BUFFER];
static unsigned next; // the descriptor that is filled next

static void barrier(void)
{
    __asm__ volatile("dsb" ::: "memory");
}

// Alternate function 11, at its fastest.
static void pin(uint32_t port, unsigned number)
{
    uint32_t afr = port + (number < 8 ? 0x20U : 0x24U);
    unsigned shift = 4 * (number % 8);
    mmio_write32(afr, (mmio_read32(afr) & ~(15U << shift)) | 11U << shift);
    mmio_write32(port + 0x08U, mmio_read32(port + 0x08U) | 3U << 2 * number);
    mmio_write32(port, (mmio_read32(port) & ~(3U << 2 * number)) | 2U << 2 * number);
}

static uint32_t phy_read(uint32_t reg)
{
    mmio_write32(MACMIIAR, reg << 6 | MIIAR_CR_150_TO_168_MHZ | MIIAR_BUSY);
    while (mmio_read32(MACMIIAR) & MIIAR_BUSY) {
    }
    return mmio_read32(MACMIIDR) & 0xFFFFU;
}

void eth_init(uint8_t address[ETH_ADDRESS])
{
    mmio_write32(RCC_APB2ENR, mmio_read32(RCC_APB2ENR) | APB2ENR_SYSCFG);
    mmio_write32(SYSCFG_PMC, mmio_read32(SYSCFG_PMC) | PMC_RMII); // before the controller has a clock
    mmio_write32(RCC_AHB1ENR, mmio_read32(RCC_AHB1ENR) | AHB1ENR_GPIO_ABC | AHB1ENR_ETH);
    static const struct {
        uint32_t port;
        unsigned number;
    } pins[] = {{GPIOA, 1}, {GPIOA, 2}, {GPIOA, 7}, {GPIOB, 11}, {GPIOB, 12}, {GPIOB, 13}, {GPIOC, 1}, {GPIOC, 4}, {GPIOC, 5}};
    for (unsigned i = 0; i < sizeof pins / sizeof *pins; i++) {
        pin(pins[i].port, pins[i].number);
    }
    // As a boot loader has left it.
    uint32_t low = mmio_read32(MACA0LR);
    uint32_t high = mmio_read32(MACA0HR);
    for (unsigned i = 0; i < ETH_ADDRESS; i++) {
        address[i] = (uint8_t)(i < 4 ? low >> 8 * i : high >> 8 * (i - 4));
    }
    mmio_write32(DMABMR, mmio_read32(DMABMR) | BMR_RESET);
    while (mmio_read32(DMABMR) & BMR_RESET) {
    }
    while (!(phy_read(BMSR) & BMSR_LINK)) {
    }
    mmio_write32(MACA0HR, high & 0xFFFFU);
    mmio_write32(MACA0LR, low);
    for (unsigned n = 0; n < RX_BUFFERS; n++) {
        received[n].control = RX_CHAINED | BUFFER;
        received[n].buffer = (uint32_t)(uintptr_t)rx_buffers[n];
        received[n].next = (uint32_t)(uintptr_t)&received[(n + 1) % RX_BUFFERS];
        received[n].status = OWN;
    }
    sent.buffer = (uint32_t)(uintptr_t)tx_buffer;
    sent.next = (uint32_t)(uintptr_t)&sent;
    sent.status = TX_CHAINED;
    mmio_write32(DMARDLAR, (uint32_t)(uintptr_t)received);
    mmio_write32(DMATDLAR, (uint32_t)(uintptr_t)&sent);
    mmio_write32(DMAIER, SR_RX | SR_NORMAL);
    mmio_write32(NVIC_ISER1, 1U << (IRQ - 32));
    mmio_write32(MACCR, mmio_read32(MACCR) | MACCR_ON);
    barrier();
    mmio_write32(DMAOMR, OMR_ON);
}

void eth_send(const uint8_t *frame, size_t length)
{
    if (length > ETH_FRAME_MAX) {
        return;
    }
    while (sent.status & OWN) {
    }
    for (size_t i = 0; i < length; i++) {
        tx_buffer[i] = frame[i];
    }
    sent.control = (uint32_t)length;
    barrier();
    sent.status = OWN | TX_LAST_AND_FIRST | TX_CHAINED;
    barrier();
    mmio_write32(DMATPDR, 0);
}

bool eth_is_idle(void)
{
    return received[next].status & OWN;
}

size_t eth_take(uint8_t frame[ETH_FRAME_MAX])
{
    while (!eth_is_idle()) {
        barrier();
        uint32_t status = received[next].status;
        size_t length = RX_LENGTH(status);
        bool is_whole = (status & RX_LAST_AND_FIRST) == RX_LAST_AND_FIRST && !(status & RX_ERROR);
        bool is_good = is_whole && length > CHECKSUM && length <= ETH_FRAME_MAX + CHECKSUM;
        for (size_t i = 0; is_good && i < length - CHECKSUM; i++) {
            frame[i] = rx_buffers[next][i];
        }
        received[next].status = OWN;
        next = (next + 1) % RX_BUFFERS;
        barrier();
        mmio_write32(DMARPDR, 0);
        if (is_good) {
            return length - CHECKSUM;
        }
    }
    mmio_write32(DMAIER, SR_RX | SR_NORMAL);
    return 0;
}

bool eth_serve(uint32_t number)
{
    if (number != IRQ) {
        return false;
    }
    // First acknowledged, then looked at: a frame that comes in between raises it anew. Silent until all is taken.
    mmio_write32(DMASR, SR_RX | SR_NORMAL);
    mmio_write32(DMAIER, 0);
    return true;
}
