// SPDX-License-Identifier: Apache-2.0 OR MIT
//! From the draft to the tree: references become phandles and paths, what is deleted goes.

use crate::draft::{Draft, DraftNode, DraftProperty, DraftValue};
use crate::place::Sources;
use crate::property::{Kind, Part};
use crate::{Errors, Mistake, Node, NodeId, Property, Tree, limits};
use std::collections::{BTreeMap, BTreeSet};

/// The properties that say a phandle; the second one is old.
const PHANDLE: [&str; 2] = ["phandle", "linux,phandle"];

/// The tree, if nothing is wrong.
pub(crate) fn finish(mut draft: Draft, sources: Sources, mistakes: Vec<Mistake>) -> Result<Tree, Errors> {
    // What was left out because of a mistake would give more of them.
    sources.errors(mistakes)?;
    let mut mistakes = Vec::new();
    let order = draft.walk();
    order.iter().for_each(|id| mistakes.extend(drop_name(&mut draft.nodes[*id]).err()));
    mistakes.extend(draft.double_labels().take(limits::MISTAKES_MAX));
    let mut phandles = Phandles::explicit(&draft, &order, &mut mistakes);
    let referenced = resolve(&mut draft, &order, &mut phandles, &mut mistakes);
    sources.errors(mistakes)?;
    for id in order {
        if draft.nodes[id].omit && !referenced[id] {
            draft.delete(id);
        }
    }
    Ok(tree(draft, &phandles, sources))
}

/// The property "name" of old trees says what the name of the node says: it goes.
fn drop_name(node: &mut DraftNode) -> Result<(), Mistake> {
    let base = node.name.split('@').next().unwrap_or_default();
    let Some(property) = node.properties.iter_mut().find(|one| one.name == "name" && !one.deleted) else {
        return Ok(());
    };
    property.deleted = true;
    if property.value.bytes.strip_suffix(&[0]) == Some(base.as_bytes()) {
        return Ok(());
    }
    let mistake = property.value.place.mistake("property \"name\" is not the name of the node");
    Err(mistake.expected(format!("\"{base}\"")))
}

/// Who has which phandle.
struct Phandles {
    by_number: BTreeMap<u32, usize>,
    by_node: BTreeMap<usize, u32>,
    next: u32,
    /// Those that the source does not say.
    automatic: BTreeSet<usize>,
}

impl Phandles {
    /// The phandles that the source says.
    fn explicit(draft: &Draft, order: &[usize], mistakes: &mut Vec<Mistake>) -> Phandles {
        let mut phandles = Phandles {
            by_number: BTreeMap::new(),
            by_node: BTreeMap::new(),
            next: 1,
            automatic: BTreeSet::new(),
        };
        for &id in order {
            for property in draft.nodes[id].properties().filter(|property| PHANDLE.contains(&&*property.name))
            {
                mistakes.extend(phandles.take(draft, id, property).err());
            }
        }
        phandles
    }

    fn take(&mut self, draft: &Draft, id: usize, property: &DraftProperty) -> Result<(), Mistake> {
        let place = property.value.place;
        if let [reference] = &property.value.references[..] {
            // "A phandle of your own, whatever it is."
            return match draft.find(&reference.target, reference.place)? == id && reference.is_phandle {
                true => Ok(()),
                false => Err(place.mistake("this is the phandle of another node")),
            };
        }
        let number = <[u8; 4]>::try_from(&property.value.bytes[..]).ok().map(u32::from_be_bytes);
        let Some(number) = number.filter(|number| ![0, u32::MAX].contains(number)) else {
            return Err(place
                .mistake("this is no phandle")
                .expected("one number of 32 bits, neither 0 nor 0xffffffff"));
        };
        if *self.by_node.entry(id).or_insert(number) != number {
            return Err(place.mistake("\"phandle\" and \"linux,phandle\" of this node are unlike"));
        }
        let holder = *self.by_number.entry(number).or_insert(id);
        if holder != id {
            let mistake = place.mistake(format!("two nodes have the phandle {number:#x}"));
            return Err(mistake.also(draft.nodes[holder].place, "the other node"));
        }
        Ok(())
    }

    /// The phandle of a node that is referred to; a free one if it has none.
    fn of(&mut self, id: usize) -> u32 {
        *self.by_node.entry(id).or_insert_with(|| {
            while self.by_number.contains_key(&self.next) {
                self.next += 1;
            }
            self.by_number.insert(self.next, id);
            self.automatic.insert(id);
            self.next
        })
    }
}

