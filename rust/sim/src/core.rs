// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The core itself: grants out, reports in, events out.

use crate::floors::Floors;
use crate::life::Stage;
use crate::node::{self, Incoming, Node};
use crate::queue::Queue;
use crate::{
    Arrival, Body, Class, Error, Event, Key, Life, LinkId, NodeId, NodeReport, PortId, Power, SetupError,
    Slicing, State, Switch, System,
};
use std::collections::VecDeque;
use vtime::{Instant, Span};

/// How many bytes may wait on one direction of a link. At 115 200 baud this is a minute and a half of unsent output.
pub const MAX_BACKLOG: usize = 1 << 20;

/// A run: see the [crate] for what it promises.
#[derive(Debug)]
pub struct Core {
    pub(crate) nodes: Vec<Node>,
    pub(crate) end: Instant,
    /// No grant goes past it; the end, unless a master steers the run.
    pub(crate) ceiling: Instant,
    /// How many bytes came from outside.
    pub(crate) injected: u64,
    slicing: Slicing,
    pub(crate) events: Queue,
    pub(crate) floors: Floors,
    /// Where the search for the next node to grant goes on.
    turn: usize,
    /// The deliveries and neighbours of the grant given last; kept for their memory.
    deliveries: Vec<Delivery>,
    neighbours: Vec<Neighbour>,
    /// Nodes that were switched off, for [`Core::next_switch`].
    switches: VecDeque<Switch>,
}

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
    /// The least time from its handing a byte over to the arrival.
    pub lookahead: Span,
    /// How many of its bytes are accounted for: they are among the deliveries, go elsewhere, or arrive at `ahead` or later.
    pub sent: u64,
}

/// A node stands still until it is granted more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    /// How many grants it had heard of.
    pub grants: u64,
    /// Where it stands: at its grant or, by its neighbours' clocks, later.
    pub reached: Instant,
    /// How many bytes it sent since the start of the run.
    pub sent: u64,
    /// It does nothing on a link before this, unless something arrives there.
    pub promise: Instant,
}

/// A byte that arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// At which port of the node.
    pub port: PortId,
    /// When.
    pub at: Instant,
    /// The byte.
    pub byte: u8,
    /// The how manieth delivery to this node it is, from 0.
    pub seq: u64,
}

impl Core {
    /// Starts the run of a system at time 0.
    pub fn new(system: &System, slicing: Slicing) -> Result<Core, SetupError> {
        system.check()?;
        slicing.check()?;
        Ok(Core {
            nodes: node::build(system),
            end: Instant::START + system.duration,
            ceiling: Instant::START + system.duration,
            injected: 0,
            slicing,
            events: Queue::default(),
            floors: Floors::new(system.nodes.len()),
            turn: 0,
            deliveries: Vec::new(),
            neighbours: Vec::new(),
            switches: VecDeque::new(),
        })
    }

    /// Says when a node is on and how it counts its time; before the first grant.
    pub fn plan(&mut self, node: NodeId, life: &Life) -> Result<(), SetupError> {
        let (end, nodes) = (self.end, self.nodes.len());
        let Some(node) = self.nodes.get_mut(place(node)) else {
            return Err(SetupError::TooMany { what: "nodes", count: place(node) + 1, max: nodes });
        };
        node.stage = Stage::new(life, &node.name, end)?;
        node.begin(life.start);
        self.floors.outdate();
        Ok(())
    }

    /// The next node that was switched off: its process must end, and a new one start if it is switched on again. It may
    /// start at once: it gets no grant before its time.
    pub fn next_switch(&mut self) -> Option<Switch> {
        self.switches.pop_front()
    }

    /// The next node that may run, with what arrives there; `None` until some node reports again. Ask until it is `None`.
    ///
    /// The node is running from now on, until [`Core::done`]. One that runs is told again when there is news for it.
    pub fn next_grant(&mut self) -> Option<Grant<'_>> {
        self.floors.renew(&self.nodes);
        let id = if self.slicing.serial { self.next_in_turn()? } else { self.next_ready()? };
        let until = self.slice_end(id);
        self.account(id);
        let bound = self.bound(id);
        let node = &mut self.nodes[place(id)];
        let begins = node.stage.begin(node.clock);
        if let Some(power) = begins {
            self.events.push(node.power_event(id, node.clock, power));
            node.promise = node.clock;
        }
        let reset = (begins == Some(Power::PinReset)).then_some(node.clock);
        self.deliveries.clear();
        while let Some((port, at, byte)) = node.take_arrival(until) {
            let seq = node.counts.delivered;
            self.deliveries.push(Delivery { port, at, byte, seq });
            node.counts.delivered += 1;
        }
        if let Some(first) = self.deliveries.first() {
            node.promise = node.promise.min(first.at);
        }
        let ahead = if self.slicing.cuts() { until } else { node.first_arrival().min(bound).max(until) };
        node.grant = Some(until);
        node.ahead = ahead;
        node.counts.grants += 1;
        let (deliveries, neighbours) = (&self.deliveries, &self.neighbours);
        Some(Grant { node: id, until, ahead, deliveries, neighbours, reset })
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

