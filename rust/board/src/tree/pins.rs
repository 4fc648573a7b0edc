// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Lines between devices of the user's own and the pins of GPIO ports, as properties such as `lamp-gpios` tell them.
//!
//! The flags of a pin (`GPIO_ACTIVE_LOW`) are for software: a line carries the level as it is.

use super::devices::Site;
use super::view;
use crate::bindings::{Device, Model};
use devicetree::{Mistake, NodeId, Place};
use plan::{Input, Line, ObjectId, Output};
use std::collections::BTreeSet;

/// The lines of a GPIO port of ours: what the outside drives, and what the chip does.
const OUTSIDE: &str = "in";
const CHIP: &str = "out";

/// How many pins a GPIO port has, if it is one whose lines are those.
fn pins_of(kind: &str) -> Option<u32> {
    match kind {
        "virtmcu-nrf-gpio" => Some(32),
        _ if kind.starts_with("virtmcu-stm32") && kind.ends_with("-gpio") => Some(16),
        _ => None,
    }
}

/// A pin, and where the tree names it.
struct Pin {
    port: ObjectId,
    number: u32,
    place: Place,
}

/// Joins all of them.
pub(super) fn join(site: &mut Site<'_>, mistakes: &mut Vec<Mistake>) {
    let mut led = BTreeSet::new();
    for known in &site.survey.nodes {
        let Model::Device(device) = &known.binding.model else { continue };
        // One that could not be placed was told already.
        let Some(placed) = site.placed(known.id) else { continue };
        mistakes.extend(join_one(site, known.id, placed.object, device, &mut led).err());
    }
}

fn join_one(
    site: &mut Site<'_>,
    id: NodeId,
    object: ObjectId,
    device: &Device,
    led: &mut BTreeSet<(ObjectId, u32)>,
) -> Result<(), Mistake> {
    let named = |name: &str, number| Line::Named(name.into(), number);
    for (line, property) in device.outputs {
        for (number, pin) in (0..).zip(pins(site, id, property)?) {
            let to = Input { object: pin.port, part: None, line: named(OUTSIDE, pin.number) };
            site.parts.line(Output { object, line: named(line, number) }, to);
        }
    }
    for (line, property) in device.inputs {
        for (number, pin) in (0..).zip(pins(site, id, property)?) {
            if !led.insert((pin.port, pin.number)) {
                let mistake = pin.place.mistake("a pin that leads to two devices");
                return Err(mistake
                    .found(format!("pin {} leads to another one", pin.number))
                    .expected("one: a line has one end"));
            }
            let to = Input { object, part: None, line: named(line, number) };
            site.parts.line(Output { object: pin.port, line: named(CHIP, pin.number) }, to);
        }
    }
    Ok(())
}

/// The pins that a property names, if the node has it.
fn pins(site: &Site<'_>, id: NodeId, name: &str) -> Result<Vec<Pin>, Mistake> {
    let tree = site.tree;
    let Some(property) = tree.node(id).property(name) else { return Ok(Vec::new()) };
    let (cells, mut pins, mut at) = (property.cells()?, Vec::new(), 0);
    while at < cells.len() {
        let port = view::target(tree, property, at)?;
        let place = property.cell_place(at);
        let wrong = |found: String| place.mistake("a pin of no GPIO port").found(found);
        let path = tree.path(port);
        let width = view::number(tree, port, "#gpio-cells")?
            .filter(|width| (1..=4).contains(width))
            .ok_or_else(|| wrong(path.clone()).expected("a node with \"#gpio-cells\", from 1 to 4"))?;
        let placed = site.placed(port).ok_or_else(|| {
            wrong(format!("{path} is disabled, or nothing models it")).expected("a GPIO port that is there")
        })?;
        let count = pins_of(placed.kind).ok_or_else(|| {
            let expected = "a GPIO port of an STM32 or an nRF";
            wrong(format!("the model of {path} has no lines for its pins")).expected(expected)
        })?;
        let number = cells.get(at + 1).copied().filter(|number| *number < count).ok_or_else(|| {
            let found = cells.get(at + 1).map_or("no pin behind it".to_string(), |pin| format!("pin {pin}"));
            wrong(found).expected(format!("0 to {}: the pins of {path}", count - 1))
        })?;
        pins.push(Pin { port: placed.object, number, place });
        at += 1 + width as usize;
    }
    Ok(pins)
}
