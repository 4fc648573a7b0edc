// SPDX-License-Identifier: Apache-2.0 OR MIT
//! ST's STM32. The models are ours (`rust/plugin/stm32`), but for those that come from Arm.
//!
//! Manuals: RM0008 for F101 to F107, RM0041 for F100; RM0090 for F405 to F439; RM0351 for L47x to L49x; RM0440 for G4. Zephyr says which chip it
//! is in the `compatible` of its bus.

pub(super) mod f1;
pub(super) mod f4;
pub(super) mod g4;
pub(super) mod l4;

use super::From::{self, Oscillator, Property};
use super::{Binding, Bus, BusKind, Device, Model, NEVER, Pins, Selects};
use crate::PortKind;

/// How far one GPIO port is from the next, in all families (RM0008, 3.3; RM0090, 2.3; RM0351, 2.2.2; RM0440, 2.2.2).
pub(crate) const GPIO_BYTES: u64 = 0x400;

/// A family, as far as no tree tells it.
#[derive(Debug)]
pub(crate) struct Family {
    /// The type of its RCC, which no other family has.
    pub rcc: &'static str,
    /// The type of its ports, and where the first one is.
    pub gpio: (&'static str, u64),
    /// What chooses the pins for EXTI: SYSCFG or AFIO.
    pub pins: &'static str,
    pub exti: &'static str,
    pub watchdog: &'static str,
    /// Its DMA, and how many devices each of its channels chooses from.
    pub dma: (&'static str, u32),
    pub requests: &'static [Request],
    /// What each chip of it has, and Zephyr's tree of it lacks: where, and its `compatible`.
    pub unsaid: &'static [(u64, &'static str)],
    /// The type of the device signature, and where that is.
    pub signature: (&'static str, u64),
    /// What DBGMCU tells of a chip, by its `compatible`; the first one, if none of them fits.
    pub chips: &'static [(&'static str, u64)],
}

/// A line by which a device asks its DMA.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request {
    /// Where the device is, and which of its lines it is: 0 to give it what has come, 1 for more to send.
    pub device: (u64, u32),
    /// Where the DMA is, its channel or stream (from 0 on), and the number by which that chooses it.
    pub dma: (u64, u32, u32),
}

const fn request(device: u64, line: u32, dma: u64, channel: u32, choice: u32) -> Request {
    Request { device: (device, line), dma: (dma, channel, choice) }
}

/// What a device has come by, and what it sends.
const RX: u32 = 0;
const TX: u32 = 1;

/// All families.
pub(crate) const FAMILIES: [Family; 4] = [f1::FAMILY, f4::FAMILY, g4::FAMILY, l4::FAMILY];

/// What the pins of a port are in `rust/plugin/stm32`.
const PINS: Pins = Pins { inputs: "in", outputs: "out", count: 16 };
const OURS: Device = Device { module: Some("stm32"), ..Device::PLAIN };

/// The crystals: Zephyr has nodes for them.
const CRYSTALS: &[(&str, From)] = &[
    ("hse-hz", Oscillator("/clocks/clk-hse", "virtmcu,hse-hz", 8_000_000)),
    ("lse-hz", Oscillator("/clocks/clk-lse", "virtmcu,lse-hz", 0)),
];

const RCC_MODELLED: &str = "oscillators and PLL, ready at once; the clocks that they make; resets of single devices; no enable bits; what each chip of the family has and Zephyr's tree lacks comes with it";
const USART_MODELLED: &str =
    "asynchronous mode with its baud rate, and DMA; no modes for LIN, IrDA, smart cards";
const TIM_MODELLED: &str = "counting up, compare and capture interrupts; no outputs, DMA and slave modes";
const FLASH_MODELLED: &str =
    "latency and keys; no programming, and so no interrupts; what is missing is reported";
const NO_MODEL: &str = "there is no model of it yet";

