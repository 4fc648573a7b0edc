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
];
