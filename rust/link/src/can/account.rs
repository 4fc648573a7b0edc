// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What the end of a frame means to one who had a part in it: when it is through, and what an error costs (ISO 11898-1:2015, 12.1.4.2).

use super::course::Flag;
use super::timing::{Rates, Ticks};
use ::can::Error;

/// Bits of an error flag, of the delimiter behind it, of the intermission.
pub(super) const FLAG: u64 = 6;
pub(super) const DELIMITER: u64 = 8;
pub(super) const INTERMISSION: u64 = 3;

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
    pub(super) flagged: Option<(Ticks, Ticks)>,
    /// It went through to somebody.
    pub(super) is_whole: bool,
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

impl Course {
    /// When the bus began to be recessive for the one who found an error, if that is later than for others. A passive flag is six equal
    /// bits: they are counted anew where the bus changes, and then its delimiter follows.
    pub(super) fn behind(&self, rates: Rates, flag: Flag, is_passive: bool) -> Option<Ticks> {
        let length = rates.bit * FLAG;
        let is_complete =
            self.flagged.is_some_and(|(first, over)| over.since(flag.from.max(first)) >= length);
        let since = self.quiet.max(flag.from);
        let is_behind = is_passive && !is_complete && flag.error.is_some();
        (is_behind && since + length + rates.bit * DELIMITER > self.ends).then_some(since)
    }

    /// When the error frame is over of one who is behind since then, or else that of all.
    pub(super) fn over(&self, rates: Rates, behind: Option<Ticks>) -> Ticks {
        behind.map_or(self.ends, |since| since + rates.bit * (FLAG + DELIMITER))
    }

    /// What its error costs the one who found it.
    pub(super) fn cost(&self, rates: Rates, flag: Flag, is_passive: bool) -> Cost {
        let length = rates.bit * FLAG;
        let excused = Cost { is_excused: flag.is_excused, was_first: false, held: 0 };
        let is_alone = flag.error == Some(Error::Acknowledge) && is_passive;
        // A flag of one that is passive is six equal bits: it begins anew where the bus becomes dominant.
        let end_of = |first: Ticks| {
            let own = flag.from + length;
            if first < own { flag.from.max(first) + length } else { own }
        };
        let Some((first, over)) = self.flagged.filter(|(first, _)| *first <= end_of(*first)) else {
            return Cost { is_excused: flag.is_excused || is_alone, ..excused };
        };
        let longer = over.since(end_of(first)).0 / rates.bit.0;
        Cost { was_first: longer > 0, held: u64::try_from(longer / 8).unwrap_or(u64::MAX), ..excused }
    }
}
