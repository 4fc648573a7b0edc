// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Which input of which object an interrupt is.

use super::interrupts::Interrupt;
use super::{Cpu, Survey};
use crate::bindings::Model;
use devicetree::{Mistake, NodeId, Tree};
use plan::{Input, Line, ObjectId};
use std::collections::BTreeMap;

/// The most interrupts of an NVIC (Arm DDI 0403E, B3.4.1).
pub(super) const NVIC_LINES_MAX: u32 = 496;

/// The interrupt controllers of a board.
#[derive(Debug, Default)]
pub(super) struct Controllers {
    /// PLICs, and how many sources each has.
    pub(super) plics: BTreeMap<NodeId, (ObjectId, u32)>,
}

impl Controllers {
    /// The input that takes an interrupt.
    pub(super) fn input(
        &self,
        tree: &Tree,
        survey: &Survey,
        cpu: &Cpu,
        interrupt: &Interrupt,
    ) -> Result<Input, Mistake> {
        let to = interrupt.controller;
        let known = survey.nodes.iter().find(|known| known.id == to);
        let number = interrupt.cells.first().copied().unwrap_or_default();
        let (object, most) = match known.map(|known| &known.binding.model) {
            Some(Model::Nvic) => (cpu.object, NVIC_LINES_MAX - 1),
            Some(Model::Plic) => match self.plics.get(&to) {
                Some((object, sources)) => (*object, *sources),
                None => return Err(nowhere(tree, interrupt, "it could not be built")),
            },
            Some(_) => return Err(nowhere(tree, interrupt, "it takes no interrupts of devices")),
            None => return Err(nowhere(tree, interrupt, "it is disabled, or nothing models it")),
        };
        if number > most {
            let mistake = interrupt.place.mistake("an interrupt to nowhere").found(format!("{number}"));
            return Err(mistake.expected(format!("at most {most}: {} has no more", tree.path(to))));
        }
        Ok(Input { object, part: None, line: Line::Plain(number) })
    }
}

fn nowhere(tree: &Tree, interrupt: &Interrupt, why: &str) -> Mistake {
    let controller = tree.path(interrupt.controller);
    let mistake = interrupt.place.mistake("an interrupt to nowhere");
    mistake
        .found(format!("{controller}: {why}"))
        .also(tree.node(interrupt.controller).place, "this one is meant")
}
