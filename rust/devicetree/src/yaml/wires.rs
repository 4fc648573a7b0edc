// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The interrupts of parts: to whom they go.

use super::fields;
use super::node::Nodes;
use super::text::Value;
use super::value;
use crate::draft::DraftValue;
use crate::{Mistake, Place};

/// The cells of an interrupt of a GIC, its first shared one, and "high level" (Linux, arm,gic.yaml).
pub(super) const GIC_CELLS: u32 = 3;
const GIC_SHARED: u32 = 32;
const LEVEL_HIGH: u32 = 4;

/// Interrupts, which are joined when all nodes are there.
#[derive(Default)]
pub(super) struct Wires<'v>(Vec<Wire<'v>>);

struct Wire<'v> {
    node: usize,
    list: &'v Value,
    /// The key.
    place: Place,
    body: u32,
}

impl<'v> Wires<'v> {
    /// The interrupts of a node, if it has a list of them.
    pub fn add(&mut self, node: usize, list: Option<&'v Value>, place: Place, body: u32) {
        self.0.extend(list.map(|list| Wire { node, list, place, body }));
    }

    /// Joins all interrupts.
    pub fn join(self, nodes: &mut Nodes<'_>) {
        // A mistake so far may be why a controller is not there.
        if !nodes.mistakes.is_empty() {
            return;
        }
        let all = nodes.draft.walk();
        let all = all.into_iter().filter(|id| nodes.draft.property(*id, "interrupt-controller").is_some());
        let controllers: Vec<usize> = all.take(2).collect();
        for Wire { node, list, place, body } in self.0 {
            let done = join(node, list, &controllers, nodes);
            let done =
                done.and_then(|value| nodes.draft.set(node, "interrupts-extended", place, value, body));
            nodes.keep(done);
        }
    }
}

/// The interrupts of a part: `NAME@LINE`, or a line of the only controller.
fn join(id: usize, list: &Value, controllers: &[usize], nodes: &Nodes<'_>) -> Result<DraftValue, Mistake> {
    if let Some(other) = nodes.draft.property(id, "interrupts") {
        let mistake = list.place.mistake("the interrupts of a part are there twice");
        return Err(mistake.found("again").also(other.place, "first here"));
    }
    let mut out = DraftValue::empty(list.place);
    for one in fields::list(list, "a list: [nvic@1, nvic@2]")? {
        let place = one.place;
        let wrong = || place.mistake("this is no interrupt").expected("NAME@LINE, as in nvic@5, or a number");
        let text = value::text(one).ok_or_else(wrong)?;
        let (name, line) = match text.split_once('@') {
            Some((name, line)) => (Some(name), line),
            None => (None, text),
        };
        let line = value::number(line).and_then(|line| u32::try_from(line).ok()).ok_or_else(wrong)?;
        let (target, controller) = match (name, controllers) {
            (Some(name), _) => (name.to_string(), nodes.draft.find(name, place)?),
            (None, [only]) => (nodes.draft.path(*only), *only),
            (None, _) => {
                let mistake = place.mistake("an interrupt of which controller?");
                let count = ["no node has", "more than one node has"][controllers.len().min(1)];
                let mistake = mistake.found(format!("{count} \"interrupt-controller\""));
                return Err(mistake.expected(format!("its name before the number: nvic@{line}")));
            }
        };
        let cells = nodes.cells(controller, "#interrupt-cells", 0)?;
        if cells == 0 {
            let mistake = place.mistake("an interrupt to nowhere");
            let found = format!("{} has no \"#interrupt-cells\"", nodes.draft.path(controller));
            return Err(mistake.found(found));
        }
        out.reference(true, target, place);
        // A shared one of a GIC, by its number among all or among the shared ones.
        let of_gic = [0, line.checked_sub(GIC_SHARED).unwrap_or(line), LEVEL_HIGH];
        let told = if cells >= GIC_CELLS { &of_gic[..] } else { &[line] };
        // The rest, priority above all, is the controller's own affair.
        for cell in told.iter().copied().chain(std::iter::repeat(0)).take(cells as usize) {
            out.number(cell.into(), 4, place)?;
        }
    }
    Ok(out)
}
