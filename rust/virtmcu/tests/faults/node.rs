// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A node that dies midway.

use crate::INFRASTRUCTURE;
use crate::signals::Running;
use rustix::process::Signal;

#[test]
fn killed_from_outside() {
    let running = Running::until_the_first_line();
    let node = running.node();
    crate::common::processes::signal(node.pid, Signal::KILL);
    let outcome = running.outcome();
    outcome
        .expect(INFRASTRUCTURE, &["node dut died between 0.", " s of virtual time: signal 9: it was killed"]);
}

/// A process that does nothing any more is found by patience alone.
#[test]
fn stopped_from_outside() {
    let running = Running::with(&["--patience", "4"]);
    let node = running.node();
    crate::common::processes::signal(node.pid, Signal::STOP);
    let outcome = running.outcome();
    outcome.expect(
        INFRASTRUCTURE,
        &["no progress for 4 s", "dut at ", "node dut (process ", "QEMU does not answer"],
    );
    node.ends();
}
