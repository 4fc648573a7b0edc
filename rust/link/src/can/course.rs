// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The course of one frame on the bus, bit by bit: who gives way, who finds an error, and how it ends.
//!
//! All sample a bit at the same time. A bit is dominant if anybody drives it so. Who finds an error sends an error flag
//! from the next bit on (ISO 11898-1:2015, 10.4.4): six dominant bits if it is error active. The others find it at the latest
//! by its sixth bit; then there is nobody left who sends or reads, and the rest is arithmetic: the bus is recessive when the last
//! flag is over, eight bits of delimiter and three of intermission follow.

use super::bits::Sequence;
use super::fault::Faults;
use super::timing::{Rates, Ticks};
use ::can::Error;

/// Bits of an error flag, of the delimiter behind it, of the intermission.
const FLAG: u64 = 6;
const DELIMITER: u64 = 8;
const INTERMISSION: u64 = 3;

/// One of those on the bus while a frame is on it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Party {
    pub(super) part: Part,
    /// It is error passive: its error flag is recessive.
    pub(super) is_passive: bool,
    /// It only listens.
    pub(super) is_silent: bool,
    /// It knows CAN FD.
    pub(super) knows_fd: bool,
    /// It has no power from then on.
    pub(super) gone: Ticks,
    /// The frame went through, as far as it can tell.
    pub(super) is_valid: bool,
}

/// What it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Nothing.
    Away,
    /// It sends.
    Sends,
    /// It receives.
    Reads,
    /// It has found an error, or cause for an overload frame, and says so.
    Flags(Flag),
}

/// An error flag or overload flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Flag {
    /// When it begins.
    from: Ticks,
    /// The error; none for an overload.
    pub(super) error: Option<Error>,
    /// In which bit it was found.
    pub(super) bit: usize,
    /// By a sender.
    pub(super) by_sender: bool,
    /// It is not the sender's fault.
    is_excused: bool,
}

/// How a frame ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Course {
    /// When it is valid for its receivers: at the end of the last but one bit.
    pub(super) valid: Ticks,
    /// When it is over, or the error frame behind it.
    pub(super) ends: Ticks,
    /// When the next one may start.
    pub(super) idle: Ticks,
    /// From when on the bus is recessive.
    pub(super) quiet: Ticks,
    /// Whose frame it became.
    pub(super) lead: usize,
    /// The first error flag that is seen, and when the last is over.
    flagged: Option<(Ticks, Ticks)>,
}

/// What a found error costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cost {
    /// Nothing, by an exception (12.1.4.2, rule c).
    pub(super) is_excused: bool,
    /// The bus was still dominant when its flag was over (rule b).
    pub(super) was_first: bool,
    /// And how many times eight bits longer (rule f).
    pub(super) held: u64,
}

/// What all who read see of the bits so far.
#[derive(Clone, Copy, Debug)]
struct Seen {
    last: bool,
    run: u32,
    /// A bit was not as it was sent: the checksum does not fit.
    is_spoilt: bool,
    /// When the last dominant bit was over.
    quiet: Ticks,
}

/// A frame on the bus.
pub(super) struct Bits<'a> {
    pub(super) rates: Rates,
    /// The how manieth it is; 0 if nobody sends.
    pub(super) nth: u64,
    pub(super) starts: Ticks,
    /// What each party sends if it sends; behind them what a start of frame without a frame looks like.
    pub(super) sequences: &'a [Sequence],
    pub(super) parties: &'a mut [Party],
    pub(super) faults: &'a mut Faults,
}

