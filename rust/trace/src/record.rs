// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Writing the trace of a run while it runs.
//!
//! **Invariant:** entries are written in the order of their first event, as soon as no entry can come before them.
//! **Limits:** what waits in memory is what happens while one line stays open: at most 256 bytes and silences of 2 ms
//! between them. A byte needs no new memory.

use crate::Mode;
use crate::chain::Chain;
use crate::entry::{self, FRAME_WORDS};
use crate::footer::{Footer, NodeFoot, RunEnd, Summary, TraceHash};
use crate::header::Header;
use crate::lines::{Byte, GatheredLine, OpenLines};
use crate::observer::{Line, LineObserver};
use crate::ports::Ports;
use crate::ready::{Frame, Ready, What};
use crate::record_error::{RecordError, describe};
use sim::{Arrival, Body, Event, NodeId, PortId};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fmt::Write as _;
use std::io::{BufWriter, Write};
use vtime::Instant;

/// Writes a trace.
#[derive(Debug)]
pub struct Recorder<W: Write, O> {
    out: BufWriter<W>,
    hasher: blake3::Hasher,
    mode: Mode,
    nodes: Vec<String>,
    ports: Ports,
    chains: Vec<Chain>,
    open: OpenLines,
    /// Lines that are lost, and lines that others garbled.
    lost: OpenLines,
    garbled: OpenLines,
    /// Lines that were just closed; empty between calls, here to keep its memory.
    closed: Vec<GatheredLine>,
    /// Entries that wait for an open line that started before them.
    ready: BinaryHeap<Reverse<Ready>>,
    last: Option<Event>,
    promised: Instant,
    entries: u64,
    observer: O,
    text: String,
    /// Memory of frames that are written, for those to come.
    spare: Vec<String>,
}

impl<W: Write, O: LineObserver> Recorder<W, O> {
    /// Starts a trace on `out` (buffered here). `ports[n]` names the ports of node `n`, in the order of their ids.
    pub fn new(out: W, header: &Header, ports: &[Vec<String>], observer: O) -> Result<Self, RecordError> {
        header.check()?;
        same_length("ports", header.nodes.len(), ports.len())?;
        let ports = Ports::new(header, ports)?;
        let mut recorder = Recorder {
            out: BufWriter::with_capacity(1 << 16, out),
            hasher: blake3::Hasher::new(),
            mode: header.mode,
            nodes: header.nodes.iter().map(|node| node.name.clone()).collect(),
            chains: header.nodes.iter().map(|_| Chain::default()).collect(),
            open: OpenLines::new(ports.senders()),
            lost: OpenLines::new(ports.senders()),
            garbled: OpenLines::new(ports.senders()),
            ports,
            closed: Vec::new(),
            ready: BinaryHeap::new(),
            last: None,
            promised: Instant::START,
            entries: 0,
            observer,
            text: String::new(),
            spare: Vec::new(),
        };
        for line in header.lines() {
            recorder.put(&line, true)?;
        }
        for by in &header.made_by {
            recorder.put(&by.line(), false)?;
        }
        recorder.put("---", true)?;
        Ok(recorder)
    }

