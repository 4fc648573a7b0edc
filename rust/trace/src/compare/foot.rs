// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Differences between the feet of two traces with equal entries: finer than a line of output shows.

use super::{Difference, Part, Sides, hunk};
use crate::{NodeFoot, Trace};

/// What differs in the footers. Both traces have equal entries.
pub(super) fn difference(golden: &Trace, run: &Trace, sides: Sides) -> Option<Difference> {
    let (old, new) = (golden.footer.lines(), run.footer.lines());
    if old == new {
        return None;
    }
    let mut words = Vec::new();
    for old in &golden.footer.nodes {
        // A node that only one of them has is told with the headers.
        if let Some(new) = run.footer.nodes.iter().find(|new| new.name == old.name) {
            node(old, new, sides, &mut words);
        }
    }
    if golden.footer.end != run.footer.end {
        let (old, new) = (golden.footer.end, run.footer.end);
        words.push(format!("{} ended at {old}, {} at {new}", sides.golden(), sides.run()));
    }
    if words.is_empty() {
        return None; // the nodes are others, and the header's difference says so
    }
    // The footer is below the entries and the "---".
    let line = |trace: &Trace| trace.first_entry_line + trace.entries.len() + 1;
    let first = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let skipped = first.saturating_sub(super::CONTEXT);
    Some(Difference {
        part: Part::Footer,
        explanation: words,
        golden_line: line(golden) + skipped,
        run_line: line(run) + skipped,
        hunk: hunk::hunks(&old, &new, String::clone).concat(),
    })
}

fn node(old: &NodeFoot, new: &NodeFoot, sides: Sides, words: &mut Vec<String>) {
    let (name, golden, run) = (&old.name, sides.golden(), sides.run());
    let before = words.len();
    for (what, old, new) in [("sent", old.sent, new.sent), ("received", old.received, new.received)] {
        if old != new {
            words.push(format!("{name} {what} {old} bytes in {golden}, {new} in {run}"));
        }
    }
    if words.len() == before && old.chain != new.chain {
        words.push(format!(
            "the lines are the same, but the times of single bytes that {name} sent or received differ"
        ));
    }
    if old.insns != new.insns {
        let only = if words.len() == before { "only the count of instructions differs: " } else { "" };
        let (count, more) =
            (old.insns.abs_diff(new.insns), if new.insns > old.insns { "more" } else { "fewer" });
        words.push(format!("{only}{name} executed {count} instructions {more} in {run}"));
    }
}
