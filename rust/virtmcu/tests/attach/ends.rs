// SPDX-License-Identifier: Apache-2.0 OR MIT
//! How runs with people end, other than by Ctrl-].

use crate::common::processes;
use crate::place;
use crate::typist::{Typist, modes, terminal};
use rustix::process::Signal;

#[test]
fn a_terminal_that_nobody_opens() {
    let place = place("50ms");
    let outcome = place.run(&["--attach", "board.uart0=pty", "--trace", "live.trace"]);
    outcome.expect(4, &["what was typed (0 inputs) is in test.session.toml"]);
    assert!(outcome.stdout.contains("board.uart0 is /dev/pts/"), "{outcome}");
    assert!(place.read("live.trace").contains("\nend 0.050000000\n"));
}

#[test]
fn nothing_comes_from_stdin() {
    let place = place("50ms");
    let outcome = place.run(&["--attach", "board.uart0", "--pace", "0.001", "--trace", "live.trace"]);
    // With nobody there, nobody is waited for: at this pace it would take 50 s.
    outcome.expect(4, &["board.uart0 is stdin and stdout"]);
    assert_eq!(outcome.stdout, "console\r\n> ");
}

#[test]
fn an_interrupted_run_leaves_the_terminal_and_the_recording_whole() {
    let place = place("10h");
    let (ours, theirs) = terminal();
    let before = modes(&theirs);
    let link = place.path("second");
    let second = format!("other.uart0={}", link.display());
    let mut typist =
        Typist::at_terminal(&place, ours, &theirs, &["--attach", "board.uart0", "--attach", &second]);
    typist.sees("> ");
    typist.types("add 1 1\r");
    typist.sees("2\r\n> ");
    processes::signal(typist.child.id(), Signal::INT);
    let said = typist.ends(130);
    assert!(said.contains("inputs) is in test.session.toml"), "{said}");
    assert_eq!(modes(&theirs), before, "the terminal is not what it was");
    assert!(std::fs::read_link(&link).is_err(), "the link goes with the run");
    let recording = place.read("test.session.toml");
    assert!(recording.ends_with("baud = 115200 },\n]\n"), "{recording}");
    place.left_nothing();
}
