// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What a campaign came to.

use super::{Campaign, Mismatch, Played, Schedule};
use crate::determinism::{self, Level};
use crate::exit::Verdict;
use crate::session::RunError;
use serde::Serialize;
use trace::Summary;

/// What a campaign over one scenario came to.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// The scenario's name.
    pub scenario: String,
    /// How it ended.
    pub verdict: Verdict,
    /// How many runs there were, run 0 among them.
    pub runs: u64,
    /// How many of them had another trace than run 0.
    pub mismatches: u64,
    /// How many did not reach their end for reasons that say nothing about the firmware.
    pub broken: u64,
    /// What was shown.
    pub levels: Vec<Level>,
    /// The host was busy, and disturbed the runs.
    pub stress: bool,
    /// What the schedules were drawn from.
    pub seed_of_schedules: u64,
    /// How many nodes the scenario has.
    pub nodes: usize,
    /// The hash of run 0's trace.
    pub trace_hash: Option<String>,
    /// The first run that differs.
    pub mismatch: Option<Mismatch>,
    /// Why there is no outcome, or why the first of the broken runs broke off.
    pub message: Option<String>,
}

impl Outcome {
    /// There is nothing to compare.
    pub fn broken(scenario: &str, verdict: Verdict, message: String) -> Outcome {
        Outcome {
            scenario: scenario.into(),
            verdict,
            runs: 0,
            mismatches: 0,
            broken: 0,
            levels: Vec::new(),
            stress: false,
            seed_of_schedules: 0,
            nodes: 0,
            trace_hash: None,
            mismatch: None,
            message: Some(message),
        }
    }

    pub(super) fn of(
        campaign: &Campaign<'_>,
        reference: &Summary,
        tally: Tally,
        mismatch: Option<Mismatch>,
    ) -> Outcome {
        let mut verdict = tally.broken.as_ref().map_or(Verdict::Passed, |(_, error)| error.verdict());
        if tally.mismatches > 0 {
            verdict = Verdict::Failed;
        }
        if campaign.interrupt.happened() {
            verdict = Verdict::Interrupted;
        }
        Outcome {
            scenario: campaign.loaded.scenario.title.clone(),
            verdict,
            runs: tally.runs + 1,
            mismatches: tally.mismatches,
            broken: tally.broken_runs,
            levels: tally.levels(reference.footer.nodes.iter().all(|node| node.state.is_some())),
            stress: tally.stress,
            seed_of_schedules: campaign.seed,
            nodes: campaign.loaded.scenario.nodes.len(),
            trace_hash: Some(reference.hash.to_string()),
            mismatch,
            message: tally
                .broken
                .map(|(schedule, error)| format!("run {}: {}", schedule.number, error.explain())),
        }
    }

    /// The line that says it all: `ring: D1 D2, 20 runs, 0 mismatches, exact, 4 nodes, trace blake3:…`.
    pub fn summary(&self) -> String {
        let Outcome { scenario, runs, mismatches, broken, nodes, .. } = self;
        let Some(hash) = &self.trace_hash else { return format!("{scenario}: no outcome\n") };
        let levels = determinism::words(&self.levels);
        let nodes = determinism::nodes(*nodes);
        let stress = if self.stress { " under stress" } else { "" };
        let broken = if *broken > 0 { format!(", {broken} broken off") } else { String::new() };
        let interrupted = if self.verdict == Verdict::Interrupted { ", interrupted" } else { "" };
        format!(
            "{scenario}: {levels}, {runs} runs{stress}, {mismatches} mismatches{broken}{interrupted}, exact, {nodes}, trace {hash}\n"
        )
    }

    /// What went wrong; empty when nothing did.
    pub fn complaints(&self) -> String {
        let mut text = String::new();
        for message in self.message.iter().chain(self.mismatch.as_ref().map(|mismatch| &mismatch.text)) {
            text.push_str(message.trim_end());
            text.push('\n');
        }
        text
    }
}

/// The runs so far.
#[derive(Debug)]
pub(super) struct Tally {
    pub(super) runs: u64,
    pub(super) mismatches: u64,
    pub(super) first: Option<(Schedule, Found)>,
    broken_runs: u64,
    broken: Option<(Schedule, RunError)>,
    stress: bool,
    again: bool,
    serial: bool,
    cut: bool,
    one_core: bool,
}

/// What a run gave instead of the trace.
#[derive(Debug)]
pub(super) enum Found {
    /// Another trace.
    Trace(Box<Played>),
    /// Its firmware crashed.
    Crash(String),
}

impl Tally {
    pub(super) fn new(stress: bool) -> Tally {
        Tally {
            runs: 0,
            mismatches: 0,
            first: None,
            broken_runs: 0,
            broken: None,
            stress,
            again: false,
            serial: false,
            cut: false,
            one_core: false,
        }
    }

    pub(super) fn add(&mut self, schedule: Schedule, reference: &Played, run: Result<Played, RunError>) {
        self.runs += 1;
        let found = match run {
            Ok(played) if played.summary == reference.summary => {
                self.again |= schedule == Schedule { number: schedule.number, ..Schedule::reference() };
                self.serial |= schedule.serial;
                self.cut |= schedule.slice.is_some() && !schedule.serial;
                self.one_core |= schedule.core.is_some();
                return;
            }
            Ok(played) => Found::Trace(Box::new(played)),
            Err(error) if error.verdict() == Verdict::Failed => Found::Crash(error.explain()),
            Err(error) => {
                self.broken_runs += 1;
                if is_first(&schedule, self.broken.as_ref()) {
                    self.broken = Some((schedule, error));
                }
                return;
            }
        };
        self.mismatches += 1;
        if is_first(&schedule, self.first.as_ref()) {
            self.first = Some((schedule, found));
        }
    }

    fn levels(&self, states: bool) -> Vec<Level> {
        if self.mismatches > 0 {
            return Vec::new();
        }
        let all_ways = self.serial && self.cut && self.one_core;
        let shown = [(self.again, Level::D1), (all_ways, Level::D2), (states && self.runs > 0, Level::D5)];
        shown.into_iter().filter(|(shown, _)| *shown).map(|(_, level)| level).collect()
    }
}

/// Several runs may be under way: the lowest number is the first, whichever ended first.
fn is_first<T>(schedule: &Schedule, known: Option<&(Schedule, T)>) -> bool {
    known.is_none_or(|(first, _)| schedule.number < first.number)
}
