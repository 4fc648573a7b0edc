// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What `/chosen` says: which UART is the console, which memory has the program (devicetree specification 0.4, 3.6; Zephyr,
//! "Zephyr-specific chosen nodes").

use super::Survey;
use super::memory::Laid;
use super::view::{self, Region};
use crate::bindings::Model;
use devicetree::{Mistake, NodeId, Property, Tree};

/// The node that is chosen for `name`.
pub(super) fn node(tree: &Tree, name: &str) -> Result<Option<NodeId>, Mistake> {
    let Some(property) = tree.find("/chosen").and_then(|id| tree.node(id).property(name)) else {
        return Ok(None);
    };
    named(tree, property).map(Some)
}

/// A path, an alias, or a phandle.
fn named(tree: &Tree, property: &Property) -> Result<NodeId, Mistake> {
    let Ok(text) = property.string() else { return view::target(tree, property, 0) };
    tree.resolve(text).ok_or_else(|| {
        let mistake = property.value_place.mistake(format!("\"{}\" names no node", property.name));
        mistake.found(format!("\"{text}\"")).expected("a path or an alias: &uart0, \"/soc/serial@40004000\"")
    })
}

/// The node where the program speaks to people.
pub(super) fn console(tree: &Tree) -> Result<Option<NodeId>, Mistake> {
    for name in ["zephyr,console", "stdout-path", "linux,stdout-path", "zephyr,shell-uart"] {
        if let Some(id) = node(tree, name)? {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

/// The addresses of a flash that the program is in, if it is a chip on a bus: its controller shows it in its last region, also where
/// the tree calls the two disabled, so that no driver touches what the CPU reads its instructions from.
pub(super) fn mapped_flash(tree: &Tree, survey: &Survey) -> Result<Option<(NodeId, Region)>, Mistake> {
    let Some(flash) = node(tree, "zephyr,flash")? else { return Ok(None) };
    let is_known = |id| matches!(survey.model(id), Some(Model::Flash(_) | Model::Ram));
    let Some(controller) = tree.parent(flash).filter(|_| !is_known(flash)) else { return Ok(None) };
    let regions = view::regions(tree, controller)?;
    Ok(regions.get(1..).and_then(<[Region]>::last).map(|region| (flash, *region)))
}

/// The memory that the program's data is in must be one.
pub(super) fn check_memory(tree: &Tree, memories: &[Laid]) -> Result<(), Mistake> {
    let Some(property) = tree.find("/chosen").and_then(|id| tree.node(id).property("zephyr,sram")) else {
        return Ok(());
    };
    let id = named(tree, property)?;
    let is_memory = |region: &Region| {
        memories.iter().any(|laid| laid.at <= region.at && region.last() < laid.at + laid.size_bytes)
    };
    if view::regions(tree, id)?.iter().any(is_memory) {
        return Ok(());
    }
    let mistake = property.value_place.mistake("\"zephyr,sram\" is no memory").found(tree.path(id));
    Err(mistake.expected("a node that is enabled, or lies in one: compatible = \"mmio-sram\""))
}
