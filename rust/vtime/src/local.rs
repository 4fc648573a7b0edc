// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A node's own time: since it was switched on, by a crystal that is not exact.
//!
//! A node's clock is at 0 when the node is switched on, and runs `1 + rate` local nanoseconds for each nanosecond of
//! virtual time, rounded down. The rate is the crystal's error, and changes by its drift once a second of virtual time,
//! counted from the node's start: in second `k` it is `error + k * drift`. So a whole second is always a whole number
//! of local nanoseconds, and all arithmetic is in integers and exact.
//!
//! **Invariant:** [`LocalClock::to_local`] never goes back, [`LocalClock::to_global`] is its exact inverse, and
//! [`LocalClock::at_or_after`] maps an instant to the first local one that is not before it:
//! `to_local(g) >= x` exactly when `g >= to_global(x)`, and `x >= at_or_after(g)` exactly when `to_global(x) >= g`.
//! **Limits:** rates of at most [`Crystal::ERROR_MAX_PPB`]; a drift stops there.

use crate::{Instant, Span};

const NS_PER_S: u64 = 1_000_000_000;

/// How far a crystal is off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Crystal {
    error_ppb: i32,
    drift_ppb_per_s: i32,
}

/// A node's time as a function of virtual time, and back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LocalClock {
    start: Instant,
    crystal: Crystal,
}

impl Crystal {
    /// Always right.
    pub const EXACT: Crystal = Crystal { error_ppb: 0, drift_ppb_per_s: 0 };
    /// The greatest error, in parts per billion: 10 %, more than a bad RC oscillator has.
    pub const ERROR_MAX_PPB: i32 = 100_000_000;
    /// The greatest drift, in parts per billion each second.
    pub const DRIFT_MAX_PPB_PER_S: i32 = 1_000_000;

    /// A crystal that is too fast by `error_ppb` at first, and each second by `drift_ppb_per_s` more. What is beyond
    /// the limits is cut to them.
    pub fn new(error_ppb: i32, drift_ppb_per_s: i32) -> Crystal {
        let (error, drift) = (Crystal::ERROR_MAX_PPB, Crystal::DRIFT_MAX_PPB_PER_S);
        Crystal {
            error_ppb: error_ppb.clamp(-error, error),
            drift_ppb_per_s: drift_ppb_per_s.clamp(-drift, drift),
        }
    }

    /// The error at first, in parts per billion.
    pub const fn error_ppb(self) -> i32 {
        self.error_ppb
    }

    /// By how much the error grows each second, in parts per billion.
    pub const fn drift_ppb_per_s(self) -> i32 {
        self.drift_ppb_per_s
    }

    /// For how long the drift goes on: then the error would be greater than [`Crystal::ERROR_MAX_PPB`].
    pub fn drifts_for(self) -> Span {
        Span::from_ns(self.drift_seconds().saturating_mul(NS_PER_S))
    }

    /// The second in which the error stops to grow.
    fn drift_seconds(self) -> u64 {
        let room = match self.drift_ppb_per_s {
            0 => return u64::MAX,
            1.. => Crystal::ERROR_MAX_PPB - self.error_ppb,
            _ => Crystal::ERROR_MAX_PPB + self.error_ppb,
        };
        u64::from(room.unsigned_abs() / self.drift_ppb_per_s.unsigned_abs())
    }

    /// How many local nanoseconds second `k` has.
    fn second_length(self, k: u64) -> u64 {
        let steps = if self.drifts() { k.min(self.drift_seconds()) as i64 } else { 0 };
        (NS_PER_S as i64 + i64::from(self.error_ppb) + steps * i64::from(self.drift_ppb_per_s)) as u64
    }

    /// How many local nanoseconds lie before second `k`.
    fn before_second(self, k: u64) -> u128 {
        let drifting = i128::from(k.min(self.drift_seconds()));
        let steps = if self.drifts() { drifting * (drifting - 1) / 2 } else { 0 };
        let first = i128::from(NS_PER_S) + i128::from(self.error_ppb);
        let while_drifting = drifting * first + steps * i128::from(self.drift_ppb_per_s);
        let after = (i128::from(k) - drifting) * i128::from(self.second_length(k));
        (while_drifting + after) as u128
    }

    const fn drifts(self) -> bool {
        self.drift_ppb_per_s != 0
    }
}

impl LocalClock {
    /// Virtual time itself.
    pub const EXACT: LocalClock = LocalClock { start: Instant::START, crystal: Crystal::EXACT };

    /// The clock of a node that is switched on at `start`.
    pub const fn new(start: Instant, crystal: Crystal) -> LocalClock {
        LocalClock { start, crystal }
    }

    /// When the node is switched on.
    pub const fn start(self) -> Instant {
        self.start
    }

    /// Its crystal.
    pub const fn crystal(self) -> Crystal {
        self.crystal
    }

