// SPDX-License-Identifier: GPL-2.0-or-later
//! A count of a clock's cycles, by arithmetic: it has no event but those that are asked for.
//!
//! **Invariant:** counts are exact. However long it runs, count `n` begins at `n` periods after its start, rounded up to a nanosecond.

use serde::{Deserialize, Serialize};

/// The count; while its clock stands still, it does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ticks {
    /// From when `base` counts.
    epoch_ns: u64,
    base: u64,
    /// The frequency of the clock.
    hz: u64,
    /// Cycles of the clock for each count.
    divider: u64,
}

impl Ticks {
    /// A count that begins with 0 now.
    pub(crate) fn new(hz: u64, divider: u64, now_ns: u64) -> Ticks {
        Ticks::from(0, hz, divider, now_ns)
    }

    /// A count that goes on from `base` now.
    pub(crate) fn from(base: u64, hz: u64, divider: u64, now_ns: u64) -> Ticks {
        Ticks { epoch_ns: now_ns, base, hz, divider }
    }

    /// How far it is.
    pub(crate) fn count(self, now_ns: u64) -> u64 {
        let cycles = u128::from(now_ns.saturating_sub(self.epoch_ns)) * u128::from(self.hz) / 1_000_000_000;
        self.base + (cycles / u128::from(self.divider.max(1))) as u64
    }

    /// When it reaches `count`; `None` if it stands, or has passed it.
    pub(crate) fn reaches_ns(self, count: u64) -> Option<u64> {
        let counts = u128::from(count.checked_sub(self.base).filter(|_| self.hz != 0)?);
        let cycles = counts * u128::from(self.divider.max(1)) * 1_000_000_000;
        u64::try_from(cycles.div_ceil(u128::from(self.hz))).ok()?.checked_add(self.epoch_ns)
    }

    /// Another clock from now on.
    pub(crate) fn set_pace(&mut self, hz: u64, divider: u64, now_ns: u64) {
        if (hz, divider) != (self.hz, self.divider) {
            *self = Ticks { epoch_ns: now_ns, base: self.count(now_ns), hz, divider };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn does_not_drift() {
        // 7 MHz / 3: a count lasts 428.57 ns.
        let ticks = Ticks::new(7_000_000, 3, 1_000);
        for count in [1, 2, 7, 1_000_001] {
            let at_ns = ticks.reaches_ns(count).expect("it runs");
            assert_eq!(at_ns, 1_000 + (count * 3_000).div_ceil(7));
            assert_eq!((ticks.count(at_ns - 1), ticks.count(at_ns)), (count - 1, count));
        }
    }

    #[test]
    fn stands_and_goes_on() {
        let mut ticks = Ticks::new(1_000_000, 1, 0);
        ticks.set_pace(0, 1, 5_500);
        assert_eq!((ticks.count(9_000), ticks.reaches_ns(9)), (5, None));
        ticks.set_pace(1_000_000, 2, 10_000);
        assert_eq!((ticks.count(14_000), ticks.reaches_ns(9), ticks.reaches_ns(4)), (7, Some(18_000), None));
    }
}
