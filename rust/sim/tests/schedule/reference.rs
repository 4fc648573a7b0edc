// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A plain sequential simulator: one queue for the whole system, no grants, no horizons, and its own arithmetic for the
//! wires. What it finds is what the core must find.

use crate::toy::{Report, Toy};
use crate::{Delivered, Model, Outcome};
use link::Spec;
use sim::{Arrival, Body, Class, Event, Input, Key, LinkId, NodeId, PortId, Power, When};
use std::collections::{BTreeMap, BTreeSet};
use vtime::Instant;

/// A byte under way, in the order in which bytes are delivered.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Flying {
    at_ns: u64,
    link: u16,
    source: u16,
    seq: u64,
    /// The place of the receiver among the ends of its link.
    end: usize,
    node: u16,
    port: u16,
    byte: u8,
}

/// What happens next: first by the time when it is seen.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Next {
    /// A node is switched on or off.
    Switch {
        at_ns: u64,
        node: usize,
        power: Power,
    },
    /// A node sees something: its reset pin, or a byte; in the order in which they happened.
    Seen {
        at_ns: u64,
        happened_ns: u64,
        what: Seen,
    },
    Timer {
        at_ns: u64,
        node: usize,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Seen {
    Pin { node: usize },
    Byte(Flying),
}

impl Next {
    fn order(&self) -> (u64, &Next) {
        match self {
            Next::Switch { at_ns, .. } | Next::Seen { at_ns, .. } | Next::Timer { at_ns, .. } => {
                (*at_ns, self)
            }
        }
    }
}

struct Reference<'a> {
    model: &'a Model,
    /// By node; `None` while it is off.
    toys: Vec<Option<Toy>>,
    /// What happens to nodes from outside, still to come.
    changes: BTreeSet<(u64, usize, Power)>,
    flying: BTreeSet<Flying>,
    /// All bytes that reach a node that is on.
    delivered: BTreeSet<Flying>,
    /// When each wire is free, in 1/baud ns, by the port that sends.
    free: BTreeMap<(NodeId, PortId), u128>,
    /// How many bytes sent, reports of held ones, and power events each node made.
    counts: Vec<[u64; 3]>,
    typists: BTreeMap<(u16, u16), Typist>,
    events: Vec<Event>,
    /// What was driven on buses: by the link.
    driven: BTreeMap<u16, Vec<Driven>>,
}

/// A byte on a bus.
struct Driven {
    by: (NodeId, PortId),
    starts_ns: u64,
    ends_ns: u64,
    /// The place of its event.
    event: usize,
    flying: Vec<Flying>,
}

/// Who types at a port.
#[derive(Default)]
struct Typist {
    /// What is left to type, the next one last.
    inputs: Vec<Input>,
    free_ns: u64,
    heard: Vec<u8>,
    typed: u64,
}

pub fn simulate(model: &Model) -> Outcome {
    let mut toys: Vec<Option<Toy>> = Vec::new();
    let mut changes = BTreeSet::new();
    for (node, life) in model.lives.iter().enumerate() {
        let at_start = life.start == Instant::START;
        toys.push(at_start.then(|| model.toy(node, Instant::START)));
        changes.extend((!at_start).then_some((life.start.as_ns(), node, Power::On)));
        changes.extend(life.changes.iter().map(|change| (change.at.as_ns(), node, change.power)));
    }
    let nodes = toys.len();
    let mut reference = Reference {
        model,
        toys,
        changes,
        flying: BTreeSet::new(),
        delivered: BTreeSet::new(),
        free: BTreeMap::new(),
        counts: vec![[0; 3]; nodes],
        typists: BTreeMap::new(),
        events: Vec::new(),
        driven: BTreeMap::new(),
    };
    for typing in &model.typists {
        let inputs = typing.inputs.iter().rev().cloned().collect();
        let place = (typing.node, typing.port);
        reference.typists.insert(place, Typist { inputs, ..Typist::default() });
        reference.type_on(place, None);
    }
    for (seq, injection) in (0..).zip(&model.injections) {
        reference.inject(seq, injection.at_ns, injection.node, injection.port, injection.byte);
    }
    let end_ns = model.system.duration.as_ns();
    while let Some(next) = reference.next().filter(|next| next.order().0 < end_ns) {
        reference.step(next);
    }
    // A pin that is pulled before the end is told, also if the node would see it after the end only.
    (0..nodes).for_each(|node| reference.tell_unseen_pins(node, end_ns));
    reference.events.retain(|event| event.key.at.as_ns() < end_ns);
    reference.events.sort_by_key(|event| event.key);
    let mut delivered: Vec<Vec<Delivered>> = vec![Vec::new(); nodes];
    for byte in reference.delivered.iter().filter(|byte| byte.at_ns < end_ns) {
        delivered[usize::from(byte.node)].push((byte.at_ns, byte.port, byte.byte));
    }
    Outcome { events: reference.events, delivered }
}

