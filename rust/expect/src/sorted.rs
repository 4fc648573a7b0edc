// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What came, in the order in which it was there.
//!
//! A line is told when it is over: at once if it has a line end, else when its port was silent for a while. So a frame can be told before a line
//! that was there sooner. Nothing is ever told later than this while after it was there: candidates wait as long.

use crate::candidate::{Candidate, Order};
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use vtime::{Instant, Span};

#[derive(Debug)]
pub(crate) struct Sorted {
    waiting: BinaryHeap<Reverse<ByOrder>>,
    /// How much later than it was there a line is told, at most.
    slack: Span,
    /// Memory of candidates that were looked at.
    spare: Vec<Vec<u8>>,
}

/// No spare memory beyond what a busy moment needs.
const SPARE_MAX: usize = 1024;

impl Sorted {
    pub(crate) fn new(slack: Span) -> Sorted {
        Sorted { waiting: BinaryHeap::new(), slack, spare: Vec::new() }
    }

    /// `bytes` in memory that was used before.
    pub(crate) fn keep(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut kept = self.spare.pop().unwrap_or_default();
        kept.extend_from_slice(bytes);
        kept
    }

    /// Takes memory back.
    pub(crate) fn recycle(&mut self, mut bytes: Vec<u8>) {
        if self.spare.len() < SPARE_MAX {
            bytes.clear();
            self.spare.push(bytes);
        }
    }

    pub(crate) fn push(&mut self, candidate: Candidate) {
        self.waiting.push(Reverse(ByOrder(candidate)));
    }

    /// The next one, when nothing happens before `now` any more.
    pub(crate) fn next(&mut self, now: Instant) -> Option<Candidate> {
        let first: &Order = &self.waiting.peek()?.0.0.order;
        if first.0 + self.slack >= now {
            return None;
        }
        self.rest()
    }

    /// The next one, when nothing comes any more.
    pub(crate) fn rest(&mut self) -> Option<Candidate> {
        self.waiting.pop().map(|Reverse(ByOrder(candidate))| candidate)
    }
}

#[derive(Debug)]
struct ByOrder(Candidate);

impl ByOrder {
    /// One that two sources have, a port and its link, is of both; which goes first does not show.
    fn key(&self) -> (Order, usize) {
        (self.0.order, self.0.source)
    }
}

impl PartialEq for ByOrder {
    fn eq(&self, other: &ByOrder) -> bool {
        self.key() == other.key()
    }
}

impl Eq for ByOrder {}

impl PartialOrd for ByOrder {
    fn partial_cmp(&self, other: &ByOrder) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ByOrder {
    fn cmp(&self, other: &ByOrder) -> Ordering {
        self.key().cmp(&other.key())
    }
}
