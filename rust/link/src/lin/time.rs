// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Bit times, exactly.

use vtime::{Instant, Span};

const NS_PER_SECOND: u128 = 1_000_000_000;

/// How long bits are: one second has so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bits {
    per_second: u32,
}

/// A time in parts of a nanosecond: as many as there are bits in a second. So each bit begins at a whole number of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Exact(u128);

impl Bits {
    /// The rate is not 0.
    pub(super) const fn new(per_second: u32) -> Bits {
        Bits { per_second }
    }

    /// The exact time of a whole nanosecond.
    pub(super) fn exact(self, at: Instant) -> Exact {
        Exact(u128::from(at.as_ns()) * u128::from(self.per_second))
    }

    /// So many bits after `at`.
    pub(super) fn after(self, at: Exact, bits: u32) -> Exact {
        Exact(at.0 + u128::from(bits) * NS_PER_SECOND)
    }

    /// So many nanoseconds after `at`.
    pub(super) fn later(self, at: Exact, by: Span) -> Exact {
        Exact(at.0 + u128::from(by.as_ns()) * u128::from(self.per_second))
    }

    /// Rounded up to a nanosecond; what is past the end of time is there.
    pub(super) fn instant(self, at: Exact) -> Instant {
        let ns = at.0.div_ceil(u128::from(self.per_second));
        u64::try_from(ns).map_or(Instant::FAR, Instant::from_ns)
    }

    /// How long so many tenths of a bit are, rounded up.
    pub(super) fn tenths(self, tenths: u32) -> Span {
        Span::from_ns((u128::from(tenths) * NS_PER_SECOND).div_ceil(u128::from(self.per_second) * 10) as u64)
    }

    /// How long so many bits are, rounded down.
    pub(super) fn at_least(self, bits: u32) -> Span {
        Span::from_ns((u128::from(bits) * NS_PER_SECOND / u128::from(self.per_second)) as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_exact() {
        let bits = Bits::new(19_200);
        let start = bits.exact(Instant::from_ns(5));
        // 52083 1/3 ns each.
        let at = |count| bits.instant(bits.after(start, count)).as_ns();
        assert_eq!([1, 2, 3, 34, 19_200].map(at), [52_089, 104_172, 156_255, 1_770_839, 1_000_000_005]);
        assert_eq!(bits.at_least(10), Span::from_ns(520_833));
        // 47.6 bits.
        assert_eq!(bits.tenths(476), Span::from_ns(2_479_167));
        assert_eq!(bits.instant(bits.after(bits.exact(Instant::FAR), 1)), Instant::FAR);
    }
}
