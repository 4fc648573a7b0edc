// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Debuggers in a run: waiting until they have come.

use super::nodes::Nodes;
use super::{LOOK_AROUND, Run, RunError};
use crate::debug::Debugging;
use ::node::Debugger;
use channel::Spin;

impl Nodes {
    /// Waits until all GDB servers listen, says so, and waits until a debugger has come to each if the user wants that.
    /// However long it takes: only Ctrl-C and the death of a node end it.
    pub(super) fn await_debuggers(&mut self, run: &Run<'_>, debug: &Debugging<'_>) -> Result<(), RunError> {
        self.await_each(run, |debugger| debugger.listens)?;
        (debug.ready)();
        if debug.servers.wait {
            self.await_each(run, |debugger| debugger.came)?;
        }
        Ok(())
    }

    fn await_each(&mut self, run: &Run<'_>, done: impl Fn(Debugger) -> bool) -> Result<(), RunError> {
        loop {
            let seen = self.shared.bell.count();
            self.look_around(run, self.watch.one_ended())?;
            // Every one is looked at, so that no monitor fills up.
            let open = self.debuggers().filter(|debugger| !done(*debugger)).count();
            if open == 0 {
                return Ok(());
            }
            self.shared.bell.wait(seen, LOOK_AROUND, &mut Spin::default());
        }
    }

    /// What is known of each node's debugger, now.
    fn debuggers(&mut self) -> impl Iterator<Item = Debugger> {
        self.nodes.iter_mut().filter_map(|member| member.node.debugger())
    }

    /// Reads what the monitors have said: a monitor that nobody reads keeps all of it.
    pub(super) fn hear_debuggers(&mut self) {
        self.debuggers().for_each(drop);
    }
}
