// SPDX-License-Identifier: Apache-2.0 OR MIT
//! `[[power]]`: nodes are switched on and off, and reset.

use super::keys;
use super::nodes::Names;
use super::section::{Checked, Entry, Problems, Section};
use crate::model::{Node, Power, PowerChange};
use crate::{Problem, limits};
use report::{nearest, one_of};
use std::collections::BTreeMap;
use std::ops::Range;
use vtime::Span;

/// One thing that happens to a node, and where the file says so.
struct Asked {
    node: usize,
    at: Span,
    power: Power,
    place: Range<usize>,
}

/// Gives each of `nodes` what happens to it. `duration` is the run's, when it could be read.
pub(crate) fn read<'a>(
    top: &Section<'a>,
    names: &Names<'a>,
    nodes: &mut [Node],
    duration: Option<Span>,
    problems: &mut Problems,
) -> Checked<()> {
    let Some(entry) = top.get("power") else {
        return Ok(());
    };
    let entries = entry.array("an array of tables: [[power]], with two brackets", problems)?;
    if entries.len() > limits::POWER_MAX {
        let problem = Problem::at(entry.span(), format!("the scenario has {} power events", entries.len()));
        return Err(problems.report(problem.expected(format!("at most {}", limits::POWER_MAX))));
    }
    let asked: Vec<_> = entries.into_iter().map(|entry| read_one(entry, names, duration, problems)).collect();
    let asked: Checked<Vec<_>> = asked.into_iter().collect();
    let mut by_node: BTreeMap<usize, Vec<Asked>> = BTreeMap::new();
    for one in asked?.into_iter().flatten() {
        by_node.entry(one.node).or_default().push(one);
    }
    let mut sound = Ok(());
    for (place, mut changes) in by_node {
        changes.sort_by_key(|change| (change.at, change.place.start));
        let Some(node) = nodes.get_mut(place) else { continue };
        sound = check_turns(node, &changes, problems).and(sound);
        node.power = changes.into_iter().map(|one| PowerChange { at: one.at, power: one.power }).collect();
    }
    sound
}

fn read_one<'a>(
    entry: Entry<'a>,
    names: &Names<'a>,
    duration: Option<Span>,
    problems: &mut Problems,
) -> Checked<Vec<Asked>> {
    let section = Section::open("[[power]]", entry, keys::POWER, problems)?;
    let node = section.need("node", "node = \"NODE\"", problems);
    let node = node.and_then(|entry| names.node(&entry, problems));
    let at = section.need("at", "at = \"10ms\"", problems);
    let at = at.and_then(|entry| read_time(&entry, duration, problems).map(|at| (at, entry.span())));
    let what = section.need("do", "do = \"off\"", problems);
    let what = what.and_then(|entry| Ok((entry, read_what(&entry, problems)?)));
    let off_for = match section.get("off_for") {
        Some(entry) => entry.time("off_for = \"2ms\"", problems).map(|span| Some((span, entry))),
        None => Ok(None),
    };
    let (node, (at, place), (what_entry, what), off_for) = (node?, at?, what?, off_for?);
    let one = |at, power| Asked { node, at, power, place: place.clone() };
    match (what, off_for) {
        (What::One(power), None) => Ok(vec![one(at, power)]),
        (What::One(_), Some((_, entry))) => {
            let problem = Problem::at(entry.span(), "\"off_for\" belongs to do = \"cycle\"");
            let problem = problem.found("it says nothing here").also(what_entry.span(), "what is done");
            Err(problems.report(problem.help("remove \"off_for\", or write do = \"cycle\"")))
        }
        (What::Cycle, None) => {
            let problem = Problem::at(section.span(), "[[power]] has no \"off_for\"");
            let problem = problem.found("\"off_for\" is missing").expected("how long the node is off");
            Err(problems.report(problem.help("add off_for = \"2ms\"")))
        }
        (What::Cycle, Some((off_for, entry))) => {
            let on = at + off_for;
            if off_for.is_zero() {
                let problem =
                    Problem::at(entry.span(), "a node cannot be off for no time").found("this is zero");
                return Err(problems.report(problem.help("do = \"reset\" restarts a node at once")));
            }
            within(
                on,
                duration,
                "the node is switched on again after the end of the run",
                entry.span(),
                problems,
            )?;
            Ok(vec![one(at, Power::Off), one(on, Power::On)])
        }
    }
}

