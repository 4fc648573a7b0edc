// SPDX-License-Identifier: Apache-2.0 OR MIT
//! `[node.NAME]`, and finding the port that a text such as `pinger.uart0` names.

use super::section::{Checked, Entry, Problems, Section, Text};
use super::{addresses, clock, cpu, files, keys, names, quote, shorten};
use crate::boards::Boards;
use crate::model::{LoadedFile, Node, Port, SEMIHOSTING};
use crate::{Problem, Source, limits};
use board::{Board, PortKind};
use report::{nearest, one_of};
use std::ops::Range;
use std::sync::Arc;
use vtime::Span;

/// The nodes of a file, in the order of their names, as far as they could be read.
pub(crate) struct Names<'a>(Vec<Named<'a>>);

struct Named<'a> {
    name: &'a str,
    section: Checked<Section<'a>>,
    board: Checked<Arc<Board>>,
    semihosting: Checked<bool>,
}

/// A port of a node that exists.
pub(crate) struct Found {
    /// The node's place and the port's name: what makes two ports the same.
    pub(crate) id: (u16, String),
    /// The port; not known when the node's board could not be read.
    pub(crate) port: Checked<Port>,
    /// What kind of port it is, if that is known.
    pub(crate) kind: Option<PortKind>,
}

impl Found {
    /// The port, if it is of this kind or not known; `whose` has its name, and `for` says what it is to be for.
    pub(crate) fn of_kind(
        &self,
        kind: PortKind,
        value: &Entry<'_>,
        problems: &mut Problems,
    ) -> Checked<Port> {
        match self.kind {
            Some(other) if other != kind => {
                let problem = Problem::at(value.span(), "a port of another kind");
                let problem = problem.found(format!("the port is for {}", what(other)));
                Err(problems.report(problem.expected(format!("a port for {}", what(kind)))))
            }
            _ => self.port,
        }
    }
}

/// What a port is for, in words.
fn what(kind: PortKind) -> &'static str {
    match kind {
        PortKind::Uart => "a UART",
        PortKind::Ethernet => "Ethernet",
        PortKind::Can => "CAN",
    }
}

