// SPDX-License-Identifier: Apache-2.0 OR MIT
//! LIN description files (LDF): the names, lengths and checksums of frames, and the tables of headers. LIN 2.2A, chapter 9.
//!
//! **Invariant:** any text is a description or its mistakes, each with its place.
//! **Limits:** signals are read for who hears a frame; their encodings, groups and node compositions are skipped. Of the attributes of a node
//! its protocol is read alone. Names are not compared over networks.

mod check;
mod lex;
mod parse;
#[cfg(test)]
mod tests;

use super::pid::{MASTER_REQUEST, Model, SLAVE_RESPONSE};
use super::spec::{self, Frames, Plan, Slot};
use report::Errors;
use std::ops::Range;
use vtime::Span;

/// Bytes of a description file at most.
pub const BYTES_MAX: usize = 4 << 20;

/// A name, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Name {
    text: String,
    span: Range<usize>,
}

/// A network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ldf {
    protocol: String,
    bitrate_bps: u32,
    master: Name,
    jitter: Span,
    slaves: Vec<Name>,
    signals: Vec<Signal>,
    frames: Vec<FrameDef>,
    sporadic: Vec<Group>,
    event_triggered: Vec<(Group, u8)>,
    /// The slaves whose protocol is known.
    protocols: Vec<(Name, String)>,
    tables: Vec<Table>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Signal {
    name: Name,
    publisher: Name,
    subscribers: Vec<Name>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct FrameDef {
    name: Name,
    id: u8,
    /// None for one of diagnostics.
    publisher: Option<Name>,
    len: u8,
    signals: Vec<Name>,
}

/// Frames that share a place in tables.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Group {
    name: Name,
    frames: Vec<Name>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Table {
    name: Name,
    entries: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    what: What,
    lasts: Span,
}

/// What a place of a table sends.
#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    /// A frame, or one of a group.
    Named(Name),
    /// A command of diagnostics, as a master's request.
    Command,
}

/// Reads a description file. Of what is no LDF at all the first mistake is told, of others all.
pub fn read(file: &str, text: &str) -> Result<Ldf, Errors> {
    parse::read(file, text)
}

impl Ldf {
    /// Its bits per second.
    pub fn bitrate(&self) -> u32 {
        self.bitrate_bps
    }

    /// The names of its nodes, the master's first.
    pub fn nodes(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.master).chain(&self.slaves).map(|name| name.text.as_str())
    }

    /// The names of its tables.
    pub fn tables(&self) -> impl Iterator<Item = &str> {
        self.tables.iter().map(|table| table.name.text.as_str())
    }

    /// By how much a header may be late.
    pub fn jitter(&self) -> Span {
        self.jitter
    }

    /// What is known of its frames.
    pub fn frames(&self) -> Frames {
        let mut frames = Frames::default();
        for frame in &self.frames {
            let known = |model| spec::Frame {
                name: frame.name.text.clone(),
                len: frame.len,
                model,
                may_be_silent: false,
            };
            frames.add(frame.id, known(self.model(frame)));
        }
        for (group, id) in &self.event_triggered {
            let of_group = group.frames.iter().filter_map(|name| self.frame(&name.text));
            // All are of one length, as the standard says.
            if let Some(first) = of_group.into_iter().next() {
                let (name, model) = (group.name.text.clone(), self.model(first));
                frames.add(*id, spec::Frame { name, len: first.len, model, may_be_silent: true });
            }
        }
        frames
    }

    /// The table of this name, from which headers may be `tolerance` off.
    pub fn plan(&self, name: &str, tolerance: Span) -> Option<Plan> {
        let table = self.tables.iter().find(|table| table.name.text == name)?;
        let slots = table.entries.iter().map(|entry| self.slot(entry)).collect();
        Some(Plan { name: name.to_string(), slots, tolerance })
    }

    fn slot(&self, entry: &Entry) -> Slot {
        let one = |id: u8| 1u64 << (id & 0x3f);
        let (ids, may_be_empty) = match &entry.what {
            What::Command => (one(MASTER_REQUEST), false),
            What::Named(name) => {
                let event = self.event_triggered.iter().find(|(group, _)| group.name.text == name.text);
                let sporadic = self.sporadic.iter().find(|group| group.name.text == name.text);
                match (self.frame(&name.text), event, sporadic) {
                    (Some(frame), ..) => (one(frame.id), false),
                    (_, Some((_, id)), _) => (one(*id), false),
                    (.., Some(group)) => {
                        let frames = group.frames.iter().filter_map(|name| self.frame(&name.text));
                        (frames.fold(0, |ids, frame| ids | one(frame.id)), true)
                    }
                    _ => (0, true),
                }
            }
        };
        Slot { ids, may_be_empty, lasts: entry.lasts }
    }

    fn frame(&self, name: &str) -> Option<&FrameDef> {
        self.frames.iter().find(|frame| frame.name.text == name)
    }

    /// The checksum of a frame: classic if a node of LIN 1.x sends or hears it, and of diagnostics.
    fn model(&self, frame: &FrameDef) -> Model {
        let is_old = |protocol: &str| protocol.starts_with("1.");
        let of_slave = |name: &Name| self.protocols.iter().find(|(slave, _)| slave.text == name.text);
        let is_old_slave = |name: &Name| of_slave(name).is_some_and(|(_, protocol)| is_old(protocol));
        let signals = self
            .signals
            .iter()
            .filter(|signal| frame.signals.iter().any(|name| name.text == signal.name.text));
        let mut hear = signals.flat_map(|signal| &signal.subscribers);
        let any_old = frame.publisher.iter().any(is_old_slave) || hear.any(is_old_slave);
        match frame.id {
            MASTER_REQUEST | SLAVE_RESPONSE => Model::Classic,
            _ if is_old(&self.protocol) || any_old => Model::Classic,
            _ => Model::Enhanced,
        }
    }
}
