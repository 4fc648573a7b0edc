// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Who is meant by a phandle with numbers behind it, such as an interrupt or a pin: maybe another node than the one that is
//! named, which has a map (devicetree specification 0.4, 2.4.3 and 2.5).

use super::view::{self, target};
use devicetree::{Mistake, NodeId, Place, Property, Tree};

/// What is led through maps. The names of its properties.
#[derive(Debug)]
pub(super) struct Kind {
    cells: &'static str,
    map: &'static str,
    mask: &'static str,
    pass: &'static str,
    /// How the one who takes it is called.
    controller: &'static str,
    /// The map looks at the address of the node, too.
    by_address: bool,
}

pub(super) const INTERRUPT: Kind = Kind {
    cells: "#interrupt-cells",
    map: "interrupt-map",
    mask: "interrupt-map-mask",
    pass: "interrupt-map-pass-thru",
    controller: "interrupt controller",
    by_address: true,
};

pub(super) const GPIO: Kind = Kind {
    cells: "#gpio-cells",
    map: "gpio-map",
    mask: "gpio-map-mask",
    pass: "gpio-map-pass-thru",
    controller: "GPIO controller",
    by_address: false,
};

/// Something that is told a controller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) controller: NodeId,
    /// The numbers.
    pub(super) cells: Vec<u32>,
    /// Where it is written.
    pub(super) place: Place,
}

/// The most numbers that anybody is told.
const CELLS_MAX: u32 = 8;

/// How many numbers a controller is told; `place` names it.
pub(super) fn width(tree: &Tree, kind: &Kind, controller: NodeId, place: Place) -> Result<usize, Mistake> {
    let Some(cells) = tree.node(controller).property(kind.cells) else {
        let what = if kind.by_address { "an interrupt" } else { "a pin" };
        let mistake = place.mistake(format!("{what} to nowhere"));
        let mistake = mistake.found(format!("{} is no {}", tree.path(controller), kind.controller));
        return Err(mistake.expected(format!("a node with \"{}\"", kind.cells)));
    };
    let from = if kind.by_address { 1 } else { 0 };
    match cells.u32()? {
        width if (from..=CELLS_MAX).contains(&width) => Ok(width as usize),
        other => Err(cells
            .value_place
            .mistake(format!("wrong value of \"{}\"", kind.cells))
            .found(format!("{other}"))
            .expected(format!("{from} to {CELLS_MAX}"))),
    }
}

/// The phandles in a property, each with its numbers. 0 is a place that is left empty.
pub(super) fn list(tree: &Tree, kind: &Kind, property: &Property) -> Result<Vec<Option<Told>>, Mistake> {
    let cells = property.cells()?;
    let (mut all, mut at) = (Vec::new(), 0);
    while at < cells.len() {
        if cells[at] == 0 && !kind.by_address {
            all.push(None);
            at += 1;
            continue;
        }
        let place = property.cell_place(at);
        let controller = target(tree, property, at)?;
        let width = width(tree, kind, controller, place)?;
        let Some(told) = cells.get(at + 1..at + 1 + width) else {
            let article = if kind.by_address { "an" } else { "a" };
            let mistake = place.mistake(format!("too few cells behind {article} {}", kind.controller));
            return Err(mistake.expected(format!("{width}: {} of {}", kind.cells, tree.path(controller))));
        };
        all.push(Some(Told { controller, cells: told.to_vec(), place }));
        at += 1 + width;
    }
    Ok(all)
}

/// Leads `told` through all maps on its way, to the one who takes it. `from` is whose it is.
pub(super) fn follow(tree: &Tree, kind: &Kind, from: NodeId, mut told: Told) -> Result<Told, Mistake> {
    let mut seen = Vec::new();
    let mut address = None;
    while let Some(map) = tree.node(told.controller).property(kind.map) {
        if seen.contains(&told.controller) {
            let mistake = map.place.mistake(format!("\"{}\" leads back to itself", kind.map));
            return Err(mistake.found(tree.path(told.controller)).also(told.place, "this is led there"));
        }
        seen.push(told.controller);
        let nexus = Nexus { tree, kind, id: told.controller, map };
        let own = nexus.address_cells(told.controller, 0)?;
        let address_now = match address {
            Some(address) => address,
            None => first_address(tree, from, own)?,
        };
        let (next, address_next) = nexus.lead(&told, &address_now, own)?;
        (told, address) = (next, Some(address_next));
    }
    Ok(told)
}

