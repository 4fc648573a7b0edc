// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The proof of determinism: `virtmcu verify --stress` over each scenario. Its virtual time is sliced in all kinds of ways, its
//! nodes run side by side and one at a time, on all cores and on one, on a host that is busy and disturbs them. There is one
//! trace.
//!
//! And the proof of the proof: what differs is found, where and when it does, and what would let the host's clock in is
//! refused.

mod campaign;
#[path = "../common/mod.rs"]
mod common;

use common::dist::{ARM, Planted};
use libtest_mimic::{Arguments, Failed, Trial};
use std::path::{Path, PathBuf};

fn main() {
    let mut trials: Vec<Trial> = common::scenarios()
        .into_iter()
        .map(|scenario| Trial::test(common::short_name(&scenario), move || same_trace(&scenario)))
        .collect();
    let mut trial = |name: &str, test: fn() -> Result<(), Failed>| trials.push(Trial::test(name, test));
    trial("planted_clock_rate", planted_clock_rate);
    trial("planted_bit", planted_bit);
    trial("planted_once", planted_once);
    trial("planted_host_clock", planted_host_clock);
    trial("interrupted", interrupted);
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn same_trace(scenario: &Path) -> Result<(), Failed> {
    let report = campaign::verify(scenario, &common::dist(), &["--runs", "20", "--stress"]).report();
    let one = &report["scenarios"][0];
    assert_eq!((&report["verdict"], &report["mismatches"]), (&"passed".into(), &0.into()), "{one:#}");
    assert_eq!(one["levels"], serde_json::json!(["D1", "D2", "D5"]), "{one:#}");
    assert_eq!(report["runs"], 20);
    Ok(())
}

fn ping_pong() -> PathBuf {
    "scenarios/uart/ping_pong.scenario.toml".into()
}

/// A run of ping_pong's campaign whose processes have a lowered priority: a planted fault can see that.
const NICE: &str = "19";

/// The priority that this test runs with.
fn own_nice() -> i32 {
    rustix::process::getpriority_process(None).expect("a priority")
}

/// Where the priority is lowered, an instruction takes 20 ns of virtual time instead of 40.
fn planted_clock_rate() -> Result<(), Failed> {
    let slow = format!("ns=40*) [ \"$(nice)\" -eq {} ] || word='ns=20,sleep=off,align=off' ;;", own_nice());
    let planted = Planted::new().with_arguments(ARM, "", &slow);
    let outcome = campaign::verify(&ping_pong(), planted.root(), &["--stress", "--only", NICE]);
    let again = format!("--stress --seed-of-schedules 0 --only {NICE}");
    let run = format!("run {NICE}");
    outcome.fails_with(&[
        &format!("{run} differs from run 0"),
        "first difference: entry 1, at 0.0000",
        "(registers and memory) differs, first at the barrier 0.003000000; at 0.000000000 it was equal",
        "registers and memory begin to differ at 0.000000020",
        "both repeated up to 0.000000020:",
        "run 0      pinger is at 0x",
        " at ",
        &run,
        "pinger is at 0x",
        "repeat them:\n  virtmcu run ",
        " --no-golden --trace run0.trace",
        "nice -n ",
        "virtmcu verify ",
        &again,
    ]);
    let one = &outcome.report()["scenarios"][0];
    assert_eq!((&one["mismatches"], &one["mismatch"]["again"]), (&1.into(), &true.into()), "{one:#}");
    assert_eq!((&one["mismatch"]["at_ns"], &one["levels"]), (&20.into(), &serde_json::json!([])), "{one:#}");
    Ok(())
}

/// Where the priority is lowered, a bit of memory turns around that no firmware ever reads: nothing happens, and the
/// digests of the states tell.
fn planted_bit() -> Result<(), Failed> {
    let nice = own_nice();
    let flip = format!("*libplugin_node.so,*) [ \"$(nice)\" -eq {nice} ] || word=\"$word,flip=10000000\" ;;");
    let planted = Planted::new().with_arguments(ARM, "", &flip);
    let outcome = campaign::verify(&ping_pong(), planted.root(), &["--stress", "--only", NICE]);
    outcome.fails_with(&[
        "all that happened is equal, but not the states of the nodes",
        "the state of pinger (registers and memory) differs",
        "first at the barrier 0.012000000; at 0.009000000 it was equal",
        "begin to differ at 0.010000000",
    ]);
    Ok(())
}

/// In a shell, before a node starts: the how manieth start of the pinger this is, or 0 of another node; and then `more`.
fn counting(counter: &Path, more: &str) -> String {
    let counter = counter.display();
    format!(
        "starts=0
case \"$*\" in */ping.elf*) printf x >> '{counter}'; starts=$(wc -c < '{counter}') ;; esac
{more}"
    )
}

/// A difference that does not come again is told as one.
fn planted_once() -> Result<(), Failed> {
    let counter = tempfile::tempdir()?;
    let counter = counter.path().join("starts");
    let count = counting(&counter, "");
    let planted = Planted::new().with_arguments(
        ARM,
        &count,
        "ns=40*) [ $starts -ne 3 ] || word='ns=20,sleep=off,align=off' ;;",
    );
    let outcome = campaign::verify(&ping_pong(), planted.root(), &["--runs", "4"]);
    outcome.fails_with(&[
        "run 2 differs from run 0 (no slices, one node at a time)",
        "repeated, run 2 does not differ again: the schedule alone is not the cause",
        "repeat them:",
    ]);
    let one = &outcome.report()["scenarios"][0];
    assert_eq!((&one["runs"], &one["mismatches"]), (&4.into(), &1.into()), "{one:#}");
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

/// Ctrl-C ends a campaign and tells what it came to so far.
fn interrupted() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let (counter, fifo) = (folder.path().join("starts"), folder.path().join("fifo"));
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status()?.success());
    let tell = counting(&counter, &format!("[ $starts -ne 5 ] || echo now > '{}'", fifo.display()));
    let planted = Planted::new().with_arguments(ARM, &tell, "");
    let mut command = common::of_scenario("verify", &ping_pong(), planted.root());
    command.args(["--runs", "1000000"]).stdout(std::process::Stdio::piped());
    let child = command.stderr(std::process::Stdio::null()).spawn()?;
    // The pinger starts for the fifth time: there were four runs.
    assert_eq!(std::fs::read_to_string(&fifo)?, "now\n");
    common::processes::signal(child.id(), rustix::process::Signal::INT);
    assert!(common::processes::ends_within(child.id(), 120));
    let output = child.wait_with_output()?;
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(130), "{told}");
    assert!(
        told.contains("ping_pong: D1 D2 D5, 4 runs, 0 mismatches, interrupted, exact, 2 nodes"),
        "{told}"
    );
    Ok(())
}
