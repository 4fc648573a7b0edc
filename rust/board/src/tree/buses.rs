// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Chips on I2C and SPI buses: on the bus of the device around them, by `reg`.

use super::devices::Site;
use super::{node, pins};
use crate::bindings::{Bus, BusKind, Device, Selects};
use devicetree::{Mistake, NodeId, Place};
use plan::{Input, Line, Made, ObjectId, Output, Value};

/// QEMU's name of the line that selects a chip.
const SELECT: &str = "ssi-gpio-cs";

impl BusKind {
    fn name(self) -> &'static str {
        match self {
            BusKind::I2c => "I2C",
            BusKind::Spi => "SPI",
        }
    }

    /// The property of QEMU's that has `reg`, and the largest.
    fn address(self) -> (&'static str, u32) {
        match self {
            BusKind::I2c => ("address", 0x7f),
            BusKind::Spi => ("cs", 0xff),
        }
    }
}

/// A bus, and who made it.
#[derive(Clone, Copy)]
struct Around {
    id: NodeId,
    master: ObjectId,
    bus: Bus,
}

/// The bus around a node, if the device around it has one.
fn around(site: &Site<'_>, id: NodeId) -> Option<Around> {
    let id = site.tree.parent(id)?;
    let master = site.placed(id)?;
    Some(Around { id, master: master.object, bus: master.device?.bus? })
}

/// A device with registers of its own is on the CPU's bus, and not on one of I2C or SPI.
pub(super) fn must_be_none(site: &Site<'_>, id: NodeId) -> Result<(), Mistake> {
    match around(site, id) {
        Some(around) => Err(misplaced(site, id, "the CPU's bus", around)),
        None => Ok(()),
    }
}

fn misplaced(site: &Site<'_>, id: NodeId, wants: &str, around: Around) -> Mistake {
    let Around { id: master, bus, .. } = around;
    let mistake = site.tree.node(id).place.mistake("a device on a bus of another kind");
    let mistake = mistake.found(format!("{}, which has an {} bus", site.tree.path(master), bus.kind.name()));
    mistake.expected(format!("a device of {wants}"))
}

/// Makes a chip on its bus.
pub(super) fn make(
    site: &mut Site<'_>,
    id: NodeId,
    device: &'static Device,
    kind: BusKind,
) -> Result<ObjectId, Mistake> {
    let wants = format!("an {} bus", kind.name());
    let Some(around) = around(site, id) else {
        // What is in a controller that could not be made is told there.
        let mistake = site.tree.node(id).place.mistake(format!("a device of {wants} that is on none"));
        return Err(mistake.expected("the node of an I2C or SPI controller around it, which is modelled"));
    };
    let Around { id: master_id, master, bus } = around;
    if bus.kind != kind {
        return Err(misplaced(site, id, &wants, around));
    }
    let (address, place) = address(site, id, kind)?;
    let siblings = site.tree.children(master_id).filter(|other| *other < id && site.placed(*other).is_some());
    for other in siblings {
        if let Ok((taken, at)) = self::address(site, other, kind)
            && taken == address
        {
            let mistake =
                place.mistake(format!("two devices with one address on {}", site.tree.path(master_id)));
            return Err(mistake.found(format!("{address:#x}")).also(at, "this one has it"));
        }
    }
    let mut properties = node::properties(site.tree, id, device, 0, site.cpu.cores)?;
    properties.insert(0, (kind.address().0.to_string(), Value::Number(address.into())));
    let name = node::kind(site.tree, id, device, None)?;
    let mut object = node::object(site.tree, id, name, properties, Vec::new());
    object.made = Made::OnBus(master, bus.name.to_string());
    Ok(site.parts.object(object))
}

/// Leads a chip select of the controller, or of a pin, to each chip on its bus.
pub(super) fn select(site: &mut Site<'_>, id: NodeId, chip: ObjectId) -> Result<(), Mistake> {
    let Some(Around { id: master_id, master, bus }) = around(site, id) else { return Ok(()) };
    if bus.kind != BusKind::Spi {
        return Ok(());
    }
    let (number, place) = address(site, id, bus.kind)?;
    let to = Input { object: chip, part: None, line: Line::Named(SELECT.into(), 0) };
    let pins = site.tree.node(master_id).property("cs-gpios");
    let pins = pins.map(|property| pins::of(site.tree, master_id, property)).transpose()?;
    if let Some(Some(pin)) = pins.as_ref().and_then(|pins| pins.get(number as usize)) {
        if let Some(from) = site.pin_output(pin)? {
            site.parts.line(from, to);
        }
        return Ok(());
    }
    match bus.selects {
        Selects::Itself => Ok(()),
        Selects::Lines(first, count) if number < count => {
            site.parts.line(Output { object: master, line: Line::Interrupt(first + number) }, to);
            Ok(())
        }
        Selects::Pins | Selects::Lines(..) => {
            let mistake = place.mistake("a device that nobody selects").found(format!("number {number}"));
            let path = site.tree.path(master_id);
            Err(mistake.expected(format!(
                "a pin for it in \"cs-gpios\" of {path}, which has no such chip select of its own"
            )))
        }
    }
}

fn address(site: &Site<'_>, id: NodeId, kind: BusKind) -> Result<(u32, Place), Mistake> {
    let node = site.tree.node(id);
    let Some(reg) = node.property("reg") else {
        let mistake = node.place.mistake("a device without an address on its bus").found("no \"reg\"");
        return Err(mistake.expected("its address: reg = <0x48>;"));
    };
    // Some have several addresses; the first is that of the chip.
    let address = match reg.cells()?.first() {
        Some(address) => *address,
        None => reg.u32()?,
    };
    let (place, most) = (reg.cell_place(0), kind.address().1);
    if address > most {
        let mistake = place.mistake("an address that no such bus has").found(format!("{address:#x}"));
        return Err(mistake.expected(format!("at most {most:#x} on an {} bus", kind.name())));
    }
    Ok((address, place))
}

#[cfg(test)]
mod tests;