    /// Records an event, and the bytes of the frame if it tells of one. They must come in their order.
    pub fn event(&mut self, event: &Event, bytes: &[u8]) -> Result<(), RecordError> {
        let key = event.key;
        if let Some(last) = self.last.filter(|last| last.key >= key) {
            return Err(RecordError::Order { before: self.describe(&last), after: self.describe(event) });
        }
        if key.at < self.promised {
            return Err(RecordError::Early { promised: self.promised, event: self.describe(event) });
        }
        self.close_silent(key.at);
        match event.body {
            Body::Uart { port, byte, ends, to } => self.byte(event, port, byte, ends, to)?,
            Body::OnBus { port, byte, arrives, heard, garbled } => {
                self.on_bus(event, (port, byte), arrives, heard, garbled)?;
            }
            Body::Frame { port, medium, what, ends, to, .. } => {
                self.frame(event, (port, medium, what), ends, to, bytes)?;
            }
            Body::Injected { to, byte } => self.injected(event, to, byte)?,
            Body::Held { port } => {
                let place = self.place(event, key.source, port)?;
                self.chains[usize::from(key.source.0)].held(key.at, port);
                self.ready.push(Reverse(Ready { key, place, what: What::Held }));
            }
            Body::Power(power) => {
                let place = usize::from(key.source.0);
                let Some(chain) = self.chains.get_mut(place) else {
                    return Err(RecordError::Port { event: self.describe(event) });
                };
                chain.power(key.at, power);
                self.ready.push(Reverse(Ready { key, place, what: What::Power(power) }));
            }
            Body::Lost { node, port, byte } => {
                let place = self.place(event, node, port)?;
                self.chains[usize::from(node.0)].lost(key.at, port, byte);
                let byte = Byte { key, port, byte, ends: key.at, arrives: key.at, to: None };
                self.closed.extend(self.lost.push(place, &byte));
                self.tell_failed(What::Lost);
            }
        }
        self.last = Some(*event);
        self.observer.event(event, bytes);
        self.write_ready()
    }

    /// No event comes before `to` any more: what is settled by that is written.
    pub fn advance(&mut self, to: Instant) -> Result<(), RecordError> {
        self.promised = self.promised.max(to);
        self.close_silent(to);
        self.observer.settled(self.promised);
        self.write_ready()
    }

    /// The observer that was given to [`Recorder::new`].
    pub fn observer(&mut self) -> &mut O {
        &mut self.observer
    }

    /// Ends the trace. Only what this returns says that all of it was written.
    pub fn finish(mut self, end: &RunEnd) -> Result<(Summary, O), RecordError> {
        same_length("instruction counts", self.nodes.len(), end.insns.len())?;
        same_length("states", self.nodes.len(), end.states.len())?;
        if let Some(last) = self.last.filter(|last| last.key.at >= end.at) {
            return Err(RecordError::AfterEnd { end: end.at, event: self.describe(&last) });
        }
        self.close_all();
        self.write_ready()?;
        let chains = std::mem::take(&mut self.chains).into_iter();
        let names = std::mem::take(&mut self.nodes).into_iter();
        let nodes: Vec<NodeFoot> = chains
            .zip(names)
            .zip(end.insns.iter().zip(&end.states))
            .map(|((chain, name), (insns, state))| chain.finish(end.at, name, *insns, *state))
            .collect();
        let footer = Footer { nodes, events: self.entries, end: end.at };
        self.put("---", true)?;
        for line in footer.lines() {
            self.put(&line, true)?;
        }
        if let Some(mode) = self.mode.line() {
            self.put(&mode, true)?;
        }
        let hash = TraceHash(self.hasher.finalize());
        self.put(&format!("hash {hash}"), false)?;
        for line in footer.state_lines(hash) {
            self.put(&line, false)?;
        }
        self.out.flush().map_err(|source| RecordError::Write { entries: self.entries, source })?;
        Ok((Summary { hash, footer }, self.observer))
    }

    /// Ends the recording of a run that broke off: the observer is told the open lines, and what could be written of the
    /// trace stays without a foot, so that nobody takes it for a whole one.
    pub fn break_off(mut self) -> O {
        self.close_all();
        // The run has failed already: that its trace is not whole is no news.
        let _ = self.write_ready().map(|()| self.out.flush());
        self.observer
    }

    /// Records `byte`, of which `event` tells.
    fn byte(
        &mut self,
        event: &Event,
        port: PortId,
        byte: u8,
        ends: Instant,
        to: Option<Arrival>,
    ) -> Result<(), RecordError> {
        let key = event.key;
        let place = self.place(event, key.source, port)?;
        let arrives = to.map_or(ends, |to| to.at);
        let receiver = to.map(|to| self.place(event, to.node, to.port)).transpose()?;
        if ends < key.at || arrives < ends {
            return Err(RecordError::Times { event: self.describe(event) });
        }
        if self.open.at(place).is_some_and(|line| line.to != receiver) {
            return Err(RecordError::Receiver { event: self.describe(event) });
        }
        self.chains[usize::from(key.source.0)].send(key.at, ends, port, byte);
        if let Some(to) = to.filter(|to| !to.lost) {
            self.chains[usize::from(to.node.0)].expect(key, to.at, to.port, byte);
        }
        let byte = Byte { key, port, byte, ends, arrives, to: receiver };
        self.closed.extend(self.open.push(place, &byte));
        self.tell_closed();
        Ok(())
    }

