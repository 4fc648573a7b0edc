// SPDX-License-Identifier: GPL-2.0-or-later
//! Frames on their way to this node, in the order in which the host put them.

use std::collections::VecDeque;
use vtime::Instant;

/// A queue that keeps its memory: no allocation per frame once it has grown.
#[derive(Debug, Default)]
pub(crate) struct Arrivals {
    frames: VecDeque<(Instant, u16, usize)>,
    bytes: VecDeque<u8>,
    received: u64,
}

impl Arrivals {
    /// Adds a frame; the host sends them in order of arrival.
    pub(crate) fn push(&mut self, at: Instant, port: u16, bytes: &[u8]) {
        self.frames.push_back((at, port, bytes.len()));
        self.bytes.extend(bytes);
        self.received += 1;
    }

    /// How many were ever added.
    pub(crate) fn received(&self) -> u64 {
        self.received
    }

    /// When the next one is due.
    pub(crate) fn first(&self) -> Option<Instant> {
        self.frames.front().map(|(at, _, _)| *at)
    }

    /// Takes the next frame that is due at `now` out, into `bytes`; its port.
    pub(crate) fn pop_due(&mut self, now: Instant, bytes: &mut Vec<u8>) -> Option<u16> {
        let (_, port, len) = self.frames.pop_front_if(|(at, _, _)| *at <= now)?;
        bytes.clear();
        bytes.extend(self.bytes.drain(..len));
        Some(port)
    }
}
