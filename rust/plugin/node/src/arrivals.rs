// SPDX-License-Identifier: GPL-2.0-or-later
//! What is on its way to this node, in the order in which the host put it. Times are the node's own.

use std::collections::VecDeque;
use vtime::Instant;

/// A queue that keeps its memory: no allocation per frame once it has grown.
#[derive(Debug, Default)]
pub(crate) struct Arrivals {
    waiting: VecDeque<(Instant, Arrival)>,
    bytes: VecDeque<u8>,
    received: u64,
}

/// What arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// A frame of so many bytes at a port.
    Frame { port: u16, len: usize },
    /// A pull of the reset pin.
    Reset,
}

impl Arrivals {
    /// Adds a frame; the host sends all in order of arrival.
    pub(crate) fn push(&mut self, at: Instant, port: u16, bytes: &[u8]) {
        self.waiting.push_back((at, Arrival::Frame { port, len: bytes.len() }));
        self.bytes.extend(bytes);
        self.received += 1;
    }

    /// Adds a pull of the reset pin.
    pub(crate) fn push_reset(&mut self, at: Instant) {
        self.waiting.push_back((at, Arrival::Reset));
    }

    /// How many frames were ever added.
    pub(crate) fn received(&self) -> u64 {
        self.received
    }

    /// When the next one is due.
    pub(crate) fn first(&self) -> Option<Instant> {
        self.waiting.front().map(|(at, _)| *at)
    }

    /// Takes the next one that is due at `now` out; the bytes of a frame go into `bytes`.
    pub(crate) fn pop_due(&mut self, now: Instant, bytes: &mut Vec<u8>) -> Option<Arrival> {
        let (_, arrival) = self.waiting.pop_front_if(|(at, _)| *at <= now)?;
        bytes.clear();
        if let Arrival::Frame { len, .. } = arrival {
            bytes.extend(self.bytes.drain(..len));
        }
        Some(arrival)
    }
}
