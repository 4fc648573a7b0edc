// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What an analyzer on the bus makes of what it hears: headers, responses, frames.

use super::event::{Error, Errors, Event, Frame};
use super::pid::{DATA_MAX, Model, Pid};
use super::plan::Follow;
use super::spec::LinSpec;
use crate::{End, Outcome, Told, What};
use vtime::{Instant, Span};

/// What a receiver takes for a break: LIN 2.2A, 2.3.1.1.
pub(super) const BREAK_MIN_BITS: u32 = 11;
/// What a master has to send.
const BREAK_BITS: u32 = 13;
const SYNC: u8 = 0x55;
/// LIN 2.2A, 2.3.2: nominally a header has 34 bits, and may take 1.4 times as long; the same goes for the response.
const HEADER_TENTHS_MAX: u32 = 34 * 14;
const BYTE_TENTHS_MAX: u32 = 10 * 14;
/// What wakes a bus: LIN 2.2A, 2.6.2.
const WAKE_UP: std::ops::RangeInclusive<Span> = Span::from_ns(250_000)..=Span::from_ns(5_000_000);
/// Data and checksum.
const BYTES_MAX: usize = DATA_MAX + 1;

/// Something on the bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Heard {
    pub(super) from: End,
    pub(super) seq: u64,
    pub(super) starts: Instant,
    pub(super) ends: Instant,
    pub(super) symbol: Symbol,
}

/// What it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Symbol {
    /// Dominant for so many whole bits.
    Break { bits: u32 },
    /// A byte.
    Byte(u8),
    /// A byte that others disturbed, or that has no stop bit.
    Garbled(u8),
}

/// Who listens to all of it.
///
/// **Invariant:** all that is heard is told: as part of one frame, or by itself.
#[derive(Clone, Debug)]
pub(super) struct Monitor {
    spec: LinSpec,
    follow: Option<Follow>,
    open: Option<Open>,
    /// Memory for what is told.
    bytes: Vec<u8>,
}

/// A frame that is not over.
#[derive(Clone, Copy, Debug)]
struct Open {
    /// The break.
    header: Heard,
    stage: Stage,
    pid: Pid,
    /// The number of the byte with the identifier.
    pid_seq: u64,
    header_ends: Instant,
    responder: Option<(End, u64)>,
    bytes: [u8; BYTES_MAX],
    len: usize,
    /// When the last byte was over.
    ends: Instant,
    errors: Errors,
}

/// What it waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Sync,
    Pid,
    Response,
}

impl Monitor {
    pub(super) fn new(spec: LinSpec) -> Monitor {
        let follow = spec.plan.clone().map(Follow::new);
        Monitor { spec, follow, open: None, bytes: Vec::new() }
    }

    /// It tells nothing of what it has heard so far that is before this.
    pub(super) fn earliest_told(&self) -> Instant {
        self.open.map_or(Instant::FAR, |open| open.header.starts)
    }

    /// What comes next. What is heard is told in the order in which it is over.
    pub(super) fn hear(&mut self, heard: Heard, out: &mut dyn Outcome) {
        self.nothing_before(heard.starts, out);
        match heard.symbol {
            Symbol::Break { bits } => {
                self.close(heard.starts, out);
                self.open = Some(self.begin(heard, bits));
            }
            Symbol::Byte(byte) => self.byte(heard, byte, false, out),
            Symbol::Garbled(byte) => self.byte(heard, byte, true, out),
        }
    }

    /// Nothing begins before `before` that was not heard: who waits for too long is through.
    pub(super) fn nothing_before(&mut self, before: Instant, out: &mut dyn Outcome) {
        let Some(open) = self.open else { return };
        let deadline = self.deadline(&open);
        if deadline <= before {
            self.close(deadline, out);
        }
    }

    /// Until when the next byte of an open frame has to begin.
    fn deadline(&self, open: &Open) -> Instant {
        let tenths = match open.stage {
            Stage::Sync | Stage::Pid => HEADER_TENTHS_MAX,
            Stage::Response => BYTE_TENTHS_MAX * self.response_len(open.pid).unwrap_or(BYTES_MAX) as u32,
        };
        open.ends + self.spec.bits().tenths(tenths)
    }

    /// How many bytes the response has, with its checksum, if that is known.
    fn response_len(&self, pid: Pid) -> Option<usize> {
        self.spec.frames.get(pid.id()).map(|frame| usize::from(frame.len) + 1)
    }

    fn begin(&self, header: Heard, bits: u32) -> Open {
        let mut errors = Errors::default();
        errors.add_if(bits < BREAK_BITS, Error::ShortBreak);
        errors.add_if(self.spec.master.is_some_and(|master| master != header.from), Error::NotMaster);
        Open {
            header,
            stage: Stage::Sync,
            pid: Pid::default(),
            pid_seq: header.seq,
            header_ends: header.ends,
            responder: None,
            bytes: [0; BYTES_MAX],
            len: 0,
            ends: header.ends,
            errors,
        }
    }

