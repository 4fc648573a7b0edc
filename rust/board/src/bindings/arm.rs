// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Arm's own parts: Cortex-M and PrimeCells.

use super::From::{Number, Property};
use super::{Binding, Bus, BusKind, CortexM, Device, Hidden, Model, Pins, Selects};
use crate::PortKind;

pub(super) const PL061_PINS: Pins = Pins { inputs: "", outputs: "", count: 8 };

const fn cortex_m(
    compatible: &'static [&'static str],
    title: &'static str,
    manual: &'static str,
    model: CortexM,
) -> Binding {
    Binding { compatible, chips: &[], title, manual, model: Model::CortexM(model) }
}

/// An Armv6-M; QEMU's has no MPU.
const V6M: CortexM = CortexM {
    kind: "cortex-m0",
    fpu: None,
    bit_band: false,
    mpu_regions: &[0],
    priority_bits: (2, 2),
    worlds: false,
};
/// An Armv7-M.
const V7M: CortexM = CortexM { kind: "cortex-m3", mpu_regions: &[0, 8], priority_bits: (3, 8), ..V6M };
/// An Armv8-M.
const V8M: CortexM = CortexM { kind: "cortex-m33", mpu_regions: &[0, 4, 8, 12, 16], worlds: true, ..V7M };

const M3: CortexM = CortexM { bit_band: true, ..V7M };
const M4: CortexM = CortexM { kind: "cortex-m4", fpu: Some(false), ..M3 };
const M4F: CortexM = CortexM { fpu: Some(true), ..M4 };
const M7: CortexM = CortexM { kind: "cortex-m7", mpu_regions: &[0, 8, 16], ..V7M };
const M33: CortexM = CortexM { fpu: Some(false), ..V8M };
const M33F: CortexM = CortexM { fpu: Some(true), ..V8M };
const M55: CortexM = CortexM { kind: "cortex-m55", ..V8M };

