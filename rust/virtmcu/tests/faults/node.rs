// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A node that dies midway.

use crate::INFRASTRUCTURE;
use crate::common::small::alone;
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
        &[
            "no progress for 4 s: dut does not reach its grant, ",
            "\n  dut at 0.",
            ", runs to 36000.000000000",
            "\nnode dut (process ",
            ", stopped):\n  a signal has stopped it; kill -CONT ",
        ],
    );
    node.ends();
}

/// One node hangs and others, which no link joins to it, go on: they do not hide it.
#[test]
fn stopped_while_others_go_on() {
    let sleeper = "[node.sleeper]\nboard = \"qemu:mps2-an385\"\nfirmware = \"fw/ping.elf\"\n";
    let watchdog = "[watchdog]\nwall = \"4s\"\n";
    let running = Running::of(&(alone("qemu:mps2-an385", "spin", "10h") + sleeper + watchdog), &[]);
    let node = running.node_with("fw/spin.elf");
    crate::common::processes::signal(node.pid, Signal::STOP);
    let expected = [
        "no progress for 4 s: dut does not reach its grant, ",
        "\nnode dut (process ",
        ", stopped):",
        "\nnode sleeper (process ",
        "  pc      0x",
    ];
    running.outcome().expect(INFRASTRUCTURE, &expected);
    node.ends();
}
