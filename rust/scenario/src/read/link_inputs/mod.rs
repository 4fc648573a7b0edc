// SPDX-License-Identifier: Apache-2.0 OR MIT
//! `[[input.can]]` and `[[input.frame]]`: what a scenario itself sends on its links.

mod can;
mod capture;
mod ethernet;
mod when;

use super::databases::Databases;
use super::inputs;
use super::nodes::Names;
use super::section::{Checked, Entry, Problems, Section};
use super::{keys, links};
use crate::model::{Link, LinkInput};
use crate::{Problem, Source, limits};
use link::Medium;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use vtime::Span;

/// What is around an input.
#[derive(Clone, Copy)]
struct Around<'a, 'b> {
    nodes: &'b Names<'a>,
    /// The run's, when it could be read.
    duration: Option<Span>,
    links: &'b [Link],
    /// The scenario's folder and the workspace's root.
    files: Option<(&'b Path, &'b Path)>,
    databases: &'b Databases<'a, 'b>,
    source: &'b Source,
}

/// Frames, each so long after the first.
type Frames = Vec<(Span, Vec<u8>)>;

/// The two kinds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Can,
    Frame,
}

impl Kind {
    const ALL: [Kind; 2] = [Kind::Can, Kind::Frame];

    const fn key(self) -> &'static str {
        match self {
            Kind::Can => "can",
            Kind::Frame => "frame",
        }
    }

    const fn keys(self) -> &'static [&'static str] {
        match self {
            Kind::Can => keys::INPUT_CAN,
            Kind::Frame => keys::INPUT_FRAME,
        }
    }

    fn name(self) -> String {
        format!("[[input.{}]]", self.key())
    }
}

/// The names of the links on which something is sent, whatever else is wrong with it.
pub(super) fn links_named<'a>(top: &Section<'a>) -> BTreeSet<&'a str> {
    let mut ignored = Problems::default();
    let Some(Ok(section)) =
        top.get("input").map(|entry| Section::open("[input]", entry, keys::INPUT, &mut ignored))
    else {
        return BTreeSet::new();
    };
    let entries = Kind::ALL.into_iter().filter_map(|kind| Some((kind, section.get(kind.key())?)));
    let mut names = BTreeSet::new();
    for (kind, entry) in entries {
        for entry in entry.array("", &mut ignored).unwrap_or_default() {
            let link = Section::open("", entry, kind.keys(), &mut ignored)
                .ok()
                .and_then(|section| section.get("link"));
            names.extend(link.and_then(|link| link.string("", &mut ignored).ok()).map(|name| name.text));
        }
    }
    names
}

/// `duration` is the run's, when it could be read; `files` the scenario's folder and the workspace's root.
pub(super) fn read<'a>(
    top: &Section<'a>,
    nodes: &Names<'a>,
    (duration, links): (Option<Span>, &[Link]),
    (files, databases): (Option<(&Path, &Path)>, &Databases<'a, '_>),
    source: &Source,
    problems: &mut Problems,
) -> Checked<Vec<LinkInput>> {
    let Some(entry) = top.get("input") else { return Ok(Vec::new()) };
    // What is wrong with [input] itself was told with the other inputs.
    let Ok(section) = Section::open("[input]", entry, keys::INPUT, &mut Problems::default()) else {
        return Ok(Vec::new());
    };
    let around = Around { nodes, duration, links, files, databases, source };
    let mut all = Vec::new();
    for kind in Kind::ALL {
        let Some(entry) = section.get(kind.key()) else { continue };
        let name = kind.name();
        let entries = entry.array(&format!("an array of tables: {name}, with two brackets"), problems)?;
        if entries.len() > limits::INPUTS_MAX {
            let problem = Problem::at(entry.span(), format!("the scenario has {} {name}", entries.len()));
            return Err(problems.report(problem.expected(format!("at most {}", limits::INPUTS_MAX))));
        }
        all.extend(entries.into_iter().map(|entry| around.read(kind, entry, problems)));
    }
    all.into_iter().collect()
}

