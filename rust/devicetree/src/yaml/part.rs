// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A part of a board in a list: which node it is, with which properties.

use super::fields::{self, Fields};
use super::machine::system_memory;
use super::node::{self, Nodes};
use super::text::{Key, Kind, Value};
use super::types::Type;
use super::{map, value};
use crate::draft::DraftValue;
use crate::{Mistake, Place};

/// What a device takes when nothing says it.
const SIZE_BYTES: u64 = 0x1000;
/// From the first register of an NVIC to behind the last one (Arm DDI 0403E, B3.4.3).
const NVIC_BYTES: u64 = 0xc00;

/// A part.
pub(super) struct Part<'v> {
    pub name: &'v str,
    pub place: Place,
    /// The name of the part that it is in.
    pub parent: Option<(&'v str, Place)>,
    kind: Option<(&'v Value, Type<'v>)>,
    fields: Fields<'v>,
}

/// Where a node belongs.
pub(super) struct Spot<'v> {
    pub parent: usize,
    pub node: String,
    pub label: &'v str,
    pub place: Place,
}

/// Interrupts, which are joined when all nodes are there.
#[derive(Default)]
pub(super) struct Wires<'v>(Vec<(usize, &'v Value, Place, u32)>);

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
        let Part { name, place, parent, kind, fields } = self;
        let around = parent.map_or(Ok(0), |(parent, place)| nodes.draft.find(parent, place))?;
        if around != 0 {
            // A device with others in it numbers them.
            nodes.default(around, "#address-cells", 1, place);
            nodes.default(around, "#size-cells", 0, place);
        }
        let is_memory = matches!(kind, None | Some((_, Type::Memory)));
        let base = if is_memory { "memory" } else { name };
        let at = fields.get("address").map(fields::number).transpose()?;
        let node = at.map_or(base.to_string(), |at| format!("{base}@{at:x}"));
        let (id, body) = Spot { parent: around, node, label: name, place }.make(nodes)?;
        let old_size = match kind {
            // The old types have their size among the properties.
            Some((said, _)) if value::text(said).is_some_and(|text| !text.contains(',')) => {
                fields.get("properties").and_then(|all| property_of(all, "size"))
            }
            _ => None,
        };
        if is_memory {
            nodes.text(id, "device_type", "memory", place, body)?;
        }
        match kind {
            Some((said, Type::List)) => {
                nodes.draft.set(id, "compatible", said.place, value::property(said, said.place)?, body)?;
            }
            Some((said, Type::Compatible(text))) => nodes.text(id, "compatible", text, said.place, body)?,
            Some((said, Type::Nvic)) => {
                nodes.text(id, "compatible", "arm,v7m-nvic", said.place, body)?;
                nodes.default(id, "#interrupt-cells", 2, said.place);
                nodes.draft.set(
                    id,
                    "interrupt-controller",
                    said.place,
                    DraftValue::empty(said.place),
                    body,
                )?;
            }
            Some((_, Type::Memory | Type::Not(_))) | None => {}
        }
        let size = fields.get("size").or(old_size);
        if let Some(at) = at {
            let default = if matches!(kind, Some((_, Type::Nvic))) { NVIC_BYTES } else { SIZE_BYTES };
            let sized = nodes.cells(around, "#size-cells", 1)? > 0;
            let size = match size {
                Some(size) if !sized => {
                    return Err(size.place.mistake("what is in this parent has a number and no size"));
                }
                None if is_memory => return Err(place.mistake("a memory without a \"size\"")),
                Some(size) => fields::number(size)?,
                None => default,
            };
            nodes.reg(id, at, size, fields.place("address"), body)?;
        } else if let Some(size) = size {
            return Err(size.place.mistake("a size without an \"address\""));
        }
        if let Some(container) = fields.get("container") {
            system_memory(container)?;
        }
        wires.0.extend(fields.get("interrupts").map(|list| (id, list, fields.place("interrupts"), body)));
        nodes.rest(id, &fields, body)
    }
}

fn property_of<'v>(properties: &'v Value, name: &str) -> Option<&'v Value> {
    let Kind::Map(entries) = &properties.kind else { return None };
    entries.iter().find(|(key, _)| &*key.text == name).map(|(_, value)| value)
}

impl Spot<'_> {
    /// The node and the number of the map that says it.
    pub fn make(&self, nodes: &mut Nodes<'_>) -> Result<(usize, u32), Mistake> {
        node::check_label(self.label, self.place)?;
        node::check_node(&self.node, self.place)?;
        let id = nodes.draft.child(self.parent, &self.node, self.place, 0)?;
        nodes.draft.label(Some(id), self.label, self.place);
        Ok((id, nodes.draft.body(id)))
    }
}

