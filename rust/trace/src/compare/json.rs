// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A divergence for programs.

use super::{ByDifference, DiffLine, Difference, Divergence, Part, Tag};
use serde_json::{Value, json};

impl Divergence {
    /// The divergence as JSON: `differences` and `made_by`, with the fields of the types in this module.
    pub fn to_json(&self) -> Value {
        json!({
            "differences": self.differences.iter().map(difference).collect::<Vec<_>>(),
            "made_by": self.made_by.iter().map(by).collect::<Vec<_>>(),
        })
    }
}

fn difference(difference: &Difference) -> Value {
    let Difference { part, explanation, golden_line, run_line, hunk } = difference;
    let (part, index, at_ns) = match part {
        Part::Header => ("header", None, None),
        Part::Entries { index, at } => ("entries", Some(index), Some(at.as_ns())),
        Part::Footer => ("footer", None, None),
        Part::States => ("states", None, None),
    };
    json!({
        "part": part,
        "index": index,
        "at_ns": at_ns,
        "explanation": explanation,
        "golden_line": golden_line,
        "run_line": run_line,
        "hunk": hunk.iter().map(line).collect::<Vec<_>>(),
    })
}

fn line(line: &DiffLine) -> Value {
    let side = match line.tag {
        Tag::Both => "both",
        Tag::Golden => "golden",
        Tag::Run => "run",
        Tag::More => "more",
    };
    json!({ "in": side, "text": line.text })
}

fn by(by: &ByDifference) -> Value {
    json!({ "what": by.what, "golden": by.golden, "run": by.run })
}
