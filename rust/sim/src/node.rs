// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What the core knows of a node: how far it is, its ports, and who can reach it.

use crate::{LinkId, NodeId, PortId, System};
use link::Wire;
use std::collections::VecDeque;
use vtime::{Instant, Span};

/// One node.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) name: String,
    /// Up to when it is done.
    pub(crate) clock: Instant,
    /// Up to when it may run; `None` while it stands still.
    pub(crate) grant: Option<Instant>,
    /// The time of its last report: it cannot report anything before this any more.
    pub(crate) stamp: Instant,
    pub(crate) ports: Vec<Port>,
    /// Who is joined to it, each once, in order of id.
    pub(crate) neighbours: Vec<Neighbour>,
    pub(crate) counts: Counts,
}

/// How much a node did so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Bytes it reported to have sent.
    pub sent: u64,
    /// Bytes handed to it.
    pub delivered: u64,
    /// Bytes it reported to have had no room for at first.
    pub held: u64,
}

/// A node that can send to this one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Neighbour {
    pub(crate) node: NodeId,
    /// The least time from its handing a byte over to the arrival, over all links between the two.
    pub(crate) lookahead: Span,
}

/// One port.
#[derive(Debug, Default)]
pub(crate) struct Port {
    /// The link that joins it; `None` for a console.
    pub(crate) joined: Option<Joined>,
    /// What is on the way to it, in order of arrival: there is one wire, and bytes on it do not overtake.
    pub(crate) inbox: VecDeque<Incoming>,
}

/// A port's end of a link.
#[derive(Debug)]
pub(crate) struct Joined {
    pub(crate) link: LinkId,
    /// The direction in which this port sends.
    pub(crate) wire: Wire,
    /// The port at the other end.
    pub(crate) to: (NodeId, PortId),
}

/// A byte on its way to a port.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Incoming {
    pub(crate) at: Instant,
    /// The how manieth byte of its sender it is.
    pub(crate) seq: u64,
    pub(crate) byte: u8,
}

impl Node {
    /// Up to when it did, or may be doing, things.
    pub(crate) fn granted(&self) -> Instant {
        self.grant.unwrap_or(self.clock)
    }

    /// The port with the byte that arrives next, if that is before `until`. Ties go by the order of events.
    pub(crate) fn next_arrival(&self, until: Instant) -> Option<usize> {
        let arrivals = self.ports.iter().enumerate().filter_map(|(place, port)| {
            let incoming = port.inbox.front()?;
            let joined = port.joined.as_ref()?;
            Some((incoming.at, joined.link, joined.to.0, incoming.seq, place))
        });
        arrivals.min().filter(|first| first.0 < until).map(|(.., place)| place)
    }
}

/// The nodes of a system that was checked.
pub(crate) fn build(system: &System) -> Vec<Node> {
    let mut nodes: Vec<Node> = system
        .nodes
        .iter()
        .map(|spec| Node {
            name: spec.name.clone(),
            clock: Instant::START,
            grant: None,
            stamp: Instant::START,
            ports: (0..spec.ports).map(|_| Port::default()).collect(),
            neighbours: Vec::new(),
            counts: Counts::default(),
        })
        .collect();
    for (id, spec) in (0..).map(LinkId).zip(&system.links) {
        let [one, other] = spec.ends;
        for (here, there) in [(one, other), (other, one)] {
            let node = &mut nodes[usize::from(here.0.0)];
            node.ports[usize::from(here.1.0)].joined =
                Some(Joined { link: id, wire: Wire::new(spec.uart), to: there });
            node.add_neighbour(Neighbour { node: there.0, lookahead: spec.uart.lookahead() });
        }
    }
    nodes
}

impl Node {
    fn add_neighbour(&mut self, new: Neighbour) {
        match self.neighbours.binary_search_by_key(&new.node, |known| known.node) {
            Ok(place) => {
                let known = &mut self.neighbours[place];
                known.lookahead = known.lookahead.min(new.lookahead);
            }
            Err(place) => self.neighbours.insert(place, new),
        }
    }
}
