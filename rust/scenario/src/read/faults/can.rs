// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Faults of CAN buses.

use super::super::section::{Checked, Entry, Problems};
use super::super::{bytes, can_id};
use super::Reading;
use super::action::Action;
use crate::Problem;
use ::can::{BITS_MAX, Frame, Id, Kind, LEN_MAX};
use link::End;
use link::can::{BusSpec, Fault, Hits, Ids};
use vtime::{Instant, Span};

/// The most bits of a frame of Classical CAN: 118 that are stuffed, with 29 stuff bits, and 10 behind them.
const CLASSIC_BITS: u64 = 118 + 29 + 10;
const ID: &str = "id = 0x123";

impl Reading<'_, '_> {
    pub(super) fn of_can(&mut self, spec: &BusSpec, problems: &mut Problems) -> Checked<Fault> {
        let (from, until) = (Instant::START + self.from, Instant::START + self.until);
        let bits = if spec.data_bitrate_bps().is_some() { BITS_MAX as u64 } else { CLASSIC_BITS };
        match self.action {
            Action::StuckDominant => Ok(Fault::StuckDominant { from, until }),
            Action::Cut => {
                let ends = self.ends("ends", problems)?;
                let all = (0..self.link.ends.len() as u16).map(End);
                Ok(Fault::Cut { ends: if ends.is_empty() { all.collect() } else { ends }, from, until })
            }
            Action::BitErrors => self.one_in(problems).map(|one_in| Fault::BitErrors { one_in, from, until }),
            Action::Babble => self.babble(problems),
            Action::Drop => {
                let (to, frames) = (self.ends("to", problems), self.hits(problems));
                Ok(Fault::Drop { frames: frames?, to: to? })
            }
            action => {
                let (bit, frames) = (self.bit(bits, problems), self.hits(problems));
                let (bit, frames) = (bit? as u32, frames?);
                let is_error = action == Action::Error;
                Ok(if is_error {
                    Fault::ErrorFrame { frames, bit }
                } else {
                    Fault::CorruptBit { frames, bit }
                })
            }
        }
    }

    fn hits(&mut self, problems: &mut Problems) -> Checked<Hits> {
        let which = self.which(problems);
        let (ends, id) = (self.ends("ends", problems), self.ids(problems));
        let data = self.matching();
        let (from, until) = (Instant::START + self.from, Instant::START + self.until);
        Ok(Hits { from, until, ends: ends?, id: id?, data, which: which? })
    }

    /// The identifiers that it looks for.
    fn ids(&mut self, problems: &mut Problems) -> Checked<Option<Ids>> {
        let id = can_id::read(self.section, problems);
        let mask = match self.section.get("id_mask") {
            Some(entry) => {
                let mask = entry.integer(0..=Id::EXTENDED_MAX.into(), "id_mask = 0x700", problems);
                mask.map(|mask| Some((entry, mask as u32)))
            }
            None => Ok(None),
        };
        match (id?, mask?) {
            (Some(id), None) => {
                self.say(format_args!("id {id}"));
                Ok(Some(Ids::one(id)))
            }
            (Some(id), Some((_, mask))) => {
                self.say(format_args!("id {id} mask {mask:X}"));
                Ok(Some(Ids { id, mask }))
            }
            (None, None) => Ok(None),
            (None, Some((entry, _))) => {
                let problem = Problem::at(entry.span(), "\"id_mask\" says which bits of \"id\" count");
                Err(problems.report(problem.found("there is no \"id\"").help(format!("add {ID}"))))
            }
        }
    }

    fn babble(&mut self, problems: &mut Problems) -> Checked<Fault> {
        let id = self.section.need("id", ID, problems);
        let id = id.and_then(|entry| can_id::of(&entry, self.section, problems));
        let data = match self.section.get("data") {
            Some(entry) => bytes::read(&entry, LEN_MAX, problems).map(|data| (Some(entry), data)),
            None => Ok((None, Vec::new())),
        };
        let every = self.section.get("every").map(|entry| read_every(&entry, problems)).transpose();
        let (id, (entry, data), every) = (id?, data?, every?);
        let frame = Frame::new(id, Kind::Data, &data).map_err(|error| {
            let place = entry.map_or(self.section.span(), |entry| entry.span());
            problems.report(Problem::at(place, "there is no such frame").found(error.to_string()))
        })?;
        self.say(format_args!("{frame}"));
        if let Some(every) = every {
            self.say(format_args!("every {every}"));
        }
        let (from, until) = (Instant::START + self.from, Instant::START + self.until);
        Ok(Fault::Babble { frame, every, from, until })
    }
}

fn read_every(entry: &Entry<'_>, problems: &mut Problems) -> Checked<Span> {
    let every = entry.time("every = \"1ms\"", problems)?;
    if every.is_zero() {
        let problem = Problem::at(entry.span(), "nobody sends so often").found("this is zero");
        return Err(problems.report(problem.expected("a time longer than zero, or none: as often as it can")));
    }
    Ok(every)
}
