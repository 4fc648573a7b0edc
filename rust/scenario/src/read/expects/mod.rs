// SPDX-License-Identifier: Apache-2.0 OR MIT
//! `[expect]`: what must come, and what must not (`docs/expectations.md`).

mod can;
mod common;
mod dbc;
mod frame;
mod graph;
mod pattern;
mod uart;

use super::databases::Databases;
use super::nodes::Names;
use super::section::{Checked, Entry, Problems, Section};
use super::{keys, links};
use crate::model::{Expect, Link};
use crate::{Problem, Source, limits};
use expect::{Expectation, What};
use graph::Graph;
use sim::LinkId;
use vtime::Span;

/// What an expectation may refer to.
struct Around<'a, 'b> {
    nodes: &'b Names<'a>,
    links: Checked<&'b [Link]>,
    /// The run's, when it could be read.
    duration: Option<Span>,
    source: &'b Source,
    graph: &'b Graph<'a>,
    databases: &'b Databases<'a, 'b>,
}

/// Of which kind an expectation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Uart,
    Frame,
    Can,
}

impl Kind {
    const ALL: [Kind; 3] = [Kind::Uart, Kind::Frame, Kind::Can];

    const fn key(self) -> &'static str {
        match self {
            Kind::Uart => "uart",
            Kind::Frame => "frame",
            Kind::Can => "can",
        }
    }

    const fn keys(self) -> &'static [&'static str] {
        match self {
            Kind::Uart => keys::EXPECT_UART,
            Kind::Frame => keys::EXPECT_FRAME,
            Kind::Can => keys::EXPECT_CAN,
        }
    }
}

/// `duration` is the run's, when it could be read; so are the `links`.
pub(crate) fn read<'a>(
    top: &Section<'a>,
    nodes: &Names<'a>,
    duration: Option<Span>,
    links: Checked<&[Link]>,
    (source, databases): (&Source, &Databases<'a, '_>),
    problems: &mut Problems,
) -> Checked<Vec<Expect>> {
    let Some(entry) = top.get("expect") else {
        return Ok(Vec::new());
    };
    let top = Section::open("[expect]", entry, keys::EXPECT, problems)?;
    let mut entries: Vec<(Kind, Entry<'a>)> = Vec::new();
    let mut arrays = Vec::new();
    for kind in Kind::ALL {
        let Some(entry) = top.get(kind.key()) else { continue };
        let form = format!("an array of tables: [[expect.{}]], with two brackets", kind.key());
        arrays.push(entry.span());
        entries.extend(entry.array(&form, problems)?.into_iter().map(|entry| (kind, entry)));
    }
    if let Some(array) = arrays.last().filter(|_| entries.len() > limits::EXPECTS_MAX) {
        let problem = Problem::at(array.clone(), format!("the scenario has {} expectations", entries.len()));
        return Err(problems.report(problem.expected(format!("at most {}", limits::EXPECTS_MAX))));
    }
    entries.sort_by_key(|(_, entry)| entry.span().start);
    let mut sections = Vec::new();
    for (kind, entry) in entries {
        let name = format!("[[expect.{}]]", kind.key());
        sections.push((kind, Section::open(&name, entry, kind.keys(), problems)));
    }
    let graph = Graph::read(&top, &sections, duration, problems);
    let around = Around { nodes, links, duration, source, graph: &graph, databases };
    let mut expects = Vec::new();
    for (place, (kind, section)) in sections.iter().enumerate() {
        let section = section.as_ref().map_err(|reported| *reported);
        expects.push(section.and_then(|section| around.expect(place, *kind, section, problems)));
    }
    graph.sound?;
    expects.into_iter().collect()
}

impl<'a> Around<'a, '_> {
    fn expect(
        &self,
        place: usize,
        kind: Kind,
        section: &Section<'a>,
        problems: &mut Problems,
    ) -> Checked<Expect> {
        let what = match kind {
            Kind::Uart => self.uart(place, section, problems),
            Kind::Frame => self.frame(place, section, problems),
            Kind::Can => self.can(place, section, problems),
        };
        let count = common::read_count(section, problems);
        let within = self.read_within(place, section, problems);
        let (what, opens) = (what?, self.graph.opens(place)?);
        let name = self.graph.name(place).map(String::from);
        let about = match (&what, self.links) {
            (What::Line { port: (node, port), .. }, _) => {
                self.nodes.name_of(crate::Port { node: node.0, number: port.0 })
            }
            (What::Frame(frame), Ok(links)) => links[usize::from(frame.link.0)].name.clone(),
            (What::Frame(_), Err(reported)) => return Err(reported),
        };
        let expectation = Expectation { name, what, opens, within: within?, count: count? };
        Ok(Expect { expectation, about, place: self.source.place(section.span()) })
    }

    /// The link that a key names, of a kind that is right.
    fn link(
        &self,
        section: &Section<'a>,
        fits: impl Fn(&Link) -> Result<(), (&'static str, &'static str)>,
        problems: &mut Problems,
    ) -> Checked<(LinkId, &Link)> {
        let text =
            section.need("link", "link = \"bus\"", problems)?.string("the name of a link", problems)?;
        let links = self.links?;
        let place = links::find(&text, links, problems)?;
        // There are not more than `limits::LINKS_MAX`.
        let (id, link) = (LinkId(place as u16), &links[place]);
        fits(link).map(|()| (id, link)).map_err(|(expected, help)| {
            let problem =
                Problem::at(text.span, format!("{} cannot be for [link.{}]", section.name(), link.name));
            let problem = problem.found(format!("this link is \"{}\"", link.description()));
            problems.report(problem.expected(expected).help(help))
        })
    }

    /// The end of `link` that a key names, if it is there.
    fn end(
        &self,
        key: &'static str,
        section: &Section<'a>,
        link: &Link,
        problems: &mut Problems,
    ) -> Checked<Option<expect::Port>> {
        let Some(entry) = section.get(key) else { return Ok(None) };
        let port = self.nodes.port(&entry, problems)?.port?;
        if link.ends.contains(&port) {
            return Ok(Some(port_of(port)));
        }
        let ends: Vec<String> = link.ends.iter().map(|end| self.nodes.name_of(*end)).collect();
        let ends: Vec<&str> = ends.iter().map(String::as_str).collect();
        let problem = Problem::at(entry.span(), format!("this port is not at [link.{}]", link.name));
        let problem = problem.found("it is no end of the link").expected(report::one_of(&ends));
        Err(problems.report(problem))
    }
}

/// A port as the core knows it.
fn port_of(port: crate::Port) -> expect::Port {
    (sim::NodeId(port.node), sim::PortId(port.number))
}
