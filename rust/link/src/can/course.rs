// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The course of one frame on the bus, bit by bit: who gives way, who finds an error, and how it ends.
//!
//! All sample a bit at the same time. A bit is dominant if anybody drives it so. Who finds an error sends an error flag
//! from the next bit on (ISO 11898-1:2015, 10.4.4): six dominant bits if it is error active. The others find it at the latest
//! by its sixth bit; then there is nobody left who sends or reads, and the rest is arithmetic: the bus is recessive when the last
//! flag is over, eight bits of delimiter and three of intermission follow.

use super::account::{Course, DELIMITER, FLAG, INTERMISSION};
use super::faults::Faults;
use super::reader::{Read, Reader};
use super::timing::{Rates, Ticks};
use ::can::{Error, Sequence};

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
    /// And its last bit is over.
    pub(super) is_through: bool,
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
    pub(super) from: Ticks,
    /// The error; none for an overload.
    pub(super) error: Option<Error>,
    /// In which bit it was found.
    pub(super) bit: usize,
    /// By a sender.
    pub(super) by_sender: bool,
    /// It is not the sender's fault.
    pub(super) is_excused: bool,
}

/// A frame on the bus.
pub(super) struct Bits<'a> {
    pub(super) rates: Rates,
    pub(super) starts: Ticks,
    /// What each party sends if it sends; behind them nothing.
    pub(super) sequences: &'a [Sequence],
    pub(super) parties: &'a mut [Party],
    pub(super) faults: &'a mut Faults,
}

