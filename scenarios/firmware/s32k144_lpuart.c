// SPDX-License-Identifier: Apache-2.0 OR MIT
// uart.h on an LPUART of an S32K144, and what it needs before: the watchdog stopped, the clocks at 80 MHz from a crystal of 8 MHz, as on the
// S32K144EVB, and pins PTC6 and PTC7. Port 0 is LPUART1. Registers: S32K1xx Reference Manual, rev. 14, the chapters of their blocks.
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/mmio.h"
#include "scenarios/firmware/ring.h"
#include "scenarios/firmware/uart.h"

#define SPLLDIV2_HZ 40000000U

// WDOG.
#define WDOG_CS 0x40052000U
#define WDOG_CNT 0x40052004U
#define WDOG_TOVAL 0x40052008U
#define WDOG_UNLOCK 0xD928C520U
#define CS_UPDATE (1U << 5)
#define CS_CLK_LPO (1U << 8)
#define CS_RCS (1U << 10)
#define CS_CMD32EN (1U << 13)

// SCG.
#define SCG_CSR 0x40064010U
#define SCG_RCCR 0x40064014U
#define SCG_SOSCCSR 0x40064100U
#define SCG_SOSCDIV 0x40064104U
#define SCG_SOSCCFG 0x40064108U
#define SCG_SPLLCSR 0x40064600U
#define SCG_SPLLDIV 0x40064604U
#define SCG_SPLLCFG 0x40064608U
#define CSR_EN (1U << 0)
#define CSR_VLD (1U << 24)
#define DIVS_1_AND_1 0x101U
#define SOSCCFG_8MHZ_CRYSTAL 0x24U   // medium range, crystal
#define SPLLDIV_80_AND_40MHZ 0x302U  // of 160 MHz
#define SPLLCFG_160MHZ (24U << 16)   // 8 MHz * (24 + 16) / 2
#define SCS (0xFU << 24)
#define SCS_SPLL (6U << 24)
#define RCCR_80_40_27MHZ (SCS_SPLL | (1U << 16) | (1U << 4) | 2U)

// PCC.
#define PCC_PORTC 0x4006512CU
#define PCC_LPUART1 0x400651ACU
#define PCC_CGC (1U << 30)
#define PCC_PCS_SPLLDIV2 (6U << 24)

// PORT.
#define PORTC_PCR6 0x4004B018U
#define PORTC_PCR7 0x4004B01CU
#define PCR_MUX_LPUART1 (2U << 8)

// LPUART.
#define LPUART1 0x4006B000U
#define LPUART1_IRQ 33U
#define REG_BAUD 0x10U
#define REG_STAT 0x14U
#define REG_CTRL 0x18U
#define REG_DATA 0x1CU
#define REG_FIFO 0x28U
#define BAUD_OSR_SHIFT 24U
#define STAT_OR (1U << 19)
#define STAT_RDRF (1U << 21)
#define STAT_TDRE (1U << 23)
#define CTRL_RE (1U << 18)
#define CTRL_TE (1U << 19)
#define CTRL_RIE (1U << 21)
#define FIFO_RXFE (1U << 3)
#define FIFO_TXFE (1U << 7)

#define NVIC_ISER1 0xE000E104U // Armv7-M ARM, B3.4.4

// What the flash controller reads at a reset (FTFC, flash configuration field): no backdoor key, nothing protected, FSEC says not secured.
__attribute__((section(".flash_config"), used)) static const uint32_t flash_config[4] = {
    0xFFFFFFFFU,
    0xFFFFFFFFU,
    0xFFFFFFFFU,
    0xFFFF7FFEU,
};

static struct ring ring;
static volatile uint32_t lost;

void s32k144_start(void);
void irq_handler(uint32_t number);

static void wait_for(uintptr_t address, uint32_t mask, uint32_t value)
{
    while ((mmio_read32(address) & mask) != value) {
    }
}

// Within 128 cycles of the bus clock after the reset; later nothing stops it.
void s32k144_start(void)
{
    mmio_write32(WDOG_CNT, WDOG_UNLOCK);
    mmio_write32(WDOG_TOVAL, 0xFFFFU);
    mmio_write32(WDOG_CS, CS_CMD32EN | CS_CLK_LPO | CS_UPDATE);
    wait_for(WDOG_CS, CS_RCS, CS_RCS);
}