    /// What the node's clock shows at `global`, rounded down; 0 before its start.
    pub fn to_local(self, global: Instant) -> Instant {
        if self.crystal == Crystal::EXACT {
            return Instant::from_ns(global.since(self.start).as_ns());
        }
        let passed_ns = global.since(self.start).as_ns();
        let (k, part_ns) = (passed_ns / NS_PER_S, passed_ns % NS_PER_S);
        // Less than 1e9 times 1.1e9.
        let part = part_ns * self.crystal.second_length(k) / NS_PER_S;
        clip(self.crystal.before_second(k) + u128::from(part))
    }

    /// The first instant at which the node's clock shows `local` or more; its start for 0.
    pub fn to_global(self, local: Instant) -> Instant {
        if self.crystal == Crystal::EXACT {
            return clip(u128::from(self.start.as_ns()) + u128::from(local.as_ns()));
        }
        let k = self.second_of(local.as_ns());
        // Less than a second's length, which is at most 1.1e9.
        let part = (u128::from(local.as_ns()) - self.crystal.before_second(k)) as u64;
        let part_ns = (part * NS_PER_S).div_ceil(self.crystal.second_length(k));
        clip(u128::from(self.start.as_ns()) + u128::from(k) * u128::from(NS_PER_S) + u128::from(part_ns))
    }

    /// The first local instant that is not before `global`: when the node sees what happens then.
    pub fn at_or_after(self, global: Instant) -> Instant {
        match global.since(self.start).as_ns() {
            0 => Instant::START,
            passed_ns => {
                let before = Instant::from_ns(self.start.as_ns() + (passed_ns - 1));
                Instant::from_ns(self.to_local(before).as_ns() + 1)
            }
        }
    }

    /// `global`, or the first instant after it at which the node's clock moves.
    pub fn next_tick(self, global: Instant) -> Instant {
        if self.crystal == Crystal::EXACT {
            return global.max(self.start);
        }
        self.to_global(self.at_or_after(global))
    }

    /// The second in which the clock shows `local`.
    fn second_of(self, local_ns: u64) -> u64 {
        if !self.crystal.drifts() {
            return local_ns / self.crystal.second_length(0);
        }
        // The shortest second has nine tenths of a second.
        let (mut low, mut high) = (0, local_ns / (NS_PER_S / 10 * 9) + 1);
        while low + 1 < high {
            let middle = low + (high - low) / 2;
            if self.crystal.before_second(middle) <= u128::from(local_ns) {
                low = middle;
            } else {
                high = middle;
            }
        }
        low
    }
}