impl Nodes<'_> {
    /// A number for a property that the node lacks.
    pub fn default(&mut self, node: usize, name: &str, number: u32, place: Place) {
        if self.draft.property(node, name).is_none() {
            let mut value = DraftValue::empty(place);
            let done = value.number(number.into(), 4, place);
            let done = done.and_then(|()| self.draft.set(node, name, place, value, 0));
            self.keep(done);
        }
    }

    pub fn text(
        &mut self,
        node: usize,
        name: &str,
        text: &str,
        place: Place,
        body: u32,
    ) -> Result<(), Mistake> {
        let mut value = DraftValue::empty(place);
        value.string(text.as_bytes(), place);
        self.draft.set(node, name, place, value, body)
    }

    /// The number of cells that a node says in a property.
    pub fn cells(&self, node: usize, name: &str, default: u32) -> Result<u32, Mistake> {
        let Some(property) = self.draft.property(node, name) else { return Ok(default) };
        let number = <[u8; 4]>::try_from(&*property.value.bytes).ok().map(u32::from_be_bytes);
        number.filter(|number| *number <= 8).ok_or_else(|| {
            property.value.place.mistake(format!("wrong value of \"{name}\"")).expected("a number up to 8")
        })
    }

    /// `reg`: address and size in as many cells as the node around says.
    pub fn reg(&mut self, id: usize, at: u64, size: u64, place: Place, body: u32) -> Result<(), Mistake> {
        let around = self.draft.nodes[id].parent.unwrap_or(0);
        let mut value = DraftValue::empty(place);
        for (number, name, default) in [(at, "#address-cells", 2), (size, "#size-cells", 1)] {
            let cells = self.cells(around, name, default)?;
            if cells == 0 && name == "#size-cells" {
                continue;
            }
            if !(1..=2).contains(&cells) || (cells == 1 && number > u32::MAX.into()) {
                let mistake =
                    place.mistake("an address or a size does not fit").found(format!("{number:#x}"));
                return Err(mistake.expected(format!("{cells} cells, as {name} of the node around says")));
            }
            if cells == 2 {
                value.number(number >> 32, 4, place)?;
            }
            value.number(number & u64::from(u32::MAX), 4, place)?;
        }
        self.draft.set(id, "reg", place, value, body)
    }

    /// The properties of a map.
    pub fn properties(&mut self, id: usize, entries: &[(Key, Value)], body: u32) {
        for (key, value) in entries {
            if self.full() {
                return;
            }
            let done = self.property(id, key, value, body);
            self.keep(done);
        }
    }

    /// `properties` and `nodes`, which each part may have.
    pub fn rest(&mut self, id: usize, fields: &Fields<'_>, body: u32) -> Result<(), Mistake> {
        if let Some(properties) = fields.get("properties") {
            self.properties(id, map(properties, "a map of properties")?, body);
        }
        if let Some(nodes) = fields.get("nodes") {
            self.entries(id, map(nodes, "a map of nodes")?);
        }
        Ok(())
    }
}

impl Wires<'_> {
    /// Joins all interrupts.
    pub fn join(self, nodes: &mut Nodes<'_>) {
        // A mistake so far may be why a controller is not there.
        if !nodes.mistakes.is_empty() {
            return;
        }
        let all = nodes.draft.walk();
        let all = all.into_iter().filter(|id| nodes.draft.property(*id, "interrupt-controller").is_some());
        let controllers: Vec<usize> = all.take(2).collect();
        for (id, list, place, body) in self.0 {
            let done = join(id, list, &controllers, nodes);
            let done = done.and_then(|value| nodes.draft.set(id, "interrupts-extended", place, value, body));
            nodes.keep(done);
        }
    }
}

/// The interrupts of a part: `NAME@LINE`, or a line of the only controller.
fn join(id: usize, list: &Value, controllers: &[usize], nodes: &Nodes<'_>) -> Result<DraftValue, Mistake> {
    if let Some(other) = nodes.draft.property(id, "interrupts") {
        let mistake = list.place.mistake("the interrupts of a part are there twice");
        return Err(mistake.found("again").also(other.place, "first here"));
    }
    let mut out = DraftValue::empty(list.place);
    for one in fields::list(list, "a list: [nvic@1, nvic@2]")? {
        let place = one.place;
        let wrong = || place.mistake("this is no interrupt").expected("NAME@LINE, as in nvic@5, or a number");
        let text = value::text(one).ok_or_else(wrong)?;
        let (name, line) = match text.split_once('@') {
            Some((name, line)) => (Some(name), line),
            None => (None, text),
        };
        let line = value::number(line).and_then(|line| u32::try_from(line).ok()).ok_or_else(wrong)?;
        let (target, controller) = match (name, controllers) {
            (Some(name), _) => (name.to_string(), nodes.draft.find(name, place)?),
            (None, [only]) => (nodes.draft.path(*only), *only),
            (None, _) => {
                let mistake = place.mistake("an interrupt of which controller?");
                let count = ["no node has", "more than one node has"][controllers.len().min(1)];
                let mistake = mistake.found(format!("{count} \"interrupt-controller\""));
                return Err(mistake.expected(format!("its name before the number: nvic@{line}")));
            }
        };
        let cells = nodes.cells(controller, "#interrupt-cells", 0)?;
        if cells == 0 {
            let mistake = place.mistake("an interrupt to nowhere");
            let found = format!("{} has no \"#interrupt-cells\"", nodes.draft.path(controller));
            return Err(mistake.found(found));
        }
        out.reference(true, target, place);
        out.number(line.into(), 4, place)?;
        // Priority, level and edge are the controller's own affair.
        (1..cells).try_for_each(|_| out.number(0, 4, place))?;
    }
    Ok(out)
}
