// SPDX-License-Identifier: Apache-2.0 OR MIT
//! STM32F4: the chips of RM0090. F401 and F411 have fewer devices, and these are the same.

use super::super::From::{Place, Property};
use super::super::{Binding, Device, Model, NEVER};
use super::{
    CRYSTALS, DMA_INTERRUPTS, DMA_MODELLED, EXTI_INTERRUPTS, FLASH_MODELLED, Family, GPIO_BYTES, I2C_BUS,
    I2C_INTERRUPTS, I2C_MODELLED, NO_MODEL, OURS, PINS, RCC_MODELLED, RX, Request, SPI_BUS, SPI_MODELLED,
    TIM_INTERRUPTS, TIM_MODELLED, TX, USART_MODELLED, request,
};

const CHIPS: &[&str] = &["st,stm32f4"];
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

const fn f4(
    compatible: &'static [&'static str],
    title: &'static str,
    manual: &'static str,
    device: Device,
) -> Binding {
    Binding { compatible, chips: CHIPS, title, manual, model: Model::Device(device) }
}

const fn missing(compatible: &'static [&'static str], title: &'static str, manual: &'static str) -> Binding {
    Binding { compatible, chips: CHIPS, title, manual, model: Model::Missing(NO_MODEL) }
}

pub(in super::super) const BINDINGS: &[Binding] = &[
    f4(
        &["st,stm32-rcc", "st,stm32f4-rcc"],
        "RCC of the STM32F4",
        "RM0090, 7",
        Device {
            kind: "virtmcu-stm32f4-rcc",
            modelled: RCC_MODELLED,
            properties: CRYSTALS,
            makes_clocks: CLOCKS,
            resets: RESETS,
            interrupts: &[("", 0)],
            ..OURS
        },
    ),
    f4(
        &["st,stm32-pwr", "st,stm32f4-pwr"],
        "PWR of the STM32F4",
        "RM0090, 5.4",
        Device { kind: "virtmcu-stm32f4-pwr", modelled: "registers and ready bits; no low power", ..OURS },
    ),
    f4(
        &["st,stm32f4-flash-controller", "st,stm32-flash-controller"],
        "flash interface of the STM32F4",
        "RM0090, 3.9",
        Device {
            kind: "virtmcu-stm32f4-flash",
            modelled: FLASH_MODELLED,
            interrupts: &[("", NEVER)],
            ..OURS
        },
    ),
    Binding {
        compatible: &["st,stm32-nv-flash"],
        chips: CHIPS,
        title: "flash of the STM32F4",
        // At 0 by the pins BOOT0 and BOOT1.
        manual: "RM0090, 2.4 and 3.4",
        model: Model::Flash(Some(0)),
    },
    f4(
        &["st,stm32-gpio"],
        "GPIO port of the STM32F4",
        "RM0090, 8.4",
        Device {
            kind: "virtmcu-stm32f4-gpio",
            modelled: "all registers; no locking against each other of pins",
            // Some pins of A and B are the debugger's at the start.
            properties: &[("port", Place(GPIO_A, GPIO_BYTES))],
            pins: Some(PINS),
            ..OURS
        },
    ),
    f4(
        &["st,stm32-usart", "st,stm32-uart"],
        "USART of the STM32F4",
        "RM0090, 30.6",
        Device {
            kind: "virtmcu-stm32-usart-v1",
            modelled: USART_MODELLED,
            clocks: &["clk"],
            interrupts: &[("", 0)],
            port: true,
            ..OURS
        },
    ),
    f4(
        &["st,stm32-exti"],
        "EXTI of the STM32F4",
        "RM0090, 12.3",
        Device {
            kind: "virtmcu-stm32f4-exti",
            modelled: "interrupts of pins and software; no events",
            interrupts: EXTI_INTERRUPTS,
            ..OURS
        },
    ),
    f4(
        &["st,stm32-syscfg", "st,stm32f4-syscfg"],
        "SYSCFG of the STM32F4",
        "RM0090, 9.2",
        Device {
            kind: "virtmcu-stm32f4-syscfg",
            modelled: "which pins go to EXTI; no remapping of memory",
            ..OURS
        },
    ),
    f4(
        &["st,stm32-watchdog"],
        "IWDG of the STM32F4",
        "RM0090, 21.4",
        Device { kind: "virtmcu-stm32-iwdg", modelled: "counting, keys; LSI is exact", ..OURS },
    ),
    f4(
        &["st,stm32-timers"],
        "timer of the STM32F4",
        "RM0090, 17 to 20",
        Device {
            kind: "virtmcu-stm32-tim16",
            // The memory map of RM0090, 2.3: TIM2, 5 (32 bits), 6, 7 (basic), 1, 8 (advanced).
            kinds_at: &[
                (0x4000_0000, "virtmcu-stm32-tim32"),
                (0x4000_0c00, "virtmcu-stm32-tim32"),
                (0x4000_1000, "virtmcu-stm32-tim-basic"),
                (0x4000_1400, "virtmcu-stm32-tim-basic"),
                (0x4001_0000, "virtmcu-stm32-tim-advanced"),
                (0x4001_0400, "virtmcu-stm32-tim-advanced"),
            ],
            modelled: TIM_MODELLED,
            clocks: &["clk"],
            is_timer: true,
            interrupts: TIM_INTERRUPTS,
            ..OURS
        },
    ),
    f4(
        &["st,stm32-dma-v1", "st,stm32-dma"],
        "DMA of the STM32F4",
        "RM0090, 10",
        Device {
            kind: "virtmcu-stm32f4-dma",
            modelled: DMA_MODELLED,
            clocks: &["clk"],
            interrupts: DMA_INTERRUPTS,
            ..OURS
        },
    ),
    missing(&["st,stm32-window-watchdog"], "WWDG of the STM32F4", "RM0090, 22"),
    f4(
        &["st,stm32-crc"],
        "CRC unit of the STM32F4",
        "RM0090, 4.4",
        Device { kind: "virtmcu-stm32-crc", modelled: "all of it; a result is there at once", ..OURS },
    ),
    missing(&["st,stm32-i2s"], "I2S of the STM32F4", "RM0090, 28.4"),
    missing(&["st,stm32-dcmi"], "DCMI of the STM32F4", "RM0090, 15"),
    f4(
        &["st,stm32-rng"],
        "RNG of the STM32F4",
        "RM0090, 24.4",
        Device {
            kind: "virtmcu-stm32-rng",
            modelled: "numbers of a sequence that virtmcu,seed chooses, the same in every run",
            properties: &[("seed", Property("virtmcu,seed", 0))],
            interrupts: &[("", 0)],
            ..OURS
        },
    ),
    missing(&["st,stm32-rtc"], "RTC of the STM32F4", "RM0090, 26"),
    missing(&["st,stm32-adc", "st,stm32f4-adc"], "ADC of the STM32F4", "RM0090, 13"),
    missing(&["st,stm32-dac"], "DAC of the STM32F4", "RM0090, 14"),
    f4(
        &["st,stm32-spi", "st,stm32-spi-fifo"],
        "SPI of the STM32F4",
        "RM0090, 28.5",
        Device {
            kind: "virtmcu-stm32-spi",
            modelled: SPI_MODELLED,
            bus: Some(SPI_BUS),
            clocks: &["clk"],
            interrupts: &[("", 0)],
            ..OURS
        },
    ),
    f4(
        &["st,stm32-i2c-v1"],
        "I2C of the STM32F4",
        "RM0090, 27.6",
        Device {
            kind: "virtmcu-stm32-i2c-v1",
            modelled: I2C_MODELLED,
            bus: Some(I2C_BUS),
            clocks: &["clk"],
            interrupts: I2C_INTERRUPTS,
            ..OURS
        },
    ),
    missing(&["st,stm32-bxcan", "st,stm32-can"], "bxCAN of the STM32F4", "RM0090, 32"),
    missing(&["st,stm32-otgfs", "st,stm32-otghs"], "USB OTG of the STM32F4", "RM0090, 34"),
    missing(&["st,stm32-ethernet", "st,stm32-ethernet-controller"], "Ethernet of the STM32F4", "RM0090, 33"),
    missing(&["st,stm32-sdmmc", "st,stm32-sdio"], "SDIO of the STM32F4", "RM0090, 31"),
    missing(&["st,stm32f4-fsmc", "st,stm32-fmc"], "external memories of the STM32F4", "RM0090, 36"),
    missing(&["st,stm32-bbram", "st,stm32-backup-sram"], "backup memory of the STM32F4", "RM0090, 5.1.2"),
];
