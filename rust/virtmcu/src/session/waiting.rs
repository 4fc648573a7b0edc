// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Waiting for nodes, and what ends the wait: their death, Ctrl-C, the end of patience.

use super::nodes::Nodes;
use super::{LOOK_AROUND, Run, RunError, Stall};
use sim::Core;

/// While nodes talk, the watchdog looks at the clock once in so many messages.
const LOOK_AT_THE_CLOCK: u32 = 256;

impl Nodes {
    /// Sleeps until `look` finds something; it is asked whenever the bell has rung. Whoever is waited for is no node, so
    /// there is no end of patience, and the nodes have all of it afterwards.
    pub(super) fn rest_until<T>(
        &mut self,
        run: &Run<'_>,
        mut look: impl FnMut() -> Option<T>,
    ) -> Result<T, RunError> {
        loop {
            let seen = self.shared.bell.count();
            // First, because there may always be something to find.
            self.look_around(run, self.watch.one_ended())?;
            if let Some(found) = look() {
                self.renew_patience(run);
                return Ok(found);
            }
            self.shared.bell.wait(seen, LOOK_AROUND, &mut self.spin);
        }
    }

    /// Somebody else took the time since the nodes were heard.
    pub(super) fn renew_patience(&mut self, run: &Run<'_>) {
        self.watchdog.restart(run.patience_while_running());
    }

    /// Looks whether the user wants to stop and, if one has ended, which node died.
    pub(super) fn look_around(&mut self, run: &Run<'_>, one_ended: bool) -> Result<(), RunError> {
        if run.interrupt.happened() {
            return Err(RunError::Interrupted { report: Vec::new() });
        }
        if !one_ended {
            return Ok(());
        }
        for member in &mut self.nodes {
            if let Some(death) = member.death() {
                // Ctrl-C in a terminal reaches the nodes too, perhaps before it reaches this process.
                if run.interrupt.happened_or_comes() {
                    return Err(RunError::Interrupted { report: Vec::new() });
                }
                let (clock, until) = (member.clock, member.until);
                return Err(RunError::Died {
                    node: member.name.clone(),
                    clock,
                    until,
                    death: Box::new(death),
                });
            }
        }
        Ok(())
    }

    /// Sleeps until the bell rings, unless it has since `seen`. Ends the run when patience is at its end.
    pub(super) fn sleep(&mut self, run: &Run<'_>, core: Option<&Core>, seen: u32) -> Result<(), RunError> {
        if self.shared.bell.wait(seen, LOOK_AROUND, &mut self.spin) {
            return Ok(());
        }
        if run.debug.is_some() {
            self.hear_debuggers();
        }
        self.look_at_the_clock(run, core)
    }

    /// The nodes that do say something may say it without a pause.
    pub(super) fn look_at_the_clock_now_and_then(
        &mut self,
        run: &Run<'_>,
        core: &Core,
    ) -> Result<(), RunError> {
        self.listened = self.listened.wrapping_add(1);
        if self.listened.is_multiple_of(LOOK_AT_THE_CLOCK) {
            self.look_at_the_clock(run, Some(core))
        } else {
            Ok(())
        }
    }

    /// Gives the run up if a node that owes an answer has said nothing for too long.
    fn look_at_the_clock(&mut self, run: &Run<'_>, core: Option<&Core>) -> Result<(), RunError> {
        let states = self.nodes.iter().map(|member| (member.messages, member.owes));
        match self.watchdog.look(states) {
            None => Ok(()),
            Some(silent) => Err(RunError::Stalled(Box::new(self.stall(run, core, &silent)))),
        }
    }

    fn stall(&mut self, run: &Run<'_>, core: Option<&Core>, silent: &[usize]) -> Stall {
        let silent = silent.iter().map(|place| self.nodes[*place].owed()).collect();
        let report = core.map_or_else(Vec::new, |core| core.report().map(|node| node.to_string()).collect());
        Stall { patience: run.patience, silent, report, nodes: self.whereabouts() }
    }
}
