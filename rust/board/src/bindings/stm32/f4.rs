// SPDX-License-Identifier: Apache-2.0 OR MIT
//! STM32F4: the chips of RM0090. F401 and F411 have fewer devices, and these are the same.

use super::super::From::{Place, Property};
use super::super::{Binding, Device};
use super::{
    CANS, CRC, Chips, DMA, EXTI, FLASH, Family, GPIO, GPIO_BYTES, I2C, OURS, RCC, RNG, RX, Request, SPI,
    TIMER, TWO_CANS, TX, USART, request,
};
use crate::PortKind;

const F4: Chips = Chips(&["st,stm32f4"]);
/// RM0090, 2.3.
const GPIO_A: u64 = 0x4002_0000;

/// RM0090, 2.3.
const DMA1: u64 = 0x4002_6000;
const DMA2: u64 = 0x4002_6400;
/// RM0090, tables 42 and 43: USART1 to 3, UART4 and 5, USART6, SPI1 to 3, I2C1 to 3.
const REQUESTS: &[Request] = &[
    request(0x4001_1000, RX, DMA2, 2, 4),
    request(0x4001_1000, RX, DMA2, 5, 4),
    request(0x4001_1000, TX, DMA2, 7, 4),
    request(0x4000_4400, RX, DMA1, 5, 4),
    request(0x4000_4400, TX, DMA1, 6, 4),
    request(0x4000_4800, RX, DMA1, 1, 4),
    request(0x4000_4800, TX, DMA1, 3, 4),
    request(0x4000_4800, TX, DMA1, 4, 7),
    request(0x4000_4c00, RX, DMA1, 2, 4),
    request(0x4000_4c00, TX, DMA1, 4, 4),
    request(0x4000_5000, RX, DMA1, 0, 4),
    request(0x4000_5000, TX, DMA1, 7, 4),
    request(0x4001_1400, RX, DMA2, 1, 5),
    request(0x4001_1400, RX, DMA2, 2, 5),
    request(0x4001_1400, TX, DMA2, 6, 5),
    request(0x4001_1400, TX, DMA2, 7, 5),
    request(0x4001_3000, RX, DMA2, 0, 3),
    request(0x4001_3000, RX, DMA2, 2, 3),
    request(0x4001_3000, TX, DMA2, 3, 3),
    request(0x4001_3000, TX, DMA2, 5, 3),
    request(0x4000_3800, RX, DMA1, 3, 0),
    request(0x4000_3800, TX, DMA1, 4, 0),
    request(0x4000_3c00, RX, DMA1, 0, 0),
    request(0x4000_3c00, RX, DMA1, 2, 0),
    request(0x4000_3c00, TX, DMA1, 5, 0),
    request(0x4000_3c00, TX, DMA1, 7, 0),
    request(0x4000_5400, RX, DMA1, 0, 1),
    request(0x4000_5400, RX, DMA1, 5, 1),
    request(0x4000_5400, TX, DMA1, 6, 1),
    request(0x4000_5400, TX, DMA1, 7, 1),
    request(0x4000_5800, RX, DMA1, 2, 7),
    request(0x4000_5800, RX, DMA1, 3, 7),
    request(0x4000_5800, TX, DMA1, 7, 7),
    request(0x4000_5c00, RX, DMA1, 2, 3),
    request(0x4000_5c00, TX, DMA1, 4, 3),
];

pub(super) const FAMILY: Family = Family {
    rcc: "virtmcu-stm32f4-rcc",
    gpio: ("virtmcu-stm32f4-gpio", GPIO_A),
    pins: "virtmcu-stm32f4-syscfg",
    exti: "virtmcu-stm32f4-exti",
    watchdog: "virtmcu-stm32-iwdg",
    dma: ("virtmcu-stm32f4-dma", 8),
    requests: REQUESTS,
    unsaid: &[(0x4001_3800, "st,stm32f4-syscfg"), (0x4000_7000, "st,stm32f4-pwr")],
    signature: ("virtmcu-stm32f4-signature", 0x1fff_7a10),
    // RM0090, 38.6.1; RM0368, 23.6.1; RM0383, 23.6.1.
    chips: &[
        ("st,stm32f407", 0x100f_0413),
        ("st,stm32f405", 0x100f_0413),
        ("st,stm32f401", 0x1001_0433),
        ("st,stm32f411", 0x1000_0431),
        ("st,stm32f429", 0x1003_0419),
    ],
};

/// The clocks of RM0090, 7.2, by the register that enables a device: 7.3.10 to 7.3.14. Zephyr's cells name it by its offset.
const CLOCKS: &[(u32, &str, &str)] = &[
    (0x30, "hclk", "hclk"),
    (0x34, "hclk", "hclk"),
    (0x38, "hclk", "hclk"),
    (0x40, "pclk1", "timclk1"),
    (0x44, "pclk2", "timclk2"),
];
/// The reset registers, RM0090, 7.3.5 to 7.3.9.
const RESETS: &[(u32, u32, &str)] = &[
    (0x10, 0x30, "ahb1rst"),
    (0x14, 0x34, "ahb2rst"),
    (0x18, 0x38, "ahb3rst"),
    (0x20, 0x40, "apb1rst"),
    (0x24, 0x44, "apb2rst"),
];

