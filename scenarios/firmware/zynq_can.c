// SPDX-License-Identifier: Apache-2.0 OR MIT
// can.h on CAN 0 of a Zynq UltraScale+ (Xilinx UG1085, 20, and UG1087, CAN), by 24 MHz, as a ZCU102's first boot loader leaves it. Frames
// are sent in the order in which they are stored.
#include "scenarios/firmware/can.h"
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/gic.h"
#include "scenarios/firmware/mmio.h"

#define CAN_REF_HZ 24000000U
#define INTID (32U + 23U)

#define CAN0 0xFF060000U
#define SRR 0x00U
#define MSR 0x04U
#define BRPR 0x08U
#define BTR 0x0CU
#define ECR 0x10U
#define SR 0x18U
#define ISR 0x1CU
#define IER 0x20U
#define ICR 0x24U
#define TXFIFO_ID 0x30U
#define TXFIFO_DLC 0x34U
#define TXFIFO_DATA1 0x38U
#define TXFIFO_DATA2 0x3CU
#define RXFIFO_ID 0x50U
#define RXFIFO_DLC 0x54U
#define RXFIFO_DATA1 0x58U
#define RXFIFO_DATA2 0x5CU
#define AFR 0x60U
#define SRR_SRST (1U << 0)
#define SRR_CEN (1U << 1)
#define SR_CONFIG (1U << 0)
#define SR_NORMAL (1U << 3)
#define SR_ESTAT_SHIFT 7U
#define SR_TXFLL (1U << 10)
#define INT_TXOK (1U << 1)
#define INT_RXNEMP (1U << 7)
#define INT_ERROR (1U << 8)
#define INT_BSOFF (1U << 9)
#define INT_TXFEMP (1U << 14)
#define ID_RTR (1U << 0)
#define ID_IDE (1U << 19)
#define ID_SRR_RTR (1U << 20)

static uint32_t reg(uint32_t offset)
{
    return mmio_read32(CAN0 + offset);
}

static void set_reg(uint32_t offset, uint32_t value)
{
    mmio_write32(CAN0 + offset, value);
}

static void wait_for(uint32_t offset, uint32_t mask, uint32_t value)
{
    while ((reg(offset) & mask) != value) {
    }
}

void can_init(uint32_t bitrate, uint32_t data_bitrate)
{
    set_reg(SRR, SRR_SRST);
    wait_for(SR, SR_CONFIG, SR_CONFIG);
    uint32_t btr = 0;
    // The most quanta a bit that give the rate exactly, with the sample point at four fifths.
    for (uint32_t quanta = 20; btr == 0 && bitrate != 0 && data_bitrate == 0 && quanta >= 8; quanta--) {
        uint32_t cycles = bitrate * quanta;
        uint32_t second = quanta / 5;
        uint32_t first = quanta - 1 - second;
        if (CAN_REF_HZ % cycles == 0 && CAN_REF_HZ / cycles <= 256 && first <= 16) {
            set_reg(BRPR, CAN_REF_HZ / cycles - 1);
            btr = ((second - 1) << 4) | (first - 1);
        }
    }
    if (btr == 0) {
        cpu_halt();
    }
    set_reg(BTR, btr);
    set_reg(MSR, 0);
    set_reg(AFR, 0); // no filters: everything
    set_reg(IER, 0);
    gic_enable(INTID);
    set_reg(SRR, SRR_CEN);
    wait_for(SR, SR_NORMAL, SR_NORMAL);
}

bool can_send(const struct can_frame *frame)
{
    if ((reg(SR) & SR_TXFLL) != 0 || frame->is_fd || frame->length > 8) {
        return false;
    }
    uint32_t words[2] = {0, 0};
    for (uint32_t n = 0; n < frame->length; n++) {
        words[n / 4] |= (uint32_t)frame->data[n] << (24 - n % 4 * 8);
    }
    uint32_t id = frame->id << 21;
    if (frame->is_extended) {
        id = ((frame->id >> 18) << 21) | ID_SRR_RTR | ID_IDE | ((frame->id & 0x3FFFFU) << 1);
    }
    if (frame->is_remote) {
        id |= frame->is_extended ? ID_RTR : ID_SRR_RTR;
    }
    set_reg(TXFIFO_ID, id);
    set_reg(TXFIFO_DLC, (uint32_t)frame->length << 28);
    set_reg(TXFIFO_DATA1, words[0]);
    set_reg(TXFIFO_DATA2, words[1]);
    return true;
}

bool can_is_sent(void)
{
    // Cleared, it is set again at once if the FIFO is empty.
    set_reg(ICR, INT_TXFEMP);
    return (reg(ISR) & INT_TXFEMP) != 0;
}

bool can_receive(struct can_frame *frame)
{
    set_reg(ICR, INT_RXNEMP);
    if ((reg(ISR) & INT_RXNEMP) == 0) {
        return false;
    }
    uint32_t id = reg(RXFIFO_ID);
    uint32_t length = reg(RXFIFO_DLC) >> 28;
    uint32_t words[2] = {reg(RXFIFO_DATA1), reg(RXFIFO_DATA2)};
    frame->is_extended = (id & ID_IDE) != 0;
    frame->id = frame->is_extended ? ((id >> 21) << 18) | ((id >> 1) & 0x3FFFFU) : id >> 21;
    frame->is_remote = (id & (frame->is_extended ? ID_RTR : ID_SRR_RTR)) != 0;
    frame->is_fd = false;
    frame->switches_rate = false;
    frame->length = (uint8_t)(length < 8 ? length : 8);
    for (uint32_t n = 0; n < 8; n++) {
        frame->data[n] = (uint8_t)(words[n / 4] >> (24 - n % 4 * 8));
    }
    return true;
}

void can_wait(void)
{
    // The interrupts are enabled for as long as WFI waits for them: nobody serves them, they only wake.
    cpu_irq_disable();
    set_reg(IER, INT_TXOK | INT_RXNEMP | INT_ERROR | INT_BSOFF);
    cpu_wait();
    set_reg(IER, 0);
    set_reg(ICR, INT_TXOK | INT_ERROR | INT_BSOFF);
    cpu_irq_enable();
}

struct can_errors can_errors(void)
{
    uint32_t ecr = reg(ECR);
    uint32_t state = (reg(SR) >> SR_ESTAT_SHIFT) & 3U;
    return (struct can_errors){
        .transmit = ecr & 0xFFU,
        .receive = (ecr >> 8) & 0xFFU,
        .is_passive = state == 3,
        .is_off = state == 2,
    };
}

void can_recover(void)
{
    // The controller does so by itself.
}
