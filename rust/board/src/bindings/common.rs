// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What belongs to no vendor: buses, memory, clocks, things on a board that software does not see.

use super::{Binding, Device, Model};
use crate::PortKind;

const fn quiet(compatible: &'static [&'static str], title: &'static str, why: &'static str) -> Binding {
    Binding { compatible, chips: &[], title, manual: "", model: Model::Quiet(why) }
}

pub(super) const BINDINGS: &[Binding] = &[
    Binding {
        compatible: &["virtmcu,stub"],
        chips: &[],
        title: "stub",
        manual: "docs/boards.md, Stubs",
        model: Model::Stub,
    },
    Binding {
        compatible: &["simple-bus", "simple-mfd"],
        chips: &[],
        title: "bus",
        manual: "devicetree specification 0.4, 4.5",
        model: Model::Bus,
    },
    Binding {
        compatible: &["mmio-sram", "zephyr,memory-region", "arm,dtcm", "arm,itcm"],
        chips: &[],
        title: "RAM",
        manual: "Linux, sram.yaml",
        model: Model::Ram,
    },
    Binding {
        compatible: &["soc-nv-flash"],
        chips: &[],
        title: "flash",
        manual: "Zephyr, soc-nv-flash.yaml",
        model: Model::Flash(None),
    },
    Binding {
        compatible: &["fixed-clock", "fixed-factor-clock"],
        chips: &[],
        title: "clock",
        manual: "Linux, fixed-clock.yaml, fixed-factor-clock.yaml",
        model: Model::Clock,
    },
    Binding {
        compatible: &["ns16550", "ns16550a"],
        chips: &[],
        title: "16550 UART",
        manual: "TI PC16550D data sheet",
        model: Model::Device(Device {
            kind: "serial-mm",
            modelled: "all registers and FIFOs; a byte leaves at once, and the link gives it its time",
            properties: &[
                ("regshift", super::From::Property("reg-shift", 0)),
                ("baudbase", super::From::ClockHzBy(16)),
                // DEVICE_LITTLE_ENDIAN in QEMU's include/exec/cpu-common.h and device_endian.
                ("endianness", super::From::Number(2)),
            ],
            interrupts: &[("", 0)],
            port: Some(PortKind::Uart),
            ..Device::PLAIN
        }),
    },
    Binding {
        compatible: &["google,goldfish-rtc"],
        chips: &[],
        title: "Goldfish RTC",
        manual: "Linux, google,goldfish-rtc.yaml",
        model: Model::Device(Device {
            kind: "goldfish_rtc",
            modelled: "all of it; the date is that of the run's start",
            interrupts: &[("", 0)],
            ..Device::PLAIN
        }),
    },
    Binding {
        compatible: &["gpio-leds"],
        chips: &[],
        title: "LEDs",
        manual: "Linux, leds-gpio.yaml",
        model: Model::Lamps,
    },
    Binding {
        compatible: &["gpio-keys"],
        chips: &[],
        title: "buttons",
        manual: "Linux, gpio-keys.yaml",
        model: Model::Keys,
    },
    quiet(&["pwm-leds"], "LEDs", "they only show what a pin does"),
    quiet(
        &["arduino-header-r3", "arduino,uno-adc", "microbit,edge-connector"],
        "connectors",
        "names for pins",
    ),
    quiet(&["fixed-partitions"], "partitions of a flash", "names for parts of it"),
    quiet(
        &["syscon", "syscon-poweroff", "syscon-reboot"],
        "uses of registers",
        "the registers are another node's",
    ),
    quiet(&["regulator-fixed", "usb-nop-xceiv"], "power and connectors", "software does not see them"),
];