/// The interrupts of a timer, whether it has one or four.
const TIM_INTERRUPTS: &[(&str, u32)] = &[("global", 0), ("brk", 0), ("up", 1), ("trgcom", 2), ("cc", 3)];
const SPI_MODELLED: &str = "master, with FIFOs where it has them, and DMA; no CRC, I2S and slave";
const I2C_MODELLED: &str = "master, addresses of 7 bits, and DMA; no SMBus and slave";
const SPI_BUS: Bus = Bus { kind: BusKind::Spi, name: "spi", selects: Selects::Pins };
const I2C_BUS: Bus = Bus { kind: BusKind::I2c, name: "i2c", selects: Selects::Itself };
/// The interrupts of an I2C.
const I2C_INTERRUPTS: &[(&str, u32)] = &[("event", 0), ("error", 1)];
const DMA_MODELLED: &str = "all transfers but those of two buffers in turn; an item takes 8 cycles; priorities and bursts have no effect";
/// One interrupt for each channel or stream.
const DMA_INTERRUPTS: &[(&str, u32)] =
    &[("", 0), ("", 1), ("", 2), ("", 3), ("", 4), ("", 5), ("", 6), ("", 7)];
/// The interrupts of EXTI for pins; Zephyr has another name for one of the STM32G4.
const EXTI_INTERRUPTS: &[(&str, u32)] = &[
    ("line0", 0),
    ("line1", 1),
    ("line2", 2),
    ("line3", 3),
    ("line4", 4),
    ("line5-9", 5),
    ("line10-15", 6),
    ("line2-TSC", 2),
];

// What each kind of device is in all families; they differ in the type.
const RCC: Device = Device { modelled: RCC_MODELLED, properties: CRYSTALS, interrupts: &[("", 0)], ..OURS };
const FLASH: Device = Device { modelled: FLASH_MODELLED, interrupts: &[("", NEVER)], ..OURS };
const GPIO: Device =
    Device { modelled: "all registers; no locking against each other of pins", pins: Some(PINS), ..OURS };
const EXTI: Device =
    Device { modelled: "interrupts of pins and software; no events", interrupts: EXTI_INTERRUPTS, ..OURS };
const USART: Device = Device {
    modelled: USART_MODELLED,
    clocks: &["clk"],
    interrupts: &[("", 0)],
    port: Some(PortKind::Uart),
    ..OURS
};
/// Those that no family's memory map says to be others.
const TIMER: Device = Device {
    kind: "virtmcu-stm32-tim16",
    modelled: TIM_MODELLED,
    clocks: &["clk"],
    is_timer: true,
    interrupts: TIM_INTERRUPTS,
    ..OURS
};
const DMA: Device = Device { modelled: DMA_MODELLED, clocks: &["clk"], interrupts: DMA_INTERRUPTS, ..OURS };
const SPI: Device = Device {
    kind: "virtmcu-stm32-spi",
    modelled: SPI_MODELLED,
    bus: Some(SPI_BUS),
    clocks: &["clk"],
    interrupts: &[("", 0)],
    ..OURS
};
const I2C: Device = Device {
    modelled: I2C_MODELLED,
    bus: Some(I2C_BUS),
    clocks: &["clk"],
    interrupts: I2C_INTERRUPTS,
    ..OURS
};
const RNG: Device = Device {
    kind: "virtmcu-stm32-rng",
    modelled: "numbers of a sequence that virtmcu,seed chooses, the same in every run",
    properties: &[("seed", Property("virtmcu,seed", 0))],
    interrupts: &[("", 0)],
    ..OURS
};
const CANS: &[&str] = &["st,stm32-bxcan", "st,stm32-can"];
/// One that is alone.
const CAN: Device = Device {
    kind: "virtmcu-stm32-bxcan",
    modelled: "all but wake-up by the bus and times in a frame's data",
    clocks: &["pclk"],
    interrupts: &[
        ("TX", 0),
        ("RX0", 1),
        ("RX1", 2),
        ("SCE", 3),
        ("tx", 0),
        ("rx0", 1),
        ("rx1", 2),
        ("sce", 3),
    ],
    port: Some(PortKind::Can),
    ..OURS
};
/// Two, of which the second one looks at the filters of the first one (RM0008, 24.7.4; RM0090, 32.7.4).
const TWO_CANS: Device = Device { kind: CAN_MASTER.1, kinds_at: &[CAN_SLAVE], ..CAN };
/// Where they are.
pub(crate) const CAN_MASTER: (u64, &str) = (0x4000_6400, "virtmcu-stm32-bxcan-master");
pub(crate) const CAN_SLAVE: (u64, &str) = (0x4000_6800, "virtmcu-stm32-bxcan-slave");
const CRC: Device =
    Device { kind: "virtmcu-stm32-crc", modelled: "all of it; a result is there at once", ..OURS };