fn clip(ns: u128) -> Instant {
    Instant::from_ns(u64::try_from(ns).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HUNDRED_YEARS_NS: u64 = 100 * 366 * 24 * 3600 * NS_PER_S;

    /// At these instants the clock shows this.
    fn check(start_ns: u64, crystal: Crystal, expected: &[(u64, u64)]) {
        let clock = LocalClock::new(Instant::from_ns(start_ns), crystal);
        for &(global_ns, local_ns) in expected {
            assert_eq!(
                clock.to_local(Instant::from_ns(global_ns)).as_ns(),
                local_ns,
                "{clock:?} at {global_ns}"
            );
        }
    }

    #[test]
    fn shows_the_time_since_its_start() {
        check(0, Crystal::EXACT, &[(0, 0), (5, 5)]);
        check(100, Crystal::EXACT, &[(0, 0), (100, 0), (105, 5)]);
        check(0, Crystal::new(20_500, 0), &[(1_000_000, 1_000_020), (NS_PER_S, NS_PER_S + 20_500)]);
        check(
            7,
            Crystal::new(-100_000_000, 0),
            &[(8, 0), (9, 1), (17, 9), (NS_PER_S + 7, NS_PER_S / 10 * 9)],
        );
    }

    #[test]
    fn drifts_from_second_to_second() {
        let seconds = |n: u64| n * NS_PER_S;
        // 1 ppm too slow, and each second 1 ppm less.
        check(
            0,
            Crystal::new(-1_000, 1_000),
            &[
                (seconds(1), seconds(1) - 1_000),
                (seconds(2), seconds(2) - 1_000),
                (seconds(3), seconds(3)),
                (seconds(4), seconds(4) + 2_000),
            ],
        );
    }

    #[test]
    fn a_drift_stops_at_the_greatest_error() {
        let crystal = Crystal::new(Crystal::ERROR_MAX_PPB - 1_500_000, 1_000_000);
        assert_eq!(crystal.drifts_for(), Span::from_ns(NS_PER_S));
        let lengths: Vec<_> = (0..4).map(|k| crystal.second_length(k)).collect();
        assert_eq!(lengths, [1_098_500_000, 1_099_500_000, 1_099_500_000, 1_099_500_000]);
        assert_eq!(crystal.before_second(4), lengths.iter().map(|length| u128::from(*length)).sum());
        assert_eq!(Crystal::new(5, 0).drifts_for(), Span::MAX);
    }

    fn any_clock() -> impl Strategy<Value = LocalClock> {
        let error =
            prop_oneof![Just(0), -50_000..=50_000i32, -Crystal::ERROR_MAX_PPB..=Crystal::ERROR_MAX_PPB];
        let drift = prop_oneof![
            Just(0),
            -1_000..=1_000i32,
            -Crystal::DRIFT_MAX_PPB_PER_S..=Crystal::DRIFT_MAX_PPB_PER_S
        ];
        let start_ns = prop_oneof![Just(0), 0..=10 * NS_PER_S, 0..=HUNDRED_YEARS_NS];
        (start_ns, error, drift).prop_map(|(start_ns, error, drift)| {
            LocalClock::new(Instant::from_ns(start_ns), Crystal::new(error, drift))
        })
    }

    /// Near the start, near whole seconds, and anywhere in a hundred years.
    fn any_passed_ns() -> impl Strategy<Value = u64> {
        let near_second = (0u64..200, 0u64..10).prop_map(|(s, part)| (s * NS_PER_S + part).saturating_sub(5));
        prop_oneof![0..5_000u64, near_second, 0..=200 * NS_PER_S, 0..=HUNDRED_YEARS_NS]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn never_goes_back(clock in any_clock(), from in any_passed_ns(), step in 0u64..3 * NS_PER_S) {
            let at = clock.start() + Span::from_ns(from);
            let (early, late) = (clock.to_local(at), clock.to_local(at + Span::from_ns(step)));
            prop_assert!(early <= late);
            // A tenth more or less, and a nanosecond for the rounding.
            let passed = late.as_ns() - early.as_ns();
            prop_assert!(passed.abs_diff(step) <= step / 10 + 1, "{} in {}", passed, step);
        }

        #[test]
        fn to_global_is_the_inverse_of_to_local(clock in any_clock(), passed in any_passed_ns(), local in any_passed_ns()) {
            let (global, local) = (clock.start() + Span::from_ns(passed), Instant::from_ns(local));
            prop_assert_eq!(clock.to_local(global) >= local, global >= clock.to_global(local));
            // Each instant is near its own image, where the two could differ.
            for near in [clock.to_local(global), Instant::from_ns(clock.to_local(global).as_ns() + 1)] {
                prop_assert_eq!(clock.to_local(global) >= near, global >= clock.to_global(near));
            }
            // The first instant of all that show this or more.
            let first = clock.to_global(local);
            prop_assert!(clock.to_local(first) >= local);
            if first > clock.start() {
                prop_assert!(clock.to_local(Instant::from_ns(first.as_ns() - 1)) < local);
            }
        }

        #[test]
        fn at_or_after_is_the_first_local_instant_that_is_not_before(clock in any_clock(), passed in any_passed_ns()) {
            let global = clock.start() + Span::from_ns(passed);
            let local = clock.at_or_after(global);
            prop_assert!(clock.to_global(local) >= global);
            if local > Instant::START {
                prop_assert!(clock.to_global(Instant::from_ns(local.as_ns() - 1)) < global);
            }
            // A slow clock moves at least every other nanosecond.
            let tick = clock.next_tick(global);
            prop_assert_eq!(tick, clock.to_global(local));
            prop_assert!(global <= tick && tick <= global + Span::from_ns(1));
        }

        #[test]
        fn without_an_error_it_is_virtual_time(start in 0..=HUNDRED_YEARS_NS, passed in any_passed_ns()) {
            let clock = LocalClock::new(Instant::from_ns(start), Crystal::EXACT);
            let (global, local) = (Instant::from_ns(start + passed), Instant::from_ns(passed));
            prop_assert_eq!(clock.to_local(global), local);
            prop_assert_eq!(clock.at_or_after(global), local);
            prop_assert_eq!(clock.to_global(local), global);
            prop_assert_eq!(clock.next_tick(global), global);
        }

        #[test]
        fn nothing_overflows(clock in any_clock(), ns in any::<u64>()) {
            let at = Instant::from_ns(ns);
            let _ = (clock.to_local(at), clock.at_or_after(at), clock.to_global(at), clock.next_tick(at));
        }

        /// Second by second, as the head of this file says it.
        #[test]
        fn agrees_with_a_sum_over_the_seconds(clock in any_clock(), seconds in 0u64..300, part in 0..NS_PER_S) {
            let crystal = clock.crystal();
            let mut rate = i64::from(crystal.error_ppb());
            let mut local = 0i64;
            for _ in 0..seconds {
                local += NS_PER_S as i64 + rate;
                let next = rate + i64::from(crystal.drift_ppb_per_s());
                if next.abs() <= i64::from(Crystal::ERROR_MAX_PPB) {
                    rate = next;
                }
            }
            let in_part = i128::from(part) * i128::from(NS_PER_S as i64 + rate) / i128::from(NS_PER_S);
            let global = clock.start() + Span::from_ns(seconds * NS_PER_S + part);
            prop_assert_eq!(i128::from(clock.to_local(global).as_ns()), i128::from(local) + in_part);
        }
    }
}
