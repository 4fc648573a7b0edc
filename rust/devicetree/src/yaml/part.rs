// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A part of a board in a list: which node it is, with which properties.

use super::fields::{self, Fields};
use super::machine::system_memory;
use super::node::Nodes;
use super::spot::Spot;
use super::text::{Kind, Value};
use super::types::Type;
use super::value;
use super::wires::{GIC_CELLS, Wires};
use crate::draft::DraftValue;
use crate::{Mistake, Place};

/// What a device takes when nothing says it.
const SIZE_BYTES: u64 = 0x1000;
/// From the first register of an NVIC to behind the last one (Arm DDI 0403E, B3.4.3).
const NVIC_BYTES: u64 = 0xc00;
/// Where the CPU interface of a GIC lies behind its distributor, and how long it is, as in QEMU's virt machine (`base_memmap` in
/// hw/arm/virt.c), whose addresses old files have: they do not say it.
const GIC_CPU: (u64, u64) = (0x1_0000, 0x2000);
/// A part.
pub(super) struct Part<'v> {
    pub name: &'v str,
    pub place: Place,
    /// The name of the part that it is in.
    pub parent: Option<(&'v str, Place)>,
    kind: Option<(&'v Value, Type<'v>)>,
    fields: Fields<'v>,
}

impl<'v> Part<'v> {
    pub fn of(fields: Fields<'v>, is_memory: bool) -> Result<Part<'v>, Mistake> {
        let (name, place) = fields.text("name")?;
        let said = fields.get("type").or_else(|| fields.get("renode_type"));
        let kind = match said {
            None if is_memory => None,
            None => return Err(fields.missing("type")),
            Some(said @ Value { kind: Kind::List(_), .. }) => Some((said, Type::List)),
            Some(said) => Some((said, Type::of(fields::text(said, "type")?))),
        };
        if let Some((said, Type::Not(instead))) = kind {
            let mistake = said.place.mistake("no part of a board has this type");
            return Err(mistake.found(value::shown(value::text(said).unwrap_or_default())).help(instead));
        }
        let parent = fields.get("parent").map(|parent| Ok((fields::text(parent, "parent")?, parent.place)));
        Ok(Part { name, place, parent: parent.transpose()?, kind, fields })
    }

    /// Makes the node of this part.
    pub fn put(self, nodes: &mut Nodes<'_>, wires: &mut Wires<'v>) -> Result<(), Mistake> {
        let (fields, place) = (&self.fields, self.place);
        let around = self.parent.map_or(Ok(0), |(parent, place)| nodes.draft.find(parent, place))?;
        if around != 0 {
            // A device with others in it numbers them.
            nodes.default(around, "#address-cells", 1, place);
            nodes.default(around, "#size-cells", 0, place);
        }
        let base = if self.is_memory() { "memory" } else { self.name };
        let at = fields.get("address").map(fields::number).transpose()?;
        let node = at.map_or(base.to_string(), |at| format!("{base}@{at:x}"));
        let (id, body) = Spot { parent: around, node, label: self.name, place }.make(nodes)?;
        self.compatible(nodes, id, body)?;
        match (at, self.size()) {
            (Some(at), size) => {
                let regions = self.regions(at, size, nodes.cells(around, "#size-cells", 1)? > 0)?;
                nodes.reg(id, &regions, fields.place("address"), body)?;
            }
            (None, Some(size)) => return Err(size.place.mistake("a size without an \"address\"")),
            (None, None) => {}
        }
        if let Some(container) = fields.get("container") {
            system_memory(container)?;
        }
        wires.add(id, fields.get("interrupts"), fields.place("interrupts"), body);
        nodes.rest(id, fields, body)
    }

    fn is_memory(&self) -> bool {
        matches!(self.kind, None | Some((_, Type::Memory)))
    }

    /// What follows from the type.
    fn compatible(&self, nodes: &mut Nodes<'_>, id: usize, body: u32) -> Result<(), Mistake> {
        let Some((said, kind)) = self.kind else {
            return nodes.text(id, "device_type", "memory", self.place, body);
        };
        let place = said.place;
        let (compatible, cells) = match kind {
            Type::List => {
                return nodes.draft.set(id, "compatible", place, value::property(said, place)?, body);
            }
            Type::Compatible(text) => return nodes.text(id, "compatible", text, place, body),
            Type::Memory | Type::Not(_) => return nodes.text(id, "device_type", "memory", place, body),
            Type::Nvic => ("arm,v7m-nvic", 2),
            Type::Gic => ("arm,gic-v2", GIC_CELLS),
        };
        nodes.text(id, "compatible", compatible, place, body)?;
        nodes.default(id, "#interrupt-cells", cells, place);
        nodes.draft.set(id, "interrupt-controller", place, DraftValue::empty(place), body)
    }

    /// The size that is said. The old types have it among the properties.
    fn size(&self) -> Option<&'v Value> {
        let old = self.kind.filter(|(said, _)| value::text(said).is_some_and(|text| !text.contains(',')));
        let among = || property_of(old.and(self.fields.get("properties"))?, "size");
        self.fields.get("size").or_else(among)
    }

    /// Addresses and sizes of the registers or the memory; those that only have a number are not `sized`.
    fn regions(&self, at: u64, size: Option<&Value>, sized: bool) -> Result<Vec<(u64, u64)>, Mistake> {
        let size_bytes = match (size, self.kind) {
            (Some(size), _) if !sized => {
                return Err(size.place.mistake("what is in this parent has a number and no size"));
            }
            (Some(size), _) => fields::number(size)?,
            (None, _) if self.is_memory() => return Err(self.place.mistake("a memory without a \"size\"")),
            (None, Some((_, Type::Nvic))) => NVIC_BYTES,
            (None, _) => SIZE_BYTES,
        };
        Ok(match self.kind {
            Some((_, Type::Gic)) => vec![(at, size_bytes), (at.saturating_add(GIC_CPU.0), GIC_CPU.1)],
            _ => vec![(at, size_bytes)],
        })
    }
}

fn property_of<'v>(properties: &'v Value, name: &str) -> Option<&'v Value> {
    let Kind::Map(entries) = &properties.kind else { return None };
    entries.iter().find(|(key, _)| &*key.text == name).map(|(_, value)| value)
}