impl Reference<'_> {
    fn next(&self) -> Option<Next> {
        let sees_ns = |node: usize, at_ns| self.toys[node].as_ref().map(|toy| toy.sees_ns(at_ns));
        let changes = self.changes.iter().filter_map(|&(happened_ns, node, power)| match power {
            Power::PinReset => {
                Some(Next::Seen { at_ns: sees_ns(node, happened_ns)?, happened_ns, what: Seen::Pin { node } })
            }
            _ => Some(Next::Switch { at_ns: happened_ns, node, power }),
        });
        // A clock that is not exact sees a byte one nanosecond later at most: only the first ones can be next.
        let is_on = |byte: &&Flying| self.toys[usize::from(byte.node)].is_some();
        let first_ns = self.flying.iter().find(is_on).map(|byte| byte.at_ns);
        let bytes =
            self.flying.iter().take_while(|byte| first_ns.is_some_and(|first_ns| byte.at_ns <= first_ns + 1));
        let bytes = bytes.filter_map(|byte| {
            let (happened_ns, what) = (byte.at_ns, Seen::Byte(*byte));
            Some(Next::Seen { at_ns: sees_ns(byte.node.into(), happened_ns)?, happened_ns, what })
        });
        let timers = self
            .toys
            .iter()
            .enumerate()
            .filter_map(|(node, toy)| Some(Next::Timer { at_ns: toy.as_ref()?.next_timer_ns()?, node }));
        let all = changes.chain(bytes).chain(timers);
        all.min_by(|a, b| a.order().cmp(&b.order()))
    }

    fn inject(&mut self, seq: u64, at_ns: u64, node: u16, port: u16, byte: u8) {
        let key = |class| {
            let (at, link, source) = (Instant::from_ns(at_ns), LinkId::NONE, NodeId::CONTROL);
            Key { at, class, link, source, seq }
        };
        let lost = self.is_off(node.into(), at_ns);
        let to = Arrival { node: NodeId(node), port: PortId(port), at: Instant::from_ns(at_ns), lost };
        self.events.push(Event { key: key(Class::Frame), body: Body::Injected { to, byte } });
        if lost {
            let body = Body::Lost { node: to.node, port: to.port, byte };
            self.events.push(Event { key: key(Class::Lost), body });
        } else {
            let (link, source) = (LinkId::NONE.0, NodeId::CONTROL.0);
            let flying = Flying { at_ns, link, source, seq, end: 0, node, port, byte };
            self.flying.insert(flying);
            self.delivered.insert(flying);
        }
    }

    fn step(&mut self, next: Next) {
        let mut reports = Vec::new();
        let node = match next {
            Next::Switch { at_ns, node, power } => {
                self.changes.remove(&(at_ns, node, power));
                self.toys[node] = match power {
                    Power::On => Some(self.model.toy(node, Instant::from_ns(at_ns))),
                    _ => None,
                };
                if power == Power::Off {
                    self.tell_unseen_pins(node, at_ns);
                    self.flying.retain(|byte| usize::from(byte.node) != node || byte.at_ns >= at_ns);
                    self.free.retain(|(sender, _), _| usize::from(sender.0) != node);
                }
                self.power(node, at_ns, power);
                node
            }
            Next::Seen { happened_ns, what: Seen::Pin { node }, .. } => {
                self.changes.remove(&(happened_ns, node, Power::PinReset));
                self.toy(node).reset(happened_ns, &mut reports);
                self.power(node, happened_ns, Power::PinReset);
                node
            }
            Next::Seen { what: Seen::Byte(byte), .. } => {
                self.flying.remove(&byte);
                self.toy(byte.node.into()).deliver(byte.at_ns, byte.port, byte.byte, &mut reports);
                byte.node.into()
            }
            Next::Timer { node, .. } => {
                self.toy(node).fire(&mut reports);
                node
            }
        };
        for report in reports {
            self.report(node, report);
        }
    }

    /// Pins are told when they are pulled.
    fn tell_unseen_pins(&mut self, node: usize, before_ns: u64) {
        let unseen = self.changes.extract_if(.., |(at_ns, other, power)| {
            *other == node && *power == Power::PinReset && *at_ns < before_ns
        });
        for (at_ns, node, power) in unseen.collect::<Vec<_>>() {
            self.power(node, at_ns, power);
        }
    }

    fn toy(&mut self, node: usize) -> &mut Toy {
        self.toys[node].as_mut().expect("it is on")
    }

    fn power(&mut self, node: usize, at_ns: u64, power: Power) {
        let (at, source, seq) = (Instant::from_ns(at_ns), NodeId(node as u16), self.counts[node][2]);
        self.counts[node][2] += 1;
        let key = Key { at, class: Class::Power, link: LinkId::NONE, source, seq };
        self.events.push(Event { key, body: Body::Power(power) });
    }

    /// When the node is switched off next.
    fn off_ns(&self, node: usize) -> u64 {
        let off = self.changes.iter().find(|(_, other, power)| *other == node && *power == Power::Off);
        off.map_or(u64::MAX, |(at_ns, ..)| *at_ns)
    }

    /// Whether the node is off at a time that is not past.
    fn is_off(&self, node: usize, at_ns: u64) -> bool {
        let mut on = self.toys[node].is_some();
        for (_, _, power) in
            self.changes.iter().filter(|(change_ns, other, _)| *other == node && *change_ns <= at_ns)
        {
            on = *power != Power::Off;
        }
        !on
    }

    fn report(&mut self, node: usize, report: Report) {
        let source = NodeId(node as u16);
        let (at_ns, class, port) = match report {
            Report::Sent { at_ns, port, .. } => (at_ns, Class::Frame, PortId(port)),
            Report::Held { at_ns, port } => (at_ns, Class::Held, PortId(port)),
            Report::Reset { by_pin: true, .. } => return,
            Report::Reset { at_ns, .. } if at_ns < self.off_ns(node) => {
                return self.power(node, at_ns, Power::FirmwareReset);
            }
            Report::Reset { .. } => return,
        };
        let off_ns = self.off_ns(node);
        if at_ns >= off_ns && class == Class::Held {
            return;
        }
        let seq = self.counts[node][class as usize];
        self.counts[node][class as usize] += 1;
        if at_ns >= off_ns {
            return;
        }
        let place = self.model.system.links.iter().position(|link| link.ends.contains(&(source, port)));
        let link = place.map_or(LinkId::NONE, |place| LinkId(place as u16));
        let event = |at_ns, class, body| Event {
            key: Key { at: Instant::from_ns(at_ns), class, link, source, seq },
            body,
        };
        let Report::Sent { byte, .. } = report else {
            return self.events.push(event(at_ns, class, Body::Held { port }));
        };
        let Some(place) = place else {
            let body = Body::Uart { port, byte, ends: Instant::from_ns(at_ns), to: None };
            self.events.push(event(at_ns, class, body));
            return self.type_on((node as u16, port.0), Some((at_ns, byte)));
        };
        let (starts_ns, ends_ns, arrives_ns) = self.wire(place, (source, port), at_ns);
        if ends_ns > off_ns {
            return self.events.push(event(off_ns, Class::Lost, Body::Lost { node: source, port, byte }));
        }
        let spec = &self.model.system.links[place];
        let [one, other] = match (&spec.spec, &spec.ends[..]) {
            (Spec::Uart(_), [one, other]) => [*one, *other],
            _ => {
                let arrives = Instant::from_ns(arrives_ns);
                let body = Body::OnBus { port, byte, arrives, heard: 0, garbled: false };
                self.events.push(event(starts_ns, class, body));
                return self.drive(place, (source, port), [starts_ns, ends_ns, arrives_ns], seq, byte);
            }
        };
        let to = if one == (source, port) { other } else { one };
        let lost = self.is_off(usize::from(to.0.0), arrives_ns);
        if lost {
            self.events.push(event(arrives_ns, Class::Lost, Body::Lost { node: to.0, port: to.1, byte }));
        } else {
            let (link, source, node, port) = (link.0, source.0, to.0.0, to.1.0);
            let flying = Flying { at_ns: arrives_ns, link, source, seq, end: 0, node, port, byte };
            self.flying.insert(flying);
            self.delivered.insert(flying);
        }
        let to = Some(Arrival { node: to.0, port: to.1, at: Instant::from_ns(arrives_ns), lost });
        let body = Body::Uart { port, byte, ends: Instant::from_ns(ends_ns), to };
        self.events.push(event(starts_ns, class, body));
    }

    /// A byte, whose event is the last one, is on a bus.
    fn drive(
        &mut self,
        place: usize,
        by: (NodeId, PortId),
        [starts_ns, ends_ns, arrives_ns]: [u64; 3],
        seq: u64,
        byte: u8,
    ) {
        let others = self.model.system.links[place].ends.iter().enumerate().filter(|(_, end)| **end != by);
        let others = others.filter(|(_, (node, _))| !self.is_off(usize::from(node.0), arrives_ns));
        let (link, source) = (place as u16, by.0.0);
        let flying = |(end, (node, port)): (usize, &(NodeId, PortId))| Flying {
            at_ns: arrives_ns,
            link,
            source,
            seq,
            end,
            node: node.0,
            port: port.0,
            byte,
        };
        let flying: Vec<Flying> = others.map(flying).collect();
        if let Some(Body::OnBus { heard, .. }) = self.events.last_mut().map(|event| &mut event.body) {
            *heard = flying.iter().map(|flying| 1 << flying.end).sum();
        }
        self.flying.extend(&flying);
        self.delivered.extend(&flying);
        let known = self.driven.entry(link).or_default();
        known.push(Driven { by, starts_ns, ends_ns, event: self.events.len() - 1, flying });
        let overlaps = |one: &Driven| one.by != by && one.starts_ns < ends_ns && starts_ns < one.ends_ns;
        let spoilt = known.iter().any(overlaps);
        let last = known.len() - 1;
        for (_, one) in known.iter().enumerate().filter(|(at, one)| spoilt && (overlaps(one) || *at == last))
        {
            if let Body::OnBus { heard, garbled, .. } = &mut self.events[one.event].body {
                (*heard, *garbled) = (0, true);
            }
            for flying in &one.flying {
                self.flying.remove(flying);
                self.delivered.remove(flying);
            }
        }
    }

    /// The typist of a port goes on, as far as it can after it heard something.
    fn type_on(&mut self, (node, port): (u16, u16), heard: Option<(u64, u8)>) {
        let Some(mut typist) = self.typists.remove(&(node, port)) else { return };
        let mut heard = heard.filter(|(at_ns, _)| *at_ns >= typist.free_ns);
        if let Some((_, byte)) = heard {
            typist.heard.push(byte);
        }
        while let Some(input) = typist.inputs.last() {
            let start_ns = match (&input.when, heard.take()) {
                (When::At(at), _) => at.as_ns(),
                (When::Seen { text, wait }, Some((at_ns, _))) if typist.heard.ends_with(text) => {
                    at_ns + wait.as_ns()
                }
                (When::Seen { .. }, _) => break,
            };
            let (start_ns, baud) = (start_ns.max(typist.free_ns), u128::from(input.uart.baud()));
            let bit_units = u128::from(input.uart.framing().frame_bits()) * 1_000_000_000;
            typist.free_ns = start_ns;
            for (count, byte) in (1..).zip(&input.bytes) {
                let ends = (u128::from(start_ns) * baud + bit_units * count).div_ceil(baud);
                typist.free_ns = ends as u64 + input.uart.delay().as_ns();
                let seq = (1 << 63) + (u64::from(node) << 47) + (u64::from(port) << 31) + typist.typed;
                if typist.free_ns < self.model.system.duration.as_ns() {
                    self.inject(seq, typist.free_ns, node, port, *byte);
                }
                typist.typed += 1;
            }
            typist.heard.clear();
            typist.inputs.pop();
        }
        self.typists.insert((node, port), typist);
    }

    /// When a byte handed over at `at_ns` starts, ends and arrives.
    fn wire(&mut self, place: usize, from: (NodeId, PortId), at_ns: u64) -> (u64, u64, u64) {
        let (Spec::Uart(uart) | Spec::UartBus(uart)) = self.model.system.links[place].spec else {
            unreachable!("no such links here")
        };
        let baud = u128::from(uart.baud());
        let free = self.free.entry(from).or_insert(0);
        let starts = (u128::from(at_ns) * baud).max(*free);
        *free = starts + u128::from(uart.framing().frame_bits()) * 1_000_000_000;
        let ends_ns = free.div_ceil(baud) as u64;
        (starts.div_ceil(baud) as u64, ends_ns, ends_ns + uart.delay().as_ns())
    }
}
