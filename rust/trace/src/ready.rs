// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Entries of a trace that are complete, and wait for their turn to be written.

use crate::entry::{GARBLED, LOST, power_text, write_failed, write_frame, write_sent, write_word};
use crate::lines::GatheredLine;
use crate::ports::Ports;
use sim::{Key, Power};
use vtime::Span;

/// An entry that can be written once no open line started before it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ready {
    /// Its place in the order; no two are equal, so that the rest of the fields never decides.
    pub(crate) key: Key,
    /// The place of the port, or of the node for [`What::Power`].
    pub(crate) place: usize,
    pub(crate) what: What,
}

/// What there is to write.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum What {
    Line(GatheredLine),
    Lost(GatheredLine),
    Garbled(GatheredLine),
    Frame(Frame),
    Held,
    Power(Power),
}

/// A frame, as it is written.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Frame {
    /// The place of the port that gets it, or of the link; none if nobody does.
    pub(crate) to: Option<usize>,
    /// What became of it, if nobody gets it.
    pub(crate) word: &'static str,
    pub(crate) lasts: Span,
    pub(crate) text: String,
}

impl Ready {
    /// Appends the entry, without a line end. `nodes` are the nodes' names.
    pub(crate) fn write(&self, text: &mut String, ports: &Ports, nodes: &[String]) {
        let (at, place, width) = (self.key.at, self.place, ports.width);
        match &self.what {
            What::Line(line) => {
                let to = line.to.map(|to| ports.name(to));
                write_sent(text, at, ports.name(place), to, line.arrives.since(at), &line.bytes, width);
            }
            What::Lost(line) => {
                write_failed(text, at, ports.name(place), LOST, line.arrives.since(at), &line.bytes, width);
            }
            What::Garbled(line) => {
                write_failed(
                    text,
                    at,
                    ports.name(place),
                    GARBLED,
                    line.arrives.since(at),
                    &line.bytes,
                    width,
                );
            }
            What::Frame(frame) => {
                let to = frame.to.map(|to| ports.name(to));
                write_frame(text, at, ports.name(place), (to, frame.word), frame.lasts, &frame.text, width);
            }
            What::Held => write_word(text, at, ports.name(place), "held", width),
            What::Power(power) => write_word(text, at, &nodes[place], &power_text(*power), width),
        }
    }
}
