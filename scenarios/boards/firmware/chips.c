// SPDX-License-Identifier: Apache-2.0 OR MIT
// Talks to all that is on the board of chips.dts: a thermometer and an EEPROM on I2C, a flash on SPI, and pins.
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/mmio.h"
#include "scenarios/firmware/text.h"
#include "scenarios/firmware/uart.h"

// I2C of the LM3S (TI LM3S6965 data sheet, 15.5).
#define I2C 0x40020000U
#define I2C_MSA (I2C + 0x00)
#define I2C_MCS (I2C + 0x04)
#define I2C_MDR (I2C + 0x08)
#define I2C_MCR (I2C + 0x20)
#define MCS_RUN (1U << 0)
#define MCS_START (1U << 1)
#define MCS_STOP (1U << 2)
#define MCS_BUSY (1U << 0) // when read
#define MCS_ERROR (1U << 1)
#define MCR_MASTER (1U << 4)

// PL022 (Arm DDI 0194G, 3.3).
#define SPI_CR0 0x40021000U
#define SPI_CR1 0x40021004U
#define SPI_DR 0x40021008U
#define SPI_SR 0x4002100CU
#define SR_RECEIVED (1U << 2)

// PL061 (Arm DDI 0190B, 3.3); bits 2 to 9 of an address of DATA say which pins are meant.
#define GPIO 0x40022000U
#define GPIO_DATA(pins) (GPIO + ((pins) << 2))
#define GPIO_DIR (GPIO + 0x400)
#define GPIO_RIS (GPIO + 0x414)
#define GPIO_IC (GPIO + 0x41C)
#define PIN_LED (1U << 0)
#define PIN_SELECT (1U << 2)
#define PIN_ALERT (1U << 4)
#define PIN_BUTTON (1U << 5)

// TI SBOS648, "register map".
#define TMP105 0x48U
#define TMP105_LOW 2U
#define TMP105_HIGH 3U
#define EEPROM 0x50U
#define NOBODY 0x51U

static void say(const char *what, uint32_t value)
{
    struct text text = {0};
    text_add(&text, what);
    text_add_hex32(&text, value);
    text_add(&text, "\n");
    uart_print(0, text.chars);
}

// One byte, with what is asked for around it. False: nobody acknowledged.
static bool step(uint32_t how)
{
    mmio_write32(I2C_MCS, how | MCS_RUN);
    while (mmio_read32(I2C_MCS) & MCS_BUSY) {
    }
    return !(mmio_read32(I2C_MCS) & MCS_ERROR);
}

static bool i2c_write(uint32_t address, const uint8_t *bytes, uint32_t count)
{
    mmio_write32(I2C_MSA, address << 1);
    for (uint32_t i = 0; i < count; i++) {
        mmio_write32(I2C_MDR, bytes[i]);
        if (!step((i == 0 ? MCS_START : 0) | (i + 1 == count ? MCS_STOP : 0))) {
            return false;
        }
    }
    return true;
}

static uint32_t i2c_read(uint32_t address, uint8_t at, uint32_t count)
{
    uint32_t value = 0;
    if (!i2c_write(address, &at, 1)) {
        return 0xDEAD;
    }
    mmio_write32(I2C_MSA, address << 1 | 1);
    for (uint32_t i = 0; i < count; i++) {
        if (!step((i == 0 ? MCS_START : 0) | (i + 1 == count ? MCS_STOP : 0))) {
            return 0xDEAD;
        }
        value = value << 8 | mmio_read32(I2C_MDR);
    }
    return value;
}

static uint8_t spi(uint8_t byte)
{
    mmio_write32(SPI_DR, byte);
    while (!(mmio_read32(SPI_SR) & SR_RECEIVED)) {
    }
    return (uint8_t)mmio_read32(SPI_DR);
}

// A command of the flash, and `count` bytes out of or into it.
static uint32_t flash(const uint8_t *command, uint32_t length, uint32_t count)
{
    uint32_t value = 0;
    mmio_write32(GPIO_DATA(PIN_SELECT), 0);
    for (uint32_t i = 0; i < length; i++) {
        spi(command[i]);
    }
    for (uint32_t i = 0; i < count; i++) {
        value = value << 8 | spi(0);
    }
    mmio_write32(GPIO_DATA(PIN_SELECT), PIN_SELECT);
    return value;
}

int main(void)
{
    uart_init(0, 115200);
    mmio_write32(GPIO_DIR, PIN_LED | PIN_SELECT);
    mmio_write32(GPIO_DATA(PIN_SELECT | PIN_LED), PIN_SELECT | PIN_LED);
    say("button ", mmio_read32(GPIO_DATA(PIN_BUTTON)));

    mmio_write32(I2C_MCR, MCR_MASTER);
    say("nobody ", i2c_read(NOBODY, 0, 1));
    say("too hot above ", i2c_read(TMP105, TMP105_HIGH, 2));
    // Between -2 and -1 degrees Celsius: it is 0.
    i2c_write(TMP105, (const uint8_t[]){TMP105_LOW, 0xFE, 0x00}, 3);
    say("alert ", mmio_read32(GPIO_DATA(PIN_ALERT)));
    mmio_write32(GPIO_IC, 0xFF);
    i2c_write(TMP105, (const uint8_t[]){TMP105_HIGH, 0xFF, 0x00}, 3);
    say("alert ", mmio_read32(GPIO_DATA(PIN_ALERT)));
    say("edges ", mmio_read32(GPIO_RIS));

    i2c_write(EEPROM, (const uint8_t[]){0x20, 'a', 'b', 'c', 'd'}, 5);
    say("eeprom ", i2c_read(EEPROM, 0x20, 4));

    mmio_write32(SPI_CR0, 7); // words of 8 bits
    mmio_write32(SPI_CR1, 2);
    say("flash ", flash((const uint8_t[]){0x9F}, 1, 3));
    say("erased ", flash((const uint8_t[]){0x03, 0x01, 0x00, 0x00}, 4, 4));
    flash((const uint8_t[]){0x06}, 1, 0);
    flash((const uint8_t[]){0x02, 0x01, 0x00, 0x00, 0x12, 0x34, 0x56, 0x78}, 8, 0);
    say("programmed ", flash((const uint8_t[]){0x03, 0x01, 0x00, 0x00}, 4, 4));
    uart_print(0, "done\n");
    cpu_halt();
}
