// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Nodes that are switched off and on during a run: processes that end and start.
//!
//! **Invariant:** a process ends where it stands at the time of the switch, so nothing of it is cut short; the next one starts
//! from nothing but the firmware. It starts at once: when it is granted time, in virtual time, the core decides.

use super::member::Member;
use super::nodes::{Nodes, watch};
use super::{Run, RunError};
use scenario::Scenario;
use sim::Switch;
use vtime::{Crystal, Instant, LocalClock};

/// Only exact runs have clocks of their own and switches, input that is typed, faults, and a debugger that knows nothing of the host.
pub(super) fn refuse(scenario: &Scenario) -> Result<(), RunError> {
    if let Some(fault) = scenario.faults.first() {
        let link = scenario.links[usize::from(fault.link)].name.clone();
        return Err(RunError::FaultsOnlyExact { link });
    }
    let plain = |node: &scenario::Node| {
        let sends = |input: &scenario::LinkInput| {
            let ends = &scenario.links[input.link].ends;
            ends.iter().any(|end| scenario.nodes[usize::from(end.node)].name == node.name)
        };
        let types = |input: &scenario::Input| scenario.nodes[usize::from(input.port.node)].name == node.name;
        node.start.is_zero()
            && node.crystal == Crystal::EXACT
            && node.power.is_empty()
            && !node.semihosting
            && !scenario.inputs.iter().any(types)
            && !scenario.link_inputs.iter().any(sends)
    };
    match scenario.nodes.iter().find(|node| !plain(node)) {
        Some(node) => Err(RunError::OnlyExact { node: node.name.clone() }),
        None => Ok(()),
    }
}

impl Nodes {
    /// Ends the process of a node that was switched off, and starts it anew if it is switched on again.
    pub(super) fn switch(&mut self, run: &Run<'_>, switch: &Switch) -> Result<(), RunError> {
        let Switch { node, on, sent } = *switch;
        let place = usize::from(node.0);
        self.nodes[place].switch_off();
        match on {
            None => {
                // Its neighbours need not wait for it any more.
                self.shared.clocks.publish(node.0, Instant::START + run.scenario.duration, sent);
                self.watch = watch(&self.nodes, &self.shared.bell)?;
            }
            Some(on) => {
                let clock = LocalClock::new(on, run.scenario.nodes[place].crystal);
                let next = Member::start(run, place, &self.shared, clock, sent)?;
                self.nodes[place].replace(next);
                self.watch = watch(&self.nodes, &self.shared.bell)?;
                self.greet_one(run, place)?;
            }
        }
        Ok(())
    }
}

impl Member {
    fn switch_off(&mut self) {
        self.on = false;
        self.former_words.push_str(&self.node.printed());
        self.node.end();
        self.former_insns += std::mem::take(&mut self.insns);
    }

    fn replace(&mut self, mut next: Member) {
        next.former_insns = self.former_insns;
        next.former_words = std::mem::take(&mut self.former_words);
        next.messages = self.messages;
        std::mem::swap(&mut next.states, &mut self.states);
        next.states.starts(next.clock);
        *self = next;
    }
}
