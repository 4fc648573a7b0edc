// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Who types at a console: bytes that arrive at fixed times, or after the port has sent some text.
//!
//! **Invariant:** what is typed is a function of what the port has sent, and when. A typist that waits for a text bounds its
//! node as a neighbour would: nothing arrives sooner than its wait and the time of a byte after the text
//! ([`Typist::first_answer`]).

use crate::core::place;
use crate::tail::Tail;
use crate::{Arrival, Body, Class, Core, Error, Event, InjectError, Key, LinkId, NodeId, PortId};
use link::{Uart, Wire};
use std::collections::VecDeque;
use vtime::{Instant, Span};

/// Something to type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// When the first start bit begins; not before what stands above it is typed.
    pub when: When,
    /// What is typed; not empty, or the time of its first byte would be no lookahead.
    pub bytes: Vec<u8>,
    /// How long each byte takes.
    pub uart: Uart,
}

/// When somebody begins to type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// At this time.
    At(Instant),
    /// So long after the port has sent this text, since what stands above was typed.
    Seen {
        /// The text; it is not empty.
        text: Vec<u8>,
        /// How long after it.
        wait: Span,
    },
}

/// Who types at one port.
#[derive(Debug)]
pub(crate) struct Typist {
    inputs: VecDeque<Input>,
    /// What it typed last was there then: what the port sent before does not count.
    free: Instant,
    /// When the text of the first input was there.
    seen: Option<Instant>,
    /// What the port has sent since.
    tail: Tail,
    /// How many bytes it typed.
    typed: u64,
}

/// Something that was never typed, because the port did not send what it waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Untyped {
    /// The node.
    pub node: NodeId,
    /// Its port.
    pub port: PortId,
    /// How many of this port's inputs were not typed, this one among them.
    pub left: usize,
    /// What it waits for.
    pub text: Vec<u8>,
}

impl Typist {
    fn new(inputs: Vec<Input>) -> Typist {
        let (free, tail) = (Instant::START, Tail::default());
        Typist { inputs: inputs.into(), free, seen: None, tail, typed: 0 }
    }

    /// When a byte can arrive, at the soonest, that is typed because of what the port sends from `floor` on; `None` if none can.
    /// It never comes sooner later on: what a new input waits for does not count before the last one is typed.
    pub(crate) fn first_answer(&self, floor: Instant) -> Option<Instant> {
        match self.inputs.front() {
            Some(Input { when: When::Seen { wait, .. }, uart, .. }) => {
                Some(floor.max(self.free) + *wait + uart.lookahead())
            }
            _ => None,
        }
    }

    /// The port sends `byte` at `at`; true when there is something to type now.
    fn hear(&mut self, at: Instant, byte: u8) -> bool {
        let Some(Input { when: When::Seen { text, .. }, .. }) = self.inputs.front() else { return false };
        let is_there = at >= self.free && self.tail.hear(byte, text);
        if is_there {
            self.seen = Some(at);
        }
        is_there
    }

    /// What is to be typed next, and from when, if that is known.
    fn next(&mut self) -> Option<(Input, Instant)> {
        let start = match self.inputs.front()?.when {
            When::At(at) => at,
            When::Seen { wait, .. } => self.seen.take()? + wait,
        };
        self.inputs.pop_front().map(|input| (input, start.max(self.free)))
    }
}

impl Core {
    /// Somebody types at `port` of `node`, which no link joins: `inputs`, one after the other. Once for a port, before the
    /// first grant and after [`Core::plan`].
    pub fn set_typist(&mut self, node: NodeId, port: PortId, inputs: Vec<Input>) -> Result<(), InjectError> {
        self.known_port(node, port)?;
        self.nodes[place(node)].ports[usize::from(port.0)].typist = Some(Typist::new(inputs));
        // No node was granted anything: nothing can be late.
        let _ = self.type_on(node, port, Instant::START);
        Ok(())
    }

    /// Up to when the wire of who types at a port is busy; `None` while something is left to type whose time nobody knows yet.
    pub fn typed_by(&self, node: NodeId, port: PortId) -> Option<Instant> {
        let typist = self.nodes[place(node)].ports[usize::from(port.0)].typist.as_ref();
        typist.map_or(Some(Instant::START), |typist| typist.inputs.is_empty().then_some(typist.free))
    }