    /// Records a byte on a link that its ends share, of which `event` tells.
    fn on_bus(
        &mut self,
        event: &Event,
        (port, byte): (PortId, u8),
        arrives: Instant,
        heard: u64,
        garbled: bool,
    ) -> Result<(), RecordError> {
        let key = event.key;
        let place = self.place(event, key.source, port)?;
        let link = self
            .ports
            .link(key.link)
            .filter(|(_, ends)| heard.checked_shr(ends.len() as u32).unwrap_or(0) == 0);
        let (to, ends) = link.ok_or_else(|| RecordError::Port { event: self.describe(event) })?;
        if arrives < key.at {
            return Err(RecordError::Times { event: self.describe(event) });
        }
        self.chains[usize::from(key.source.0)].send(key.at, arrives, port, byte);
        let hearing = ends.iter().enumerate().filter(|(end, _)| heard >> end & 1 != 0);
        for (node, port) in hearing.filter_map(|(_, place)| self.ports.ids(*place)) {
            self.chains[usize::from(node.0)].expect(key, arrives, port, byte);
        }
        let to = (!garbled).then_some(to);
        let byte = Byte { key, port, byte, ends: arrives, arrives, to };
        if garbled {
            self.closed.extend(self.garbled.push(place, &byte));
            self.tell_failed(What::Garbled);
        } else {
            self.closed.extend(self.open.push(place, &byte));
            self.tell_closed();
        }
        Ok(())
    }

    /// Records what a link tells of a frame.
    fn frame(
        &mut self,
        event: &Event,
        (port, medium, what): (PortId, link::Medium, link::What),
        ends: Instant,
        to: Option<Arrival>,
        bytes: &[u8],
    ) -> Result<(), RecordError> {
        let key = event.key;
        let link = self.ports.link(key.link).map(|(place, _)| place);
        let link = link.ok_or_else(|| RecordError::Port { event: self.describe(event) })?;
        // What a scripted fault or a host does is the link's doing.
        let of_node = key.source != NodeId::CONTROL;
        let place = match port {
            _ if of_node => self.place(event, key.source, port)?,
            PortId::INPUT => self.ports.outside(0),
            _ => link,
        };
        let receiver = to.map(|to| self.place(event, to.node, to.port)).transpose()?;
        if ends < key.at {
            return Err(RecordError::Times { event: self.describe(event) });
        }
        let (to, word) = match what {
            link::What::Sent => (Some(receiver.unwrap_or(link)), entry::SENT),
            link::What::Lost => (None, FRAME_WORDS[0]),
            link::What::Failed => (None, FRAME_WORDS[1]),
            link::What::Struck { .. } => (None, FRAME_WORDS[2]),
        };
        if of_node {
            self.chains[usize::from(key.source.0)].frame((key.at, ends), port, frame_code(what), bytes);
        }
        let mut text = self.spare.pop().unwrap_or_default();
        if let link::What::Struck { fault } = what {
            // Writing to a String cannot fail.
            let _ = write!(text, "fault {}: ", fault + 1);
        }
        medium.show(bytes, &mut text);
        let frame = Frame { to, word, lasts: ends.since(key.at), text };
        self.ready.push(Reverse(Ready { key, place, what: What::Frame(frame) }));
        Ok(())
    }

    /// Records a byte from outside, of which `event` tells. It takes no time.
    fn injected(&mut self, event: &Event, to: Arrival, byte: u8) -> Result<(), RecordError> {
        let (key, Arrival { node, port, at, lost }) = (event.key, to);
        let receiver = self.place(event, node, port)?;
        if at != key.at {
            return Err(RecordError::Times { event: self.describe(event) });
        }
        if !lost {
            self.chains[usize::from(node.0)].expect(key, at, port, byte);
        }
        let byte = Byte { key, port, byte, ends: at, arrives: at, to: Some(receiver) };
        self.closed.extend(self.open.push(self.ports.outside(receiver), &byte));
        self.tell_closed();
        Ok(())
    }

