// SPDX-License-Identifier: Apache-2.0 OR MIT
//! STM32G4: the chips of RM0440.

use super::super::From::{Number, Place};
use super::super::bosch::{M_CAN, M_CAN_MODELLED};
use super::super::{Binding, Device};
use super::l4::{CLOCKS, RESETS};
use super::{
    Chips, EXTI, FLASH, Family, GPIO, GPIO_BYTES, I2C, OURS, RCC, RNG, SPI_BUS, SPI_MODELLED, TIMER, USART,
};

const G4: Chips = Chips(&["st,stm32g4"]);
/// RM0440, 2.2.2: the first port, the first FDCAN, and the message RAM of all of them.
const GPIO_A: u64 = 0x4800_0000;
const FDCAN_1: u64 = 0x4000_6400;
const FDCAN_BYTES: u64 = 0x400;
const FDCAN_RAM: u64 = 0x4000_a400;
/// RM0440, 44.4.38: CKDIV of the first one.
const FDCAN_DIVIDER: u64 = FDCAN_1 + 0x100;

pub(super) const FAMILY: Family = Family {
    rcc: "virtmcu-stm32g4-rcc",
    gpio: ("virtmcu-stm32l4-gpio", GPIO_A),
    pins: "virtmcu-stm32l4-syscfg",
    exti: "virtmcu-stm32l4-exti",
    watchdog: "virtmcu-stm32-iwdg-window",
    // There is no DMA yet, which has a multiplexer before it.
    dma: ("", 0),
    requests: &[],
    unsaid: &[(0x4001_0000, "st,stm32l4-syscfg"), (0x4000_7000, "st,stm32g4-pwr")],
    signature: ("virtmcu-stm32l4-signature", 0x1fff_7500),
    // RM0440, 47.6.1: categories 3, 2 and 4.
    chips: &[
        ("st,stm32g474", 0x2001_0469),
        ("st,stm32g473", 0x2001_0469),
        ("st,stm32g431", 0x2001_0468),
        ("st,stm32g491", 0x1001_0479),
    ],
};

