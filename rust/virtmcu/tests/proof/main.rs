// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The proof of determinism: each scenario runs twenty times, its virtual time sliced in all kinds of ways, its nodes
//! side by side and one at a time, on all cores and on one, on a host that is busy with other things. There is one trace.
//!
//! And the proof of the proof: what differs is found, and what would let the host's clock in is refused.

#[path = "../common/mod.rs"]
mod common;
mod load;
mod runs;

use common::dist::Planted;
use libtest_mimic::{Arguments, Failed, Trial};
use runs::{Run, prove};
use std::path::{Path, PathBuf};

/// How time is cut. The odd ones do not divide anything: a byte's time, an instruction's, a timer's.
const SLICES: [Option<&str>; 10] = [
    None,
    None,
    Some("1ms"),
    Some("777us"),
    Some("100us"),
    Some("33333ns"),
    Some("10us"),
    Some("7777ns"),
    Some("3us"),
    None,
];

fn main() {
    if load::is_asked_for() {
        load::burn();
    }
    let mut trials: Vec<Trial> = common::scenarios()
        .into_iter()
        .map(|scenario| Trial::test(common::short_name(&scenario), move || same_trace(&scenario)))
        .collect();
    trials.push(Trial::test("planted_clock_rate", planted_clock_rate));
    trials.push(Trial::test("planted_host_clock", planted_host_clock));
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// A scenario is cut in about this many slices at most: a long one would take minutes otherwise.
const MOST_SLICES: u64 = 50_000;

/// The slices for `scenario`: where they are too short for its length, a multiple of them that divides nothing either.
fn slices(scenario: &Path) -> Vec<Option<String>> {
    let root = common::root();
    let read = scenario::load(&root.join(scenario), &scenario::Options { root });
    let length_ns = read.unwrap_or_else(|errors| panic!("{errors}")).duration.as_ns();
    let stretched = |slice: &str| {
        let ns = slice.parse::<vtime::Span>().expect("a slice").as_ns();
        let ns = if length_ns / ns > MOST_SLICES { ns * 37 } else { ns };
        format!("{ns}ns")
    };
    SLICES.iter().map(|slice| slice.map(stretched)).collect()
}

fn same_trace(scenario: &Path) -> Result<(), Failed> {
    let _load = load::busy_host();
    let dist = common::dist();
    let slices = slices(scenario);
    let runs: Vec<Run<'_>> = [false, true]
        .into_iter()
        .flat_map(|serial| slices.iter().map(move |slice| (serial, slice.as_deref())))
        .enumerate()
        .map(|(place, (serial, slice))| Run { tools: &dist, slice, serial, one_core: place % 5 == 4 })
        .collect();
    assert_eq!(runs.len(), 20);
    Ok(prove(scenario, &runs)?)
}

fn ping_pong() -> PathBuf {
    "scenarios/uart/ping_pong.scenario.toml".into()
}

/// In every second run an instruction takes 20 ns of virtual time instead of 40.
fn planted_clock_rate() -> Result<(), Failed> {
    let planted = Planted::new().with_argument("ns=40,sleep=off,align=off", "ns=20,sleep=off,align=off");
    let dist = common::dist();
    let good = Run { tools: &dist, slice: None, serial: false, one_core: false };
    let bad = Run { tools: planted.root(), ..good };
    let failure = prove(&ping_pong(), &[good, bad, good, bad]).err().unwrap_or_default();
    // Which runs differ, how they were started, and where their traces part.
    for part in ["run 1 differs from run 0", "virtmcu", "differs from", "pinger.uart0"] {
        assert!(failure.contains(part), "{part:?} is missing in {failure:?}");
    }
    Ok(())
}

/// Without virtual time of its own, a node does not start.
fn planted_host_clock() -> Result<(), Failed> {
    for option in ["ns=40,sleep=on,align=off", "shift=auto,sleep=on,align=off"] {
        let planted = Planted::new().with_argument("ns=40,sleep=off,align=off", option);
        let folder = tempfile::tempdir().expect("a temporary folder");
        let outcome = common::finish(common::run_scenario(&ping_pong(), planted.root()), folder.path());
        outcome.expect(3, &["died at its start", "the time gate needs -icount shift=N,sleep=off"]);
    }
    Ok(())
}
