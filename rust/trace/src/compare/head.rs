// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Differences between the heads of two traces: the scenario itself was changed.

use super::{Difference, Part, Sides, hunk};
use crate::Header;

/// What differs in the part of the headers that is compared.
pub(super) fn difference(golden: &Header, run: &Header, sides: Sides) -> Option<Difference> {
    let (old, new) = (golden.lines(), run.lines());
    if old == new {
        return None;
    }
    let mut words = Vec::new();
    let mut value = |what: &str, old: &str, new: &str| {
        if old != new {
            words.push(format!("{what}: {old} in {}, {new} in {}", sides.golden(), sides.run()));
        }
    };
    value("scenario", &golden.scenario, &run.scenario);
    value("seed", &golden.seed.to_string(), &run.seed.to_string());
    value("duration", &golden.duration.to_string(), &run.duration.to_string());
    value("mode", &golden.mode.to_string(), &run.mode.to_string());
    words.extend(items("node", &nodes(golden), &nodes(run), sides));
    words.extend(items("link", &links(golden), &links(run), sides));
    let (old_faults, new_faults) = (faults(golden), faults(run));
    words.extend(items("fault", &named(&old_faults), &named(&new_faults), sides));
    let hunks = hunk::hunks(&old, &new, String::clone);
    let more = hunk::DiffLine { tag: hunk::Tag::More, text: "...".to_string() };
    let first = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let line = first.saturating_sub(super::CONTEXT) + 1;
    Some(Difference {
        part: Part::Header,
        explanation: words,
        golden_line: line,
        run_line: line,
        hunk: hunks.join(&more),
    })
}

fn nodes(header: &Header) -> Vec<(&str, String)> {
    header.nodes.iter().map(|node| (node.name.as_str(), node.line())).collect()
}

fn links(header: &Header) -> Vec<(&str, String)> {
    header.links.iter().map(|link| (link.name.as_str(), link.line())).collect()
}

/// Each with its link and its number, and its line.
fn faults(header: &Header) -> Vec<(String, String)> {
    header.faults.iter().map(|fault| (format!("{} of {}", fault.number, fault.link), fault.line())).collect()
}

fn named(faults: &[(String, String)]) -> Vec<(&str, String)> {
    faults.iter().map(|(name, line)| (name.as_str(), line.clone())).collect()
}

/// What differs between two lists of nodes, links or faults, each a name and a line.
fn items(what: &str, golden: &[(&str, String)], run: &[(&str, String)], sides: Sides) -> Vec<String> {
    let find = |of: &[(&str, String)], name: &str| of.iter().position(|(other, _)| *other == name);
    let mut words = Vec::new();
    for (name, line) in golden {
        match find(run, name) {
            None => words.push(format!("{what} {name} is not in {}", sides.run())),
            Some(place) if run[place].1 != *line => words.push(format!("{what} {name} is another one")),
            Some(_) => {}
        }
    }
    for (name, _) in run.iter().filter(|(name, _)| find(golden, name).is_none()) {
        words.push(format!("{what} {name} is not in {}", sides.golden()));
    }
    if words.is_empty() && golden != run {
        words.push(format!("the {what}s are in another order"));
    }
    words
}