pub(in super::super) const BINDINGS: &[Binding] = &[
    G4.device(
        &["st,stm32-rcc", "st,stm32g4-rcc"],
        "RCC of the STM32G4",
        "RM0440, 7",
        Device { kind: "virtmcu-stm32g4-rcc", makes_clocks: CLOCKS, resets: RESETS, ..RCC },
    ),
    G4.device(
        &["st,stm32-pwr", "st,stm32g4-pwr"],
        "PWR of the STM32G4",
        "RM0440, 6.4",
        Device { kind: "virtmcu-stm32g4-pwr", modelled: "registers and ready bits; no low power", ..OURS },
    ),
    G4.device(
        &["st,stm32g4-flash-controller", "st,stm32-flash-controller"],
        "flash interface of the STM32G4",
        "RM0440, 3.7",
        Device { kind: "virtmcu-stm32g4-flash", ..FLASH },
    ),
    G4.flash("flash of the STM32G4", "RM0440, 2.2.2 and 3.3"),
    G4.device(
        &["st,stm32-gpio"],
        "GPIO port of the STM32G4",
        "RM0440, 9.4",
        Device { kind: "virtmcu-stm32l4-gpio", properties: &[("port", Place(GPIO_A, GPIO_BYTES))], ..GPIO },
    ),
    G4.device(
        &["st,stm32-syscfg"],
        "SYSCFG of the STM32G4",
        "RM0440, 10.2",
        Device {
            kind: "virtmcu-stm32l4-syscfg",
            modelled: "which pins go to EXTI; no remapping of memory",
            ..OURS
        },
    ),
    G4.device(
        &["st,stm32-exti"],
        "EXTI of the STM32G4",
        "RM0440, 15.5",
        Device { kind: "virtmcu-stm32l4-exti", ..EXTI },
    ),
    G4.device(
        &["st,stm32-usart", "st,stm32-uart"],
        "USART of the STM32G4",
        "RM0440, 37.8",
        Device {
            kind: "virtmcu-stm32-usart-v2",
            modelled: "asynchronous mode with its baud rate; no FIFOs and prescaler, no DMA, no modes for LIN, IrDA, smart cards",
            ..USART
        },
    ),
    G4.device(
        &["st,stm32-lpuart"],
        "LPUART of the STM32G4",
        "RM0440, 38.7",
        Device {
            kind: "virtmcu-stm32-lpuart",
            modelled: "its baud rate; no FIFOs and prescaler, no DMA",
            ..USART
        },
    ),
    G4.device(
        &["st,stm32-timers"],
        "timer of the STM32G4",
        "RM0440, 28 to 32",
        Device {
            // The memory map of RM0440, 2.2.2: TIM2, 5 (32 bits), 6, 7 (basic), 1, 8, 20 (advanced), 15 to 17.
            kinds_at: &[
                (0x4000_0000, "virtmcu-stm32-tim32"),
                (0x4000_0c00, "virtmcu-stm32-tim32"),
                (0x4000_1000, "virtmcu-stm32-tim-basic"),
                (0x4000_1400, "virtmcu-stm32-tim-basic"),
                (0x4001_2c00, "virtmcu-stm32-tim-advanced"),
                (0x4001_3400, "virtmcu-stm32-tim-advanced"),
                (0x4001_5000, "virtmcu-stm32-tim-advanced"),
                (0x4001_4000, "virtmcu-stm32-tim-break"),
                (0x4001_4400, "virtmcu-stm32-tim-break"),
                (0x4001_4800, "virtmcu-stm32-tim-break"),
            ],
            ..TIMER
        },
    ),
    G4.device(
        &["st,stm32-watchdog"],
        "IWDG of the STM32G4",
        "RM0440, 42.4",
        Device {
            kind: "virtmcu-stm32-iwdg-window",
            modelled: "counting, keys, window; LSI is exact",
            ..OURS
        },
    ),
    G4.device(&["st,stm32-rng"], "RNG of the STM32G4", "RM0440, 26.7", RNG),
    G4.device(
        &["st,stm32-spi", "st,stm32-spi-fifo"],
        "SPI of the STM32G4",
        "RM0440, 39.9",
        Device {
            kind: "virtmcu-stm32-spi-fifo",
            modelled: SPI_MODELLED,
            bus: Some(SPI_BUS),
            clocks: &["clk"],
            interrupts: &[("", 0)],
            ..OURS
        },
    ),
    G4.device(
        &["st,stm32-i2c-v2"],
        "I2C of the STM32G4",
        "RM0440, 41.9",
        Device { kind: "virtmcu-stm32-i2c-v2", ..I2C },
    ),
    G4.device(
        &["st,stm32-fdcan"],
        "FDCAN of the STM32G4",
        "RM0440, 44",
        Device {
            kind: "virtmcu-stm32-fdcan",
            modelled: M_CAN_MODELLED,
            properties: &[
                ("ram", Number(FDCAN_RAM)),
                ("place", Place(FDCAN_1, FDCAN_BYTES)),
                ("divider", Number(FDCAN_DIVIDER)),
            ],
            clocks: &[],
            inner_clocks: &[("cclk", "fdcan")],
            ..M_CAN
        },
    ),
    G4.device(
        &["st,stm32-crc"],
        "CRC unit of the STM32G4",
        "RM0440, 16.4",
        Device { kind: "virtmcu-stm32l4-crc", modelled: "all of it; a result is there at once", ..OURS },
    ),
    G4.missing(&["st,stm32-dma-v2", "st,stm32-dma"], "DMA of the STM32G4", "RM0440, 12"),
    G4.missing(&["st,stm32-dmamux"], "DMAMUX of the STM32G4", "RM0440, 13"),
    G4.missing(&["st,stm32-window-watchdog"], "WWDG of the STM32G4", "RM0440, 43"),
    G4.missing(&["st,stm32-rtc"], "RTC of the STM32G4", "RM0440, 35"),
    G4.missing(&["st,stm32-adc"], "ADC of the STM32G4", "RM0440, 21"),
    G4.missing(&["st,stm32-dac"], "DAC of the STM32G4", "RM0440, 22"),
    G4.missing(&["st,stm32-qspi"], "QUADSPI of the STM32G4", "RM0440, 20"),
    G4.missing(&["st,stm32-lptim"], "LPTIM of the STM32G4", "RM0440, 33"),
    G4.missing(&["st,stm32-usb"], "USB of the STM32G4", "RM0440, 45"),
    G4.missing(&["st,stm32-ucpd"], "UCPD of the STM32G4", "RM0440, 46"),
    G4.missing(&["st,stm32-bbram"], "backup registers of the STM32G4", "RM0440, 36.6"),
];