impl<'a> Names<'a> {
    pub(crate) fn read(top: &Section<'a>, boards: Boards<'_>, problems: &mut Problems) -> Checked<Names<'a>> {
        let none = |span| {
            let problem = Problem::at(span, "the scenario has no nodes").found("\"node\" is missing");
            problem.expected("at least one node").help("add [node.NAME] with a \"board\" and a \"firmware\"")
        };
        let Some(entry) = top.get("node") else {
            return Err(problems.report(none(top.span())));
        };
        let entries = entry.named("[node.NAME]", problems)?;
        if entries.is_empty() {
            return Err(problems.report(none(entry.span()).found("it is empty")));
        }
        if entries.len() > limits::NODES_MAX {
            let problem = Problem::at(entry.span(), format!("the scenario has {} nodes", entries.len()));
            return Err(problems.report(problem.expected(format!("at most {}", limits::NODES_MAX))));
        }
        let read = |(name, (span, entry))| {
            names::check("node", name, span, problems);
            let section = Section::open_named("node", entry, problems);
            let board = section.as_ref().map_err(|reported| *reported).and_then(|section| {
                section.refuse_unknown(keys::NODE, problems);
                let permissive = read_switch(section, "permissive", problems)?;
                read_board(section, Boards { permissive, ..boards }, problems)
            });
            let semihosting = section.as_ref().map_err(|reported| *reported);
            let semihosting = semihosting.and_then(|section| read_switch(section, "semihosting", problems));
            Named { name, section, board, semihosting }
        };
        Ok(Names(entries.into_iter().map(read).collect()))
    }

    /// The checked nodes; reports what is wrong with their firmware, CPU and clock.
    pub(crate) fn nodes(
        &self,
        duration: Option<Span>,
        source: &Source,
        problems: &mut Problems,
    ) -> Checked<Vec<Node>> {
        let mut nodes = Vec::new();
        for named in &self.0 {
            let example = "firmware = \"//path/to:firmware\"";
            let section = named.section.as_ref().map_err(|reported| *reported);
            let firmware = section.and_then(|section| section.need("firmware", example, problems));
            let firmware = firmware.and_then(|entry| files::read(&entry, example, source, problems));
            let firmware_at = section.and_then(|section| {
                read_address(section, "firmware_at", "firmware_at = 0x0800_0000", problems)
            });
            let loads = section.and_then(|section| read_loads(section, source, problems));
            let cpu = section.and_then(|section| {
                cpu::read(section, named.board.as_deref().map_err(|reported| *reported), problems)
            });
            let clock = section.and_then(|section| clock::read(section, duration, problems));
            let macs = section.and_then(|section| {
                addresses::read(
                    section,
                    named.board.as_deref().map_err(|reported| *reported),
                    source,
                    problems,
                )
            });
            nodes.push(firmware.and_then(|firmware| {
                let (cpu::Cpu { own_hz: own_cpu_hz, cores }, name) = (cpu?, named.name.to_string());
                let clock::Clock { start, crystal } = clock?;
                let (firmware_at, loads, macs) = (firmware_at?, loads?, macs?);
                let (board, semihosting, power) = (named.board.clone()?, named.semihosting?, Vec::new());
                Ok(Node {
                    name,
                    board,
                    firmware,
                    firmware_at,
                    loads,
                    own_cpu_hz,
                    cores,
                    semihosting,
                    start,
                    crystal,
                    macs,
                    power,
                })
            }));
        }
        nodes.into_iter().collect()
    }

    /// The boards of all nodes.
    pub(crate) fn boards(&self) -> Checked<Vec<&Board>> {
        self.0.iter().map(|named| named.board.as_deref().map_err(|reported| *reported)).collect()
    }

    /// The port of a [`Found`] for people.
    pub(crate) fn port_name(&self, (node, port_name): (u16, &str)) -> String {
        let name = self.0.get(usize::from(node)).map_or("", |named| named.name);
        format!("{}.{}", shorten(name), shorten(port_name))
    }

    /// Where the file has a node.
    pub(crate) fn span(&self, node: u16) -> Range<usize> {
        let named = self.0.get(usize::from(node));
        named.and_then(|named| named.section.as_ref().ok()).map_or(0..0, Section::span)
    }

    /// A port that was found, for people.
    pub(crate) fn name_of(&self, port: Port) -> String {
        let board = self.0.get(usize::from(port.node)).and_then(|named| named.board.as_ref().ok());
        let name = board.and_then(|board| board.ports.get(usize::from(port.number)));
        self.port_name((port.node, name.map_or(SEMIHOSTING, |port| &port.name)))
    }

    /// Whether a port that was found is a UART with RTS and CTS.
    pub(crate) fn has_flow_control(&self, port: Port) -> bool {
        let board = self.0.get(usize::from(port.node)).and_then(|named| named.board.as_ref().ok());
        board
            .and_then(|board| board.ports.get(usize::from(port.number)))
            .is_some_and(|port| port.flow_control)
    }

    /// The place of the node that `entry` names.
    pub(crate) fn node(&self, entry: &Entry<'a>, problems: &mut Problems) -> Checked<usize> {
        let Text { text, span } = entry.string("the name of a node", problems)?;
        self.place(text, span, str::to_string, problems)
    }

    /// The place of a node; `shown` is how a nearest one is told.
    fn place(
        &self,
        name: &str,
        span: Range<usize>,
        shown: impl Fn(&str) -> String,
        problems: &mut Problems,
    ) -> Checked<usize> {
        self.0.iter().position(|named| named.name == name).ok_or_else(|| {
            let all: Vec<&str> = self.0.iter().map(|named| named.name).collect();
            let near = if problems.is_full() { None } else { nearest(name, all.iter().copied()) };
            let near = near.map(shown);
            let problem = Problem::at(span, format!("unknown node {}", quote(name)));
            let problem = problem.found("the scenario has no such node").nearest(near.as_deref());
            problems.report(problem.expected(few(&all)))
        })
    }

    /// The port that `entry` names.
    pub(crate) fn port(&self, entry: &Entry<'a>, problems: &mut Problems) -> Checked<Found> {
        let Text { text, span } = entry.string("\"NODE.PORT\"", problems)?;
        let Some((node_name, port_name)) = text.split_once('.') else {
            let problem =
                Problem::at(span, format!("{} names no port", quote(text))).found("it has no \".\"");
            let problem = problem.expected("a node, \".\" and one of its ports, such as \"pinger.uart0\"");
            let board =
                self.0.iter().find(|named| named.name == text).and_then(|named| named.board.as_ref().ok());
            let first = board.and_then(|board| board.ports.first());
            return Err(problems.report(match first {
                Some(first) => problem.nearest(Some(&format!("{text}.{}", first.name))),
                None => problem,
            }));
        };
        let near_port = |near: &str| format!("{near}.{port_name}");
        let place = self.place(node_name, span.clone(), near_port, problems)?;
        // There are not more than `limits::NODES_MAX`.
        let (node, named) = (place as u16, &self.0[place]);
        let port = named.board.as_ref().map_err(|reported| *reported).and_then(|board| {
            let all = board.ports.iter().map(|port| &*port.name);
            let all: Vec<&str> = all.chain(named.semihosting?.then_some(SEMIHOSTING)).collect();
            // A board has not more ports than its tree has nodes.
            let number = all.iter().position(|name| *name == port_name).map(|number| number as u16);
            let number = number.or_else(|| board.port(port_name));
            number.map(|number| Port { node, number }).ok_or_else(|| {
                let near = nearest(port_name, all.iter().copied());
                let near = near.map(|near| format!("{node_name}.{near}"));
                let problem = Problem::at(span, format!("unknown port {}", quote(port_name)));
                let problem = problem.found(format!("{} has no such port", board.name));
                let problem = problem.expected(one_of(&all)).nearest(near.as_deref());
                problems.report(match port_name {
                    SEMIHOSTING => problem.help(format!("add semihosting = true to [node.{node_name}]")),
                    _ => problem,
                })
            })
        });
        // A port may have two names.
        let own = match (port, &named.board) {
            (Ok(Port { number, .. }), Ok(board)) => board.ports.get(usize::from(number)),
            _ => None,
        };
        // What is none of the board's is semihosting's console.
        let kind = port.ok().map(|_| own.map_or(PortKind::Uart, |own| own.kind));
        Ok(Found { id: (node, own.map_or(port_name, |own| &own.name).to_string()), port, kind })
    }
}

