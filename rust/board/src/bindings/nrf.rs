// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Nordic's nRF51 and nRF52. The models are ours (`rust/plugin/nrf`).
//!
//! Manuals: nRF51 Series Reference Manual v3.0.1 ("nRF51 RM"), nRF52840 Product Specification v1.7 ("nRF52840 PS"), nRF52832
//! Product Specification v1.8 ("nRF52832 PS"). Zephyr says which chip it is in the `compatible` of its bus.

use super::From::{Number, Property};
use super::{Binding, Device, Hidden, Model, NEVER, Pins};
use crate::PortKind;

/// The frequency of HFCLK, by which the CPU runs and which trees do not always say (nRF51 RM, 12; nRF52840 PS, 5.4).
pub(super) const CPU_HZ: &[(&str, u64)] = &[("nordic,nrf51", 16_000_000), ("nordic,nrf52", 64_000_000)];

const NRF51: &[&str] = &["nordic,nrf51"];
const NRF52: &[&str] = &["nordic,nrf52"];
const NRF52832: &[&str] = &["nordic,nrf52832"];
const BOTH: &[&str] = &["nordic,nrf51", "nordic,nrf52"];

/// One interrupt, which is the device's only one.
const OURS: Device = Device { module: Some("nrf"), interrupts: &[("", 0)], ..Device::PLAIN };
const QUIET: Device = Device { interrupts: &[], ..OURS };

const NVMC: Device = Device {
    kind: "virtmcu-nrf-nvmc",
    modelled: "erasing and programming of flash and UICR, in the time of the nRF52840; the CPU goes on meanwhile",
    interrupts: &[("", NEVER)],
    ..OURS
};

const fn device(
    compatible: &'static [&'static str],
    chips: &'static [&'static str],
    title: &'static str,
    manual: &'static str,
    device: Device,
) -> Binding {
    Binding { compatible, chips, title, manual, model: Model::Device(device) }
}

const fn quiet(compatible: &'static [&'static str], title: &'static str, why: &'static str) -> Binding {
    Binding { compatible, chips: BOTH, title, manual: "", model: Model::Quiet(why) }
}

const fn missing(compatible: &'static [&'static str], title: &'static str, manual: &'static str) -> Binding {
    Binding { compatible, chips: BOTH, title, manual, model: Model::Missing("there is no model of it yet") }
}

/// A chip whose trees leave its ROM table out, which start-up code reads.
const fn chip(compatible: &'static [&'static str], title: &'static str, has: &'static [Hidden]) -> Binding {
    Binding { compatible, chips: &[], title, manual: "Arm IHI 0031, D1.1", model: Model::Chip(has) }
}

const ROM_TABLE: u64 = 0xf000_0000;

