// SPDX-License-Identifier: GPL-2.0-or-later
//! A counter that counts up by arithmetic: of RTC and TIMER.
//!
//! **Invariant:** counts are exact: count `n` begins `n` periods after the counter was started, rounded up to a nanosecond.

use serde::{Deserialize, Serialize};

const SECOND_NS: u128 = 1_000_000_000;

/// A counter of `cycles` cycles of a clock of `hz` a count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counter {
    runs: bool,
    /// From when `base` counts.
    epoch_ns: u64,
    /// The count at the epoch; it never wraps, and its users take the bits that they have.
    base: u64,
    hz: u64,
    cycles: u64,
}

impl Counter {
    pub(crate) fn runs(self) -> bool {
        self.runs
    }

    /// The count, with all of its bits.
    pub(crate) fn count(self, now_ns: u64) -> u64 {
        if !self.runs {
            return self.base;
        }
        let cycles = u128::from(now_ns - self.epoch_ns) * u128::from(self.hz) / SECOND_NS;
        self.base + (cycles / u128::from(self.cycles)) as u64
    }

    /// When it reaches `count`, which is not before `base`; `None` while it stands.
    pub(crate) fn reaches_ns(self, count: u64) -> Option<u64> {
        let cycles = u128::from(count - self.base) * u128::from(self.cycles);
        self.runs.then(|| self.epoch_ns + (cycles * SECOND_NS).div_ceil(u128::from(self.hz)) as u64)
    }

    /// Runs from now on at this pace, from where it is.
    pub(crate) fn start(&mut self, hz: u64, cycles: u64, now_ns: u64) {
        *self = Counter { runs: true, epoch_ns: now_ns, base: self.count(now_ns), hz, cycles };
    }

    /// Stands from now on.
    pub(crate) fn stop(&mut self, now_ns: u64) {
        (self.base, self.epoch_ns, self.runs) = (self.count(now_ns), now_ns, false);
    }

    /// Goes on from `count`.
    pub(crate) fn set(&mut self, count: u64, now_ns: u64) {
        (self.base, self.epoch_ns) = (count, now_ns);
    }
}

/// How far it is from `from` to the next count whose lowest bits, those of `mask`, are `value`: at least 1.
pub(crate) fn next(from: u64, value: u64, mask: u64) -> u64 {
    let far = value.wrapping_sub(from) & mask;
    if far == 0 { mask + 1 } else { far }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_exactly() {
        let mut counter = Counter::default();
        counter.start(32_768, 1, 1000);
        assert_eq!(counter.reaches_ns(1), Some(31_518));
        assert_eq!((counter.count(31_517), counter.count(31_518)), (0, 1));
        assert_eq!(counter.reaches_ns(32_768), Some(1_000_001_000));
        counter.stop(1_000_001_000);
        assert_eq!((counter.count(u64::MAX), counter.reaches_ns(40_000)), (32_768, None));
    }

    #[test]
    fn the_next_time() {
        assert_eq!((next(5, 6, 0xff), next(5, 5, 0xff), next(0x105, 4, 0xff)), (1, 256, 255));
    }
}
