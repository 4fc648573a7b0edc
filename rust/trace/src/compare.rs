// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The first thing that differs between two traces, with its surroundings, in words.
//!
//! **Invariant:** `by` lines alone are never a difference. Two traces are equal when all else is, not only their hashes.
//! **Limits:** entries are compared one by one until two differ; from there on a window of [`WINDOW`] entries of each is
//! aligned, and what lies behind it is only counted.

mod explain;
mod foot;
mod head;
mod hunk;
mod json;
mod render;
mod state;
#[cfg(test)]
mod tests;

pub use hunk::{DiffLine, Tag};
pub use render::RenderOptions;

use crate::{Entry, MadeBy, Trace};
use vtime::Instant;

/// How many entries from the first difference on are aligned.
const WINDOW: usize = 64;

/// How many entries before a difference and after it are shown.
const CONTEXT: usize = 3;

/// How two traces differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Divergence {
    sides: Sides,
    /// What differs, in the order of the file: at most one difference of each [`Part`].
    pub differences: Vec<Difference>,
    /// The `by` lines that differ: perhaps the reason.
    pub made_by: Vec<ByDifference>,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Where.
    pub part: Part,
    /// What it is, a sentence a line.
    pub explanation: Vec<String>,
    /// The line in the golden with which `hunk` starts, from 1.
    pub golden_line: usize,
    /// The line in the run's trace with which `hunk` starts, from 1.
    pub run_line: usize,
    /// The lines around it.
    pub hunk: Vec<DiffLine>,
}

/// A part of a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The head: what the scenario put in.
    Header,
    /// The entries.
    Entries {
        /// The place of the first entry that differs, from 0.
        index: usize,
        /// Its time, in the trace in which it is earlier.
        at: Instant,
    },
    /// The foot: sums and chains. Looked at only when the entries are equal.
    Footer,
    /// The states of nodes. Looked at only when all else is equal.
    States,
}

/// Something that made one trace and not the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByDifference {
    /// What it is.
    pub what: String,
    /// Its version in the golden.
    pub golden: Option<String>,
    /// Its version in the run.
    pub run: Option<String>,
}

/// What the two traces are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sides {
    /// A golden, and a run that must be equal to it.
    GoldenAndRun,
    /// Any two.
    FirstAndSecond,
}

impl Sides {
    fn golden(self) -> &'static str {
        if self == Sides::GoldenAndRun { "the golden" } else { "the first" }
    }

    fn run(self) -> &'static str {
        if self == Sides::GoldenAndRun { "the run" } else { "the second" }
    }
}

/// Compares the trace of a run with the golden.
pub fn compare(golden: &Trace, run: &Trace) -> Result<(), Divergence> {
    divergence(golden, run, Sides::GoldenAndRun).map_or(Ok(()), Err)
}

/// Whether all states of all nodes were there to be compared: another build of the firmware or of QEMU has others.
pub fn states_were_compared(golden: &Trace, run: &Trace) -> bool {
    state::comparable(golden, run).count() == golden.footer.nodes.len()
}

/// Compares any two traces; `None` when they are equal.
pub fn diff(first: &Trace, second: &Trace) -> Option<Divergence> {
    divergence(first, second, Sides::FirstAndSecond)
}

fn divergence(golden: &Trace, run: &Trace, sides: Sides) -> Option<Divergence> {
    let mut differences: Vec<Difference> =
        head::difference(&golden.header, &run.header, sides).into_iter().collect();
    match first_difference(&golden.entries, &run.entries) {
        Some(index) => differences.push(entries(golden, run, index, sides)),
        None => differences.extend(foot::difference(golden, run, sides)),
    }
    if differences.is_empty() {
        differences.extend(state::difference(golden, run, sides));
    }
    let made_by = made_by(&golden.header.made_by, &run.header.made_by);
    (!differences.is_empty()).then_some(Divergence { sides, differences, made_by })
}

/// The place of the first entry that is not the same, or not there, in both.
fn first_difference(golden: &[Entry], run: &[Entry]) -> Option<usize> {
    let pairs = golden.iter().zip(run);
    let differs = pairs.enumerate().find(|(_, (golden, run))| golden != run).map(|(index, _)| index);
    differs.or((golden.len() != run.len()).then_some(golden.len().min(run.len())))
}

fn entries(golden: &Trace, run: &Trace, index: usize, sides: Sides) -> Difference {
    let start = index.saturating_sub(CONTEXT);
    let part = |trace: &'_ Trace| {
        let end = trace.entries.len().min(index + WINDOW);
        trace.entries[start..end].to_vec()
    };
    let (old, new) = (part(golden), part(run));
    let width = old.iter().chain(&new).map(Entry::width).max().unwrap_or(0);
    let here = |trace: &Trace| trace.entries.get(index).map(|entry| entry.at);
    let at = here(golden).into_iter().chain(here(run)).min().unwrap_or_default();
    Difference {
        part: Part::Entries { index, at },
        explanation: explain::explain(&golden.entries[index..], &run.entries[index..], sides),
        golden_line: golden.first_entry_line + start,
        run_line: run.first_entry_line + start,
        hunk: hunk::hunks(&old, &new, |entry| entry.text(width)).into_iter().next().unwrap_or_default(),
    }
}

fn made_by(golden: &[MadeBy], run: &[MadeBy]) -> Vec<ByDifference> {
    let version =
        |of: &[MadeBy], what: &str| of.iter().find(|by| by.what == what).map(|by| by.version.clone());
    let only_run = run.iter().filter(|by| golden.iter().all(|other| other.what != by.what));
    golden
        .iter()
        .chain(only_run)
        .map(|by| ByDifference {
            what: by.what.clone(),
            golden: version(golden, &by.what),
            run: version(run, &by.what),
        })
        .filter(|by| by.golden != by.run)
        .collect()
}
