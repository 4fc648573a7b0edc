// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What one grant costs with nothing to do, and what one byte costs.

use super::{MS, S, US, nodes, start};
use crate::cost::Cost;
use crate::echo::Way;
use crate::error::BenchError;
use crate::made::Joined;
use crate::plan::{Case, Files, Findings, Group, What, cpu, wall};
use crate::stats::{Spread, percentile};
use crate::subject::Sample;
use crate::table::{Cell, Table};
use ::node::Tools;
use vtime::Span;

// The places of the cases after the round trips.
const ROUND_TRIPS: usize = 4;
const START: usize = 4;
const BYTES: usize = 5;
const SILENCE: usize = 6;

pub(super) fn group(files: &Files, _tools: &Tools) -> Result<Group, BenchError> {
    // A sleeping node would promise to sleep on, and be asked no more.
    let brief = nodes(files, 1, "integer", Joined::Not, Span::from_ns(20 * MS))?;
    let talk = |firmware| nodes(files, 2, firmware, Joined::Ring(Span::from_ns(MS)), Span::from_ns(S));
    let cases = vec![
        Case::new("channel, looking before sleeping", What::Echo(Way::SharedMemory { spin: true })),
        Case::new("channel, sleeping", What::Echo(Way::SharedMemory { spin: false })),
        Case::new("socket", What::Echo(Way::Socket)),
        Case::new("a node, 25 instructions", What::Gated(brief, Some(Span::from_ns(US)))),
        start("two nodes", &talk("bytes")?),
        Case::new("two nodes that send", What::Gated(talk("bytes")?, None)),
        Case::new("two nodes that do not", What::Gated(talk("silence")?, None)),
    ];
    Ok(Group {
        name: "round_trip",
        title: "A grant's round trip, and a byte's way",
        explained: "From handing out a grant until its answer is there, nothing being done for it. **channel**: \
            the shared memory rings and bells of a node (rust/channel) between two threads, without QEMU: looking for the \
            answer for a moment before sleeping, as is done while cores are free, or sleeping at once; **socket**: the \
            same with a pair of Unix stream sockets and messages of 32 bytes; **a node**: the real run loop and a real node, its \
            grants cut to 1 us of virtual time, in which it executes 25 instructions. *CPU us* is what both sides compute \
            for one round trip, starting and ending included."
            .to_string(),
        cases,
        judge,
    })
}

fn judge(cases: &[Case]) -> Findings {
    let us = |case: &Case, percent| {
        Cell::spread(case.each(|sample| percentile(&sample.steps_ns, percent).map(|ns| ns as f64 / 1e3)), 1)
    };
    let cpu_us = |sample: &Sample| {
        (!sample.steps_ns.is_empty()).then(|| cpu(&sample.whole) * 1e6 / sample.steps_ns.len() as f64)
    };
    let row = |case: &Case| {
        vec![Cell::text(&case.name), us(case, 50), us(case, 99), Cell::spread(case.each(cpu_us), 1)]
    };
    let table = Table {
        head: vec!["round trip", "median us", "99 % us", "CPU us"],
        rows: cases[..ROUND_TRIPS].iter().map(row).collect(),
    };
    Findings { table, notes: vec![bytes(cases)], ..Findings::default() }
}

/// Bytes of a UART; frames are in `links`.
fn bytes(cases: &[Case]) -> String {
    let events = |case: &Case| case.samples.first().map_or(0, |sample| sample.events);
    let sent = events(&cases[BYTES]) - events(&cases[SILENCE]).min(events(&cases[BYTES]));
    let costs = |place: usize| cases[place].beyond(&cases[START]);
    let (talking, silent) = (costs(BYTES), costs(SILENCE));
    let per_second = Spread::of(talking.iter().map(|cost| sent as f64 / wall(cost)));
    let more = |(talking, silent): (&Cost, &Cost)| (cpu(talking) - cpu(silent)) * 1e6 / sent as f64;
    let each_us = Spread::of(talking.iter().zip(&silent).map(more));
    let (Some(per_second), Some(each_us)) = (per_second, each_us) else { return String::new() };
    format!(
        "**Events through one UART link**: {:.0} [{:.0}..{:.0}] bytes per second of wall time, two nodes sending as fast as the \
         line takes them ({sent} bytes in a virtual second, 1 Mbaud, horizon 1 ms); a byte costs {:.2} [{:.2}..{:.2}] us of \
         computing more than the same run without bytes: both firmwares' drivers and the receiver's interrupt, plugins, channel, \
         core and trace.",
        per_second.median, per_second.min, per_second.max, each_us.median, each_us.min, each_us.max
    )
}