impl Bits<'_> {
    /// Runs it to its end.
    pub(super) fn run(mut self) -> Course {
        let mut lead = self.sender().unwrap_or(self.parties.len());
        let mut seen = Seen { last: true, run: 0, is_spoilt: false, quiet: self.starts };
        let (mut time, mut bit) = (self.starts, 0);
        while bit < self.sequences[lead].len() && self.anybody() {
            if let Some(course) = self.calm(lead) {
                return course;
            }
            let sequence = &self.sequences[lead];
            let sample = time + self.rates.to_sample(sequence, bit);
            let ends = sample + self.rates.from_sample(sequence, bit);
            let level = self.level(lead, bit, sample, &seen);
            let level = self.faults.alter(self.nth, bit, time, sample, level);
            self.see(lead, bit, level, sample, &mut seen);
            lead = self.sender().unwrap_or(lead);
            // Who has given way or is gone no longer counts: what the one sends who is left is the frame.
            seen.is_spoilt |=
                bit < self.sequences[lead].delimiter() && level != self.sequences[lead].level(bit);
            if !level {
                seen.quiet = ends;
            }
            (time, bit) = (ends, bit + 1);
        }
        self.end(lead, time, &seen)
    }

    /// The first that sends.
    fn sender(&self) -> Option<usize> {
        self.parties.iter().position(|party| party.part == Part::Sends)
    }

    fn anybody(&self) -> bool {
        self.parties.iter().any(|party| matches!(party.part, Part::Sends | Part::Reads))
    }

    /// The end of a frame of which one sender is left and to which nothing more can happen.
    fn calm(&mut self, lead: usize) -> Option<Course> {
        let sequence = self.sequences.get(lead)?;
        let ends = self.starts + self.rates.frame(sequence);
        let is_fd = sequence.level(sequence.fdf());
        let fine = |(place, party): (usize, &Party)| match party.part {
            Part::Away => true,
            Part::Sends => place == lead && party.gone >= ends,
            Part::Reads => party.gone >= ends && (party.knows_fd || !is_fd),
            Part::Flags(_) => false,
        };
        let acknowledges = |party: &Party| party.part == Part::Reads && !party.is_silent;
        let is_calm = self.parties.get(lead).is_some_and(|party| party.part == Part::Sends)
            && self.parties.iter().enumerate().all(fine)
            && self.parties.iter().any(acknowledges)
            && self.faults.spare(self.nth, self.starts, ends);
        if !is_calm {
            return None;
        }
        self.parties.iter_mut().for_each(|party| party.is_valid = party.part != Part::Away);
        let after_acknowledge = Ticks(ends.0 - (self.rates.bit * 8).0);
        Some(self.course(lead, ends, ends, after_acknowledge, None))
    }

    /// What is on the bus if nothing disturbs it.
    fn level(&mut self, lead: usize, bit: usize, sample: Ticks, seen: &Seen) -> bool {
        let acknowledges = bit == self.sequences[lead].delimiter() + 1 && !seen.is_spoilt;
        let mut level = true;
        for (party, own) in self.parties.iter_mut().zip(self.sequences) {
            if party.gone <= sample {
                party.part = Part::Away;
            }
            let dominant = match party.part {
                Part::Away => false,
                Part::Sends => !own.level(bit),
                Part::Reads => acknowledges && !party.is_silent,
                Part::Flags(_) => party.shows_flag(),
            };
            level &= !dominant;
        }
        level
    }

    /// All see a bit.
    fn see(&mut self, lead: usize, bit: usize, level: bool, sample: Ticks, seen: &mut Seen) {
        let sequence = &self.sequences[lead];
        let (acknowledge, last) = (sequence.delimiter() + 1, sequence.len() - 1);
        let before = seen.last;
        seen.run = if level == seen.last { seen.run + 1 } else { 1 };
        seen.last = level;
        let read = read(sequence, bit, level, before, seen);
        for (party, own) in self.parties.iter_mut().zip(self.sequences) {
            let found = match party.part {
                Part::Away | Part::Flags(_) => continue,
                Part::Sends if bit == acknowledge => level.then_some(Error::Acknowledge),
                Part::Sends if own.level(bit) == level => None,
                Part::Sends if own.arbitrates(bit) && !level => {
                    party.part = Part::Reads;
                    continue;
                }
                Part::Sends if level => Some(Error::BitDominant),
                Part::Sends => Some(Error::BitRecessive),
                Part::Reads if bit == sequence.fdf() && level && !party.knows_fd => Some(Error::Form),
                Part::Reads if bit == acknowledge && level && !seen.is_spoilt && !party.is_silent => {
                    Some(Error::BitDominant)
                }
                Part::Reads => read,
            };
            let by_sender = party.part == Part::Sends;
            let is_overload = !by_sender && bit == last && !level;
            if found.is_some() || is_overload {
                let is_excused = by_sender && !level && own.is_stuff_before_rtr(bit);
                let from = sample + self.rates.to_flag();
                party.part = Part::Flags(Flag { from, error: found, bit, by_sender, is_excused });
            } else if bit == if by_sender { last } else { last - 1 } {
                party.is_valid = true;
            }
        }
    }

    /// Nobody sends or reads any more.
    fn end(&self, lead: usize, time: Ticks, seen: &Seen) -> Course {
        let flag = self.rates.bit * FLAG;
        let flags = || self.parties.iter().filter_map(|party| party.flag().map(|flag| (party, flag.from)));
        let shown = || flags().filter(|(party, _)| party.shows_flag()).map(|(_, from)| from);
        if let (Some(first), Some(last)) = (shown().min(), shown().max()) {
            let over = self.faults.hold((last + flag).max(seen.quiet));
            return self.course(lead, time, over + self.rates.bit * DELIMITER, over, Some((first, over)));
        }
        // Those who are error passive destroy nothing but what they send themselves.
        let is_whole = self.parties.iter().any(|party| party.part == Part::Sends && party.is_valid);
        let passive = flags().filter(|(party, _)| !party.is_silent).map(|(_, from)| from).max();
        let held = self.faults.hold(seen.quiet);
        let is_held = held > time;
        let ends = match passive {
            _ if is_held => held + self.rates.bit * DELIMITER,
            Some(from) if !is_whole => (from + flag + self.rates.bit * DELIMITER).max(time),
            _ => time,
        };
        let quiet = if is_held { held } else { seen.quiet };
        self.course(lead, time, ends, quiet, is_held.then_some((time, held)))
    }

    fn course(
        &self,
        lead: usize,
        time: Ticks,
        ends: Ticks,
        quiet: Ticks,
        flagged: Option<(Ticks, Ticks)>,
    ) -> Course {
        let valid = Ticks(time.0.saturating_sub(self.rates.bit.0));
        Course { valid, ends, idle: ends + self.rates.bit * INTERMISSION, quiet, lead, flagged }
    }
}

