// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The tree: nodes in an arena, and the ways to find one.

use crate::place::Sources;
use crate::{Errors, Include, Mistake, Place, Property, blob, source, write, yaml};
use report::Source;
use std::collections::BTreeMap;

/// A device tree, and the texts it was read from.
#[derive(Clone, Debug)]
pub struct Tree {
    /// The root is the first.
    pub(crate) nodes: Vec<Node>,
    pub(crate) labels: BTreeMap<String, NodeId>,
    pub(crate) phandles: BTreeMap<u32, NodeId>,
    /// Memory that a kernel must leave alone.
    pub reservations: Vec<Reservation>,
    /// The CPU that runs first (`boot_cpuid_phys` of a blob).
    pub boot_cpu: u32,
    pub(crate) sources: Sources,
}

/// A node of the tree that gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NodeId(pub(crate) u32);

/// A node.
#[derive(Clone, Debug)]
pub struct Node {
    /// The name with the unit address: `serial@40004000`; that of the root is empty.
    pub name: String,
    /// The number behind `@`, if it is a plain hexadecimal one.
    pub unit_address: Option<u64>,
    /// The labels, in the order of the source. A blob has none.
    pub labels: Vec<String>,
    /// The properties, in the order of the source.
    pub properties: Vec<Property>,
    /// The name where the node is first defined.
    pub place: Place,
    pub(crate) parent: Option<NodeId>,
    pub(crate) children: Vec<NodeId>,
}

/// `/memreserve/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reservation {
    /// The first byte.
    pub address: u64,
    /// How many bytes.
    pub size: u64,
}

impl Node {
    /// The property with this name.
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|property| property.name == name)
    }

    /// The name without the unit address.
    pub fn base_name(&self) -> &str {
        self.name.split('@').next().unwrap_or_default()
    }

    pub(crate) fn unit_address_of(name: &str) -> Option<u64> {
        let (_, unit) = name.split_once('@')?;
        let plain = unit.bytes().all(|byte| byte.is_ascii_hexdigit());
        if plain { u64::from_str_radix(unit, 16).ok() } else { None }
    }
}

impl Tree {
    /// Reads device tree source. `include` gives the name to show and the text of a file that a file, the second argument,
    /// includes under the name that is the first one.
    pub fn read_dts(file_name: &str, text: &str, include: &mut Include<'_>) -> Result<Tree, Errors> {
        source::read(file_name, text, include)
    }

    /// Reads a blob. Its places are in the source that it says, which [`Tree::to_dts`] gives.
    pub fn read_dtb(file_name: &str, bytes: &[u8]) -> Result<Tree, Errors> {
        blob::read(file_name, bytes)
    }

    /// Reads a tree that is written as YAML, or a list of parts of which one is made (`docs/boards.md`).
    pub fn read_yaml(file_name: &str, text: &str) -> Result<Tree, Errors> {
        yaml::read(file_name, text)
    }

    /// The tree as a blob, of version 17.
    pub fn to_dtb(&self) -> Vec<u8> {
        blob::write(self)
    }

    /// The tree as source.
    pub fn to_dts(&self) -> String {
        write::write(self)
    }

    /// The tree as YAML.
    pub fn to_yaml(&self) -> String {
        yaml::write(self)
    }

    /// The root.
    pub fn root(&self) -> NodeId {
        NodeId(0)
    }

    /// A node.
    ///
    /// # Panics
    /// Maybe, when `id` is of another tree.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// The node around this one; none for the root.
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        self.node(id).parent
    }

    /// The nodes in this one, in the order of the source.
    pub fn children(&self, id: NodeId) -> impl DoubleEndedIterator<Item = NodeId> + '_ {
        self.node(id).children.iter().copied()
    }

    /// All nodes: each before its children, in the order of the source.
    pub fn walk(&self) -> impl Iterator<Item = NodeId> + '_ {
        let mut open = vec![self.root()];
        std::iter::from_fn(move || {
            let id = open.pop()?;
            open.extend(self.children(id).rev());
            Some(id)
        })
    }

    /// The path of a node: `/soc/serial@40004000`.
    pub fn path(&self, id: NodeId) -> String {
        let up = std::iter::successors(Some(id), |id| self.parent(*id));
        let names: Vec<&str> = up.map(|id| self.node(id).name.as_str()).collect();
        if names.len() == 1 { "/".to_string() } else { names.into_iter().rev().collect::<Vec<_>>().join("/") }
    }

    /// The node with this path, which begins with `/`. A name may lack its unit address if one node only is meant.
    pub fn find(&self, path: &str) -> Option<NodeId> {
        self.below(self.root(), path.strip_prefix('/')?)
    }

    /// The node with this label.
    pub fn by_label(&self, label: &str) -> Option<NodeId> {
        self.labels.get(label).copied()
    }

    /// All labels of nodes, in the order of the alphabet.
    pub fn labels(&self) -> impl Iterator<Item = &str> {
        self.labels.keys().map(String::as_str)
    }

    /// The node with this phandle.
    pub fn by_phandle(&self, phandle: u32) -> Option<NodeId> {
        self.phandles.get(&phandle).copied()
    }

    /// The node that `/aliases` names so.
    pub fn alias(&self, name: &str) -> Option<NodeId> {
        let aliases = self.node(self.find("/aliases")?);
        self.find(aliases.property(name)?.string().ok()?)
    }

    /// The node of a path, or of an alias and maybe a path behind it, as `stdout-path` in `/chosen` has it: what comes behind a
    /// `:` is left out.
    pub fn resolve(&self, text: &str) -> Option<NodeId> {
        let text = text.split(':').next().unwrap_or_default();
        if text.starts_with('/') {
            return self.find(text);
        }
        match text.split_once('/') {
            Some((alias, path)) => self.below(self.alias(alias)?, path),
            None => self.alias(text),
        }
    }

    /// The mistakes as errors, if there are any: those of the first file that has some.
    pub fn errors(&self, mistakes: Vec<Mistake>) -> Result<(), Errors> {
        self.sources.errors(mistakes)
    }

    /// What was made of the tree, if there is no mistake in it: neither one that ended the making nor any other.
    pub fn check<T>(&self, made: Result<T, Mistake>, mistakes: Vec<Mistake>) -> Result<T, Errors> {
        match made {
            Ok(made) => self.errors(mistakes).map(|()| made),
            Err(last) => Err(self.sources.of(last, mistakes)),
        }
    }

    /// The text in which a place is.
    pub fn source(&self, place: Place) -> &Source {
        self.sources.get(place.file)
    }

    fn below(&self, from: NodeId, path: &str) -> Option<NodeId> {
        path.split('/').filter(|name| !name.is_empty()).try_fold(from, |id, name| self.child(id, name))
    }

    fn child(&self, id: NodeId, name: &str) -> Option<NodeId> {
        let exact = self.children(id).find(|child| self.node(*child).name == name);
        exact.or_else(|| {
            let mut near = self.children(id).filter(|child| self.node(*child).base_name() == name);
            near.next().filter(|_| near.next().is_none())
        })
    }
}