    /// A node that runs shows on its clock that it is done up to `clock`. All that it sent before was passed on already.
    pub fn passed(&mut self, node: NodeId, clock: Instant) -> Result<(), Error> {
        let node = self.node_mut(node)?;
        if node.grant.is_none() || clock <= node.clock {
            return Ok(());
        }
        if clock > node.ahead {
            return Err(Error::Passed { node: node.name.clone(), at: clock, grant: node.ahead });
        }
        node.clock = clock;
        node.stamp = node.stamp.max(clock);
        self.floors.outdate();
        Ok(())
    }

    /// A running node hands a byte to `port` at `at`: the `seq`th byte it sends on any port, from 0.
    pub fn sent(&mut self, node: NodeId, port: PortId, at: Instant, seq: u64, byte: u8) -> Result<(), Error> {
        let source = self.reporting(node, port, at)?;
        if seq != source.counts.sent {
            return Err(source.miscounts(at, seq));
        }
        source.counts.sent += 1;
        let cut = source.stage.next_off().unwrap_or(Instant::FAR);
        if at >= cut {
            return Ok(());
        }
        let Some(joined) = &mut source.ports[usize::from(port.0)].joined else {
            let key = Key { at, class: Class::Frame, link: LinkId::NONE, source: node, seq };
            self.events.push(Event { key, body: Body::Uart { port, byte, ends: at, to: None } });
            return Ok(());
        };
        let (link, to) = (joined.link, joined.to);
        let lost = |at, (dark, port)| {
            let key = Key { at, class: Class::Lost, link, source: node, seq };
            Event { key, body: Body::Lost { node: dark, port, byte } }
        };
        // A byte that the power cuts off does not keep the wire busy: others were told when it is free.
        let mut wire = joined.wire.clone();
        let times = wire.send(at);
        if times.ends > cut {
            self.events.push(lost(cut, (node, port)));
            return Ok(());
        }
        joined.wire = wire;
        let is_lost = self.nodes[place(to.0)].stage.is_dark(times.arrives);
        if is_lost {
            self.events.push(lost(times.arrives, to));
        } else {
            self.enqueue(node, port, at, to, Incoming { at: times.arrives, seq, byte })?;
        }
        let key = Key { at: times.starts, class: Class::Frame, link, source: node, seq };
        let to = Some(Arrival { node: to.0, port: to.1, at: times.arrives, lost: is_lost });
        self.events.push(Event { key, body: Body::Uart { port, byte, ends: times.ends, to } });
        Ok(())
    }

    /// A running node has no room for a byte that arrived at `port` at `at`; its firmware gets it later.
    pub fn held(&mut self, node: NodeId, port: PortId, at: Instant) -> Result<(), Error> {
        let source = self.reporting(node, port, at)?;
        if source.stage.next_off().is_some_and(|off| off <= at) {
            return Ok(());
        }
        let seq = source.counts.held;
        source.counts.held += 1;
        let link =
            source.ports[usize::from(port.0)].joined.as_ref().map_or(LinkId::NONE, |joined| joined.link);
        let key = Key { at, class: Class::Held, link, source: node, seq };
        self.events.push(Event { key, body: Body::Held { port } });
        Ok(())
    }

    /// A running node was reset at `at`: by its pin, as its grant asked, or by its firmware.
    pub fn reset(&mut self, node: NodeId, at: Instant, by_pin: bool) -> Result<(), Error> {
        let source = self.reporting_at(node, at)?;
        if source.stage.next_off().is_some_and(|off| off <= at) {
            return Ok(());
        }
        if by_pin {
            return source.stage.confirm_reset(&source.name, at);
        }
        let event = source.power_event(node, at, Power::FirmwareReset);
        self.events.push(event);
        Ok(())
    }

