// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Lines of two traces side by side, in the unified style.

use super::CONTEXT;
use similar::{Algorithm, DiffOp, capture_diff_slices, group_diff_ops};
use std::hash::Hash;

/// Where a line of a hunk is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    /// It is in both.
    Both,
    /// It is in the golden only.
    Golden,
    /// It is in the run only.
    Run,
    /// Here more lines differ than are shown.
    More,
}

/// A line of a hunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiffLine {
    /// Where it is from.
    pub tag: Tag,
    /// The line.
    pub text: String,
}

/// How many lines of one side are shown where they differ without a line in common.
const LINES_MAX: usize = 5;

impl Tag {
    /// The character in front of the line.
    pub fn sign(self) -> char {
        match self {
            Tag::Both | Tag::More => ' ',
            Tag::Golden => '-',
            Tag::Run => '+',
        }
    }
}

/// The places where `golden` and `run` differ, each with its context.
pub(super) fn hunks<T: Eq + Hash>(
    golden: &[T],
    run: &[T],
    text: impl Fn(&T) -> String,
) -> Vec<Vec<DiffLine>> {
    let groups = group_diff_ops(capture_diff_slices(Algorithm::Myers, golden, run), CONTEXT);
    let hunk = |ops: Vec<DiffOp>| {
        let mut lines = Vec::new();
        for op in ops {
            let (old, new) = (&golden[op.old_range()], &run[op.new_range()]);
            match op {
                DiffOp::Equal { .. } => add(&mut lines, Tag::Both, old, &text),
                _ => {
                    add(&mut lines, Tag::Golden, old, &text);
                    add(&mut lines, Tag::Run, new, &text);
                }
            }
        }
        lines
    };
    groups.into_iter().map(hunk).collect()
}

fn add<T>(lines: &mut Vec<DiffLine>, tag: Tag, items: &[T], text: &impl Fn(&T) -> String) {
    // Lines in both are few already: the grouping saw to it.
    let shown = if tag == Tag::Both { items.len() } else { items.len().min(LINES_MAX) };
    lines.extend(items[..shown].iter().map(|item| DiffLine { tag, text: text(item) }));
    if shown < items.len() {
        lines.push(DiffLine { tag: Tag::More, text: "...".to_string() });
    }
}
