// SPDX-License-Identifier: Apache-2.0 OR MIT
// Counts the starts of an nRF52840 in the last page of its flash: one word of zeros for each, behind those before. When four words are
// full, the page is erased. It also runs a function from there, before and after it is programmed anew.
#include "scenarios/firmware/chip_reset.h"
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/text.h"
#include "scenarios/firmware/uart.h"

#define CONSOLE 0U

// nRF52840 PS, 4.3.10.
#define NVMC 0x4001E000U
#define READY 0x400U
#define CONFIG 0x504U
#define CONFIG_READ 0U
#define CONFIG_WRITE 1U
#define CONFIG_ERASE 2U
#define ERASEPAGE 0x508U

#define PAGE 0x000FF000U
#define WORDS 4U
// Behind the words: Thumb code, `movs r0, #N; bx lr`.
#define CODE (PAGE + 0x100U)
#define RETURNS(n) (0x47702000U | (n))

static void do_with(uint32_t config, uint32_t address, uint32_t value)
{
    mmio_write32(NVMC + CONFIG, config);
    mmio_write32(address, value);
    while (mmio_read32(NVMC + READY) == 0) {
    }
    mmio_write32(NVMC + CONFIG, CONFIG_READ);
}

static uint32_t run_code(void)
{
    uint32_t (*code)(void) = (uint32_t(*)(void))(CODE | 1U);
    return code();
}

static void tell(const char *what, uint32_t number)
{
    struct text line = {0};
    text_add(&line, what);
    text_add_u32(&line, number);
    text_add(&line, "\n");
    uart_print(CONSOLE, line.chars);
    while (!uart_is_idle(CONSOLE)) {
    }
}

int main(void)
{
    uart_init(CONSOLE, 115200U);
    uint32_t before = 0;
    while (before < WORDS && mmio_read32(PAGE + before * 4U) == 0) {
        before++;
    }
    tell("starts before this one: ", before);
    if (before == 0) {
        do_with(CONFIG_WRITE, CODE, RETURNS(0xFFU));
    }
    if (before < WORDS) {
        // Bits only become 0: the code returns fewer bits each time.
        do_with(CONFIG_WRITE, PAGE + before * 4U, 0);
        do_with(CONFIG_WRITE, CODE, RETURNS(0xFFU >> before));
        tell("the flash returns ", run_code());
        chip_reset();
    }
    do_with(CONFIG_ERASE, NVMC + ERASEPAGE, PAGE);
    do_with(CONFIG_WRITE, CODE, RETURNS(42U));
    tell("erased, it returns ", run_code());
    cpu_halt();
}
