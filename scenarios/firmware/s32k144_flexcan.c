// SPDX-License-Identifier: Apache-2.0 OR MIT
// can.h on FlexCAN 0 of an S32K144, at pins PTE4 and PTE5, by the system clock of 80 MHz as s32k144_lpuart.c makes it. Registers:
// S32K1xx Reference Manual, rev. 14, FlexCAN, PCC, PORT. The first buffers receive, three behind them send: with CAN FD there are seven
// of 64 bytes.
#include "scenarios/firmware/can.h"
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/mmio.h"

#define SYS_CLK_HZ 80000000U

#define PCC_FLEXCAN0 0x40065090U
#define PCC_PORTE 0x40065134U
#define PCC_CGC (1U << 30)
#define PORTE_PCR4 0x4004D010U
#define PORTE_PCR5 0x4004D014U
#define PCR_MUX_CAN0 (5U << 8)

#define CAN0 0x40024000U
#define MCR 0x000U
#define CTRL1 0x004U
#define TIMER 0x008U
#define ECR 0x01CU
#define ESR1 0x020U
#define IMASK1 0x028U
#define IFLAG1 0x030U
#define CTRL2 0x034U
#define CBT 0x050U
#define RAM 0x080U
#define RAM_WORDS 128U
#define RXIMR 0x880U
#define FDCTRL 0xC00U
#define FDCBT 0xC04U
#define MCR_FDEN (1U << 11)
#define MCR_IRMQ (1U << 16)
#define MCR_SRXDIS (1U << 17)
#define MCR_FRZACK (1U << 24)
#define MCR_NOTRDY (1U << 27)
#define MCR_HALT (1U << 28)
#define MCR_FRZ (1U << 30)
#define MCR_MDIS (1U << 31)
#define CTRL1_BOFFREC (1U << 6)
#define CTRL1_CLKSRC (1U << 13)
#define CTRL1_ERRMSK (1U << 14)
#define CTRL1_BOFFMSK (1U << 15)
#define ESR1_FLAGS 0x003B0006U
#define ESR1_FLTCONF_SHIFT 4U
#define ESR1_SYNCH (1U << 18)
#define CTRL2_ISOCANFDEN (1U << 12)
#define CTRL2_EACEN (1U << 16)
#define CTRL2_RRS (1U << 17)
#define CTRL2_BOFFDONEMSK (1U << 30)
#define CBT_BTF (1U << 31)
#define FDCTRL_FDRATE (1U << 31)
#define FDCTRL_64_BYTES (3U << 16)

#define CS_CODE 0x0F000000U
#define CS_EMPTY 0x04000000U
#define CS_INACTIVE 0x08000000U
#define CS_SEND 0x0C000000U
#define CS_RTR (1U << 20)
#define CS_IDE (1U << 21)
#define CS_SRR (1U << 22)
#define CS_BRS (1U << 30)
#define CS_EDL (1U << 31)

#define RECEIVERS_OF_64_BYTES 4U
#define RECEIVERS_OF_8_BYTES 13U
#define SENDERS 3U

// Armv7-M ARM, B3.4; S32K1xx RM, interrupts: 78 (bus off), 79 (errors), 81 (buffers).
#define NVIC_ISER2 0xE000E108U
#define NVIC_ICER2 0xE000E188U
#define NVIC_ICPR2 0xE000E288U
#define CAN0_IRQS ((1U << (78U - 64U)) | (1U << (79U - 64U)) | (1U << (81U - 64U)))

static uint32_t buffer_bytes = 16;
static uint32_t receivers = RECEIVERS_OF_8_BYTES;
// The next one to be read. Those before it have been read, and receive nothing until all are: so frames stay in their order.
static uint32_t next_receiver;

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

static uint32_t buffer_at(uint32_t number)
{
    return RAM + number * buffer_bytes;
}

// CBT for a rate: the most quanta a bit that give it exactly, with the sample point at four fifths; 0 if none do.
static uint32_t timing(uint32_t bitrate)
{
    for (uint32_t quanta = 40; bitrate != 0 && quanta >= 8; quanta--) {
        uint32_t cycles = bitrate * quanta;
        if (SYS_CLK_HZ % cycles == 0 && SYS_CLK_HZ / cycles <= 1024) {
            uint32_t second = quanta / 5;
            uint32_t first = second;
            uint32_t propagation = quanta - 1 - first - second;
            return CBT_BTF | ((SYS_CLK_HZ / cycles - 1) << 21) | ((second - 1) << 16) | ((propagation - 1) << 10) | ((first - 1) << 5) | (second - 1);
        }
    }
    return 0;
}

