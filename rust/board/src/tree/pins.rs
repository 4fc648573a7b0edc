// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Pins: what `gpios`, `int-gpios` and their like join to a GPIO controller's.

use super::devices::{Placed, Site};
use super::interrupts::Interrupt;
use super::nexus::{self, GPIO, Told};
use crate::bindings::{Device, Model, Pins};
use devicetree::{Mistake, NodeId, Place, Property, Tree};
use plan::{Input, Line, ObjectId, Output};

/// `GPIO_ACTIVE_LOW` of Linux and Zephyr.
const ACTIVE_LOW: u32 = 1;

/// A pin that a node names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pin {
    controller: NodeId,
    number: u32,
    /// A low level means "on".
    active_low: bool,
    place: Place,
}

impl Pin {
    /// A pin that takes an interrupt.
    pub(super) fn of_interrupt(interrupt: &Interrupt) -> Pin {
        let number = interrupt.cells.first().copied().unwrap_or_default();
        Pin { controller: interrupt.controller, number, active_low: false, place: interrupt.place }
    }
}

/// The pins that a property of `id` names. An empty place of the list is one that is left out.
pub(super) fn of(tree: &Tree, id: NodeId, property: &Property) -> Result<Vec<Option<Pin>>, Mistake> {
    let pin = |told| {
        let Told { controller, cells, place } = nexus::follow(tree, &GPIO, id, told)?;
        let number = cells.first().copied().unwrap_or_default();
        let active_low = cells.get(1).is_some_and(|flags| flags & ACTIVE_LOW != 0);
        Ok(Pin { controller, number, active_low, place })
    };
    let all = nexus::list(tree, &GPIO, property)?;
    all.into_iter().map(|told| told.map(pin).transpose()).collect()
}

/// All pins of a node, for people; what is wrong is left out: `led_0: 13 of /soc/gpio@50000000, active low`.
pub(super) fn describe(tree: &Tree, id: NodeId) -> Vec<String> {
    let mut all = Vec::new();
    for property in &tree.node(id).properties {
        if property.name != "gpios" && !property.name.ends_with("-gpios") {
            continue;
        }
        for pin in of(tree, id, property).unwrap_or_default().into_iter().flatten() {
            let active = if pin.active_low { ", active low" } else { "" };
            all.push(format!("{}: {} of {}{active}", property.name, pin.number, tree.path(pin.controller)));
        }
    }
    all
}

/// Leads the lines of a device to the pins that its node names, and from them: as many as a property has pins.
pub(super) fn join(
    site: &mut Site<'_>,
    id: NodeId,
    object: ObjectId,
    device: &Device,
) -> Result<(), Mistake> {
    for (line, pin) in lines(site, id, device.outputs)? {
        if let Some(to) = site.pin_input(&pin)? {
            site.parts.line(Output { object, line }, to);
        }
    }
    for (line, pin) in lines(site, id, device.inputs)? {
        if let Some(from) = site.pin_output(&pin)? {
            site.parts.line(from, Input { object, part: None, line });
        }
    }
    Ok(())
}

/// Each line of a device whose property names a pin for it.
fn lines(site: &Site<'_>, id: NodeId, all: &[(&str, &str)]) -> Result<Vec<(Line, Pin)>, Mistake> {
    let mut lines = Vec::new();
    for (line, name) in all {
        let Some(property) = site.tree.node(id).property(name) else { continue };
        let pins = (0..).zip(of(site.tree, id, property)?);
        lines.extend(pins.filter_map(|(number, pin)| Some((named(line, number), pin?))));
    }
    Ok(lines)
}

/// Keys that nobody presses hold their pins at the level that means "off".
pub(super) fn rest(site: &mut Site<'_>, keys: NodeId) -> Result<(), Mistake> {
    for key in site.tree.children(keys).filter(|key| super::view::is_enabled(site.tree, *key)) {
        let Some(property) = site.tree.node(key).property("gpios") else { continue };
        for pin in of(site.tree, key, property)?.into_iter().flatten() {
            // Nobody looks at a port that is disabled.
            if !super::view::is_enabled(site.tree, pin.controller) {
                continue;
            }
            if let Some(to) = site.pin_input(&pin)? {
                site.parts.level(to, pin.active_low);
            }
        }
    }
    Ok(())
}

/// QEMU's line of this name, empty for those without one.
fn named(name: &str, number: u32) -> Line {
    match name {
        "" => Line::Plain(number),
        name => Line::Named(name.to_string(), number),
    }
}

impl Site<'_> {
    /// Where a line to a pin ends; `None` if nothing models its controller, which is told elsewhere.
    pub(super) fn pin_input(&self, pin: &Pin) -> Result<Option<Input>, Mistake> {
        let found = self.pin(pin)?;
        Ok(found.map(|(device, pins)| Input {
            object: device.object,
            part: None,
            line: named(pins.inputs, pin.number),
        }))
    }

    /// Where a line from a pin begins.
    pub(super) fn pin_output(&self, pin: &Pin) -> Result<Option<Output>, Mistake> {
        let found = self.pin(pin)?;
        Ok(found
            .map(|(device, pins)| Output { object: device.object, line: named(pins.outputs, pin.number) }))
    }

    fn pin(&self, pin: &Pin) -> Result<Option<(Placed, Pins)>, Mistake> {
        let path = || self.tree.path(pin.controller);
        let nowhere = |why: &str| {
            let mistake = pin.place.mistake("a pin to nowhere").found(format!("{}: {why}", path()));
            mistake.also(self.tree.node(pin.controller).place, "this one is meant")
        };
        let pins = match self.survey.model(pin.controller) {
            Some(Model::Device(device)) => device.pins,
            Some(Model::Missing(_) | Model::Quiet(_)) => return Ok(None),
            Some(_) => return Err(nowhere("it has no pins")),
            None => return Err(nowhere("it is disabled, or nothing models it")),
        };
        // A device that could not be made is told there.
        let (Some(device), Some(pins)) = (self.placed(pin.controller), pins) else { return Ok(None) };
        if pin.number >= pins.count {
            let mistake = pin.place.mistake("a pin to nowhere").found(format!("{}", pin.number));
            return Err(mistake.expected(format!("0 to {}: {} has no more pins", pins.count - 1, path())));
        }
        Ok(Some((device, pins)))
    }
}
