// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The modes that are not reproducible: they run, they say what they are wherever they leave something, and nothing of them becomes
//! a golden or is compared with one.

#[path = "../common/mod.rs"]
mod common;

use common::{Outcome, Place};

const FAILED: i32 = 1;
const BAD_INPUT: i32 = 2;
const NOT_REPRODUCIBLE: i32 = 4;

const MODES: [&str; 2] = ["suspend", "standalone"];

/// Long enough for any host: by its clock, the firmware's first instructions take long. Which line is whole depends on the
/// host, too.
const PING_PONG: &str = r#"schema = 1
duration = "700ms"

[node.pinger]
board = "qemu:mps2-an385"
firmware = "fw/ping.elf"

[node.ponger]
board = "qemu:mps2-an385"
firmware = "fw/pong.elf"

[link.wire]
kind = "uart"
ends = ["pinger.uart0", "ponger.uart0"]
baud = 115200

[[expect.uart]]
port = "ponger.uart0"
contains = "pong"

[golden]
trace = "golden.trace"
"#;

fn run(place: &Place, mode: &str, more: &[&str]) -> Outcome {
    place.run(&[&["--mode", mode, "--trace", "run.trace", "--report", "run.json"], more].concat())
}

/// The golden is not there; in the mode `exact` that fails.
#[test]
fn a_run_says_what_it_is() {
    let place = Place::with(PING_PONG);
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
    let place = Place::with(&PING_PONG.replace("\"pong\"", "\"pong -3\""));
    for mode in MODES {
        run(&place, mode, &[]).expect(FAILED, &["expect 1 ponger.uart0", "NOT REPRODUCIBLE"]);
    }
}

#[test]
fn slices_and_turns() {
    run(&Place::with(PING_PONG), "suspend", &["--slice", "40us", "--serial"]).expect(NOT_REPRODUCIBLE, &[]);
}

/// Nothing bounds it: its grants are cut all the same.
#[test]
fn a_node_alone() {
    let node = "[node.dut]\nboard = \"qemu:mps2-an385\"\nfirmware = \"fw/spin.elf\"\n";
    let expect = "[[expect.uart]]\nport = \"dut.uart0\"\ncontains = \"spin\"\n";
    let place = Place::with(&format!("schema = 1\nduration = \"300ms\"\n{node}{expect}"));
    for mode in MODES {
        run(&place, mode, &[]).expect(NOT_REPRODUCIBLE, &[]);
    }
}

#[test]
fn what_needs_a_reproducible_run_is_refused() {
    let place = Place::with(PING_PONG);
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
    assert!(!place.path("golden.trace").exists());
}

#[test]
fn its_trace_becomes_no_golden() {
    let place = Place::with(PING_PONG);
    run(&place, "suspend", &[]).expect(NOT_REPRODUCIBLE, &[]);
    let accept = |place: &Place| {
        let mut command = common::virtmcu();
        command.current_dir(place.folder());
        command.args(["accept", "run.trace", "golden.trace", "--report", "run.json"]);
        place.finish(command)
    };
    accept(&place)
        .expect(FAILED, &["nothing is accepted, the run was not clean:", "mode suspend is NOT REPRODUCIBLE"]);
    // Nor by a report of another run.
    place.write("run.json", r#"{"cases": [{"name": "run", "verdict": "passed"}]}"#);
    accept(&place)
        .expect(3, &["the trace is one of mode suspend, which is not reproducible: it can be no golden"]);
    assert!(!place.path("golden.trace").exists());
    // Put there by hand, it is found.
    place.write("golden.trace", place.read("run.trace"));
    place.run(&[]).expect(FAILED, &["mode: suspend in the golden, exact in the run"]);
}
