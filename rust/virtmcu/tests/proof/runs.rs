// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Several runs of one scenario, and the demand that they are one.

use crate::common;
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use std::path::Path;

/// How a scenario is run.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// QEMU and the plugins.
    pub tools: &'a Path,
    /// The longest grant.
    pub slice: Option<&'a str>,
    /// One node at a time.
    pub serial: bool,
    /// All processes of the run share one core.
    pub one_core: bool,
}

/// Runs `scenario` in all these ways. The error tells of the first run whose trace is not that of the first one.
pub fn prove(scenario: &Path, runs: &[Run<'_>]) -> Result<(), String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut first: Option<(String, Vec<u8>, String)> = None;
    for (place, run) in runs.iter().enumerate() {
        let trace = folder.path().join(format!("{place}.trace"));
        let mut command = common::run_scenario(scenario, run.tools);
        command.args(["--no-golden", "--json", "--trace"]).arg(&trace);
        command.args(run.slice.iter().flat_map(|slice| ["--slice", slice]));
        command.args(run.serial.then_some("--serial"));
        let shown = format!("{command:?}");
        let outcome = on_cores(run.one_core, || common::finish(command, folder.path()));
        let report: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap_or_default();
        let hash = report["trace_hash"].as_str().unwrap_or_default().to_string();
        if hash.is_empty() {
            return Err(format!("run {place} did not reach its end: {outcome}"));
        }
        let bytes = std::fs::read(&trace).expect("its trace");
        let Some((first_hash, first_bytes, first_shown)) = &first else {
            first = Some((hash, bytes, shown));
            continue;
        };
        if *first_hash != hash || *first_bytes != bytes {
            let mut diff = common::virtmcu();
            diff.arg("diff").arg(folder.path().join("0.trace")).arg(&trace);
            let diff = common::finish(diff, folder.path());
            return Err(format!(
                "run {place} differs from run 0: {hash} is not {first_hash}\n{first_shown}\n{shown}\n{}{}",
                diff.stdout, diff.stderr
            ));
        }
    }
    Ok(())
}

/// Does something on this thread, and in the processes that it starts, on all cores or on one of them.
fn on_cores<T>(one: bool, work: impl FnOnce() -> T) -> T {
    let all = sched_getaffinity(None).expect("the cores of this thread");
    if one {
        let core = (0..CpuSet::MAX_CPU).find(|core| all.is_set(*core)).expect("a core");
        let mut only = CpuSet::new();
        only.set(core);
        sched_setaffinity(None, &only).expect("the cores are set");
    }
    let done = work();
    sched_setaffinity(None, &all).expect("the cores are set");
    done
}
