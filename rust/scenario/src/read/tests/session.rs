// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Recorded sessions: what they type, when they end, and mistakes in them, told where they are named.

use crate::{Options, Scenario, When, load};
use vtime::Span;

const SCENARIO: &str = "schema = 1\nduration = \"1s\"\n\n[node.a]\nboard = \"mps2-an385\"\nfirmware = \"a.elf\"\n\n\
                        [[input.uart]]\nport = \"a.uart0\"\nat = \"1ms\"\ntext = \"first\"\n\n\
                        [[input.session]]\nfile = \"a.session.toml\"\n";

fn read(scenario: &str, session: &str) -> Result<Scenario, String> {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("a.scenario.toml");
    std::fs::write(&path, scenario).unwrap();
    std::fs::write(root.path().join("a.session.toml"), session).unwrap();
    load(&path, &Options { root: root.path().to_path_buf() }).map_err(|errors| errors.render(false))
}

#[test]
fn a_session_types_behind_the_scenario() {
    let session = "input.uart = [\n  { port = \"a.uart0\", at = \"0.010000001s\", text = \"h\\u001B\", baud = 9600 },\n]\n\
                   [session]\nend = \"0.5s\"\n";
    let scenario = read(SCENARIO, session).unwrap();
    let [first, second] = &scenario.inputs[..] else { panic!("{:?}", scenario.inputs) };
    assert_eq!((&first.text[..], &second.text[..]), (&b"first"[..], &b"h\x1b"[..]));
    assert_eq!(second.when, When::At(Span::from_ns(10_000_001)));
    assert_eq!((second.uart.baud(), scenario.ends), (9600, Some(Span::from_ns(500_000_000))));
}

#[test]
fn the_first_end_counts_and_an_empty_session_is_one() {
    let two = format!("{SCENARIO}\n[[input.session]]\nfile = \"//a.session.toml\"\n");
    let scenario = read(&two, "[session]\nend = \"3ms\"\n").unwrap();
    assert_eq!((scenario.inputs.len(), scenario.ends), (1, Some(Span::from_ns(3_000_000))));
    assert_eq!(read(SCENARIO, "").unwrap().ends, None);
}

fn mistake(scenario: &str, session: &str, expected: &[&str]) {
    let told = read(scenario, session).unwrap_err();
    for part in expected {
        assert!(told.contains(part), "{part}: {told}");
    }
}

#[test]
fn mistakes_are_told_where_the_session_is_named() {
    let place = "a.scenario.toml:14:8";
    let input = |keys: &str| format!("[[input.uart]]\nport = \"a.uart0\"\n{keys}\n");
    mistake(
        SCENARIO,
        &input("at = \"1h\"\ntext = \"a\""),
        &[
            "the session has mistakes",
            place,
            "a.session.toml:3:6: nothing is sent after the run's end: the run lasts 1s",
            "a time before \"1s\"",
        ],
    );
    mistake(
        SCENARIO,
        "[[input.uart]]\nport = \"b.uart0\"\n",
        &[
            place,
            "a.session.toml:1:1: [[input.uart]] does not say what to type: \"text\" or \"bytes\" is missing (and 2 more)",
        ],
    );
    mistake(
        SCENARIO,
        &input("after = \">\"\ntext = \"a\""),
        &["a.session.toml:1:1: a session knows when it types: \"after\" instead of \"at\"", "at = \"10ms\""],
    );
    mistake(
        SCENARIO,
        "schema = 1\n",
        &["a.session.toml:1:1: unknown key \"schema\": a session has no such key"],
    );
    mistake(SCENARIO, "[session]\nend = \"2s\"\n", &["a.session.toml:2:7: the session ends after the run"]);
    mistake(SCENARIO, "[[input.uart]\n", &["a.session.toml:1:", "this is not TOML"]);
}

#[test]
fn what_names_no_session() {
    let named = |text: &str| SCENARIO.replace("a.session.toml", text);
    mistake(&named("none.toml"), "", &["cannot read the session \"none.toml\"", "No such file"]);
    mistake(
        &named("//a:b"),
        "",
        &["cannot read the session \"//a:b\"", "this is a label", "file = \"//path/FILE\""],
    );
    mistake(&named("/a"), "", &["an absolute path is different on every machine"]);
    mistake(&SCENARIO.replace("file = ", "fil = "), "", &["[[input.session]] has no \"file\""]);
    let unread = crate::parse(SCENARIO, "a.scenario.toml").unwrap_err().render(false);
    assert!(unread.contains("no files are read here"), "{unread}");
}
