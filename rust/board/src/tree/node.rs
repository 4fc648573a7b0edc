// SPDX-License-Identifier: Apache-2.0 OR MIT
//! From a node and its row of the table to QEMU's object: its type, its properties, its name.

use super::view;
use crate::bindings::{Device, From};
use devicetree::{Mistake, NodeId, Tree};
use plan::{ClockFrom, Made, Object, Value};

/// The properties of a device with a clock of `hz` on a board with so many cores.
pub(super) fn properties(
    tree: &Tree,
    id: NodeId,
    device: &Device,
    hz: u64,
    cores: u8,
) -> Result<Vec<(String, Value)>, Mistake> {
    let mut properties = Vec::new();
    for (name, from) in device.properties {
        let value = match from {
            From::Number(number) => Value::Number(*number),
            From::Switch(on) => Value::Switch(*on),
            From::Cells(property, default) => Value::Numbers(match tree.node(id).property(property) {
                Some(property) => property.cells()?.into_iter().map(u64::from).collect(),
                None => default.to_vec(),
            }),
            From::Property(property, default) => {
                Value::Number(view::number(tree, id, property)?.unwrap_or(*default))
            }
            From::PropertyIfThere(property) => match view::number(tree, id, property)? {
                Some(number) => Value::Number(number),
                None => continue,
            },
            From::Must(property) => match view::number(tree, id, property)? {
                Some(number) => Value::Number(number),
                None => {
                    let mistake = tree.node(id).place.mistake(format!("a device without \"{property}\""));
                    return Err(mistake.expected(format!("a number: {property} = <...>;")));
                }
            },
            From::ClockHz => Value::Number(hz),
            From::ClockHzBy(divisor) => Value::Number(hz / divisor),
            From::Cores => Value::Number(cores.into()),
            From::Oscillator(path, property, default) => {
                let told = match tree.find(path) {
                    Some(id) if view::is_enabled(tree, id) => view::number(tree, id, "clock-frequency")?,
                    // A board without it.
                    Some(_) => Some(0),
                    None => None,
                };
                Value::Number(view::number(tree, id, property)?.or(told).unwrap_or(*default))
            }
            From::Place(first, step) => {
                let regions = view::regions(tree, id)?;
                let at = regions.first().map_or(*first, |region| region.at);
                Value::Number(at.saturating_sub(*first) / step)
            }
            From::Region(number) => {
                let regions = view::regions(tree, id)?;
                let region = regions.get(*number).ok_or_else(|| {
                    let mistake = tree.node(id).place.mistake("a device without a region that it must have");
                    let mistake = mistake.found(format!("regions in \"reg\": {}", regions.len()));
                    mistake.expected(format!("{}", number + 1))
                })?;
                Value::Number(region.at)
            }
        };
        properties.push((name.to_string(), value));
    }
    Ok(properties)
}

/// The Ethernet address that a tree gives a controller (Devicetree specification 0.4, 4.3.1), if it gives one: zeros are none.
pub(super) fn address(tree: &Tree, id: NodeId) -> Result<Option<[u8; 6]>, Mistake> {
    let Some(property) = tree.node(id).property("local-mac-address") else { return Ok(None) };
    match <[u8; 6]>::try_from(property.bytes()) {
        Ok([0, 0, 0, 0, 0, 0]) => Ok(None),
        Ok(address) if address[0] & 1 == 0 => Ok(Some(address)),
        _ => {
            let mistake = property.place.mistake("no Ethernet address");
            Err(mistake.expected("six bytes, the first one even, such as [02 00 00 00 00 01]"))
        }
    }
}

/// QEMU's type for a device of a node, whose registers are at `at`.
pub(super) fn kind(
    tree: &Tree,
    id: NodeId,
    device: &'static Device,
    at: Option<u64>,
) -> Result<&'static str, Mistake> {
    let (name, by_bytes) = device.kinds_by;
    if by_bytes.is_empty() {
        let other = device.kinds_at.iter().find(|(there, _)| Some(*there) == at);
        return Ok(other.map_or(device.kind, |(_, kind)| kind));
    }
    let Some(property) = tree.node(id).property(name) else {
        let mistake = tree.node(id).place.mistake("which part this is is not known");
        return Err(mistake.found(format!("no \"{name}\"")).expected(format!("{name} = [ef 40 16];")));
    };
    let told = property.bytes();
    by_bytes.iter().find(|(bytes, _)| *bytes == told).map(|(_, kind)| *kind).ok_or_else(|| {
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ");
        let all: Vec<String> = by_bytes.iter().map(|(bytes, _)| hex(bytes)).collect();
        let mistake = property.value_place.mistake("a part that nothing models").found(hex(told));
        mistake.expected(format!("one of {}", all.join(", ")))
    })
}

/// The device of a node.
pub(super) fn object(
    tree: &Tree,
    id: NodeId,
    kind: &str,
    properties: Vec<(String, Value)>,
    clocks: Vec<(String, ClockFrom)>,
) -> Object {
    Object { name: tree.path(id), kind: kind.to_string(), made: Made::OnSystemBus, properties, clocks }
}

/// What a scenario calls the port: the label of its node, or the node's name, in small letters, digits and `_`.
pub(super) fn port_name(tree: &Tree, id: NodeId) -> String {
    let node = tree.node(id);
    let name = node.labels.first().unwrap_or(&node.name).to_ascii_lowercase();
    name.replace(|c: char| !c.is_ascii_alphanumeric(), "_")
}