pub(super) const BINDINGS: &[Binding] = &[
    chip(
        &["nordic,nrf51822"],
        "nRF51822",
        &[Hidden { compatible: "virtmcu,nrf51-rom-table", at: ROM_TABLE }],
    ),
    chip(
        &["nordic,nrf52832"],
        "nRF52832",
        &[Hidden { compatible: "virtmcu,nrf52832-rom-table", at: ROM_TABLE }],
    ),
    device(
        &["nordic,nrf-clock"],
        NRF51,
        "CLOCK and POWER of the nRF51",
        "nRF51 RM, 12 and 13",
        Device {
            kind: "virtmcu-nrf51-clock",
            modelled: "oscillators, ready at once; no System OFF, calibration, power-fail warning",
            ..OURS
        },
    ),
    device(
        &["nordic,nrf-clock"],
        NRF52,
        "CLOCK and POWER of the nRF52840",
        "nRF52840 PS, 5.3.8 and 5.4.4",
        Device {
            kind: "virtmcu-nrf52-clock",
            modelled: "oscillators, ready at once; no System OFF, calibration, power-fail warning",
            ..OURS
        },
    ),
    device(
        &["nordic,nrf-uart"],
        NRF51,
        "UART of the nRF51",
        "nRF51 RM, 29",
        Device {
            kind: "virtmcu-nrf51-uart",
            modelled: "all but SUSPEND",
            port: Some(PortKind::Uart),
            ..OURS
        },
    ),
    device(
        &["nordic,nrf-uart", "nordic,nrf-uarte"],
        NRF52,
        "UART and UARTE of the nRF52",
        "nRF52840 PS, 6.33 and 6.34",
        Device {
            kind: "virtmcu-nrf52-uarte",
            modelled: "all but SUSPEND",
            port: Some(PortKind::Uart),
            ..OURS
        },
    ),
    device(
        &["nordic,nrf-gpio"],
        NRF51,
        "GPIO port of the nRF51",
        "nRF51 RM, 14",
        Device {
            kind: "virtmcu-nrf-gpio",
            modelled: "all",
            start: 0x500,
            pins: Some(Pins { inputs: "in", outputs: "out", count: 32 }),
            ..QUIET
        },
    ),
    device(
        &["nordic,nrf-gpio"],
        NRF52,
        "GPIO port of the nRF52",
        "nRF52840 PS, 6.9",
        Device {
            kind: "virtmcu-nrf-gpio",
            modelled: "all",
            region: 1,
            pins: Some(Pins { inputs: "in", outputs: "out", count: 32 }),
            ..QUIET
        },
    ),
    device(
        &["nordic,nrf-gpiote"],
        BOTH,
        "GPIOTE",
        "nRF51 RM, 15; nRF52840 PS, 6.10",
        Device { kind: "virtmcu-nrf-gpiote", modelled: "all", ..OURS },
    ),
    device(
        &["nordic,nrf-rtc"],
        BOTH,
        "RTC",
        "nRF51 RM, 19; nRF52840 PS, 6.22",
        Device { kind: "virtmcu-nrf-rtc", modelled: "all; it counts whether LFCLK runs or not", ..OURS },
    ),
    device(
        &["nordic,nrf-timer"],
        BOTH,
        "TIMER",
        "nRF51 RM, 18; nRF52840 PS, 6.30",
        Device {
            kind: "virtmcu-nrf-timer",
            modelled: "all",
            properties: &[("max-bits", Property("max-bit-width", 32))],
            ..OURS
        },
    ),
    device(
        &["nordic,nrf-rng"],
        BOTH,
        "RNG",
        "nRF51 RM, 21; nRF52840 PS, 6.19",
        Device {
            kind: "virtmcu-nrf-rng",
            modelled: "numbers of a sequence that virtmcu,seed chooses, the same in every run",
            properties: &[("seed", Property("virtmcu,seed", 0))],
            ..OURS
        },
    ),
    device(
        &["nordic,nrf-temp"],
        BOTH,
        "TEMP",
        "nRF51 RM, 20; nRF52840 PS, 6.28",
        Device {
            kind: "virtmcu-nrf-temp",
            modelled: "20 degrees Celsius, or virtmcu,quarter-degrees",
            properties: &[("quarters", Property("virtmcu,quarter-degrees", 80))],
            ..OURS
        },
    ),
    device(
        &["nordic,nrf-wdt"],
        BOTH,
        "WDT",
        "nRF51 RM, 24; nRF52840 PS, 6.36",
        Device {
            kind: "virtmcu-nrf-wdt",
            modelled: "counting, all reload requests; it never pauses",
            ..OURS
        },
    ),
    device(
        &["nordic,nrf-twi", "nordic,nrf-twim", "nordic,nrf-spi"],
        BOTH,
        "TWI, TWIM and SPI",
        "nRF51 RM, 26 and 28; nRF52840 PS, 6.24, 6.31 and 6.32",
        Device { kind: "virtmcu-nrf-twi-spi", modelled: "a bus with nobody on it", ..OURS },
    ),
    device(
        &["nordic,nrf-radio"],
        NRF52,
        "RADIO of the nRF52",
        "nRF52840 PS, 6.20",
        Device {
            kind: "virtmcu-nrf52-radio",
            modelled: "states, times and events of 1 and 2 Mbit/s; there is nobody else in the air, and nobody sees what is sent",
            ..OURS
        },
    ),
    device(
        &["nordic,nrf-ecb"],
        BOTH,
        "ECB",
        "nRF51 RM, 22; nRF52840 PS, 6.6",
        Device { kind: "virtmcu-nrf-ecb", modelled: "all", ..OURS },
    ),
    device(
        &["nordic,nrf-egu"],
        NRF52,
        "EGU",
        "nRF52840 PS, 6.7",
        Device { kind: "virtmcu-nrf-egu", modelled: "all", ..OURS },
    ),
    device(
        &["nordic,nrf51-flash-controller"],
        BOTH,
        "NVMC of the nRF51",
        "nRF51 RM, 6",
        Device { properties: &[("page-bytes", Number(1024))], ..NVMC },
    ),
    device(
        &["nordic,nrf52-flash-controller"],
        BOTH,
        "NVMC of the nRF52",
        "nRF52840 PS, 4.3",
        Device { properties: &[("page-bytes", Number(4096))], ..NVMC },
    ),
    device(
        &["nordic,nrf-ficr"],
        NRF51,
        "FICR of the nRF51822 QFAA",
        "nRF51 RM, 7",
        Device {
            kind: "virtmcu-nrf51-ficr",
            modelled: "sizes, numbers of the device",
            properties: NUMBERS,
            ..QUIET
        },
    ),
    // Before that of all nRF52.
    device(
        &["nordic,nrf-ficr"],
        NRF52832,
        "FICR of the nRF52832",
        "nRF52832 PS, 13",
        Device {
            kind: "virtmcu-nrf52832-ficr",
            modelled: "sizes, numbers of the device; the manual's values for trimming",
            properties: NUMBERS,
            ..QUIET
        },
    ),
    device(
        &["nordic,nrf-ficr"],
        NRF52,
        "FICR of the nRF52840",
        "nRF52840 PS, 4.4",
        Device {
            kind: "virtmcu-nrf52840-ficr",
            modelled: "sizes, numbers of the device; the manual's values for trimming",
            properties: NUMBERS,
            ..QUIET
        },
    ),
    Binding {
        compatible: &["nordic,nrf-uicr"],
        chips: BOTH,
        title: "UICR",
        manual: "nRF51 RM, 8; nRF52840 PS, 4.5",
        model: Model::Settings,
    },
    device(
        &["virtmcu,nrf51-rom-table"],
        NRF51,
        "identity of the nRF51",
        "Arm IHI 0031, D1.1",
        Device {
            kind: "virtmcu-nrf51-rom-table",
            modelled: "the numbers by which start-up code knows the revision",
            ..QUIET
        },
    ),
    device(
        &["virtmcu,nrf52832-rom-table"],
        NRF52832,
        "identity of the nRF52832",
        "Arm IHI 0031, D1.1",
        Device {
            kind: "virtmcu-nrf52832-rom-table",
            modelled: "the numbers by which start-up code knows the revision",
            ..QUIET
        },
    ),
    device(
        &["nordic,nrf-ppi"],
        BOTH,
        "PPI",
        "nRF51 RM, 16; nRF52840 PS, 6.16",
        Device {
            kind: "virtmcu-nrf-ppi",
            modelled: "all; CCM and AAR, where some fixed channels lead, have no models",
            ..QUIET
        },
    ),
    Binding {
        compatible: &["nordic,nrf-hfxo", "nordic,nrf51-hfxo", "nordic,nrf52-hfxo"],
        chips: BOTH,
        title: "crystal of HFCLK",
        manual: "Zephyr, nordic,nrf-hfxo.yaml",
        model: Model::Clock,
    },
    quiet(&["nordic,nrf-power"], "POWER", "its registers are in the block of CLOCK"),
    quiet(
        &["nordic,nrf-mpu", "nordic,nrf-acl"],
        "protection of memory",
        "its registers are in the block of another node; nothing is protected",
    ),
    quiet(&["nordic,nrf-swi"], "software interrupt", "it has no registers: software makes it pending"),
    quiet(&["nordic,nrf-led-matrix", "nordic,nrf-sw-pwm"], "uses of pins", "they are pins and a timer"),
    Binding {
        compatible: &["nordic,nrf-radio"],
        chips: NRF51,
        title: "RADIO of the nRF51",
        manual: "nRF51 RM, 17",
        model: Model::Missing("there is no model of it yet"),
    },
    missing(&["nordic,nrf-adc"], "ADC", "nRF51 RM, 31"),
    missing(&["nordic,nrf-saadc"], "SAADC", "nRF52840 PS, 6.23"),
    missing(&["nordic,nrf-spim"], "SPIM", "nRF52840 PS, 6.25"),
    missing(&["nordic,nrf-spis"], "SPIS", "nRF51 RM, 27; nRF52840 PS, 6.26"),
    missing(&["nordic,nrf-pwm"], "PWM", "nRF52840 PS, 6.17"),
    missing(&["nordic,nrf-qdec"], "QDEC", "nRF51 RM, 25; nRF52840 PS, 6.18"),
    missing(&["nordic,nrf-ccm"], "CCM", "nRF51 RM, 23; nRF52840 PS, 6.3"),
    missing(&["nordic,nrf-comp", "nordic,nrf-lpcomp"], "COMP", "nRF51 RM, 32; nRF52840 PS, 6.4 and 6.13"),
    missing(&["nordic,nrf-i2s"], "I2S", "nRF52840 PS, 6.11"),
    missing(&["nordic,nrf-mwu"], "MWU", "nRF52840 PS, 6.14"),
    missing(&["nordic,nrf-nfct"], "NFCT", "nRF52840 PS, 6.15"),
    missing(&["nordic,nrf-pdm"], "PDM", "nRF52840 PS, 6.12"),
    missing(&["nordic,cryptocell", "arm,cryptocell-310"], "CRYPTOCELL", "nRF52840 PS, 6.5"),
    missing(&["nxp,fxos8700", "nxp,mma8653fc"], "accelerometer of the micro:bit", "NXP MMA8653FC"),
    missing(&["nordic,nrf-usbd"], "USBD", "nRF52840 PS, 6.35"),
    missing(&["nordic,nrf-qspi"], "QSPI", "nRF52840 PS, 6.21"),
];

const NUMBERS: &[(&str, super::From)] = &[
    ("device-id", Property("virtmcu,device-id", 0x1122_3344_5566_7788)),
    ("device-address", Property("virtmcu,device-address", 0xc0de_c0de_cafe)),
];
