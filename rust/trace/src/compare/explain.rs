// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What happened to the first entry that differs: later, other text, missing, new, or in another order.

use super::{Sides, WINDOW};
use crate::entry::{Content, power_text};
use crate::escape::quoted;
use crate::{Entry, What};
use similar::{Algorithm, DiffOp, capture_diff_slices};
use vtime::{Instant, Span};

/// Explains in sentences how `golden` and `run` differ. Both start with the first entry that differs.
pub(super) fn explain(golden: &[Entry], run: &[Entry], sides: Sides) -> Vec<String> {
    match (golden.first(), run.first()) {
        (Some(old), Some(new)) => both(golden, run, old, new, sides),
        (Some(next), None) => ends(sides.run(), sides.golden(), golden.len(), next),
        (None, Some(next)) => ends(sides.golden(), sides.run(), run.len(), next),
        (None, None) => Vec::new(),
    }
}

fn ends(shorter: &str, longer: &str, more: usize, next: &Entry) -> Vec<String> {
    vec![format!("{shorter} ends here; {longer} has {} more, first: {}", count(more), told(next))]
}

fn both(golden: &[Entry], run: &[Entry], old: &Entry, new: &Entry, sides: Sides) -> Vec<String> {
    let (old_window, new_window) = (&golden[..golden.len().min(WINDOW)], &run[..run.len().min(WINDOW)]);
    // Entries that are equal to the nanosecond tell best whether some are missing in between.
    let exact = capture_diff_slices(Algorithm::Myers, old_window, new_window);
    if let [op @ (DiffOp::Delete { .. } | DiffOp::Insert { .. }), _, ..] = exact[..] {
        return one_side(op, golden, run, sides);
    }
    let by_content = capture_diff_slices(Algorithm::Myers, &contents(old_window), &contents(new_window));
    match by_content.first() {
        Some(&op @ (DiffOp::Delete { .. } | DiffOp::Insert { .. })) => one_side(op, golden, run, sides),
        Some(DiffOp::Equal { .. }) => [moved(old, new, sides), rest(golden, run)].concat(),
        _ => [changed(old, new, sides), rest(golden, run)].concat(),
    }
}

fn contents(entries: &[Entry]) -> Vec<Content<'_>> {
    entries.iter().map(Entry::content).collect()
}

/// Some entries are on one side only.
fn one_side(op: DiffOp, golden: &[Entry], run: &[Entry], sides: Sides) -> Vec<String> {
    let deleted = matches!(op, DiffOp::Delete { .. });
    let (has, lacks) = if deleted { (sides.golden(), sides.run()) } else { (sides.run(), sides.golden()) };
    let (here, there) = if deleted { (golden, run) } else { (run, golden) };
    let length = if deleted { op.old_range().len() } else { op.new_range().len() };
    let first = &here[0];
    // The same entry a little further down, and not once more on this side: it only changed its place.
    let count_of = |entries: &[Entry]| entries.iter().take(WINDOW).filter(|e| e.same_content(first)).count();
    if length == 1 && count_of(here) == count_of(there) {
        return vec![format!("the order differs: in {has} this comes earlier: {}", told(first))];
    }
    vec![format!("{has} has {} here that {lacks} has not, first: {}", count(length), told(first))]
}

/// The same port told the same, at another time.
fn moved(old: &Entry, new: &Entry, sides: Sides) -> Vec<String> {
    let mut words = vec![told(new)];
    words
        .extend(shift(old.at, new.at).map(|shift| format!("{} did it {shift} in {}", new.port, sides.run())));
    if let (What::Sent { lasts: old, .. }, What::Sent { lasts: new, .. }) = (&old.what, &new.what)
        && old != new
    {
        let (short, long) = (old.min(new).as_ns(), old.max(new).as_ns());
        let more = if new > old { "longer" } else { "less" };
        words.push(format!(
            "from first to last byte it took {} {more} in {}",
            Span::from_ns(long - short),
            sides.run()
        ));
    }
    words
}

