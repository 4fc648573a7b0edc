// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What it costs to exchange grants while both nodes compute.

use super::{MS, US, nodes, start};
use crate::error::BenchError;
use crate::goal::{Bound, Goal};
use crate::made::Joined;
use crate::plan::{Case, Files, Findings, Group, What, cpu, ratio, spread, wall};
use crate::stats::Spread;
use crate::subject::{Clock, LONGEST_WORK};
use crate::table::{Cell, Table};
use ::node::Tools;
use vtime::Span;

/// Each horizon, which part of the work is enough for it, and the goal.
const HORIZONS: [(u64, u64, f64); 3] = [(MS, 1, 0.95), (100 * US, 2, 0.75), (10 * US, 10, 0.35)];

// The places of the cases.
const FREE_PAIR: usize = 0;
const FREE_PAIR_START: usize = 1;
const PAIR_START: usize = 2;
const FREE_ONE: usize = 3;
const FREE_ONE_START: usize = 4;
const ONE_START: usize = 5;
const ONE: usize = 6;
const PAIRS: usize = 7;

pub(super) fn group(files: &Files, tools: &Tools) -> Result<Group, BenchError> {
    let one = nodes(files, 1, "integer", Joined::Not, LONGEST_WORK)?;
    let work = one.find_work(tools)?;
    let one = one.lasting(work);
    let pair = |horizon_ns, part| {
        let joined = Joined::Ring(Span::from_ns(horizon_ns));
        nodes(files, 2, "integer", joined, Span::from_ns(work.as_ns() / part))
    };
    let free = |name: &str, count, firmware| {
        let subject = nodes(files, count, firmware, Joined::Not, work)?;
        Ok::<_, BenchError>(Case::new(name, What::Free(subject, Clock::Icount)))
    };
    let mut cases = vec![
        free("two nodes, free", 2, "integer")?,
        free("start and end of two free nodes", 2, "nothing")?,
        start("two nodes", &pair(MS, 1)?),
        free("one node, free", 1, "integer")?,
        free("start and end of a free node", 1, "nothing")?,
        start("one node", &one),
        Case::new("one node, nothing bounds it", What::Gated(one, None)),
    ];
    for (horizon_ns, part, _) in HORIZONS {
        let name = format!("two nodes, horizon {}", Span::from_ns(horizon_ns));
        cases.push(Case::new(name, What::Gated(pair(horizon_ns, part)?, None)));
    }
    Ok(Group {
        name: "grants",
        title: "Exchanging grants",
        explained: "Two nodes compute without a pause (scenarios/bench/firmware/integer.c), joined by a UART link on which \
            nothing is sent, so that each may run ahead of the other by the link's horizon and no further: byte time \
            and delay of the link, not an option. *free*: the same two in the same QEMU with the same -icount settings at \
            the same time, without plugins and gate. *speed* is the free nodes' time divided by this one's, taken within \
            each round, per virtual second; what starting and ending the processes costs was measured apart and is not \
            in it."
            .to_string(),
        cases,
        judge,
    })
}

fn judge(cases: &[Case]) -> Findings {
    let mut table = Table {
        head: vec!["what", "wall ms per virtual s", "CPU ms per virtual s", "speed (wall)", "speed (CPU)"],
        rows: Vec::new(),
    };
    let mut speeds = Vec::new();
    let mut row = |place: usize, started: usize, free: Option<(usize, usize)>| {
        let per_second = |place: usize, start: usize| {
            let case: &Case = &cases[place];
            let virtual_s = case.samples.first().map_or(1.0, |sample| sample.virtual_s);
            let of = |cost: std::time::Duration| cost.div_f64(virtual_s);
            let each = case.beyond(&cases[start]).into_iter();
            each.map(|cost| crate::cost::Cost { wall: of(cost.wall), cpu: of(cost.cpu) }).collect::<Vec<_>>()
        };
        let costs = per_second(place, started);
        let free = free.map(|(free, start)| per_second(free, start));
        let speed = |figure| free.as_ref().and_then(|free| ratio(free, &costs, figure));
        speeds.push(speed(wall));
        table.rows.push(vec![
            Cell::text(&cases[place].name),
            Cell::spread(spread(&costs, |cost| wall(cost) * 1e3), 1),
            Cell::spread(spread(&costs, |cost| cpu(cost) * 1e3), 1),
            Cell::spread(speed(wall), 2),
            Cell::spread(speed(cpu), 2),
        ]);
    };
    row(FREE_ONE, FREE_ONE_START, None);
    row(ONE, ONE_START, Some((FREE_ONE, FREE_ONE_START)));
    row(FREE_PAIR, FREE_PAIR_START, None);
    for place in PAIRS..cases.len() {
        row(place, PAIR_START, Some((FREE_PAIR, FREE_PAIR_START)));
    }
    let goals = HORIZONS.iter().zip(&speeds[3..]).map(|((horizon_ns, _, goal), speed)| Goal {
        what: format!("two busy nodes, horizon {}: part of the free speed", Span::from_ns(*horizon_ns)),
        bound: Bound::RatioAtLeast(*goal),
        found: *speed,
    });
    let starts = [(ONE_START, "one node"), (PAIR_START, "two nodes")].map(|(place, name)| {
        let ms = |figure: fn(&crate::cost::Cost) -> f64| {
            cases[place].each(|sample| Some(figure(&sample.whole) * 1e3)).map_or(0.0, |spread| spread.median)
        };
        format!("Starting and ending {name} took {:.1} ms, and {:.1} ms of computing.", ms(wall), ms(cpu))
    });
    Findings { goals: goals.collect(), notes: starts.to_vec(), share: share(&cases[FREE_PAIR]), table }
}

/// Which part of the CPUs the free pair got.
fn share(free_pair: &Case) -> Option<Spread> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from).min(2) as f64;
    free_pair.each(|sample| Some(cpu(&sample.whole) / wall(&sample.whole) / cores))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost::Cost;
    use crate::echo::Way;
    use crate::subject::Sample;
    use std::time::Duration;

    #[test]
    fn speed_is_of_the_free_pair_without_the_starts() {
        let case = |wall_ms, virtual_s| {
            let whole =
                Cost { wall: Duration::from_millis(wall_ms), cpu: Duration::from_millis(2 * wall_ms) };
            let sample = Sample { whole, virtual_s, ..Sample::default() };
            // What is done does not matter here.
            Case { name: "x".into(), what: What::Echo(Way::Socket), samples: vec![sample] }
        };
        // In the order above: free pair and starts, one, and the three horizons, the last two with less work.
        let times = [(1010, 10.0), (10, 0.0), (20, 0.0), (1005, 10.0), (5, 0.0), (10, 0.0)];
        let gated = [(1010, 10.0), (1020, 10.0), (1020, 5.0), (1020, 1.0)];
        let cases: Vec<Case> = times.iter().chain(&gated).map(|(ms, s)| case(*ms, *s)).collect();
        let found: Vec<f64> = judge(&cases).goals.iter().map(|goal| goal.found.unwrap().median).collect();
        assert_eq!(
            found.iter().map(|speed| (speed * 100.0).round()).collect::<Vec<_>>(),
            [100.0, 50.0, 10.0]
        );
    }
}
