// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What the core knows of a node: how far it is, its ports, and who can reach it.

use crate::life::Stage;
use crate::typist::Typist;
use crate::{LinkId, NodeId, PortId, System};
use link::Wire;
use std::collections::{BTreeMap, VecDeque};
use vtime::{Instant, Span};

/// One node.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) name: String,
    /// Up to when it is done.
    pub(crate) clock: Instant,
    /// Up to when it may run whatever others do; `None` while it stands still.
    pub(crate) grant: Option<Instant>,
    /// Up to when it may run at most, by what it sees of its neighbours.
    pub(crate) ahead: Instant,
    /// The time of its last report: it cannot report anything before this any more.
    pub(crate) stamp: Instant,
    /// Before this it does nothing on a link by itself; what is still on its way may change that.
    pub(crate) promise: Instant,
    pub(crate) ports: Vec<Port>,
    /// Who is joined to it, once for each end of a link, in order of id.
    pub(crate) neighbours: Vec<Neighbour>,
    pub(crate) counts: Counts,
    /// When it is on, and how it counts its time.
    pub(crate) stage: Stage,
}

/// How much a node did so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Grants that it was given.
    pub grants: u64,
    /// Bytes it reported to have sent.
    pub sent: u64,
    /// Bytes handed to it.
    pub delivered: u64,
    /// Bytes it reported to have had no room for at first.
    pub held: u64,
}

/// A port that can send to a node.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Neighbour {
    pub(crate) node: NodeId,
    pub(crate) port: PortId,
    /// The least time from its handing a byte over to the arrival.
    pub(crate) lookahead: Span,
    /// How many bytes of that node this one knows of: what it reads in the node's clock holds only with this count.
    pub(crate) told: u64,
}

/// One port.
#[derive(Debug, Default)]
pub(crate) struct Port {
    /// The link that joins it; `None` for a console.
    pub(crate) joined: Option<Joined>,
    /// What is on the way to it, in order of arrival: there is one wire, and bytes on it do not overtake.
    pub(crate) inbox: VecDeque<Incoming>,
    /// What comes to it from outside, by arrival and the count of all that was injected.
    pub(crate) injected: BTreeMap<(Instant, u64), u8>,
    /// Who types at it.
    pub(crate) typist: Option<Typist>,
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

    /// How far it may have come, at most. One that is off does not come any further, wherever it counts.
    pub(crate) fn may_reach(&self) -> Instant {
        match self.grant {
            Some(grant) => grant.max(self.ahead),
            None if self.stage.next_on().is_some() || self.stage.is_dark(self.clock) => Instant::START,
            None => self.clock,
        }
    }

    /// Before this it does nothing unless something arrives that is not on its way yet, and nothing happens to it.
    pub(crate) fn next_act(&self) -> Instant {
        self.clock.max(self.promise.min(self.first_arrival()).min(self.stage.first_change()))
    }

    /// It begins its life at `at`.
    pub(crate) fn begin(&mut self, at: Instant) {
        self.clock = at;
        self.stamp = at;
        self.promise = at;
    }

    /// It is switched off, until the next change or until `end`. What runs then is another process.
    pub(crate) fn switch_off(&mut self, end: Instant) {
        self.counts.grants = 0;
        self.begin(self.stage.next_on().unwrap_or(end));
    }

    /// When a byte can arrive, at the soonest, that somebody types because of what the node does from `floor` on.
    pub(crate) fn first_answer(&self, floor: Instant) -> Option<Instant> {
        let typists = self.ports.iter().filter_map(|port| port.typist.as_ref());
        typists.filter_map(|typist| typist.first_answer(floor)).min()
    }

    /// When the next byte arrives of those on their way.
    pub(crate) fn first_arrival(&self) -> Instant {
        let wired = self.ports.iter().filter_map(|port| port.inbox.front().map(|incoming| incoming.at));
        let injected =
            self.ports.iter().filter_map(|port| port.injected.first_key_value().map(|(key, _)| key.0));
        wired.chain(injected).min().unwrap_or(Instant::FAR)
    }

    /// Takes the byte that arrives next, if that is before `until`: its port, when, and the byte. Ties go by the order of
    /// events.
    pub(crate) fn take_arrival(&mut self, until: Instant) -> Option<(PortId, Instant, u8)> {
        let arrivals = self.ports.iter().enumerate().flat_map(|(place, port)| {
            let wired = port.inbox.front().zip(port.joined.as_ref());
            let wired = wired.map(|(next, joined)| (next.at, joined.link, joined.to.0, next.seq, place));
            let injected = port.injected.first_key_value();
            let injected = injected.map(|((at, seq), _)| (*at, LinkId::NONE, NodeId::CONTROL, *seq, place));
            wired.into_iter().chain(injected)
        });
        let (at, _, source, seq, place) = arrivals.min().filter(|first| first.0 < until)?;
        let port = &mut self.ports[place];
        let byte = match source {
            NodeId::CONTROL => port.injected.remove(&(at, seq))?,
            _ => port.inbox.pop_front()?.byte,
        };
        Some((PortId(place as u16), at, byte))
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
            ahead: Instant::START,
            stamp: Instant::START,
            promise: Instant::START,
            ports: (0..spec.ports).map(|_| Port::default()).collect(),
            neighbours: Vec::new(),
            counts: Counts::default(),
            stage: Stage::default(),
        })
        .collect();
    for (id, spec) in (0..).map(LinkId).zip(&system.links) {
        let [one, other] = spec.ends;
        for (here, there) in [(one, other), (other, one)] {
            let node = &mut nodes[usize::from(here.0.0)];
            node.ports[usize::from(here.1.0)].joined =
                Some(Joined { link: id, wire: Wire::new(spec.uart), to: there });
            let lookahead = spec.uart.lookahead();
            node.neighbours.push(Neighbour { node: there.0, port: there.1, lookahead, told: 0 });
        }
    }
    for node in &mut nodes {
        node.neighbours.sort_by_key(|neighbour| (neighbour.node, neighbour.port));
    }
    nodes
}
