// SPDX-License-Identifier: Apache-2.0 OR MIT
//! STM32L4: the chips of RM0351.

use super::super::From::Place;
use super::super::{Binding, Device};
use super::{
    CAN, CANS, Chips, DMA, EXTI, FLASH, Family, GPIO, GPIO_BYTES, I2C, OURS, RCC, RNG, RX, Request, SPI_BUS,
    SPI_MODELLED, TIMER, TX, USART, request,
};

const L4: Chips = Chips(&["st,stm32l4"]);
/// RM0351, 2.2.2.
const GPIO_A: u64 = 0x4800_0000;

/// RM0351, 2.2.2.
const DMA1: u64 = 0x4002_0000;
const DMA2: u64 = 0x4002_0400;
/// RM0351, 11.3.2: USART1 to 3, UART4 and 5, LPUART1, SPI1 to 3, I2C1 to 3.
const REQUESTS: &[Request] = &[
    request(0x4001_3800, TX, DMA1, 3, 2),
    request(0x4001_3800, RX, DMA1, 4, 2),
    request(0x4001_3800, TX, DMA2, 5, 2),
    request(0x4001_3800, RX, DMA2, 6, 2),
    request(0x4000_4400, RX, DMA1, 5, 2),
    request(0x4000_4400, TX, DMA1, 6, 2),
    request(0x4000_4800, TX, DMA1, 1, 2),
    request(0x4000_4800, RX, DMA1, 2, 2),
    request(0x4000_4c00, TX, DMA2, 2, 2),
    request(0x4000_4c00, RX, DMA2, 4, 2),
    request(0x4000_5000, TX, DMA2, 0, 2),
    request(0x4000_5000, RX, DMA2, 1, 2),
    request(0x4000_8000, TX, DMA2, 5, 4),
    request(0x4000_8000, RX, DMA2, 6, 4),
    request(0x4001_3000, RX, DMA1, 1, 1),
    request(0x4001_3000, TX, DMA1, 2, 1),
    request(0x4001_3000, RX, DMA2, 2, 4),
    request(0x4001_3000, TX, DMA2, 3, 4),
    request(0x4000_3800, RX, DMA1, 3, 1),
    request(0x4000_3800, TX, DMA1, 4, 1),
    request(0x4000_3c00, RX, DMA2, 0, 3),
    request(0x4000_3c00, TX, DMA2, 1, 3),
    request(0x4000_5400, TX, DMA1, 5, 3),
    request(0x4000_5400, RX, DMA1, 6, 3),
    request(0x4000_5800, TX, DMA1, 3, 3),
    request(0x4000_5800, RX, DMA1, 4, 3),
    request(0x4000_5c00, TX, DMA1, 1, 3),
    request(0x4000_5c00, RX, DMA1, 2, 3),
];

pub(super) const FAMILY: Family = Family {
    rcc: "virtmcu-stm32l4-rcc",
    gpio: ("virtmcu-stm32l4-gpio", GPIO_A),
    pins: "virtmcu-stm32l4-syscfg",
    exti: "virtmcu-stm32l4-exti",
    watchdog: "virtmcu-stm32-iwdg-window",
    dma: ("virtmcu-stm32l4-dma", 8),
    requests: REQUESTS,
    unsaid: &[(0x4001_0000, "st,stm32l4-syscfg"), (0x4000_7000, "st,stm32l4-pwr")],
    signature: ("virtmcu-stm32l4-signature", 0x1fff_7500),
    // RM0351, 48.6.1.
    chips: &[
        ("st,stm32l475", 0x1007_0415),
        ("st,stm32l476", 0x1007_0415),
        ("st,stm32l471", 0x1007_0415),
        ("st,stm32l496", 0x2000_0461),
    ],
};

/// The clocks of RM0351, 6.2, by the register that enables a device: 6.4.16 to 6.4.21; RM0440, 7.4.13 to 7.4.18, has the same. Zephyr's cells
/// name it by its offset.
pub(super) const CLOCKS: &[(u32, &str, &str)] = &[
    (0x48, "hclk", "hclk"),
    (0x4c, "hclk", "hclk"),
    (0x50, "hclk", "hclk"),
    (0x58, "pclk1", "timclk1"),
    (0x5c, "pclk1", "timclk1"),
    (0x60, "pclk2", "timclk2"),
];
/// The reset registers, RM0351, 6.4.10 to 6.4.15; RM0440, 7.4.7 to 7.4.12, has the same.
pub(super) const RESETS: &[(u32, u32, &str)] = &[
    (0x28, 0x48, "ahb1rst"),
    (0x2c, 0x4c, "ahb2rst"),
    (0x30, 0x50, "ahb3rst"),
    (0x38, 0x58, "apb1rst1"),
    (0x3c, 0x5c, "apb1rst2"),
    (0x40, 0x60, "apb2rst"),
];

