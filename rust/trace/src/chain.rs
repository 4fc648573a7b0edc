// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A hash of all that one node sent and received, byte for byte and to the nanosecond.
//!
//! The entries of a trace tell a line of output by the times of its first and last byte. The chain covers the bytes
//! between them, so that no change of timing, however small, goes unseen.
//!
//! **Invariant:** a chain depends only on the order of the node's own events. Bytes are absorbed as the node lived
//! them: one on its way to it waits until an event at or after its arrival, or the end.

use crate::footer::{NodeFoot, NodeState};
use sim::{Key, PortId, Power};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use vtime::Instant;

/// The chain of one node, with its counts.
#[derive(Debug, Default)]
pub(crate) struct Chain {
    hasher: blake3::Hasher,
    sent: u64,
    received: u64,
    /// Bytes on their way to this node: the first to arrive on top, ties in the order of their events.
    arriving: BinaryHeap<Reverse<(Instant, Key, PortId, u8)>>,
}

impl Chain {
    /// The node sends `byte` on `port`, from `at` to `ends`.
    pub(crate) fn send(&mut self, at: Instant, ends: Instant, port: PortId, byte: u8) {
        self.arrive(|due| due <= at);
        self.sent += 1;
        self.absorb(b's', at, ends, port, byte);
    }

    /// This became of a frame that the node handed over.
    pub(crate) fn frame(&mut self, (at, ends): (Instant, Instant), port: PortId, what: u8, bytes: &[u8]) {
        self.arrive(|due| due <= at);
        self.sent += u64::from(what == 0);
        self.absorb(b'f', at, ends, port, what);
        self.hasher.update(&u64::to_le_bytes(bytes.len() as u64)).update(bytes);
    }

    /// A byte that `key` tells of is on its way to `port` of this node, where it arrives at `at`.
    pub(crate) fn expect(&mut self, key: Key, at: Instant, port: PortId, byte: u8) {
        self.arrive(|due| due <= key.at);
        self.arriving.push(Reverse((at, key, port, byte)));
    }

    /// `port` of the node was full at `at`.
    pub(crate) fn held(&mut self, at: Instant, port: PortId) {
        self.arrive(|due| due <= at);
        self.absorb(b'h', at, at, port, 0);
    }

    /// This happened to the node as a whole at `at`. What it knew is in no way on its way any more: the chain goes on.
    pub(crate) fn power(&mut self, at: Instant, power: Power) {
        self.arrive(|due| due < at);
        let number = match power {
            Power::Off => 0,
            Power::On => 1,
            Power::PinReset => 2,
            Power::FirmwareReset => 3,
            // The code stands where others have a time.
            Power::Ended(code) => return self.absorb(b'e', at, Instant::from_ns(code.into()), PortId(0), 0),
        };
        self.absorb(b'p', at, at, PortId(0), number);
    }

    /// A byte at `port` is lost at `at`, because the node is off.
    pub(crate) fn lost(&mut self, at: Instant, port: PortId, byte: u8) {
        self.arrive(|due| due < at);
        self.absorb(b'l', at, at, port, byte);
    }

    /// The run ends at `end`: what has not arrived before it was not received.
    pub(crate) fn finish(
        mut self,
        end: Instant,
        name: String,
        insns: u64,
        state: Option<NodeState>,
    ) -> NodeFoot {
        self.arrive(|due| due < end);
        let mut chain = [0; 16];
        chain.copy_from_slice(&self.hasher.finalize().as_bytes()[..16]);
        let chain = u128::from_be_bytes(chain);
        NodeFoot { name, insns, sent: self.sent, received: self.received, chain, state }
    }

    fn arrive(&mut self, due: impl Fn(Instant) -> bool) {
        while let Some(&Reverse((at, _, port, byte))) = self.arriving.peek() {
            if !due(at) {
                break;
            }
            self.arriving.pop();
            self.received += 1;
            self.absorb(b'r', at, at, port, byte);
        }
    }

    /// One record of fixed length, so that no two sequences of records are the same bytes.
    fn absorb(&mut self, tag: u8, at: Instant, ends: Instant, port: PortId, byte: u8) {
        let mut record = [0; 20];
        record[0] = tag;
        record[1] = byte;
        record[2..4].copy_from_slice(&port.0.to_le_bytes());
        record[4..12].copy_from_slice(&at.as_ns().to_le_bytes());
        record[12..20].copy_from_slice(&ends.as_ns().to_le_bytes());
        self.hasher.update(&record);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::{Class, LinkId, NodeId};

    fn foot(end_ns: u64, arrivals_ns: &[u64]) -> NodeFoot {
        let mut chain = Chain::default();
        for (seq, &at) in arrivals_ns.iter().enumerate() {
            let at_key = Instant::from_ns(0);
            let key =
                Key { at: at_key, class: Class::Frame, link: LinkId(0), source: NodeId(1), seq: seq as u64 };
            chain.expect(key, Instant::from_ns(at), PortId(0), b'x');
        }
        chain.finish(Instant::from_ns(end_ns), "a".into(), 0, None)
    }

    #[test]
    fn counts_only_what_arrived_before_the_end() {
        assert_eq!(foot(100, &[50, 99]).received, 2);
        assert_eq!(foot(100, &[50, 100]).received, 1);
        assert_eq!(foot(100, &[50, 100]).chain, foot(100, &[50]).chain);
    }

    #[test]
    fn covers_each_time_and_not_the_order_of_telling() {
        assert_ne!(foot(100, &[50, 60]).chain, foot(100, &[50, 61]).chain);
        assert_eq!(foot(100, &[60, 50]).chain, foot(100, &[50, 60]).chain);
    }
}
