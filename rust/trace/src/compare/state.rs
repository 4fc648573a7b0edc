// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Differences between the states of nodes that did the same: what they have not told yet.
//!
//! **Invariant:** states are compared only where they can be equal: memory holds the firmware, and what this version of
//! QEMU puts beside it, so another build of either has other states and perhaps the same trace.

use super::{Difference, Part, Sides, hunk};
use crate::{Header, NodeFoot, Trace};

/// The nodes whose states can be compared, in both traces.
pub(super) fn comparable<'a>(
    golden: &'a Trace,
    run: &'a Trace,
) -> impl Iterator<Item = (&'a NodeFoot, &'a NodeFoot)> {
    let same_qemu = version(&golden.header, "qemu") == version(&run.header, "qemu");
    golden.footer.nodes.iter().filter(move |_| same_qemu).filter_map(|old| {
        let new = run.footer.nodes.iter().find(|new| new.name == old.name)?;
        let what = format!("firmware.{}", old.name);
        let same = version(&golden.header, &what) == version(&run.header, &what);
        let every = old.state.zip(new.state).is_some_and(|(old, new)| old.every == new.every);
        (same && every).then_some((old, new))
    })
}

/// What differs in the states. All else is equal in both traces.
pub(super) fn difference(golden: &Trace, run: &Trace, sides: Sides) -> Option<Difference> {
    let words: Vec<String> = comparable(golden, run)
        .filter(|(old, new)| old.state != new.state)
        .map(|(old, _)| {
            format!(
                "the state of {} (registers and memory) differs between {} and {}, in something that it has not told yet",
                old.name,
                sides.golden(),
                sides.run()
            )
        })
        .collect();
    if words.is_empty() {
        return None;
    }
    let (old, new) = (golden.footer.state_lines(golden.hash), run.footer.state_lines(run.hash));
    let line = |trace: &Trace| trace.first_entry_line + trace.entries.len() + trace.footer.lines().len() + 2;
    let first = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let skipped = first.saturating_sub(super::CONTEXT);
    Some(Difference {
        part: Part::States,
        explanation: words,
        golden_line: line(golden) + skipped,
        run_line: line(run) + skipped,
        hunk: hunk::hunks(&old, &new, String::clone).concat(),
    })
}

/// The version of what made a trace: its first word, for that of QEMU is followed by the digest of our patches.
fn version<'a>(header: &'a Header, what: &str) -> Option<&'a str> {
    header.made_by.iter().find(|by| by.what == what)?.version.split(' ').next()
}