    fn byte(&mut self, heard: Heard, byte: u8, is_garbled: bool, out: &mut dyn Outcome) {
        let Some(open) = &mut self.open else { return self.stray(heard, byte, is_garbled, out) };
        open.ends = heard.ends;
        open.errors.add_if(is_garbled, Error::Garbled);
        match open.stage {
            Stage::Sync => {
                open.errors.add_if(byte != SYNC && !is_garbled, Error::Sync);
                open.stage = Stage::Pid;
            }
            Stage::Pid => {
                open.pid = Pid(byte);
                open.pid_seq = heard.seq;
                open.header_ends = heard.ends;
                open.errors.add_if(!open.pid.is_right() && !is_garbled, Error::Parity);
                let limit = self.spec.bits().tenths(HEADER_TENTHS_MAX);
                open.errors.add_if(is_over(open.header.starts, heard.ends, limit), Error::LongHeader);
                open.stage = Stage::Response;
                self.check_plan(out);
            }
            Stage::Response => {
                let (first, _) = *open.responder.get_or_insert((heard.from, heard.seq));
                // Who takes turns within a response is no better off than who sends at the same time.
                open.errors.add_if(first != heard.from, Error::Garbled);
                open.bytes[open.len] = byte;
                open.len += 1;
                let (pid, len) = (open.pid, open.len);
                if len == self.response_len(pid).unwrap_or(BYTES_MAX) {
                    self.close(heard.ends, out);
                }
            }
        }
    }

    /// The open frame has its identifier.
    fn check_plan(&mut self, out: &mut dyn Outcome) {
        let (Some(open), Some(follow)) = (&self.open, &mut self.follow) else { return };
        if open.errors.has(Error::Parity) || open.errors.has(Error::Garbled) {
            return;
        }
        let id = open.pid.id();
        let Some(how) = follow.header(id, open.header.starts) else { return };
        let (header, ends) = (open.header, open.header_ends + self.spec.delay());
        self.bytes.clear();
        Event::OffPlan { id, how, plan: follow.name() }.write(&mut self.bytes);
        let Heard { from, seq, starts, .. } = header;
        out.tell(Told { from, seq, at: starts, ends, what: What::Failed, to: None, bytes: &self.bytes });
    }

    /// The open frame is over, because of something at `at`.
    fn close(&mut self, at: Instant, out: &mut dyn Outcome) {
        let Some(open) = self.open.take() else { return };
        let mut errors = open.errors;
        let known = self.spec.frames.get(open.pid.id()).filter(|_| open.stage == Stage::Response);
        errors.add_if(open.stage != Stage::Response, Error::NoHeader);
        let all = &open.bytes[..open.len];
        let whole = match known {
            Some(frame) => open.len == usize::from(frame.len) + 1,
            None => open.len >= 2,
        };
        let (data, checksum) = match all.split_last() {
            Some((checksum, data)) if whole => (data, Some(*checksum)),
            _ => (all, None),
        };
        let mut model = None;
        if let Some(checksum) = checksum {
            let fits = |model: &Model| model.checksum(open.pid, data) == checksum;
            let meant = Model::fixed(open.pid.id()).or(known.map(|frame| frame.model));
            model = meant.into_iter().chain([Model::Enhanced, Model::Classic]).find(fits);
            errors.add_if(model.is_none(), Error::Checksum);
            errors.add_if(
                model.is_some() && meant.is_some_and(|meant| model != Some(meant)),
                Error::OtherModel,
            );
            let limit = self.spec.bits().tenths(BYTE_TENTHS_MAX * open.len as u32);
            errors.add_if(is_over(open.header_ends, open.ends, limit), Error::LongResponse);
        } else if open.stage == Stage::Response {
            let is_silent = all.is_empty();
            errors.add_if(is_silent && !known.is_some_and(|frame| frame.may_be_silent), Error::NoResponse);
            errors.add_if(!is_silent, Error::Incomplete);
        }
        let what = if errors.is_empty() { What::Sent } else { What::Failed };
        let (from, seq) = open.responder.unwrap_or((open.header.from, open.pid_seq));
        // Of what is missing one knows when it had to be there.
        let ends = if checksum.is_some() { open.ends } else { at.max(open.ends) };
        // Of an identifier with wrong parity one does not know which it was.
        let named = known.filter(|_| !errors.has(Error::Parity));
        let name = named.map_or("", |frame| frame.name.as_str());
        self.bytes.clear();
        Event::Frame(Frame { pid: open.pid, data, checksum, model, errors, name }).write(&mut self.bytes);
        let (at, ends) = (open.header.starts, ends + self.spec.delay());
        out.tell(Told { from, seq, at, ends, what, to: None, bytes: &self.bytes });
    }

    /// A byte outside a frame.
    fn stray(&mut self, heard: Heard, byte: u8, is_garbled: bool, out: &mut dyn Outcome) {
        let Heard { from, seq, starts, ends, .. } = heard;
        // The start bit, and the bits that are 0 behind it.
        let dominant_bits = 1 + byte.trailing_zeros();
        let is_one_pulse = byte.leading_ones() + byte.trailing_zeros() == 8;
        let lasts = self.spec.bits().tenths(10 * dominant_bits);
        let wakes = is_one_pulse && !is_garbled && WAKE_UP.contains(&lasts);
        let (event, what) = match wakes {
            true => (Event::WakeUp, What::Sent),
            false => (Event::Stray { byte, is_garbled }, What::Failed),
        };
        self.bytes.clear();
        event.write(&mut self.bytes);
        let ends = ends + self.spec.delay();
        out.tell(Told { from, seq, at: starts, ends, what, to: None, bytes: &self.bytes });
    }
}

/// Whether more than `limit` passed. Both times are rounded up to a nanosecond, so that one may be too much.
fn is_over(starts: Instant, ends: Instant, limit: Span) -> bool {
    ends.since(starts) > limit + Span::from_ns(1)
}
