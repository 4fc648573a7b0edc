// SPDX-License-Identifier: Apache-2.0 OR MIT
// can.h on FDCAN1 of an STM32G474 (RM0440, 44), at pins PA11 and PA12 (RM0440, 9), by the crystal of 24 MHz, which stm32g4_lpuart.c starts.
// Frames are received by FIFO 0, and sent from a queue.
#include "scenarios/firmware/can.h"
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/mmio.h"

#define FDCAN_CLK_HZ 24000000U

// RM0440, 7.4 and 9.4.
#define RCC_AHB2ENR 0x4002104CU
#define RCC_APB1ENR1 0x40021058U
#define RCC_CCIPR 0x40021088U
#define AHB2ENR_GPIOA (1U << 0)
#define APB1ENR1_FDCAN (1U << 25)
#define CCIPR_FDCANSEL (3U << 24) // 0: HSE
#define GPIOA_MODER 0x48000000U
#define GPIOA_AFRH 0x48000024U

// RM0440, 44.4.
#define FDCAN1 0x40006400U
#define DBTP 0x00CU
#define CCCR 0x018U
#define NBTP 0x01CU
#define ECR 0x040U
#define PSR 0x044U
#define TDCR 0x048U
#define IR 0x050U
#define IE 0x054U
#define ILE 0x05CU
#define RXF0S 0x090U
#define RXF0A 0x094U
#define TXBC 0x0C0U
#define TXFQS 0x0C4U
#define TXBRP 0x0C8U
#define TXBAR 0x0CCU
#define TXBTIE 0x0DCU
#define CCCR_INIT (1U << 0)
#define CCCR_CCE (1U << 1)
#define CCCR_CSA (1U << 3)
#define CCCR_FDOE (1U << 8)
#define CCCR_BRSE (1U << 9)
#define DBTP_TDC (1U << 23)
#define PSR_EP (1U << 5)
#define PSR_BO (1U << 7)
#define ECR_RP (1U << 15)
#define IR_RF0N (1U << 0)
#define IR_TC (1U << 7)
#define IR_ERRORS ((1U << 17) | (1U << 18) | (1U << 19) | (1U << 21) | (1U << 22))
#define ILE_EINT0 (1U << 0)
#define TXBC_TFQM (1U << 24)
#define TXFQS_TFQF (1U << 21)

// RM0440, 44.3.3: the message RAM of FDCAN1; elements of 72 bytes.
#define RAM 0x4000A400U
#define RAM_WORDS 212U
#define RAM_RXF0 0x0B0U
#define RAM_TXB 0x278U
#define ELEMENT 72U
#define FIFO_DEPTH 3U
#define E_RTR (1U << 29)
#define E_XTD (1U << 30)
#define E_BRS (1U << 20)
#define E_FDF (1U << 21)

// Armv7-M ARM, B3.4; RM0440, table 97: interrupt 21 is FDCAN1's first line.
#define NVIC_ISER0 0xE000E100U
#define NVIC_ICER0 0xE000E180U
#define NVIC_ICPR0 0xE000E280U
#define FDCAN1_IRQS (1U << 21)

static bool is_fd;

static uint32_t reg(uint32_t offset)
{
    return mmio_read32(FDCAN1 + offset);
}

static void set_reg(uint32_t offset, uint32_t value)
{
    mmio_write32(FDCAN1 + offset, value);
}

static void wait_for(uint32_t offset, uint32_t mask, uint32_t value)
{
    while ((reg(offset) & mask) != value) {
    }
}

// The prescaler and the segments of a bit.
struct timing {
    uint32_t prescaler; // 0: the rate cannot be kept
    uint32_t first;
    uint32_t second;
};

// The most quanta a bit that give a rate exactly, with the sample point at four fifths.
static struct timing timing(uint32_t bitrate, uint32_t quanta_max, uint32_t prescaler_max)
{
    for (uint32_t quanta = quanta_max; bitrate != 0 && quanta >= 5; quanta--) {
        uint32_t cycles = bitrate * quanta;
        if (FDCAN_CLK_HZ % cycles == 0 && FDCAN_CLK_HZ / cycles <= prescaler_max) {
            uint32_t second = quanta / 5;
            return (struct timing){.prescaler = FDCAN_CLK_HZ / cycles, .first = quanta - 1 - second, .second = second};
        }
    }
    return (struct timing){0};
}

