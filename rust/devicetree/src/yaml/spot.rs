// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The node of a part, and the properties that follow from its attributes.

use super::fields::Fields;
use super::map;
use super::node::{self, Nodes};
use super::text::{Key, Value};
use crate::draft::DraftValue;
use crate::{Mistake, Place};

/// Where a node belongs.
pub(super) struct Spot<'v> {
    pub parent: usize,
    pub node: String,
    pub label: &'v str,
    pub place: Place,
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

    /// `reg`: addresses and sizes in as many cells as the node around says.
    pub fn reg(&mut self, id: usize, regions: &[(u64, u64)], place: Place, body: u32) -> Result<(), Mistake> {
        let around = self.draft.nodes[id].parent.unwrap_or(0);
        let mut value = DraftValue::empty(place);
        let numbers =
            regions.iter().flat_map(|(at, size)| [(*at, "#address-cells", 2), (*size, "#size-cells", 1)]);
        for (number, name, default) in numbers {
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
