// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Mistakes in the values of the run as a whole.

use super::{check, edit};
use vtime::Span;

#[test]
fn watchdogs() {
    for wall in ["0s", "999ms", "25h"] {
        check(
            "[golden]",
            &format!("[watchdog]\nwall = \"{wall}\"\n[golden]"),
            r#"
26:8 this is no time for a watchdog
  found: a busy host may let a node wait for seconds, and a run that hangs is to be found
  expected: a time of the host, from 1s to 24h
  help: write wall = "60s"
"#,
        );
    }
    check(
        "[golden]",
        "[watchdog]\n[golden]",
        r#"
25:1 [watchdog] has no "wall"
  found: "wall" is missing
  expected: the key "wall"
  help: add wall = "60s"
"#,
    );
}

#[test]
fn durations() {
    let check = |value: &str, expected: &str| {
        check(r#"duration = "20ms""#, &format!("duration = \"{value}\""), expected);
    };
    check(
        "0s",
        r#"
2:12 a run of no time at all
  found: the duration is zero
  expected: a time longer than zero, such as "20ms"
"#,
    );
    for (value, found) in [
        ("20", r#"the unit is missing: write "ns", "us", "ms", "s", "min" or "h" after the number"#),
        ("20 msec", r#""msec" is no unit of time: expected "ns", "us", "ms", "s", "min" or "h""#),
        ("300h 1ns", r#""h 1ns" is no unit of time: expected "ns", "us", "ms", "s", "min" or "h""#),
        ("9999999h", "this is longer than the longest run, 292 years"),
    ] {
        let expected = format!(
            r#"
2:12 "duration" is no time
  found: {found}
  expected: a number and a unit (ns, us, ms, s, min, h): duration = "20ms"
"#
        );
        check(value, &expected);
    }
}

#[test]
fn states() {
    let table = |value: &str| format!("seed = 7\n[trace]\nstate_every = {value}\n");
    let check = |value: &str, expected: &str| check("seed = 7", &table(value), expected);
    check(
        "\"never\"",
        r#"
5:15 "state_every" is no time
  found: expected a number and a unit, such as "250ms"
  expected: a number and a unit (ns, us, ms, s, min, h): state_every = "1ms", or "off"
"#,
    );
    check(
        "7",
        r#"
5:15 "state_every" has the wrong type
  found: this is an integer
  expected: a string: state_every = "1ms", or "off"
"#,
    );
    let too_often = |every: &str| {
        format!(
            r#"
5:15 the nodes would have to tell their states too often
  found: a state every {every}
  expected: a time, of which the run has 1000000 at most
"#
        )
    };
    check("\"0s\"", &too_often("0s"));
    check("\"19ns\"", &too_often("19ns"));
    for (value, expected) in [("\"off\"", None), ("\"20ns\"", Some(20)), ("\"1h\"", Some(3_600_000_000_000))]
    {
        let text = edit("seed = 7", &table(value));
        // The keys that come before the first table are wanted at the top.
        let scenario = crate::parse(&text, super::FILE).unwrap_or_else(|errors| panic!("{errors}"));
        assert_eq!(scenario.state_every, expected.map(Span::from_ns), "{value}");
    }
}

#[test]
fn seeds() {
    for seed in ["-1", "99999999999999999999"] {
        let expected = format!(
            r#"
3:8 "seed" is out of range
  found: this is {seed}
  expected: an integer from 0 to 18446744073709551615
"#
        );
        check("seed = 7", &format!("seed = {seed}"), &expected);
    }
}
