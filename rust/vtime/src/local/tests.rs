// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A clock against its definition, its inverse, and the edges of time.

use super::*;
use proptest::prelude::*;

const HUNDRED_YEARS_NS: u64 = 100 * 366 * 24 * 3600 * NS_PER_S;

/// At these instants the clock shows this.
fn check(start_ns: u64, crystal: Crystal, expected: &[(u64, u64)]) {
    let clock = LocalClock::new(Instant::from_ns(start_ns), crystal);
    for &(global_ns, local_ns) in expected {
        assert_eq!(clock.to_local(Instant::from_ns(global_ns)).as_ns(), local_ns, "{clock:?} at {global_ns}");
    }
}

#[test]
fn shows_the_time_since_its_start() {
    check(0, Crystal::EXACT, &[(0, 0), (5, 5)]);
    check(100, Crystal::EXACT, &[(0, 0), (100, 0), (105, 5)]);
    check(0, Crystal::new(20_500, 0), &[(1_000_000, 1_000_020), (NS_PER_S, NS_PER_S + 20_500)]);
    check(7, Crystal::new(-100_000_000, 0), &[(8, 0), (9, 1), (17, 9), (NS_PER_S + 7, NS_PER_S / 10 * 9)]);
}

/// A clock that is rounded at the end of each slice would show how time is sliced.
#[test]
fn planted_rounding_at_each_slice() {
    let clock = LocalClock::new(Instant::START, Crystal::new(12_345, 0));
    let in_slices = |slice_ns: u64| {
        let slice = clock.to_local(Instant::from_ns(slice_ns)).as_ns();
        slice * (NS_PER_S / slice_ns)
    };
    let whole = clock.to_local(Instant::from_ns(NS_PER_S)).as_ns();
    assert_eq!(whole, 1_000_012_345);
    assert_eq!([1_000_000, 1000].map(in_slices), [1_000_012_000, 1_000_000_000]);
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
    let error = prop_oneof![Just(0), -50_000..=50_000i32, -Crystal::ERROR_MAX_PPB..=Crystal::ERROR_MAX_PPB];
    let drift =
        prop_oneof![Just(0), -1_000..=1_000i32, -Crystal::DRIFT_MAX_PPB_PER_S..=Crystal::DRIFT_MAX_PPB_PER_S];
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
