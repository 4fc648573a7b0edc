// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Messages and signals by their names.

use super::expects::with_links;
use crate::{Options, Scenario};

const DATABASE: &str = r#"VERSION ""
BO_ 256 Engine: 4 ECU
 SG_ Rpm : 8|16@1+ (0.25,0) [0|8000] "rpm" X
 SG_ Gear : 24|8@1+ (1,0) [0|15] "" X
VAL_ 256 Gear 0 "neutral" 15 "reverse" ;
"#;

/// The scenario with this expectation of a CAN bus, beside `engine.dbc`.
fn load(keys: &str) -> Result<Scenario, crate::Errors> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.scenario.toml");
    std::fs::write(&path, with_links(&format!("[[expect.can]]\nlink = \"bus\"\n{keys}"))).unwrap();
    std::fs::write(folder.path().join("engine.dbc"), DATABASE).unwrap();
    std::fs::write(folder.path().join("wrong.dbc"), "BO_ x").unwrap();
    crate::load(&path, &Options { root: folder.path().to_path_buf() })
}

#[test]
fn a_message_has_an_identifier_and_signals() {
    let keys = "name = \"x\"\ndbc = \"engine.dbc\"\nmessage = \"Engine\"\n\
                signals = { Rpm = { min = 900, max = 1100.5 }, Gear = \"reverse\" }\ncapture = { rpm = \"Rpm\" }";
    let scenario = load(keys).unwrap_or_else(|errors| panic!("{errors}"));
    let expect::What::Frame(frame) = &scenario.expects[0].expectation.what else { panic!("no frame") };
    let expect::Contents::Can { id, signals, .. } = &frame.contents else { panic!("not of CAN") };
    assert_eq!(*id, Some(can::Id::Standard(256)));
    assert_eq!(signals.as_ref().unwrap().to_string(), "Engine, Gear reverse, Rpm 900 to 1100.5");
    assert_eq!(frame.captures[0].of, expect::Captured::Signal("Rpm".into()));
}

#[track_caller]
fn wrong(keys: &str, expected: &str) {
    let errors = load(keys).unwrap_err();
    assert_eq!(super::told(&errors).trim_end(), expected, "{keys}");
}

#[test]
fn names_and_values_are_those_of_the_database() {
    const ENGINE: &str = "dbc = \"engine.dbc\"\nmessage = \"Engine\"\n";
    wrong(
        "message = \"Engine\"",
        r#"11:11 "message" is of a database
  found: "dbc" is missing
  help: add dbc = "engine.dbc""#,
    );
    wrong(
        "dbc = \"engines.dbc\"\nmessage = \"Engine\"",
        r#"11:7 cannot read the database "engines.dbc"
  found: No such file or directory (os error 2)
  expected: a path from the scenario's folder, or from the workspace's root: dbc = "//path/FILE""#,
    );
    wrong(
        "dbc = \"wrong.dbc\"\nmessage = \"Engine\"",
        r#"11:7 the database has mistakes
  found: wrong.dbc:1:5: this is not what a DBC file has here: x
  expected: the identifier of the message, in decimal"#,
    );
    wrong(
        "dbc = \"//a:b\"\nmessage = \"Engine\"",
        r#"11:7 cannot read the database "//a:b"
  found: this is a label
  expected: a path from the scenario's folder, or from the workspace's root: dbc = "//path/FILE""#,
    );
    wrong(
        "dbc = \"engine.dbc\"",
        r#"9:1 [[expect.can]] has no "message"
  found: "message" is missing
  expected: the key "message"
  help: add message = "Engine""#,
    );
    wrong(
        "dbc = \"engine.dbc\"\nmessage = \"Engin\"",
        r#"12:11 unknown message "Engin"
  found: the database has no such message
  expected: "Engine"
  help: did you mean "Engine"?"#,
    );
    wrong(
        &format!("{ENGINE}id = 256"),
        r#"13:6 a message has an identifier of its own
  found: "id" beside "message"
  help: remove one of the two"#,
    );
    wrong(
        &format!("{ENGINE}signals = {{ Rmp = 1 }}"),
        r#"13:13 unknown signal "Rmp"
  found: message Engine has no such signal
  expected: "Rpm" or "Gear""#,
    );
    wrong(
        &format!("{ENGINE}signals = {{ Rpm = 0.1 }}"),
        r#"13:19 Rpm never says this
  found: signal Rpm cannot say 0.1: it has 0 and 0.25, and nothing between them"#,
    );
    wrong(
        &format!("{ENGINE}signals = {{ Gear = \"revers\" }}"),
        r#"13:20 Gear never says this
  found: signal Gear has no value "revers": it takes a number, or "neutral" or "reverse": did you mean "reverse"?"#,
    );
    wrong(
        &format!("{ENGINE}signals = {{ Rpm = {{ min = 3, max = 2.5 }} }}"),
        r#"13:19 no Rpm is so
  found: the least is 3 and the most is 2.5
  expected: "min" not above "max""#,
    );
    wrong(
        &format!("{ENGINE}signals = {{ Rpm = {{ }} }}"),
        r#"13:19 "Rpm" says nothing
  found: neither "min" nor "max"
  expected: Rpm = 900, or Rpm = { min = 900, max = 1100 }"#,
    );
    wrong(
        &format!("{ENGINE}signals = {{ Rpm = {{ min = \"x\" }} }}"),
        r#"13:27 "min" is no number
  found: this is no decimal number, such as 21, -0.5 or 1.5e-3
  expected: Rpm = 900, or Rpm = { min = 900, max = 1100 }"#,
    );
    wrong(
        &format!("{ENGINE}name = \"a\"\ncapture = {{ r = \"Rmp\" }}"),
        r#"14:17 unknown signal "Rmp"
  found: message Engine has no such signal
  expected: "Rpm" or "Gear""#,
    );
    wrong(
        "name = \"a\"\ncapture = { r = \"Rpm\" }",
        r#"12:17 a signal is of a database
  found: there is no "message"
  expected: bytes: { at = 14, length = 4 }"#,
    );
}
