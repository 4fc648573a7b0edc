// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The tree while it is read: nodes that are defined again are merged, references are still names.
//!
//! What is deleted stays as a mark in its place, and comes back there: the order is that of dtc.

mod value;

use crate::tree::Reservation;
use crate::{Mistake, Place, limits};
use report::nearest;
use std::collections::BTreeMap;
pub(crate) use value::DraftValue;

/// The tree while it is read. The root is node 0.
pub(crate) struct Draft {
    pub nodes: Vec<DraftNode>,
    pub reservations: Vec<Reservation>,
    pub value_bytes: usize,
    /// A label may be there twice for a while: until one of its nodes is deleted.
    labels: BTreeMap<String, Vec<Label>>,
    bodies: u32,
}

/// A node; some may be deleted.
pub(crate) struct DraftNode {
    pub name: String,
    pub place: Place,
    pub parent: Option<usize>,
    pub labels: Vec<String>,
    pub properties: Vec<DraftProperty>,
    pub children: Vec<usize>,
    pub deleted: bool,
    /// `/omit-if-no-ref/`.
    pub omit: bool,
    depth: usize,
    /// Its first `{ }`, in which nothing may be twice; in later ones dtc takes the last, and real trees need that.
    first_body: Option<u32>,
    /// The `{ }` in which it was last named.
    named_in: u32,
    property_index: BTreeMap<String, usize>,
    child_index: BTreeMap<String, usize>,
}

/// A property; it may be deleted.
pub(crate) struct DraftProperty {
    pub name: String,
    pub place: Place,
    pub value: DraftValue,
    pub deleted: bool,
    named_in: u32,
}

/// What a label is of.
struct Label {
    place: Place,
    /// `None`: a property, a place in a value or a memory reservation.
    node: Option<usize>,
}

impl Draft {
    pub fn new(place: Place) -> Draft {
        let mut draft = Draft {
            nodes: Vec::new(),
            reservations: Vec::new(),
            value_bytes: 0,
            labels: BTreeMap::new(),
            bodies: 0,
        };
        draft.nodes.push(DraftNode::new(String::new(), place, None, 1));
        draft
    }

    /// A number for the next `{ }`, which is of `node`.
    pub fn body(&mut self, node: usize) -> u32 {
        self.bodies += 1;
        self.nodes[node].first_body.get_or_insert(self.bodies);
        self.bodies
    }

    /// The node `name` in `parent`, a new one or one that is there; named in the `{ }` with the number `body`.
    pub fn child(&mut self, parent: usize, name: &str, place: Place, body: u32) -> Result<usize, Mistake> {
        let first = self.nodes[parent].first_body == Some(body);
        if let Some(&id) = self.nodes[parent].child_index.get(name) {
            let node = &mut self.nodes[id];
            if node.deleted {
                (node.deleted, node.place) = (false, place);
            } else if first && node.named_in == body {
                return Err(place
                    .mistake(format!("node \"{name}\" is twice in one node"))
                    .found("again")
                    .also(node.place, "first here"));
            }
            node.named_in = body;
            return Ok(id);
        }
        if self.nodes.len() >= limits::NODES_MAX {
            return Err(place.mistake(format!("more than {} nodes", limits::NODES_MAX)));
        }
        let depth = self.nodes[parent].depth + 1;
        if depth > limits::DEPTH_MAX {
            return Err(place.mistake(format!("more than {} nodes in each other", limits::DEPTH_MAX)));
        }
        let id = self.nodes.len();
        let mut node = DraftNode::new(name.to_string(), place, Some(parent), depth);
        node.named_in = body;
        self.nodes.push(node);
        self.nodes[parent].children.push(id);
        self.nodes[parent].child_index.insert(name.to_string(), id);
        Ok(id)
    }

    /// Gives `node` a property, or another value for the one that it has from another `{ }`.
    pub fn set(
        &mut self,
        node: usize,
        name: &str,
        place: Place,
        value: DraftValue,
        body: u32,
    ) -> Result<(), Mistake> {
        self.add_bytes(value.bytes.len(), place)?;
        let node = &mut self.nodes[node];
        let new = DraftProperty { name: name.to_string(), place, value, deleted: false, named_in: body };
        let Some(&at) = node.property_index.get(name) else {
            node.property_index.insert(name.to_string(), node.properties.len());
            node.properties.push(new);
            return Ok(());
        };
        let first = node.first_body == Some(body);
        let old = &mut node.properties[at];
        if first && !old.deleted && old.named_in == body {
            return Err(place
                .mistake(format!("property \"{name}\" is twice in one node"))
                .found("again")
                .also(old.place, "first here"));
        }
        *old = new;
        Ok(())
    }

    /// The property of a node, if it has one.
    pub fn property(&self, node: usize, name: &str) -> Option<&DraftProperty> {
        let node = &self.nodes[node];
        node.property_index.get(name).map(|at| &node.properties[*at]).filter(|property| !property.deleted)
    }

