// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Who sends given frames at given times, at an end that no node has: logs and captures as inputs.

use crate::with_host::Guest;
use can::{Frame, FromBus, Mode, State, ToBus};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::sync::Arc;
use vtime::{Instant, Span};

/// What is sent at one end of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TesterSpec {
    /// What it says when it comes to a bus.
    join: Option<Vec<u8>>,
    sendings: Vec<Sending>,
}

/// Frames to send, one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sending {
    /// When; `None`: when [`link::Link::cue`] says so, once.
    pub at: Option<Instant>,
    /// The frames, each so long after that; not empty, in the order of their times.
    pub frames: Arc<[(Span, Vec<u8>)]>,
    /// All of that again after this time, which is longer than the frames take; and how often in all.
    pub every: Span,
    /// At least once.
    pub rounds: u64,
    /// What would be sent then or later is left out.
    pub until: Instant,
}

impl TesterSpec {
    /// At a cable or a switch: frames without checksum.
    pub fn ethernet(sendings: Vec<Sending>) -> TesterSpec {
        TesterSpec { join: None, sendings }
    }

    /// At a CAN bus: what [`TesterSpec::offer`] makes of frames. It has a queue: what cannot go out at its time goes after what came
    /// before; it is tried until it is through.
    pub fn can(bitrate_bps: u32, data_bitrate_bps: Option<u32>, sendings: Vec<Sending>) -> TesterSpec {
        let data_bitrate_bps = data_bitrate_bps.unwrap_or(0);
        let mut join = Vec::new();
        ToBus::Join { bitrate_bps, data_bitrate_bps, mode: Mode::Normal }.write(&mut join);
        TesterSpec { join: Some(join), sendings }
    }

    /// A frame of CAN to be sent.
    pub fn offer(frame: Frame) -> Vec<u8> {
        let mut offer = Vec::new();
        ToBus::Offer { mailbox: 0, once: false, frame }.write(&mut offer);
        offer
    }
}

/// The place of a frame: of its sending, and in it.
type Place = (usize, usize);

/// One who sends, and listens as much as it takes.
#[derive(Debug)]
pub struct Tester {
    /// What it has to say before anything else.
    join: Option<Vec<u8>>,
    is_on_bus: bool,
    sendings: Vec<Sending>,
    /// When each sending began.
    begun: Vec<Instant>,
    /// The next frame of each sending: when, which, and the how manieth time.
    next: BinaryHeap<Reverse<(Instant, Place, u64)>>,
    /// Frames whose time has come, while the bus has one.
    waiting: VecDeque<Place>,
    is_busy: bool,
}

impl Tester {
    /// One that has sent nothing yet.
    pub fn new(spec: &TesterSpec) -> Tester {
        let TesterSpec { join, sendings } = spec.clone();
        let mut tester = Tester {
            is_on_bus: join.is_some(),
            join,
            begun: vec![Instant::FAR; sendings.len()],
            next: BinaryHeap::new(),
            waiting: VecDeque::new(),
            is_busy: false,
            sendings,
        };
        for place in 0..tester.sendings.len() {
            if let Some(at) = tester.sendings[place].at {
                tester.begin(place, at);
            }
        }
        tester
    }

    fn begin(&mut self, sending: usize, at: Instant) {
        let Some((after, _)) = self.sendings.get(sending).and_then(|all| all.frames.first()) else { return };
        let first = at + *after;
        self.begun[sending] = at;
        self.plan(first, (sending, 0), 0);
    }

    fn plan(&mut self, at: Instant, place: Place, round: u64) {
        if at < self.sendings[place.0].until {
            self.next.push(Reverse((at, place, round)));
        }
    }

    /// Takes the frame whose time has come, and finds when the next one of its sending is.
    fn take(&mut self) -> Option<Place> {
        let Reverse((_, (sending, frame), round)) = self.next.pop()?;
        let Sending { frames, every, rounds, .. } = &self.sendings[sending];
        let (next, round) = if frame + 1 < frames.len() { (frame + 1, round) } else { (0, round + 1) };
        if round < *rounds {
            // Past the end of time it is cut, and never comes.
            let begun = self.begun[sending] + Span::from_ns(every.as_ns().saturating_mul(round));
            let at = begun + frames[next].0;
            self.plan(at, (sending, next), round);
        }
        Some((sending, frame))
    }

    fn send_one(&mut self, send: &mut dyn FnMut(&[u8])) {
        if let Some((sending, frame)) = self.waiting.pop_front() {
            self.is_busy = self.is_on_bus;
            send(&self.sendings[sending].frames[frame].1);
        }
    }
}

impl Guest for Tester {
    const FIRST_SEQ: u64 = 1 << 40;

    fn receive(&mut self, _at: Instant, frame: &[u8], send: &mut dyn FnMut(&[u8])) {
        if !self.is_on_bus {
            return;
        }
        match FromBus::read(frame) {
            Ok(FromBus::Sent { .. }) => {
                self.is_busy = false;
                self.send_one(send);
            }
            Ok(FromBus::Status(status)) if status.state == State::Off => {
                let mut recover = Vec::new();
                ToBus::Recover.write(&mut recover);
                send(&recover);
            }
            _ => {}
        }
    }

    fn act(&mut self, _at: Instant, send: &mut dyn FnMut(&[u8])) {
        if let Some(join) = self.join.take() {
            send(&join);
            return;
        }
        let place = self.take();
        self.waiting.extend(place);
        if !self.is_busy {
            self.send_one(send);
        }
    }

    fn acts_at(&self) -> Instant {
        if self.join.is_some() {
            return Instant::START;
        }
        self.next.peek().map_or(Instant::FAR, |Reverse((at, ..))| *at)
    }

    fn cue(&mut self, place: usize, at: Instant) {
        self.begin(place, at);
    }
}

#[cfg(test)]
mod tests;