/// What `do` says.
#[derive(Clone, Copy)]
enum What {
    One(Power),
    Cycle,
}

fn read_what(entry: &Entry<'_>, problems: &mut Problems) -> Checked<What> {
    let text = entry.string("do = \"off\"", problems)?;
    match text.text {
        "off" => Ok(What::One(Power::Off)),
        "on" => Ok(What::One(Power::On)),
        "reset" => Ok(What::One(Power::Reset)),
        "cycle" => Ok(What::Cycle),
        other => {
            let problem =
                Problem::at(text.span, format!("\"{}\" is nothing that power can do", super::shorten(other)));
            let near = nearest(other, keys::POWER_DO.iter().copied());
            let problem = problem.found("there is no such thing").expected(one_of(keys::POWER_DO));
            Err(problems.report(problem.nearest(near)))
        }
    }
}

fn read_time(entry: &Entry<'_>, duration: Option<Span>, problems: &mut Problems) -> Checked<Span> {
    let at = entry.time("at = \"10ms\"", problems)?;
    if at.is_zero() {
        let problem = Problem::at(entry.span(), "a node starts at 0: nothing can happen to it then");
        let problem = problem.found("this is zero").expected("a time longer than zero, such as \"10ms\"");
        return Err(problems.report(problem.help("\"start\" of a node says when it is switched on first")));
    }
    within(at, duration, "this happens after the end of the run", entry.span(), problems)?;
    Ok(at)
}

fn within(
    at: Span,
    duration: Option<Span>,
    message: &str,
    place: Range<usize>,
    problems: &mut Problems,
) -> Checked<()> {
    match duration.filter(|duration| at >= *duration) {
        None => Ok(()),
        Some(duration) => {
            let problem =
                Problem::at(place, message).found(format!("it is at {at}, and the run lasts {duration}"));
            let problem = problem.expected(format!("a time before \"{duration}\""));
            Err(problems.report(problem.help("lengthen \"duration\", or let it happen earlier")))
        }
    }
}

/// A node is switched on and off in turn, each at a time of its own.
fn check_turns(node: &Node, changes: &[Asked], problems: &mut Problems) -> Checked<()> {
    let mut sound = Ok(());
    let (mut on, mut last) = (node.start.is_zero(), (node.start, None));
    let mut started = on;
    for change in changes {
        if !started && change.at >= node.start {
            (started, on) = (true, true);
        }
        let problem = |message: &str, found: String| {
            let problem = Problem::at(change.place.clone(), message).found(found);
            match &last.1 {
                Some(place) => problem.also(Range::clone(place), "the event before it"),
                None => problem,
            }
        };
        let refused = if change.at == last.0 && started {
            let found = match last.1 {
                Some(_) => format!("another event of \"{}\" is at {} too", node.name, change.at),
                None => format!("\"{}\" is switched on at {}: its \"start\"", node.name, change.at),
            };
            let problem = problem("two things happen to a node at one time", found);
            Some(problem.expected("one time for each").help("move one of them by at least 1ns"))
        } else {
            let state = |is: &str| format!("\"{}\" is {is} at {}", node.name, change.at);
            let off = |message: &str| {
                problem(message, state("off")).help("remove this, or switch the node on before")
            };
            match (change.power, on) {
                (Power::On, _) if !started => {
                    let found = format!("\"{}\" starts at {}", node.name, node.start);
                    let problem = problem("a node cannot be switched on before its \"start\"", found);
                    Some(problem.help("remove this, or let the node start earlier"))
                }
                (Power::On, true) => {
                    let problem = problem("a node that is on cannot be switched on", state("on"));
                    Some(problem.help("remove this, or switch the node off before"))
                }
                (Power::Off, false) => Some(off("a node that is off cannot be switched off")),
                (Power::Reset, false) => Some(off("a node that is off cannot be reset")),
                (Power::On, false) | (Power::Off | Power::Reset, true) => None,
            }
        };
        if let Some(problem) = refused {
            sound = Err(problems.report(problem));
        }
        on = match change.power {
            Power::On => true,
            Power::Off => false,
            Power::Reset => on,
        };
        last = (change.at, Some(change.place.clone()));
    }
    sound
}