/// What somebody who reads has against a bit.
fn read(sequence: &Sequence, bit: usize, level: bool, before: bool, seen: &Seen) -> Option<Error> {
    let delimiter = sequence.delimiter();
    if sequence.is_stuffed(bit) {
        return (seen.run > 5).then_some(Error::Stuff);
    }
    match bit.checked_sub(delimiter) {
        None => (sequence.is_fixed_stuff(bit) && level == before).then_some(Error::Form),
        Some(1) => None,
        Some(2) if level && seen.is_spoilt => Some(Error::Crc),
        // The last bit is the receivers' no more.
        Some(_) if !level && bit + 1 < sequence.len() => Some(Error::Form),
        Some(_) => None,
    }
}

impl Party {
    /// What it has found.
    pub(super) fn flag(&self) -> Option<Flag> {
        match self.part {
            Part::Flags(flag) => Some(flag),
            _ => None,
        }
    }

    /// Whether its flag is dominant.
    fn shows_flag(&self) -> bool {
        !self.is_silent && matches!(self.part, Part::Flags(flag) if !self.is_passive || flag.error.is_none())
    }
}

impl Course {
    /// What its error costs the one who found it.
    pub(super) fn cost(&self, rates: Rates, flag: Flag, is_passive: bool) -> Cost {
        let length = rates.bit * FLAG;
        let excused = Cost { is_excused: flag.is_excused, was_first: false, held: 0 };
        let is_alone = flag.error == Some(Error::Acknowledge) && is_passive;
        let Some((first, over)) = self.flagged.filter(|(first, _)| *first <= flag.from + length) else {
            return Cost { is_excused: flag.is_excused || is_alone, ..excused };
        };
        // A passive flag is six equal bits: it begins anew where the bus becomes dominant.
        let longer = over.since(flag.from.max(first) + length).0 / rates.bit.0;
        Cost { was_first: longer > 0, held: u64::try_from(longer / 8).unwrap_or(u64::MAX), ..excused }
    }
}
