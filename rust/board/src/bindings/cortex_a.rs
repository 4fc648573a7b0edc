// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Cortex-A and Cortex-R, and what Arm made to stand beside them.

use super::From::{ClockHz, Cores, Property};
use super::{Binding, CortexA, Device, Model};
use crate::Isa;
use crate::PortKind;

const fn cpu(
    compatible: &'static [&'static str],
    title: &'static str,
    manual: &'static str,
    cpu: CortexA,
) -> Binding {
    Binding { compatible, chips: &[], title, manual, model: Model::CortexA(cpu) }
}

const fn armv7(kind: &'static str, el2: bool, el3: bool) -> CortexA {
    CortexA { kind, isa: Isa::Arm, el2, el3, timer: el2 }
}

const fn armv8(kind: &'static str) -> CortexA {
    CortexA { kind, isa: Isa::Arm64, el2: true, el3: true, timer: true }
}

const fn gic(
    compatible: &'static [&'static str],
    title: &'static str,
    manual: &'static str,
    revision: u8,
) -> Binding {
    Binding { compatible, chips: &[], title, manual, model: Model::Gic(revision) }
}

const fn missing(
    compatible: &'static [&'static str],
    title: &'static str,
    manual: &'static str,
    why: &'static str,
) -> Binding {
    Binding { compatible, chips: &[], title, manual, model: Model::Missing(why) }
}

const fn ttc(
    compatible: &'static [&'static str],
    properties: &'static [(&'static str, super::From)],
) -> Binding {
    Binding {
        compatible,
        chips: &[],
        title: "Cadence triple timer counter",
        manual: "Xilinx UG1085, 14",
        model: Model::Device(Device {
            kind: "virtmcu-xilinx-ttc",
            module: Some("xilinx"),
            modelled: "three counters with interval, overflow and matches; no external clock, no waveforms, no event timers",
            properties,
            clocks: &["clk"],
            interrupts: &[("irq_0", 0), ("irq_1", 1), ("irq_2", 2)],
            ..Device::PLAIN
        }),
    }
}