static void clocks_at_80_mhz(void)
{
    mmio_write32(SCG_SOSCDIV, DIVS_1_AND_1);
    mmio_write32(SCG_SOSCCFG, SOSCCFG_8MHZ_CRYSTAL);
    mmio_write32(SCG_SOSCCSR, CSR_EN);
    wait_for(SCG_SOSCCSR, CSR_VLD, CSR_VLD);
    mmio_write32(SCG_SPLLDIV, SPLLDIV_80_AND_40MHZ);
    mmio_write32(SCG_SPLLCFG, SPLLCFG_160MHZ);
    mmio_write32(SCG_SPLLCSR, CSR_EN);
    wait_for(SCG_SPLLCSR, CSR_VLD, CSR_VLD);
    mmio_write32(SCG_RCCR, RCCR_80_40_27MHZ);
    wait_for(SCG_CSR, SCS, SCS_SPLL);
}

// BAUD for a rate: the oversampling, 8 to 32, with which the divider comes next to it.
static uint32_t baud_register(uint32_t baud)
{
    uint32_t best = 0;
    uint32_t best_error = UINT32_MAX;
    for (uint32_t ratio = 32; ratio >= 8; ratio--) {
        uint32_t divider = (SPLLDIV2_HZ + baud * ratio / 2) / (baud * ratio);
        if (divider == 0 || divider > 0x1FFFU) {
            continue;
        }
        uint32_t rate = SPLLDIV2_HZ / (divider * ratio);
        uint32_t error = rate > baud ? rate - baud : baud - rate;
        if (error < best_error) {
            best_error = error;
            best = ((ratio - 1) << BAUD_OSR_SHIFT) | divider;
        }
    }
    return best;
}

void uart_init(unsigned port, uint32_t baud)
{
    if (port != 0 || baud == 0 || baud > SPLLDIV2_HZ / 32U || baud_register(baud) == 0) {
        cpu_halt();
    }
    clocks_at_80_mhz();
    mmio_write32(PCC_PORTC, PCC_CGC);
    mmio_write32(PCC_LPUART1, PCC_PCS_SPLLDIV2);
    mmio_write32(PCC_LPUART1, PCC_PCS_SPLLDIV2 | PCC_CGC);
    mmio_write32(PORTC_PCR6, PCR_MUX_LPUART1);
    mmio_write32(PORTC_PCR7, PCR_MUX_LPUART1);
    mmio_write32(LPUART1 + REG_BAUD, baud_register(baud));
    mmio_write32(LPUART1 + REG_FIFO, FIFO_RXFE | FIFO_TXFE);
    mmio_write32(LPUART1 + REG_CTRL, CTRL_TE | CTRL_RE | CTRL_RIE);
    mmio_write32(NVIC_ISER1, 1U << (LPUART1_IRQ - 32U));
}

void uart_put(unsigned port, uint8_t byte)
{
    if (port != 0) {
        return;
    }
    wait_for(LPUART1 + REG_STAT, STAT_TDRE, STAT_TDRE);
    mmio_write32(LPUART1 + REG_DATA, byte);
}

bool uart_take(unsigned port, uint8_t *byte)
{
    return port == 0 && ring_take(&ring, byte);
}

bool uart_is_idle(unsigned port)
{
    return port != 0 || ring_is_empty(&ring);
}

uint32_t uart_lost(unsigned port)
{
    return port == 0 ? lost : 0;
}

// Called by the startup code for every external interrupt; only the receiver's is ever enabled.
void irq_handler(uint32_t number)
{
    if (number != LPUART1_IRQ) {
        return;
    }
    uint32_t state = mmio_read32(LPUART1 + REG_STAT);
    if (state & STAT_OR) {
        mmio_write32(LPUART1 + REG_STAT, STAT_OR);
        lost = lost + 1;
    }
    while (mmio_read32(LPUART1 + REG_STAT) & STAT_RDRF) {
        if (!ring_put(&ring, (uint8_t)mmio_read32(LPUART1 + REG_DATA))) {
            lost = lost + 1;
        }
    }
}
