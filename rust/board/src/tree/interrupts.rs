// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Which interrupts a node has, and of whom.

use super::nexus::{self, INTERRUPT, Told};
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
    let told = match (node.property("interrupts-extended"), node.property("interrupts")) {
        (Some(extended), _) => nexus::list(tree, &INTERRUPT, extended)?.into_iter().flatten().collect(),
        (None, Some(plain)) => read(tree, plain, parent(tree, id, plain)?)?,
        (None, None) => Vec::new(),
    };
    let mut all = Vec::new();
    for told in told {
        let Told { controller, cells, place } = nexus::follow(tree, &INTERRUPT, id, told)?;
        all.push(Interrupt { name: None, controller, cells, place });
    }
    if let Some(names) = node.property("interrupt-names") {
        for (interrupt, name) in all.iter_mut().zip(names.strings()?) {
            interrupt.name = Some(name.to_string());
        }
    }
    Ok(all)
}

/// Who takes the interrupts of a node that does not say it: `interrupt-parent` of the nearest node around, or that node itself,
/// if it takes interrupts.
fn parent(tree: &Tree, id: NodeId, interrupts: &Property) -> Result<NodeId, Mistake> {
    for around in std::iter::successors(Some(id), |id| tree.parent(*id)) {
        if around != id && tree.node(around).property("#interrupt-cells").is_some() {
            return Ok(around);
        }
        if let Some(property) = tree.node(around).property("interrupt-parent") {
            return target(tree, property, 0);
        }
    }
    let mistake =
        interrupts.place.mistake("interrupts of nobody").found("no node around has an \"interrupt-parent\"");
    Err(mistake.help("add \"interrupt-parent = <&nvic>;\", with the label of the controller, to the bus"))
}

fn read(tree: &Tree, property: &Property, controller: NodeId) -> Result<Vec<Told>, Mistake> {
    let width = nexus::width(tree, &INTERRUPT, controller, property.cell_place(0))?;
    let cells = property.cells()?;
    if !cells.len().is_multiple_of(width) {
        let mistake = property.value_place.mistake(format!("wrong number of cells in \"{}\"", property.name));
        let of = tree.path(controller);
        let mistake = mistake.found(format!("{} cells", cells.len()));
        return Err(mistake.expected(format!("a multiple of {width}: #interrupt-cells of {of}")));
    }
    let read = |(number, cells): (usize, &[u32])| Told {
        controller,
        cells: cells.to_vec(),
        place: property.cell_place(number * width),
    };
    Ok(cells.chunks(width).enumerate().map(read).collect())
}