// The same for FDCBT, whose propagation segment is as long as its field says.
static uint32_t data_timing(uint32_t bitrate)
{
    for (uint32_t quanta = 40; bitrate != 0 && quanta >= 5; quanta--) {
        uint32_t cycles = bitrate * quanta;
        if (SYS_CLK_HZ % cycles == 0 && SYS_CLK_HZ / cycles <= 1024) {
            uint32_t second = quanta / 5;
            uint32_t first = second;
            uint32_t propagation = quanta - 1 - first - second;
            return ((SYS_CLK_HZ / cycles - 1) << 20) | ((second - 1) << 16) | (propagation << 10) | ((first - 1) << 5) | (second - 1);
        }
    }
    return 0;
}

void can_init(uint32_t bitrate, uint32_t data_bitrate)
{
    uint32_t cbt = timing(bitrate);
    uint32_t fdcbt = data_timing(data_bitrate);
    bool is_fd = data_bitrate != 0;
    if (cbt == 0 || (is_fd && fdcbt == 0)) {
        cpu_halt();
    }
    mmio_write32(PCC_PORTE, PCC_CGC);
    mmio_write32(PORTE_PCR4, PCR_MUX_CAN0);
    mmio_write32(PORTE_PCR5, PCR_MUX_CAN0);
    mmio_write32(PCC_FLEXCAN0, PCC_CGC);
    // It is disabled: only now can its clock be chosen.
    set_reg(CTRL1, CTRL1_CLKSRC);
    set_reg(MCR, reg(MCR) & ~MCR_MDIS);
    wait_for(MCR, MCR_FRZACK, MCR_FRZACK);
    receivers = is_fd ? RECEIVERS_OF_64_BYTES : RECEIVERS_OF_8_BYTES;
    uint32_t last = receivers + SENDERS - 1; // MAXMB
    set_reg(MCR, MCR_FRZ | MCR_HALT | MCR_IRMQ | MCR_SRXDIS | last | (is_fd ? MCR_FDEN : 0));
    set_reg(CTRL1, CTRL1_CLKSRC | CTRL1_BOFFREC | CTRL1_ERRMSK | CTRL1_BOFFMSK);
    set_reg(CTRL2, reg(CTRL2) | CTRL2_ISOCANFDEN | CTRL2_EACEN | CTRL2_RRS | CTRL2_BOFFDONEMSK);
    set_reg(CBT, cbt);
    if (is_fd) {
        set_reg(FDCBT, fdcbt);
        set_reg(FDCTRL, FDCTRL_FDRATE | FDCTRL_64_BYTES);
        buffer_bytes = 72;
    }
    for (uint32_t word = 0; word < RAM_WORDS; word++) {
        set_reg(RAM + word * 4, 0);
    }
    for (uint32_t number = 0; number <= last; number++) {
        set_reg(RXIMR + number * 4, 0); // everything
        set_reg(buffer_at(number), number < receivers ? CS_EMPTY : CS_INACTIVE);
    }
    set_reg(IMASK1, (2U << last) - 1);
    set_reg(MCR, reg(MCR) & ~(MCR_FRZ | MCR_HALT));
    wait_for(MCR, MCR_FRZACK | MCR_NOTRDY, 0);
    wait_for(ESR1, ESR1_SYNCH, ESR1_SYNCH);
}

// DLC of a length, which is one that there is.
static uint32_t dlc_of(uint32_t length)
{
    if (length <= 8) {
        return length;
    }
    return length <= 24 ? 9 + (length - 12) / 4 : 13 + (length - 32) / 16;
}

static uint32_t length_of(uint32_t dlc, bool is_fd)
{
    if (dlc <= 8 || !is_fd) {
        return dlc <= 8 ? dlc : 8;
    }
    return dlc <= 12 ? 12 + (dlc - 9) * 4 : 32 + (dlc - 13) * 16;
}

