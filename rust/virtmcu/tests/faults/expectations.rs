// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Expectations that are not met: what came instead, in words and as JSON.

use crate::common::small::PING_PONG;
use crate::common::{Outcome, Place};
use crate::{BAD_INPUT, FAILED, PASSED, edited};

/// PING_PONG with these expectations.
fn with(expects: &str) -> Place {
    let (scenario, _) = PING_PONG.split_once("[[expect.uart]]").unwrap_or_default();
    Place::with(&format!("{scenario}{expects}"))
}

fn run(expects: &str, code: i32, expected: &[&str]) -> Outcome {
    let place = with(expects);
    let outcome = place.run(&["--no-golden"]);
    outcome.expect(code, expected);
    place.left_nothing();
    outcome
}

#[test]
fn a_line_that_never_came_shows_the_nearest_one() {
    let place = edited(r#"line = "pong 1""#, "line = \"pong 99\"\nwithin = \"4ms\"");
    let expected = [
        "expect 1 ponger.uart0: test.scenario.toml:17:1: ponger.uart0 sends line \"pong 99\" within 4ms\n  it did not come\n",
        "  most like it:\n    0.00",
        "  ponger.uart0  \"pong 1\\n\"\n  near the end of its time, 0.004000000:\n",
    ];
    place.run(&["--no-golden"]).expect(FAILED, &expected);
    let json = place.run(&["--no-golden", "--json"]);
    assert!(json.stdout.contains("within 4ms\\n  it did not come\\n  most like it:\\n    0.00"), "{json}");
    place.left_nothing();
}

#[test]
fn order_and_captured_values_hold_in_a_run() {
    let good = r#"
[expect]
order = ["ping", "pong"]
[[expect.uart]]
name = "ping"
port = "pinger.uart0"
matches = '^ping (?P<n>\d+)$'
[[expect.frame]]
name = "pong"
link = "wire"
from = "ponger.uart0"
match = [{ at = 0, bytes = "70 6f 6e 67 20 {ping.n} 0a" }]
within = "2ms"
[[expect.uart]]
port = "ponger.uart0"
contains = "pong {ping.n}"
after = "pong"
never = true
"#;
    run(good, PASSED, &[]);
    let late = good.replace("within = \"2ms\"", "within = \"10us\"");
    let outcome = run(
        &late,
        FAILED,
        &[
            "expect pong: test.scenario.toml:",
            "wire carries a frame from ponger.uart0 with 70 6f 6e 67 20 {ping.n} 0a at 0 within 10us after \"ping\"\n  {ping.n} is \"1\"\n  it came ",
            " too late, at 0.00",
            "ponger.uart0  \"pong 1\\n\"",
            "  it was not looked for: \"pong\" was not met",
        ],
    );
    assert!(outcome.stdout.contains("2 of 4 checks hold"), "{outcome}");
}

#[test]
fn never_and_count_show_all_that_came() {
    let expected = [
        "expect 1 pinger.uart0: test.scenario.toml:17:1: pinger.uart0 never sends a line with \"ping\" within 2ms\n  it came ",
        "  pinger.uart0  \"ping 1\\n\"\n",
        "expect 2 wire: test.scenario.toml:22:1: wire carries a frame from ponger.uart0 50 to 60 times\n  it came ",
        ", expected 50 to 60\n",
        "  near the end of its time, 0.005000000:\n",
    ];
    let expects = "[[expect.uart]]\nport = \"pinger.uart0\"\ncontains = \"ping\"\nwithin = \"2ms\"\nnever = true\n\
                   [[expect.frame]]\nlink = \"wire\"\nfrom = \"ponger.uart0\"\ncount = { min = 50, max = 60 }\n";
    run(expects, FAILED, &expected);
}

#[test]
fn mistakes_are_told_before_anything_runs() {
    let expected = [
        "error: [[expect.can]] cannot be for [link.wire]",
        "error: {ping.numbr} refers to nothing that is captured",
        "  --> test.scenario.toml:24:9\n",
        "did you mean \"{ping.number}\"?",
    ];
    let expects = "[[expect.can]]\nlink = \"wire\"\n[[expect.uart]]\nname = \"ping\"\nport = \"pinger.uart0\"\nmatches = '(?P<number>.)'\n\
                   [[expect.uart]]\nline = \"{ping.numbr}\"\nport = \"pinger.uart0\"\nafter = \"ping\"\n";
    let place = with(expects);
    place.run(&[]).expect(BAD_INPUT, &expected);
    place.left_nothing();
}