fn read_board(section: &Section<'_>, boards: Boards<'_>, problems: &mut Problems) -> Checked<Arc<Board>> {
    let example = "board = \"mps2-an385\"";
    let text = section.need("board", example, problems)?.string(example, problems)?;
    boards.find(text.text, text.span).map_err(|problem| problems.report(*problem))
}

/// The files that are loaded beside the firmware.
fn read_loads(section: &Section<'_>, source: &Source, problems: &mut Problems) -> Checked<Vec<LoadedFile>> {
    let Some(entry) = section.get("load") else { return Ok(Vec::new()) };
    let entries = entry.array("an array of tables: [[node.NAME.load]], with two brackets", problems)?;
    if entries.len() > limits::LOADS_MAX {
        let problem = Problem::at(entry.span(), format!("the node loads {} files", entries.len()));
        return Err(problems.report(problem.expected(format!("at most {}", limits::LOADS_MAX))));
    }
    let loads: Vec<_> = entries.into_iter().map(|entry| read_load(entry, source, problems)).collect();
    loads.into_iter().collect()
}

fn read_load(entry: Entry<'_>, source: &Source, problems: &mut Problems) -> Checked<LoadedFile> {
    let section = Section::open("[[node.NAME.load]]", entry, keys::NODE_LOAD, problems)?;
    let example = "file = \"next.bin\"";
    let file = section.need("file", example, problems);
    let file = file.and_then(|entry| files::read(&entry, example, source, problems));
    let at = read_address(&section, "at", "at = 0x8020_0000", problems);
    Ok(LoadedFile { file: file?, at: at? })
}

fn read_address<'a>(
    section: &Section<'a>,
    key: &'a str,
    example: &str,
    problems: &mut Problems,
) -> Checked<Option<u64>> {
    let Some(entry) = section.get(key) else { return Ok(None) };
    entry.integer(0..=limits::ADDRESS_MAX, example, problems).map(Some)
}

/// A key that is true or false; false if it is not there.
fn read_switch(section: &Section<'_>, key: &'static str, problems: &mut Problems) -> Checked<bool> {
    section.get(key).map_or(Ok(false), |entry| entry.boolean(&format!("{key} = true"), problems))
}

/// The names, or the first of them when there are many.
fn few(all: &[&str]) -> String {
    const FEW: usize = 8;
    match all.get(..FEW) {
        Some(first) if all.len() > FEW => format!("{} or {} others", one_of(first), all.len() - FEW),
        _ => one_of(all),
    }
}
