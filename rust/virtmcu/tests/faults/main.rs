// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Bad input and faults, through the command line: what the program says, with which code it ends, and that it leaves
//! nothing behind.

#[path = "../common/mod.rs"]
mod common;
mod disk;
mod expectations;
mod firmware;
mod golden;
mod links;
mod node;
mod scenario_file;
mod signals;
mod tools;

use common::Place;
use common::small::PING_PONG;

const PASSED: i32 = 0;
const FAILED: i32 = 1;
const BAD_INPUT: i32 = 2;
const INFRASTRUCTURE: i32 = 3;
const INTERRUPTED: i32 = 130;

/// PING_PONG with `old` replaced.
fn edited(old: &str, new: &str) -> Place {
    assert!(PING_PONG.contains(old), "{old}");
    Place::with(&PING_PONG.replacen(old, new, 1))
}

#[test]
fn a_good_scenario_passes_and_leaves_nothing() {
    let place = Place::with(PING_PONG);
    let outcome = place.run(&["--no-golden"]);
    outcome.expect(PASSED, &[]);
    assert!(outcome.stdout.contains("ponger.uart0     pong 1\n"), "{outcome}");
    assert!(outcome.stdout.contains("test: passed, 2 of 2 checks hold"), "{outcome}");
    place.left_nothing();
}
