// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What nodes are granted: which may run, how far, and what arrives there.

use crate::core::place;
use crate::floors::Floors;
use crate::node::Node;
use crate::{Core, Error, NodeId, PortId, Power};
use vtime::{Instant, Span};

/// A node may run up to `until`, and on from there as far as its neighbours' clocks allow, but not past `ahead`. A node
/// that runs already goes on with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant<'a> {
    /// The node.
    pub node: NodeId,
    /// Up to here it may run whatever others do.
    pub until: Instant,
    /// Up to here it may run by what it sees of its neighbours; `until` when it must stop there.
    pub ahead: Instant,
    /// What arrives there before `until` and was not yet told, in the order of events.
    pub deliveries: &'a [Delivery],
    /// The bytes of the deliveries, see [`Grant::bytes`].
    bytes: &'a [u8],
    /// Whose clocks bound it beyond `until`: empty when nothing but `ahead` does.
    pub neighbours: &'a [Neighbour],
    /// Its reset pin is pulled at this time, where it stands, before anything arrives.
    pub reset: Option<Instant>,
}

/// A node whose clock bounds another one's. While it has sent as many bytes as `sent` says, nothing of it arrives before
/// its clock and `lookahead`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// That node.
    pub node: NodeId,
    /// The least time from its handing a frame over to the arrival.
    pub lookahead: Span,
    /// How many of its frames are accounted for: they are among the deliveries, go elsewhere, or arrive at `ahead` or later.
    pub sent: u64,
}

/// A frame that arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// At which port of the node.
    pub port: PortId,
    /// When.
    pub at: Instant,
    /// Where its bytes end among those of the grant, and how many there are.
    ends: usize,
    len: usize,
    /// The how manieth delivery to this node it is, from 0.
    pub seq: u64,
}

impl<'a> Grant<'a> {
    /// What arrives with one of its deliveries.
    pub fn bytes(&self, delivery: &Delivery) -> &'a [u8] {
        &self.bytes[delivery.ends - delivery.len..delivery.ends]
    }
}

