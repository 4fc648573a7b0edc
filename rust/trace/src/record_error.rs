// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Why a run cannot be recorded. All but [`RecordError::Write`] are defects of virtmcu itself, and end the run.

use crate::HeaderError;
use crate::entry::power_text;
use crate::ports::Ports;
use sim::{Body, Event, Key, NodeId, PortId};
use std::io;
use vtime::Instant;

/// Why a run cannot be recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The header has a part that could not be read back.
    #[error("the trace's header cannot be written: {0}")]
    Header(#[from] HeaderError),
    /// A list has not one item for each node.
    #[error("{what} are given for {found} nodes, and the run has {expected}")]
    Nodes {
        /// What the list has.
        what: &'static str,
        /// How many nodes the header has.
        expected: usize,
        /// How many items the list has.
        found: usize,
    },
    /// Two events were told in the wrong order or are equal in it.
    #[error("events must come in strictly increasing order, but after\n  {before}\ncame\n  {after}")]
    Order {
        /// The one that was told first.
        before: String,
        /// The one that was told after it.
        after: String,
    },
    /// An event came that was promised not to.
    #[error("no event was to come before {promised}, but this came:\n  {event}")]
    Early {
        /// The argument of the last [`crate::Recorder::advance`].
        promised: Instant,
        /// The event.
        event: String,
    },
    /// The run ended before its last event, or at it.
    #[error("the run ended at {end}, but this event came:\n  {event}")]
    AfterEnd {
        /// When the run ended.
        end: Instant,
        /// The last event.
        event: String,
    },
    /// An event names a node or a port that the run does not have.
    #[error("this event has a port that the run does not have:\n  {event}")]
    Port {
        /// The event.
        event: String,
    },
    /// A byte ends before it starts or arrives before it has ended.
    #[error("this byte must start, then end, then arrive:\n  {event}")]
    Times {
        /// The event.
        event: String,
    },
    /// The receiver of a port changed within a line.
    #[error("the receiver changed from one byte to the next, with\n  {event}")]
    Receiver {
        /// The event.
        event: String,
    },
    /// The trace cannot be written.
    #[error("the trace cannot be written, after {entries} entries: {source}")]
    Write {
        /// How many entries were written before.
        entries: u64,
        /// Why.
        source: io::Error,
    },
}

/// An event in words.
pub(crate) fn describe(ports: &Ports, event: &Event) -> String {
    let Key { at, class, link, source, seq } = event.key;
    let name = |node: NodeId, port: PortId| match ports.place(node, port) {
        Some(place) => ports.name(place).to_string(),
        None => format!("port {} of node {}", port.0, node.0),
    };
    let what = match event.body {
        Body::Uart { port, byte, ends, to } => {
            let to = to.map(|to| format!(", to {} at {}", name(to.node, to.port), to.at)).unwrap_or_default();
            format!("{} sends {byte:#04x} until {ends}{to}", name(source, port))
        }
        Body::OnBus { port, byte, arrives, garbled, .. } => {
            let how = if garbled { "garbles" } else { "sends" };
            format!("{} {how} {byte:#04x} to all until {arrives}", name(source, port))
        }
        Body::Frame { port, what, ends, .. } => {
            format!("{} has a frame on its link until {ends}: {what:?}", name(source, port))
        }
        Body::Injected { to, byte } => format!("{byte:#04x} from outside to {}", name(to.node, to.port)),
        Body::Held { port } => format!("{} holds a byte", name(source, port)),
        Body::Power(power) => format!("node {}: {}", source.0, power_text(power)),
        Body::Lost { node, port, byte } => format!("{} loses {byte:#04x}", name(node, port)),
    };
    format!("{at} {what} ({class:?}, link {}, node {}, seq {seq})", link.0, source.0)
}
