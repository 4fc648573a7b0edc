// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A plain sequential simulator: one queue for the whole system, no grants, no horizons, and its own arithmetic for the
//! wires. What it finds is what the core must find.

use crate::toy::{Report, Toy};
use crate::{Delivered, Model, Outcome};
use sim::{Arrival, Body, Class, Event, Key, LinkId, NodeId, PortId, System};
use std::collections::{BTreeMap, BTreeSet};
use vtime::Instant;

/// A byte under way, in the order in which bytes are delivered.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Flying {
    at_ns: u64,
    link: u16,
    source: u16,
    seq: u64,
    node: u16,
    port: u16,
    byte: u8,
}

struct Reference<'a> {
    system: &'a System,
    flying: BTreeSet<Flying>,
    /// When each wire is free, in 1/baud ns, by the port that sends.
    free: BTreeMap<(NodeId, PortId), u128>,
    /// How many bytes sent, and reports of held ones, each node made.
    counts: Vec<[u64; 2]>,
    events: Vec<Event>,
}

pub fn simulate(model: &Model, mut toys: Vec<Toy>) -> Outcome {
    let system = &model.system;
    let mut reference = Reference {
        system,
        flying: BTreeSet::new(),
        free: BTreeMap::new(),
        counts: vec![[0; 2]; toys.len()],
        events: Vec::new(),
    };
    for (seq, injection) in (0..).zip(&model.injections) {
        reference.inject(seq, injection.at_ns, injection.node, injection.port, injection.byte);
    }
    let mut delivered: Vec<Vec<Delivered>> = vec![Vec::new(); toys.len()];
    let mut reports = Vec::new();
    let end_ns = system.duration.as_ns();
    loop {
        let timer = (0..toys.len()).filter_map(|node| Some((toys[node].next_timer_ns()?, node))).min();
        let arrival = reference.flying.first().copied();
        let node = match (arrival, timer) {
            (Some(byte), timer)
                if byte.at_ns < end_ns && timer.is_none_or(|(at_ns, _)| byte.at_ns <= at_ns) =>
            {
                reference.flying.pop_first();
                let node = usize::from(byte.node);
                delivered[node].push((byte.at_ns, byte.port, byte.byte));
                toys[node].deliver(byte.at_ns, byte.port, byte.byte, &mut reports);
                node
            }
            (_, Some((at_ns, node))) if at_ns < end_ns => {
                toys[node].fire(&mut reports);
                node
            }
            _ => break,
        };
        for report in reports.drain(..) {
            reference.report(NodeId(node as u16), report);
        }
    }
    reference.events.retain(|event| event.key.at.as_ns() < end_ns);
    reference.events.sort_by_key(|event| event.key);
    Outcome { events: reference.events, delivered }
}

impl Reference<'_> {
    /// A byte from outside: on its way from the start, over no link, from nobody.
    fn inject(&mut self, seq: u64, at_ns: u64, node: u16, port: u16, byte: u8) {
        let (link, source) = (LinkId::NONE.0, NodeId::CONTROL.0);
        self.flying.insert(Flying { at_ns, link, source, seq, node, port, byte });
        let at = Instant::from_ns(at_ns);
        let key = Key { at, class: Class::Frame, link: LinkId::NONE, source: NodeId::CONTROL, seq };
        let to = Arrival { node: NodeId(node), port: PortId(port), at };
        self.events.push(Event { key, body: Body::Injected { to, byte } });
    }

    fn report(&mut self, source: NodeId, report: Report) {
        let (class, port) = match report {
            Report::Sent { port, .. } => (Class::Frame, PortId(port)),
            Report::Held { port, .. } => (Class::Held, PortId(port)),
        };
        let count = &mut self.counts[usize::from(source.0)][class as usize];
        let seq = *count;
        *count += 1;
        let place = self.system.links.iter().position(|link| link.ends.contains(&(source, port)));
        let link = place.map_or(LinkId::NONE, |place| LinkId(place as u16));
        let key = |at_ns| Key { at: Instant::from_ns(at_ns), class, link, source, seq };
        let event = match report {
            Report::Held { at_ns, .. } => Event { key: key(at_ns), body: Body::Held { port } },
            Report::Sent { at_ns, byte, .. } => match place {
                None => {
                    let ends = Instant::from_ns(at_ns);
                    Event { key: key(at_ns), body: Body::Uart { port, byte, ends, to: None } }
                }
                Some(place) => {
                    let [one, other] = self.system.links[place].ends;
                    let to = if one == (source, port) { other } else { one };
                    let (starts_ns, ends_ns, arrives_ns) = self.wire(place, (source, port), at_ns);
                    self.flying.insert(Flying {
                        at_ns: arrives_ns,
                        link: link.0,
                        source: source.0,
                        seq,
                        node: to.0.0,
                        port: to.1.0,
                        byte,
                    });
                    let to = Some(Arrival { node: to.0, port: to.1, at: Instant::from_ns(arrives_ns) });
                    let ends = Instant::from_ns(ends_ns);
                    Event { key: key(starts_ns), body: Body::Uart { port, byte, ends, to } }
                }
            },
        };
        self.events.push(event);
    }

    /// When a byte handed over at `at_ns` starts, ends and arrives.
    fn wire(&mut self, place: usize, from: (NodeId, PortId), at_ns: u64) -> (u64, u64, u64) {
        let uart = self.system.links[place].uart;
        let baud = u128::from(uart.baud());
        let free = self.free.entry(from).or_insert(0);
        let starts = (u128::from(at_ns) * baud).max(*free);
        *free = starts + u128::from(uart.framing().frame_bits()) * 1_000_000_000;
        let ends_ns = free.div_ceil(baud) as u64;
        (starts.div_ceil(baud) as u64, ends_ns, ends_ns + uart.delay().as_ns())
    }
}
