// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The faults of a bus, and how far they have come.

use super::fault::{Fault, Hits};
use super::timing::{Rates, Ticks};
use crate::{Draws, End, Unfired, Which};
use ::can::{BITS_MAX, Frame};
use std::num::NonZeroU64;
use vtime::Instant;

/// The faults of a bus, and which of them have happened.
#[derive(Clone, Debug)]
pub(super) struct Faults {
    list: Vec<Scripted>,
    rates: Rates,
    draws: Draws,
    /// How many frames there were.
    frames: u64,
}

#[derive(Clone, Debug)]
struct Scripted {
    fault: Fault,
    /// How many frames there were in its time, how many of them were such as it might hit, and whether it hits the one that is on
    /// the bus.
    seen: u64,
    matches: u64,
    is_hit: bool,
    /// It has happened.
    has_fired: bool,
    /// It has happened then, which was not told.
    struck: Option<Ticks>,
    /// How many plugs it has pulled and put in: all are pulled, in their order, and then all are put in.
    plugs: usize,
    /// Until then it holds the bus.
    holds: Ticks,
}

/// A plug is pulled or put in, by the fault at a place in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Plug {
    place: usize,
    pub(super) end: usize,
    pub(super) is_in: bool,
}

impl Faults {
    pub(super) fn new(list: &[Fault], rates: Rates) -> Faults {
        let scripted = |fault: &Fault| Scripted {
            fault: fault.clone(),
            seen: 0,
            matches: 0,
            is_hit: false,
            has_fired: false,
            struck: None,
            plugs: 0,
            holds: match fault {
                Fault::StuckDominant { until, .. } => rates.at(*until),
                _ => Ticks(0),
            },
        };
        Faults { list: list.iter().map(scripted).collect(), rates, draws: Draws::new(0, ""), frames: 0 }
    }

    /// What happens by chance is drawn from these.
    pub(super) fn draw_from(&mut self, draws: Draws) {
        self.draws = draws;
    }

    /// A frame of this sender starts; none if nobody sends.
    pub(super) fn start_frame(&mut self, first: Option<(End, &Frame)>, starts: Ticks) {
        self.frames += u64::from(first.is_some());
        let (draws, n, rates) = (self.draws, self.frames, self.rates);
        for (place, scripted) in self.list.iter_mut().enumerate() {
            let (from, until) = scripted.fault.time();
            let within = (rates.at(from)..rates.at(until)).contains(&starts);
            let first = first.filter(|_| within);
            scripted.seen += u64::from(first.is_some());
            let happens = |one_in| draws.happens(2 * place as u64, n, one_in);
            scripted.is_hit = first.is_some_and(|(sender, frame)| scripted.hits(sender, frame, happens));
        }
    }

    /// What a bit is when the faults had their turn.
    pub(super) fn alter(&mut self, bit: usize, starts: Ticks, sample: Ticks, level: bool) -> bool {
        let (draws, n, rates) = (self.draws, self.frames, self.rates);
        let mut level = level;
        for (place, scripted) in self.list.iter_mut().enumerate() {
            let is_hit = scripted.is_hit;
            let is_at = |at: u32| is_hit && at as usize == bit;
            match scripted.fault {
                Fault::CorruptBit { bit: at, .. } if is_at(at) => {
                    scripted.strike(starts);
                    level = !level;
                }
                Fault::BitErrors { one_in, .. } if is_hit && is_wrong(draws, place, (n, bit), one_in) => {
                    scripted.strike(starts);
                    level = !level;
                }
                Fault::ErrorFrame { bit: at, .. } => {
                    if is_at(at) {
                        scripted.strike(starts);
                        scripted.holds = starts + rates.bit * 6;
                    }
                    level &= sample >= scripted.holds;
                }
                Fault::StuckDominant { from, .. } if rates.at(from) <= sample && sample < scripted.holds => {
                    if !scripted.has_fired {
                        scripted.strike(starts);
                    }
                    level = false;
                }
                _ => {}
            }
        }
        level
    }

    /// Whether nothing happens to the bits of the frame that is on the bus.
    pub(super) fn spare(&self, starts: Ticks, ends: Ticks) -> bool {
        self.list.iter().enumerate().all(|(place, scripted)| match scripted.fault {
            Fault::CorruptBit { .. } | Fault::ErrorFrame { .. } => !scripted.is_hit,
            Fault::BitErrors { one_in, .. } => {
                let is_wrong = |bit| is_wrong(self.draws, place, (self.frames, bit), one_in);
                !(scripted.is_hit && (0..BITS_MAX).any(is_wrong))
            }
            Fault::StuckDominant { from, .. } => scripted.holds <= starts || self.rates.at(from) >= ends,
            Fault::Cut { .. } | Fault::Drop { .. } | Fault::Babble { .. } => true,
        })
    }

    /// Until when the bus stays dominant that is so at `time`.
    pub(super) fn hold(&self, time: Ticks) -> Ticks {
        let holds = |scripted: &&Scripted| match scripted.fault {
            Fault::StuckDominant { from, .. } => self.rates.at(from) <= time,
            _ => true,
        };
        self.list.iter().filter(holds).map(|scripted| scripted.holds).fold(time, Ticks::max)
    }

