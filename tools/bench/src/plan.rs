// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What is measured, and in which order.

use crate::cost::Cost;
use crate::echo::{Way, echo};
use crate::error::BenchError;
use crate::goal::Goal;
use crate::model::{Frames, carry};
use crate::stats::Spread;
use crate::subject::{Clock, Sample, Subject};
use crate::table::Table;
use ::node::Tools;
use link::Spec;
use std::path::PathBuf;
use vtime::Span;

/// Which files to measure with.
#[derive(Clone, Debug)]
pub struct Files {
    /// The workspace.
    pub root: PathBuf,
    /// The folder with the firmware of the bench.
    pub firmware: PathBuf,
}

/// One thing to measure, once a round.
#[derive(Debug)]
pub struct Case {
    /// For who watches.
    pub name: String,
    /// What is done.
    pub what: What,
    /// What came out, one a round.
    pub samples: Vec<Sample>,
}

/// What is done.
#[derive(Clone, Debug)]
pub enum What {
    /// Its nodes in QEMUs of their own, without gate.
    Free(Subject, Clock),
    /// Behind the gate, by the real run loop; grants are cut to this.
    Gated(Subject, Option<Span>),
    /// Messages to and fro, without QEMU.
    Echo(Way),
    /// The model of a link, and how many frames it carries, without QEMU.
    Model(Spec, Frames, u64),
}

/// Cases that belong together.
pub struct Group {
    /// Its name for `--only`.
    pub name: &'static str,
    /// Its section's title.
    pub title: &'static str,
    /// What the reader must know to understand the table.
    pub explained: String,
    /// In the order in which `judge` knows them.
    pub cases: Vec<Case>,
    /// Makes figures of the cases when all is measured.
    pub judge: fn(&[Case]) -> Findings,
}

/// What came out of a group.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    /// The figures.
    pub table: Table,
    /// What was to be reached.
    pub goals: Vec<Goal>,
    /// Sentences below the table.
    pub notes: Vec<String>,
    /// Which part of the CPUs a pair of free nodes got; `None` unless this group ran one.
    pub share: Option<Spread>,
}

impl Case {
    /// Nothing measured yet.
    pub fn new(name: impl Into<String>, what: What) -> Case {
        Case { name: name.into(), what, samples: Vec::new() }
    }

    /// A figure of each round.
    pub fn each(&self, figure: impl Fn(&Sample) -> Option<f64>) -> Option<Spread> {
        Spread::of(self.samples.iter().filter_map(figure))
    }

    /// What it cost in each round beyond `start`, the same cut to next to nothing.
    pub fn beyond(&self, start: &Case) -> Vec<Cost> {
        self.samples
            .iter()
            .zip(&start.samples)
            .map(|(sample, start)| sample.whole.without(start.whole))
            .collect()
    }

    fn measure(&mut self, tools: &Tools) -> Result<(), BenchError> {
        let sample = match &self.what {
            What::Free(subject, clock) => subject.free(tools, *clock)?,
            What::Gated(subject, slice) => subject.gated(tools, *slice)?,
            What::Echo(way) => echo(*way)?,
            What::Model(spec, frames, count) => carry(spec, *frames, *count)?,
        };
        self.samples.push(sample);
        Ok(())
    }
}

/// Measures everything `rounds` times, in turns. `tell` hears what is being done.
pub fn measure(
    groups: &mut [Group],
    tools: &Tools,
    rounds: u32,
    tell: impl Fn(&str),
) -> Result<(), BenchError> {
    let mut cases: Vec<&mut Case> = groups.iter_mut().flat_map(|group| &mut group.cases).collect();
    // Once unmeasured, so that QEMU is in the page cache.
    if let Some(first) = cases.first_mut() {
        first.measure(tools)?;
        first.samples.clear();
    }
    let count = cases.len();
    for round in 0..rounds {
        // There and back, so that a load that rises or falls meets all alike.
        for step in 0..count {
            let case = &mut cases[if round % 2 == 0 { step } else { count - 1 - step }];
            tell(&format!("round {} of {rounds}: {}", round + 1, case.name));
            case.measure(tools)?;
        }
    }
    Ok(())
}

/// The ratio of two figures in each round.
pub fn ratio(of: &[Cost], to: &[Cost], figure: fn(&Cost) -> f64) -> Option<Spread> {
    Spread::of(of.iter().zip(to).map(|(of, to)| figure(of) / figure(to)).filter(|ratio| ratio.is_finite()))
}

/// Seconds from start to end.
pub fn wall(cost: &Cost) -> f64 {
    cost.wall.as_secs_f64()
}

/// Seconds of computing.
pub fn cpu(cost: &Cost) -> f64 {
    cost.cpu.as_secs_f64()
}

/// A figure of each round.
pub fn spread(costs: &[Cost], figure: impl Fn(&Cost) -> f64) -> Option<Spread> {
    Spread::of(costs.iter().map(figure))
}
