// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Mistakes in a scenario: the file, the line and the column are named, and nothing runs.

use crate::common::Place;
use crate::common::small::PING_PONG;
use crate::{BAD_INPUT, edited};

#[track_caller]
fn check(old: &str, new: &str, expected: &[&str]) {
    let place = edited(old, new);
    let outcome = place.run(&[]);
    outcome.expect(BAD_INPUT, expected);
    assert!(!outcome.stdout.contains("node pinger is"), "it ran: {outcome}");
    place.left_nothing();
}

#[test]
fn unknown_key() {
    check(
        "baud =",
        "bauds =",
        &["error: unknown key \"bauds\"", "--> test.scenario.toml:15:1", "did you mean \"baud\"?"],
    );
}

#[test]
fn link_from_a_port_to_itself() {
    check(
        "\"ponger.uart0\"]",
        "\"pinger.uart0\"]",
        &["error: both ends of [link.wire] are the same port", "--> test.scenario.toml:14:25"],
    );
}

#[test]
fn port_in_two_links() {
    check(
        "[[expect",
        "[link.again]\nkind = \"uart\"\nends = [\"ponger.uart0\", \"pinger.uart1\"]\nbaud = 9600\n\n[[expect",
        &["error: ponger.uart0 is in two links", "--> test.scenario.toml:19:9"],
    );
}

#[test]
fn zero_latency_link() {
    check(
        "baud = 115200",
        "baud = 50_000_000_000",
        &["error: this can be a zero-latency link", "--> test.scenario.toml:15:8"],
    );
}

#[test]
fn duration_zero() {
    check("5ms", "0ms", &["error: a run of no time at all", "--> test.scenario.toml:2:12"]);
}

#[test]
fn several_mistakes_at_once() {
    check(
        "schema = 1\nduration = \"5ms\"",
        "schema = 1\nduration = 5\nsede = 7",
        &[
            "--> test.scenario.toml:2:12",
            "--> test.scenario.toml:3:1",
            "error: test.scenario.toml has 2 mistakes",
        ],
    );
}

#[test]
fn not_utf8() {
    let place = Place::with(PING_PONG);
    place.write("test.scenario.toml", b"schema = 1\n\xff\xfe\n");
    place.run(&[]).expect(
        BAD_INPUT,
        &["error: cannot read the scenario: it is not UTF-8 text: line 2", "--> test.scenario.toml"],
    );
}

#[test]
fn no_such_file() {
    let place = Place::with(PING_PONG);
    std::fs::remove_file(place.path("test.scenario.toml")).unwrap();
    place.run(&[]).expect(
        BAD_INPUT,
        &["error: cannot read the scenario: No such file or directory", "--> test.scenario.toml"],
    );
}

#[test]
fn a_folder_instead_of_a_file() {
    let place = Place::with(PING_PONG);
    std::fs::remove_file(place.path("test.scenario.toml")).unwrap();
    std::fs::create_dir(place.path("test.scenario.toml")).unwrap();
    place.run(&[]).expect(BAD_INPUT, &["error: cannot read the scenario: Is a directory"]);
}
