// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The core itself: a run from its start to its end, and its events in their order.

use crate::floors::Floors;
use crate::frames::Frames;
use crate::joint::{self, Joint};
use crate::life::Stage;
use crate::node::{self, Node};
use crate::queue::Queue;
use crate::{
    Body, Delivery, Error, Event, Life, LinkId, Neighbour, NodeId, NodeReport, SetupError, Slicing, State,
    Switch, System,
};
use link::Unfired;
use std::collections::VecDeque;
use vtime::Instant;

/// A run: see the [crate] for what it promises.
#[derive(Debug)]
pub struct Core {
    pub(crate) nodes: Vec<Node>,
    pub(crate) links: Vec<Joint>,
    pub(crate) end: Instant,
    /// No grant goes past it; the end, unless a master steers the run.
    pub(crate) ceiling: Instant,
    /// How many bytes came from outside.
    pub(crate) injected: u64,
    pub(crate) slicing: Slicing,
    pub(crate) events: Queue,
    pub(crate) frames: Frames,
    pub(crate) floors: Floors,
    /// Where the search for the next node to grant goes on.
    pub(crate) turn: usize,
    /// The deliveries, with their bytes, and neighbours of the grant given last; kept for their memory.
    pub(crate) deliveries: Vec<Delivery>,
    pub(crate) bytes: Vec<u8>,
    pub(crate) neighbours: Vec<Neighbour>,
    /// Nodes that were switched off, for [`Core::next_switch`].
    pub(crate) switches: VecDeque<Switch>,
}

impl Core {
    /// Starts the run of a system at time 0.
    pub fn new(system: &System, slicing: Slicing) -> Result<Core, SetupError> {
        system.check()?;
        slicing.check()?;
        let links = joint::build(system);
        Ok(Core {
            nodes: node::build(system, &links),
            links,
            end: Instant::START + system.duration,
            ceiling: Instant::START + system.duration,
            injected: 0,
            slicing,
            events: Queue::default(),
            frames: Frames::default(),
            floors: Floors::new(system.nodes.len()),
            turn: 0,
            deliveries: Vec::new(),
            bytes: Vec::new(),
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

    /// Tells every event that nothing can come before any more, each once, in the order of [`Key`](crate::Key). Returns the time
    /// before which all is told now. When the run is finished, that is its end: what lies there or later is never told.
    ///
    /// With each comes the frame that it tells of; nothing, if it is a byte, which is in the event.
    ///
    /// How much one call tells depends on how far the nodes happen to be; only the sequence over all calls is defined.
    pub fn drain_events(&mut self, tell: impl FnMut(&Event, &[u8])) -> Result<Instant, Error> {
        self.settle()?;
        // What lies past the ceiling may still be changed from outside, however long everybody sleeps.
        let mut watermark = self.ceiling;
        for (place, node) in self.nodes.iter().enumerate() {
            let told = node.stamp.max(self.floors.of(NodeId(place as u16)));
            // A change is told when the node stands there.
            watermark = watermark.min(told).min(node.stage.first_change());
        }
        watermark = self.links.iter().map(|joint| joint.told).fold(watermark, Instant::min);
        self.drain(watermark, tell)?;
        Ok(watermark)
    }

    /// Tells every event that is known, in the order of [`Key`](crate::Key): the last words of a run that broke off. Unlike all else
    /// this depends on how far the nodes happen to be.
    pub fn drain_rest(&mut self, tell: impl FnMut(&Event, &[u8])) -> Result<(), Error> {
        self.drain(self.end, tell)
    }

    fn drain(&mut self, watermark: Instant, mut tell: impl FnMut(&Event, &[u8])) -> Result<(), Error> {
        let frames = &mut self.frames;
        self.events.drain(watermark, |event| match event.body {
            Body::Frame { frame, .. } => {
                tell(event, frames.get(frame));
                frames.forget(frame);
            }
            _ => tell(event, &[]),
        })
    }

    /// True when every node reached the end of the run.
    pub fn finished(&self) -> bool {
        self.ceiling == self.end && self.at_ceiling()
    }

    /// The faults that have struck nothing, by link.
    pub fn unfired(&self) -> impl Iterator<Item = (LinkId, Unfired)> {
        self.links.iter().zip(0..).flat_map(|(joint, link)| {
            joint.model.unfired().into_iter().map(move |unfired| (LinkId(link), unfired))
        })
    }

    /// Up to when every node is done.
    pub fn now(&self) -> Instant {
        self.least(|node| node.clock)
    }

    /// Where every node stands, in order of id.
    pub fn report(&self) -> impl Iterator<Item = NodeReport<'_>> {
        let mut floors = Floors::new(self.nodes.len());
        floors.outdate();
        floors.renew(&self.nodes, &self.links);
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
                (None, Some(neighbour)) if until <= node.next_act(&self.links) && !self.slicing.cuts() => {
                    let neighbour = &self.nodes[place(neighbour)];
                    State::Asleep {
                        until: node.next_act(&self.links),
                        neighbour: &neighbour.name,
                        at: neighbour.clock,
                    }
                }
                (None, _) => State::Ready { until },
            };
            NodeReport { name, clock: *clock, state, counts: *counts }
        })
    }

    /// True when no node runs.
    pub(crate) fn idle(&self) -> bool {
        self.nodes.iter().all(|node| node.grant.is_none())
    }

    /// All nodes' ids, in order.
    pub(crate) fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.nodes.len()).map(|place| NodeId(place as u16))
    }

    /// The least of all nodes' times; a system has at least one node.
    fn least(&self, time: impl Fn(&Node) -> Instant) -> Instant {
        self.nodes.iter().map(time).min().unwrap_or(self.end)
    }
}

pub(crate) fn place(id: NodeId) -> usize {
    usize::from(id.0)
}