/// The chips of a family, for its rows of the table.
#[derive(Clone, Copy)]
struct Chips(&'static [&'static str]);

impl Chips {
    const fn row(
        self,
        compatible: &'static [&'static str],
        title: &'static str,
        manual: &'static str,
        model: Model,
    ) -> Binding {
        Binding { compatible, chips: self.0, title, manual, model }
    }

    const fn device(
        self,
        compatible: &'static [&'static str],
        title: &'static str,
        manual: &'static str,
        device: Device,
    ) -> Binding {
        self.row(compatible, title, manual, Model::Device(device))
    }

    const fn missing(
        self,
        compatible: &'static [&'static str],
        title: &'static str,
        manual: &'static str,
    ) -> Binding {
        self.row(compatible, title, manual, Model::Missing(NO_MODEL))
    }

    /// Its flash, which the pins for booting show at 0.
    const fn flash(self, title: &'static str, manual: &'static str) -> Binding {
        self.row(&["st,stm32-nv-flash"], title, manual, Model::Flash(Some(0)))
    }
}

const fn quiet(compatible: &'static [&'static str], title: &'static str, why: &'static str) -> Binding {
    Binding { compatible, chips: &[], title, manual: "", model: Model::Quiet(why) }
}

/// What is alike in all families.
pub(super) const BINDINGS: &[Binding] = &[
    Binding {
        compatible: &["st,stm32-pinctrl", "st,stm32f1-pinctrl"],
        chips: &[],
        title: "pins",
        manual: "RM0008, 9; RM0090, 8; RM0351, 8; RM0440, 9",
        model: Model::Bus,
    },
    Binding {
        compatible: &["st,stm32-ccm"],
        chips: &[],
        title: "core-coupled memory",
        manual: "RM0090, 2.3.1; RM0440, 2.4",
        model: Model::Ram,
    },
    quiet(
        &["st,stm32-pwm", "st,stm32-counter", "st,stm32-qdec"],
        "use of a timer",
        "the timer's registers are those of the node around",
    ),
    quiet(
        &[
            "st,stm32-hse-clock",
            "st,stm32-lse-clock",
            "st,stm32-msi-clock",
            "st,stm32f1-pll-clock",
            "st,stm32f100-pll-clock",
            "st,stm32f4-pll-clock",
            "st,stm32fx-pll-clock",
            "st,stm32f4-plli2s-clock",
            "st,stm32f4-pllsai-clock",
            "st,stm32f411-plli2s-clock",
            "st,stm32f412-plli2s-clock",
            "st,stm32g4-pll-clock",
            "st,stm32l4-pll-clock",
            "st,stm32-clock-mco",
            "st,stm32-clock-mux",
        ],
        "parts of RCC",
        "its registers decide; a crystal's frequency is read from here",
    ),
    quiet(&["st,stm32-rcc-rctl"], "resets of single devices", "RCC's registers do them"),
    quiet(
        &["st,stm32-temp", "st,stm32-temp-cal", "st,stm32-vref", "st,stm32-vbat"],
        "inputs of the ADC",
        "they have no registers",
    ),
    quiet(
        &["st,stm32-nvm-otp"],
        "memory that is written once",
        "the device signature in it comes with RCC; the rest of it is not there",
    ),
    quiet(&["st,stm32-smbus"], "use of an I2C", "the registers are another node's"),
    quiet(&["st,stm32-mdio"], "use of an Ethernet", "the registers are another node's"),
    quiet(&["st-morpho-header"], "connector", "software does not see it"),
];
