// SPDX-License-Identifier: Apache-2.0 OR MIT
//! One end of a bus: what its controller has said, and how it stands.

use super::babble::Babbles;
use super::counters::Counters;
use super::timing::{Rates, Ticks};
use ::can::{Frame, FromBus, Mode, State, Status};
use std::collections::VecDeque;
use vtime::Instant;

/// So many recessive bits are a bus that is idle.
const IDLE: u64 = 11;
/// A controller that has joined waits for one idle bus, one that recovers for so many.
const RECOVERY: u64 = 128;
/// A passive one that found an error in a frame that went through otherwise needs so many: its flag, delimiter, intermission.
const ALONE: u64 = 17;

/// A controller.
#[derive(Clone, Debug)]
pub(super) struct Member {
    /// What it said that was not settled yet.
    pub(super) inputs: VecDeque<super::input::Input>,
    /// On which line it is.
    pub(super) line: usize,
    /// How it takes part.
    pub(super) joined: Option<Joined>,
    pub(super) counters: Counters,
    /// It waits for this, to take part.
    run: Option<Run>,
    /// It sends nothing before: then it began to take part, or it waits as a passive sender.
    pub(super) suspended: Ticks,
    /// What it has to send, in the order of mailboxes.
    pub(super) offers: Vec<Offer>,
    /// What it sends now.
    pub(super) sends: Option<Offer>,
    /// It loses its power then.
    pub(super) cut: Instant,
    /// What it was told last of its counters.
    shown: Status,
    /// When it was told something last.
    told_to: Instant,
    /// It is no end, but babbles.
    pub(super) babbles: Option<Babbles>,
    /// It starts nothing from then on.
    pub(super) until: Ticks,
}

/// How a controller takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Joined {
    pub(super) mode: Mode,
    pub(super) knows_fd: bool,
}

/// So many recessive bits that are to be seen so many times more, counted from a time on.
#[derive(Clone, Copy, Debug)]
struct Run {
    bits: u64,
    left: u64,
    since: Ticks,
}

/// A frame to send.
#[derive(Clone, Copy, Debug)]
pub(super) struct Offer {
    pub(super) mailbox: u8,
    pub(super) once: bool,
    /// It is not to be sent again.
    pub(super) is_withdrawn: bool,
    pub(super) frame: Frame,
    pub(super) seq: u64,
    pub(super) at: Instant,
    /// Its sender has lost its power then, though it was being sent.
    pub(super) gone: Ticks,
}

impl Member {
    pub(super) fn new() -> Member {
        Member {
            inputs: VecDeque::new(),
            line: super::steps::COMMON,
            joined: None,
            counters: Counters::default(),
            run: None,
            suspended: Ticks(0),
            offers: Vec::new(),
            sends: None,
            cut: Instant::FAR,
            shown: Status::default(),
            told_to: Instant::START,
            babbles: None,
            until: Ticks::NEVER,
        }
    }

    /// Joins, or goes on in another way: it takes part when it has seen an idle bus. Who recovers goes on with that.
    pub(super) fn join(&mut self, joined: Joined, since: Ticks) {
        self.joined = Some(joined);
        if self.counters.state() != State::Off {
            self.run = Some(Run { bits: IDLE, left: 1, since });
        }
    }

    /// Takes part no more, with everything forgotten but what was offered.
    pub(super) fn leave(&mut self) {
        self.joined = None;
        self.counters = Counters::default();
        self.run = None;
        self.shown = Status::default();
        self.suspended = Ticks(0);
    }

    /// Others are ahead of it: it takes part when it has got behind its own error frame.
    pub(super) fn lag(&mut self, since: Ticks) {
        if self.is_on() {
            self.run = Some(Run { bits: ALONE, left: 1, since });
        }
    }

    /// Begins to recover, if it is off the bus.
    pub(super) fn recover(&mut self, since: Ticks) {
        if self.joined.is_some() && self.counters.state() == State::Off && self.run.is_none() {
            self.run = Some(Run { bits: IDLE, left: RECOVERY, since });
        }
    }

    /// When it takes part, if the bus stays as it is; none if it does not wait for that.
    pub(super) fn integrates(&self, rates: Rates) -> Option<Ticks> {
        self.run.map(|run| run.since + rates.bit * (run.left * run.bits))
    }