impl Core {
    /// The next node that may run, with what arrives there; `None` until some node reports again. Ask until it is `None`.
    ///
    /// The node is running from now on, until [`Core::done`]. One that runs is told again when there is news for it.
    pub fn next_grant(&mut self) -> Result<Option<Grant<'_>>, Error> {
        self.settle()?;
        let next = if self.slicing.serial { self.next_in_turn() } else { self.next_ready() };
        Ok(next.map(|id| self.grant(id)))
    }

    fn grant(&mut self, id: NodeId) -> Grant<'_> {
        let until = self.slice_end(id);
        self.account(id);
        let bound = self.bound(&self.floors, id);
        let node = &mut self.nodes[place(id)];
        // A grant that only tells news lets nothing happen: the node would promise to sleep past its reset.
        let begins = if until > node.clock { node.stage.begin(node.clock) } else { None };
        if let Some(power) = begins {
            self.events.push(node.power_event(id, node.clock, power));
            node.promise = node.clock;
        }
        let reset = (begins == Some(Power::PinReset)).then_some(node.clock);
        self.deliveries.clear();
        self.bytes.clear();
        while let Some((port, at, len)) = node.take_arrival(until, &mut self.bytes) {
            let (ends, seq) = (self.bytes.len(), node.counts.delivered);
            self.deliveries.push(Delivery { port, at, ends, len, seq });
            node.counts.delivered += 1;
        }
        if let Some(first) = self.deliveries.first() {
            node.promise = node.promise.min(first.at);
        }
        // Nor does it run past a reset that it waits for.
        let bound = bound.min(node.stage.first_change());
        let ahead =
            if self.slicing.cuts() { until } else { node.first_arrival(&self.links).min(bound).max(until) };
        node.grant = Some(until);
        node.ahead = ahead;
        node.counts.grants += 1;
        let (deliveries, bytes, neighbours) = (&self.deliveries, &self.bytes, &self.neighbours);
        Grant { node: id, until, ahead, deliveries, bytes, neighbours, reset }
    }

    /// Gathers what bounds a node beyond its horizon, as it is known now.
    fn account(&mut self, id: NodeId) {
        self.neighbours.clear();
        let mut neighbours = std::mem::take(&mut self.nodes[place(id)].neighbours);
        for neighbour in &mut neighbours {
            neighbour.told = self.nodes[place(neighbour.node)].counts.sent;
            let (node, lookahead, sent) = (neighbour.node, neighbour.lookahead, neighbour.told);
            match self.neighbours.last_mut().filter(|last| last.node == node) {
                Some(last) => last.lookahead = last.lookahead.min(lookahead),
                None => self.neighbours.push(Neighbour { node, lookahead, sent }),
            }
        }
        self.nodes[place(id)].neighbours = neighbours;
    }

    fn horizon(&self, id: NodeId) -> (Instant, Option<NodeId>) {
        self.horizon_with(&self.floors, id)
    }

    /// Where a node stops in any case: at its next change, where somebody may type because of what it does, or at the
    /// ceiling.
    fn bound(&self, floors: &Floors, id: NodeId) -> Instant {
        let node = &self.nodes[place(id)];
        let change = node.stage.next_change(node.clock);
        let answer = node.first_answer(floors.of(id));
        change.into_iter().chain(answer).fold(self.ceiling, Instant::min)
    }

    /// Up to when a node may run, and which neighbour bounds it; `None` if only its bound does.
    pub(crate) fn horizon_with(&self, floors: &Floors, id: NodeId) -> (Instant, Option<NodeId>) {
        let mut horizon = (self.bound(floors, id), None);
        let node = &self.nodes[place(id)];
        for neighbour in &node.neighbours {
            let joint = &self.links[usize::from(neighbour.link.0)];
            let safe = joint.model.earliest(neighbour.end, floors.of(neighbour.node) + neighbour.wait);
            if safe < horizon.0 {
                horizon = (safe, Some(neighbour.node));
            }
        }
        let joined = node.ports.iter().filter_map(|port| port.joined);
        for (link, end) in joined {
            let joint = &self.links[usize::from(link.0)];
            let open = joint.effect(end);
            if open < horizon.0 {
                horizon = (open, joint.slowest(floors));
            }
        }
        horizon
    }

    /// Where the node's next grant ends: its horizon, or sooner if the slices are shorter. Never before one that it has.
    fn slice_end(&self, id: NodeId) -> Instant {
        let (horizon, _) = self.horizon(id);
        let node = &self.nodes[place(id)];
        let end = self.slicing.max_slice.map_or(horizon, |slice| horizon.min(node.clock + slice));
        end.max(node.granted())
    }

    /// The next node that may run, or runs and must be told something. One sweep over all nodes finds them all: to grant
    /// one does not free another.
    fn next_ready(&mut self) -> Option<NodeId> {
        let turns = (self.turn..self.nodes.len()).chain(0..self.turn);
        let ready = turns.map(|turn| NodeId(turn as u16)).find(|&id| self.is_ready(id))?;
        self.turn = place(ready) + 1;
        Some(ready)
    }

    fn is_ready(&self, id: NodeId) -> bool {
        let node = &self.nodes[place(id)];
        if node.clock >= self.ceiling {
            return false;
        }
        match node.grant {
            None if self.slicing.cuts() => self.horizon(id).0 > node.clock,
            // One that sleeps is left alone until it has something to do.
            None => {
                let (horizon, neighbour) = self.horizon(id);
                horizon > node.next_act(&self.links) || neighbour.is_none()
            }
            Some(_) => !self.slicing.cuts() && self.has_news(node),
        }
    }

    /// A neighbour has sent something since the node was told last: before it is told again, it cannot trust that clock.
    fn has_news(&self, node: &Node) -> bool {
        node.neighbours.iter().any(|known| self.nodes[place(known.node)].counts.sent != known.told)
    }

    /// The node that is farthest behind, when no other runs. It can always run: see the crate's head.
    fn next_in_turn(&self) -> Option<NodeId> {
        if !self.idle() || self.at_ceiling() {
            return None;
        }
        self.ids().min_by_key(|&id| (self.nodes[place(id)].clock, id))
    }
}
