// SPDX-License-Identifier: Apache-2.0 OR MIT
// Asks a debugger for files, a command and the time by semihosting, tells what it got, and ends with a code.
// Operations: Arm, "Semihosting for AArch32 and AArch64", 2024Q3, 6.
#include "scenarios/firmware/text.h"

enum { SYS_OPEN = 0x01, SYS_WRITE0 = 0x04, SYS_WRITE = 0x05, SYS_REMOVE = 0x0E, SYS_CLOCK = 0x10, SYS_TIME = 0x11 };
enum { SYS_SYSTEM = 0x12, SYS_EXIT_EXTENDED = 0x20 };
enum { STOPPED_APPLICATION_EXIT = 0x20026 };

static uint32_t semihost(uint32_t operation, const void *block)
{
    register uint32_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = block;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

static void tell(const char *what, uint32_t value)
{
    struct text line = {0};
    text_add(&line, what);
    text_add(&line, " ");
    text_add_hex32(&line, value);
    text_add(&line, "\n");
    semihost(SYS_WRITE0, line.chars);
}

static uint32_t open(const char *name, uint32_t length, uint32_t mode)
{
    const uint32_t block[] = {(uint32_t)name, mode, length};
    return semihost(SYS_OPEN, block);
}

int main(void)
{
    tell("file", open("/etc/passwd", 11, 0));
    tell("new file", open("/tmp/virtmcu-semihosting", 24, 4));
    const uint32_t removed[] = {(uint32_t) "/tmp/virtmcu-semihosting", 24};
    tell("removed", semihost(SYS_REMOVE, removed));
    const uint32_t command[] = {(uint32_t) "true", 4};
    tell("command", semihost(SYS_SYSTEM, command));
    tell("clock", semihost(SYS_CLOCK, 0));
    tell("time", semihost(SYS_TIME, 0));
    const uint32_t console = open(":tt", 3, 4);
    const char text[] = "by file\n";
    const uint32_t written[] = {console, (uint32_t)text, sizeof text - 1};
    tell("left", semihost(SYS_WRITE, written));
    const uint32_t end[] = {STOPPED_APPLICATION_EXIT, 3};
    semihost(SYS_EXIT_EXTENDED, end);
    tell("after the end", 0);
    return 0;
}
