// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What becomes of a frame: decided when its start of frame is over.

use super::account::{Course, INTERMISSION};
use super::bus::Bus;
use super::course::{Bits, Part, Party};
use super::event::Event;
use super::member::{Member, Offer};
use super::steps::{COMMON, Line};
use super::timing::Ticks;
use crate::{End, Outcome, What};
use ::can::{Frame, FromBus, Kind, State};
use vtime::Instant;

/// So long a passive sender waits behind the intermission.
const SUSPENDED_BITS: u64 = 8;

/// How a frame ended for its sender.
struct Ending<'a> {
    starts: Ticks,
    course: &'a Course,
    /// When it gets to know.
    at: Instant,
    /// It takes part still.
    is_on: bool,
}

impl Party {
    /// One that takes no part.
    pub(super) const AWAY: Party = Party {
        part: Part::Away,
        is_passive: false,
        is_silent: false,
        knows_fd: false,
        gone: Ticks::NEVER,
        is_valid: false,
        is_through: false,
    };
}

impl Bus {
    /// Decides the frame whose start is on a line; true if anything is as it was not before.
    pub(super) fn decide(&mut self, line: usize, out: &mut dyn Outcome) -> bool {
        let Some(starts) = self.lines[line].starts.take() else { return false };
        let is_there = |member: &Member| member.line == line;
        let is_common = line == COMMON;
        for place in 0..self.members.len() {
            self.parties[place] =
                if is_there(&self.members[place]) { self.party(place) } else { Party::AWAY };
        }
        let first = self.first();
        let faults = if is_common { &mut self.faults } else { &mut self.no_faults };
        faults.start_frame(first.as_ref().map(|(sender, frame)| (*sender, frame)), starts);
        if is_common {
            let sending = self.members.iter().filter(|member| member.sends.is_some());
            let babbling = sending.filter_map(|member| member.babbles);
            babbling.for_each(|babbles| faults.babbles(babbles.fault, starts));
        }
        let bits = Bits {
            rates: self.rates,
            starts,
            sequences: &self.sequences,
            parties: &mut self.parties,
            faults,
        };
        let course = bits.run();
        let frame = self.members.get(course.lead).and_then(|member| member.sends).map(|sends| sends.frame);
        let struck = frame.map_or(Event::NoFrame, Event::Frame);
        let mut has_changed = false;
        for place in 0..self.members.len() {
            if !is_there(&self.members[place]) {
                continue;
            }
            let before = (self.members[place].counters, self.members[place].offers.len());
            self.settle_account(place, starts, &course, frame, out);
            has_changed |= before != (self.members[place].counters, self.members[place].offers.len());
        }
        for member in self.members.iter_mut().filter(|member| is_there(member)) {
            member.see_frame(self.rates, starts, course.quiet);
        }
        self.lines[line] = Line { starts: None, free: course.idle, quiet: course.quiet };
        self.tell_faults(course.lead, struck, out) || has_changed
    }

    /// Tells the faults that have happened, of the end whose frame it was, or of nobody; true if there are any.
    pub(super) fn tell_faults(&mut self, lead: usize, event: Event, out: &mut dyn Outcome) -> bool {
        let mut any = false;
        while let Some((place, at)) = self.faults.next_struck() {
            let at = self.rates.round_up(at);
            self.tell((lead, self.strikes), (at, at), What::Struck { fault: place as u16 }, event, out);
            self.strikes += 1;
            any = true;
        }
        any
    }

    /// The frame that would win the arbitration, and whose it is.
    fn first(&self) -> Option<(End, Frame)> {
        let sends = (0..self.members.len()).filter(|place| self.parties[*place].part == Part::Sends);
        let first = sends.min_by(|a, b| self.sequences[*a].levels().cmp(self.sequences[*b].levels()))?;
        self.members[first].sends.map(|sends| (End(first as u16), sends.frame))
    }

    /// As what a member takes part, and what it sends.
    fn party(&mut self, place: usize) -> Party {
        let member = &mut self.members[place];
        let is_passive = member.counters.state() == State::Passive;
        let cut = if member.cut < Instant::FAR { self.rates.at(member.cut) } else { Ticks::NEVER };
        let unplugged = self.faults.next_plug(Some(place)).filter(|(_, plug)| !plug.is_in);
        let gone = unplugged.map_or(cut, |(time, _)| cut.min(time));
        let party = Party { is_passive, gone, ..Party::AWAY };
        if let Some(sends) = &mut member.sends {
            sends.frame = with_state(&sends.frame, is_passive);
            self.sequences[place].encode(&sends.frame);
            let gone = gone.min(sends.gone);
            let knows_fd = member.joined.is_none_or(|joined| joined.knows_fd);
            let is_silent = member.babbles.is_some();
            return Party { part: Part::Sends, is_silent, knows_fd, gone, ..party };
        }
        match member.joined.filter(|_| member.is_on() && member.babbles.is_none()) {
            Some(joined) => {
                Party { part: Part::Reads, is_silent: joined.is_silent(), knows_fd: joined.knows_fd, ..party }
            }
            None => party,
        }
    }

