// SPDX-License-Identifier: Apache-2.0 OR MIT
// A fixed amount of work, for measuring how fast a node runs. Says when it starts and when it is done, then leaves by
// semihosting, so that a plain QEMU with `-semihosting-config enable=on,target=native` ends, too; without a semihosting
// host the BKPT is a HardFault, and the firmware idles for good in its handler.
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/crc32.h"
#include "scenarios/firmware/text.h"
#include "scenarios/firmware/uart.h"

#define CONSOLE 0U
#define ROUNDS 10000U // of 1 KiB: about 370 million instructions, 15 s of virtual time at 40 ns each

// Arm's semihosting specification, 2.0: BKPT 0xAB with the operation in r0 and its argument in r1.
#define SYS_EXIT 0x18U
#define ADP_STOPPED_APPLICATION_EXIT 0x20026U

static void semihosting_exit(void)
{
    register uint32_t operation __asm__("r0") = SYS_EXIT;
    register uint32_t reason __asm__("r1") = ADP_STOPPED_APPLICATION_EXIT;
    __asm__ volatile("bkpt #0xAB" : "+r"(operation) : "r"(reason) : "memory");
}

int main(void)
{
    static uint8_t buffer[1024];
    for (uint32_t i = 0; i < sizeof buffer; i++) {
        buffer[i] = (uint8_t)i;
    }

    uart_init(CONSOLE, 115200);
    uart_print(CONSOLE, "bench start\n");
    uint32_t crc = 0;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        crc = crc32(crc, buffer, sizeof buffer);
    }
    struct text text = {0};
    text_add(&text, "bench done ");
    text_add_hex32(&text, crc);
    text_add(&text, "\n");
    uart_print(CONSOLE, text.chars);
    semihosting_exit();
    cpu_halt();
}
