// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The bus as a [`Link`]: what comes next, and up to where it is settled.

use super::bits::Sequence;
use super::course::Party;
use super::event::Event;
use super::fault::{Fault, Faults};
use super::input::{Input, Said};
use super::member::Member;
use super::spec::BusSpec;
use super::timing::{Rates, Ticks};
use crate::{End, Handed, Link, Outcome, Told, What};
use ::can::{FromBus, ToBus};
use vtime::{Instant, Span};

/// A CAN bus.
#[derive(Clone, Debug)]
pub struct Bus {
    pub(super) spec: BusSpec,
    pub(super) rates: Rates,
    pub(super) members: Vec<Member>,
    /// The bits of what each member sends; the last is for a start of frame of nobody, and empty.
    pub(super) sequences: Vec<Sequence>,
    pub(super) parties: Vec<Party>,
    pub(super) faults: Faults,
    /// When the start of frame began that is on the bus; nothing is decided about its frame.
    pub(super) starts: Option<Ticks>,
    /// From when on the next one may start.
    pub(super) free: Ticks,
    /// From when on the bus is recessive.
    pub(super) quiet: Ticks,
    /// How many frames have started.
    pub(super) frames: u64,
    bytes: Vec<u8>,
}

/// What happens by itself, in the order in which it does at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    PowerOff(usize),
    Integrate(usize),
    Start,
    Decide,
}

impl Bus {
    /// A bus with so many ends, on which nothing was sent yet, and what shall go wrong on it.
    pub fn new(spec: BusSpec, ends: usize, faults: &[Fault]) -> Bus {
        let rates = spec.rates();
        Bus {
            spec,
            rates,
            members: vec![Member::new(); ends],
            sequences: (0..=ends).map(|_| Sequence::empty()).collect(),
            parties: vec![Party::AWAY; ends],
            faults: Faults::new(faults, rates),
            starts: None,
            free: Ticks(0),
            quiet: Ticks(0),
            frames: 0,
            bytes: Vec::with_capacity(::can::LEN_MAX * 2),
        }
    }

    /// The faults that have not happened.
    pub fn unfired(&self) -> impl Iterator<Item = &Fault> {
        self.faults.unfired()
    }

    /// The soonest effect of anything that is said at `at` or later.
    pub(super) fn soonest(&self, at: Instant) -> Instant {
        let frame = self.rates.round_up(self.starts.unwrap_or(self.free) + self.rates.least());
        (at + self.spec.lookahead_at_bus()).max(frame) + self.spec.delay()
    }

    /// What happens next by itself.
    fn next_step(&self) -> Option<(Ticks, Step)> {
        let members = || self.members.iter().enumerate();
        let powered = members().filter(|(_, member)| member.cut < Instant::FAR);
        let power_off = powered.map(|(place, member)| (self.rates.at(member.cut), Step::PowerOff(place)));
        let then = match self.starts {
            Some(starts) => Some((starts + self.rates.bit, Step::Decide)),
            None => {
                let integrate = |(place, member): (usize, &Member)| {
                    Some((member.integrates(self.rates)?, Step::Integrate(place)))
                };
                let start = self.next_start().map(|starts| (starts, Step::Start));
                members().filter_map(integrate).chain(start).min()
            }
        };
        power_off.chain(then).min()
    }

    /// When the next frame starts, of what is known.
    fn next_start(&self) -> Option<Ticks> {
        let wanted = self.members.iter().filter_map(|member| member.wants(self.rates, self.free));
        wanted.chain(self.faults.start(self.free)).min()
    }

    /// Does that; true if it is a frame that failed and fails again, and again, unless somebody says something.
    fn step(&mut self, time: Ticks, step: Step, out: &mut dyn Outcome) -> bool {
        match step {
            Step::PowerOff(place) => self.power_off(place, self.members[place].cut, out),
            Step::Integrate(place) => {
                self.members[place].integrate(time);
                let at = self.rates.round_up(time);
                self.deliver_news(place, at + self.spec.delay(), out);
            }
            Step::Start => {
                self.starts = Some(time);
                for member in self.members.iter_mut().filter(|member| member.may_send(time)) {
                    member.start();
                }
            }
            Step::Decide => return !self.decide(out) && self.next_input().is_none(),
        }
        false
    }

