// SPDX-License-Identifier: GPL-2.0-or-later
//! A counter that counts up from 0 to its reload value, by arithmetic: it has no event but those that are asked for.
//!
//! **Invariant:** counts are exact. However long it runs, count `n` begins at `n` periods of the counter's clock after it
//! was started, rounded up to a nanosecond.

use serde::{Deserialize, Serialize};

/// A counter. While it runs, its count is what time says; while it stands, it is `base`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Counter {
    runs: bool,
    /// From when `base` counts.
    epoch_ns: u64,
    /// The count at the epoch. Negative when the counter has begun anew since.
    base: i64,
    /// The frequency of its clock.
    hz: u64,
    /// Cycles of the clock for each count.
    divider: u64,
    /// The last count before 0 follows.
    reload: u64,
}

impl Counter {
    /// A counter that stands at 0.
    pub(super) fn new(hz: u64, divider: u64, reload: u64) -> Counter {
        Counter { hz, divider: divider.max(1), reload, ..Counter::default() }
    }

    pub(super) fn runs(self) -> bool {
        self.runs && self.hz != 0
    }

    pub(super) fn reload(self) -> u64 {
        self.reload
    }

    pub(super) fn hz(self) -> u64 {
        self.hz
    }

    pub(super) fn divider(self) -> u64 {
        self.divider
    }

    /// The count, as if it went on beyond its reload value.
    pub(super) fn raw(self, now_ns: u64) -> i64 {
        if !self.runs() {
            return self.base;
        }
        let cycles = u128::from(now_ns - self.epoch_ns) * u128::from(self.hz) / 1_000_000_000;
        self.base + (cycles / u128::from(self.divider)) as i64
    }

    /// When it reaches `count`, which it has not yet; `None` while it stands.
    pub(super) fn reaches_ns(self, count: i64) -> Option<u64> {
        let counts = u128::try_from(count - self.base).ok()?;
        let cycles = counts * u128::from(self.divider) * 1_000_000_000;
        self.runs().then(|| self.epoch_ns + cycles.div_ceil(u128::from(self.hz.max(1))) as u64)
    }

    /// Goes back `times` whole rounds: it has passed its reload value so often.
    pub(super) fn wrap(&mut self, times: i64) {
        self.base -= times * (self.reload as i64 + 1);
    }

    /// Starts or stops it.
    pub(super) fn run(&mut self, runs: bool, now_ns: u64) {
        if runs != self.runs {
            self.settle(now_ns);
            self.runs = runs;
        }
    }

    /// Continues at `count`.
    pub(super) fn set(&mut self, count: u64, now_ns: u64) {
        (self.epoch_ns, self.base) = (now_ns, count as i64);
    }

    /// Another reload value; it stays where it is.
    pub(super) fn set_reload(&mut self, reload: u64) {
        self.reload = reload;
    }

    /// Another clock or divider from `now_ns` on.
    pub(super) fn set_pace(&mut self, hz: u64, divider: u64, now_ns: u64) {
        if (hz, divider) != (self.hz, self.divider) {
            self.settle(now_ns);
            (self.hz, self.divider) = (hz, divider.max(1));
        }
    }

    /// Lets the epoch be now.
    fn settle(&mut self, now_ns: u64) {
        (self.base, self.epoch_ns) = (self.raw(now_ns), now_ns);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn does_not_drift() {
        // 7 MHz / 3: a count lasts 428.57 ns.
        let mut counter = Counter::new(7_000_000, 3, 99);
        counter.run(true, 1000);
        assert_eq!(counter.reaches_ns(1), Some(1429));
        assert_eq!((counter.raw(1428), counter.raw(1429)), (0, 1));
        for round in 1..=10_000u64 {
            let wraps_ns = counter.reaches_ns(100).expect("it runs");
            assert_eq!(wraps_ns, 1000 + (round * 300 * 1000).div_ceil(7));
            counter.wrap(1);
            assert_eq!((counter.raw(wraps_ns - 1), counter.raw(wraps_ns)), (-1, 0));
        }
    }

    #[test]
    fn stands_and_goes_on() {
        let mut counter = Counter::new(1_000_000, 1, 0xffff);
        assert_eq!((counter.raw(5_000), counter.reaches_ns(3)), (0, None));
        counter.run(true, 10_000);
        counter.run(false, 15_500);
        assert_eq!(counter.raw(99_000), 5);
        counter.run(true, 100_000);
        assert_eq!(counter.raw(102_000), 7);
        counter.set_pace(2_000_000, 1, 102_000);
        assert_eq!(counter.raw(103_000), 9);
        counter.set(1, 103_000);
        assert_eq!((counter.raw(103_000), counter.reaches_ns(3)), (1, Some(104_000)));
        let standing = Counter::new(0, 1, 5);
        assert_eq!(standing.reaches_ns(3), None);
    }
}