/// The first cells of a node's `reg`; 0 without one.
fn first_address(tree: &Tree, id: NodeId, count: usize) -> Result<Vec<u32>, Mistake> {
    let mut cells = tree.node(id).property("reg").map(Property::cells).transpose()?.unwrap_or_default();
    cells.resize(count, 0);
    Ok(cells)
}

/// A node with a map.
struct Nexus<'a> {
    tree: &'a Tree,
    kind: &'a Kind,
    id: NodeId,
    map: &'a Property,
}

impl Nexus<'_> {
    /// How many cells of addresses stand before the numbers for `of`.
    fn address_cells(&self, of: NodeId, at: usize) -> Result<usize, Mistake> {
        if !self.kind.by_address {
            return Ok(0);
        }
        let cells = view::number(self.tree, of, "#address-cells")?.unwrap_or(0);
        match cells {
            0..=3 => Ok(cells as usize),
            _ => Err(self.map.cell_place(at).mistake("an address of more than 3 cells")),
        }
    }

    /// Who `told` is for by this map, and the address that he sees.
    fn lead(&self, told: &Told, address: &[u32], own: usize) -> Result<(Told, Vec<u32>), Mistake> {
        let width = told.cells.len();
        let asked: Vec<u32> = address.iter().chain(&told.cells).copied().collect();
        let mask = self.mask(self.kind.mask, own + width, u32::MAX)?;
        let masked =
            |cells: &[u32]| cells.iter().zip(&mask).map(|(cell, mask)| cell & mask).collect::<Vec<u32>>();
        let cells = self.map.cells()?;
        // All of the map is looked at, so that a mistake in it is told whoever asks.
        let (mut at, mut meant) = (0, None);
        while at < cells.len() {
            let (row, parent_at) = (at, at + own + width);
            if parent_at >= cells.len() {
                return Err(self.cut_off(row));
            }
            let controller = target(self.tree, self.map, parent_at)?;
            let place = self.map.cell_place(parent_at);
            let parent_own = self.address_cells(controller, parent_at)?;
            let parent_width = self::width(self.tree, self.kind, controller, place)?;
            let first = parent_at + 1 + parent_own;
            let Some(out) = cells.get(first..first + parent_width) else { return Err(self.cut_off(row)) };
            at = first + parent_width;
            if meant.is_none() && masked(&cells[row..parent_at]) == masked(&asked) {
                meant = Some((controller, &cells[parent_at + 1..first], out));
            }
        }
        if let Some((controller, address, out)) = meant {
            let pass = self.mask(self.kind.pass, width, 0)?;
            let passed = out.iter().enumerate().map(|(number, cell)| {
                let pass = pass.get(number).copied().unwrap_or(0);
                cell & !pass | told.cells.get(number).copied().unwrap_or(0) & pass
            });
            let told = Told { controller, cells: passed.collect(), place: told.place };
            return Ok((told, address.to_vec()));
        }
        let numbers: Vec<String> = asked.iter().map(|cell| format!("{cell:#x}")).collect();
        let mistake = told.place.mistake(format!("\"{}\" has no such row", self.kind.map));
        let mistake = mistake.found(format!("<{}> for {}", numbers.join(" "), self.tree.path(self.id)));
        Err(mistake.also(self.map.place, "this is the map"))
    }

    fn mask(&self, name: &str, count: usize, default: u32) -> Result<Vec<u32>, Mistake> {
        let Some(property) = self.tree.node(self.id).property(name) else { return Ok(vec![default; count]) };
        let cells = property.cells()?;
        if cells.len() != count {
            let mistake = property.value_place.mistake(format!("wrong number of cells in \"{name}\""));
            return Err(mistake.found(format!("{} cells", cells.len())).expected(format!("{count}")));
        }
        Ok(cells)
    }

    fn cut_off(&self, row: usize) -> Mistake {
        let mistake = self.map.cell_place(row).mistake(format!("\"{}\" ends within a row", self.kind.map));
        mistake.expected(format!(
            "address and numbers of {}, a phandle, then address and numbers of that node",
            self.tree.path(self.id)
        ))
    }
}

#[cfg(test)]
mod tests;
