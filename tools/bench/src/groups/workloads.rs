// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What exact time costs against QEMU as most people run it, by kind of work.

use super::{nodes, start};
use crate::cost::Cost;
use crate::error::BenchError;
use crate::goal::{Bound, Goal};
use crate::made::Joined;
use crate::plan::{Case, Files, Findings, Group, What, cpu, ratio, spread};
use crate::subject::{Clock, LONGEST_WORK};
use crate::table::{Cell, Table};
use ::node::Tools;

/// The firmware, what it does, and the goal for icount against no icount.
const WORKLOADS: [(&str, &str, Option<f64>); 6] = [
    ("tight", "loop of 5 instructions", Some(0.60)),
    ("integer", "CRC in registers", None),
    ("ordinary", "ordinary code", Some(0.85)),
    ("memory", "memory", None),
    ("interrupts", "10 kHz of interrupts", None),
    ("mmio", "device registers", None),
];

// The places of the cases; three for each workload follow.
const FREE_START: usize = 0;
const START: usize = 1;
const FIRST: usize = 2;

pub(super) fn group(files: &Files, tools: &Tools) -> Result<Group, BenchError> {
    let nothing = nodes(files, 1, "nothing", Joined::Not, LONGEST_WORK)?;
    let mut cases = vec![
        Case::new("start and end of a free node", What::Free(nothing.clone(), Clock::Icount)),
        start("one node", &nothing),
    ];
    for (firmware, title, _) in WORKLOADS {
        let node = nodes(files, 1, firmware, Joined::Not, LONGEST_WORK)?;
        let node = node.lasting(node.find_work(tools)?);
        cases.push(Case::new(format!("{title}: no icount"), What::Free(node.clone(), Clock::Host)));
        cases.push(Case::new(format!("{title}: icount"), What::Free(node.clone(), Clock::Icount)));
        cases.push(Case::new(format!("{title}: exact"), What::Gated(node, None)));
    }
    Ok(Group {
        name: "workloads",
        title: "Exact time against none",
        explained: "One node does a fixed amount of work (scenarios/bench/firmware): **no icount**, QEMU as most people run it, \
            where virtual time is the host's; **icount**, the same QEMU counting instructions as a node of virtmcu does, without \
            plugins and gate: what is lost there is the icount tax; **exact**, behind the gate, by the real run loop, \
            where nothing bounds it but the longest grant. All are seconds of computing, without start and end; speeds \
            are ratios within each round. With 10 kHz of interrupts, work is counted in interrupts: each is followed by the \
            same piece of work, then sleep. Without icount these come at the host's pace, so that the wall \
            time says nothing, and what computing an interrupt costs is compared, the host's timers included."
            .to_string(),
        cases,
        judge,
    })
}

fn judge(cases: &[Case]) -> Findings {
    let mut findings = Findings {
        table: Table {
            head: vec![
                "work",
                "no icount, CPU s",
                "icount, CPU s",
                "exact, CPU s",
                "icount / no icount",
                "exact / no icount",
                "exact / icount",
            ],
            rows: Vec::new(),
        },
        ..Findings::default()
    };
    for ((_, title, goal), three) in WORKLOADS.iter().zip(cases[FIRST..].chunks(3)) {
        let [none, icount, exact] = three else { continue };
        let none = none.beyond(&cases[FREE_START]);
        let icount = icount.beyond(&cases[FREE_START]);
        let exact = exact.beyond(&cases[START]);
        let seconds = |costs: &[Cost]| Cell::spread(spread(costs, cpu), 2);
        // Speeds: how long the right one takes, in parts of the left one.
        let speed = |of: &[Cost], to: &[Cost]| ratio(to, of, cpu);
        findings.table.rows.push(vec![
            Cell::text(*title),
            seconds(&none),
            seconds(&icount),
            seconds(&exact),
            Cell::spread(speed(&icount, &none), 2),
            Cell::spread(speed(&exact, &none), 2),
            Cell::spread(speed(&exact, &icount), 2),
        ]);
        if let Some(goal) = goal {
            findings.goals.push(Goal {
                what: format!("icount tax, {title}: part of the speed without icount"),
                bound: Bound::RatioAtLeast(*goal),
                found: speed(&icount, &none),
            });
        }
    }
    findings
}