    fn close_silent(&mut self, now: Instant) {
        self.lost.close_silent(now, &mut self.closed);
        self.tell_failed(What::Lost);
        self.garbled.close_silent(now, &mut self.closed);
        self.tell_failed(What::Garbled);
        self.open.close_silent(now, &mut self.closed);
        self.tell_closed();
    }

    fn close_all(&mut self) {
        self.lost.close_all(&mut self.closed);
        self.tell_failed(What::Lost);
        self.garbled.close_all(&mut self.closed);
        self.tell_failed(What::Garbled);
        self.open.close_all(&mut self.closed);
        self.tell_closed();
    }

    /// Lines that got nowhere are no output: no observer is told of them.
    fn tell_failed(&mut self, how: fn(GatheredLine) -> What) {
        for line in self.closed.drain(..) {
            let (key, place) = (line.first, line.place);
            self.ready.push(Reverse(Ready { key, place, what: how(line) }));
        }
    }

    fn tell_closed(&mut self) {
        for line in self.closed.drain(..) {
            self.observer.line(&Line {
                node: line.first.source,
                port: line.port,
                name: self.ports.name(line.place),
                to: line.to.map(|to| self.ports.name(to)),
                receiver: line.to.and_then(|to| self.ports.ids(to)),
                first: line.first.at,
                ends: line.arrives,
                bytes: &line.bytes,
            });
            let (key, place) = (line.first, line.place);
            self.ready.push(Reverse(Ready { key, place, what: What::Line(line) }));
        }
    }

    /// Writes the entries that no open line precedes. An event to come has a greater key than all of them.
    fn write_ready(&mut self) -> Result<(), RecordError> {
        while let Some(Reverse(ready)) = self.ready.peek() {
            let open = [self.open.first(), self.lost.first(), self.garbled.first()];
            if open.into_iter().flatten().any(|open| open < ready.key) {
                break;
            }
            let Some(Reverse(ready)) = self.ready.pop() else { break };
            let mut text = std::mem::take(&mut self.text);
            text.clear();
            ready.write(&mut text, &self.ports, &self.nodes);
            self.put(&text, true)?;
            self.text = text;
            self.entries += 1;
            match ready.what {
                What::Line(line) => self.open.recycle(line.bytes),
                What::Lost(line) => self.lost.recycle(line.bytes),
                What::Garbled(line) => self.garbled.recycle(line.bytes),
                What::Frame(frame) => {
                    let mut text = frame.text;
                    text.clear();
                    self.spare.push(text);
                }
                What::Held | What::Power(_) => {}
            }
        }
        Ok(())
    }

    fn put(&mut self, line: &str, hashed: bool) -> Result<(), RecordError> {
        if hashed {
            self.hasher.update(line.as_bytes()).update(b"\n");
        }
        let written = self.out.write_all(line.as_bytes()).and_then(|()| self.out.write_all(b"\n"));
        written.map_err(|source| RecordError::Write { entries: self.entries, source })
    }

    fn describe(&self, event: &Event) -> String {
        describe(&self.ports, event)
    }

    fn place(&self, event: &Event, node: NodeId, port: PortId) -> Result<usize, RecordError> {
        self.ports.place(node, port).ok_or_else(|| RecordError::Port { event: self.describe(event) })
    }
}

fn same_length(what: &'static str, expected: usize, found: usize) -> Result<(), RecordError> {
    if expected == found { Ok(()) } else { Err(RecordError::Nodes { what, expected, found }) }
}

/// What became of a frame, as a node's chain has it.
const fn frame_code(what: link::What) -> u8 {
    match what {
        link::What::Sent => 0,
        link::What::Lost => 1,
        link::What::Failed => 2,
        link::What::Struck { .. } => 3,
    }
}

#[cfg(test)]
pub(crate) mod tests;
