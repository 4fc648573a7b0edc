// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What sleeping costs.

use super::{MS, S, US, nodes};
use crate::error::BenchError;
use crate::goal::{Bound, Goal};
use crate::made::Joined;
use crate::plan::{Case, Files, Findings, Group, What, cpu, wall};
use crate::subject::{Sample, Subject};
use crate::table::{Cell, Table};
use ::node::Tools;
use vtime::Span;

const NODES: usize = 32;
const WANTED: Span = Span::from_ns(60 * S);
/// A run that would take longer than this of the host's time is cut, and what it would take is estimated.
const LONGEST_S: f64 = 12.0;

/// The firmware, what it does, and how the nodes are joined. The byte time at 115 200 baud is 87 us.
const LINES: [(&str, &str, Joined); 4] = [
    ("tick", "1 kHz tick, no links", Joined::Not),
    ("sleep", "asleep, no links", Joined::Not),
    ("tick", "1 kHz tick, ring with a horizon of 87 us", Joined::Ring(Span::from_ns(87 * US))),
    ("sleep", "asleep, ring with a horizon of 87 us", Joined::Ring(Span::from_ns(87 * US))),
];

pub(super) fn group(files: &Files, tools: &Tools) -> Result<Group, BenchError> {
    let mut cases = Vec::new();
    for (firmware, title, joined) in LINES {
        let subject = cut(nodes(files, NODES, firmware, joined, WANTED)?, tools)?;
        cases.push(Case::new(format!("{NODES} nodes, {title}"), What::Gated(subject, None)));
    }
    Ok(Group {
        name: "idle",
        title: "Idle nodes",
        explained: format!(
            "{NODES} nodes in WFI for {WANTED} of virtual time, with starting and ending them. Runs that would take longer than {LONGEST_S:.0} s \
             are cut to a shorter virtual time, which the table says, and scaled: start and end are counted once."
        ),
        cases,
        judge,
    })
}

/// Makes a run that takes too long shorter.
fn cut(subject: Subject, tools: &Tools) -> Result<Subject, BenchError> {
    let sample = subject.lasting(Span::from_ns(300 * MS)).gated(tools, None)?;
    let wall_s = sample.moving.unwrap_or(0.0) * WANTED.as_ns() as f64 / 1e9;
    let part = (LONGEST_S / wall_s).clamp(0.05, 1.0);
    let ns = WANTED.as_ns() as f64 * part;
    Ok(if part < 1.0 { subject.lasting(Span::from_ns(ns as u64 / MS * MS)) } else { subject })
}

fn judge(cases: &[Case]) -> Findings {
    let wanted_s = WANTED.as_ns() as f64 / 1e9;
    // What a run of the wanted length takes: measured, or start and end once and the rest in proportion.
    let whole_s = move |sample: &Sample| {
        let measured = wall(&sample.whole);
        let rest_s = sample.moving.unwrap_or(measured / sample.virtual_s) * (wanted_s - sample.virtual_s);
        Some(measured + rest_s.max(0.0))
    };
    let mut findings = Findings {
        table: Table {
            head: vec![
                "what",
                "virtual s measured",
                "wall s for 60 virtual s",
                "times real time",
                "CPU ms per node and virtual s",
            ],
            rows: Vec::new(),
        },
        ..Findings::default()
    };
    for ((firmware, _, _), case) in LINES.iter().zip(cases) {
        let seconds = case.each(whole_s);
        let speed = case.each(|sample| whole_s(sample).map(|seconds| wanted_s / seconds));
        let cpu_ms = |sample: &Sample| Some(cpu(&sample.whole) * 1e3 / sample.virtual_s / NODES as f64);
        let virtual_s = case.samples.first().map_or(0.0, |sample| sample.virtual_s);
        findings.table.rows.push(vec![
            Cell::text(&case.name),
            Cell::text(format!("{virtual_s:.1}")),
            Cell::spread(seconds, 2),
            Cell::spread(speed, 1),
            Cell::spread(case.each(cpu_ms), 2),
        ]);
        findings.goals.push(match *firmware {
            "tick" => Goal { what: case.name.clone(), bound: Bound::SpeedAtLeast(10.0), found: speed },
            _ => Goal {
                what: format!("{}: 60 virtual s", case.name),
                bound: Bound::SecondsBelow(2.0),
                found: seconds,
            },
        });
    }
    findings
}
