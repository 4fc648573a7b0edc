// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Bosch's M_CAN, which many vendors have in their chips. The model is ours (`rust/plugin/bosch`).

use super::From::Region;
use super::{Binding, Device, Model};
use crate::PortKind;

pub(super) const M_CAN_MODELLED: &str = "CAN FD, filters, FIFOs, buffers, events, loop-back, silence; no restricted operation, transmit pause, external times";

/// Its registers, and the message RAM.
pub(super) const M_CAN: Device = Device {
    kind: "virtmcu-bosch-m-can",
    module: Some("bosch"),
    modelled: M_CAN_MODELLED,
    properties: &[("ram", Region(1))],
    clocks: &["cclk"],
    interrupts: &[("int0", 0), ("int1", 1), ("LINE_0", 0), ("LINE_1", 1)],
    port: Some(PortKind::Can),
    has_memory: true,
    ..Device::PLAIN
};

pub(super) const BINDINGS: &[Binding] = &[
    Binding {
        compatible: &["bosch,m_can", "bosch,m-can"],
        chips: &[],
        title: "M_CAN",
        manual: "Bosch, M_CAN User's Manual 3.2.3",
        model: Model::Device(M_CAN),
    },
    // Zephyr had them in such a node, up to its version 3.2.
    Binding {
        compatible: &["bosch,m-can-base"],
        chips: &[],
        title: "several M_CANs",
        manual: "Zephyr, dts/bindings/can/bosch,m-can-base.yaml",
        model: Model::Bus,
    },
];
