// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A node that dies midway.

use crate::INFRASTRUCTURE;
use crate::common::small::alone;
use crate::common::{Outcome, Place, dist, processes, virtmcu};
use crate::signals::Running;
use rustix::process::Signal;
use std::process::{Command, Stdio};

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

/// The others wait for the one that hangs; the report says so.
#[test]
fn stopped_in_company() {
    let ponger = "[node.ponger]\nboard = \"qemu:mps2-an385\"\nfirmware = \"fw/pong.elf\"\n";
    let wire = "[link.wire]\nkind = \"uart\"\nends = [\"dut.uart0\", \"ponger.uart0\"]\nbaud = 115200\n";
    let spin = alone("qemu:mps2-an385", "spin", "10h");
    let running = Running::of(&[&spin, ponger, wire].concat(), &["--patience", "4"]);
    let node = running.node_with("fw/spin.elf");
    crate::common::processes::signal(node.pid, Signal::STOP);
    let expected = [
        "no progress for 4 s: dut does not reach its grant, ",
        "ponger at ",
        "waits for dut, which is at 0.",
    ];
    running.outcome().expect(INFRASTRUCTURE, &expected);
    node.ends();
}

/// `VERB test.scenario.toml` in `place`, of which the first process of a node is stopped as soon as it is there.
fn stopped_at_once(place: &Place, verb: &str, args: &[&str]) -> Outcome {
    let mut command: Command = virtmcu();
    command.current_dir(place.folder()).env("TMPDIR", place.path("tmp"));
    command.env("TEST_INFRASTRUCTURE_FAILURE_FILE", place.path("infrastructure"));
    command.env("TEST_UNDECLARED_OUTPUTS_DIR", place.folder());
    command.args([verb, "test.scenario.toml", "--tools"]).arg(dist()).args(args);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    let node = loop {
        if let Some(node) = processes::nodes(place.folder()).pop() {
            break node;
        }
    };
    processes::signal(node.pid, Signal::STOP);
    let output = child.wait_with_output().expect("it ends");
    node.ends();
    place.left_nothing();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Outcome {
        code: output.status.code(),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
        command: format!("{command:?}"),
    }
}

const IMPATIENT: &str = "[watchdog]\nwall = \"3s\"\n";

/// Bazel is told that the host, not the test, is to blame, as its rules for tests have it.
#[test]
fn stopped_under_bazel() {
    let place = Place::with(&(alone("qemu:mps2-an385", "spin", "10h") + IMPATIENT));
    stopped_at_once(&place, "test", &[]).expect(INFRASTRUCTURE, &["no progress for 3 s: dut "]);
    let told = place.read("infrastructure");
    assert!(told.starts_with("virtmcu\nno progress for 3 s: dut "), "{told}");
}

#[test]
fn stopped_under_verify() {
    let place = Place::with(&(alone("qemu:mps2-an385", "spin", "10h") + IMPATIENT));
    stopped_at_once(&place, "verify", &[]).expect(INFRASTRUCTURE, &["no progress for 3 s: dut "]);
    let own = stopped_at_once(&place, "verify", &["--patience", "2"]);
    own.expect(INFRASTRUCTURE, &["no progress for 2 s: dut "]);
}