pub(super) const BINDINGS: &[Binding] = &[
    cortex_m(&["arm,cortex-m0"], "Cortex-M0", "Arm DDI 0432C", V6M),
    // QEMU has no M0+; its M0 has a VTOR, and lacks MPU and unprivileged mode.
    cortex_m(&["arm,cortex-m0+"], "Cortex-M0+, as a Cortex-M0", "Arm DDI 0484C", V6M),
    cortex_m(&["arm,cortex-m3"], "Cortex-M3", "Arm DDI 0337I", M3),
    cortex_m(&["arm,cortex-m4"], "Cortex-M4", "Arm DDI 0439D", M4),
    cortex_m(&["arm,cortex-m4f"], "Cortex-M4 with FPU", "Arm DDI 0439D", M4F),
    cortex_m(&["arm,cortex-m7"], "Cortex-M7", "Arm DDI 0489F", M7),
    cortex_m(&["arm,cortex-m33"], "Cortex-M33", "Arm 100230", M33),
    cortex_m(&["arm,cortex-m33f"], "Cortex-M33 with FPU", "Arm 100230", M33F),
    cortex_m(&["arm,cortex-m55", "arm,cortex-m55f"], "Cortex-M55", "Arm 101051", M55),
    Binding {
        compatible: &["arm,v6m-nvic", "arm,v7m-nvic", "arm,v8m-nvic", "arm,v8.1m-nvic"],
        chips: &[],
        title: "NVIC",
        manual: "Arm DDI 0403E, B3.4",
        model: Model::Nvic,
    },
    Binding {
        compatible: &[
            "arm,armv6m-systick",
            "arm,armv7m-systick",
            "arm,armv8m-systick",
            "arm,armv8.1m-systick",
        ],
        chips: &[],
        title: "SysTick",
        manual: "Arm DDI 0403E, B3.3",
        model: Model::SysTick,
    },
    Binding {
        compatible: &["arm,armv7m-itm"],
        chips: &[],
        title: "ITM",
        manual: "Arm DDI 0403E, C1.7",
        model: Model::Quiet("nobody listens at the trace port"),
    },
    Binding {
        compatible: &["arm,armv6m-mpu"],
        chips: &[],
        title: "MPU of a Cortex-M0+",
        manual: "Arm DDI 0419C, B3.5",
        model: Model::Missing("QEMU's Cortex-M0 has none, and says so in MPU_TYPE"),
    },
    Binding {
        compatible: &["arm,armv7m-mpu", "arm,armv8m-mpu", "arm,armv8.1m-mpu"],
        chips: &[],
        title: "MPU",
        manual: "Arm DDI 0403E, B3.5",
        model: Model::Quiet("part of the CPU, which has the regions that this node says"),
    },
    Binding {
        compatible: &["arm,pl011"],
        chips: &[],
        title: "PL011 UART",
        manual: "Arm DDI 0183G",
        model: Model::Device(Device {
            kind: "pl011",
            modelled: "all but modem lines, IrDA and DMA; a byte leaves at once, and the link gives it its time",
            clocks: &["clk"],
            interrupts: &[("", 0)],
            port: Some(PortKind::Uart),
            ..Device::PLAIN
        }),
    },
    Binding {
        compatible: &["arm,pl022"],
        chips: &[],
        title: "PL022 SPI",
        manual: "Arm DDI 0194G",
        model: Model::Device(Device {
            kind: "pl022",
            modelled: "all but DMA and slave mode; a word takes no time; no chip selects of its own",
            interrupts: &[("", 0)],
            bus: Some(Bus { kind: BusKind::Spi, name: "ssi", selects: Selects::Pins }),
            ..Device::PLAIN
        }),
    },
    Binding {
        compatible: &["arm,versatile-i2c"],
        chips: &[],
        title: "I2C of Arm's development boards",
        manual: "Arm DAI 0385D, 4.4",
        model: Model::Device(Device {
            kind: "versatile_i2c",
            modelled: "two wires that software drives bit by bit",
            bus: Some(Bus { kind: BusKind::I2c, name: "i2c", selects: Selects::Itself }),
            ..Device::PLAIN
        }),
    },
    Binding {
        compatible: &["ti,stellaris-i2c"],
        chips: &[],
        title: "I2C of the Stellaris LM3S",
        manual: "TI LM3S6965 data sheet, 15",
        model: Model::Device(Device {
            kind: "stellaris-i2c",
            modelled: "the master; a byte takes no time; no slave, no loopback",
            interrupts: &[("", 0)],
            bus: Some(Bus { kind: BusKind::I2c, name: "i2c", selects: Selects::Itself }),
            ..Device::PLAIN
        }),
    },
    Binding {
        compatible: &["ti,stellaris-uart"],
        chips: &[],
        title: "UART of the Stellaris LM3S",
        manual: "TI LM3S6965 data sheet, 13",
        model: Model::Device(Device {
            kind: "pl011_luminary",
            modelled: "as a PL011",
            clocks: &["clk"],
            interrupts: &[("", 0)],
            port: Some(PortKind::Uart),
            ..Device::PLAIN
        }),
    },
    // Zephyr's tree of it does without its system control, whose clock gates its firmware writes.
    Binding {
        compatible: &["ti,lm3s6965"],
        chips: &[],
        title: "LM3S6965",
        manual: "TI LM3S6965 data sheet, 3",
        model: Model::Chip(&[Hidden { compatible: "ti,stellaris-sysctl", at: 0x400f_e000 }]),
    },
    Binding {
        compatible: &["ti,stellaris-sysctl"],
        chips: &[],
        title: "system control of the Stellaris LM3S",
        manual: "TI LM3S6965 data sheet, 6",
        // The LM3S6965's, of `stellaris_boards` in QEMU's `hw/arm/stellaris.c`.
        model: Model::Device(Device {
            kind: "stellaris-sys",
            modelled: "identity, clock and reset registers; the clock itself does not change",
            properties: &[
                ("user0", Number(0)),
                ("user1", Number(0)),
                ("did0", Property("ti,did0", 0x1001_0002)),
                ("did1", Property("ti,did1", 0x1073_402e)),
                ("dc0", Property("ti,dc0", 0x00ff_007f)),
                ("dc1", Property("ti,dc1", 0x0011_33ff)),
                ("dc2", Property("ti,dc2", 0x030f_5317)),
                ("dc3", Property("ti,dc3", 0x0f0f_87ff)),
                ("dc4", Property("ti,dc4", 0x5000_007f)),
            ],
            interrupts: &[("", 0)],
            ..Device::PLAIN
        }),
    },
    Binding {
        compatible: &["ti,stellaris-gptm"],
        chips: &[],
        title: "general-purpose timer of the Stellaris LM3S",
        manual: "TI LM3S6965 data sheet, 10",
        model: Model::Device(Device {
            kind: "stellaris-gptm",
            modelled: "32-bit one-shot, periodic and RTC modes",
            clocks: &["clk"],
            interrupts: &[("", 0)],
            ..Device::PLAIN
        }),
    },
    Binding {
        compatible: &["ti,stellaris-gpio"],
        chips: &[],
        title: "GPIO port of the Stellaris LM3S",
        manual: "TI LM3S6965 data sheet, 8",
        model: Model::Device(Device {
            kind: "pl061_luminary",
            modelled: "all registers",
            interrupts: &[("", 0)],
            pins: Some(PL061_PINS),
            ..Device::PLAIN
        }),
    },
];