bool can_send(const struct can_frame *frame)
{
    if (frame->length > (frame->is_fd ? buffer_bytes - 8 : 8)) {
        return false;
    }
    for (uint32_t number = receivers; number < receivers + SENDERS; number++) {
        uint32_t at = buffer_at(number);
        if ((reg(at) & CS_CODE) != CS_INACTIVE) {
            continue;
        }
        set_reg(IFLAG1, 1U << number);
        set_reg(at + 4, frame->is_extended ? frame->id : frame->id << 18);
        for (uint32_t word = 0; word * 4 < frame->length; word++) {
            const uint8_t *data = &frame->data[word * 4];
            set_reg(at + 8 + word * 4, ((uint32_t)data[0] << 24) | ((uint32_t)data[1] << 16) | ((uint32_t)data[2] << 8) | data[3]);
        }
        uint32_t status = CS_SEND | (dlc_of(frame->length) << 16);
        status |= frame->is_extended ? CS_IDE | CS_SRR : 0;
        status |= frame->is_remote ? CS_RTR : 0;
        status |= frame->is_fd ? CS_EDL | (frame->switches_rate ? CS_BRS : 0) : 0;
        set_reg(at, status);
        return true;
    }
    return false;
}

bool can_is_sent(void)
{
    for (uint32_t number = receivers; number < receivers + SENDERS; number++) {
        if ((reg(buffer_at(number)) & CS_CODE) == CS_SEND) {
            return false;
        }
    }
    return true;
}

bool can_receive(struct can_frame *frame)
{
    if ((reg(IFLAG1) & (1U << next_receiver)) == 0) {
        return false;
    }
    // Reading the first word locks the buffer until TIMER is read.
    uint32_t at = buffer_at(next_receiver);
    uint32_t status = reg(at);
    uint32_t id = reg(at + 4);
    frame->is_extended = (status & CS_IDE) != 0;
    frame->id = frame->is_extended ? id & 0x1FFFFFFFU : (id >> 18) & 0x7FFU;
    frame->is_remote = (status & CS_RTR) != 0;
    frame->is_fd = (status & CS_EDL) != 0;
    frame->switches_rate = (status & CS_BRS) != 0;
    frame->length = (uint8_t)length_of((status >> 16) & 0xFU, frame->is_fd);
    for (uint32_t n = 0; n < frame->length && n < buffer_bytes - 8; n += 4) {
        uint32_t word = reg(at + 8 + n);
        frame->data[n] = (uint8_t)(word >> 24);
        frame->data[n + 1] = (uint8_t)(word >> 16);
        frame->data[n + 2] = (uint8_t)(word >> 8);
        frame->data[n + 3] = (uint8_t)word;
    }
    set_reg(at, 0);
    (void)reg(TIMER);
    set_reg(IFLAG1, 1U << next_receiver);
    next_receiver++;
    if (next_receiver == receivers || (reg(IFLAG1) & (1U << next_receiver)) == 0) {
        for (uint32_t number = 0; number < next_receiver; number++) {
            set_reg(buffer_at(number), CS_EMPTY);
        }
        next_receiver = 0;
    }
    return true;
}

void can_wait(void)
{
    // The interrupts are enabled for as long as WFI waits for them: nobody serves them, they only wake.
    cpu_irq_disable();
    mmio_write32(NVIC_ISER2, CAN0_IRQS);
    cpu_wait();
    mmio_write32(NVIC_ICER2, CAN0_IRQS);
    set_reg(IFLAG1, ((1U << SENDERS) - 1) << receivers);
    set_reg(ESR1, ESR1_FLAGS);
    mmio_write32(NVIC_ICPR2, CAN0_IRQS);
    cpu_irq_enable();
}

struct can_errors can_errors(void)
{
    uint32_t ecr = reg(ECR);
    uint32_t state = (reg(ESR1) >> ESR1_FLTCONF_SHIFT) & 3U;
    return (struct can_errors){
        .transmit = ecr & 0xFFU,
        .receive = (ecr >> 8) & 0xFFU,
        .is_passive = state == 1,
        .is_off = state >= 2,
    };
}

void can_recover(void)
{
    // It recovers while BOFFREC is cleared: what has begun goes on to its end.
    set_reg(CTRL1, reg(CTRL1) & ~CTRL1_BOFFREC);
    set_reg(CTRL1, reg(CTRL1) | CTRL1_BOFFREC);
}
