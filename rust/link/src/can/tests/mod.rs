// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A bench for buses, and what is tested on it.

mod arbitration;
mod bits;
mod errors;
mod faults;
mod members;
mod properties;
mod reference;

use super::{Bus, BusSpec, Event, Fault, Hits, Ids};
use crate::{End, Handed, Link, Outcome, Told, What};
use ::can::{Frame, FromBus, Id, Kind, Mode, ToBus};
use vtime::{Instant, Span};

/// 1 Mbit/s: a microsecond a bit.
const BITRATE_BPS: u32 = 1_000_000;
const DATA_BITRATE_BPS: u32 = 4_000_000;

/// What came out of a bus.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Seen {
    /// When, to which end, what.
    delivered: Vec<(u64, u16, FromBus)>,
    /// From when to when, whose, the how manieth, what became of it, what it was.
    told: Vec<(u64, u64, u16, u64, What, Event)>,
}

impl Outcome for Seen {
    fn deliver(&mut self, to: End, at: Instant, bytes: &[u8]) {
        self.delivered.push((at.as_ns(), to.0, FromBus::read(bytes).unwrap()));
    }

    fn tell(&mut self, told: Told<'_>) {
        let event = Event::read(told.bytes).unwrap();
        self.told.push((told.at.as_ns(), told.ends.as_ns(), told.from.0, told.seq, told.what, event));
    }
}

/// A bus and what came out of it.
#[derive(Debug)]
struct Bench {
    bus: Bus,
    seen: Seen,
    seq: u64,
}

impl Bench {
    fn of(spec: BusSpec, ends: usize, faults: &[Fault]) -> Bench {
        Bench { bus: Bus::new(spec, ends, faults), seen: Seen::default(), seq: 0 }
    }

    /// A bus with CAN FD whose ends have all joined at 0.
    fn joined(ends: u16, faults: &[Fault]) -> Bench {
        let spec = BusSpec::new(BITRATE_BPS, Some(DATA_BITRATE_BPS), Span::ZERO).unwrap();
        let mut bench = Bench::of(spec, ends.into(), faults);
        (0..ends).for_each(|end| bench.join(0, end, Mode::Normal));
        bench
    }

    fn say(&mut self, at_ns: u64, end: u16, cut: Instant, record: ToBus) {
        let mut bytes = Vec::new();
        record.write(&mut bytes);
        let handed =
            Handed { from: End(end), at: Instant::from_ns(at_ns), seq: self.seq, cut, bytes: &bytes };
        self.bus.hand_over(handed, &mut self.seen);
        self.seq += 1;
    }

    fn join(&mut self, at_ns: u64, end: u16, mode: Mode) {
        let (bitrate_bps, data_bitrate_bps) = (BITRATE_BPS, DATA_BITRATE_BPS);
        self.say(at_ns, end, Instant::FAR, ToBus::Join { bitrate_bps, data_bitrate_bps, mode });
    }

    fn offer(&mut self, at_ns: u64, end: u16, frame: Frame) {
        self.say(at_ns, end, Instant::FAR, ToBus::Offer { mailbox: 0, once: false, frame });
    }

    fn settle(&mut self, before_ns: u64) {
        self.bus.settle(Instant::from_ns(before_ns), &mut self.seen);
    }

    /// What an end was told, without its counters.
    fn heard(&self, end: u16) -> Vec<(u64, FromBus)> {
        let heard =
            self.seen.delivered.iter().filter(|(_, to, _)| *to == end).map(|(at, _, what)| (*at, *what));
        heard.filter(|(_, what)| !matches!(what, FromBus::Status(_))).collect()
    }

    /// How an end's counters were, each time that they were told: when, transmit, receive.
    fn counters(&self, end: u16) -> Vec<(u64, u16, u16)> {
        let heard = self.seen.delivered.iter().filter(|(_, to, _)| *to == end);
        heard
            .filter_map(|(at, _, what)| match what {
                FromBus::Status(status) => Some((*at, status.transmit_errors, status.receive_errors)),
                _ => None,
            })
            .collect()
    }
}

fn classic(id: u16, data: &[u8]) -> Frame {
    Frame::new(Id::Standard(id), Kind::Data, data).unwrap()
}

fn fd(id: u16, data: &[u8], switches_rate: bool) -> Frame {
    Frame::new(Id::Standard(id), Kind::Fd { switches_rate, is_passive: false }, data).unwrap()
}

/// The `n`th frame.
fn nth(n: u64) -> Hits {
    Hits::nth(std::num::NonZeroU64::new(n).unwrap())
}

const SENT: FromBus = FromBus::Sent { mailbox: 0 };
