// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A run with somebody at it, and one that types the same: one trace, byte for byte.

use crate::common::Place;
use crate::place;
use crate::typist::{Typist, modes, terminal};

/// What `--mode` and `--attach` end with.
pub const NOT_REPRODUCIBLE: i32 = 4;

/// Runs the scenario with what was recorded, cut in all kinds of ways: its trace is that of the run in `live.trace`.
#[track_caller]
pub fn is_replayed(place: &Place, recording: &str) {
    let live = place.read("live.trace");
    let scenario = place.read("test.scenario.toml");
    place.write("test.scenario.toml", scenario + &format!("\n[[input.session]]\nfile = \"{recording}\"\n"));
    for args in [&[][..], &["--serial"], &["--slice", "77us"]] {
        place.run(&[&["--trace", "again.trace"], args].concat()).expect(0, &[]);
        assert_eq!(place.read("again.trace"), live, "{args:?}");
    }
}

#[test]
fn a_session_on_a_terminal() {
    let place = place("60s");
    let (ours, theirs) = terminal();
    let before = modes(&theirs);
    let mut typist =
        Typist::at_terminal(&place, ours, &theirs, &["--attach", "board.uart0", "--trace", "live.trace"]);
    typist.sees("console\r\n> ");
    assert_ne!(modes(&theirs), before, "the terminal is not raw");
    for key in ["a", "x", "\x7f", "d", "d", " ", "4", "0", " ", "2", "\r"] {
        typist.types(key);
    }
    assert_eq!(typist.sees("42\r\n> "), "ax\u{8} \u{8}dd 40 2\r\n42\r\n> ");
    // Ctrl-C is for the firmware.
    typist.types("no\x03");
    typist.sees("no^C\r\n> ");
    typist.types("uptime\r");
    typist.sees(" ms\r\n> ");
    // Leaves while this is typed.
    typist.types(&"lost".repeat(100));
    typist.types("\x1d");
    let said = typist.ends(NOT_REPRODUCIBLE);
    assert!(said.contains("board.uart0 is this terminal; Ctrl-] ends the run\n"), "{said}");
    assert!(said.contains("NOT REPRODUCIBLE: what was typed ("), "{said}");
    assert!(said.contains("inputs) is in test.session.toml, which says how to type it again"), "{said}");
    assert_eq!(modes(&theirs), before, "the terminal is not what it was");
    let recording = place.read("test.session.toml");
    assert!(recording.contains("\\u007F") && recording.contains("\n[session]\nend = "), "{recording}");
    is_replayed(&place, "test.session.toml");
}

#[test]
fn a_pipe_that_ends_before_the_run_does() {
    let place = place("300ms");
    let args = ["--attach", "board.uart0", "--trace", "live.trace", "--record", "said.toml", "--pace", "0.5"];
    let mut typist = Typist::at_pipes(&place, &args);
    assert_eq!(typist.sees("> "), "console\r\n> ", "stdout is the port's");
    typist.types("add 1 2\r\x1d");
    typist.sees("3\r\n> ");
    typist.closes();
    let said = typist.ends(NOT_REPRODUCIBLE);
    assert!(said.contains("board.uart0 is stdin and stdout\n"), "{said}");
    assert!(place.read("live.trace").contains("\nend 0.300000000\n"), "it goes on to its end");
    assert!(!place.read("said.toml").contains("[session]"));
    is_replayed(&place, "said.toml");
}

#[test]
fn more_is_typed_at_once_than_the_line_takes() {
    let place = place("500ms");
    let mut typist = Typist::at_pipes(&place, &["--attach", "other.uart0", "--trace", "live.trace"]);
    typist.types(&"uptime\r".repeat(300));
    typist.closes();
    // 2100 bytes take 182 ms.
    for _ in 0..300 {
        typist.sees(" ms\r\n> ");
    }
    typist.ends(NOT_REPRODUCIBLE);
    is_replayed(&place, "test.session.toml");
}

#[test]
fn two_people_at_two_boards() {
    let place = place("60s");
    let (ours, theirs) = terminal();
    let link = place.path("second");
    let second = format!("other.uart0={}", link.display());
    let args = ["--attach", "board.uart0", "--attach", &second, "--trace", "live.trace"];
    let mut typist = Typist::at_terminal(&place, ours.try_clone().expect("it"), &theirs, &args);
    typist.sees("console\r\n> ");
    let other = std::fs::File::options().read(true).write(true).open(&link).expect("the link leads there");
    typist.moves_to(other);
    typist.types("add 4 5\r");
    typist.sees("9\r\n> ");
    typist.moves_to(ours);
    typist.types("add 5 6\r");
    typist.sees("11\r\n> ");
    typist.types("\x1d");
    typist.ends(NOT_REPRODUCIBLE);
    assert!(std::fs::read_link(&link).is_err(), "the link goes with the run");
    is_replayed(&place, "test.session.toml");
}

#[test]
fn somebody_types_behind_what_the_scenario_types() {
    let place = place("60s");
    let scenario = place.read("test.scenario.toml");
    let typed =
        "\n[[input.uart]]\nport = \"board.uart0\"\nafter = \"> \"\nwait = \"50ms\"\ntext = \"add 1 1\\r\"\n";
    place.write("test.scenario.toml", scenario + typed);
    let (ours, theirs) = terminal();
    let args = ["--attach", "board.uart0", "--trace", "live.trace"];
    let mut typist = Typist::at_terminal(&place, ours, &theirs, &args);
    typist.types("uptime\r");
    typist.sees("add 1 1\r\n2\r\n> uptime\r\n");
    typist.sees(" ms\r\n> ");
    typist.types("\x1d");
    typist.ends(NOT_REPRODUCIBLE);
    is_replayed(&place, "test.session.toml");
}