    /// A running node stands still, see [`Done`].
    pub fn done(&mut self, id: NodeId, done: Done) -> Result<(), Error> {
        let Done { grants, reached, sent, promise } = done;
        let end = self.end;
        let node = self.node_mut(id)?;
        let name = || node.name.clone();
        let Some(grant) = node.grant else {
            return Err(Error::NoGrant { node: name(), at: reached, clock: node.clock });
        };
        // It stood still before it heard of a newer grant, with which it goes on.
        let goes_on = grants < node.counts.grants;
        if reached > node.ahead || reached < grant && !goes_on {
            return Err(Error::Stopped { node: name(), reached, grant });
        }
        if sent != node.counts.sent {
            return Err(node.miscounts(reached, sent));
        }
        node.clock = reached;
        node.stamp = node.stamp.max(reached);
        if !goes_on {
            node.promise = promise.max(reached);
            node.grant = None;
            if reached == end {
                node.stage.finish(&node.name, end)?;
            }
            if node.stage.switched_off(reached) {
                let event = node.power_event(id, reached, Power::Off);
                node.switch_off(end);
                let on = node.stage.next_on();
                self.events.push(event);
                self.switches.push_back(Switch { node: id, on, sent });
            }
        }
        self.floors.outdate();
        Ok(())
    }

    /// Tells every event that nothing can come before any more, each once, in the order of [`Key`]. Returns the time
    /// before which all is told now. When the run is finished, that is its end: what lies there or later is never told.
    ///
    /// How much one call tells depends on how far the nodes happen to be; only the sequence over all calls is defined.
    pub fn drain_events(&mut self, tell: impl FnMut(&Event)) -> Result<Instant, Error> {
        self.floors.renew(&self.nodes);
        // What lies past the ceiling may still be changed from outside, however long everybody sleeps.
        let mut watermark = self.ceiling;
        for (place, node) in self.nodes.iter().enumerate() {
            let told = node.stamp.max(self.floors.of(NodeId(place as u16)));
            // A change is told when the node stands there.
            watermark = watermark.min(told).min(node.stage.first_change());
        }
        self.events.drain(watermark, tell)?;
        Ok(watermark)
    }

    /// Tells every event that is known, in the order of [`Key`]: the last words of a run that broke off. Unlike all else
    /// this depends on how far the nodes happen to be.
    pub fn drain_rest(&mut self, tell: impl FnMut(&Event)) -> Result<(), Error> {
        self.events.drain(self.end, tell)
    }

    /// True when every node reached the end of the run.
    pub fn finished(&self) -> bool {
        self.ceiling == self.end && self.at_ceiling()
    }

    /// Up to when every node is done.
    pub fn now(&self) -> Instant {
        self.least(|node| node.clock)
    }

