// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Any QEMU, one trace: each scenario gives in another QEMU (`VIRTMCU_OTHER_DIST`, else `//:dist_second`) the trace that it gives
//! in the main one. The other is a second series with our patches, or a distribution's own without them, in which timers hold virtual time
//! (docs/any-qemu.md).

#[path = "../common/mod.rs"]
mod common;

use libtest_mimic::{Arguments, Failed, Trial};
use std::path::{Path, PathBuf};

fn main() {
    let other = other();
    let id = std::fs::read_to_string(other.join("qemu/build-id")).expect("the other QEMU was built");
    let stock = id.trim().ends_with(" stock");
    let mut trials: Vec<Trial> = common::scenarios()
        .into_iter()
        .map(|scenario| {
            let test = if stock { same_trace_by_timers } else { same_trace };
            Trial::test(common::short_name(&scenario), move || test(&scenario))
        })
        .collect();
    if stock {
        trials.push(Trial::test("refused_clock_rate", refused_clock_rate));
        trials.push(Trial::test("refused_mode", refused_mode));
        trials.push(Trial::test("planted_no_gate", planted_no_gate));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn other() -> PathBuf {
    let said = std::env::var_os("VIRTMCU_OTHER_DIST").map(PathBuf::from);
    let other = said.unwrap_or_else(|| common::root().join("bazel-bin/dist_second"));
    std::path::absolute(other).expect("a path")
}

fn same_trace(scenario: &Path) -> Result<(), Failed> {
    assert_eq!(hash(scenario, &other()), hash(scenario, &common::dist()));
    Ok(())
}

/// An instruction takes 32 ns: without our patches QEMU knows powers of two only.
const CPU_HZ: &str = "cpu_hz = 31_250_000";

/// The scenario with a clock that any QEMU can count by, in a folder of its own.
fn with_stock_clock(scenario: &Path) -> (tempfile::TempDir, PathBuf) {
    let text = std::fs::read_to_string(common::root().join(scenario)).expect("the scenario");
    let lines = text.lines().filter(|line| !line.starts_with("cpu_hz"));
    let changed: Vec<String> = lines
        .map(|line| match line.starts_with("[node.") {
            true => format!("{line}\n{CPU_HZ}"),
            false => line.to_string(),
        })
        .collect();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(scenario.file_name().expect("a file"));
    std::fs::write(&path, changed.join("\n")).expect("the scenario is written");
    // Its boards, logs and descriptions may be files beside it.
    let beside = common::root().join(scenario.parent().expect("a folder"));
    for entry in std::fs::read_dir(&beside).expect("its folder").flatten() {
        let copy = folder.path().join(entry.file_name());
        if entry.path().is_file() && !copy.exists() {
            std::fs::copy(entry.path(), copy).expect("what it needs is copied");
        }
    }
    (folder, path)
}

fn same_trace_by_timers(scenario: &Path) -> Result<(), Failed> {
    let (folder, changed) = with_stock_clock(scenario);
    let why = match common::short_name(scenario).as_str() {
        "boards/cortex_a" | "smp/two_cores" | "smp/two_harts" | "smp/resets" | "uart/parity"
        | "uart/qemu_breaks" | "uart/qemu_overrun" => "2 cores would take turns as the host's load has it",
        "can/zynq" => "this QEMU has no type \"xlnx.zynqmp-can\"",
        "boards/semihosting" => "its semihosting reaches files and clocks of the host (patches/0013)",
        "boards/nrf52840_flash" | "power/resets" => {
            "a reset of a running machine needs the QEMU that virtmcu builds"
        }
        // Its own UARTs listen as the link has it, whatever their registers say (patches/0019).
        "uart/qemu_mismatch" => {
            assert_ne!(hash(&changed, &other()), hash(&changed, &common::dist()));
            return Ok(());
        }
        _ => {
            let expected = hash(&changed, &common::dist());
            assert_eq!(hash(&changed, &other()), expected);
            assert_eq!(stressed(&changed, &other()), expected, "under stress");
            return Ok(());
        }
    };
    common::finish(run(&changed, &other()), folder.path()).expect(3, &[why]);
    Ok(())
}

fn run(scenario: &Path, tools: &Path) -> std::process::Command {
    let mut command = common::run_scenario(scenario, tools);
    command.arg("--no-golden");
    command
}

/// The hash of the trace. What the scenario expects may be missed by CPUs with another clock.
fn hash(scenario: &Path, tools: &Path) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut command = run(scenario, tools);
    command.arg("--json");
    let outcome = common::finish(command, folder.path());
    let report: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap_or_default();
    let hash = report["trace_hash"].as_str().unwrap_or_default();
    assert!(!hash.is_empty(), "it did not reach its end: {outcome}");
    hash.to_string()
}

/// The one hash of several runs that are scheduled differently.
fn stressed(scenario: &Path, tools: &Path) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let report = folder.path().join("report.json");
    let mut command = common::of_scenario("verify", scenario, tools);
    command.args(["--runs", "6", "--stress", "--report"]).arg(&report);
    let outcome = common::finish(command, folder.path());
    let text = std::fs::read_to_string(&report).unwrap_or_default();
    let report: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    let one = &report["scenarios"][0];
    assert_eq!((&one["runs"], &one["mismatches"]), (&6.into(), &0.into()), "{outcome}");
    one["trace_hash"].as_str().unwrap_or_default().to_string()
}

fn ping_pong() -> PathBuf {
    "scenarios/uart/ping_pong.scenario.toml".into()
}

/// 40 ns are no power of two.
fn refused_clock_rate() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let outcome = common::finish(run(&ping_pong(), &other()), folder.path());
    outcome
        .expect(3, &["node pinger", "stock", "at 25000000 Hz it takes 40", "`cpu_hz = 31_250_000` is 32 ns"]);
    Ok(())
}

fn refused_mode() -> Result<(), Failed> {
    let (folder, changed) = with_stock_clock(&ping_pong());
    let mut command = common::run_scenario(&changed, &other());
    command.args(["--mode", "suspend"]);
    common::finish(command, folder.path()).expect(3, &["it has no mode by the host's clock"]);
    Ok(())
}

/// A QEMU without our patches that is said to have them does not start.
fn planted_no_gate() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let qemu = folder.path().join("qemu");
    std::fs::create_dir(&qemu)?;
    for part in ["bin", "lib", "share"] {
        std::os::unix::fs::symlink(other().join("qemu").join(part), qemu.join(part))?;
    }
    std::os::unix::fs::symlink(other().join("plugins"), folder.path().join("plugins"))?;
    std::fs::write(qemu.join("build-id"), "10.0.13 virtmcu.00000000\n")?;
    let outcome = common::finish(run(&ping_pong(), folder.path()), folder.path());
    outcome.expect(3, &["died at its start", "-module"]);
    Ok(())
}
