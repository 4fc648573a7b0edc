// SPDX-License-Identifier: Apache-2.0 OR MIT
// listen.h on USART2 of an STM32F407 (RM0090, 30.6).
#include "scenarios/firmware/mmio.h"
#include "scenarios/uart/firmware/listen.h"

#define USART2_SR 0x40004400U
#define USART2_DR 0x40004404U
#define USART2_CR1 0x4000440CU
#define USART2_CR3 0x40004414U
#define SR_PE (1U << 0)
#define SR_FE (1U << 1)
#define SR_NE (1U << 2)
#define SR_ORE (1U << 3)
#define SR_RXNE (1U << 5)
#define CR1_RE (1U << 2)
#define CR1_TE (1U << 3)
#define CR1_UE (1U << 13)
#define CR3_RTSE (1U << 8)

void listen_start(void)
{
    mmio_write32(USART2_CR1, CR1_UE | CR1_TE | CR1_RE);
#ifdef FLOW_CONTROL
    mmio_write32(USART2_CR3, CR3_RTSE);
#endif
}

bool listen_take(struct listen_byte *came)
{
    uint32_t state = mmio_read32(USART2_SR);
    if (!(state & (SR_RXNE | SR_ORE))) {
        return false;
    }
    // Reading DR after SR clears the errors.
    came->byte = (uint8_t)mmio_read32(USART2_DR);
    came->parity_error = state & SR_PE;
    came->framing_error = state & SR_FE;
    came->noise = state & SR_NE;
    came->overrun = state & SR_ORE;
    // Only its framing tells: no bit of it is 1.
    came->is_break = came->framing_error && came->byte == 0;
    return true;
}
