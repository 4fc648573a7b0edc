// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Which input of which object an interrupt is.

use super::gic::{self, Interrupted};
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
    /// GICs, and how many shared interrupts each has.
    pub(super) gics: BTreeMap<NodeId, (ObjectId, u32)>,
}

impl Controllers {
    /// The input that takes an interrupt; of one that each core has for itself, the input of each.
    pub(super) fn inputs(
        &self,
        tree: &Tree,
        survey: &Survey,
        cpu: &Cpu,
        interrupt: &Interrupt,
    ) -> Result<Vec<Input>, Mistake> {
        let to = interrupt.controller;
        let number = interrupt.cells.first().copied().unwrap_or_default();
        let not_built = || nowhere(tree, interrupt, "it could not be built");
        let (object, number, most) = match survey.model(to) {
            Some(Model::Nvic) => (cpu.object, number, NVIC_LINES_MAX - 1),
            Some(Model::Plic) => {
                let (object, sources) = self.plics.get(&to).ok_or_else(not_built)?;
                (*object, number, *sources)
            }
            Some(Model::Gic(_)) => {
                let (object, shared) = self.gics.get(&to).ok_or_else(not_built)?;
                match gic::of(interrupt)? {
                    Interrupted::All(number) => (*object, number, shared - 1),
                    Interrupted::Each(number) => {
                        let line = |core: u8| Line::Plain(gic::private(*shared, core, number));
                        let input = |core| Input { object: *object, part: None, line: line(core) };
                        return Ok((0..cpu.cores).map(input).collect());
                    }
                }
            }
            Some(_) => return Err(nowhere(tree, interrupt, "it takes no interrupts of devices")),
            None => return Err(nowhere(tree, interrupt, "it is disabled, or nothing models it")),
        };
        if number > most {
            let mistake = interrupt.place.mistake("an interrupt to nowhere").found(format!("{number}"));
            return Err(mistake.expected(format!("at most {most}: {} has no more", tree.path(to))));
        }
        Ok(vec![Input { object, part: None, line: Line::Plain(number) }])
    }
}

fn nowhere(tree: &Tree, interrupt: &Interrupt, why: &str) -> Mistake {
    let controller = tree.path(interrupt.controller);
    let mistake = interrupt.place.mistake("an interrupt to nowhere");
    mistake
        .found(format!("{controller}: {why}"))
        .also(tree.node(interrupt.controller).place, "this one is meant")
}
