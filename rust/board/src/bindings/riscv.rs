// SPDX-License-Identifier: Apache-2.0 OR MIT
//! RISC-V harts and what comes with them.

use super::{Binding, Device, Model};

const fn hart(
    compatible: &'static [&'static str],
    title: &'static str,
    manual: &'static str,
    kind: &'static str,
) -> Binding {
    Binding { compatible, chips: &[], title, manual, model: Model::Hart(kind) }
}

/// One interrupt a pin.
const PINS: &[(&str, u32)] = &[
    ("pin0", 0),
    ("pin1", 1),
    ("pin2", 2),
    ("pin3", 3),
    ("pin4", 4),
    ("pin5", 5),
    ("pin6", 6),
    ("pin7", 7),
    ("pin8", 8),
    ("pin9", 9),
    ("pin10", 10),
    ("pin11", 11),
    ("pin12", 12),
    ("pin13", 13),
    ("pin14", 14),
    ("pin15", 15),
    ("pin16", 16),
    ("pin17", 17),
    ("pin18", 18),
    ("pin19", 19),
    ("pin20", 20),
    ("pin21", 21),
    ("pin22", 22),
    ("pin23", 23),
    ("pin24", 24),
    ("pin25", 25),
    ("pin26", 26),
    ("pin27", 27),
    ("pin28", 28),
    ("pin29", 29),
    ("pin30", 30),
    ("pin31", 31),
];

pub(super) const BINDINGS: &[Binding] = &[
    hart(&["sifive,e31"], "SiFive E31", "SiFive E31 manual v3p0", "sifive-e31"),
    hart(&["sifive,e51"], "SiFive E51", "SiFive E51 manual v3p0", "sifive-e51"),
    hart(&["sifive,u54"], "SiFive U54", "SiFive U54 manual 1.0", "sifive-u54"),
    // Of 32 or 64 bits, as its `riscv,isa` says.
    hart(&["riscv", "qemu,riscv-virt"], "RISC-V hart", "RISC-V unprivileged ISA 20240411", ""),
    Binding {
        compatible: &["riscv,cpu-intc"],
        chips: &[],
        title: "interrupts of a hart",
        manual: "RISC-V privileged ISA 20240411, 3.1.9",
        model: Model::HartLines,
    },
    Binding {
        compatible: &["sifive,clint0", "riscv,clint0"],
        chips: &[],
        title: "CLINT",
        manual: "SiFive FE310-G002 manual v1p0, 9",
        model: Model::Clint,
    },
    Binding {
        compatible: &["sifive,plic-1.0.0", "riscv,plic0"],
        chips: &[],
        title: "PLIC",
        manual: "RISC-V PLIC 1.0.0",
        model: Model::Plic,
    },
    Binding {
        compatible: &["sifive,test0", "sifive,test1"],
        chips: &[],
        title: "SiFive's test device",
        manual: "Linux, sifive,test0 in syscon users",
        model: Model::Device(Device {
            kind: "riscv.sifive.test",
            modelled: "switching off, resetting",
            ..Device::PLAIN
        }),
    },
    Binding {
        compatible: &["sifive,uart0"],
        chips: &[],
        title: "SiFive UART",
        manual: "SiFive FE310-G002 manual v1p0, 18",
        model: Model::Device(Device {
            kind: "riscv.sifive.uart",
            modelled: "all registers; a byte leaves at once, and the link gives it its time",
            interrupts: &[("", 0)],
            port: true,
            ..Device::PLAIN
        }),
    },
    Binding {
        compatible: &["sifive,gpio0"],
        chips: &[],
        title: "SiFive GPIO",
        manual: "SiFive FE310-G000 manual v3p2, 17",
        model: Model::Device(Device {
            kind: "sifive_soc.gpio",
            modelled: "all registers but drive strength; nothing is joined to the pins",
            interrupts: PINS,
            ..Device::PLAIN
        }),
    },
    Binding {
        compatible: &["sifive,aon0"],
        chips: &[],
        title: "always-on domain of the FE310",
        manual: "SiFive FE310-G000 manual v3p2, 12 to 15",
        model: Model::Device(Device {
            kind: "riscv.sifive.e.aon",
            modelled: "the watchdog; no RTC, no power management",
            interrupts: &[("", 0)],
            ..Device::PLAIN
        }),
    },
    Binding {
        compatible: &["sifive,freedome300prci0", "sifive,fe310-g000,prci"],
        chips: &[],
        title: "clocks of the FE310",
        manual: "SiFive FE310-G000 manual v3p2, 6",
        model: Model::Device(Device {
            kind: "riscv.sifive.e.prci",
            modelled: "oscillators and PLL, ready at once; the CPU's clock does not change",
            ..Device::PLAIN
        }),
    },
    Binding {
        compatible: &["sifive,spi0"],
        chips: &[],
        title: "SiFive SPI",
        manual: "SiFive FE310-G000 manual v3p2, 19",
        model: Model::Missing("there are no SPI links yet"),
    },
];