void can_init(uint32_t bitrate, uint32_t data_bitrate)
{
    struct timing nominal = timing(bitrate, 80, 512);
    struct timing data = timing(data_bitrate, 40, 32);
    is_fd = data_bitrate != 0;
    if (nominal.prescaler == 0 || (is_fd && data.prescaler == 0)) {
        cpu_halt();
    }
    mmio_write32(RCC_CCIPR, mmio_read32(RCC_CCIPR) & ~CCIPR_FDCANSEL);
    mmio_write32(RCC_AHB2ENR, mmio_read32(RCC_AHB2ENR) | AHB2ENR_GPIOA);
    mmio_write32(RCC_APB1ENR1, mmio_read32(RCC_APB1ENR1) | APB1ENR1_FDCAN);
    // PA11 and PA12: alternate function 9.
    mmio_write32(GPIOA_AFRH, (mmio_read32(GPIOA_AFRH) & ~0xFF000U) | 0x99000U);
    mmio_write32(GPIOA_MODER, (mmio_read32(GPIOA_MODER) & ~0x03C00000U) | 0x02800000U);
    set_reg(CCCR, CCCR_INIT);
    wait_for(CCCR, CCCR_INIT | CCCR_CSA, CCCR_INIT);
    set_reg(CCCR, CCCR_INIT | CCCR_CCE);
    set_reg(CCCR, CCCR_INIT | CCCR_CCE | (is_fd ? CCCR_FDOE | CCCR_BRSE : 0));
    set_reg(NBTP, ((nominal.second - 1) << 25) | ((nominal.prescaler - 1) << 16) | ((nominal.first - 1) << 8) | (nominal.second - 1));
    if (is_fd) {
        set_reg(TDCR, (1 + data.first) << 8);
        set_reg(DBTP, DBTP_TDC | ((data.prescaler - 1) << 16) | ((data.first - 1) << 8) | ((data.second - 1) << 4) | (data.second - 1));
    }
    // No filters: all goes to FIFO 0, as after a reset.
    for (uint32_t word = 0; word < RAM_WORDS; word++) {
        mmio_write32(RAM + word * 4, 0);
    }
    set_reg(TXBC, TXBC_TFQM);
    set_reg(TXBTIE, 7);
    set_reg(IE, IR_RF0N | IR_TC | IR_ERRORS);
    set_reg(ILE, ILE_EINT0);
    set_reg(CCCR, reg(CCCR) & ~(CCCR_INIT | CCCR_CCE));
    wait_for(CCCR, CCCR_INIT, 0);
}

// DLC of a length, which is one that there is.
static uint32_t dlc_of(uint32_t length)
{
    if (length <= 8) {
        return length;
    }
    return length <= 24 ? 9 + (length - 12) / 4 : 13 + (length - 32) / 16;
}

static uint32_t length_of(uint32_t dlc, bool fd)
{
    if (dlc <= 8 || !fd) {
        return dlc <= 8 ? dlc : 8;
    }
    return dlc <= 12 ? 12 + (dlc - 9) * 4 : 32 + (dlc - 13) * 16;
}

bool can_send(const struct can_frame *frame)
{
    uint32_t txfqs = reg(TXFQS);
    if ((txfqs & TXFQS_TFQF) != 0 || (frame->is_fd && !is_fd) || frame->length > (frame->is_fd ? CAN_DATA_MAX : 8)) {
        return false;
    }
    uint32_t buffer = (txfqs >> 16) & 3U; // TFQPI: the next free one
    uint32_t at = RAM + RAM_TXB + buffer * ELEMENT;
    mmio_write32(at, (frame->is_extended ? frame->id | E_XTD : frame->id << 18) | (frame->is_remote ? E_RTR : 0));
    uint32_t control = dlc_of(frame->length) << 16;
    control |= frame->is_fd ? E_FDF | (frame->switches_rate ? E_BRS : 0) : 0;
    mmio_write32(at + 4, control);
    for (uint32_t n = 0; n < frame->length; n += 4) {
        const uint8_t *data = &frame->data[n];
        mmio_write32(at + 8 + n, data[0] | ((uint32_t)data[1] << 8) | ((uint32_t)data[2] << 16) | ((uint32_t)data[3] << 24));
    }
    set_reg(TXBAR, 1U << buffer);
    return true;
}

bool can_is_sent(void)
{
    return reg(TXBRP) == 0;
}

bool can_receive(struct can_frame *frame)
{
    uint32_t rxf0s = reg(RXF0S);
    uint32_t place = (rxf0s >> 8) & 3U;
    if ((rxf0s & 0xFU) == 0 || place >= FIFO_DEPTH) {
        return false;
    }
    uint32_t at = RAM + RAM_RXF0 + place * ELEMENT;
    uint32_t id = mmio_read32(at);
    uint32_t control = mmio_read32(at + 4);
    frame->is_extended = (id & E_XTD) != 0;
    frame->id = frame->is_extended ? id & 0x1FFFFFFFU : (id >> 18) & 0x7FFU;
    frame->is_remote = (id & E_RTR) != 0;
    frame->is_fd = (control & E_FDF) != 0;
    frame->switches_rate = (control & E_BRS) != 0;
    frame->length = (uint8_t)length_of((control >> 16) & 0xFU, frame->is_fd);
    for (uint32_t n = 0; n < frame->length; n += 4) {
        uint32_t word = mmio_read32(at + 8 + n);
        frame->data[n] = (uint8_t)word;
        frame->data[n + 1] = (uint8_t)(word >> 8);
        frame->data[n + 2] = (uint8_t)(word >> 16);
        frame->data[n + 3] = (uint8_t)(word >> 24);
    }
    set_reg(RXF0A, place);
    return true;
}

void can_wait(void)
{
    // The interrupts are enabled for as long as WFI waits for them: nobody serves them, they only wake.
    cpu_irq_disable();
    mmio_write32(NVIC_ISER0, FDCAN1_IRQS);
    cpu_wait();
    mmio_write32(NVIC_ICER0, FDCAN1_IRQS);
    set_reg(IR, IR_RF0N | IR_TC | IR_ERRORS);
    mmio_write32(NVIC_ICPR0, FDCAN1_IRQS);
    cpu_irq_enable();
}

struct can_errors can_errors(void)
{
    uint32_t ecr = reg(ECR);
    uint32_t psr = reg(PSR);
    return (struct can_errors){
        .transmit = ecr & 0xFFU,
        .receive = (ecr & ECR_RP) != 0 ? 128 : (ecr >> 8) & 0x7FU,
        .is_passive = (psr & PSR_EP) != 0,
        .is_off = (psr & PSR_BO) != 0,
    };
}

void can_recover(void)
{
    // The controller has set INIT: without it, it waits for its 128 times 11 recessive bits.
    set_reg(CCCR, reg(CCCR) & ~CCCR_INIT);
}
