// SPDX-License-Identifier: Apache-2.0 OR MIT
//! STM32F1.

use super::super::{Binding, Device};
use super::{
    CAN, CANS, CRC, Chips, DMA, EXTI, FLASH, Family, GPIO, I2C, OURS, RCC, RX, Request, SPI, TIMER, TWO_CANS,
    TX, USART, request,
};

const F1: Chips = Chips(&["st,stm32f1"]);
/// The connectivity line.
const CONNECTIVITY: Chips = Chips(&["st,stm32f105", "st,stm32f107"]);
/// RM0008, 3.3.
const GPIO_A: u64 = 0x4001_0800;

/// RM0008, 3.3.
const DMA1: u64 = 0x4002_0000;
const DMA2: u64 = 0x4002_0400;
/// RM0008, tables 78 and 79: USART1 to 3 and UART4, SPI1 and 2, I2C1 and 2.
const REQUESTS: &[Request] = &[
    request(0x4001_3800, TX, DMA1, 3, 0),
    request(0x4001_3800, RX, DMA1, 4, 0),
    request(0x4000_4400, RX, DMA1, 5, 0),
    request(0x4000_4400, TX, DMA1, 6, 0),
    request(0x4000_4800, TX, DMA1, 1, 0),
    request(0x4000_4800, RX, DMA1, 2, 0),
    request(0x4000_4c00, RX, DMA2, 2, 0),
    request(0x4000_4c00, TX, DMA2, 4, 0),
    request(0x4001_3000, RX, DMA1, 1, 0),
    request(0x4001_3000, TX, DMA1, 2, 0),
    request(0x4000_3800, RX, DMA1, 3, 0),
    request(0x4000_3800, TX, DMA1, 4, 0),
    request(0x4000_5400, TX, DMA1, 5, 0),
    request(0x4000_5400, RX, DMA1, 6, 0),
    request(0x4000_5800, TX, DMA1, 3, 0),
    request(0x4000_5800, RX, DMA1, 4, 0),
];

pub(super) const FAMILY: Family = Family {
    rcc: "virtmcu-stm32f1-rcc",
    gpio: ("virtmcu-stm32f1-gpio", GPIO_A),
    pins: "virtmcu-stm32f1-afio",
    exti: "virtmcu-stm32f1-exti",
    watchdog: "virtmcu-stm32-iwdg",
    dma: ("virtmcu-stm32f1-dma", 1),
    requests: REQUESTS,
    unsaid: &[(0x4001_0000, "st,stm32f1-afio"), (0x4000_7000, "st,stm32f1-pwr")],
    signature: ("virtmcu-stm32f1-signature", 0x1fff_f7e0),
    // RM0008, 31.6.1; RM0041, 25.6.1.
    chips: &[
        ("st,stm32f103", 0x2003_0410),
        ("st,stm32f100", 0x1001_0420),
        ("st,stm32f101", 0x2003_0410),
        ("st,stm32f102", 0x2003_0410),
        ("st,stm32f105", 0x1001_0418),
        ("st,stm32f107", 0x1001_0418),
    ],
};

/// The clocks of RM0008, 7.2, by the register that enables a device: 7.3.6 to 7.3.8. Zephyr's cells name it by its offset.
const CLOCKS: &[(u32, &str, &str)] =
    &[(0x14, "hclk", "hclk"), (0x18, "pclk2", "timclk2"), (0x1c, "pclk1", "timclk1")];
/// The reset registers, RM0008, 7.3.4 and 7.3.5; AHB has none but on the connectivity line.
const RESETS: &[(u32, u32, &str)] = &[(0x0c, 0x18, "apb2rst"), (0x10, 0x1c, "apb1rst")];

