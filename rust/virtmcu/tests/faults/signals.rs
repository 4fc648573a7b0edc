// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Ctrl-C and friends, in the middle of a run that would last for hours: nothing of it stays.

use crate::INTERRUPTED;
use crate::common::processes::{self, Process};
use crate::common::small::alone;
use crate::common::{Outcome, Place, dist};
use rustix::process::Signal;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdout, Stdio};

/// A long run that has got as far as the first line that its node prints.
pub struct Running {
    place: Place,
    child: Child,
    stdout: BufReader<ChildStdout>,
}

impl Running {
    pub fn until_the_first_line() -> Running {
        Running::with(&[])
    }

    pub fn with(args: &[&str]) -> Running {
        Running::of(&alone("qemu:mps2-an385", "spin", "10h"), args)
    }

    /// Any scenario in which a node says "spin 1 ".
    pub fn of(scenario: &str, args: &[&str]) -> Running {
        let place = Place::with(scenario);
        let mut command = place.command(&dist(), args);
        // A group of its own, as a shell gives it: Ctrl-C goes to all of the group.
        command.process_group(0).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        while !line.contains("spin 1 ") {
            line.clear();
            let read = stdout.read_line(&mut line).expect("a line");
            assert!(read > 0, "the run ended before its node had printed anything");
        }
        Running { place, child, stdout }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The process of its node.
    pub fn node(&self) -> Process {
        let mut nodes = processes::nodes(self.place.folder());
        assert_eq!(nodes.len(), 1, "one node runs: {nodes:?}");
        nodes.remove(0)
    }

    /// The process of the node with that firmware.
    pub fn node_with(&self, firmware: &str) -> Process {
        let command = |pid| std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let runs = |pid| String::from_utf8_lossy(&command(pid)).contains(firmware);
        processes::nodes(self.place.folder()).into_iter().find(|node| runs(node.pid)).expect("the node")
    }

    /// How it ends. No process of it is there any more, and no file.
    pub fn outcome(mut self) -> Outcome {
        // Both end when the process ends; what it prints on stderr fits into a pipe.
        let mut outcome = Outcome::default();
        self.stdout.read_to_string(&mut outcome.stdout).expect("text");
        let mut stderr = self.child.stderr.take().expect("a pipe");
        stderr.read_to_string(&mut outcome.stderr).expect("text");
        outcome.code = self.child.wait().expect("its status").code();
        let nodes = processes::nodes(self.place.folder());
        assert!(nodes.is_empty(), "still there: {nodes:?}");
        self.place.left_nothing();
        outcome
    }
}

/// A test that fails leaves no process either.
impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn interrupted_by(signal: Signal) {
    let running = Running::until_the_first_line();
    let node = running.node();
    for pid in [running.pid(), node.pid] {
        assert_eq!(processes::mapped_shm(pid), Vec::<String>::new(), "a file in /dev/shm would stay");
    }
    processes::signal(running.pid(), signal);
    let outcome = running.outcome();
    outcome.expect(INTERRUPTED, &["interrupted"]);
    assert!(outcome.stdout.contains("test: interrupted"), "{outcome}");
    node.ends();
}

#[test]
fn sigint() {
    interrupted_by(Signal::INT);
}

#[test]
fn sigterm() {
    interrupted_by(Signal::TERM);
}

#[test]
fn sighup() {
    interrupted_by(Signal::HUP);
}

/// In a terminal the node gets the signal too; that is not the node's death.
#[test]
fn ctrl_c_in_a_terminal() {
    let running = Running::until_the_first_line();
    processes::signal_group(running.pid(), Signal::INT);
    running.outcome().expect(INTERRUPTED, &["interrupted"]);
}

/// Nobody is left to end the nodes: the kernel does.
#[test]
fn kill_9_of_virtmcu_ends_its_nodes() {
    let trace = "run.trace";
    let running = Running::with(&["--trace", trace]);
    let node = running.node();
    processes::signal(running.pid(), Signal::KILL);
    node.ends();
    assert_eq!(running.outcome().code, None);
}
