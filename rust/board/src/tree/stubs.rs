// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What nobody models: registers that only remember, and tell of each access at a port of their own.
//!
//! `virtmcu,reads = <OFFSET VALUE>, ...` says what reads give, whatever was written.

use super::Known;
use super::devices::Site;
use super::node::port_name;
use super::view::{self, Region};
use crate::Port;
use crate::bindings::Model;
use devicetree::{Mistake, NodeId, Tree};
use plan::{Step, Stub};

/// The port at which stubs tell of accesses: the last one of a board that has stubs.
const PORT: &str = "stubs";

/// What says what reads give.
const READS: &str = "virtmcu,reads";

/// Makes the stubs; all devices are in their places.
pub(super) fn place(site: &mut Site<'_>, mistakes: &mut Vec<Mistake>) {
    // There are not more than the tree has nodes.
    let port = site.ports.len() as u16;
    let mut any = false;
    for known in &site.survey.nodes {
        match stub(site, *known, port) {
            Ok(made) => any |= made,
            Err(mistake) => mistakes.push(mistake),
        }
    }
    if any {
        site.ports.push((Port::uart(PORT), site.tree.root()));
    }
}

/// The stubs of one node; false if it has none.
fn stub(site: &mut Site<'_>, Known { id, binding }: Known, port: u16) -> Result<bool, Mistake> {
    let is_stub = match binding.model {
        Model::Stub => true,
        Model::Missing(_) => false,
        _ => return Ok(false),
    };
    let tree = site.tree;
    // A part that is only known may lie where others are, or have addresses on a bus of its own.
    let regions = match view::regions(tree, id) {
        Err(_) if !is_stub => return Ok(false),
        regions => regions?,
    };
    let regions = regions.into_iter().filter(|region| region.size_bytes > 0);
    let (regions, taken): (Vec<Region>, Vec<Region>) = regions.partition(|region| site.has_room(region));
    if is_stub && !taken.is_empty() {
        // It tells with whom they are shared.
        site.regions(id)?;
    }
    let name = port_name(tree, id);
    for (number, region) in regions.iter().enumerate() {
        site.take(id, *region);
        let name = if number > 0 { format!("{name}.{number}") } else { name.clone() };
        let reads = if number == 0 { reads(tree, id, *region)? } else { Vec::new() };
        let (at, size_bytes) = (region.at, region.size_bytes);
        site.parts.step(Step::Stub(Stub { name, at, size_bytes, reads, port }));
    }
    Ok(!regions.is_empty())
}

fn reads(tree: &Tree, id: NodeId, region: Region) -> Result<Vec<(u64, u32)>, Mistake> {
    let Some(property) = tree.node(id).property(READS) else { return Ok(Vec::new()) };
    let cells = property.cells()?;
    let wrong = |found: String| {
        let mistake = property.value_place.mistake(format!("\"{READS}\" is no list of offsets and values"));
        Err(mistake.found(found).expected("pairs such as <0x00 0x03000000>, <0x08 0x2>"))
    };
    if !cells.len().is_multiple_of(2) {
        return wrong(format!("{} numbers", cells.len()));
    }
    let mut reads = Vec::new();
    for pair in cells.chunks_exact(2) {
        let offset = u64::from(pair[0]);
        if !offset.is_multiple_of(4) || offset >= region.size_bytes {
            return wrong(format!("the offset {offset:#x} of {:#x} bytes", region.size_bytes));
        }
        reads.push((offset, pair[1]));
    }
    Ok(reads)
}
