// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Goldens that are not there yet, or that are not this run's.

use crate::common::dist::Planted;
use crate::common::small::PING_PONG;
use crate::common::{Outcome, Place, virtmcu};
use crate::{BAD_INPUT, FAILED, INFRASTRUCTURE, PASSED};

const GOLDEN: &str = "ping_pong.trace";

/// A workspace whose golden was accepted.
fn accepted() -> Place {
    let place = Place::with(PING_PONG);
    place.run(&["--accept"]).expect(PASSED, &["accepted: ping_pong.trace"]);
    place
}

/// The golden is edited, then the scenario runs.
fn edited(edit: impl Fn(&str) -> String) -> Outcome {
    let place = accepted();
    let (old, new) = (place.read(GOLDEN), edit(&place.read(GOLDEN)));
    assert_ne!(old, new, "nothing was edited");
    place.write(GOLDEN, &new);
    let outcome = place.run(&["--trace", "run.trace"]);
    assert_eq!(place.read(GOLDEN), new, "a run changes no golden");
    assert_eq!(place.read("run.trace"), old, "the trace is there to be read");
    outcome
}

#[test]
fn does_not_exist_yet() {
    let place = Place::with(PING_PONG);
    let outcome = place.run(&["--trace", "run.trace"]);
    let expected = [
        "golden: there is no golden yet at ping_pong.trace",
        "run.trace",
        "virtmcu run test.scenario.toml --accept",
    ];
    outcome.expect(FAILED, &expected);
    place.run(&["--accept"]).expect(PASSED, &["accepted: "]);
    place.run(&[]).expect(PASSED, &[]);
    assert_eq!(place.read(GOLDEN), place.read("run.trace"));
    place.left_nothing();
}

#[test]
fn is_not_accepted_from_a_run_that_failed() {
    let place = Place::with(&PING_PONG.replace("pong 1", "pong 99"));
    place
        .run(&["--accept"])
        .expect(FAILED, &["expect 1 ponger.uart0", "not accepted: the run was not clean"]);
    assert!(!place.path(GOLDEN).exists());
}

#[test]
fn without_a_golden_nothing_is_accepted() {
    let place = Place::with(PING_PONG.split_once("[golden]").unwrap().0);
    place.run(&["--accept"]).expect(BAD_INPUT, &["nothing is accepted: the scenario has no [golden]"]);
}

#[test]
fn cut_off() {
    let accept = "accept again with:\n  virtmcu run test.scenario.toml --accept";
    let outcome = edited(|golden| golden[..golden.len() / 2].to_string());
    outcome.expect(BAD_INPUT, &["golden: ping_pong.trace:", "cut", accept]);
    edited(|_| String::new()).expect(BAD_INPUT, &["golden: ping_pong.trace:1:1: ", "it was cut", accept]);
}

/// A golden that was edited is no run's trace: its own hash does not fit.
#[test]
fn edited_by_hand() {
    let outcome = edited(|golden| golden.replacen("\"pong 1\\n\"", "\"pong 7\\n\"", 1));
    outcome.expect(BAD_INPUT, &["golden: ping_pong.trace:", "the trace was edited by hand or cut"]);
}

/// The firmware runs at another speed than when the golden was made: the first event that differs is shown, with the
/// commands that come next.
#[test]
fn changed_event() {
    let place = Place::with(PING_PONG);
    let planted = Planted::new().with_argument("ns=40,sleep=off,align=off", "ns=20,sleep=off,align=off");
    place.finish(place.command(planted.root(), &["--accept"])).expect(PASSED, &["accepted: "]);
    let golden = place.read(GOLDEN);
    let outcome = place.run(&["--trace", "run.trace"]);
    let expected = [
        "golden: run.trace does not match ping_pong.trace",
        "first difference: entry 1, at 0.000",
        "pinger.uart0 sent \"ping 1\\n\"",
        "--- ping_pong.trace\n+++ run.trace\n@@ line 16 of the golden, line 16 of the run @@",
        "see all of it:\n  virtmcu diff ping_pong.trace run.trace",
        "accept the run as the new golden",
        "virtmcu run test.scenario.toml --accept",
    ];
    outcome.expect(FAILED, &expected);
    assert_eq!(place.read(GOLDEN), golden);

    let mut diff = virtmcu();
    diff.current_dir(place.folder()).args(["diff", "ping_pong.trace", "run.trace"]);
    let diff = place.finish(diff);
    diff.expect(FAILED, &[]);
    assert!(diff.stdout.contains("run.trace differs from ping_pong.trace"), "{diff}");

    place.run(&["--accept"]).expect(PASSED, &["accepted: "]);
    place.run(&[]).expect(PASSED, &[]);
    place.left_nothing();
}

/// A golden of another scenario is told from a firmware that does something else.
#[test]
fn changed_scenario() {
    let place = accepted();
    place.write("test.scenario.toml", PING_PONG.replace("baud = 115200", "baud = 115200\ndelay = \"40ns\""));
    let expected = [
        "the scenario was changed",
        "-link wire uart 115200 8N1 delay 0s",
        "+link wire uart 115200 8N1 delay 40ns",
        "first difference: entry 1",
    ];
    place.run(&["--trace", "run.trace"]).expect(FAILED, &expected);
}

#[test]
fn cannot_be_written() {
    let place = Place::with(PING_PONG);
    // A file where the golden's folder should be, so that it holds for root too.
    place.write("file", "");
    place.write("test.scenario.toml", PING_PONG.replace(GOLDEN, "file/ping_pong.trace"));
    place.run(&["--accept"]).expect(INFRASTRUCTURE, &["golden: cannot write file/ping_pong.trace"]);
}
