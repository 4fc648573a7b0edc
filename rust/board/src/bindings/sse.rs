// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Parts of Arm's subsystems for embedded systems (IoTKit, SSE-200, SSE-300), which have a secure and a non-secure world. No
//! vendor's vocabulary has words for most of them; `access-controllers` is Linux'.
//!
//! The numbers `sse-version` are QEMU's own (`include/hw/arm/armsse-version.h`), the other constants those of
//! `armsse_variants` in its `hw/arm/armsse.c`, which names the manuals.

use super::From::{Number, Property};
use super::{Binding, Device, Model};

const IOTKIT: u64 = 0;
const SSE_200: u64 = 200;
const SSE_300: u64 = 300;

/// Where the vector table of the secure world is after a reset (Arm 101104, INITSVTOR0).
const SECURE_VECTORS: u64 = 0x1000_0000;

const fn binding(
    compatible: &'static [&'static str],
    title: &'static str,
    manual: &'static str,
    model: Model,
) -> Binding {
    Binding { compatible, chips: &[], title, manual, model }
}

const fn security_control(
    compatible: &'static [&'static str],
    manual: &'static str,
    properties: &'static [(&'static str, super::From)],
) -> Binding {
    let modelled = "all registers; reg: those of the secure world, then those of the other";
    let device = Device { kind: "iotkit-secctl", regions: 2, modelled, properties, ..Device::PLAIN };
    binding(compatible, "security controller", manual, Model::Device(device))
}

const fn system_control(
    compatible: &'static [&'static str],
    manual: &'static str,
    properties: &'static [(&'static str, super::From)],
) -> Binding {
    let modelled = "start address and reset; power and clocks only keep what is written";
    let device = Device { kind: "iotkit-sysctl", modelled, properties, ..Device::PLAIN };
    binding(compatible, "system control", manual, Model::Device(device))
}

const fn system_information(
    compatible: &'static [&'static str],
    manual: &'static str,
    properties: &'static [(&'static str, super::From)],
) -> Binding {
    let device = Device { kind: "iotkit-sysinfo", modelled: "all registers", properties, ..Device::PLAIN };
    binding(compatible, "system information", manual, Model::Device(device))
}

const IOTKIT_MANUAL: &str = "Arm ECM0601256";
const SSE_200_MANUAL: &str = "Arm 101104";
const SSE_300_MANUAL: &str = "Arm 101773";

pub(super) const BINDINGS: &[Binding] = &[
    binding(&["arm,iotkit"], "IoTKit subsystem", IOTKIT_MANUAL, Model::Sse),
    binding(&["arm,sse-200"], "SSE-200 subsystem", SSE_200_MANUAL, Model::Sse),
    binding(&["arm,sse-300"], "SSE-300 subsystem", SSE_300_MANUAL, Model::Sse),
    binding(&["arm,sie200-mpc"], "memory protection controller", "Arm DDI 0571E, 3.5", Model::MemoryGuard),
    binding(
        &["arm,sie200-ppc"],
        "peripheral protection controller",
        "Arm DDI 0571E, 3.3",
        Model::DeviceGuard,
    ),
    security_control(&["arm,iotkit-secctl"], IOTKIT_MANUAL, &[("sse-version", Number(IOTKIT))]),
    security_control(&["arm,sse-200-secctl"], SSE_200_MANUAL, &[("sse-version", Number(SSE_200))]),
    security_control(&["arm,sse-300-secctl"], SSE_300_MANUAL, &[("sse-version", Number(SSE_300))]),
    system_control(
        &["arm,iotkit-sysctl"],
        IOTKIT_MANUAL,
        &[("sse-version", Number(IOTKIT)), ("INITSVTOR0_RST", Number(SECURE_VECTORS))],
    ),
    system_control(
        &["arm,sse-200-sysctl"],
        SSE_200_MANUAL,
        &[
            ("sse-version", Number(SSE_200)),
            ("INITSVTOR0_RST", Number(SECURE_VECTORS)),
            ("INITSVTOR1_RST", Number(SECURE_VECTORS)),
            // The second CPU waits.
            ("CPUWAIT_RST", Number(2)),
        ],
    ),
    system_control(
        &["arm,sse-300-sysctl"],
        SSE_300_MANUAL,
        &[("sse-version", Number(SSE_300)), ("INITSVTOR0_RST", Number(SECURE_VECTORS))],
    ),
    // SYS_CONFIG is of the image: banks of SRAM and their size, and the CPUs.
    system_information(
        &["arm,iotkit-sysinfo"],
        IOTKIT_MANUAL,
        &[
            ("sse-version", Number(IOTKIT)),
            ("SYS_VERSION", Number(0x0004_1743)),
            ("SYS_CONFIG", Property("arm,sys-config", 0x31)),
        ],
    ),
    system_information(
        &["arm,sse-200-sysinfo"],
        SSE_200_MANUAL,
        &[
            ("sse-version", Number(SSE_200)),
            ("SYS_VERSION", Number(0x2204_1743)),
            ("SYS_CONFIG", Property("arm,sys-config", 0x2230_04f4)),
        ],
    ),
    system_information(
        &["arm,sse-300-sysinfo"],
        SSE_300_MANUAL,
        &[
            ("sse-version", Number(SSE_300)),
            ("SYS_VERSION", Number(0x7e00_043b)),
            ("IIDR", Number(0x74a0_043b)),
            ("SYS_CONFIG", Property("arm,sys-config", 0x3_0152)),
        ],
    ),
    binding(
        &["arm,sse-cpuid"],
        "CPU identity",
        SSE_200_MANUAL,
        Model::Device(Device {
            kind: "armsse-cpuid",
            modelled: "all registers; the CPU is number 0",
            ..Device::PLAIN
        }),
    ),
    binding(
        &["arm,sse-cpu-pwrctrl"],
        "power control of a CPU",
        SSE_300_MANUAL,
        Model::Device(Device {
            kind: "armsse-cpu-pwrctrl",
            modelled: "it keeps what is written",
            ..Device::PLAIN
        }),
    ),
    binding(
        &["arm,sse-counter"],
        "system counter",
        "Arm 101370, system counter",
        Model::Device(Device {
            kind: "sse-counter",
            regions: 2,
            modelled: "all registers; reg: those that control it, then those that show it",
            clocks: &["CLK"],
            ..Device::PLAIN
        }),
    ),
    binding(
        &["arm,sse-timer"],
        "system timer",
        "Arm 101370, system timer",
        Model::Device(Device {
            kind: "sse-timer",
            modelled: "all registers",
            interrupts: &[("", 0)],
            works_with: &[("counter", "sse-counter")],
            ..Device::PLAIN
        }),
    ),
    binding(
        &["arm,mhu"],
        "message handling unit",
        SSE_200_MANUAL,
        Model::Device(Device {
            kind: "armsse-mhu",
            modelled: "all registers; of its two interrupts that of the first CPU",
            interrupts: &[("", 0)],
            ..Device::PLAIN
        }),
    ),
];
