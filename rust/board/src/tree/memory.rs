// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The memories of a board.

use super::parts::Parts;
use super::view::Region;
use super::{Survey, chosen, sse, view};
use crate::bindings::Model;
use devicetree::{Mistake, NodeId, Place, Tree};
use plan::{Load, MemoryId, Step};

/// A memory and where it lies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Laid {
    pub(super) id: NodeId,
    pub(super) at: u64,
    pub(super) size_bytes: u64,
    pub(super) read_only: bool,
    pub(super) erased: bool,
    /// Where it shows besides.
    pub(super) mirror: Option<u64>,
    /// Who guards it, and shows it.
    pub(super) guard: Option<NodeId>,
    pub(super) memory: MemoryId,
    pub(super) place: Place,
}

impl Laid {
    /// Whose it is, and where.
    pub(super) fn region(&self) -> (NodeId, Region) {
        (self.id, Region { at: self.at, size_bytes: self.size_bytes, place: self.place })
    }

    fn end(&self) -> u64 {
        self.at + self.size_bytes
    }
}

/// Lays out all memories, in the order of their addresses.
pub(super) fn lay_out(
    tree: &Tree,
    survey: &Survey,
    parts: &mut Parts,
    mistakes: &mut Vec<Mistake>,
) -> Vec<Laid> {
    let mut all = Vec::new();
    for known in &survey.nodes {
        let (read_only, erased, mirror) = match known.binding.model {
            Model::Ram => (false, false, None),
            Model::Flash(mirror) => (true, false, mirror),
            Model::Settings => (true, true, None),
            Model::BootRom => (true, false, None),
            _ => continue,
        };
        let guard = sse::guard(tree, survey, known.id, sse::Kind::Memory);
        match view::regions(tree, known.id).and_then(|regions| Ok((regions, guard?))) {
            Ok((regions, guard)) => {
                all.extend(regions.iter().filter(|region| region.size_bytes > 0).map(|region| Laid {
                    id: known.id,
                    at: region.at,
                    size_bytes: region.size_bytes,
                    read_only,
                    erased,
                    mirror,
                    guard: guard.as_ref().map(|(guard, _)| *guard),
                    memory: MemoryId(0),
                    place: region.place,
                }))
            }
            Err(mistake) => mistakes.push(mistake),
        }
    }
    match chosen::mapped_flash(tree, survey) {
        Ok(region) => all.extend(region.map(|(id, region)| Laid {
            id,
            at: region.at,
            size_bytes: region.size_bytes,
            read_only: true,
            erased: false,
            mirror: None,
            guard: None,
            memory: MemoryId(0),
            place: region.place,
        })),
        Err(mistake) => mistakes.push(mistake),
    }
    // The larger one first: Zephyr names parts of a memory as memories of their own.
    all.sort_by_key(|laid: &Laid| (laid.at, u64::MAX - laid.size_bytes));
    let mut laid: Vec<Laid> = Vec::new();
    for next in all {
        match laid.last() {
            Some(last) if next.end() <= last.end() => continue,
            Some(last) if next.at < last.end() => {
                mistakes.push(view::overlap(tree, next.region(), last.region()))
            }
            _ => laid.push(next),
        }
    }
    for number in 0..laid.len() {
        let id = laid[number].id;
        // A node may have several.
        let nth = laid[..number].iter().filter(|before| before.id == id).count();
        let name = tree.path(id);
        let name = if nth > 0 { format!("{name} {nth}") } else { name };
        let one = &mut laid[number];
        one.memory = MemoryId(number as u32);
        let mut at: Vec<u64> = std::iter::once(one.at).chain(one.mirror).collect();
        let mut elsewhere = if one.guard.is_some() { std::mem::take(&mut at) } else { Vec::new() };
        let secure = sse::secure(survey, one.at);
        elsewhere.extend(secure);
        one.mirror = one.mirror.or(secure);
        let (size_bytes, read_only, erased) = (one.size_bytes, one.read_only, one.erased);
        parts.step(Step::Memory { name, size_bytes, read_only, erased, at, elsewhere });
    }
    if laid.iter().all(|laid| laid.read_only) && mistakes.is_empty() {
        let mistake = tree.node(tree.root()).place.mistake("the board has no RAM");
        mistakes.push(mistake.expected(
            "a node such as memory@20000000 { device_type = \"memory\"; reg = <0x20000000 0x10000>; };",
        ));
    }
    laid
}

/// A copy of the tree in memory, for firmware that reads it: where `/chosen` wants it.
pub(super) fn copy_of_tree(tree: &Tree, memories: &[Laid]) -> Result<Option<Load>, Mistake> {
    let chosen = tree.find("/chosen").and_then(|id| tree.node(id).property("virtmcu,devicetree-at"));
    let Some(property) = chosen else { return Ok(None) };
    let (at, bytes) = (property.u64()?, tree.to_dtb());
    let end = at.checked_add(bytes.len() as u64);
    let fits = |laid: &Laid| !laid.read_only && laid.at <= at && end.is_some_and(|end| end <= laid.end());
    if !memories.iter().any(fits) {
        let mistake = property.value_place.mistake("the device tree does not fit there");
        let mistake = mistake.found(format!("{at:#x}, and {:#x} bytes", bytes.len()));
        return Err(mistake.expected("an address in RAM"));
    }
    Ok(Some(Load { at, bytes }))
}
