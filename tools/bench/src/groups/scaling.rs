// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Whether cost grows in proportion to the number of nodes.

use super::{MS, S, nodes, start};
use crate::error::BenchError;
use crate::made::Joined;
use crate::plan::{Case, Files, Findings, Group, What, cpu, wall};
use crate::stats::{Spread, StraightLine};
use crate::table::{Cell, Table};
use ::node::Tools;
use vtime::Span;

const COUNTS: [usize; 6] = [1, 2, 4, 8, 16, 32];
const HORIZON: Span = Span::from_ns(MS);
/// The firmware, what its nodes are, and for how long they run.
const KINDS: [(&str, &str, u64); 2] = [("integer", "busy", S), ("tick", "idle", 4 * S)];
/// For each count: the start, then the run.
const CASES: usize = 2;

pub(super) fn group(files: &Files, _tools: &Tools) -> Result<Group, BenchError> {
    let mut cases = Vec::new();
    for (firmware, kind, ns) in KINDS {
        for count in COUNTS {
            let name = format!("{count} {kind}");
            let subject = nodes(files, count, firmware, Joined::Ring(HORIZON), Span::from_ns(ns))?;
            cases.push(start(&name, &subject));
            cases.push(Case::new(name, What::Gated(subject, None)));
        }
    }
    Ok(Group {
        name: "scaling",
        title: "More nodes",
        explained: format!(
            "Nodes in a ring of UART links with a horizon of {HORIZON} (one alone is linked to itself): busy ones compute without a \
             pause, idle ones sleep between the ticks of a 1 kHz timer. *speed* is virtual seconds per second of wall time while \
             virtual time moves; *CPU* is for each node and virtual second, without start and end."
        ),
        cases,
        judge,
    })
}

fn judge(cases: &[Case]) -> Findings {
    let kinds: Vec<&[Case]> = cases.chunks(CASES * COUNTS.len()).collect();
    let mut table = Table {
        head: vec!["nodes", "busy: speed", "busy: CPU ms", "idle: speed", "idle: CPU ms"],
        rows: COUNTS.iter().map(|count| vec![Cell::text(count.to_string())]).collect(),
    };
    let mut notes = Vec::new();
    for ((_, kind, _), cases) in KINDS.iter().zip(kinds) {
        let mut points = Vec::new();
        for ((row, count), pair) in table.rows.iter_mut().zip(COUNTS).zip(cases.chunks(CASES)) {
            let [started, run] = pair else { continue };
            let virtual_s = run.samples.first().map_or(1.0, |sample| sample.virtual_s);
            let all_ms = Spread::of(run.beyond(started).iter().map(|cost| cpu(cost) * 1e3 / virtual_s));
            let moving = run.each(|sample| sample.moving.map(|moving| 1.0 / moving));
            // A node that nothing bounds reports once, at its end.
            let beyond = || Spread::of(run.beyond(started).iter().map(|cost| virtual_s / wall(cost)));
            row.push(Cell::spread(moving.or_else(beyond), 2));
            let each_ms = |of: f64| of / count as f64;
            let node_ms = all_ms.map(|Spread { median, min, max }| Spread {
                median: each_ms(median),
                min: each_ms(min),
                max: each_ms(max),
            });
            row.push(Cell::spread(node_ms, 2));
            points.extend(all_ms.map(|spread| (count as f64, spread.median)));
        }
        notes.extend(proportion(kind, &points));
    }
    Findings { table, notes, ..Findings::default() }
}

/// How near to a straight line the cost of all nodes is, and what a node costs among many and among few.
fn proportion(kind: &str, points: &[(f64, f64)]) -> Option<String> {
    let line = StraightLine::through(points)?;
    let each = |(count, ms): &(f64, f64)| ms / count;
    let (first, last) = (points.first()?, points.last()?);
    Some(format!(
        "**{kind}**: the nearest straight line is {:.2} ms + {:.2} ms for each node; the medians lie within {:.0} % of it. \
         Among {} nodes a node costs {:.2} times what it costs alone.",
        line.base,
        line.slope,
        line.worst(points) * 100.0,
        last.0,
        each(last) / each(first)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_a_straight_line_from_a_curve() {
        let straight = [(1.0, 3.0), (2.0, 5.0), (4.0, 9.0), (8.0, 17.0)];
        let text = proportion("idle", &straight).unwrap();
        assert!(text.contains("1.00 ms + 2.00 ms for each node") && text.contains("within 0 %"), "{text}");
        assert!(text.contains("Among 8 nodes a node costs 0.71 times"), "{text}");
        let square = [(1.0, 1.0), (2.0, 4.0), (4.0, 16.0), (8.0, 64.0)];
        let text = proportion("idle", &square).unwrap();
        assert!(text.contains("a node costs 8.00 times"), "{text}");
        assert_eq!(proportion("idle", &[]), None);
    }
}