/// Something else is in its place.
fn changed(old: &Entry, new: &Entry, sides: Sides) -> Vec<String> {
    let (golden, run) = (sides.golden(), sides.run());
    let (What::Sent { to: old_to, bytes: old_bytes, .. }, What::Sent { to: new_to, bytes: new_bytes, .. }) =
        (&old.what, &new.what)
    else {
        return vec![format!("{golden} has: {}", told(old)), format!("{run} has: {}", told(new))];
    };
    if old.port != new.port || old_to != new_to {
        return vec![format!("{golden} has: {}", told(old)), format!("{run} has: {}", told(new))];
    }
    let same = old_bytes.iter().zip(new_bytes).take_while(|(old, new)| old == new).count();
    let mut words = vec![format!(
        "the text from {} differs at byte {}: {} in {golden}, {} in {run}",
        new.port,
        same + 1,
        excerpt(old_bytes, same),
        excerpt(new_bytes, same)
    )];
    words.extend(shift(old.at, new.at).map(|shift| format!("{} sent it {shift} in {run}", new.port)));
    words
}

/// How the entries after the first one compare, where that can be said in a line.
fn rest(golden: &[Entry], run: &[Entry]) -> Vec<String> {
    let (old, new) = (&golden[1..], &run[1..]);
    if old.is_empty()
        || old.len() != new.len()
        || old.iter().zip(new).any(|(old, new)| !old.same_content(new))
    {
        return Vec::new();
    }
    let after = if old.len() == 1 {
        "the 1 entry after it".to_string()
    } else {
        format!("all {} after it", count(old.len()))
    };
    let moved = old.iter().zip(new).filter(|(old, new)| old != new).count();
    let first_shift = (golden[0].at, run[0].at);
    let same_shift = |(old, new): (&Entry, &Entry)| {
        i128::from(new.at.as_ns()) - i128::from(old.at.as_ns())
            == i128::from(first_shift.1.as_ns()) - i128::from(first_shift.0.as_ns())
    };
    vec![match (moved, shift(first_shift.0, first_shift.1)) {
        (0, _) => format!("equal again: {after}"),
        (_, Some(shift)) if old.iter().zip(new).all(same_shift) => {
            format!("also {shift}, with the same text: {after}")
        }
        _ => format!("with the same text, and {moved} of them at other times: {after}"),
    }]
}

/// `4us later`, `4us earlier`, or nothing.
fn shift(old: Instant, new: Instant) -> Option<String> {
    match (new.since(old), old.since(new)) {
        (Span::ZERO, Span::ZERO) => None,
        (later, Span::ZERO) => Some(format!("{later} later")),
        (_, earlier) => Some(format!("{earlier} earlier")),
    }
}

/// An entry in words.
fn told(entry: &Entry) -> String {
    match &entry.what {
        What::Sent { bytes, .. } => format!("{} sent {}", entry.port, excerpt(bytes, 0)),
        What::Held => format!("{} was full, and a byte had to wait", entry.port),
        What::Lost { bytes, .. } => format!("{} was off and lost {}", entry.port, excerpt(bytes, 0)),
        What::Frame { to: Some(to), text, .. } => format!("{} sent {text} to {to}", entry.port),
        What::Frame { to: None, word, text, .. } => format!("{}: {word}: {text}", entry.port),
        What::Garbled { bytes, .. } => {
            format!("{} sent {} while another one sent, too", entry.port, excerpt(bytes, 0))
        }
        What::Power(power) => format!("{} {}", entry.port, power_text(*power)),
    }
}

/// The bytes around `place`, quoted: all of them if they are few.
fn excerpt(bytes: &[u8], place: usize) -> String {
    const AROUND: usize = 24;
    let start = if bytes.len() <= 2 * AROUND { 0 } else { place.saturating_sub(AROUND) };
    let end = bytes.len().min(start + 2 * AROUND);
    let dots = |cut: bool| if cut { "..." } else { "" };
    format!("{}{}{}", dots(start > 0), quoted(&bytes[start..end]), dots(end < bytes.len()))
}

fn count(entries: usize) -> String {
    if entries == 1 { "1 entry".to_string() } else { format!("{entries} entries") }
}
