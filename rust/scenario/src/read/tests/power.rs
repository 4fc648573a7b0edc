// SPDX-License-Identifier: Apache-2.0 OR MIT
//! When nodes are on, and how far their clocks are off.

use super::{FILE, GOOD, check, edit};
use crate::{Power, parse};
use vtime::{Crystal, Span};

/// The line of the good scenario after which more keys of a node can stand.
const PONG: &str = "firmware = \"fw/pong.elf\"";
/// The line before which more tables can stand.
const LINK: &str = "[link.wire]";

fn check_node(key: &str, expected: &str) {
    check(PONG, &format!("{PONG}\n{key}"), expected);
}

/// `events` are the lines of `[[power]]` tables of node "ponger"; the first has the lines 13 to 16.
fn check_power(events: &[&str], expected: &str) {
    let tables: String =
        events.iter().map(|lines| format!("[[power]]\nnode = \"ponger\"\n{lines}\n")).collect();
    check(LINK, &format!("{tables}{LINK}"), expected);
}

#[test]
fn clocks_are_read_exactly() {
    let crystal = |keys: &str| {
        let scenario = parse(&edit(PONG, &format!("{PONG}\n{keys}")), FILE).unwrap();
        let node = scenario.nodes[1].clone();
        (node.crystal, node.start, node.description())
    };
    let board = "qemu:riscv32-virt";
    let plain = (Crystal::EXACT, Span::ZERO, board.to_string());
    assert_eq!(crystal(""), plain);
    assert_eq!(crystal("clock_ppm = 0.0\nstart = \"0s\""), plain);
    let expected = (Crystal::new(-20_500, 125), Span::from_ns(5_000_000));
    let found = crystal("clock_ppm = -20.5\ndrift_ppm_per_s = \"0.125\"\nstart = \"5ms\"");
    assert_eq!((found.0, found.1), expected);
    assert_eq!(found.2, format!("{board} start 5ms clock_ppm -20.5 drift_ppm_per_s 0.125"));
    assert_eq!(crystal("clock_ppm = 100_000").0, Crystal::new(Crystal::ERROR_MAX_PPB, 0));
}

#[test]
fn clocks_out_of_range() {
    for (value, found) in [
        ("100_001", "this is 100001"),
        ("-100000.001", "this is -100000.001"),
        ("0.0001", "0.0001 is no plain decimal number with at most three digits after its point"),
        ("1e3", "1e3 is no plain decimal number with at most three digits after its point"),
        ("nan", "nan is no plain decimal number with at most three digits after its point"),
        ("\"fast\"", "fast is no plain decimal number with at most three digits after its point"),
    ] {
        let expected = format!(
            "\n12:13 \"clock_ppm\" is out of range\n  found: {found}\n  \
             expected: parts per million from -100000 to 100000: clock_ppm = -20.5\n"
        );
        check_node(&format!("clock_ppm = {value}"), &expected);
    }
    check_node(
        "clock_ppm = true",
        r#"
12:13 "clock_ppm" has the wrong type
  found: this is a boolean
  expected: a decimal number: clock_ppm = -20.5
"#,
    );
}

#[test]
fn a_drift_may_not_outlast_the_greatest_error() {
    let text = edit("\"20ms\"", "\"200s\"").replace(PONG, &format!("{PONG}\ndrift_ppm_per_s = 1000"));
    let errors = parse(&text, FILE).unwrap_err();
    assert_eq!(
        super::told(&errors),
        r#"12:19 the clock drifts too far
  found: after 100s it is off by more than 100000 ppm
  expected: a drift that the clock keeps up until the run ends
  help: lower "drift_ppm_per_s" or shorten "duration"
"#
    );
}

#[test]
fn starts_after_the_end() {
    check_node(
        "start = \"20ms\"",
        r#"
12:9 the node starts after the end of the run
  found: the run lasts 20ms
  expected: a time before "20ms"
  help: lengthen "duration", or start the node earlier
"#,
    );
}

#[test]
fn power_is_read_in_order_of_time() {
    let text = GOOD.replace(
        LINK,
        &format!(
            "[[power]]\nnode = \"ponger\"\nat = \"9ms\"\ndo = \"reset\"\n[[power]]\nnode = \"ponger\"\nat = \"3ms\"\n\
             do = \"cycle\"\noff_for = \"2ms\"\n{LINK}"
        ),
    );
    let scenario = parse(&text, FILE).unwrap();
    assert!(scenario.nodes[0].power.is_empty());
    let found: Vec<_> =
        scenario.nodes[1].power.iter().map(|change| (change.at.as_ns(), change.power)).collect();
    assert_eq!(found, [(3_000_000, Power::Off), (5_000_000, Power::On), (9_000_000, Power::Reset)]);
}