pub(in super::super) const BINDINGS: &[Binding] = &[
    F4.device(
        &["st,stm32-rcc", "st,stm32f4-rcc"],
        "RCC of the STM32F4",
        "RM0090, 7",
        Device { kind: "virtmcu-stm32f4-rcc", makes_clocks: CLOCKS, resets: RESETS, ..RCC },
    ),
    F4.device(
        &["st,stm32-pwr", "st,stm32f4-pwr"],
        "PWR of the STM32F4",
        "RM0090, 5.4",
        Device { kind: "virtmcu-stm32f4-pwr", modelled: "registers and ready bits; no low power", ..OURS },
    ),
    F4.device(
        &["st,stm32f4-flash-controller", "st,stm32-flash-controller"],
        "flash interface of the STM32F4",
        "RM0090, 3.9",
        Device { kind: "virtmcu-stm32f4-flash", ..FLASH },
    ),
    F4.flash("flash of the STM32F4", "RM0090, 2.4 and 3.4"),
    F4.device(
        &["st,stm32-gpio"],
        "GPIO port of the STM32F4",
        "RM0090, 8.4",
        Device {
            kind: "virtmcu-stm32f4-gpio",
            // Some pins of A and B are the debugger's at the start.
            properties: &[("port", Place(GPIO_A, GPIO_BYTES))],

            ..GPIO
        },
    ),
    F4.device(
        &["st,stm32-usart", "st,stm32-uart"],
        "USART of the STM32F4",
        "RM0090, 30.6",
        Device { kind: "virtmcu-stm32-usart-v1", ..USART },
    ),
    F4.device(
        &["st,stm32-ethernet"],
        "Ethernet of the STM32F4",
        "RM0090, 33",
        Device {
            kind: "virtmcu-stm32f4-eth",
            modelled: "DMA, filters of addresses, checksums that it inserts, a LAN8720A with a link; no pause frames, time stamps or wake-up, of the counters those of good frames",
            clocks: &["hclk"],
            properties: &[("phy-address", Property("virtmcu,phy-address", 0))],
            interrupts: &[("", 0)],
            port: Some(PortKind::Ethernet),
            ..OURS
        },
    ),
    F4.device(
        &["st,stm32-exti"],
        "EXTI of the STM32F4",
        "RM0090, 12.3",
        Device { kind: "virtmcu-stm32f4-exti", ..EXTI },
    ),
    F4.device(
        &["st,stm32-syscfg", "st,stm32f4-syscfg"],
        "SYSCFG of the STM32F4",
        "RM0090, 9.2",
        Device {
            kind: "virtmcu-stm32f4-syscfg",
            modelled: "which pins go to EXTI; no remapping of memory",
            ..OURS
        },
    ),
    F4.device(
        &["st,stm32-watchdog"],
        "IWDG of the STM32F4",
        "RM0090, 21.4",
        Device { kind: "virtmcu-stm32-iwdg", modelled: "counting, keys; LSI is exact", ..OURS },
    ),
    F4.device(
        &["st,stm32-timers"],
        "timer of the STM32F4",
        "RM0090, 17 to 20",
        Device {
            // The memory map of RM0090, 2.3: TIM2, 5 (32 bits), 6, 7 (basic), 1, 8 (advanced).
            kinds_at: &[
                (0x4000_0000, "virtmcu-stm32-tim32"),
                (0x4000_0c00, "virtmcu-stm32-tim32"),
                (0x4000_1000, "virtmcu-stm32-tim-basic"),
                (0x4000_1400, "virtmcu-stm32-tim-basic"),
                (0x4001_0000, "virtmcu-stm32-tim-advanced"),
                (0x4001_0400, "virtmcu-stm32-tim-advanced"),
            ],

            ..TIMER
        },
    ),
    F4.device(
        &["st,stm32-dma-v1", "st,stm32-dma"],
        "DMA of the STM32F4",
        "RM0090, 10",
        Device { kind: "virtmcu-stm32f4-dma", ..DMA },
    ),
    F4.missing(&["st,stm32-window-watchdog"], "WWDG of the STM32F4", "RM0090, 22"),
    F4.device(&["st,stm32-crc"], "CRC unit of the STM32F4", "RM0090, 4.4", CRC),
    F4.missing(&["st,stm32-i2s"], "I2S of the STM32F4", "RM0090, 28.4"),
    F4.missing(&["st,stm32-dcmi"], "DCMI of the STM32F4", "RM0090, 15"),
    F4.device(&["st,stm32-rng"], "RNG of the STM32F4", "RM0090, 24.4", RNG),
    F4.missing(&["st,stm32-rtc"], "RTC of the STM32F4", "RM0090, 26"),
    F4.missing(&["st,stm32-adc", "st,stm32f4-adc"], "ADC of the STM32F4", "RM0090, 13"),
    F4.missing(&["st,stm32-dac"], "DAC of the STM32F4", "RM0090, 14"),
    F4.device(&["st,stm32-spi", "st,stm32-spi-fifo"], "SPI of the STM32F4", "RM0090, 28.5", SPI),
    F4.device(
        &["st,stm32-i2c-v1"],
        "I2C of the STM32F4",
        "RM0090, 27.6",
        Device { kind: "virtmcu-stm32-i2c-v1", ..I2C },
    ),
    F4.device(CANS, "bxCAN of the STM32F4", "RM0090, 32", TWO_CANS),
    F4.missing(&["st,stm32-otgfs", "st,stm32-otghs"], "USB OTG of the STM32F4", "RM0090, 34"),
    F4.missing(
        &["st,stm32-ethernet-controller"],
        "Ethernet of the STM32F4",
        "RM0090, 33",
    ),
    F4.missing(&["st,stm32-sdmmc", "st,stm32-sdio"], "SDIO of the STM32F4", "RM0090, 31"),
    F4.missing(&["st,stm32f4-fsmc", "st,stm32-fmc"], "external memories of the STM32F4", "RM0090, 36"),
    F4.missing(&["st,stm32-bbram", "st,stm32-backup-sram"], "backup memory of the STM32F4", "RM0090, 5.1.2"),
];