    /// What a frame was for a member.
    fn settle_account(
        &mut self,
        place: usize,
        starts: Ticks,
        course: &Course,
        frame: Option<Frame>,
        out: &mut dyn Outcome,
    ) {
        let soonest = self.rates.round_up(starts + self.rates.least());
        let after = |time: Ticks| self.rates.round_up(time).max(soonest) + self.spec.delay();
        let (valid, ends) = (after(course.valid), after(course.ends));
        let party = self.parties[place];
        let sends = self.members[place].sends.take();
        let member = &mut self.members[place];
        // Who has left meanwhile is not told any more, and counts nothing.
        let is_on = member.is_on();
        let mut news = ends;
        let behind = party.flag().and_then(|flag| course.behind(self.rates, flag, party.is_passive));
        let failed = party.flag().and_then(|flag| Some((flag, flag.error?)));
        match (party.part, failed) {
            (Part::Away, _) => {}
            (_, Some((flag, error))) if is_on && !party.is_silent => {
                let cost = course.cost(self.rates, flag, party.is_passive);
                if flag.by_sender {
                    member.counters.failed_to_send(error, cost.is_excused);
                } else {
                    member.counters.failed_to_receive(error, cost.was_first);
                }
                member.counters.held(flag.by_sender, cost.held);
                news = after(course.over(self.rates, behind));
            }
            (Part::Sends, _) if is_on && party.is_valid => member.counters.sent(),
            (_, None) if is_on && party.is_valid => {
                news = valid;
                if !party.is_silent {
                    member.counters.received();
                }
                if let Some(frame) = frame
                    && !(self.members[place].line == COMMON
                        && self.faults.drops(End(place as u16), course.valid))
                {
                    self.deliver(place, valid, FromBus::Received(frame), out);
                }
            }
            _ => {}
        }
        if let Some(sends) = sends {
            self.account_sender(place, &sends, &Ending { starts, course, at: news, is_on }, out);
        }
        if is_on {
            self.deliver_news(place, news, out);
        }
        if let Some(since) = behind {
            self.members[place].lag(since);
        }
    }

    /// What became of an offer that was sent.
    fn account_sender(&mut self, place: usize, sends: &Offer, ending: &Ending<'_>, out: &mut dyn Outcome) {
        let Ending { starts, course, at: ends, is_on } = *ending;
        let Offer { mailbox, once, is_withdrawn, frame, seq, at, .. } = *sends;
        let party = self.parties[place];
        let by_sender = party.flag().filter(|flag| flag.by_sender);
        // One that lost its power when all of it was out is through as well.
        let is_valid_to_others =
            || self.parties.iter().any(|party| party.part != Part::Away && party.is_valid);
        let is_sent = match party.part {
            Part::Sends => party.is_valid,
            Part::Away => course.lead == place && is_valid_to_others(),
            Part::Reads | Part::Flags(_) => false,
        };
        let member = &mut self.members[place];
        let is_answered = is_sent || once || is_withdrawn;
        // It was replaced, or its controller has left, in the start of frame.
        let is_over = member.take_if(mailbox, seq, is_answered);
        if (is_sent || by_sender.is_some()) && member.counters.state() == State::Passive {
            let behind = by_sender.and_then(|flag| course.behind(self.rates, flag, party.is_passive));
            let over = course.over(self.rates, behind);
            member.suspended = over + self.rates.bit * (INTERMISSION + SUSPENDED_BITS);
        }
        let told = (self.rates.round_up(starts).max(at), self.rates.round_up(course.ends));
        let (what, event, answer) = match by_sender.and_then(|flag| Some((flag.bit, flag.error?))) {
            _ if is_sent => (What::Sent, Event::Frame(frame), FromBus::Sent { mailbox }),
            Some((bit, error)) => {
                (What::Failed, Event::Failed { error, bit: bit as u16, frame }, FromBus::Failed { mailbox })
            }
            None => (What::Lost, Event::Frame(frame), FromBus::Lost { mailbox }),
        };
        let answer = if is_withdrawn && !is_sent { FromBus::Withdrawn { mailbox } } else { answer };
        // Who gives way and tries again is told when it is through.
        if is_over || what != What::Lost {
            self.tell((place, seq), told, what, event, out);
        }
        if is_sent {
            self.members[place].babble_on(sends);
        }
        if is_answered && is_on {
            self.deliver(place, ends, answer, out);
        }
    }
}

/// A frame of CAN FD says whether its sender is error passive: its controller may say so, too.
fn with_state(frame: &Frame, is_passive: bool) -> Frame {
    match frame.kind() {
        Kind::Fd { switches_rate, is_passive: false } if is_passive => {
            let kind = Kind::Fd { switches_rate, is_passive };
            Frame::new(frame.id(), kind, frame.data()).unwrap_or(*frame)
        }
        _ => *frame,
    }
}