#[test]
fn power_in_the_wrong_turn() {
    check_power(
        &["at = \"3ms\"\ndo = \"on\""],
        r#"
15:6 a node that is on cannot be switched on
  found: "ponger" is on at 3ms
  help: remove this, or switch the node off before
"#,
    );
    check_power(
        &["at = \"3ms\"\ndo = \"off\"", "at = \"4ms\"\ndo = \"off\"", "at = \"5ms\"\ndo = \"reset\""],
        r#"
19:6 a node that is off cannot be switched off
  found: "ponger" is off at 4ms
  help: remove this, or switch the node on before
23:6 a node that is off cannot be reset
  found: "ponger" is off at 5ms
  help: remove this, or switch the node on before
"#,
    );
    check_power(
        &["at = \"3ms\"\ndo = \"reset\"", "at = \"3000us\"\ndo = \"off\""],
        r#"
19:6 two things happen to a node at one time
  found: another event of "ponger" is at 3ms too
  expected: one time for each
  help: move one of them by at least 1ns
"#,
    );
}

#[test]
fn power_and_the_start_of_a_node() {
    let late = |event: &str| {
        let table = format!("[[power]]\nnode = \"ponger\"\n{event}\n{LINK}");
        let text = edit(LINK, &table).replace(PONG, &format!("{PONG}\nstart = \"4ms\""));
        parse(&text, FILE).map(|_| String::new()).unwrap_or_else(|errors| super::told(&errors))
    };
    assert_eq!(late("at = \"5ms\"\ndo = \"off\""), "");
    assert_eq!(
        late("at = \"3ms\"\ndo = \"off\""),
        "16:6 a node that is off cannot be switched off\n  found: \"ponger\" is off at 3ms\n  \
         help: remove this, or switch the node on before\n"
    );
    assert_eq!(
        late("at = \"3ms\"\ndo = \"on\""),
        "16:6 a node cannot be switched on before its \"start\"\n  found: \"ponger\" starts at 4ms\n  \
         help: remove this, or let the node start earlier\n"
    );
    assert_eq!(
        late("at = \"4ms\"\ndo = \"reset\""),
        "16:6 two things happen to a node at one time\n  found: \"ponger\" is switched on at 4ms: its \"start\"\n  \
         expected: one time for each\n  help: move one of them by at least 1ns\n"
    );
}

#[test]
fn power_at_impossible_times() {
    check_power(
        &["at = \"20ms\"\ndo = \"off\""],
        r#"
15:6 this happens after the end of the run
  found: it is at 20ms, and the run lasts 20ms
  expected: a time before "20ms"
  help: lengthen "duration", or let it happen earlier
"#,
    );
    check_power(
        &["at = \"0s\"\ndo = \"off\""],
        r#"
15:6 a node starts at 0: nothing can happen to it then
  found: this is zero
  expected: a time longer than zero, such as "10ms"
  help: "start" of a node says when it is switched on first
"#,
    );
    check_power(
        &["at = \"19ms\"\ndo = \"cycle\"\noff_for = \"1ms\""],
        r#"
17:11 the node is switched on again after the end of the run
  found: it is at 20ms, and the run lasts 20ms
  expected: a time before "20ms"
  help: lengthen "duration", or let it happen earlier
"#,
    );
}

#[test]
fn power_that_makes_no_sense() {
    check_power(
        &["at = \"3ms\"\ndo = \"of\""],
        r#"
16:6 "of" is nothing that power can do
  found: there is no such thing
  expected: "off", "on", "reset" or "cycle"
  help: did you mean "off"?
"#,
    );
    check_power(
        &["at = \"3ms\"\ndo = \"off\"\noff_for = \"1ms\""],
        r#"
17:11 "off_for" belongs to do = "cycle"
  found: it says nothing here
  help: remove "off_for", or write do = "cycle"
"#,
    );
    check_power(
        &["at = \"3ms\"\ndo = \"cycle\""],
        r#"
13:1 [[power]] has no "off_for"
  found: "off_for" is missing
  expected: how long the node is off
  help: add off_for = "2ms"
"#,
    );
    check(
        LINK,
        &format!("[[power]]\nnode = \"pingr\"\nat = \"3ms\"\ndo = \"off\"\n{LINK}"),
        r#"
14:8 unknown node "pingr"
  found: the scenario has no such node
  expected: "pinger" or "ponger"
  help: did you mean "pinger"?
"#,
    );
}
