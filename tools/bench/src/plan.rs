// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What is measured, in which order, and what comes out.

use crate::stats::Spread;
use crate::subject::{BenchError, Sample, Subject};
use ::node::Tools;
use std::path::{Path, PathBuf};
use vtime::Span;

/// A gated node must reach this part of the free one's speed with slices of 1 ms.
pub const GOAL: f64 = 0.80;
/// With less of a CPU than this for the free node, the host was too busy to judge by.
pub const QUIET: f64 = 0.90;
/// The scenarios that are measured as a whole.
const PAIR: &str = "scenarios/uart/ping_pong.scenario.toml";
const RING: &str = "scenarios/uart/ring.scenario.toml";
const MS: u64 = 1_000_000;

/// Which files to measure with.
#[derive(Clone, Debug)]
pub struct Files {
    /// The workspace.
    pub root: PathBuf,
    /// The firmware of the benchmark.
    pub firmware: PathBuf,
}

/// One line of the result.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// `gate`, `scenario` or `start`.
    pub group: &'static str,
    /// What it is.
    pub name: String,
    /// What `wall_ms` counts.
    pub per: &'static str,
    /// Milliseconds of the host's time.
    pub wall_ms: Spread,
    /// Milliseconds of computing, for the same; `None` when it cannot be told apart from that of starting QEMU.
    pub cpu_ms: Option<Spread>,
    /// How fast it is, the free node being 1; of each round.
    pub speed: Option<Spread>,
    /// The same, counted in computing time.
    pub cpu_speed: Option<Spread>,
    /// True when [`GOAL`] is for this one.
    pub goal: bool,
}

/// What came out.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// A row for each thing measured.
    pub rows: Vec<Row>,
    /// Which part of a CPU the free node got: 1 on a quiet host.
    pub cpu_share: Spread,
}

/// One thing to measure.
struct Case {
    group: &'static str,
    name: String,
    subject: Subject,
    how: How,
    goal: bool,
    samples: Vec<Sample>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// QEMU alone.
    Free,
    /// In slices, for each virtual second with start and end, compared with the free one.
    Slices(Option<Span>),
    /// For each virtual second, without start and end.
    Moving,
    /// From start to end.
    Whole,
}

/// Measures everything `rounds` times, in turns. `tell` hears what is being done.
pub fn measure(
    files: &Files,
    tools: &Tools,
    rounds: u32,
    tell: impl Fn(&str),
) -> Result<Outcome, BenchError> {
    tell("how long is the work?");
    let mut cases = cases(files, tools)?;
    // Once unmeasured, so that QEMU is in the page cache.
    cases[0].sample(tools)?;
    for round in 0..rounds {
        // There and back, so that a load that rises or falls meets all alike.
        let count = cases.len();
        for step in 0..count {
            let case = &mut cases[if round % 2 == 0 { step } else { count - 1 - step }];
            tell(&format!("round {} of {rounds}: {}", round + 1, case.name));
            let sample = case.sample(tools)?;
            case.samples.push(sample);
        }
    }
    let free = cases[0].samples.clone();
    let rows = cases.iter().filter_map(|case| case.row(&free)).collect();
    let shares = free.iter().map(|sample| sample.cpu_per_virtual_s() / sample.wall_per_virtual_s());
    Ok(Outcome { rows, cpu_share: Spread::of(shares).ok_or(BenchError::NoRounds)? })
}

/// What to measure; the first is the free node.
fn cases(files: &Files, tools: &Tools) -> Result<Vec<Case>, BenchError> {
    let work = Subject::alone(&files.firmware, tools)?;
    let whole = work.duration();
    let part = |parts: u64| {
        let mut subject = work.clone();
        subject.set_duration(Span::from_ns(whole.as_ns() / parts));
        subject
    };
    let gate = |name: &str, parts, how| Case {
        group: "gate",
        name: name.into(),
        subject: part(parts),
        how,
        goal: how == How::Slices(Some(Span::from_ns(MS))),
        samples: Vec::new(),
    };
    let slices = |ns| How::Slices(Some(Span::from_ns(ns)));
    let other = |group, name: &str, subject, how| Case {
        group,
        name: name.into(),
        subject,
        how,
        goal: false,
        samples: Vec::new(),
    };
    let load = |path: &str| Subject::load(&files.root.join(path), Path::new(&files.root));
    let mut brief = work.clone();
    brief.set_duration(Span::from_ns(MS));
    Ok(vec![
        gate("free, no gate", 1, How::Free),
        gate("slices of 1 ms", 1, slices(MS)),
        gate("no cut (50 ms)", 1, How::Slices(None)),
        // A part of the work is enough where a virtual second takes long.
        gate("slices of 100 us", 1, slices(MS / 10)),
        gate("slices of 10 us", 5, slices(MS / 100)),
        other("scenario", "pair (ping_pong, 2 nodes)", load(PAIR)?, How::Moving),
        other("scenario", "ring (4 nodes)", load(RING)?, How::Moving),
        other("start", "1 node, 1 ms of virtual time", brief, How::Whole),
    ])
}

