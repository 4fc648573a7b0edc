// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Writing a blob, byte for byte as dtc does.

use super::{BEGIN_NODE, COMPATIBLE, END, END_NODE, HEADER_BYTES, MAGIC, PROPERTY, VERSION};
use crate::{NodeId, Tree};
use std::collections::BTreeMap;

/// Names of properties. A name that another one ends with is a part of that one.
#[derive(Default)]
struct Names<'t> {
    bytes: Vec<u8>,
    /// Every end of every name, and where it is first.
    ends: BTreeMap<&'t str, u32>,
}

impl<'t> Names<'t> {
    fn offset(&mut self, name: &'t str) -> u32 {
        if let Some(offset) = self.ends.get(name) {
            return *offset;
        }
        let start = self.bytes.len() as u32;
        // Names are ASCII.
        for (at, _) in name.char_indices() {
            self.ends.entry(&name[at..]).or_insert(start + at as u32);
        }
        self.bytes.extend(name.as_bytes());
        self.bytes.push(0);
        start
    }
}

pub(crate) fn write(tree: &Tree) -> Vec<u8> {
    let mut names = Names::default();
    let mut structure = Vec::new();
    let mut before: Option<NodeId> = None;
    for id in tree.walk() {
        let parent = tree.parent(id);
        while let Some(open) = before.filter(|open| Some(*open) != parent) {
            add(&mut structure, END_NODE);
            before = tree.parent(open);
        }
        let node = tree.node(id);
        add(&mut structure, BEGIN_NODE);
        structure.extend(node.name.as_bytes());
        structure.push(0);
        pad(&mut structure, 4);
        for property in &node.properties {
            add(&mut structure, PROPERTY);
            add(&mut structure, property.value.len() as u32);
            add(&mut structure, names.offset(&property.name));
            structure.extend(&property.value);
            pad(&mut structure, 4);
        }
        before = Some(id);
    }
    while let Some(open) = before {
        add(&mut structure, END_NODE);
        before = tree.parent(open);
    }
    add(&mut structure, END);

    let mut reserved = Vec::new();
    for one in &tree.reservations {
        reserved.extend(one.address.to_be_bytes());
        reserved.extend(one.size.to_be_bytes());
    }
    reserved.extend([0; 16]);

    let structure_at = HEADER_BYTES + reserved.len();
    let names_at = structure_at + structure.len();
    let total = names_at + names.bytes.len();
    let mut blob = Vec::with_capacity(total);
    for word in [
        MAGIC,
        total as u32,
        structure_at as u32,
        names_at as u32,
        HEADER_BYTES as u32,
        VERSION,
        COMPATIBLE,
        tree.boot_cpu,
        names.bytes.len() as u32,
        structure.len() as u32,
    ] {
        add(&mut blob, word);
    }
    blob.extend(reserved);
    blob.extend(structure);
    blob.extend(names.bytes);
    blob
}

fn add(bytes: &mut Vec<u8>, word: u32) {
    bytes.extend(word.to_be_bytes());
}

fn pad(bytes: &mut Vec<u8>, to: usize) {
    bytes.resize(bytes.len().next_multiple_of(to), 0);
}