    /// Counts bytes of values.
    pub fn add_bytes(&mut self, count: usize, place: Place) -> Result<(), Mistake> {
        self.value_bytes = self.value_bytes.saturating_add(count);
        let max = limits::VALUE_BYTES_MAX;
        if self.value_bytes > max {
            return Err(
                place.mistake(format!("the values of all properties are more than {} MiB", max >> 20))
            );
        }
        Ok(())
    }

    /// Deletes the property if it is there.
    pub fn delete_property(&mut self, node: usize, name: &str) {
        let node = &mut self.nodes[node];
        if let Some(&at) = node.property_index.get(name) {
            node.properties[at].deleted = true;
        }
    }

    /// Deletes the node in `parent` if it is there.
    pub fn delete_child(&mut self, parent: usize, name: &str) {
        if let Some(&id) = self.nodes[parent].child_index.get(name) {
            self.delete(id);
        }
    }

    /// Deletes a node with all that is in it.
    pub fn delete(&mut self, id: usize) {
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            let node = &mut self.nodes[id];
            node.deleted = true;
            node.properties.iter_mut().for_each(|property| property.deleted = true);
            open.extend(&node.children);
            for label in node.labels.drain(..) {
                if let Some(holders) = self.labels.get_mut(&label) {
                    holders.retain(|one| one.node != Some(id));
                }
            }
        }
    }

    /// Gives `node`, or something that is no node, a label.
    pub fn label(&mut self, node: Option<usize>, label: &str, place: Place) {
        let holders = self.labels.entry(label.to_string()).or_default();
        if node.is_some() && holders.iter().any(|one| one.node == node) {
            return;
        }
        holders.push(Label { place, node });
        if let Some(node) = node {
            self.nodes[node].labels.push(label.to_string());
        }
    }

    /// A mistake for each label that is there twice.
    pub fn double_labels(&self) -> impl Iterator<Item = Mistake> {
        self.labels.iter().filter_map(|(label, holders)| {
            let [first, again, ..] = &holders[..] else { return None };
            let mistake = again.place.mistake(format!("label \"{label}\" is there twice"));
            Some(mistake.found("again").also(first.place, "first here"))
        })
    }

    /// The node of a label, of a path, or of a path behind a label.
    pub fn find(&self, target: &str, place: Place) -> Result<usize, Mistake> {
        let (label, path) = target.split_once('/').unwrap_or((target, ""));
        let mut id = match self.labels.get(label).and_then(|holders| holders.first()) {
            _ if target.starts_with('/') => 0,
            Some(Label { node: Some(node), .. }) => *node,
            Some(Label { place: there, node: None }) => {
                let mistake = place.mistake(format!("label \"{label}\" is not of a node"));
                return Err(mistake.also(*there, "it is here"));
            }
            None => {
                let labels = self.labels.iter().filter(|(_, all)| all.iter().any(|one| one.node.is_some()));
                let mistake = place.mistake(format!("no node has the label \"{label}\""));
                return Err(mistake.nearest(nearest(
                    label,
                    labels.map(|(name, _)| name.as_str()).take(limits::NEAREST_MAX),
                )));
            }
        };
        for name in path.split('/').filter(|name| !name.is_empty()) {
            let children = &self.nodes[id].child_index;
            let alive = |id: &&usize| !self.nodes[**id].deleted;
            id = *children.get(name).filter(alive).ok_or_else(|| {
                let names = children.iter().filter(|(_, id)| alive(id)).map(|(name, _)| name.as_str());
                let mistake = place
                    .mistake(format!("there is no node {target}: \"{name}\" is not in the node before it"));
                mistake.nearest(nearest(name, names.take(limits::NEAREST_MAX)))
            })?;
        }
        Ok(id)
    }

    /// All nodes that are not deleted: each before its children.
    pub fn walk(&self) -> Vec<usize> {
        let mut open = vec![0];
        let mut list = Vec::new();
        while let Some(id) = open.pop() {
            list.push(id);
            let children = self.nodes[id].children.iter().rev();
            open.extend(children.filter(|child| !self.nodes[**child].deleted));
        }
        list
    }

    /// The path of a node.
    pub fn path(&self, id: usize) -> String {
        let up = std::iter::successors(Some(id), |id| self.nodes[*id].parent);
        let names: Vec<&str> = up.map(|id| self.nodes[id].name.as_str()).collect();
        if names.len() == 1 { "/".to_string() } else { names.into_iter().rev().collect::<Vec<_>>().join("/") }
    }
}

impl DraftNode {
    fn new(name: String, place: Place, parent: Option<usize>, depth: usize) -> DraftNode {
        DraftNode {
            name,
            place,
            parent,
            labels: Vec::new(),
            properties: Vec::new(),
            children: Vec::new(),
            deleted: false,
            omit: false,
            depth,
            first_body: None,
            named_in: 0,
            property_index: BTreeMap::new(),
            child_index: BTreeMap::new(),
        }
    }

    /// The properties that are not deleted.
    pub fn properties(&self) -> impl Iterator<Item = &DraftProperty> {
        self.properties.iter().filter(|property| !property.deleted)
    }
}
