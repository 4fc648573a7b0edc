// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Arm's own parts: Cortex-M and the peripherals of its development boards.

use super::From::{ClockHz, Number, Numbers, Property};
use super::{Binding, CortexM, Device, Model};

/// The interrupts of QEMU's `cmsdk-apb-uart`, in its order (`hw/char/cmsdk-apb-uart.c`, `cmsdk_apb_uart_init`).
const CMSDK_UART: &[(&str, u32)] =
    &[("tx", 0), ("rx", 1), ("tx-overrun", 2), ("rx-overrun", 3), ("combined", 4)];

const fn cortex_m(
    compatible: &'static [&'static str],
    title: &'static str,
    manual: &'static str,
    kind: &'static str,
    fpu: Option<bool>,
    bit_band: bool,
) -> Binding {
    Binding { compatible, chips: &[], title, manual, model: Model::CortexM(CortexM { kind, fpu, bit_band }) }
}

pub(super) const BINDINGS: &[Binding] = &[
    cortex_m(&["arm,cortex-m0"], "Cortex-M0", "Arm DDI 0432C", "cortex-m0", None, false),
    // QEMU has no M0+: an M0 lacks its VTOR, MPU and unprivileged mode.
    cortex_m(&["arm,cortex-m0+"], "Cortex-M0+, as a Cortex-M0", "Arm DDI 0484C", "cortex-m0", None, false),
    cortex_m(&["arm,cortex-m3"], "Cortex-M3", "Arm DDI 0337I", "cortex-m3", None, true),
    cortex_m(&["arm,cortex-m4"], "Cortex-M4", "Arm DDI 0439D", "cortex-m4", Some(false), true),
    cortex_m(&["arm,cortex-m4f"], "Cortex-M4 with FPU", "Arm DDI 0439D", "cortex-m4", Some(true), true),
    cortex_m(&["arm,cortex-m7"], "Cortex-M7", "Arm DDI 0489F", "cortex-m7", None, false),
    cortex_m(&["arm,cortex-m33"], "Cortex-M33", "Arm 100230", "cortex-m33", Some(false), false),
    cortex_m(&["arm,cortex-m33f"], "Cortex-M33 with FPU", "Arm 100230", "cortex-m33", Some(true), false),
    cortex_m(&["arm,cortex-m55", "arm,cortex-m55f"], "Cortex-M55", "Arm 101051", "cortex-m55", None, false),
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
        compatible: &["arm,armv6m-mpu", "arm,armv7m-mpu", "arm,armv8m-mpu", "arm,armv8.1m-mpu"],
        chips: &[],
        title: "MPU",
        manual: "Arm DDI 0403E, B3.5",
        model: Model::Quiet("part of the CPU, which has the regions that this node says"),
    },
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
            port: true,
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
            ..Device::PLAIN
        }),
    },
    Binding {
        compatible: &["arm,mps2-fpgaio", "arm,mps2-fpgaio-gpio"],
        chips: &[],
        title: "FPGA I/O block of the MPS2",
        manual: "Arm DAI 0385D, 4.5",
        model: Model::Device(Device {
            kind: "mps2-fpgaio",
            modelled: "LEDs, counters, prescaler; no buttons",
            properties: &[("prescale-clk", ClockHz)],
            ..Device::PLAIN
        }),
    },
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
                ("oscclk", Numbers(&[50_000_000, 24_576_000, 25_000_000])),
            ],
            ..Device::PLAIN
        }),
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
            port: true,
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
            port: true,
            ..Device::PLAIN
        }),
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
            modelled: "all registers; nothing is joined to the pins",
            interrupts: &[("", 0)],
            ..Device::PLAIN
        }),
    },
    Binding {
        compatible: &["ti,stellaris-ethernet"],
        chips: &[],
        title: "Ethernet of the Stellaris LM3S",
        manual: "TI LM3S6965 data sheet, 16",
        model: Model::Missing("there are no Ethernet links yet"),
    },
];
