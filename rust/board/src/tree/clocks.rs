// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Which clock a device runs by: one that never changes, or one that another device makes.

use super::parts::Parts;
use super::{Survey, devices, view};
use crate::bindings::{Device, Model};
use devicetree::{Mistake, NodeId, Tree};
use plan::{ClockFrom, ObjectId};
use std::collections::BTreeMap;

/// A device that makes clocks for others.
#[derive(Clone, Copy, Debug)]
pub(super) struct Maker {
    pub(super) object: ObjectId,
    device: &'static Device,
}

/// All of them. They are made first, because a clock is joined before what runs by it starts.
#[derive(Debug, Default)]
pub(super) struct Makers(BTreeMap<NodeId, Maker>);

/// The clock of a device.
pub(super) enum Clock {
    Hz(u64),
    Made(ObjectId, &'static str),
}

impl Makers {
    pub(super) fn make(
        tree: &Tree,
        survey: &Survey,
        parts: &mut Parts,
        mistakes: &mut Vec<Mistake>,
    ) -> Makers {
        let mut makers = Makers::default();
        for known in &survey.nodes {
            let Model::Device(device) = &known.binding.model else { continue };
            if device.makes_clocks.is_empty() {
                continue;
            }
            // None of these has to know clock or cores.
            match devices::properties(tree, known.id, device, 0, 0) {
                Ok(properties) => {
                    let object =
                        parts.object(devices::object(tree, known.id, device.kind, properties, Vec::new()));
                    makers.0.insert(known.id, Maker { object, device });
                }
                Err(mistake) => mistakes.push(mistake),
            }
        }
        makers
    }

    pub(super) fn get(&self, id: NodeId) -> Option<ObjectId> {
        self.0.get(&id).map(|maker| maker.object)
    }

    /// The object that makes the clocks of the chip, if there is one.
    pub(super) fn first(&self) -> Option<ObjectId> {
        self.0.values().next().map(|maker| maker.object)
    }

    /// The clock of the CPU itself, if a device makes it.
    pub(super) fn of_cpu(&self) -> Option<ClockFrom> {
        let maker = self.0.values().next()?;
        let (_, name, _) = maker.device.makes_clocks.first()?;
        Some(ClockFrom::Object(maker.object, name.to_string()))
    }

    /// The first clock of a node; the CPU's, if the tree says none.
    pub(super) fn of(&self, tree: &Tree, id: NodeId, is_timer: bool, cpu_hz: u64) -> Result<Clock, Mistake> {
        if let Some(clocks) = tree.node(id).property("clocks") {
            let made_by = view::target(tree, clocks, 0)?;
            if let Some(maker) = self.0.get(&made_by) {
                let told = clocks.cells()?.get(1).copied().unwrap_or_default();
                let found = maker.device.makes_clocks.iter().find(|(number, ..)| *number == told);
                let Some((_, plain, timer)) = found else {
                    let mistake =
                        clocks.cell_place(1).mistake("a clock that nobody makes").found(format!("{told:#x}"));
                    let all: Vec<String> =
                        maker.device.makes_clocks.iter().map(|(number, ..)| format!("{number:#x}")).collect();
                    return Err(mistake.expected(format!(
                        "one of {}: those of {}",
                        all.join(", "),
                        tree.path(made_by)
                    )));
                };
                return Ok(Clock::Made(maker.object, if is_timer { timer } else { plain }));
            }
        }
        Ok(Clock::Hz(view::clock_hz(tree, id)?.unwrap_or(cpu_hz)))
    }
}
