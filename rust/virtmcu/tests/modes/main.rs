// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The modes that are not reproducible: they run, they say what they are wherever they leave something, and nothing of them becomes
//! a golden or is compared with one.

#[path = "../common/mod.rs"]
mod common;

use common::small::{PING_PONG, alone};
use common::{Outcome, Place};

const FAILED: i32 = 1;
const BAD_INPUT: i32 = 2;
const NOT_REPRODUCIBLE: i32 = 4;

const MODES: [&str; 2] = ["suspend", "standalone"];

/// Long enough for any host: by its clock, the firmware's first instructions take long. Which line is whole depends on the
/// host, too.
fn ping_pong() -> String {
    let scenario =
        PING_PONG.replace("\"5ms\"", "\"700ms\"").replace("line = \"pong 1\"", "contains = \"pong\"");
    assert!(scenario.contains("700ms") && scenario.contains("contains"), "{scenario}");
    scenario
}

fn run(place: &Place, mode: &str, more: &[&str]) -> Outcome {
    place.run(&[&["--mode", mode, "--trace", "run.trace", "--report", "run.json"], more].concat())
}

/// The golden is not there; in the mode `exact` that fails.
#[test]
fn a_run_says_what_it_is() {
    let place = Place::with(&ping_pong());
    run(&place, "exact", &[]).expect(FAILED, &["there is no golden yet"]);
    assert!(!place.read("run.trace").contains("\nmode "));
    for mode in MODES {
        let outcome = run(&place, mode, &[]);
        let line = format!("mode {mode} is NOT REPRODUCIBLE: ");
        outcome.expect(NOT_REPRODUCIBLE, &["reproducible: ", &line, "no golden is compared or accepted"]);
        let (first, last) = (outcome.stdout.find(&line), outcome.stdout.find("pong "));
        assert!(first.is_some() && first < last, "it is said before anything runs: {outcome}");
        assert!(outcome.stdout.contains("test: ran, NOT REPRODUCIBLE, 2 of 3 checks hold"), "{outcome}");

        let trace = place.read("run.trace");
        let (head, foot) = (trace.find("\n---\n").unwrap(), trace.rfind("\n---\n").unwrap());
        let line = format!("\nmode {mode} NOT REPRODUCIBLE\n");
        assert!(trace[..head].contains(&line) && trace[foot..].contains(&line), "{trace}");
        assert!(trace[foot..].contains("\nhash blake3:"), "{trace}");

        let report: serde_json::Value = serde_json::from_str(&place.read("run.json")).unwrap();
        assert_eq!((&report["mode"], &report["verdict"]), (&mode.into(), &"not_reproducible".into()));
        place.left_nothing();
    }
}

#[test]
fn what_fails_fails() {
    let place = Place::with(&ping_pong().replace("\"pong\"", "\"pong -3\""));
    for mode in MODES {
        run(&place, mode, &[]).expect(FAILED, &["expect 1 ponger.uart0", "NOT REPRODUCIBLE"]);
    }
}

#[test]
fn slices_and_turns() {
    run(&Place::with(&ping_pong()), "suspend", &["--slice", "40us", "--serial"])
        .expect(NOT_REPRODUCIBLE, &[]);
}

/// Nothing bounds it: its grants are cut all the same.
#[test]
fn a_node_alone() {
    let expect = "[[expect.uart]]\nport = \"dut.uart0\"\ncontains = \"spin\"\n";
    let place = Place::with(&(alone("qemu:mps2-an385", "spin", "300ms") + expect));
    for mode in MODES {
        run(&place, mode, &[]).expect(NOT_REPRODUCIBLE, &[]);
    }
}

#[test]
fn what_needs_a_reproducible_run_is_refused() {
    let place = Place::with(&ping_pong());
    place.write("other.trace", "");
    for mode in MODES {
        for (option, why) in [
            (&["--accept"][..], "its trace can be no golden"),
            (&["--golden", "other.trace"], "its trace cannot be compared with a golden"),
            (&["--debug"], "a debugger cannot hold the host's clock"),
        ] {
            let told =
                format!("{} does not go with --mode {mode}, which is not reproducible: {why}", option[0]);
            run(&place, mode, option).expect(BAD_INPUT, &[&told]);
        }
    }
    run(&place, "standalone", &["--slice", "1ms"]).expect(BAD_INPUT, &["nothing cuts its time"]);
    assert!(!place.path("ping_pong.trace").exists());
}

#[test]
fn its_trace_becomes_no_golden() {
    let place = Place::with(&ping_pong());
    run(&place, "suspend", &[]).expect(NOT_REPRODUCIBLE, &[]);
    let accept = |place: &Place| {
        let mut command = common::virtmcu();
        command.current_dir(place.folder());
        command.args(["accept", "run.trace", "ping_pong.trace", "--report", "run.json"]);
        place.finish(command)
    };
    accept(&place)
        .expect(FAILED, &["nothing is accepted, the run was not clean:", "mode suspend is NOT REPRODUCIBLE"]);
    // Nor by a report of another run.
    place.write("run.json", r#"{"cases": [{"name": "run", "verdict": "passed"}]}"#);
    accept(&place)
        .expect(3, &["the trace is one of mode suspend, which is not reproducible: it can be no golden"]);
    assert!(!place.path("ping_pong.trace").exists());
    // Put there by hand, it is found.
    place.write("ping_pong.trace", place.read("run.trace"));
    place.run(&[]).expect(FAILED, &["mode: suspend in the golden, exact in the run"]);
}
