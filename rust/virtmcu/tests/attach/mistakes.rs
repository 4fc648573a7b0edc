// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What cannot be attached, or does not go together.

use crate::common::Place;
use crate::place;
use std::collections::BTreeSet;
use std::ffi::OsString;

const BAD_INPUT: i32 = 2;

#[track_caller]
fn check(args: &[&str], expected: &str) {
    place("50ms").run(args).expect(BAD_INPUT, &[expected]);
}

#[test]
fn ports_at_which_nobody_can_type() {
    check(
        &["--attach", "bord.uart0"],
        "--attach: there is no node \"bord\"; did you mean \"board.uart0\"?\n",
    );
    check(
        &["--attach", "board.uart1"],
        "--attach: nobody can type at board.uart1: [link.wire] joins it to another port\n",
    );
    check(
        &["--attach", "board.uart0", "--attach", "other.uart0"],
        "--attach: board.uart0 and other.uart0 cannot both be this terminal: write other.uart0=pty\n",
    );
    check(&["--attach", "board"], "\"board\" names no port: expected NODE.PORT, such as \"board.uart0\"");
    check(&["--attach", "board.uart0", "--pace", "0"], "expected a number from 0.001 to 1000");
}

#[test]
fn what_does_not_go_together() {
    let attach = "--attach";
    for other in
        [&["--json"][..], &["--accept"], &["--control", "x"], &["--golden", "x"], &["--until", "1ms"]]
    {
        check(&[&[attach, "board.uart0"], other].concat(), "cannot be used with");
    }
    for mode in ["suspend", "standalone"] {
        check(
            &[attach, "board.uart0", "--mode", mode],
            &format!(
                "--attach does not go with --mode {mode}, which is not reproducible: what is typed could not be typed again"
            ),
        );
    }
    check(&["--record", "x"], "--attach <NODE.PORT>");
}

#[test]
fn nothing_is_written_over() {
    let place = place("50ms");
    place.write("mine", "a file of somebody's");
    let link = format!("board.uart0={}", place.path("mine").display());
    let expected = "mine is there already: remove it, or name another path";
    place.run(&["--attach", &link]).expect(BAD_INPUT, &[expected]);
    let expected =
        "--record: mine is there already, and nothing is recorded over it: remove it, or name another file";
    place.run(&["--attach", "board.uart0=pty", "--record", "mine"]).expect(BAD_INPUT, &[expected]);
    assert_eq!(place.read("mine"), "a file of somebody's");
    place
        .run(&["--attach", "board.uart0=pty", "--record", "no/where"])
        .expect(3, &["--record: cannot write no/where"]);
}

/// The next try finds everything as this one did.
#[test]
fn what_fails_leaves_nothing() {
    let place = place("50ms");
    place.write("mine", "somebody's");
    place.write("live.trace", "that of another run");
    let link = format!("board.uart0={}", place.path("mine").display());
    let record = ["--record", "said.toml"];
    let try_with = |args: &[&str], code: i32, expected: &str| {
        let before = files(&place);
        place.run(&[args, &record].concat()).expect(code, &[expected]);
        assert_eq!(files(&place), before, "{args:?}");
    };
    let pty = ["--attach", "board.uart0=pty"];
    // What the first run prints is in the folder, too.
    place.run(&["--attach", "x"]).expect(BAD_INPUT, &[]);
    try_with(&["--attach", &link], BAD_INPUT, "mine is there already");
    try_with(&[&pty[..], &["--trace", "no/where"]].concat(), 3, "cannot write the trace to no/where");
    place.write("said.toml", "typed before");
    try_with(
        &[&pty[..], &["--trace", "live.trace"]].concat(),
        BAD_INPUT,
        "--record: said.toml is there already",
    );
    assert_eq!(place.read("live.trace"), "that of another run");
}

fn files(place: &Place) -> BTreeSet<OsString> {
    let files = std::fs::read_dir(place.folder()).expect("the folder").flatten();
    files.map(|file| file.file_name()).collect()
}
