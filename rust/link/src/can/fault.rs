// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What goes wrong on a bus because the scenario says so.

use super::timing::{Rates, Ticks};
use crate::End;
use vtime::Instant;

/// A fault. Frames are counted from 1 as they start, each repetition as one; bits from 0, the start of frame, with stuff bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A bit is the other one on the whole bus.
    CorruptBit {
        /// Of which frame.
        nth: u64,
        /// Which one.
        bit: u32,
    },
    /// Somebody sends an active error flag: six dominant bits.
    ErrorFrame {
        /// Into which frame.
        nth: u64,
        /// From which bit on.
        bit: u32,
    },
    /// The bus is held dominant. If that begins in an error frame or an intermission, it shows from the end of that on.
    StuckDominant {
        /// From then on.
        from: Instant,
        /// Until then.
        to: Instant,
    },
    /// The plug of an end is pulled: it hears nothing but itself, and others do not hear it. When it is put in again, it takes part
    /// from the next idle bus on; what it sends just then is heard by nobody.
    Cut {
        /// Whose.
        end: End,
        /// From then on.
        from: Instant,
        /// Until then.
        to: Instant,
    },
    /// A controller does not take a frame in that is valid for it; nobody else knows.
    Drop {
        /// Which frame.
        nth: u64,
        /// Whose controller.
        at: End,
    },
}

/// A plug is pulled or put in, by the fault at a place in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Plug {
    place: usize,
    pub(super) end: usize,
    pub(super) is_in: bool,
}

/// The faults of a bus, and which of them have happened.
#[derive(Clone, Debug)]
pub(super) struct Faults {
    list: Vec<Scripted>,
    rates: Rates,
}

#[derive(Clone, Copy, Debug)]
struct Scripted {
    fault: Fault,
    /// When it began.
    fired: Option<Ticks>,
    /// It was told.
    told: bool,
    /// Nothing more comes of it.
    is_over: bool,
    /// Until then it holds the bus.
    holds: Ticks,
}

impl Faults {
    pub(super) fn new(list: &[Fault], rates: Rates) -> Faults {
        let scripted = |fault: &Fault| {
            let holds = match fault {
                Fault::StuckDominant { to, .. } => rates.at(*to),
                _ => Ticks(0),
            };
            Scripted { fault: *fault, fired: None, told: false, is_over: false, holds }
        };
        Faults { list: list.iter().map(scripted).collect(), rates }
    }

    /// What a bit is when the faults had their turn. `nth` is 0 if nobody sends.
    pub(super) fn alter(
        &mut self,
        nth: u64,
        place: usize,
        starts: Ticks,
        sample: Ticks,
        level: bool,
    ) -> bool {
        let mut level = level;
        for scripted in &mut self.list {
            let is_it = |nth_hit: u64, bit: u32| nth_hit == nth && nth > 0 && bit as usize == place;
            match scripted.fault {
                Fault::CorruptBit { nth, bit } if is_it(nth, bit) => {
                    scripted.fired = Some(starts);
                    level = !level;
                }
                Fault::ErrorFrame { nth: nth_hit, bit } => {
                    if is_it(nth_hit, bit) {
                        scripted.fired = Some(starts);
                        scripted.holds = starts + self.rates.bit * 6;
                    }
                    level &= sample >= scripted.holds;
                }
                Fault::StuckDominant { from, .. }
                    if self.rates.at(from) <= sample && sample < scripted.holds =>
                {
                    scripted.fired = scripted.fired.or(Some(starts));
                    level = false;
                }
                _ => {}
            }
        }
        level
    }

    /// Whether nothing happens to the bits of frame `nth`.
    pub(super) fn spare(&self, nth: u64, starts: Ticks, ends: Ticks) -> bool {
        self.list.iter().all(|scripted| match scripted.fault {
            Fault::CorruptBit { nth: hit, .. } | Fault::ErrorFrame { nth: hit, .. } => hit != nth,
            Fault::StuckDominant { from, .. } => scripted.holds <= starts || self.rates.at(from) >= ends,
            Fault::Cut { .. } | Fault::Drop { .. } => true,
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
    pub(super) fn next_plug(&self, place: Option<usize>) -> Option<(Ticks, Plug)> {
        let plugs = self.list.iter().enumerate().filter_map(|(at, scripted)| match scripted.fault {
            Fault::Cut { end, from, to } if !scripted.is_over => {
                let is_in = scripted.fired.is_some();
                let time = self.rates.at(if is_in { to } else { from });
                Some((time, Plug { place: at, end: usize::from(end.0), is_in }))
            }
            _ => None,
        });
        plugs.filter(|(_, plug)| place.is_none_or(|place| plug.end == place)).min()
    }

    /// Takes note that it is so; its end.
    pub(super) fn plug(&mut self, plug: Plug) -> Option<usize> {
        let scripted = self.list.get_mut(plug.place)?;
        scripted.is_over = plug.is_in;
        if let Fault::Cut { from, .. } = scripted.fault {
            scripted.fired = Some(self.rates.at(from));
        }
        Some(plug.end)
    }

    /// Whether a controller leaves out frame `nth`, which became valid at `valid`.
    pub(super) fn drops(&mut self, nth: u64, end: End, valid: Ticks) -> bool {
        let mut any = false;
        for scripted in &mut self.list {
            if matches!(scripted.fault, Fault::Drop { nth: hit, at } if hit == nth && at == end) {
                scripted.fired = Some(valid);
                any = true;
            }
        }
        any
    }

    /// One that has happened and is to be told, with its place in the list.
    pub(super) fn next_told(&mut self) -> Option<(usize, Ticks)> {
        let found = self
            .list
            .iter_mut()
            .enumerate()
            .find(|(_, scripted)| scripted.fired.is_some() && !scripted.told)?;
        found.1.told = true;
        Some((found.0, found.1.fired?))
    }

    /// Those that have not happened.
    pub(super) fn unfired(&self) -> impl Iterator<Item = &Fault> {
        self.list.iter().filter(|scripted| scripted.fired.is_none()).map(|scripted| &scripted.fault)
    }
}
