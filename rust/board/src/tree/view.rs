// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A tree as the devicetree specification reads it: which nodes are there, at which addresses, with which clocks.

use devicetree::{Mistake, NodeId, Place, Property, Tree};

/// What a node says it is like; most particular first.
pub(super) fn compatible(tree: &Tree, id: NodeId) -> Vec<&str> {
    let property = tree.node(id).property("compatible");
    property.and_then(|property| property.strings().ok()).unwrap_or_default()
}

/// Whether a node is there: neither it nor one around it has another status than "okay".
pub(super) fn is_enabled(tree: &Tree, id: NodeId) -> bool {
    std::iter::successors(Some(id), |id| tree.parent(*id)).all(|id| match tree.node(id).property("status") {
        Some(status) => matches!(status.string(), Ok("okay" | "ok")),
        None => true,
    })
}

/// Where the registers or the memory of a node lie, as the CPU sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) at: u64,
    pub(super) size_bytes: u64,
    pub(super) place: Place,
}

/// The regions that `reg` has, translated by the `ranges` of all buses around the node.
pub(super) fn regions(tree: &Tree, id: NodeId) -> Result<Vec<Region>, Mistake> {
    let Some(reg) = tree.node(id).property("reg") else { return Ok(Vec::new()) };
    let Some(parent) = tree.parent(id) else { return Ok(Vec::new()) };
    let (address_cells, size_cells) = cells_below(tree, parent)?;
    let entry = address_cells + size_cells;
    let cells = reg.cells()?;
    if entry == 0 || cells.is_empty() || !cells.len().is_multiple_of(entry) {
        let mistake = reg.value_place.mistake("wrong number of cells in \"reg\"");
        let mistake = mistake.found(format!("{} cells", cells.len()));
        let around = tree.path(parent);
        return Err(mistake.expected(format!(
            "a multiple of {entry}: {around} has #address-cells = <{address_cells}> and #size-cells = <{size_cells}>"
        )));
    }
    let mut regions = Vec::new();
    for (number, cells) in cells.chunks(entry).enumerate() {
        let place = reg.cell_place(number * entry);
        let (address, size) = cells.split_at(address_cells);
        let (address, size_bytes) = (wide(address, place)?, wide(size, place)?);
        let at = translate(tree, parent, address, place)?;
        if at.checked_add(size_bytes).is_none() {
            let mistake = place.mistake("a region ends beyond the last address");
            return Err(mistake.found(format!("{at:#x}, and {size_bytes:#x} bytes")));
        }
        regions.push(Region { at, size_bytes, place });
    }
    Ok(regions)
}

impl Region {
    /// The last address; the first one, if there is none.
    pub(super) fn last(&self) -> u64 {
        self.at + self.size_bytes.saturating_sub(1)
    }
}

/// A node's region has addresses of another one's.
pub(super) fn overlap(tree: &Tree, one: (NodeId, Region), other: (NodeId, Region)) -> Mistake {
    let ((one, region), (other, taken)) = (one, other);
    let mistake = region.place.mistake(format!("{} and {} overlap", tree.path(one), tree.path(other)));
    let mistake = mistake.found(format!("{:#x} to {:#x}", region.at, region.last()));
    mistake.also(taken.place, format!("{:#x} to {:#x}", taken.at, taken.last()))
}

/// `#address-cells` and `#size-cells` of a node, for the nodes in it.
fn cells_below(tree: &Tree, id: NodeId) -> Result<(usize, usize), Mistake> {
    let read = |name: &str, default: u32| -> Result<usize, Mistake> {
        let Some(property) = tree.node(id).property(name) else { return Ok(default as usize) };
        match property.u32()? {
            cells @ 0..=2 => Ok(cells as usize),
            more => {
                let mistake = property.value_place.mistake(format!("wrong value of \"{name}\""));
                Err(mistake.found(format!("{more}")).expected("0, 1 or 2: no CPU here has longer addresses"))
            }
        }
    };
    Ok((read("#address-cells", 2)?, read("#size-cells", 1)?))
}