    /// Says something to a controller, not before what it was told before.
    pub(super) fn deliver(&mut self, place: usize, at: Instant, record: FromBus, out: &mut dyn Outcome) {
        self.bytes.clear();
        record.write(&mut self.bytes);
        out.deliver(End(place as u16), self.members[place].tell_at(at), &self.bytes);
    }

    /// Says to a controller what its counters are, if they are not what it knows.
    pub(super) fn deliver_news(&mut self, place: usize, at: Instant, out: &mut dyn Outcome) {
        if let Some(news) = self.members[place].news() {
            self.deliver(place, at, news, out);
        }
    }

    /// Tells the trace what became of what an end said.
    pub(super) fn tell(
        &mut self,
        said: (usize, u64),
        at: (Instant, Instant),
        what: What,
        event: Event,
        out: &mut dyn Outcome,
    ) {
        self.bytes.clear();
        event.write(&mut self.bytes);
        let (from, seq) = (End(said.0 as u16), said.1);
        out.tell(Told { from, seq, at: at.0, ends: at.1, what, to: None, bytes: &self.bytes });
    }
}

impl Link for Bus {
    fn hand_over(&mut self, handed: Handed<'_>, _out: &mut dyn Outcome) {
        let Handed { from, at, seq, cut, bytes } = handed;
        let said = ToBus::read(bytes).map_or(Said::NoRecord, Said::Record);
        self.put(from, Input { at, seq, cut, said });
    }

    fn settle(&mut self, before: Instant, out: &mut dyn Outcome) {
        let limit = self.rates.at(before);
        loop {
            let input = self.next_input().filter(|(at, _)| *at < before);
            let step = self.next_step().filter(|(time, _)| *time <= limit);
            match (input, step) {
                // What happens at the time at which something is said does not depend on it.
                (Some((at, place)), Some((time, _))) if time > self.rates.at(at) => self.take_up(place, out),
                (Some((_, place)), None) => self.take_up(place, out),
                (_, Some((time, step))) => {
                    // A run that is over has no end for one that nobody acknowledges.
                    if self.step(time, step, out) && before == Instant::FAR {
                        break;
                    }
                }
                (None, None) => break,
            }
        }
    }

    fn lookahead(&self) -> Span {
        self.spec.lookahead()
    }

    fn answers(&self) -> bool {
        true
    }

    fn earliest(&self, _from: End, at: Instant) -> Instant {
        self.soonest(at)
    }

    fn earliest_effect(&self, to: End) -> Instant {
        let Some(member) = self.members.get(usize::from(to.0)) else { return Instant::FAR };
        if member.hears_nothing() {
            return Instant::FAR;
        }
        let said = self.next_input().map(|(at, _)| self.soonest(at));
        let frame = self.starts.or_else(|| self.next_start()).map(|starts| starts + self.rates.least());
        let decided = [frame, member.recovers(self.rates)].into_iter().flatten().min();
        let decided = decided.map(|time| self.rates.round_up(time) + self.spec.delay());
        said.into_iter().chain(decided).min().unwrap_or(Instant::FAR)
    }

    fn leave(&mut self, end: End, at: Instant, _out: &mut dyn Outcome) {
        self.put(end, Input { at, seq: 0, cut: Instant::FAR, said: Said::PowerOff });
    }

    fn waiting(&self, from: End) -> usize {
        self.members.get(usize::from(from.0)).map_or(0, |member| member.inputs.len() + member.offers.len())
    }

    fn earliest_told(&self) -> Instant {
        let said = self.next_input().map(|(at, _)| at);
        let starts = self.starts.or_else(|| self.next_start()).map(|starts| self.rates.round_up(starts));
        // What is offered and never leaves is told lost when the power goes.
        let offering = self.members.iter().filter(|member| !member.offers.is_empty());
        let cut = offering.map(|member| member.cut).min();
        [said, starts, cut].into_iter().flatten().min().unwrap_or(Instant::FAR)
    }
}