    /// The same, of one that was off the bus.
    pub(super) fn recovers(&self, rates: Rates) -> Option<Ticks> {
        self.integrates(rates).filter(|_| self.counters.state() == State::Off)
    }

    /// It takes part from `now` on.
    pub(super) fn integrate(&mut self, now: Ticks) {
        self.run = None;
        self.suspended = self.suspended.max(now);
        if self.counters.state() == State::Off {
            self.counters = Counters::default();
        }
    }

    /// A frame was on the bus: the bus was idle up to `starts`, and is again from `quiet` on.
    pub(super) fn see_frame(&mut self, rates: Rates, starts: Ticks, quiet: Ticks) {
        if let Some(run) = &mut self.run {
            let seen = starts.since(run.since).0 / (rates.bit * run.bits).0;
            // What is complete was integrated before.
            run.left = run.left.saturating_sub(u64::try_from(seen).unwrap_or(u64::MAX)).max(1);
            run.since = run.since.max(quiet);
        }
    }

    /// Whether it takes part.
    pub(super) fn is_on(&self) -> bool {
        self.joined.is_some() && self.run.is_none() && self.counters.state() != State::Off
    }

    /// Whether nothing comes to it unless it says something first.
    pub(super) fn hears_nothing(&self) -> bool {
        let is_off = self.joined.is_none() || self.counters.state() == State::Off && self.run.is_none();
        is_off && self.inputs.is_empty()
    }

    /// Whether it may send in a frame that starts then.
    pub(super) fn may_send(&self, starts: Ticks) -> bool {
        self.is_on()
            && self.suspended <= starts
            && starts < self.until
            && self.joined.is_some_and(|joined| joined.mode == Mode::Normal)
    }

    /// When it starts to send on a bus that is free at `free` and stays so; none if it has nothing, or may not.
    pub(super) fn wants(&self, rates: Rates, free: Ticks) -> Option<Ticks> {
        self.joined.filter(|joined| joined.mode == Mode::Normal)?;
        let on = match self.integrates(rates) {
            Some(on) => on,
            None if self.counters.state() == State::Off => return None,
            None => Ticks(0),
        };
        let offered = rates.at(self.offers.iter().map(|offer| offer.at).min()?);
        Some(free.max(self.suspended).max(offered).max(on)).filter(|starts| *starts < self.until)
    }

    /// Begins to send the first mailbox of which the frame was there by `now`.
    pub(super) fn start(&mut self, rates: Rates, now: Ticks) {
        self.sends = self.offers.iter().find(|offer| rates.at(offer.at) <= now).copied();
    }

    /// Puts an offer in its place; the one that was there comes back.
    pub(super) fn offer(&mut self, offer: Offer) -> Option<Offer> {
        match self.offers.binary_search_by_key(&offer.mailbox, |known| known.mailbox) {
            Ok(place) => Some(std::mem::replace(&mut self.offers[place], offer)),
            Err(place) => {
                self.offers.insert(place, offer);
                None
            }
        }
    }

    /// Takes an offer out.
    pub(super) fn take(&mut self, mailbox: u8) -> Option<Offer> {
        let place = self.offers.binary_search_by_key(&mailbox, |known| known.mailbox).ok()?;
        Some(self.offers.remove(place))
    }

    /// Takes the offer out that was handed over as `seq`, if it `is_over`; true if it is not there now.
    pub(super) fn take_if(&mut self, mailbox: u8, seq: u64, is_over: bool) -> bool {
        let place = self.offers.iter().position(|known| known.mailbox == mailbox && known.seq == seq);
        match place {
            Some(place) if is_over => {
                self.offers.remove(place);
                true
            }
            place => place.is_none(),
        }
    }

    /// When something that has an effect at `at` is told, in order.
    pub(super) fn tell_at(&mut self, at: Instant) -> Instant {
        self.told_to = self.told_to.max(at);
        self.told_to
    }

    /// Its counters, if they are not those it was told.
    pub(super) fn news(&mut self) -> Option<FromBus> {
        let status = self.counters.status();
        if status == self.shown {
            return None;
        }
        self.shown = status;
        Some(FromBus::Status(status))
    }
}
