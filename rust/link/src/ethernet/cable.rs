// SPDX-License-Identifier: Apache-2.0 OR MIT
//! One direction of a cable: frames one after the other, and what faults do to them.

use super::{CHECKSUM, LEN_FILLED, Rate, is_valid};
use crate::{Faults, Lane, OnWire, Strikes, What};
use vtime::{Instant, Span};

/// One direction of a cable, and how long it is busy with what was handed over so far.
#[derive(Clone, Debug)]
pub(super) struct Cable {
    lane: Lane,
    rate: Rate,
    delay: Span,
    /// When the next frame can start.
    free: Instant,
    /// When the next one can start at the other side: what a fault has made late pushes what is behind it.
    free_there: Instant,
}

/// What became of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Carried {
    pub starts: Instant,
    pub ends: Instant,
    /// When it is wholly there, and again if it comes twice. Not at all, if it is lost.
    pub arrives: [Option<Instant>; 2],
    pub what: What,
    /// The faults that have struck it.
    pub struck: Strikes,
}

impl Cable {
    pub(super) fn new(lane: Lane, rate: Rate, delay: Span) -> Cable {
        Cable { lane, rate, delay, free: Instant::START, free_there: Instant::START }
    }

    /// The least time from handing a frame over to its arrival.
    pub(super) fn lookahead(&self) -> Span {
        self.rate.frame_time(0) + self.delay
    }

    /// The soonest arrival of a frame of `len` bytes that is handed over at `at` or later.
    pub(super) fn earliest(&self, at: Instant, len: usize) -> Instant {
        (self.free.max(at) + self.delay).max(self.free_there) + self.rate.frame_time(len)
    }

    /// When a frame that is handed over at `at` would start.
    pub(super) fn starts(&self, at: Instant) -> Instant {
        self.free.max(at)
    }

    /// Takes over `frame`, not filled up yet, at `at`; its sender loses its power at `cut`.
    pub(super) fn carry(&mut self, at: Instant, cut: Instant, frame: &[u8], faults: &mut Faults) -> Carried {
        let free = self.free;
        let (starts, ends) = self.occupy(at, frame.len());
        if ends > cut {
            // What is behind it starts no sooner than the power goes, and is lost, too.
            self.free = free.max(cut);
            let (starts, ends) = (starts.min(cut).max(at), ends.min(cut).max(at));
            return Carried {
                starts,
                ends,
                arrives: [None; 2],
                what: What::Lost,
                struck: Strikes::default(),
            };
        }
        let on_wire = OnWire {
            lane: self.lane,
            starts,
            arrives: ends + self.delay,
            // A wrong bit in the preamble does no harm.
            bits: 8 * (frame.len().max(LEN_FILLED) as u64 + CHECKSUM),
            bytes: frame,
        };
        let struck = faults.strike(on_wire);
        let lost = struck.lost || struck.wrong_bit.is_some();
        let mut arrives = [None; 2];
        if is_valid(frame) && !lost {
            arrives[0] = Some(self.arrive(starts + struck.delay, frame.len()));
            if struck.twice {
                let (starts, ends) = self.occupy(ends, frame.len());
                arrives[1] = (ends <= cut).then(|| self.arrive(starts + struck.delay, frame.len()));
            }
        }
        let what = match (is_valid(frame), lost) {
            (false, _) => What::Failed,
            (true, true) => What::Lost,
            (true, false) => What::Sent,
        };
        Carried { starts, ends, arrives, what, struck: struck.by }
    }

    /// The wire is busy with a frame: from when until when.
    fn occupy(&mut self, at: Instant, len: usize) -> (Instant, Instant) {
        let starts = self.starts(at);
        let ends = starts + self.rate.frame_time(len);
        self.free = ends + self.rate.gap();
        (starts, ends)
    }

    /// When a frame is wholly there that would start at `starts`.
    fn arrive(&mut self, starts: Instant, len: usize) -> Instant {
        let arrives = (starts + self.delay).max(self.free_there) + self.rate.frame_time(len);
        self.free_there = arrives + self.rate.gap();
        arrives
    }
}
