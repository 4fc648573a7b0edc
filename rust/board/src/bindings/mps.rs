// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Peripherals of Arm's development boards MPS2 and MPS3: the Cortex-M System Design Kit (CMSDK) and what the boards add.

use super::From::{Cells, ClockHz, Number, Property, Switch};
use super::{Binding, Device, Model, Pins};
use crate::PortKind;

/// The interrupts of QEMU's `cmsdk-apb-uart`, in its order (`hw/char/cmsdk-apb-uart.c`, `cmsdk_apb_uart_init`).
const CMSDK_UART: &[(&str, u32)] =
    &[("tx", 0), ("rx", 1), ("tx-overrun", 2), ("rx-overrun", 3), ("combined", 4)];

/// The interrupts of a port: that of all its pins, or one after the other those of each.
const GPIO: &[(&str, u32)] = &[
    ("combined", 0),
    ("0", 1),
    ("1", 2),
    ("2", 3),
    ("3", 4),
    ("4", 5),
    ("5", 6),
    ("6", 7),
    ("7", 8),
    ("8", 9),
    ("9", 10),
    ("10", 11),
    ("11", 12),
    ("12", 13),
    ("13", 14),
    ("14", 15),
    ("15", 16),
];

/// The boards that say `arm,mmio32-gpio` of their FPGA I/O block.
const MPS: &[&str] = &["arm,mps2", "arm,mps3-an547"];

const fn fpgaio(
    compatible: &'static [&'static str],
    chips: &'static [&'static str],
    manual: &'static str,
    properties: &'static [(&'static str, super::From)],
) -> Binding {
    let device = Device {
        kind: "mps2-fpgaio",
        block_bytes: Some(0x1000),
        modelled: "LEDs, counters, prescaler; no buttons",
        properties,
        ..Device::PLAIN
    };
    Binding {
        compatible,
        chips,
        title: "FPGA I/O block of the MPS2 and MPS3",
        manual,
        model: Model::Device(device),
    }
}

pub(super) const BINDINGS: &[Binding] = &[
    Binding {
        compatible: &["arm,cmsdk-uart"],
        chips: &[],
        title: "CMSDK APB UART",
        manual: "Arm DDI 0479C, 4.3",
        model: Model::Device(Device {
            kind: "cmsdk-apb-uart",
            modelled: "all registers; a byte leaves at once, and the link gives it its time",
            properties: &[("pclk-frq", ClockHz)],
            interrupts: CMSDK_UART,
            port: Some(PortKind::Uart),
            ..Device::PLAIN
        }),
    },
    Binding {
        compatible: &["arm,cmsdk-timer"],
        chips: &[],
        title: "CMSDK APB timer",
        manual: "Arm DDI 0479C, 4.1",
        model: Model::Device(Device {
            kind: "cmsdk-apb-timer",
            modelled: "all but the external clock and enable inputs",
            clocks: &["pclk"],
            interrupts: &[("", 0)],
            ..Device::PLAIN
        }),
    },
    Binding {
        compatible: &["arm,cmsdk-dtimer"],
        chips: &[],
        title: "CMSDK APB dual timer",
        manual: "Arm DDI 0479C, 4.2",
        model: Model::Device(Device {
            kind: "cmsdk-apb-dualtimer",
            modelled: "all but the integration test registers",
            clocks: &["TIMCLK"],
            interrupts: &[("", 0)],
            ..Device::PLAIN
        }),
    },
    Binding {
        compatible: &["arm,cmsdk-watchdog"],
        chips: &[],
        title: "CMSDK APB watchdog",
        manual: "Arm DDI 0479C, 4.4",
        model: Model::Device(Device {
            kind: "cmsdk-apb-watchdog",
            modelled: "all but the integration test registers",
            clocks: &["WDOGCLK"],
            interrupts: &[("", 0)],
            nmi: true,
            ..Device::PLAIN
        }),
    },
    Binding {
        compatible: &["arm,cmsdk-gpio"],
        chips: &[],
        title: "CMSDK AHB GPIO",
        manual: "Arm DDI 0479C, 4.2.1",
        model: Model::Device(Device {
            kind: "virtmcu-cmsdk-gpio",
            module: Some("arm"),
            modelled: "all registers; pins that nobody drives are low",
            interrupts: GPIO,
            pins: Some(Pins { inputs: "in", outputs: "out", count: 16 }),
            ..Device::PLAIN
        }),
    },
    // Zephyr has three nodes for its registers: LEDs, buttons and MISC.
    fpgaio(
        &["arm,mps2-fpgaio", "arm,mps2-fpgaio-gpio"],
        &[],
        "Arm DAI 0385D, 4.5",
        &[("prescale-clk", ClockHz)],
    ),
    fpgaio(&["arm,mmio32-gpio"], MPS, "Arm DAI 0521C", &[("prescale-clk", ClockHz)]),
    fpgaio(
        &["arm,mps3-fpgaio", "arm,mps3-fpgaio-gpio"],
        &[],
        "Arm DAI 0547B",
        &[
            ("prescale-clk", ClockHz),
            ("num-leds", Number(10)),
            ("has-switches", Switch(true)),
            ("has-dbgctrl", Switch(true)),
        ],
    ),
    Binding {
        compatible: &["arm,mps2-scc"],
        chips: &[],
        title: "serial configuration controller of the MPS2",
        manual: "Arm DAI 0385D, 4.6",
        model: Model::Device(Device {
            kind: "mps2-scc",
            modelled: "identity and configuration registers; no DLL",
            properties: &[
                ("scc-cfg4", Property("arm,scc-cfg4", 2)),
                ("scc-aid", Property("arm,scc-aid", 0x0020_0008)),
                ("scc-id", Property("arm,scc-id", 0)),
                ("oscclk", Cells("arm,scc-oscclk", &[50_000_000, 24_576_000, 25_000_000])),
            ],
            ..Device::PLAIN
        }),
    },
    Binding {
        compatible: &["arm,mps2-pinctrl", "arm,mps3-pinctrl"],
        chips: &[],
        title: "pins of the MPS2 and MPS3",
        manual: "",
        model: Model::Quiet("the registers are those of the GPIOs"),
    },
    Binding {
        compatible: &["arm,ethos-u"],
        chips: &[],
        title: "Ethos-U",
        manual: "Arm 102420",
        model: Model::Missing("a processor for neural networks"),
    },
];
