// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A capture of what is told out of order: an event tells of a packet's start and of its arrivals at once.
//!
//! **Invariant:** the order of the file depends on the packets alone: time, direction, interface, and the order in which
//! one interface was told of those of one direction. How often it is settled does not show.
//! **Limits:** what waits in memory is what may still be preceded: what was told since the last call of
//! [`Collector::settle`], what is on its way, and what happens while a line of a UART is open.

use crate::bursts::{Bursts, Byte, Lane};
use crate::{Capture, CaptureError, Direction};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io::Write;
use vtime::Instant;

/// A capture that sorts.
#[derive(Debug)]
pub struct Collector<W: Write> {
    capture: Capture<W>,
    interfaces: usize,
    bursts: Bursts,
    waiting: Waiting,
}

/// Packets that are whole, and wait for their turn.
#[derive(Debug, Default)]
struct Waiting {
    heap: BinaryHeap<Reverse<Packet>>,
    /// How many there were.
    told: u64,
    /// Memory of packets that are written, for those to come.
    spare: Vec<Vec<u8>>,
}

/// A packet. The order is that of the fields; no two are the how manieth.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Packet {
    at: Instant,
    direction: Direction,
    interface: u32,
    told: u64,
    bytes: Vec<u8>,
    remark: &'static str,
}

impl<W: Write> Collector<W> {
    /// Writes to `capture`, which was made with so many interfaces.
    pub fn new(capture: Capture<W>) -> Collector<W> {
        let interfaces = capture.interfaces();
        Collector { capture, interfaces, bursts: Bursts::new(interfaces), waiting: Waiting::default() }
    }

    /// A packet at a port: sent, when it starts; received, when all of it is there. The remark on it may be empty.
    pub fn frame(
        &mut self,
        interface: u32,
        at: Instant,
        direction: Direction,
        bytes: &[u8],
        remark: &'static str,
    ) -> Result<(), CaptureError> {
        self.check(interface)?;
        self.waiting.push(interface, at, direction, bytes, remark);
        Ok(())
    }

    /// A byte on the wire of a port, from `starts` to `ends`. Those of one interface and lane come in their order; they
    /// become packets, each as long as a line of the trace would be.
    pub fn byte(
        &mut self,
        interface: u32,
        lane: Lane,
        starts: Instant,
        ends: Instant,
        byte: u8,
    ) -> Result<(), CaptureError> {
        self.check(interface)?;
        let Collector { bursts, waiting, .. } = self;
        let byte = Byte { interface, lane, starts, ends, byte };
        bursts.push(&byte, &mut |interface, at, direction, bytes, remark| {
            waiting.push(interface, at, direction, bytes, remark);
        });
        Ok(())
    }

    /// Nothing that is told from now on starts, or is there, before `before`: writes what is settled by that.
    pub fn settle(&mut self, before: Instant) -> Result<(), CaptureError> {
        let Collector { capture, bursts, waiting, .. } = self;
        bursts.close_silent(before, &mut |interface, at, direction, bytes, remark| {
            waiting.push(interface, at, direction, bytes, remark);
        });
        waiting.write(Some(before.min(bursts.earliest())), capture)
    }

    /// Writes what waits, and ends the capture. Only this says that all of it was written.
    pub fn finish(mut self) -> Result<W, CaptureError> {
        let Collector { capture, bursts, waiting, .. } = &mut self;
        bursts.close_all(&mut |interface, at, direction, bytes, remark| {
            waiting.push(interface, at, direction, bytes, remark);
        });
        waiting.write(None, capture)?;
        self.capture.finish()
    }

    fn check(&self, interface: u32) -> Result<(), CaptureError> {
        if interface as usize >= self.interfaces {
            return Err(CaptureError::Interface { interface, interfaces: self.interfaces });
        }
        Ok(())
    }
}

impl Waiting {
    fn push(
        &mut self,
        interface: u32,
        at: Instant,
        direction: Direction,
        packet: &[u8],
        remark: &'static str,
    ) {
        let mut bytes = self.spare.pop().unwrap_or_default();
        bytes.extend(packet);
        self.heap.push(Reverse(Packet { at, direction, interface, told: self.told, bytes, remark }));
        self.told += 1;
    }

    /// Writes those before `before`; all, without one.
    fn write<W: Write>(
        &mut self,
        before: Option<Instant>,
        capture: &mut Capture<W>,
    ) -> Result<(), CaptureError> {
        while let Some(Reverse(next)) = self.heap.peek() {
            if before.is_some_and(|before| next.at >= before) {
                break;
            }
            let Some(Reverse(Packet { at, direction, interface, mut bytes, remark, .. })) = self.heap.pop()
            else {
                break;
            };
            capture.frame(interface, at, direction, &bytes, remark)?;
            bytes.clear();
            self.spare.push(bytes);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