    /// Somebody types at a port at the ceiling, when all nodes stand there: behind all that is typed already, exactly as an input for
    /// this time that [`Core::set_typist`] had been given. So who writes it down can have the same run again.
    pub fn type_now(&mut self, node: NodeId, port: PortId, bytes: Vec<u8>, uart: Uart) -> Result<(), Error> {
        let now = self.ceiling;
        let typist = &mut self.nodes[place(node)].ports[usize::from(port.0)].typist;
        let typist = typist.get_or_insert_with(|| Typist::new(Vec::new()));
        typist.inputs.push_back(Input { when: When::At(now), bytes, uart });
        self.type_on(node, port, now)
    }

    /// What is left to type, for each port where something is.
    pub fn untyped(&self) -> impl Iterator<Item = Untyped> {
        self.ids().zip(&self.nodes).flat_map(|(id, node)| {
            (0..).map(PortId).zip(&node.ports).filter_map(move |(port, known)| {
                let typist = known.typist.as_ref()?;
                match typist.inputs.front() {
                    Some(Input { when: When::Seen { text, .. }, .. }) => {
                        Some(Untyped { node: id, port, left: typist.inputs.len(), text: text.clone() })
                    }
                    _ => None,
                }
            })
        })
    }

    /// A port that no link joins has sent a byte.
    pub(crate) fn overhear(
        &mut self,
        node: NodeId,
        port: PortId,
        at: Instant,
        byte: u8,
    ) -> Result<(), Error> {
        self.cue(node, port, at, byte);
        let typist = &mut self.nodes[place(node)].ports[usize::from(port.0)].typist;
        if typist.as_mut().is_some_and(|typist| typist.hear(at, byte)) {
            self.type_on(node, port, at)?;
        }
        Ok(())
    }

    /// Types all whose time is known, because of what the port sent at `sent`.
    fn type_on(&mut self, node: NodeId, port: PortId, sent: Instant) -> Result<(), Error> {
        let granted = self.nodes[place(node)].may_reach();
        while let Some(typist) = &mut self.nodes[place(node)].ports[usize::from(port.0)].typist {
            let Some((input, start)) = typist.next() else { break };
            let first = typist.typed;
            let mut wire = Wire::new(input.uart);
            typist.typed += input.bytes.len() as u64;
            let mut last = start;
            for (count, byte) in (first..).zip(&input.bytes) {
                last = wire.send(start).arrives;
                if last < granted {
                    let name = self.nodes[place(node)].name.clone();
                    return Err(Error::LateFrame { from: name.clone(), sent, to: name, at: last, granted });
                }
                // Its own numbers for each port, so that they do not depend on which node is heard first.
                let seq = 1 << 63 | u64::from(node.0) << 47 | u64::from(port.0) << 31 | count;
                self.arrive_from_outside(node, port, last, seq, *byte);
            }
            if let Some(typist) = &mut self.nodes[place(node)].ports[usize::from(port.0)].typist {
                typist.free = last;
            }
        }
        Ok(())
    }

    /// A byte from outside arrives; it is an event of its own, if it is before the end.
    pub(crate) fn arrive_from_outside(
        &mut self,
        node: NodeId,
        port: PortId,
        at: Instant,
        seq: u64,
        byte: u8,
    ) {
        if at >= self.end {
            return;
        }
        let key = Key { at, class: Class::Frame, link: LinkId::NONE, source: NodeId::CONTROL, seq };
        let lost = self.nodes[place(node)].stage.is_dark(at);
        self.events.push(Event { key, body: Body::Injected { to: Arrival { node, port, at, lost }, byte } });
        if lost {
            let key = Key { class: Class::Lost, ..key };
            self.events.push(Event { key, body: Body::Lost { node, port, byte } });
        } else {
            self.nodes[place(node)].ports[usize::from(port.0)].injected.insert((at, seq), byte);
            self.floors.outdate();
        }
    }
}