/// Writes the numbers and paths of references into the values. Says which nodes are referred to.
fn resolve(
    draft: &mut Draft,
    order: &[usize],
    phandles: &mut Phandles,
    mistakes: &mut Vec<Mistake>,
) -> Vec<bool> {
    let mut referenced = vec![false; draft.nodes.len()];
    for &id in order {
        for at in 0..draft.nodes[id].properties.len() {
            let property = &mut draft.nodes[id].properties[at];
            if mistakes.len() >= limits::MISTAKES_MAX
                || property.deleted
                || property.value.references.is_empty()
            {
                continue;
            }
            let place = property.value.place;
            let mut value = std::mem::replace(&mut property.value, DraftValue::empty(place));
            mistakes.extend(resolve_value(draft, &mut value, phandles, &mut referenced).err());
            draft.nodes[id].properties[at].value = value;
        }
    }
    referenced
}

fn resolve_value(
    draft: &mut Draft,
    value: &mut DraftValue,
    phandles: &mut Phandles,
    referenced: &mut [bool],
) -> Result<(), Mistake> {
    let old = std::mem::take(&mut value.bytes);
    let parts = std::mem::take(&mut value.parts);
    let mut parts = parts.into_iter().peekable();
    let mut copied = 0;
    for reference in &value.references {
        let target = draft.find(&reference.target, reference.place)?;
        referenced[target] = true;
        value.bytes.extend(&old[copied..reference.start]);
        copied = reference.start;
        // The paths before have moved what is behind them.
        let moved = value.bytes.len() - reference.start;
        while let Some(part) = parts.next_if(|part| (part.start as usize) < reference.start) {
            value.parts.push(Part { start: part.start + moved as u32, ..part });
        }
        if reference.is_phandle {
            value.bytes.extend(phandles.of(target).to_be_bytes());
            copied += 4;
        } else {
            let path = draft.path(target);
            draft.add_bytes(path.len() + 1, reference.place)?;
            value.parts.push(Part {
                start: value.bytes.len() as u32,
                kind: Kind::String,
                place: reference.place,
            });
            value.bytes.extend(path.as_bytes());
            value.bytes.push(0);
        }
    }
    let moved = (value.bytes.len() - copied) as u32;
    value.bytes.extend(&old[copied..]);
    value.parts.extend(parts.map(|part| Part { start: part.start + moved, ..part }));
    Ok(())
}

/// The tree without what is deleted.
fn tree(draft: Draft, phandles: &Phandles, sources: Sources) -> Tree {
    let order = draft.walk();
    let mut ids = vec![None; draft.nodes.len()];
    for (new, old) in order.iter().enumerate() {
        ids[*old] = Some(NodeId(new as u32));
    }
    let mut drafts: Vec<_> = draft.nodes.into_iter().map(Some).collect();
    let mut labels = BTreeMap::new();
    let mut nodes = Vec::with_capacity(order.len());
    for old in order {
        // Each is in the order once.
        let Some(from) = drafts[old].take() else { continue };
        let id = NodeId(nodes.len() as u32);
        labels.extend(from.labels.iter().map(|label| (label.clone(), id)));
        let mut properties: Vec<Property> =
            from.properties.into_iter().filter(|property| !property.deleted).map(property).collect();
        let own = phandles.by_node.get(&old).filter(|_| phandles.automatic.contains(&old));
        if let Some(phandle) = own.filter(|_| !properties.iter().any(|one| one.name == PHANDLE[0])) {
            let value = phandle.to_be_bytes().to_vec();
            let (name, place) = (PHANDLE[0].to_string(), from.place);
            let parts = vec![Part { start: 0, kind: Kind::Number(4), place }];
            properties.push(Property { name, value, place, value_place: place, parts });
        }
        nodes.push(Node {
            unit_address: Node::unit_address_of(&from.name),
            name: from.name,
            labels: from.labels,
            properties,
            place: from.place,
            parent: from.parent.and_then(|parent| ids[parent]),
            children: from.children.iter().filter_map(|child| ids[*child]).collect(),
        });
    }
    let phandles =
        phandles.by_number.iter().filter_map(|(number, old)| Some((*number, ids[*old]?))).collect();
    let mut tree = Tree { nodes, labels, phandles, reservations: draft.reservations, boot_cpu: 0, sources };
    tree.boot_cpu = boot_cpu(&tree).unwrap_or(0);
    tree
}

/// The first CPU, as dtc guesses it.
pub(crate) fn boot_cpu(tree: &Tree) -> Option<u32> {
    let first = tree.children(tree.find("/cpus")?).next()?;
    tree.node(first).property("reg")?.u32().ok()
}

fn property(from: DraftProperty) -> Property {
    let DraftProperty { name, place, value, .. } = from;
    Property { name, value: value.bytes, place, value_place: value.place, parts: value.parts }
}
