// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What the ends of a bus say to it, taken up one by one in the order of its times.

use super::bus::Bus;
use super::event::Event;
use super::member::{Joined, Offer};
use super::timing::Ticks;
use crate::{End, Outcome, What};
use ::can::{FromBus, Mode, ToBus};
use vtime::Instant;

/// A bit rate may be off by one in so many.
const RATE_TOLERANCE: u64 = 100;

/// Something that an end said.
#[derive(Clone, Copy, Debug)]
pub(super) struct Input {
    pub(super) at: Instant,
    pub(super) seq: u64,
    pub(super) cut: Instant,
    pub(super) said: Said,
}

/// What it was.
#[derive(Clone, Copy, Debug)]
pub(super) enum Said {
    Record(ToBus),
    /// Bytes that are no record.
    NoRecord,
    /// Nothing: its power is off.
    PowerOff,
}

impl Bus {
    /// Takes up the first thing that an end said and that is not taken up yet.
    pub(super) fn take_up(&mut self, place: usize, out: &mut dyn Outcome) {
        let Some(Input { at, seq, cut, said }) = self.members[place].inputs.pop_front() else { return };
        self.members[place].cut = cut;
        let now = self.rates.at(at).max(self.lines[self.members[place].line].quiet);
        match said {
            Said::PowerOff => self.power_off(place, at, out),
            Said::NoRecord => self.tell((place, seq), (at, at), What::Failed, Event::NoRecord, out),
            Said::Record(ToBus::Join { bitrate_bps, data_bitrate_bps, mode }) => {
                let fits = is_near(bitrate_bps, self.spec.bitrate_bps())
                    && match self.spec.data_bitrate_bps() {
                        Some(own) if data_bitrate_bps > 0 => is_near(data_bitrate_bps, own),
                        _ => true,
                    };
                if !fits {
                    self.members[place].leave();
                    let event = Event::Rates { bitrate_bps, data_bitrate_bps };
                    self.tell((place, seq), (at, at), What::Failed, event, out);
                    return;
                }
                let knows_fd = data_bitrate_bps > 0 && self.spec.data_bitrate_bps().is_some();
                self.members[place].join(Joined { mode, knows_fd }, now);
            }
            Said::Record(ToBus::Leave) => self.leave(place, at, out),
            Said::Record(ToBus::Recover) => self.members[place].recover(now),
            Said::Record(ToBus::Withdraw { mailbox }) => self.withdraw(place, mailbox, at, out),
            Said::Record(ToBus::Offer { mailbox, once, frame }) => {
                self.offer(
                    place,
                    Offer { mailbox, once, is_withdrawn: false, frame, seq, at, gone: Ticks::NEVER },
                    out,
                );
            }
        }
    }

    fn offer(&mut self, place: usize, offer: Offer, out: &mut dyn Outcome) {
        let member = &mut self.members[place];
        let Offer { mailbox, frame, seq, at, .. } = offer;
        if frame.kind().is_fd() && !member.joined.is_some_and(|joined| joined.knows_fd) {
            self.tell((place, seq), (at, at), What::Failed, Event::Refused(frame), out);
            self.answer(place, at, FromBus::Failed { mailbox }, out);
            return;
        }
        if let Some(replaced) = member.offer(offer) {
            self.tell_lost(place, &replaced, at, out);
        }
        // Who has something to send by the end of the start of frame takes part in it.
        let member = &mut self.members[place];
        if let Some(starts) = self.lines[member.line].starts
            && member.sends.is_none()
            && member.may_send(starts)
        {
            member.start(self.rates, Ticks::NEVER);
        }
    }

    fn withdraw(&mut self, place: usize, mailbox: u8, at: Instant, out: &mut dyn Outcome) {
        let member = &mut self.members[place];
        let sends = member.sends.filter(|sends| sends.mailbox == mailbox).map(|sends| sends.seq);
        let Some(offer) = member.take(mailbox) else { return };
        if sends == Some(offer.seq) {
            // How it ends is the answer.
            member.sends = Some(Offer { is_withdrawn: true, ..offer });
            member.offer(Offer { is_withdrawn: true, ..offer });
            return;
        }
        self.tell_lost(place, &offer, at, out);
        self.answer(place, at, FromBus::Withdrawn { mailbox }, out);
    }

    /// What it sends just now goes on to its end: a controller leaves between frames.
    fn leave(&mut self, place: usize, at: Instant, out: &mut dyn Outcome) {
        self.members[place].leave();
        while let Some(offer) = self.members[place].offers.pop() {
            self.tell_lost(place, &offer, at, out);
        }
    }

    /// A member has no power any more.
    pub(super) fn power_off(&mut self, place: usize, at: Instant, out: &mut dyn Outcome) {
        let gone = self.rates.at(at);
        let member = &mut self.members[place];
        member.cut = Instant::FAR;
        if let Some(sends) = &mut member.sends {
            sends.gone = gone;
        }
        self.leave(place, at, out);
    }

    /// Answers what was said at `at`, as soon as anything said then may have an effect.
    fn answer(&mut self, place: usize, at: Instant, answer: FromBus, out: &mut dyn Outcome) {
        let at = self.soonest(place, at);
        self.deliver(place, at, answer, out);
    }

    /// An offer never leaves; one that is being sent is told when that is over.
    fn tell_lost(&mut self, place: usize, offer: &Offer, at: Instant, out: &mut dyn Outcome) {
        if self.members[place].sends.is_none_or(|sends| sends.seq != offer.seq) {
            self.tell((place, offer.seq), (at, at), What::Lost, Event::Frame(offer.frame), out);
        }
    }

    /// Whose word is next: the earliest, and of two at a time that of the first end.
    pub(super) fn next_input(&self) -> Option<(Instant, usize)> {
        let fronts = self.members.iter().enumerate();
        fronts.filter_map(|(place, member)| Some((member.inputs.front()?.at, place))).min()
    }

    /// Takes over something said; nobody says anything at an end that there is not.
    pub(super) fn put(&mut self, end: End, input: Input) {
        if let Some(member) = self.members.get_mut(usize::from(end.0)) {
            member.inputs.push_back(input);
        }
    }
}

impl Joined {
    /// It only listens.
    pub(super) fn is_silent(self) -> bool {
        self.mode == Mode::Silent
    }
}

fn is_near(found_bps: u32, expected_bps: u32) -> bool {
    u64::from(found_bps.abs_diff(expected_bps)) * RATE_TOLERANCE <= u64::from(expected_bps)
}
