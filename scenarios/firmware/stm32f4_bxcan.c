// SPDX-License-Identifier: Apache-2.0 OR MIT
// can.h on CAN1 of an STM32F407 (RM0090, 32), at pins PD0 and PD1 (RM0090, 8), with APB1 at 42 MHz as stm32f4_usart.c makes it.
#include "scenarios/firmware/can.h"
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/mmio.h"

#define PCLK1_HZ 42000000U

// RM0090, 7.3 and 8.4.
#define RCC_AHB1ENR 0x40023830U
#define RCC_APB1ENR 0x40023840U
#define AHB1ENR_GPIOD (1U << 3)
#define APB1ENR_CAN1 (1U << 25)
#define GPIOD_MODER 0x40020C00U
#define GPIOD_AFRL 0x40020C20U

// RM0090, 32.9.
#define CAN1 0x40006400U
#define MCR 0x000U
#define MSR 0x004U
#define TSR 0x008U
#define RF0R 0x00CU
#define IER 0x014U
#define ESR 0x018U
#define BTR 0x01CU
#define TIR 0x180U
#define TDTR 0x184U
#define TDLR 0x188U
#define TDHR 0x18CU
#define RIR 0x1B0U
#define RDTR 0x1B4U
#define RDLR 0x1B8U
#define RDHR 0x1BCU
#define FMR 0x200U
#define FS1R 0x20CU
#define FA1R 0x21CU
#define F0R1 0x240U
#define F0R2 0x244U
#define MCR_INRQ (1U << 0)
#define MCR_SLEEP (1U << 1)
#define MSR_INAK (1U << 0)
#define MSR_SLAK (1U << 1)
#define MSR_ERRI (1U << 2)
#define TSR_RQCP 0x00010101U
#define TSR_TME (7U << 26)
#define RFR_FMP 3U
#define RFR_RFOM (1U << 5)
#define IER_TMEIE (1U << 0)
#define IER_FMPIE0 (1U << 1)
#define IER_ERRORS ((7U << 8) | (1U << 11) | (1U << 15))
#define ESR_EPVF (1U << 1)
#define ESR_BOFF (1U << 2)
#define IR_TXRQ (1U << 0)
#define IR_RTR (1U << 1)
#define IR_IDE (1U << 2)
#define FMR_FINIT (1U << 0)

// Armv7-M ARM, B3.4; RM0090, table 62: interrupts 19 (TX), 20 (RX0), 22 (SCE).
#define NVIC_ISER0 0xE000E100U
#define NVIC_ICER0 0xE000E180U
#define NVIC_ICPR0 0xE000E280U
#define CAN1_IRQS ((1U << 19) | (1U << 20) | (1U << 22))

static uint32_t reg(uint32_t offset)
{
    return mmio_read32(CAN1 + offset);
}

static void set_reg(uint32_t offset, uint32_t value)
{
    mmio_write32(CAN1 + offset, value);
}

static void wait_for(uint32_t offset, uint32_t mask, uint32_t value)
{
    while ((reg(offset) & mask) != value) {
    }
}

// BTR for a rate: the most quanta a bit that give it exactly, with the sample point at four fifths; 0 if none do.
static uint32_t timing(uint32_t bitrate)
{
    for (uint32_t quanta = 20; bitrate != 0 && quanta >= 8; quanta--) {
        uint32_t cycles = bitrate * quanta;
        if (PCLK1_HZ % cycles != 0 || PCLK1_HZ / cycles > 1024) {
            continue;
        }
        uint32_t second = quanta / 5;
        uint32_t first = quanta - 1 - second;
        if (first <= 16) {
            return (PCLK1_HZ / cycles - 1) | ((first - 1) << 16) | ((second - 1) << 20);
        }
    }
    return 0;
}

