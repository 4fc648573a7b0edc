// SPDX-License-Identifier: Apache-2.0 OR MIT
//! RISC-V harts and what comes with them.

use super::{Binding, Bus, BusKind, Device, Hart, Model, Pins, Selects};
use crate::PortKind;

const fn hart(
    compatible: &'static [&'static str],
    title: &'static str,
    manual: &'static str,
    kind: &'static str,
    timebase_hz: Option<u64>,
) -> Binding {
    let model = Model::Hart(Hart { kind, hz: None, timebase_hz });
    Binding { compatible, chips: &[], title, manual, model }
}

/// The slow clock of the FE310, which its timer counts (SiFive FE310-G002 manual v1p0, 6 and 9.2).
const FE310_LOW_HZ: u64 = 32_768;

const fn missing(compatible: &'static [&'static str], title: &'static str, manual: &'static str) -> Binding {
    Binding { compatible, chips: &[], title, manual, model: Model::Missing("there is no model of it yet") }
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
    hart(&["sifive,e31"], "SiFive E31", "SiFive E31 manual v3p0", "sifive-e31", Some(FE310_LOW_HZ)),
    hart(&["sifive,e51"], "SiFive E51", "SiFive E51 manual v3p0", "sifive-e51", None),
    hart(&["sifive,u54"], "SiFive U54", "SiFive U54 manual 1.0", "sifive-u54", None),
    // Of 32 or 64 bits, as its `riscv,isa` says.
    hart(&["riscv"], "RISC-V hart", "RISC-V unprivileged ISA 20240411", "", None),
    Binding {
        compatible: &["qemu,riscv-virt"],
        chips: &[],
        title: "RISC-V hart of QEMU's virt machine",
        manual: "RISC-V unprivileged ISA 20240411",
        // Its timer: RISCV_ACLINT_DEFAULT_TIMEBASE_FREQ in QEMU's include/hw/intc/riscv_aclint.h. QEMU has no clock for the hart;
        // this is that of `riscv32-virt`.
        model: Model::Hart(Hart { kind: "", hz: Some(25_000_000), timebase_hz: Some(10_000_000) }),
    },
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
        compatible: &["virtmcu,riscv-boot-rom"],
        chips: &[],
        title: "boot ROM",
        manual: "docs/boards.md, Boot ROM",
        model: Model::BootRom,
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
            port: Some(PortKind::Uart),
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
            modelled: "all registers but drive strength",
            interrupts: PINS,
            pins: Some(Pins { inputs: "", outputs: "", count: 32 }),
            ..Device::PLAIN
        }),
    },
    // Zephyr has a node for the watchdog at the start of the block, and one for the rest of it.
    Binding {
        compatible: &["sifive,aon0"],
        chips: &["sifive,FE310G-0002-Z0-dev"],
        title: "always-on domain of the FE310",
        manual: "SiFive FE310-G002 manual v1p0, 13 to 16",
        model: Model::Missing("RTC and power management; the watchdog is a node of its own"),
    },
    Binding {
        compatible: &["sifive,wdt"],
        chips: &[],
        title: "watchdog of the FE310",
        manual: "SiFive FE310-G002 manual v1p0, 14",
        model: Model::Device(Device {
            kind: "riscv.sifive.e.aon",
            modelled: "all of it",
            interrupts: &[("", 0)],
            ..Device::PLAIN
        }),
    },
    Binding {
        compatible: &["sifive,dtim0", "sifive,itim0"],
        chips: &[],
        title: "memory beside a SiFive hart",
        manual: "SiFive FE310-G002 manual v1p0, 4",
        model: Model::Ram,
    },
    Binding {
        compatible: &["riscv,machine-timer"],
        chips: &[],
        title: "timer of the harts",
        manual: "RISC-V privileged ISA 20240411, 3.2.1",
        model: Model::Quiet("part of the CLINT, which has a node of its own"),
    },
    Binding {
        compatible: &["sifive,pinctrl"],
        chips: &[],
        title: "functions of the FE310's pins",
        manual: "SiFive FE310-G002 manual v1p0, 17",
        model: Model::Quiet("part of the GPIO controller around it"),
    },
    missing(&["sifive,debug-013", "riscv,debug-013"], "debug module", "RISC-V debug specification 0.13"),
    missing(&["sifive,error0"], "error device", "SiFive FE310-G002 manual v1p0, 4"),
    missing(
        &["sifive,maskrom0", "sifive,modeselect0", "sifive,otp0"],
        "boot ROMs of the FE310",
        "SiFive FE310-G002 manual v1p0, 5",
    ),
    missing(&["sifive,i2c0"], "I2C of the FE310", "SiFive FE310-G002 manual v1p0, 20"),
    missing(&["sifive,pwm0"], "PWM of the FE310", "SiFive FE310-G002 manual v1p0, 21"),
    missing(&["pci-host-ecam-generic"], "PCI host", "Linux, host-generic-pci.yaml"),
    Binding {
        compatible: &["cfi-flash"],
        chips: &[],
        title: "parallel flash",
        manual: "Linux, mtd-physmap.yaml",
        model: Model::Flash(None),
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
        model: Model::Device(Device {
            kind: "sifive.spi",
            modelled: "all registers but those of the memory-mapped flash; a word takes no time",
            properties: &[("num-cs", super::From::Number(4))],
            interrupts: &[("", 0)],
            bus: Some(Bus { kind: BusKind::Spi, name: "spi", selects: Selects::Lines(1, 4) }),
            ..Device::PLAIN
        }),
    },
];