impl<'a> Around<'a, '_> {
    fn read(&self, kind: Kind, entry: Entry<'a>, problems: &mut Problems) -> Checked<LinkInput> {
        let section = Section::open(&kind.name(), entry, kind.keys(), problems)?;
        let link = self.link(kind, &section, problems);
        let when = self.when(&section, problems);
        let frames = link.and_then(|place| match kind {
            Kind::Can => self.can(&section, &self.links[place], problems),
            Kind::Frame => self.frame(&section, problems),
        });
        let (link, when, frames) = (link?, when?, frames?);
        when.check(&section, &frames, self.duration, problems)?;
        Ok(LinkInput {
            link,
            when: when.begins,
            port: when.port,
            every: when.every,
            rounds: when.rounds,
            until: when.until,
            frames: Arc::from(frames),
            place: self.source.place(section.span()),
        })
    }

    /// The place of the link that the input names.
    fn link(&self, kind: Kind, section: &Section<'a>, problems: &mut Problems) -> Checked<usize> {
        let example = "link = \"bus\"";
        let text = section.need("link", example, problems)?.string(example, problems)?;
        let place = links::find(&text, self.links, problems)?;
        let link = &self.links[place];
        let (fits, expected) = match kind {
            Kind::Can => (link.spec.medium() == Medium::Can, "a link with kind = \"can\""),
            Kind::Frame => {
                (link.spec.medium() == Medium::Ethernet, "a link with kind = \"ethernet\" or \"switch\"")
            }
        };
        if fits {
            return Ok(place);
        }
        let problem =
            Problem::at(text.span, format!("{} is nothing for [link.{}]", section.name(), link.name));
        Err(problems.report(problem.found(format!("it is {}", link.description())).expected(expected)))
    }

    /// The console at which an input waits for a text.
    fn console(&self, section: &Section<'a>, problems: &mut Problems) -> Checked<crate::Port> {
        let entry = section.need("port", "port = \"NODE.PORT\"", problems)?;
        let port = self.nodes.port(&entry, problems)?.of_kind(board::PortKind::Uart, &entry, problems)?;
        inputs::refuse_joined(
            &entry,
            port,
            self.links,
            "nobody can wait for a text of a port that is linked",
            problems,
        )
        .map(|()| port)
    }
}

/// The one of some keys that is there.
fn one_key<'a>(
    section: &Section<'a>,
    keys: &'static [&'static str],
    what: &str,
    example: &str,
    problems: &mut Problems,
) -> Checked<Entry<'a>> {
    let there: Vec<Entry<'a>> = keys.iter().filter_map(|key| section.get(key)).collect();
    let expected = format!("exactly one of {}", report::one_of(keys));
    match there[..] {
        [one] => Ok(one),
        [] => {
            let problem = Problem::at(section.span(), format!("{} does not say {what}", section.name()));
            Err(problems.report(
                problem.found("nothing that says so").expected(expected).help(format!("add {example}")),
            ))
        }
        [first, second, ..] => {
            let message = format!("{} has both \"{}\" and \"{}\"", section.name(), first.key(), second.key());
            let problem = Problem::at(second.span(), message).found(format!("\"{}\" too", second.key()));
            let problem = problem.also(first.span(), format!("\"{}\"", first.key()));
            Err(problems.report(problem.expected(expected).help("remove one of them")))
        }
    }
}

/// Keys that are only for others that are not there.
fn refuse_keys(
    section: &Section<'_>,
    keys: &[&'static str],
    only: &str,
    problems: &mut Problems,
) -> Checked<()> {
    let mut sound = Ok(());
    for entry in keys.iter().filter_map(|key| section.get(key)) {
        let problem = Problem::at(entry.span(), format!("\"{}\" is for {only}", entry.key()));
        let problem = problem.found(format!("{} has no {only}", section.name()));
        sound = Err(problems.report(problem.help("remove it")));
    }
    sound
}
