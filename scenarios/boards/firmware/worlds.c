// SPDX-License-Identifier: Apache-2.0 OR MIT
// The two worlds of an Armv8-M, on the MPS2 with the AN505 image. The secure one opens memory and UART 1 to the other and starts it. That
// one prints, calls a secure function, counts ticks of its own SysTick, reads a UART that its guard keeps from it, which the secure world
// is told, and at last an address that is not its own: the secure world tells of the fault. UART 0 is the secure world's.
#include <stdint.h>

#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/mmio.h"
#include "scenarios/firmware/text.h"
#include "scenarios/firmware/uart.h"

#define LOG 0U
#define BAUD 115200U

// Armv8-M ARM (DDI 0553), D1.2: SAU, the banked VTOR and the cause of a SecureFault.
#define SAU_CTRL 0xE000EDD0U
#define SAU_RNR 0xE000EDD8U
#define SAU_RBAR 0xE000EDDCU
#define SAU_RLAR 0xE000EDE0U
#define SAU_ENABLE (1U << 0)
#define SAU_CALLABLE (1U << 1)
#define SFSR 0xE000EDE4U
#define SFSR_ATTRIBUTION (1U << 3)
#define VTOR_NS 0xE002ED08U

// Security controller (Arm ECM0601256): calls into secure code, what guards have told, and who may use the UARTs (AN505, APB PPC
// EXP 1). Interrupt 10 is that of the guards of devices.
#define NSCCFG 0x50080014U
#define NSCCFG_CODE (1U << 0)
#define SECPPCINTSTAT 0x50080020U
#define SECPPCINTEN 0x50080028U
#define PPC_EXP1 (1U << 5)
#define APBNSPPCEXP1 0x50080084U
#define PORT_UART1 (1U << 6)
#define NVIC_ISPR0 0xE000E200U

// Memory protection controllers (Arm DDI 0571, 3.5) of SSRAM 1 and 3.
#define MPC_SSRAM1 0x58007000U
#define MPC_SSRAM3 0x58009000U
#define MPC_BLK_MAX 0x10U
#define MPC_BLK_IDX 0x18U
#define MPC_BLK_LUT 0x1CU

// What the other world gets.
#define OTHER_CODE 0x00200000U
#define OTHER_CODE_END 0x00400000U
#define OTHER_RAM 0x28200000U
#define OTHER_RAM_END 0x28400000U
#define OTHER_DEVICES 0x40000000U
#define OTHER_DEVICES_END 0x50000000U
#define OTHER_UART 0x40201000U
#define GUARDED_UART 0x40202000U // UART 2
#define SECURE_CODE 0x10000000U
#define SYSCLK_HZ 20000000U // AN505, clocks
#define TICKS_HZ 1000U

extern uint8_t ld_gateways_start[];
extern uint8_t ld_gateways_end[];

uint32_t secure_add(uint32_t a, uint32_t b);
uint32_t gateway_add(uint32_t a, uint32_t b);
void secure_tell(void);
void gateway_tell(void);
void hard_fault_handler(void);

// The other world.

#define OTHER __attribute__((section(".other_world.text"), noinline, used))
#define OTHER_TEXT __attribute__((section(".other_world.text_of"))) static const char

OTHER_TEXT text_here[] = "non-secure: here\n";
OTHER_TEXT text_sum[] = "non-secure: 20 + 22 is ";
OTHER_TEXT text_tick[] = "non-secure: tick\n";

// CMSDK APB UART (Arm DDI 0479C, 4.3): 0 data, 4 state, 8 control, 16 divisor.
OTHER static void other_put(char byte)
{
    while (mmio_read32(OTHER_UART + 4) & 1) {
    }
    mmio_write32(OTHER_UART, (uint8_t)byte);
}

OTHER static void other_print(const char *text)
{
    for (; *text != '\0'; text++) {
        other_put(*text);
    }
}

OTHER static void other_tick(void)
{
    other_print(text_tick);
}

OTHER static void other_halt(void)
{
    cpu_halt();
}

OTHER static void other_main(void)
{
    mmio_write32(OTHER_UART + 16, (SYSCLK_HZ + BAUD / 2) / BAUD);
    mmio_write32(OTHER_UART + 8, 1);
    other_print(text_here);
    uint32_t sum = gateway_add(20, 22);
    other_print(text_sum);
    other_put((char)('0' + sum / 10));
    other_put((char)('0' + sum % 10));
    other_put('\n');

    // SysTick of this world (Armv8-M ARM, D1.2: SYST_CSR, SYST_RVR, SYST_CVR).
    mmio_write32(0xE000E014U, SYSCLK_HZ / TICKS_HZ - 1);
    mmio_write32(0xE000E018U, 0);
    mmio_write32(0xE000E010U, 7);
    for (unsigned ticks = 0; ticks < 3; ticks++) {
        cpu_wait();
    }
    (void)mmio_read32(GUARDED_UART);
    gateway_tell();
    (void)mmio_read32(SECURE_CODE);
    other_print(text_here); // never
    cpu_halt();
}