    /// When a bus that is free at `free` is dominant though nobody sends; long enough to be seen.
    pub(super) fn start(&self, free: Ticks) -> Option<Ticks> {
        let starts = self.list.iter().filter_map(|scripted| match scripted.fault {
            Fault::StuckDominant { from, .. } => {
                let starts = self.rates.at(from).max(free);
                (starts + self.rates.bit < scripted.holds).then_some(starts)
            }
            _ => None,
        });
        starts.min()
    }

    /// Which plug is pulled or put in next, of an end or of all, and when.
    pub(super) fn next_plug(&self, end: Option<usize>) -> Option<(Ticks, Plug)> {
        let plugs = self.list.iter().enumerate().filter_map(|(place, scripted)| {
            let Fault::Cut { ends, from, until } = &scripted.fault else { return None };
            let known = end.map(|end| ends.iter().position(|known| usize::from(known.0) == end));
            let at = match known {
                None => scripted.plugs,
                // That end is pulled, and put in.
                Some(own) => [own?, own? + ends.len()].into_iter().find(|step| *step >= scripted.plugs)?,
            };
            let is_in = at >= ends.len();
            let end = ends.get(if is_in { at - ends.len() } else { at })?;
            let time = self.rates.at(if is_in { *until } else { *from });
            Some((time, Plug { place, end: usize::from(end.0), is_in }))
        });
        plugs.min()
    }

    /// Takes note that it is so.
    pub(super) fn plug(&mut self, plug: Plug) {
        if let Some(scripted) = self.list.get_mut(plug.place) {
            scripted.plugs += 1;
            let (from, _) = scripted.fault.time();
            if !plug.is_in {
                scripted.strike(self.rates.at(from));
            }
        }
    }

    /// The node that babbles by the fault at a place has begun a frame.
    pub(super) fn babbles(&mut self, place: usize, starts: Ticks) {
        if let Some(scripted) = self.list.get_mut(place).filter(|scripted| !scripted.has_fired) {
            scripted.strike(starts);
        }
    }

    /// Whether a controller leaves out the frame that became valid at `valid`.
    pub(super) fn drops(&mut self, end: End, valid: Ticks) -> bool {
        let mut any = false;
        for scripted in self.list.iter_mut().filter(|scripted| scripted.is_hit) {
            if matches!(&scripted.fault, Fault::Drop { to, .. } if to.is_empty() || to.contains(&end)) {
                scripted.strike(valid);
                any = true;
            }
        }
        any
    }

    /// One that has happened and was not told, with its place in the list.
    pub(super) fn next_struck(&mut self) -> Option<(usize, Ticks)> {
        let mut list = self.list.iter_mut().enumerate();
        list.find_map(|(place, scripted)| Some((place, scripted.struck.take()?)))
    }

    /// Those that have not happened.
    pub(super) fn unfired(&self) -> Vec<Unfired> {
        let unfired = self.list.iter().enumerate().filter(|(_, scripted)| !scripted.has_fired);
        let unfired = unfired.map(|(place, Scripted { seen, matches, .. })| Unfired {
            place,
            frames: *seen,
            matched: *matches,
        });
        unfired.collect()
    }
}

impl Scripted {
    fn strike(&mut self, at: Ticks) {
        self.has_fired = true;
        self.struck = self.struck.or(Some(at));
    }

    /// Whether it hits the next frame, which starts in its time.
    fn hits(&mut self, sender: End, frame: &Frame, happens: impl Fn(NonZeroU64) -> bool) -> bool {
        let is_one = self.fault.hits().is_none_or(|hits| hits.is_of(sender, frame));
        self.matches += u64::from(is_one);
        is_one
            && match self.fault.hits().map(|hits| hits.which) {
                None | Some(Which::Every) => true,
                Some(Which::Nth(nth)) => self.matches == nth.get(),
                Some(Which::OneIn(one_in)) => happens(one_in),
            }
    }
}

impl Fault {
    /// Which frames it hits, if it hits some.
    fn hits(&self) -> Option<&Hits> {
        match self {
            Fault::CorruptBit { frames, .. }
            | Fault::ErrorFrame { frames, .. }
            | Fault::Drop { frames, .. } => Some(frames),
            _ => None,
        }
    }

    /// From when until when.
    fn time(&self) -> (Instant, Instant) {
        match self {
            Fault::CorruptBit { frames, .. }
            | Fault::ErrorFrame { frames, .. }
            | Fault::Drop { frames, .. } => (frames.from, frames.until),
            Fault::BitErrors { from, until, .. }
            | Fault::StuckDominant { from, until }
            | Fault::Cut { from, until, .. }
            | Fault::Babble { from, until, .. } => (*from, *until),
        }
    }
}

/// Whether a bit of frame `n` is wrong by chance; frames have less than 2^10 bits.
fn is_wrong(draws: Draws, place: usize, (n, bit): (u64, usize), one_in: NonZeroU64) -> bool {
    draws.happens(2 * place as u64 + 1, n << 10 | bit as u64, one_in)
}
