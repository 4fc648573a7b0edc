// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What is expected, as a scenario says it, with all names resolved.

use crate::{BytePattern, Reference, Regular, Signals, Template};
use can::Id;
use sim::{LinkId, NodeId, PortId};
use vtime::{Instant, Span};

/// A port of a node.
pub type Port = (NodeId, PortId);

/// Something that must come, or must not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// What others call it.
    pub name: Option<String>,
    /// What is to come.
    pub what: What,
    /// From when on.
    pub opens: Opens,
    /// For how long from then on; `None`: to the end of the run.
    pub within: Option<Span>,
    /// How often in this time.
    pub count: Count,
}

/// When an expectation begins to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opens {
    /// At this time.
    At(Instant),
    /// When this one of the expectations is met, by its place.
    After(usize),
}

/// How often something is to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// At least so often.
    pub min: u64,
    /// At most so often; [`u64::MAX`] is any number.
    pub max: u64,
}

impl Count {
    /// Once, or more often.
    pub const ONCE: Count = Count { min: 1, max: u64::MAX };
    /// Not at all.
    pub const NEVER: Count = Count { min: 0, max: 0 };
}

/// What is to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A line from a UART.
    Line {
        /// Which.
        port: Port,
        /// What line.
        pattern: LinePattern,
    },
    /// A frame on a link.
    Frame(FramePattern),
}

/// What a line must be. Lines are compared as bytes, without the line end (`\n` or `\r\n`) of the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinePattern {
    /// Exactly this.
    Line(Template),
    /// It has this in it.
    Contains(Template),
    /// This regular expression finds something in it.
    Matches(Regular),
    /// No line: these bytes come one after the other, wherever lines end.
    Bytes(BytePattern),
}

/// What a frame must be. On a link of UARTs each line is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FramePattern {
    /// On which link.
    pub link: LinkId,
    /// Who sends it, if that matters.
    pub from: Option<Port>,
    /// Who alone gets it, if that matters.
    pub to: Option<Port>,
    /// What becomes of it.
    pub outcome: link::What,
    /// What it is.
    pub contents: Contents,
    /// What is kept of it.
    pub captures: Vec<Capture>,
}

/// What is in a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contents {
    /// Any frame but one of CAN.
    Bytes {
        /// How many bytes it has: from and to.
        length: Option<(u64, u64)>,
        /// What is in it at which places.
        parts: Vec<(usize, BytePattern)>,
    },
    /// A frame of CAN.
    Can {
        /// Whose.
        id: Option<Id>,
        /// Whether it is one of CAN FD.
        fd: Option<bool>,
        /// Whether it is a remote frame.
        remote: Option<bool>,
        /// What data it has.
        data: Option<BytePattern>,
        /// What its signals say.
        signals: Option<Signals>,
    },
}

/// Something of a frame that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capture {
    /// What others call it.
    pub name: String,
    /// Which.
    pub of: Captured,
}

/// What of a frame is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Captured {
    /// Bytes, of CAN those of its data.
    Bytes {
        /// The first.
        at: usize,
        /// How many.
        length: usize,
    },
    /// What a signal says, as a number.
    Signal(String),
}

impl What {
    /// The captured values that it uses.
    pub fn references(&self) -> Vec<&Reference> {
        match self {
            What::Line { pattern, .. } => match pattern {
                LinePattern::Line(text) | LinePattern::Contains(text) => text.references().collect(),
                LinePattern::Matches(regular) => regular.references().collect(),
                LinePattern::Bytes(bytes) => bytes.references().collect(),
            },
            What::Frame(frame) => match &frame.contents {
                Contents::Bytes { parts, .. } => {
                    parts.iter().flat_map(|(_, bytes)| bytes.references()).collect()
                }
                Contents::Can { data, .. } => data.iter().flat_map(BytePattern::references).collect(),
            },
        }
    }

    /// What can be captured: the names, in the order of [`crate::Reference::capture`].
    pub fn captures(&self) -> Vec<&str> {
        match self {
            What::Line { pattern: LinePattern::Matches(regular), .. } => {
                regular.captures().iter().map(String::as_str).collect()
            }
            What::Line { .. } => Vec::new(),
            What::Frame(frame) => frame.captures.iter().map(|capture| capture.name.as_str()).collect(),
        }
    }
}