__attribute__((section(".other_world.vectors"), used)) static void (*const other_vectors[16])(void) = {
    [0] = (void (*)(void))OTHER_RAM_END,
    [1] = other_main,
    [2 ... 14] = other_halt,
    [15] = other_tick,
};

// The secure world.

// What the other world calls: SG is the only instruction by which it may enter, BXNS the one to return (Armv8-M ARM, B3.16).
__asm__(".pushsection .gateways, \"ax\", %progbits\n"
        "\t.thumb_func\n"
        "\t.global gateway_add\n"
        "gateway_add:\n"
        "\tsg\n"
        "\tpush {r4, lr}\n"
        "\tbl secure_add\n"
        "\tpop {r4, lr}\n"
        "\tbxns lr\n"
        "\t.thumb_func\n"
        "\t.global gateway_tell\n"
        "gateway_tell:\n"
        "\tsg\n"
        "\tpush {r4, lr}\n"
        "\tbl secure_tell\n"
        "\tpop {r4, lr}\n"
        "\tbxns lr\n"
        "\t.popsection");

__attribute__((used)) uint32_t secure_add(uint32_t a, uint32_t b)
{
    uart_print(LOG, "secure: asked to add\n");
    return a + b;
}

__attribute__((used)) void secure_tell(void)
{
    struct text text = {0};
    text_add(&text, "secure: kept from it: ");
    text_add_u32(&text, mmio_read32(SECPPCINTSTAT));
    text_add(&text, ", interrupt ");
    text_add_u32(&text, mmio_read32(NVIC_ISPR0) & 1U << 10);
    text_add(&text, "\n");
    uart_print(LOG, text.chars);
}

void hard_fault_handler(void)
{
    if (mmio_read32(SFSR) & SFSR_ATTRIBUTION) {
        uart_print(LOG, "secure: the other world reads what it may not\n");
    }
    cpu_halt();
}

static void open_region(uint32_t number, uint32_t first, uint32_t end, uint32_t flags)
{
    mmio_write32(SAU_RNR, number);
    mmio_write32(SAU_RBAR, first);
    mmio_write32(SAU_RLAR, (end - 32) | flags | SAU_ENABLE);
}

// Opens the blocks of a memory to the other world, from a share of it on.
static void open_memory(uint32_t mpc, uint32_t from_half)
{
    uint32_t words = mmio_read32(mpc + MPC_BLK_MAX) + 1;
    for (uint32_t word = words / 2 * from_half; word < words; word++) {
        mmio_write32(mpc + MPC_BLK_IDX, word);
        mmio_write32(mpc + MPC_BLK_LUT, 0xFFFFFFFFU);
    }
}

static void start_other_world(void)
{
    uint32_t stack = mmio_read32(OTHER_CODE);
    uint32_t entry = mmio_read32(OTHER_CODE + 4) & ~1U; // bit 0 would say: secure
    mmio_write32(VTOR_NS, OTHER_CODE);
    __asm__ volatile("msr msp_ns, %0\n\tdsb\n\tisb\n\tblxns %1" ::"r"(stack), "r"(entry)
                     : "r0", "r1", "r2", "r3", "r12", "lr", "cc", "memory");
}

int main(void)
{
    uart_init(LOG, BAUD);
    uart_print(LOG, "secure: here\n");
    open_memory(MPC_SSRAM1, 1);
    open_memory(MPC_SSRAM3, 0);
    mmio_write32(APBNSPPCEXP1, PORT_UART1);
    mmio_write32(SECPPCINTEN, PPC_EXP1);
    mmio_write32(NSCCFG, NSCCFG_CODE);
    open_region(0, OTHER_CODE, OTHER_CODE_END, 0);
    open_region(1, OTHER_RAM, OTHER_RAM_END, 0);
    open_region(2, OTHER_DEVICES, OTHER_DEVICES_END, 0);
    open_region(3, (uint32_t)ld_gateways_start, (uint32_t)ld_gateways_end, SAU_CALLABLE);
    mmio_write32(SAU_CTRL, SAU_ENABLE);
    start_other_world();
    uart_print(LOG, "secure: the other world came back\n");
    cpu_halt();
}