void can_init(uint32_t bitrate, uint32_t data_bitrate)
{
    uint32_t btr = timing(bitrate);
    if (btr == 0 || data_bitrate != 0) {
        cpu_halt();
    }
    mmio_write32(RCC_AHB1ENR, mmio_read32(RCC_AHB1ENR) | AHB1ENR_GPIOD);
    mmio_write32(RCC_APB1ENR, mmio_read32(RCC_APB1ENR) | APB1ENR_CAN1);
    // PD0 and PD1: alternate function 9.
    mmio_write32(GPIOD_AFRL, (mmio_read32(GPIOD_AFRL) & ~0xFFU) | 0x99U);
    mmio_write32(GPIOD_MODER, (mmio_read32(GPIOD_MODER) & ~0xFU) | 0xAU);
    set_reg(MCR, MCR_INRQ);
    wait_for(MSR, MSR_INAK | MSR_SLAK, MSR_INAK);
    set_reg(BTR, btr);
    // Filter 0 takes everything into FIFO 0.
    set_reg(FMR, reg(FMR) | FMR_FINIT);
    set_reg(FS1R, 1);
    set_reg(F0R1, 0);
    set_reg(F0R2, 0);
    set_reg(FA1R, 1);
    set_reg(FMR, reg(FMR) & ~FMR_FINIT);
    set_reg(IER, IER_TMEIE | IER_FMPIE0 | IER_ERRORS);
    set_reg(MCR, 0);
    wait_for(MSR, MSR_INAK, 0);
}

bool can_send(const struct can_frame *frame)
{
    uint32_t tsr = reg(TSR);
    if ((tsr & TSR_TME) == 0 || frame->is_fd || frame->length > 8) {
        return false;
    }
    uint32_t at = ((tsr >> 24) & 3U) * 0x10U; // CODE: the next free one
    uint32_t words[2] = {0, 0};
    for (uint32_t n = 0; n < frame->length; n++) {
        words[n / 4] |= (uint32_t)frame->data[n] << (n % 4 * 8);
    }
    set_reg(TDTR + at, frame->length);
    set_reg(TDLR + at, words[0]);
    set_reg(TDHR + at, words[1]);
    uint32_t id = frame->is_extended ? (frame->id << 3) | IR_IDE : frame->id << 21;
    set_reg(TIR + at, id | (frame->is_remote ? IR_RTR : 0) | IR_TXRQ);
    return true;
}

bool can_is_sent(void)
{
    return (reg(TSR) & TSR_TME) == TSR_TME;
}

bool can_receive(struct can_frame *frame)
{
    if ((reg(RF0R) & RFR_FMP) == 0) {
        return false;
    }
    uint32_t id = reg(RIR);
    uint32_t words[2] = {reg(RDLR), reg(RDHR)};
    frame->is_extended = (id & IR_IDE) != 0;
    frame->id = frame->is_extended ? id >> 3 : id >> 21;
    frame->is_remote = (id & IR_RTR) != 0;
    frame->is_fd = false;
    frame->switches_rate = false;
    uint32_t length = reg(RDTR) & 0xFU;
    frame->length = (uint8_t)(length < 8 ? length : 8);
    for (uint32_t n = 0; n < 8; n++) {
        frame->data[n] = (uint8_t)(words[n / 4] >> (n % 4 * 8));
    }
    set_reg(RF0R, RFR_RFOM);
    return true;
}

void can_wait(void)
{
    // The interrupts are enabled for as long as WFI waits for them: nobody serves them, they only wake.
    cpu_irq_disable();
    mmio_write32(NVIC_ISER0, CAN1_IRQS);
    cpu_wait();
    mmio_write32(NVIC_ICER0, CAN1_IRQS);
    set_reg(TSR, TSR_RQCP);
    set_reg(MSR, MSR_ERRI);
    mmio_write32(NVIC_ICPR0, CAN1_IRQS);
    cpu_irq_enable();
}

struct can_errors can_errors(void)
{
    uint32_t esr = reg(ESR);
    return (struct can_errors){
        .transmit = (esr >> 16) & 0xFFU,
        .receive = esr >> 24,
        .is_passive = (esr & ESR_EPVF) != 0,
        .is_off = (esr & ESR_BOFF) != 0,
    };
}

void can_recover(void)
{
    set_reg(MCR, MCR_INRQ);
    wait_for(MSR, MSR_INAK, MSR_INAK);
    set_reg(MCR, 0);
}
