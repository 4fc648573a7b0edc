// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Which clock a device runs by: one that never changes, or one that another device makes.

use super::parts::Parts;
use super::{Survey, node, view};
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
            match node::properties(tree, known.id, device, 0, 0) {
                Ok(properties) => {
                    let object =
                        parts.object(node::object(tree, known.id, device.kind, properties, Vec::new()));
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

    /// The line that resets a node alone: that which its `resets` tells, else the one with the number of its clock.
    pub(super) fn reset_of(
        &self,
        tree: &Tree,
        id: NodeId,
    ) -> Result<Option<(ObjectId, &'static str, u32)>, Mistake> {
        let node = tree.node(id);
        if let Some(resets) = node.property("resets") {
            let target = view::target(tree, resets, 0)?;
            // The maker, or a node in it.
            let found = [Some(target), tree.parent(target)].into_iter().flatten();
            let Some(maker) = found.filter_map(|id| self.0.get(&id)).next() else { return Ok(None) };
            let told = resets.cells()?.get(1).copied().unwrap_or_default();
            let known = maker.device.resets.iter().find(|(register, ..)| *register == told >> 5);
            let Some((_, _, group)) = known else {
                let mistake = resets.cell_place(1).mistake("a reset that nobody does");
                let mistake = mistake.found(format!("bit {} of the register {:#x}", told & 31, told >> 5));
                let all: Vec<String> =
                    maker.device.resets.iter().map(|(register, ..)| format!("{register:#x}")).collect();
                return Err(mistake.expected(format!("32 times one of {}, and the bit", all.join(", "))));
            };
            return Ok(Some((maker.object, group, told & 31)));
        }
        let Some(clocks) = node.property("clocks") else { return Ok(None) };
        let Some(maker) = self.0.get(&view::target(tree, clocks, 0)?) else { return Ok(None) };
        let [_, register, bits, ..] = clocks.cells()?[..] else { return Ok(None) };
        let known = maker.device.resets.iter().find(|(_, clock, _)| *clock == register);
        let known = known.filter(|_| bits.is_power_of_two());
        Ok(known.map(|(_, _, group)| (maker.object, *group, bits.trailing_zeros())))
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
