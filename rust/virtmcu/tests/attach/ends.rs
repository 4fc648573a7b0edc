// SPDX-License-Identifier: Apache-2.0 OR MIT
//! How runs with people end, other than by Ctrl-].

use crate::common::small::PING_PONG;
use crate::common::{Place, dist, processes};
use crate::place;
use crate::replayed::{NOT_REPRODUCIBLE, is_replayed};
use crate::typist::{Typist, modes, terminal};
use rustix::process::Signal;
use std::fs::File;
use trace::{Trace, What};

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

/// At the end of the run a key waits that cannot be typed any more: no scenario could type it again.
#[test]
fn stdin_never_stops() {
    let place = place("50ms");
    // Two steps, each longer than what is typed at once.
    let mut command =
        place.command(&dist(), &["--attach", "board.uart0", "--pace", "2.5", "--trace", "live.trace"]);
    command.stdin(File::open("/dev/zero").expect("zeroes"));
    place.finish(command).expect(NOT_REPRODUCIBLE, &["inputs) is in test.session.toml"]);
    assert!(place.read("live.trace").contains("\nend 0.050000000\n"));
    assert!(!place.read("test.session.toml").contains("at = \"0.050"));
    is_replayed(&place, "test.session.toml");
}

/// The scenario's own input is never typed, and whoever types behind it can leave nevertheless.
#[test]
fn somebody_leaves_while_the_scenario_types() {
    let place = place("10h");
    let scenario = place.read("test.scenario.toml");
    let typed = "\n[[input.uart]]\nport = \"board.uart0\"\nafter = \"never sent\"\ntext = \"x\"\n";
    place.write("test.scenario.toml", scenario + typed);
    let (ours, theirs) = terminal();
    let mut typist = Typist::at_terminal(&place, ours, &theirs, &["--attach", "board.uart0"]);
    typist.sees("> ");
    typist.types("lost");
    // More than is typed at once waits before it.
    typist.types(&"lost".repeat(100));
    typist.types("\x1d");
    // The scenario's own was never typed.
    let said = typist.ends(1);
    assert!(said.contains("what was typed (0 inputs) is in test.session.toml"), "{said}");
    assert!(place.read("test.session.toml").contains("\n[session]\nend = "));
}

/// Where a session ends a run, what is judged and captured ends as where its duration is over.
#[test]
fn a_session_that_ends_before_a_line_does() {
    let (scenario, _) = PING_PONG.split_once("[[expect.uart]]").unwrap_or_default();
    let scenario = format!("{scenario}[[expect.uart]]\nport = \"pinger.uart0\"\nline = \"ping 1\"\n");
    let place = Place::with(&scenario);
    place.run(&["--trace", "run.trace"]).expect(0, &[]);
    let trace = Trace::parse(&place.read("run.trace"), "run.trace").expect("a trace");
    let What::Sent { lasts, .. } = &trace.entries[0].what else { panic!("it is no line") };
    let whole = trace.entries[0].at.as_ns() + lasts.as_ns();
    for (end, code) in [(whole - 1, 1), (whole + 1, 0)] {
        place.write("test.scenario.toml", scenario.replace("5ms", &format!("{end}ns")));
        place.run(&["--pcap", "short.pcapng"]).expect(code, &[]);
        let session = format!("{scenario}[[input.session]]\nfile = \"a.session.toml\"\n");
        place.write("test.scenario.toml", session);
        place.write("a.session.toml", format!("[session]\nend = \"{end}ns\"\n"));
        place.run(&["--pcap", "ended.pcapng"]).expect(code, &[]);
        let read = |name: &str| std::fs::read(place.path(name)).expect("a capture");
        assert!(read("short.pcapng") == read("ended.pcapng"), "{end}");
    }
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
