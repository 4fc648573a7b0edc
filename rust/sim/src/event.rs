// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What can happen in a run, and the one order in which it is told.

use crate::Power;
use vtime::Instant;

/// A node, by its place in the scenario's order of nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u16);

impl NodeId {
    /// No node, but the master that steers the run from outside ([`crate::Core::inject`]); it sorts after all nodes.
    pub const CONTROL: NodeId = NodeId(u16::MAX);
}

/// A port, by its place among the ports of its node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PortId(pub u16);

impl PortId {
    /// Of [`NodeId::CONTROL`]: who sends what the scenario says on a link.
    pub const INPUT: PortId = PortId(u16::MAX);
}

/// A link, by its place in the scenario's order of links; [`LinkId::NONE`] for a port that no link joins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkId(pub u16);

impl LinkId {
    /// The port is joined to no link; it sorts after all links.
    pub const NONE: LinkId = LinkId(u16::MAX);
}

/// The bytes of a frame that is told of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FrameId(pub(crate) u32);

/// What kind of thing happens: the second part of the order, after the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// A frame starts to leave a port.
    Frame,
    /// A receiver could not take a frame when it arrived.
    Held,
    /// A node is switched on or off, or reset.
    Power,
    /// A frame is lost because a node is off, or never left.
    Lost,
    /// A frame went wrong on its link.
    Failed,
    /// A fault of the scenario struck a frame.
    Struck,
}

/// The declared order of events. Two events of one run never have equal keys; if they do, the run ends with an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// When it happens.
    pub at: Instant,
    /// What kind of thing it is.
    pub class: Class,
    /// On which link.
    pub link: LinkId,
    /// Which node caused it.
    pub source: NodeId,
    /// The how manieth event of that node and class this is, from 0.
    pub seq: u64,
}

/// One event of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its place in the order.
    pub key: Key,
    /// What happens.
    pub body: Body,
}

/// What happens in an [`Event`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// A byte is on the wire of `port` from `key.at` to `ends`. On a port without a link both are the time of the store.
    Uart {
        /// The port of `key.source` that sends it.
        port: PortId,
        /// The byte.
        byte: u8,
        /// When its last stop bit has left.
        ends: Instant,
        /// Who receives it and when; `None` without a link.
        to: Option<Arrival>,
    },
    /// A byte is on a wire that several ports share, from `key.at` on.
    OnBus {
        /// The port of `key.source` that sends it.
        port: PortId,
        /// The byte.
        byte: u8,
        /// When the whole of it is at the others.
        arrives: Instant,
        /// Who gets it: those that are on. One bit for each end of the link.
        heard: u64,
        /// Somebody else sends at the same time: nobody gets it.
        garbled: bool,
    },
    /// A frame of a link that carries frames, from `key.at` on; what it is comes with the event ([`crate::Core::drain_events`]).
    Frame {
        /// The port of `key.source` that sent it. Of [`NodeId::CONTROL`] it is [`PortId::INPUT`], or none: a host's, or a scripted fault's doing.
        port: PortId,
        /// What it is.
        medium: link::Medium,
        /// What became of it.
        what: link::What,
        /// When it is over on the wire.
        ends: Instant,
        /// Who receives it and when, if it is for one port only.
        to: Option<Arrival>,
        /// Where its bytes are.
        frame: FrameId,
    },
    /// A byte from outside the system ([`NodeId::CONTROL`]) is there at `key.at`.
    Injected {
        /// Where, at `key.at`.
        to: Arrival,
        /// The byte.
        byte: u8,
    },
    /// `port` of `key.source` had no room for a byte that arrived at `key.at`; it waits until the firmware reads.
    Held {
        /// The port that is full.
        port: PortId,
    },
    /// This happens to `key.source`.
    Power(Power),
    /// `byte` never gets through `port` of `node`: the node is off when it arrives, or is switched off at `key.at` before
    /// it has left.
    Lost {
        /// The node that is off.
        node: NodeId,
        /// Its port.
        port: PortId,
        /// The byte.
        byte: u8,
    },
}

/// Where and when a frame arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The receiving node.
    pub node: NodeId,
    /// Its port.
    pub port: PortId,
    /// When the whole frame is there.
    pub at: Instant,
    /// Nobody takes it, because the node is off then; a [`Body::Lost`] tells so.
    pub lost: bool,
}
