// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Devices in the real QEMU, without firmware: what the adapter of devices in Rust makes of each of QEMU's calls, and that a machine
//! goes on as another one that takes over its state.

#[path = "../common/mod.rs"]
mod common;
mod devices;
mod machine;
mod pins;
mod template;

use board::Board;
use plan::{Load, Plan, Step, Value};

/// The plan of a board that is a tree, with firmware for a Cortex-M that does nothing, for ever.
fn idle(board: &Board) -> Plan {
    let board::Machine::Tree(plan) = &board.machine else { panic!("{} is no tree", board.name) };
    let objects = plan.steps.iter().filter_map(|step| match step {
        Step::Object(object) => Some(object),
        _ => None,
    });
    let vectors = objects.flat_map(|object| &object.properties).find_map(|(name, value)| match value {
        Value::Number(at) if name == "init-svtor" || name == "init-nsvtor" => Some(*at as u32),
        _ => None,
    });
    // The table of vectors: stack and start; then "b .".
    let at = vectors.unwrap_or(0);
    let mut bytes = Vec::new();
    for word in [0x2000_0100, at + 9, 0xe7fe_e7fe] {
        bytes.extend(u32::to_le_bytes(word));
    }
    Plan { loads: vec![Load { at: at.into(), bytes }], entry: at.into(), ..plan.clone() }
}