pub(super) const BINDINGS: &[Binding] = &[
    cpu(&["arm,cortex-a7"], "Cortex-A7", "Arm DDI 0464F", armv7("cortex-a7", true, true)),
    cpu(&["arm,cortex-a8"], "Cortex-A8", "Arm DDI 0344K", armv7("cortex-a8", false, true)),
    cpu(&["arm,cortex-a9"], "Cortex-A9", "Arm DDI 0388I", armv7("cortex-a9", false, true)),
    cpu(&["arm,cortex-a15"], "Cortex-A15", "Arm DDI 0438I", armv7("cortex-a15", true, true)),
    cpu(&["arm,cortex-r5"], "Cortex-R5", "Arm DDI 0460D", armv7("cortex-r5", false, false)),
    cpu(&["arm,cortex-r5f"], "Cortex-R5 with FPU", "Arm DDI 0460D", armv7("cortex-r5f", false, false)),
    cpu(&["arm,cortex-r52"], "Cortex-R52", "Arm 100026", armv7("cortex-r52", true, false)),
    cpu(&["arm,cortex-a35"], "Cortex-A35", "Arm 100236", armv8("cortex-a35")),
    cpu(&["arm,cortex-a53"], "Cortex-A53", "Arm DDI 0500J", armv8("cortex-a53")),
    cpu(&["arm,cortex-a55"], "Cortex-A55", "Arm 100442", armv8("cortex-a55")),
    cpu(&["arm,cortex-a57"], "Cortex-A57", "Arm DDI 0488H", armv8("cortex-a57")),
    cpu(&["arm,cortex-a72"], "Cortex-A72", "Arm 100095", armv8("cortex-a72")),
    cpu(&["arm,cortex-a76"], "Cortex-A76", "Arm 100798", armv8("cortex-a76")),
    gic(&["arm,cortex-a9-gic", "arm,pl390", "arm,gic-v1"], "GIC, version 1", "Arm IHI 0048A", 1),
    gic(
        &["arm,gic-400", "arm,cortex-a15-gic", "arm,cortex-a7-gic", "arm,gic-v2"],
        "GIC, version 2",
        "Arm IHI 0048B",
        2,
    ),
    gic(&["arm,gic-v3"], "GIC, version 3", "Arm IHI 0069", 3),
    missing(&["arm,gic-v3-its"], "interrupts by messages", "Arm IHI 0069, 5", "there is no PCIe"),
    missing(&["arm,gic-v2m-frame"], "interrupts by messages", "Linux, arm,gic.yaml", "there is no PCIe"),
    Binding {
        compatible: &["arm,armv7-timer", "arm,armv8-timer"],
        chips: &[],
        title: "generic timer",
        manual: "Arm DDI 0487, D12",
        model: Model::ArmTimer,
    },
    Binding {
        compatible: &[
            "arm,cortex-a7-pmu",
            "arm,cortex-a8-pmu",
            "arm,cortex-a9-pmu",
            "arm,cortex-a15-pmu",
            "arm,cortex-a35-pmu",
            "arm,cortex-a53-pmu",
            "arm,cortex-a55-pmu",
            "arm,cortex-a57-pmu",
            "arm,cortex-a72-pmu",
            "arm,cortex-a76-pmu",
            "arm,armv8-pmuv3",
        ],
        chips: &[],
        title: "performance monitors",
        manual: "Arm DDI 0487, D13",
        model: Model::ArmPmu,
    },
    Binding {
        compatible: &["arm,psci-1.1", "arm,psci-1.0", "arm,psci-0.2"],
        chips: &[],
        title: "PSCI",
        manual: "Arm DEN 0022",
        model: Model::Psci,
    },
    Binding {
        compatible: &["arm,cortex-a9-scu"],
        chips: &[],
        title: "snoop control unit",
        manual: "Arm DDI 0407I, 2",
        model: Model::Device(Device {
            kind: "a9-scu",
            modelled: "control, configuration and power registers; there are no caches to keep alike",
            properties: &[("num-cpu", Cores)],
            ..Device::PLAIN
        }),
    },
    Binding {
        compatible: &["arm,cortex-a9-global-timer"],
        chips: &[],
        title: "global timer of a Cortex-A9",
        manual: "Arm DDI 0407I, 4.4",
        model: Model::Device(Device {
            kind: "arm.cortex-a9-global-timer",
            modelled: "all registers; it counts 100 MHz, whatever its clock",
            properties: &[("num-cpu", Cores)],
            interrupts: &[("", 0)],
            ..Device::PLAIN
        }),
    },
    Binding {
        compatible: &["arm,cortex-a9-twd-timer"],
        chips: &[],
        title: "private timers of a Cortex-A9",
        manual: "Arm DDI 0407I, 4.2",
        model: Model::Device(Device {
            kind: "arm_mptimer",
            modelled: "all registers; they count 100 MHz, whatever their clock",
            properties: &[("num-cpu", Cores)],
            interrupts: &[("", 0)],
            ..Device::PLAIN
        }),
    },
    missing(
        &["arm,cortex-a9-twd-wdt"],
        "private watchdogs of a Cortex-A9",
        "Arm DDI 0407I, 4.2",
        "QEMU has timers there, which reset nothing",
    ),
    Binding {
        compatible: &["arm,pl310-cache"],
        chips: &[],
        title: "PL310 cache controller",
        manual: "Arm DDI 0246H",
        model: Model::Device(Device {
            kind: "l2x0",
            modelled: "registers; there is no cache",
            ..Device::PLAIN
        }),
    },
    Binding {
        compatible: &["arm,pl031"],
        chips: &[],
        title: "PL031 real-time clock",
        manual: "Arm DDI 0224C",
        model: Model::Device(Device {
            kind: "pl031",
            modelled: "all of it; the date is that of the run's start",
            interrupts: &[("", 0)],
            ..Device::PLAIN
        }),
    },
    Binding {
        compatible: &["arm,pl061"],
        chips: &[],
        title: "PL061 GPIO port",
        manual: "Arm DDI 0190B",
        model: Model::Device(Device {
            kind: "pl061",
            modelled: "all registers",
            interrupts: &[("", 0)],
            pins: Some(super::arm::PL061_PINS),
            ..Device::PLAIN
        }),
    },
    Binding {
        compatible: &["arm,sp804"],
        chips: &[],
        title: "SP804 dual timer",
        manual: "Arm DDI 0271D",
        model: Model::Device(Device {
            kind: "sp804",
            modelled: "both timers, by one clock, with the combined interrupt; no integration test registers",
            properties: &[("freq0", ClockHz), ("freq1", ClockHz)],
            interrupts: &[("", 0)],
            ..Device::PLAIN
        }),
    },
    Binding {
        compatible: &["arm,sp805"],
        chips: &[],
        title: "SP805 watchdog",
        manual: "Arm DDI 0270B",
        model: Model::Device(Device {
            kind: "cmsdk-apb-watchdog",
            modelled: "as the CMSDK's, which has the same registers but another identity",
            clocks: &["WDOGCLK"],
            interrupts: &[("", 0)],
            ..Device::PLAIN
        }),
    },
    Binding {
        compatible: &["xlnx,xuartps", "cdns,uart-r1p8", "cdns,uart-r1p12"],
        chips: &[],
        title: "Cadence UART",
        manual: "Xilinx UG1085, 21",
        model: Model::Device(Device {
            kind: "cadence_uart",
            modelled: "all but modem lines; a byte leaves at once, and the link gives it its time",
            clocks: &["refclk"],
            interrupts: &[("", 0)],
            port: Some(PortKind::Uart),
            ..Device::PLAIN
        }),
    },
    Binding {
        compatible: &["xlnx,zynq-can-1.0"],
        chips: &[],
        title: "CAN of Xilinx' Zynq",
        manual: "Xilinx UG1085, 20",
        model: Model::Device(Device {
            kind: "xlnx.zynqmp-can",
            modelled: "all but error counters; a frame is sent for it as soon as it is stored, and the link gives it its time",
            module: Some("xilinx"),
            properties: &[("ext_clk_freq", ClockHz)],
            clocks: &["can_clk"],
            interrupts: &[("", 0)],
            port: Some(PortKind::Can),
            relay: Some("virtmcu-zynq-can"),
            ..Device::PLAIN
        }),
    },
    // Zephyr has the one text for the Zynq UltraScale+ alone, whose counters are wider than those of the Zynq-7000.
    ttc(&["cdns,ttc"], &[("timer-width", Property("timer-width", 16))]),
    ttc(&["xlnx,ttcps"], &[("timer-width", Property("timer-width", 32))]),
    missing(&["virtio,mmio"], "virtio device", "virtio 1.2, 4.2", "there is nobody on the host's side"),
    missing(
        &["qemu,fw-cfg-mmio"],
        "QEMU's table for firmware",
        "QEMU, docs/specs/fw_cfg.rst",
        "a device tree says all",
    ),
];
