// SPDX-License-Identifier: Apache-2.0 OR MIT
//! docs/campaign.md: how many runs there were of each scenario, and how many of them had another trace.

use crate::error::BenchError;
use crate::host::Host;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// What is published for.
const WANTED_RUNS: u64 = 10_000;

/// What is known of one scenario.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Tally {
    runs: u64,
    mismatches: u64,
    broken: u64,
    /// Of each report.
    hashes: Vec<String>,
}

/// The page about what `virtmcu verify --json` wrote into these files.
pub fn page(reports: &[PathBuf]) -> Result<String, BenchError> {
    let mut tallies = BTreeMap::new();
    for path in reports {
        let text = std::fs::read_to_string(path)?;
        add(&mut tallies, &text).map_err(|found| BenchError::NoReport { path: path.clone(), found })?;
    }
    Ok(text(&tallies, &Host::here(), Path::new("scenarios")))
}

/// Adds one report; what is wrong with it, if it is none.
fn add(tallies: &mut BTreeMap<String, Tally>, report: &str) -> Result<(), String> {
    let report: Value = serde_json::from_str(report).map_err(|error| error.to_string())?;
    let scenarios = report["scenarios"].as_array().ok_or("it has no list \"scenarios\"")?;
    // Two files in different folders may have the same name.
    let mut same = BTreeMap::new();
    for scenario in scenarios {
        let name = scenario["scenario"].as_str().ok_or("a scenario has no name")?;
        let nth = same.entry(name).and_modify(|nth| *nth += 1).or_insert(1);
        let title = if *nth == 1 { name.to_string() } else { format!("{name} ({nth})") };
        let count = |key: &str| {
            scenario[key].as_u64().ok_or_else(|| format!("scenario \"{name}\" has no number \"{key}\""))
        };
        let (runs, mismatches) = (count("runs")?, count("mismatches")?);
        let broken = scenario["broken"].as_u64().unwrap_or(0);
        let hash = scenario["trace_hash"].as_str().unwrap_or("none").to_string();
        let tally = tallies.entry(title).or_default();
        tally.runs += runs;
        tally.mismatches += mismatches;
        tally.broken += broken;
        if !tally.hashes.contains(&hash) {
            tally.hashes.push(hash);
        }
    }
    Ok(())
}

fn text(tallies: &BTreeMap<String, Tally>, host: &Host, scenarios: &Path) -> String {
    let sum = |of: fn(&Tally) -> u64| tallies.values().map(of).sum::<u64>();
    let (runs, mismatches, broken) = (sum(|t| t.runs), sum(|t| t.mismatches), sum(|t| t.broken));
    let two = tallies.values().filter(|tally| tally.hashes.len() > 1).count();
    let verdict = match (mismatches + broken + two as u64, runs >= WANTED_RUNS) {
        (0, true) => "met",
        (0, false) => "not yet: too few runs",
        _ => "missed",
    };
    let mut text = format!(
        "<!-- SPDX-License-Identifier: Apache-2.0 OR MIT -->\n\
         <!-- Written by //tools/bench; do not edit. -->\n\
         # The campaign\n\n\
         Short runs of every scenario, each scheduled in another way: with load, with grants cut elsewhere, serially and in parallel, \
         with processes paused and moved between CPUs. Goal: at least {WANTED_RUNS} runs and no second trace. \
         Found: **{runs} runs, {mismatches} mismatches, {broken} that did not end**: goal {verdict}.\n\n\
         | scenario | runs | mismatches | did not end | trace |\n|---|--:|--:|--:|---|\n"
    );
    for (name, tally) in tallies {
        let Tally { runs, mismatches, broken, hashes } = tally;
        let _ = writeln!(text, "| {name} | {runs} | {mismatches} | {broken} | {} |", hashes.join(" and "));
    }
    let count = tallies.len().max(1) as u64;
    let _ = write!(
        text,
        "\nOn {} with {} cores, Linux {}.\n\nAgain:\n\n```sh\n\
         ./bazelw build //:dist //scenarios/...\n\
         bazel-bin/dist/bin/virtmcu verify $(find {} -name '*.scenario.toml') --runs {} --stress --json > campaign.json\n\
         ./bazelw run //tools/bench -- campaign \"$PWD/campaign.json\" > docs/campaign.md\n```\n",
        host.cpu,
        host.cores,
        host.kernel,
        scenarios.display(),
        WANTED_RUNS.div_ceil(count),
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(runs: u64, mismatches: u64, hash: &str) -> String {
        serde_json::json!({
            "verdict": "passed",
            "scenarios": [{"scenario": "ring", "runs": runs, "mismatches": mismatches, "broken": 0, "trace_hash": hash}],
        })
        .to_string()
    }

    /// What the page says of these reports.
    fn check(reports: &[String], expected: &str) {
        let mut tallies = BTreeMap::new();
        for report in reports {
            add(&mut tallies, report).unwrap();
        }
        let host = Host { cpu: "Some CPU".into(), cores: 2, kernel: "6.1".into() };
        let page = text(&tallies, &host, Path::new("scenarios"));
        assert!(page.contains(expected), "{expected:?} is not in {page}");
    }

    #[test]
    fn reports_add_up() {
        let reports = [report(6_000, 0, "blake3:aa"), report(4_000, 0, "blake3:aa")];
        check(&reports, "**10000 runs, 0 mismatches, 0 that did not end**: goal met.");
        check(&reports, "| ring | 10000 | 0 | 0 | blake3:aa |");
        check(&reports[..1], "goal not yet: too few runs.");
    }

    #[test]
    fn one_mismatch_is_too_many() {
        check(&[report(20_000, 1, "blake3:aa")], "goal missed.");
        check(&[report(6_000, 0, "blake3:aa"), report(6_000, 0, "blake3:bb")], "goal missed.");
    }

    #[test]
    fn what_is_no_report_is_told() {
        let mut tallies = BTreeMap::new();
        assert!(add(&mut tallies, "no JSON").is_err());
        assert_eq!(add(&mut tallies, "{}"), Err("it has no list \"scenarios\"".to_string()));
        let no_runs = r#"{"scenarios": [{"scenario": "ring"}]}"#;
        assert_eq!(add(&mut tallies, no_runs), Err("scenario \"ring\" has no number \"runs\"".to_string()));
    }
}
