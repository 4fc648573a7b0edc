// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What a frame costs on a link between two nodes, and whether the last of many costs more than the first.

use super::{MS, S, start};
use crate::error::BenchError;
use crate::goal::{Bound, Goal};
use crate::made;
use crate::model::Frames;
use crate::plan::{Case, Files, Findings, Group, What, cpu, wall};
use crate::stats::Spread;
use crate::subject::Subject;
use crate::table::{Cell, Table};
use ::node::Tools;
use vtime::Span;

/// How many frames: few, and many.
const COUNTS: [u64; 2] = [10_000, 100_000];
const KINDS: [(&str, Frames); 2] = [("CAN, 8 bytes", Frames::Can), ("Ethernet, 64 bytes", Frames::Ethernet)];
/// So many times what a few cost for each, many may not cost less than.
const LINEAR: f64 = 0.8;

// The places of a kind's cases.
const START: usize = 0;
const RUNS: usize = 1;
const MODELS: usize = 3;
const CASES: usize = 5;

pub(super) fn group(files: &Files, tools: &Tools) -> Result<Group, BenchError> {
    let mut cases = Vec::new();
    for (name, frames) in KINDS {
        let subject = Subject::parse(&made::frames(frames, Span::from_ns(100 * MS)), &files.firmware)?;
        let seen = subject.gated(tools, None)?.events.max(1);
        let lasting = |count: u64| subject.lasting(Span::from_ns(count * (S / 10) / seen));
        cases.push(start(&format!("two nodes of {name}"), &subject));
        for count in COUNTS {
            cases.push(Case::new(format!("{count} frames of {name}"), What::Gated(lasting(count), None)));
        }
        for count in COUNTS {
            let what = What::Model(subject.link()?, frames, count);
            cases.push(Case::new(format!("the model alone, {count} frames of {name}"), what));
        }
    }
    Ok(Group {
        name: "links",
        title: "Frames on links",
        explained: "Two nodes (scenarios/bench/firmware/can_frames.c, eth_frames.c): one sends frames of eight bytes on a CAN bus of \
            1 Mbit/s without a pause, or frames of 64 bytes on a cable of 100 Mbit/s as fast as its CPU can; the other takes them. A \
            frame's cost is all that QEMU (both firmwares and controllers), plugins, channel, core, link and trace compute for it, start \
            and end not counted. *model alone*: as many frames through the link's model, without the rest; *part*: of the \
            whole. *linear*: the cost of a frame among 10 000 by that of one among 100 000."
            .to_string(),
        cases,
        judge,
    })
}

/// What each frame costs, a round each, in seconds.
fn each(case: &Case, start: Option<&Case>, figure: fn(&crate::cost::Cost) -> f64) -> Vec<f64> {
    let costs = match start {
        Some(start) => case.beyond(start),
        None => case.samples.iter().map(|sample| sample.whole).collect(),
    };
    let events = case.samples.iter().map(|sample| sample.events.max(1) as f64);
    costs.iter().zip(events).map(|(cost, events)| figure(cost) / events).collect()
}

fn parts(of: &[f64], to: &[f64]) -> Option<Spread> {
    Spread::of(of.iter().zip(to).map(|(of, to)| of / to).filter(|part| part.is_finite()))
}

fn judge(cases: &[Case]) -> Findings {
    let mut table = Table {
        head: vec!["frames", "sent", "CPU us each", "wall us each", "model alone, ns", "part", "linear"],
        rows: Vec::new(),
    };
    let mut goals = Vec::new();
    for ((name, _), cases) in KINDS.iter().zip(cases.chunks(CASES)) {
        let start = Some(&cases[START]);
        let few = each(&cases[RUNS], start, cpu);
        for place in 0..COUNTS.len() {
            let (run, model) = (&cases[RUNS + place], &cases[MODELS + place]);
            let (all, alone) = (each(run, start, cpu), each(model, None, cpu));
            let us = |costs: &[f64]| Spread::of(costs.iter().map(|cost| cost * 1e6));
            let linear = if place > 0 { parts(&few, &all) } else { None };
            table.rows.push(vec![
                Cell::text(*name),
                Cell::spread(run.each(|sample| Some(sample.events as f64)), 0),
                Cell::spread(us(&all), 1),
                Cell::spread(us(&each(run, start, wall)), 1),
                Cell::spread(Spread::of(alone.iter().map(|cost| cost * 1e9)), 0),
                Cell::spread(parts(&alone, &all), 3),
                Cell::spread(linear, 2),
            ]);
            if place > 0 {
                let what = format!("{name}: a frame among 10 000, by one among 100 000");
                goals.push(Goal { what, bound: Bound::RatioAtLeast(LINEAR), found: linear });
            }
        }
    }
    Findings { table, goals, ..Findings::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost::Cost;
    use crate::echo::Way;
    use crate::subject::Sample;
    use std::time::Duration;

    #[test]
    fn a_frame_costs_what_the_run_does_without_its_start() {
        let case = |ms, events| {
            let time = Duration::from_millis(ms);
            let sample = Sample { whole: Cost { wall: time, cpu: time }, events, ..Sample::default() };
            // What is done does not matter here.
            Case { name: "x".into(), what: What::Echo(Way::Socket), samples: vec![sample] }
        };
        let kind =
            [case(10, 0), case(510, 10_000), case(10_010, 100_000), case(5, 10_000), case(100, 100_000)];
        let cases: Vec<Case> = kind
            .iter()
            .chain(&kind)
            .map(|case| Case {
                name: case.name.clone(),
                what: case.what.clone(),
                samples: case.samples.clone(),
            })
            .collect();
        let findings = judge(&cases);
        let figure = |row: usize, column: usize| match &findings.table.rows[row][column] {
            Cell::Spread(spread, _) => (spread.median * 1000.0).round() / 1000.0,
            other => panic!("{other:?}"),
        };
        assert_eq!((figure(0, 2), figure(1, 2), figure(1, 4)), (50.0, 100.0, 1000.0));
        assert_eq!((figure(0, 5), figure(1, 5), figure(1, 6)), (0.01, 0.01, 0.5));
        assert_eq!(findings.goals.len(), 2);
        assert_eq!(findings.goals[0].found.map(|found| found.median), Some(0.5));
    }
}
