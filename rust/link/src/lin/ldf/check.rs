// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Whether what a description names is there.

use super::{Ldf, Name, What};
use report::{Problem, nearest};
use std::collections::BTreeMap;

/// All mistakes, in the order of their places.
pub(super) fn all(ldf: &Ldf) -> Vec<Problem> {
    let mut problems = Vec::new();
    let nodes = named(std::iter::once(&ldf.master).chain(&ldf.slaves), "node", &mut problems);
    let signals = named(ldf.signals.iter().map(|signal| &signal.name), "signal", &mut problems);
    let groups = ldf.sporadic.iter().chain(ldf.event_triggered.iter().map(|(group, _)| group));
    let own = ldf.frames.iter().map(|frame| &frame.name);
    let frames = named(own.clone().chain(groups.clone().map(|group| &group.name)), "frame", &mut problems);
    let single: BTreeMap<&str, &Name> = own.map(|name| (name.text.as_str(), name)).collect();
    named(ldf.tables.iter().map(|table| &table.name), "table", &mut problems);
    for signal in &ldf.signals {
        [&signal.publisher]
            .into_iter()
            .chain(&signal.subscribers)
            .for_each(|name| known(name, "node", &nodes, &mut problems));
    }
    for frame in &ldf.frames {
        frame.publisher.iter().for_each(|name| known(name, "node", &nodes, &mut problems));
        // Signals of diagnostics are not read.
        if frame.publisher.is_some() {
            frame.signals.iter().for_each(|name| known(name, "signal", &signals, &mut problems));
        }
    }
    for group in groups {
        group.frames.iter().for_each(|name| known(name, "frame", &single, &mut problems));
    }
    for (name, _) in &ldf.protocols {
        known(name, "node", &nodes, &mut problems);
    }
    for table in &ldf.tables {
        for entry in &table.entries {
            if let What::Named(name) = &entry.what {
                known(name, "frame", &frames, &mut problems);
            }
            if let (What::Named(name), true) = (&entry.what, entry.lasts.is_zero()) {
                let problem = Problem::at(name.span.clone(), "a place of a table has no time");
                problems.push(problem.expected("the delay to the next one, such as 10 ms"));
            }
        }
        if table.entries.is_empty() {
            let problem =
                Problem::at(table.name.span.clone(), format!("table \"{}\" is empty", table.name.text));
            problems.push(problem.expected("one frame or more, such as NAME delay 10 ms;"));
        }
    }
    same_ids(ldf, &mut problems);
    problems.sort_by_key(Problem::order);
    problems
}

/// The names by themselves; each may be there once.
fn named<'a>(
    names: impl Iterator<Item = &'a Name>,
    what: &str,
    problems: &mut Vec<Problem>,
) -> BTreeMap<&'a str, &'a Name> {
    let mut all: BTreeMap<&str, &Name> = BTreeMap::new();
    for name in names {
        match all.get(name.text.as_str()) {
            None => {
                all.insert(&name.text, name);
            }
            Some(first) => {
                let problem =
                    Problem::at(name.span.clone(), format!("there are two {what}s \"{}\"", name.text));
                let problem = problem.found("the same name again").also(first.span.clone(), "the first one");
                problems.push(problem.expected("a name of its own"));
            }
        }
    }
    all
}

fn known(name: &Name, what: &str, all: &BTreeMap<&str, &Name>, problems: &mut Vec<Problem>) {
    if all.contains_key(name.text.as_str()) {
        return;
    }
    let problem = Problem::at(name.span.clone(), format!("there is no {what} \"{}\"", name.text));
    let problem = problem.expected(format!("a {what} of this description"));
    problems.push(problem.nearest(nearest(&name.text, all.keys().copied())));
}

/// No two frames have one identifier.
fn same_ids(ldf: &Ldf, problems: &mut Vec<Problem>) {
    let frames = ldf.frames.iter().map(|frame| (frame.id, &frame.name));
    let events = ldf.event_triggered.iter().map(|(group, id)| (*id, &group.name));
    let mut taken: BTreeMap<u8, &Name> = BTreeMap::new();
    for (id, name) in frames.chain(events) {
        let Some(first) = taken.insert(id, name) else { continue };
        let problem =
            Problem::at(name.span.clone(), format!("frame \"{}\" has a taken identifier", name.text));
        let problem = problem.found(format!("{id}")).also(first.span.clone(), "this one has it");
        problems.push(problem.expected("an identifier of its own"));
    }
}
