// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The scenarios of this repository, and how long starting takes.

use super::{MS, nodes, start};
use crate::error::BenchError;
use crate::made::Joined;
use crate::plan::{Case, Files, Findings, Group, What, cpu, wall};
use crate::subject::{Sample, Subject};
use crate::table::{Cell, Table};
use ::node::Tools;
use vtime::Span;

const SCENARIOS: [(&str, &str); 2] = [
    ("ping_pong, 2 nodes", "scenarios/uart/ping_pong.scenario.toml"),
    ("ring, 4 nodes", "scenarios/uart/ring.scenario.toml"),
];
const STARTS: [(usize, &str); 2] = [(1, "one node"), (32, "32 nodes")];

pub(super) fn group(files: &Files, _tools: &Tools) -> Result<Group, BenchError> {
    let mut cases = Vec::new();
    for (title, path) in SCENARIOS {
        let subject = Subject::load(&files.root.join(path), &files.root)?;
        cases.push(Case::new(title, What::Gated(subject, None)));
    }
    for (count, title) in STARTS {
        let node = nodes(files, count, "sleep", Joined::Not, Span::from_ns(MS))?;
        cases.push(start(title, &node));
    }
    Ok(Group {
        name: "scenarios",
        title: "Whole runs",
        explained: "The scenarios of scenarios/uart, whose links of 115 200 baud give horizons of 87 us; and runs of 1 ms of \
            virtual time, which are all start and end. *moving* is wall time per virtual second while virtual time moves."
            .to_string(),
        cases,
        judge,
    })
}

fn judge(cases: &[Case]) -> Findings {
    let row = |case: &Case| {
        let ms = |figure: fn(&crate::cost::Cost) -> f64| {
            Cell::spread(case.each(|sample: &Sample| Some(figure(&sample.whole) * 1e3)), 1)
        };
        let moving = match case.samples.first() {
            Some(sample) if sample.steps_ns.len() > 1 => {
                Cell::spread(case.each(|sample| sample.moving.map(|moving| moving * 1e3)), 0)
            }
            _ => Cell::Empty,
        };
        vec![Cell::text(&case.name), ms(wall), ms(cpu), moving]
    };
    let table = Table {
        head: vec!["what", "wall ms", "CPU ms", "moving, ms per virtual s"],
        rows: cases.iter().map(row).collect(),
    };
    Findings { table, ..Findings::default() }
}
