// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The bus as a [`Link`]: what comes next, and up to where it is settled.

use super::babble::babblers;
use super::course::Party;
use super::event::Event;
use super::fault::Fault;
use super::faults::Faults;
use super::input::{Input, Said};
use super::member::Member;
use super::spec::BusSpec;
use super::steps::Line;
use super::timing::Rates;
use crate::{Draws, End, Handed, Link, Outcome, Told, Unfired, What};
use ::can::{FromBus, Sequence, ToBus};
use vtime::{Instant, Span};

/// A CAN bus.
#[derive(Clone, Debug)]
pub struct Bus {
    pub(super) spec: BusSpec,
    pub(super) rates: Rates,
    /// Its ends, and behind them those that babble.
    pub(super) members: Vec<Member>,
    /// How many ends it has.
    ends: usize,
    /// How many strikes of faults were told.
    pub(super) strikes: u64,
    /// The bits of what each member sends; the last is for a start of frame of nobody, and empty.
    pub(super) sequences: Vec<Sequence>,
    pub(super) parties: Vec<Party>,
    pub(super) faults: Faults,
    /// What disturbs an end alone.
    pub(super) no_faults: Faults,
    /// That of all, and then that of each end alone.
    pub(super) lines: Vec<Line>,
    bytes: Vec<u8>,
}

impl Bus {
    /// A bus with so many ends, on which nothing was sent yet, and what shall go wrong on it.
    pub fn new(spec: BusSpec, ends: usize, faults: &[Fault]) -> Bus {
        let rates = spec.rates();
        let mut members = vec![Member::new(); ends];
        members.extend(babblers(faults, rates));
        Bus {
            spec,
            rates,
            ends,
            strikes: 0,
            sequences: (0..=members.len()).map(|_| Sequence::empty()).collect(),
            parties: vec![Party::AWAY; members.len()],
            members,
            faults: Faults::new(faults, rates),
            no_faults: Faults::new(&[], rates),
            lines: vec![Line::default(); ends + 1],
            bytes: Vec::with_capacity(::can::LEN_MAX * 2),
        }
    }

    /// The same, whose faults happen by these chances.
    pub fn with_draws(mut self, draws: Draws) -> Bus {
        self.faults.draw_from(draws);
        self
    }

    /// Says something to a controller, not before what it was told before.
    pub(super) fn deliver(&mut self, place: usize, at: Instant, record: FromBus, out: &mut dyn Outcome) {
        // Who babbles does not listen.
        if place >= self.ends {
            return;
        }
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

    fn earliest(&self, from: End, at: Instant) -> Instant {
        let place = usize::from(from.0);
        if place < self.ends { self.soonest(place, at) } else { Instant::FAR }
    }

    fn earliest_effect(&self, to: End) -> Instant {
        let place = usize::from(to.0);
        let ends = &self.members[..self.ends];
        let Some(member) = ends.get(place).filter(|member| !member.hears_nothing()) else {
            return Instant::FAR;
        };
        let inputs = self.members.iter().enumerate();
        let said = inputs.filter_map(|(place, member)| Some(self.soonest(place, member.inputs.front()?.at)));
        let plug = self.faults.next_plug(None).map(|(time, _)| time);
        let frame =
            self.starts(member.line).into_iter().chain(plug).map(|starts| starts + self.rates.least());
        let decided = frame.chain(member.recovers(self.rates)).min();
        let decided = decided.map(|time| self.rates.round_up(time) + self.spec.delay());
        said.chain(decided).min().unwrap_or(Instant::FAR)
    }

    fn leave(&mut self, end: End, at: Instant, _out: &mut dyn Outcome) {
        self.put(end, Input { at, seq: 0, cut: Instant::FAR, said: Said::PowerOff });
    }

    fn unfired(&self) -> Vec<Unfired> {
        self.faults.unfired()
    }

    fn waiting(&self, from: End) -> usize {
        self.members.get(usize::from(from.0)).map_or(0, |member| member.inputs.len() + member.offers.len())
    }

    fn earliest_told(&self) -> Instant {
        let said = self.next_input().map(|(at, _)| at);
        let starts = (0..self.lines.len()).filter_map(|line| self.starts(line));
        let plug = self.faults.next_plug(None).map(|(time, _)| time);
        let starts = starts.chain(plug).min().map(|starts| self.rates.round_up(starts));
        // What is offered and never leaves is told lost when the power goes.
        let offering = self.members.iter().filter(|member| !member.offers.is_empty());
        let cut = offering.map(|member| member.cut).min();
        [said, starts, cut].into_iter().flatten().min().unwrap_or(Instant::FAR)
    }
}