impl Bits<'_> {
    /// Runs it to its end.
    pub(super) fn run(mut self) -> Course {
        let mut lead = self.sender().unwrap_or(self.parties.len());
        let mut reader = Reader::NEW;
        let (mut time, mut bit) = (self.starts, 0);
        let mut course = self.course(lead, time, time, time);
        while self.anybody() {
            if let Some(calm) = self.calm(lead) {
                return calm;
            }
            let sequence = &self.sequences[lead];
            let sample = time + self.rates.before_sample(sequence, bit);
            let ends = sample + self.rates.after_sample(sequence, bit);
            let level = self.level(bit, sample, reader.acknowledges());
            let level = self.faults.alter(bit, time, sample, level);
            let is_right = reader.acknowledges();
            let read = reader.read(level);
            self.see(bit, level, sample, read, is_right);
            // Who has given way or is gone no longer counts: what the one sends who is left is the frame.
            lead = self.sender().unwrap_or(lead);
            if !level {
                course.quiet = ends;
            }
            if read == Read::Valid {
                course.valid = ends;
            }
            (time, bit) = (ends, bit + 1);
        }
        course.lead = lead;
        self.end(course, time)
    }

    /// The first that sends.
    fn sender(&self) -> Option<usize> {
        self.parties.iter().position(|party| party.part == Part::Sends)
    }

    fn anybody(&self) -> bool {
        self.parties.iter().any(|party| matches!(party.part, Part::Sends | Part::Reads) && !party.is_through)
    }

    /// The end of a frame of which one sender is left and to which nothing more can happen.
    fn calm(&mut self, lead: usize) -> Option<Course> {
        self.parties.get(lead).filter(|party| party.part == Part::Sends)?;
        let sequence = &self.sequences[lead];
        let ends = self.starts + self.rates.frame(sequence);
        let is_fd = sequence.level(sequence.fdf());
        let fine = |(place, party): (usize, &Party)| match party.part {
            Part::Away => true,
            Part::Sends => place == lead && party.gone >= ends,
            Part::Reads => party.gone >= ends && (party.knows_fd || !is_fd),
            Part::Flags(_) => false,
        };
        let acknowledges = |party: &Party| party.part == Part::Reads && !party.is_silent;
        let is_calm = self.parties.iter().enumerate().all(fine)
            && self.parties.iter().any(acknowledges)
            && self.faults.spare(self.starts, ends);
        if !is_calm {
            return None;
        }
        self.parties.iter_mut().for_each(|party| party.is_valid = party.part != Part::Away);
        let back = |bits: u64| Ticks(ends.0 - (self.rates.bit * bits).0);
        // The ACK slot is the last dominant bit.
        Some(Course { valid: back(1), is_whole: true, ..self.course(lead, ends, ends, back(8)) })
    }

    /// What is on the bus if nothing disturbs it.
    fn level(&mut self, bit: usize, sample: Ticks, acknowledges: bool) -> bool {
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

    /// All see a bit. `is_right` if it is the ACK slot of a frame that is right.
    fn see(&mut self, bit: usize, level: bool, sample: Ticks, read: Read, is_right: bool) {
        for (party, own) in self.parties.iter_mut().zip(self.sequences) {
            let found = match party.part {
                Part::Away | Part::Flags(_) => continue,
                Part::Sends if bit == own.acknowledge() => level.then_some(Error::Acknowledge),
                Part::Sends if own.level(bit) == level => {
                    party.is_valid = bit + 1 == own.count();
                    party.is_through = party.is_valid;
                    None
                }
                Part::Sends if own.arbitrates(bit) && !level => {
                    // Who only sends does not read on.
                    party.part = if party.is_silent { Part::Away } else { Part::Reads };
                    continue;
                }
                Part::Sends if level => Some(Error::BitDominant),
                Part::Sends => Some(Error::BitRecessive),
                Part::Reads if is_right && level && !party.is_silent => Some(Error::BitDominant),
                Part::Reads => {
                    party.is_through = party.is_valid;
                    party.is_valid |= read == Read::Valid;
                    match read {
                        Read::Error(error) => Some(error),
                        Read::Fdf if !party.knows_fd => Some(Error::Form),
                        _ => None,
                    }
                }
            };
            let by_sender = party.part == Part::Sends;
            if found.is_some() || !by_sender && read == Read::Overload {
                let is_excused = by_sender && !level && own.is_stuff_before_rtr(bit);
                let from = sample + self.rates.to_flag();
                party.part = Part::Flags(Flag { from, error: found, bit, by_sender, is_excused });
            }
        }
    }

    /// Nobody sends or reads any more: `time` is the end of the last bit.
    fn end(&self, mut course: Course, time: Ticks) -> Course {
        let (flag, delimiter) = (self.rates.bit * FLAG, self.rates.bit * DELIMITER);
        let flags = || self.parties.iter().filter_map(|party| party.flag().map(|flag| (party, flag.from)));
        let shown = || flags().filter(|(party, _)| party.shows_flag()).map(|(_, from)| from);
        // Those who are error passive destroy nothing but what they send themselves.
        course.is_whole = self.parties.iter().any(|party| party.part == Part::Sends && party.is_valid);
        let passive =
            flags().filter(|(party, _)| !party.is_silent).map(|(_, from)| course.quiet.max(from)).min();
        course.ends = time;
        if let (Some(first), Some(last)) = (shown().min(), shown().max()) {
            course.quiet = self.faults.hold((last + flag).max(course.quiet));
            course.ends = course.quiet + delimiter;
            course.flagged = Some((first, course.quiet));
        } else if self.faults.hold(course.quiet) > time {
            course.quiet = self.faults.hold(course.quiet);
            course.ends = course.quiet + delimiter;
            course.flagged = Some((time, course.quiet));
        } else if let Some(since) = passive.filter(|_| !course.is_whole) {
            // The first are through then; the others are behind.
            course.ends = time.max(since + flag + delimiter);
        }
        course.idle = course.ends + self.rates.bit * INTERMISSION;
        course
    }

    fn course(&self, lead: usize, valid: Ticks, ends: Ticks, quiet: Ticks) -> Course {
        let idle = ends + self.rates.bit * INTERMISSION;
        Course { valid, ends, idle, quiet, lead, flagged: None, is_whole: false }
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
