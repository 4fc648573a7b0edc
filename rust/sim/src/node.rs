// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What the core knows of a node: how far it is, its ports, and who can reach it.

use crate::joint::Joint;
use crate::life::Stage;
use crate::typist::Typist;
use crate::{LinkId, NodeId, PortId, System};
use link::End;
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
    /// The links on which somebody waits for what it sends, and how long after that they send something.
    pub(crate) cued: Vec<(LinkId, Span)>,
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

/// A port that can send to a node; one of its own, if it hears of what it sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Neighbour {
    pub(crate) node: NodeId,
    pub(crate) link: LinkId,
    pub(crate) end: End,
    /// The least time from its handing a byte over to the arrival.
    pub(crate) lookahead: Span,
    /// How long who is at that end waits after the node has sent what it waits for.
    pub(crate) wait: Span,
    /// How many bytes of that node this one knows of: what it reads in the node's clock holds only with this count.
    pub(crate) told: u64,
}

/// One port.
#[derive(Debug, Default)]
pub(crate) struct Port {
    /// The link that joins it; `None` for a console.
    pub(crate) joined: Option<(LinkId, End)>,
    /// What is on the way to it, in order of arrival.
    pub(crate) inbox: VecDeque<Incoming>,
    /// The frames of `inbox`, one after the other.
    pub(crate) bytes: VecDeque<u8>,
    /// What comes to it from outside, by arrival and the count of all that was injected.
    pub(crate) injected: BTreeMap<(Instant, u64), u8>,
    /// Who types at it.
    pub(crate) typist: Option<Typist>,
}

/// A frame on its way to a port.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Incoming {
    pub(crate) at: Instant,
    /// The how manieth that comes out of its link it is.
    pub(crate) count: u64,
    /// How many of the port's bytes are its.
    pub(crate) len: usize,
}

impl Port {
    /// Something is on its way here, behind all that arrives no later.
    pub(crate) fn expect(&mut self, incoming: Incoming, bytes: &[u8]) {
        let place = self.inbox.iter().rposition(|known| known.at <= incoming.at).map_or(0, |last| last + 1);
        let behind: usize = self.inbox.range(place..).map(|later| later.len).sum();
        self.inbox.insert(place, incoming);
        self.bytes.extend(bytes);
        if behind > 0 {
            let from = self.bytes.len() - behind - bytes.len();
            self.bytes.make_contiguous()[from..].rotate_left(behind);
        }
    }
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
    pub(crate) fn next_act(&self, links: &[Joint]) -> Instant {
        self.clock.max(self.promise.min(self.first_arrival(links)).min(self.stage.first_change()))
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

    /// When the next frame arrives of those on their way, at the soonest: some are not decided yet.
    pub(crate) fn first_arrival(&self, links: &[Joint]) -> Instant {
        let joined = self.ports.iter().filter_map(|port| port.joined);
        let open = joined.map(|(link, end)| links[usize::from(link.0)].effect(end));
        let wired = self.ports.iter().filter_map(|port| port.inbox.front().map(|incoming| incoming.at));
        let injected =
            self.ports.iter().filter_map(|port| port.injected.first_key_value().map(|(key, _)| key.0));
        open.chain(wired).chain(injected).min().unwrap_or(Instant::FAR)
    }

    /// Takes the frame that arrives next, if that is before `until`, behind the others in `bytes`: its port, when, and its
    /// length. Of several at one time, the order is that of links, and of what comes out of each; then comes what is from outside.
    pub(crate) fn take_arrival(
        &mut self,
        until: Instant,
        bytes: &mut Vec<u8>,
    ) -> Option<(PortId, Instant, usize)> {
        let arrivals = self.ports.iter().enumerate().flat_map(|(place, port)| {
            let wired = port.inbox.front().zip(port.joined);
            let wired = wired.map(|(next, (link, _))| (next.at, link, next.count, place));
            let injected = port.injected.first_key_value();
            let injected = injected.map(|((at, seq), _)| (*at, LinkId::NONE, *seq, place));
            wired.into_iter().chain(injected)
        });
        let (at, link, seq, place) = arrivals.min().filter(|first| first.0 < until)?;
        let port = &mut self.ports[place];
        let len = if link == LinkId::NONE {
            bytes.push(port.injected.remove(&(at, seq))?);
            1
        } else {
            let Incoming { len, .. } = port.inbox.pop_front()?;
            bytes.extend(port.bytes.drain(..len));
            len
        };
        Some((PortId(place as u16), at, len))
    }
}

/// The nodes of a system that was checked.
pub(crate) fn build(system: &System, links: &[Joint]) -> Vec<Node> {
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
            cued: Vec::new(),
            counts: Counts::default(),
            stage: Stage::default(),
        })
        .collect();
    for (link, joint) in (0..).map(LinkId).zip(links) {
        let lookahead = joint.model.lookahead();
        let ends = || (0..).map(End).zip(&joint.ends);
        for (here, (node, port)) in ends() {
            let known = &mut nodes[usize::from(node.0)];
            known.ports[usize::from(port.0)].joined = Some((link, here));
            let heard = ends().filter(|(end, _)| *end != here || joint.model.answers());
            let neighbour = |(end, (node, _)): (End, &(NodeId, PortId))| Neighbour {
                node: *node,
                link,
                end,
                lookahead,
                wait: Span::ZERO,
                told: 0,
            };
            known.neighbours.extend(heard.map(neighbour));
        }
        for (cue, end) in joint.unheard().filter_map(|cue| Some((cue, joint.tester?))) {
            nodes[usize::from(cue.node.0)].cued.push((link, cue.wait));
            let lookahead = joint.lookahead + cue.wait;
            let neighbour = Neighbour { node: cue.node, link, end, lookahead, wait: cue.wait, told: 0 };
            for (node, _) in &joint.ends {
                nodes[usize::from(node.0)].neighbours.push(neighbour);
            }
        }
    }
    for node in &mut nodes {
        node.neighbours.sort_by_key(|neighbour| (neighbour.node, neighbour.link, neighbour.end));
    }
    nodes
}
