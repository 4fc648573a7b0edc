// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Which interrupts a node has, and of whom.

use super::view::target;
use devicetree::{Mistake, NodeId, Place, Property, Tree};

/// One interrupt of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Interrupt {
    /// What it is called in `interrupt-names`.
    pub(super) name: Option<String>,
    /// Who takes it.
    pub(super) controller: NodeId,
    /// What that one is told.
    pub(super) cells: Vec<u32>,
    pub(super) place: Place,
}

/// All interrupts of a node, in their order.
pub(super) fn of(tree: &Tree, id: NodeId) -> Result<Vec<Interrupt>, Mistake> {
    let node = tree.node(id);
    let mut all = match (node.property("interrupts-extended"), node.property("interrupts")) {
        (Some(extended), _) => read_extended(tree, extended)?,
        (None, Some(plain)) => {
            let controller = parent(tree, id, plain)?;
            read(tree, plain, 0, controller)?
        }
        (None, None) => Vec::new(),
    };
    if let Some(names) = node.property("interrupt-names") {
        for (interrupt, name) in all.iter_mut().zip(names.strings()?) {
            interrupt.name = Some(name.to_string());
        }
    }
    Ok(all)
}

/// `interrupt-parent` of the node, or of the nearest one around it that says one.
fn parent(tree: &Tree, id: NodeId, interrupts: &Property) -> Result<NodeId, Mistake> {
    for id in std::iter::successors(Some(id), |id| tree.parent(*id)) {
        if let Some(property) = tree.node(id).property("interrupt-parent") {
            return target(tree, property, 0);
        }
    }
    let mistake =
        interrupts.place.mistake("interrupts of nobody").found("no node around has an \"interrupt-parent\"");
    Err(mistake.help("add \"interrupt-parent = <&nvic>;\", with the label of the controller, to the bus"))
}

fn read(
    tree: &Tree,
    property: &Property,
    first: usize,
    controller: NodeId,
) -> Result<Vec<Interrupt>, Mistake> {
    let width = width(tree, property, first, controller)?;
    let cells = property.cells()?;
    if !(cells.len() - first).is_multiple_of(width) {
        let mistake = property.value_place.mistake(format!("wrong number of cells in \"{}\"", property.name));
        let of = tree.path(controller);
        let mistake = mistake.found(format!("{} cells", cells.len() - first));
        return Err(mistake.expected(format!("a multiple of {width}: #interrupt-cells of {of}")));
    }
    let chunks = cells[first..].chunks(width).enumerate();
    let read = |(number, cells): (usize, &[u32])| Interrupt {
        name: None,
        controller,
        cells: cells.to_vec(),
        place: property.cell_place(first + number * width),
    };
    Ok(chunks.map(read).collect())
}

fn read_extended(tree: &Tree, property: &Property) -> Result<Vec<Interrupt>, Mistake> {
    let cells = property.cells()?;
    let (mut all, mut at) = (Vec::new(), 0);
    while at < cells.len() {
        let controller = target(tree, property, at)?;
        let width = width(tree, property, at, controller)?;
        let Some(told) = cells.get(at + 1..at + 1 + width) else {
            let mistake = property.cell_place(at).mistake("too few cells behind an interrupt controller");
            return Err(mistake.expected(format!("{width}: #interrupt-cells of {}", tree.path(controller))));
        };
        all.push(Interrupt { name: None, controller, cells: told.to_vec(), place: property.cell_place(at) });
        at += 1 + width;
    }
    Ok(all)
}

/// How many cells the controller is told.
fn width(tree: &Tree, property: &Property, index: usize, controller: NodeId) -> Result<usize, Mistake> {
    let Some(cells) = tree.node(controller).property("#interrupt-cells") else {
        let mistake = property.cell_place(index).mistake("an interrupt to nowhere");
        let mistake = mistake.found(format!("{} is no interrupt controller", tree.path(controller)));
        return Err(mistake.expected("a node with \"#interrupt-cells\""));
    };
    match cells.u32()? {
        width @ 1..=8 => Ok(width as usize),
        other => Err(cells
            .value_place
            .mistake("wrong value of \"#interrupt-cells\"")
            .found(format!("{other}"))
            .expected("1 to 8")),
    }
}