/// The address that `address` on the bus `bus` is for the CPU.
fn translate(tree: &Tree, bus: NodeId, address: u64, place: Place) -> Result<u64, Mistake> {
    let Some(above) = tree.parent(bus) else { return Ok(address) };
    let Some(ranges) = tree.node(bus).property("ranges") else {
        // Zephyr's controllers of flashes have the flash in them, without `ranges`, at the CPU's addresses.
        return Ok(address);
    };
    if ranges.is_empty() {
        return translate(tree, above, address, place);
    }
    let ((child_cells, size_cells), (above_cells, _)) = (cells_below(tree, bus)?, cells_below(tree, above)?);
    let entry = child_cells + above_cells + size_cells;
    let cells = ranges.cells()?;
    if entry == 0 || !cells.len().is_multiple_of(entry) {
        let mistake = ranges.value_place.mistake("wrong number of cells in \"ranges\"");
        return Err(mistake
            .found(format!("{} cells", cells.len()))
            .expected(format!("a multiple of {entry}")));
    }
    for (number, cells) in cells.chunks(entry).enumerate() {
        let at = |index: usize| ranges.cell_place(number * entry + index);
        let (child, rest) = cells.split_at(child_cells);
        let (parent, size) = rest.split_at(above_cells);
        let (child, size) = (wide(child, at(0))?, wide(size, at(child_cells + above_cells))?);
        let parent = wide(parent, at(child_cells))?;
        if let Some(offset) = address.checked_sub(child).filter(|offset| *offset < size) {
            return translate(tree, above, parent.wrapping_add(offset), place);
        }
    }
    let mistake = place.mistake("an address outside of its bus").found(format!("{address:#x}"));
    let mistake = mistake.also(ranges.value_place, "no range has it");
    Err(mistake.help(format!("add a range to {}, or move the node", tree.path(bus))))
}

fn wide(cells: &[u32], place: Place) -> Result<u64, Mistake> {
    match *cells {
        [] => Ok(0),
        [low] => Ok(low.into()),
        [high, low] => Ok(u64::from(high) << 32 | u64::from(low)),
        _ => Err(place.mistake("a number of more than 64 bits")),
    }
}

/// The number in a property, if the node has it.
pub(super) fn number(tree: &Tree, id: NodeId, name: &str) -> Result<Option<u64>, Mistake> {
    tree.node(id).property(name).map(Property::u64).transpose()
}

/// The node that a phandle in the cell `index` of `property` means.
pub(super) fn target(tree: &Tree, property: &Property, index: usize) -> Result<NodeId, Mistake> {
    let place = property.cell_place(index);
    let phandle = property.cells()?.get(index).copied();
    phandle.and_then(|phandle| tree.by_phandle(phandle)).ok_or_else(|| {
        let mistake = place.mistake(format!("\"{}\" refers to no node", property.name));
        let found = phandle
            .map_or("no cell".to_string(), |phandle| format!("the phandle {phandle:#x}, which no node has"));
        mistake.found(found).expected("the label of a node: <&LABEL ...>")
    })
}

/// The frequency of a node's first clock in hertz, as far as the tree says one.
pub(super) fn clock_hz(tree: &Tree, id: NodeId) -> Result<Option<u64>, Mistake> {
    if let Some(hz) = number(tree, id, "clock-frequency")? {
        return Ok(Some(hz));
    }
    let Some(clocks) = tree.node(id).property("clocks") else { return Ok(None) };
    made_hz(tree, target(tree, clocks, 0)?, 0)
}

/// The most clocks that are made of one another.
const CLOCKS_MAX: usize = 16;

/// The frequency of the clock that a node is: its own, or a part of another one's (`fixed-factor-clock`).
fn made_hz(tree: &Tree, id: NodeId, depth: usize) -> Result<Option<u64>, Mistake> {
    if let Some(hz) = number(tree, id, "clock-frequency")? {
        return Ok(Some(hz));
    }
    let (divisor, factor) = (number(tree, id, "clock-div")?, number(tree, id, "clock-mult")?);
    let (Some(clocks), true) = (tree.node(id).property("clocks"), divisor.is_some() || factor.is_some())
    else {
        return Ok(None);
    };
    if depth == CLOCKS_MAX {
        return Err(clocks.value_place.mistake("a clock that is made of itself"));
    }
    let of = made_hz(tree, target(tree, clocks, 0)?, depth + 1)?;
    Ok(of.and_then(|hz| hz.checked_mul(factor.unwrap_or(1))?.checked_div(divisor.unwrap_or(1))))
}