impl Case {
    fn sample(&self, tools: &Tools) -> Result<Sample, BenchError> {
        match self.how {
            How::Free => self.subject.free(tools),
            How::Slices(slice) => self.subject.gated(tools, slice),
            How::Moving | How::Whole => self.subject.gated(tools, None),
        }
    }

    /// What came out; `None` when nothing was measured. `free` are the samples of the free node, one a round.
    fn row(&self, free: &[Sample]) -> Option<Row> {
        let wall = |sample: &Sample| match self.how {
            How::Whole => sample.whole.wall.as_secs_f64(),
            How::Moving => sample.moving.unwrap_or_else(|| sample.wall_per_virtual_s()),
            How::Free | How::Slices(_) => sample.wall_per_virtual_s(),
        };
        let cpu = |sample: &Sample| match self.how {
            How::Whole => Some(sample.whole.cpu.as_secs_f64()),
            // The children's CPU time is known at their end only.
            How::Moving => None,
            How::Free | How::Slices(_) => Some(sample.cpu_per_virtual_s()),
        };
        let rounds = || free.iter().zip(&self.samples);
        let compared = matches!(self.how, How::Slices(_));
        let speed = |of: fn(&Sample) -> f64| {
            compared.then(|| Spread::of(rounds().map(|(free, gated)| of(free) / of(gated)))).flatten()
        };
        Some(Row {
            group: self.group,
            name: self.name.clone(),
            per: if self.how == How::Whole { "run" } else { "virtual second" },
            wall_ms: Spread::of(self.samples.iter().map(|sample| wall(sample) * 1e3))?,
            cpu_ms: Spread::of(self.samples.iter().filter_map(cpu).map(|cpu_s| cpu_s * 1e3)),
            speed: speed(Sample::wall_per_virtual_s),
            cpu_speed: speed(Sample::cpu_per_virtual_s),
            goal: self.goal,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost::Cost;
    use std::time::Duration;

    fn sample(wall_ms: u64, cpu_ms: u64) -> Sample {
        let whole = Cost { wall: Duration::from_millis(wall_ms), cpu: Duration::from_millis(cpu_ms) };
        Sample { whole, virtual_s: 10.0, moving: Some(0.5) }
    }

    fn row(how: How, samples: Vec<Sample>) -> Option<Row> {
        let text =
            "schema = 1\nduration = \"1ms\"\n[node.a]\nboard = \"qemu:mps2-an385\"\nfirmware = \"a.elf\"\n";
        let subject = Subject::without_firmware(scenario::parse(text, "a.scenario.toml").unwrap());
        let case = Case { group: "gate", name: "a".into(), subject, how, goal: false, samples };
        case.row(&[sample(1_000, 400), sample(1_000, 400)])
    }

    #[test]
    fn a_round_is_compared_with_itself() {
        let row = row(How::Slices(None), vec![sample(2_000, 800), sample(4_000, 400)]).unwrap();
        assert_eq!(row.speed, Spread::of([0.5, 0.25]));
        assert_eq!(row.cpu_speed, Spread::of([0.5, 1.0]));
        assert_eq!(row.wall_ms, Spread::of([200.0, 400.0]).unwrap());
    }

    #[test]
    fn scenarios_are_counted_while_time_moves_and_starts_as_a_whole() {
        let moving = row(How::Moving, vec![sample(1_000, 20)]).unwrap();
        assert_eq!((moving.wall_ms.median, moving.cpu_ms), (500.0, None));
        let whole = row(How::Whole, vec![sample(1_000, 20)]).unwrap();
        assert_eq!((whole.wall_ms.median, whole.cpu_ms, whole.speed), (1_000.0, Spread::of([20.0]), None));
    }

    #[test]
    fn nothing_measured_is_no_row() {
        assert_eq!(row(How::Free, Vec::new()), None);
    }
}