pub(in super::super) const BINDINGS: &[Binding] = &[
    L4.device(
        &["st,stm32-rcc", "st,stm32l4-rcc"],
        "RCC of the STM32L4",
        "RM0351, 6",
        Device { kind: "virtmcu-stm32l4-rcc", makes_clocks: CLOCKS, resets: RESETS, ..RCC },
    ),
    L4.device(
        &["st,stm32-pwr", "st,stm32l4-pwr"],
        "PWR of the STM32L4",
        "RM0351, 5.4",
        Device { kind: "virtmcu-stm32l4-pwr", modelled: "registers and ready bits; no low power", ..OURS },
    ),
    L4.device(
        &["st,stm32l4-flash-controller", "st,stm32-flash-controller"],
        "flash interface of the STM32L4",
        "RM0351, 3.7",
        Device { kind: "virtmcu-stm32l4-flash", ..FLASH },
    ),
    L4.flash("flash of the STM32L4", "RM0351, 2.6 and 3.3"),
    L4.device(
        &["st,stm32-gpio"],
        "GPIO port of the STM32L4",
        "RM0351, 8.5",
        Device { kind: "virtmcu-stm32l4-gpio", properties: &[("port", Place(GPIO_A, GPIO_BYTES))], ..GPIO },
    ),
    L4.device(
        &["st,stm32-syscfg", "st,stm32l4-syscfg"],
        "SYSCFG of the STM32L4",
        "RM0351, 9.2",
        Device {
            kind: "virtmcu-stm32l4-syscfg",
            modelled: "which pins go to EXTI; no remapping of memory",
            ..OURS
        },
    ),
    L4.device(
        &["st,stm32-exti"],
        "EXTI of the STM32L4",
        "RM0351, 14.5",
        Device { kind: "virtmcu-stm32l4-exti", ..EXTI },
    ),
    L4.device(
        &["st,stm32-usart", "st,stm32-uart"],
        "USART of the STM32L4",
        "RM0351, 40.8",
        Device { kind: "virtmcu-stm32-usart-v2", ..USART },
    ),
    L4.device(
        &["st,stm32-timers"],
        "timer of the STM32L4",
        "RM0351, 30 to 33",
        Device {
            // The memory map of RM0351, 2.2.2: TIM2, 5 (32 bits), 6, 7 (basic), 1, 8 (advanced), 15 to 17.
            kinds_at: &[
                (0x4000_0000, "virtmcu-stm32-tim32"),
                (0x4000_0c00, "virtmcu-stm32-tim32"),
                (0x4000_1000, "virtmcu-stm32-tim-basic"),
                (0x4000_1400, "virtmcu-stm32-tim-basic"),
                (0x4001_2c00, "virtmcu-stm32-tim-advanced"),
                (0x4001_3400, "virtmcu-stm32-tim-advanced"),
                (0x4001_4000, "virtmcu-stm32-tim-break"),
                (0x4001_4400, "virtmcu-stm32-tim-break"),
                (0x4001_4800, "virtmcu-stm32-tim-break"),
            ],

            ..TIMER
        },
    ),
    L4.device(
        &["st,stm32-watchdog"],
        "IWDG of the STM32L4",
        "RM0351, 36.4",
        Device {
            kind: "virtmcu-stm32-iwdg-window",
            modelled: "counting, keys, window; LSI is exact",
            ..OURS
        },
    ),
    L4.device(
        &["st,stm32-dma-v2", "st,stm32-dma"],
        "DMA of the STM32L4",
        "RM0351, 11",
        Device { kind: "virtmcu-stm32l4-dma", ..DMA },
    ),
    L4.missing(&["st,stm32-window-watchdog"], "WWDG of the STM32L4", "RM0351, 37"),
    L4.device(
        &["st,stm32-lpuart"],
        "LPUART of the STM32L4",
        "RM0351, 41.7",
        Device { kind: "virtmcu-stm32-lpuart", ..USART },
    ),
    L4.device(&["st,stm32-rng"], "RNG of the STM32L4", "RM0351, 27.7", RNG),
    L4.missing(&["st,stm32-rtc"], "RTC of the STM32L4", "RM0351, 38"),
    L4.missing(&["st,stm32-adc"], "ADC of the STM32L4", "RM0351, 18"),
    L4.missing(&["st,stm32-dac"], "DAC of the STM32L4", "RM0351, 19"),
    L4.device(
        &["st,stm32-spi", "st,stm32-spi-fifo"],
        "SPI of the STM32L4",
        "RM0351, 42.6",
        Device {
            kind: "virtmcu-stm32-spi-fifo",
            modelled: SPI_MODELLED,
            bus: Some(SPI_BUS),
            clocks: &["clk"],
            interrupts: &[("", 0)],
            ..OURS
        },
    ),
    L4.device(
        &["st,stm32-i2c-v2"],
        "I2C of the STM32L4",
        "RM0351, 39.7",
        Device { kind: "virtmcu-stm32-i2c-v2", ..I2C },
    ),
    L4.missing(&["st,stm32-qspi"], "QUADSPI of the STM32L4", "RM0351, 17"),
    L4.missing(&["st,stm32-lptim"], "LPTIM of the STM32L4", "RM0351, 34"),
    L4.device(CANS, "bxCAN of the STM32L4", "RM0351, 46", CAN),
    L4.missing(&["st,stm32-otgfs"], "USB OTG of the STM32L4", "RM0351, 47"),
    L4.missing(&["st,stm32-sdmmc"], "SDMMC of the STM32L4", "RM0351, 45"),
    L4.missing(&["st,stm32-aes"], "AES of the STM32L4", "RM0351, 28"),
    L4.missing(&["st,stm32-sai"], "SAI of the STM32L4", "RM0351, 43"),
    L4.device(
        &["st,stm32-crc"],
        "CRC unit of the STM32L4",
        "RM0351, 15.4",
        Device { kind: "virtmcu-stm32l4-crc", modelled: "all of it; a result is there at once", ..OURS },
    ),
    L4.missing(&["st,stm32-bbram"], "backup registers of the STM32L4", "RM0351, 38.6"),
];