pub(in super::super) const BINDINGS: &[Binding] = &[
    F1.device(
        &["st,stm32-rcc", "st,stm32f1-rcc"],
        "RCC of the STM32F1",
        "RM0008, 7; RM0041, 6",
        Device { kind: "virtmcu-stm32f1-rcc", makes_clocks: CLOCKS, resets: RESETS, ..RCC },
    ),
    F1.device(
        &["st,stm32-pwr", "st,stm32f1-pwr"],
        "PWR of the STM32F1",
        "RM0008, 5.4",
        Device { kind: "virtmcu-stm32f1-pwr", modelled: "registers; no low power", ..OURS },
    ),
    F1.device(
        &["st,stm32f1-flash-controller", "st,stm32-flash-controller"],
        "flash interface of the STM32F1",
        "RM0008, 3.3; PM0075, 3",
        Device { kind: "virtmcu-stm32f1-flash", ..FLASH },
    ),
    F1.flash("flash of the STM32F1", "RM0008, 3.3.3 and 3.4"),
    F1.device(
        &["st,stm32-gpio"],
        "GPIO port of the STM32F1",
        "RM0008, 9.2",
        Device { kind: "virtmcu-stm32f1-gpio", ..GPIO },
    ),
    F1.device(
        &["st,stm32f1-afio", "st,stm32-afio"],
        "AFIO of the STM32F1",
        "RM0008, 9.4",
        Device {
            kind: "virtmcu-stm32f1-afio",
            modelled: "which pins go to EXTI; no remapping of pins",
            ..OURS
        },
    ),
    F1.device(
        &["st,stm32-exti"],
        "EXTI of the STM32F1",
        "RM0008, 10.3",
        Device { kind: "virtmcu-stm32f1-exti", ..EXTI },
    ),
    F1.device(
        &["st,stm32-usart", "st,stm32-uart"],
        "USART of the STM32F1",
        "RM0008, 27.6",
        Device { kind: "virtmcu-stm32-usart-v1", ..USART },
    ),
    F1.device(
        &["st,stm32-timers"],
        "timer of the STM32F1",
        "RM0008, 14 to 17; RM0041, 12 to 16",
        Device {
            // The memory maps of RM0008, 3.3, and RM0041, 2.3: TIM6, 7 (basic), 1, 8 (advanced), 15 to 17.
            kinds_at: &[
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
    F1.device(
        &["st,stm32-watchdog"],
        "IWDG of the STM32F1",
        "RM0008, 19.4",
        Device {
            kind: "virtmcu-stm32-iwdg",
            modelled: "counting, keys; LSI is exact",
            // RM0008, 7.2.5: typically.
            properties: &[("lsi-hz", super::super::From::Number(40_000))],
            ..OURS
        },
    ),
    F1.device(
        &["st,stm32-dma-v2bis", "st,stm32-dma"],
        "DMA of the STM32F1",
        "RM0008, 13",
        Device { kind: "virtmcu-stm32f1-dma", ..DMA },
    ),
    F1.missing(&["st,stm32-window-watchdog"], "WWDG of the STM32F1", "RM0008, 20"),
    F1.missing(&["st,stm32-rtc", "st,stm32f1-rtc"], "RTC of the STM32F1", "RM0008, 18"),
    F1.missing(&["st,stm32-adc", "st,stm32f1-adc"], "ADC of the STM32F1", "RM0008, 11"),
    F1.missing(&["st,stm32-dac"], "DAC of the STM32F1", "RM0008, 12"),
    F1.device(&["st,stm32-spi"], "SPI of the STM32F1", "RM0008, 25.5", SPI),
    F1.device(
        &["st,stm32-i2c-v1"],
        "I2C of the STM32F1",
        "RM0008, 26.6",
        Device { kind: "virtmcu-stm32-i2c-v1", ..I2C },
    ),
    CONNECTIVITY.device(CANS, "bxCAN of the STM32F105 and F107", "RM0008, 24", TWO_CANS),
    F1.device(CANS, "bxCAN of the STM32F1", "RM0008, 24", CAN),
    F1.missing(&["st,stm32-usb"], "USB of the STM32F1", "RM0008, 23"),
    F1.missing(&["st,stm32-otgfs"], "USB OTG of the STM32F1", "RM0008, 28"),
    F1.missing(
        &["st,stm32-ethernet", "st,stm32-ethernet-controller"],
        "Ethernet of the STM32F1",
        "RM0008, 29",
    ),
    F1.device(&["st,stm32-crc"], "CRC unit of the STM32F1", "RM0008, 4.4", CRC),
    F1.missing(&["st,stm32-bbram"], "backup registers of the STM32F1", "RM0008, 6"),
];