    /// Where every node stands, in order of id.
    pub fn report(&self) -> impl Iterator<Item = NodeReport<'_>> {
        let mut floors = Floors::new(self.nodes.len());
        floors.outdate();
        floors.renew(&self.nodes);
        self.ids().map(move |id| {
            let node @ Node { name, clock, grant, counts, stage, .. } = &self.nodes[place(id)];
            let (until, bound) = self.horizon_with(&floors, id);
            let state = match (grant, bound) {
                (Some(until), _) => State::Running { until: *until },
                (None, _) if stage.next_on() == Some(*clock) => State::Off,
                (None, _) if *clock == self.end => State::Finished,
                (None, Some(neighbour)) if until <= *clock => {
                    let neighbour = &self.nodes[place(neighbour)];
                    State::Waiting { neighbour: &neighbour.name, at: neighbour.clock }
                }
                (None, None) if until <= *clock => State::AtCeiling,
                (None, Some(neighbour)) if until <= node.next_act() && !self.slicing.cuts() => {
                    let neighbour = &self.nodes[place(neighbour)];
                    State::Asleep { until: node.next_act(), neighbour: &neighbour.name, at: neighbour.clock }
                }
                (None, _) => State::Ready { until },
            };
            NodeReport { name, clock: *clock, state, counts: *counts }
        })
    }

    fn horizon(&self, id: NodeId) -> (Instant, Option<NodeId>) {
        self.horizon_with(&self.floors, id)
    }

    /// Where a node stops in any case: at its next change, or at the ceiling.
    fn bound(&self, id: NodeId) -> Instant {
        let node = &self.nodes[place(id)];
        node.stage.next_change(node.clock).map_or(self.ceiling, |change| change.min(self.ceiling))
    }

    /// Up to when a node may run, and which neighbour bounds it; `None` if only its bound does.
    fn horizon_with(&self, floors: &Floors, id: NodeId) -> (Instant, Option<NodeId>) {
        let mut horizon = (self.bound(id), None);
        for neighbour in &self.nodes[place(id)].neighbours {
            let Some(joined) = &self.nodes[place(neighbour.node)].ports[usize::from(neighbour.port.0)].joined
            else {
                continue;
            };
            let safe = joined.wire.earliest(floors.of(neighbour.node));
            if safe < horizon.0 {
                horizon = (safe, Some(neighbour.node));
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
        let ready = { turns }.map(|turn| NodeId(turn as u16)).find(|&id| self.is_ready(id))?;
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
                let horizon = self.horizon(id).0;
                horizon > node.next_act() || horizon == self.bound(id)
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

    /// True when no node runs.
    fn idle(&self) -> bool {
        self.nodes.iter().all(|node| node.grant.is_none())
    }

    /// The same with the port that it reports of.
    fn reporting(&mut self, id: NodeId, port: PortId, at: Instant) -> Result<&mut Node, Error> {
        let node = self.node_mut(id)?;
        let ports = node.ports.len();
        if usize::from(port.0) >= ports {
            return Err(Error::UnknownPort { node: node.name.clone(), port, ports, at });
        }
        self.reporting_at(id, at)
    }

    /// A node that reports something at `at`, if it may; remembers the time.
    fn reporting_at(&mut self, id: NodeId, at: Instant) -> Result<&mut Node, Error> {
        let node = self.node_mut(id)?;
        let name = || node.name.clone();
        let Some(grant) = node.grant else {
            return Err(Error::NoGrant { node: name(), at, clock: node.clock });
        };
        if at < node.stamp {
            return Err(Error::Late { node: name(), at, before: node.stamp });
        }
        if at < node.promise {
            return Err(Error::Promise { node: name(), at, promise: node.promise });
        }
        if at > node.stage.clock.next_tick(grant.max(node.ahead)) {
            return Err(Error::Passed { node: name(), at, grant: node.ahead });
        }
        node.stamp = at;
        Ok(node)
    }

    /// Puts a byte on its way from `from` and `port`, which handed it over at `sent`.
    fn enqueue(
        &mut self,
        from: NodeId,
        port: PortId,
        sent: Instant,
        to: (NodeId, PortId),
        incoming: Incoming,
    ) -> Result<(), Error> {
        let name = |id| self.nodes[place(id)].name.clone();
        let receiver = &self.nodes[place(to.0)];
        let granted = receiver.granted();
        if incoming.at < granted {
            return Err(Error::LateFrame {
                from: name(from),
                sent,
                to: name(to.0),
                at: incoming.at,
                granted,
            });
        }
        if receiver.ports[usize::from(to.1.0)].inbox.len() >= MAX_BACKLOG {
            return Err(Error::Backlog { node: name(from), port, at: sent, max: MAX_BACKLOG });
        }
        self.nodes[place(to.0)].ports[usize::from(to.1.0)].inbox.push_back(incoming);
        self.floors.outdate();
        Ok(())
    }

    fn node_mut(&mut self, node: NodeId) -> Result<&mut Node, Error> {
        let nodes = self.nodes.len();
        self.nodes.get_mut(place(node)).ok_or(Error::UnknownNode { node, nodes })
    }

    /// All nodes' ids, in order.
    fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.nodes.len()).map(|place| NodeId(place as u16))
    }

    /// The least of all nodes' times; a system has at least one node.
    fn least(&self, time: impl Fn(&Node) -> Instant) -> Instant {
        self.nodes.iter().map(time).min().unwrap_or(self.end)
    }
}

impl Node {
    fn miscounts(&self, at: Instant, told: u64) -> Error {
        Error::Count { node: self.name.clone(), at, told, received: self.counts.sent }
    }

    /// The next of its power events.
    fn power_event(&mut self, id: NodeId, at: Instant, power: Power) -> Event {
        let key = Key { at, class: Class::Power, link: LinkId::NONE, source: id, seq: self.stage.events };
        self.stage.events += 1;
        Event { key, body: Body::Power(power) }
    }
}

pub(crate) fn place(id: NodeId) -> usize {
    usize::from(id.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{LinkSpec, NodeSpec};
    use link::{Framing, Uart};
    use vtime::Span;

    #[test]
    fn a_byte_that_would_be_late_ends_the_run() {
        let node = |name: &str| NodeSpec { name: name.into(), ports: 1 };
        let uart = Uart::new(1_000_000_000, Framing::default(), Span::ZERO).unwrap();
        let ends = [(NodeId(0), PortId(0)), (NodeId(1), PortId(0))];
        let links = vec![LinkSpec { name: "wire".into(), uart, ends }];
        let system = System { nodes: vec![node("a"), node("b")], links, duration: Span::from_ns(100) };
        let mut core = Core::new(&system, Slicing::default()).unwrap();
        while core.next_grant().is_some() {}
        // A planted bug: the node may run for 50 ns, and a byte takes 10.
        core.nodes[1].grant = Some(Instant::from_ns(50));
        let error = core.sent(NodeId(0), PortId(0), Instant::from_ns(3), 0, 0).unwrap_err();
        assert_eq!(
            error.to_string(),
            "internal error: a byte that node \"a\" sent at 0.000000003 arrives late, at 0.000000013: node \"b\" was \
             already granted the time up to 0.000000050"
        );
    }
}
