// SPDX-License-Identifier: Apache-2.0 OR MIT
//! ST's STM32. The models are ours (`rust/plugin/stm32`), but for those that come from Arm.
//!
//! Manuals: RM0090 for F405, F407, F415, F417, F42x and F43x. Zephyr says which chip it is in the `compatible` of its bus.

use super::From::{Place, Property};
use super::{Binding, Device, Model, NEVER};

/// F405 to F439: the chips of RM0090.
const F4: &[&str] = &["st,stm32f4"];

/// The first GPIO port, and how far one is from the next (RM0090, 2.3).
pub(crate) const GPIO_A: u64 = 0x4002_0000;
pub(crate) const GPIO_BYTES: u64 = 0x400;

const OURS: Device = Device { module: Some("stm32"), ..Device::PLAIN };

/// The clocks of RM0090, 7.2, by the register that enables a device: 7.3.10 to 7.3.14. Zephyr's cells name it by its offset.
const F4_CLOCKS: &[(u32, &str, &str)] = &[
    (0x30, "hclk", "hclk"),
    (0x34, "hclk", "hclk"),
    (0x38, "hclk", "hclk"),
    (0x40, "pclk1", "timclk1"),
    (0x44, "pclk2", "timclk2"),
];

const fn f4(
    compatible: &'static [&'static str],
    title: &'static str,
    manual: &'static str,
    device: Device,
) -> Binding {
    Binding { compatible, chips: F4, title, manual, model: Model::Device(device) }
}

const fn missing(compatible: &'static [&'static str], title: &'static str, manual: &'static str) -> Binding {
    Binding { compatible, chips: F4, title, manual, model: Model::Missing("there is no model of it yet") }
}

pub(super) const BINDINGS: &[Binding] = &[
    f4(
        &["st,stm32-rcc", "st,stm32f4-rcc"],
        "RCC of the STM32F4",
        "RM0090, 7",
        Device {
            kind: "virtmcu-stm32f4-rcc",
            modelled: "oscillators and PLL, ready at once; the clocks that they make; no enable bits",
            properties: &[
                ("hse-hz", Property("virtmcu,hse-hz", 8_000_000)),
                ("lse-hz", Property("virtmcu,lse-hz", 0)),
            ],
            makes_clocks: F4_CLOCKS,
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
            modelled: "latency and keys; no programming, and so no interrupts; what is missing is reported",
            interrupts: &[("", NEVER)],
            ..OURS
        },
    ),
    Binding {
        compatible: &["st,stm32-nv-flash"],
        chips: F4,
        title: "flash of the STM32F4",
        // At 0 by the pins BOOT0 and BOOT1.
        manual: "RM0090, 2.4 and 3.4",
        model: Model::Flash(Some(0)),
    },
    Binding {
        compatible: &["st,stm32-ccm"],
        chips: F4,
        title: "core-coupled memory",
        manual: "RM0090, 2.3.1",
        model: Model::Ram,
    },
    Binding {
        compatible: &["st,stm32-pinctrl"],
        chips: &[],
        title: "pins",
        manual: "RM0090, 8",
        model: Model::Bus,
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
            ..OURS
        },
    ),
    f4(
        &["st,stm32-usart", "st,stm32-uart"],
        "USART of the STM32F4",
        "RM0090, 30.6",
        Device {
            kind: "virtmcu-stm32-usart-v1",
            modelled: "asynchronous mode with its baud rate; no DMA, no modes for LIN, IrDA, smart cards",
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
            interrupts: &[
                ("line0", 0),
                ("line1", 1),
                ("line2", 2),
                ("line3", 3),
                ("line4", 4),
                ("line5-9", 5),
                ("line10-15", 6),
            ],
            ..OURS
        },
    ),
    f4(
        &["st,stm32-syscfg"],
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
            modelled: "counting up, compare and capture interrupts; no outputs, DMA and slave modes",
            clocks: &["clk"],
            is_timer: true,
            interrupts: &[("global", 0), ("brk", 0), ("up", 1), ("trgcom", 2), ("cc", 3)],
            ..OURS
        },
    ),
    Binding {
        compatible: &["st,stm32-pwm", "st,stm32-counter", "st,stm32-qdec"],
        chips: &[],
        title: "use of a timer",
        manual: "",
        model: Model::Quiet("the timer's registers are those of the node around"),
    },
    missing(&["st,stm32-window-watchdog"], "WWDG of the STM32F4", "RM0090, 22"),
    missing(&["st,stm32-rng"], "RNG of the STM32F4", "RM0090, 24"),
    missing(&["st,stm32-rtc"], "RTC of the STM32F4", "RM0090, 26"),
    missing(&["st,stm32-adc", "st,stm32f4-adc"], "ADC of the STM32F4", "RM0090, 13"),
    missing(&["st,stm32-dac"], "DAC of the STM32F4", "RM0090, 14"),
    missing(&["st,stm32-dma-v1", "st,stm32-dma"], "DMA of the STM32F4", "RM0090, 10"),
    missing(&["st,stm32-spi", "st,stm32-spi-fifo"], "SPI of the STM32F4", "RM0090, 28"),
    missing(&["st,stm32-i2c-v1"], "I2C of the STM32F4", "RM0090, 27"),
    missing(&["st,stm32-bxcan", "st,stm32-can"], "bxCAN of the STM32F4", "RM0090, 32"),
    missing(&["st,stm32-otgfs", "st,stm32-otghs"], "USB OTG of the STM32F4", "RM0090, 34"),
    missing(&["st,stm32-ethernet", "st,stm32-ethernet-controller"], "Ethernet of the STM32F4", "RM0090, 33"),
    missing(&["st,stm32-sdmmc", "st,stm32-sdio"], "SDIO of the STM32F4", "RM0090, 31"),
    missing(&["st,stm32f4-fsmc", "st,stm32-fmc"], "external memories of the STM32F4", "RM0090, 36"),
    missing(&["st,stm32-bbram", "st,stm32-backup-sram"], "backup memory of the STM32F4", "RM0090, 5.1.2"),
];
