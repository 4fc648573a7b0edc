// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What a scenario does to a bus; disturbed bits are in `errors`, pulled plugs in `members`. A bit is 1 us.

use super::*;

/// 50 bits, all zeros.
fn zeros() -> Frame {
    classic(0, &[])
}

/// Held dominant for 100 us on an idle bus: the sixth bit is an error for all, their flags are over with bit 11; after each
/// further eight bits they count 8. 88 bits are 11 times; the first bit behind the flag is 8, and the error 1.
#[test]
fn a_stuck_bus_makes_receivers_passive() {
    let fault = Fault::StuckDominant { from: Instant::from_ns(20_000), to: Instant::from_ns(120_000) };
    let mut bench = Bench::joined(2, &[fault]);
    bench.offer(60_000, 0, zeros());
    assert_eq!(bench.bus.unfired().count(), 1);
    bench.settle(300_000);
    assert_eq!(bench.bus.unfired().count(), 0);
    assert_eq!(bench.counters(1)[0], (128_000, 0, 1 + 8 + 11 * 8));
    // It was offered meanwhile, and starts behind delimiter and intermission.
    assert_eq!(bench.heard(0), [(131_000 + 50_000, SENT)]);
}

/// Six dominant bits of nobody, from bit 20 on.
#[test]
fn an_error_frame_of_nobody() {
    let mut bench = Bench::joined(2, &[Fault::ErrorFrame { frames: nth(1), bit: 20 }]);
    bench.offer(20_000, 0, zeros());
    bench.settle(300_000);
    // The next recessive bit is 23, for both the sixth dominant one: flag 24 to 29, delimiter to 37.
    assert_eq!(bench.seen.told[0].1, 20_000 + 38_000);
    assert_eq!(bench.heard(0), [(20_000 + 41_000 + 50_000, SENT)]);
}

#[test]
fn a_dropped_frame_is_known_to_nobody() {
    let mut bench = Bench::joined(
        3,
        &[Fault::Drop { frames: nth(1), at: End(2) }, Fault::Drop { frames: nth(2), at: End(2) }],
    );
    bench.offer(20_000, 0, zeros());
    bench.settle(300_000);
    assert_eq!((bench.heard(0).len(), bench.heard(1).len(), bench.heard(2).len()), (1, 1, 0));
    assert_eq!(bench.bus.unfired().collect::<Vec<_>>(), [&Fault::Drop { frames: nth(2), at: End(2) }]);
}

/// The second frame with an identifier, whichever comes between; a fault that hits every one is told each time.
#[test]
fn faults_hit_frames_by_their_identifier() {
    use crate::Which;
    use std::num::NonZeroU64;
    let frames = |which| Hits { id: Some(Id::Standard(7)), which };
    let second = Fault::Drop { frames: frames(Which::Nth(NonZeroU64::new(2).unwrap())), at: End(1) };
    let every = Fault::Drop { frames: frames(Which::Every), at: End(2) };
    let mut bench = Bench::joined(3, &[second, every]);
    for (at_ns, id) in [(20_000, 7), (200_000, 8), (400_000, 7), (600_000, 7)] {
        bench.offer(at_ns, 0, classic(id, &[]));
    }
    bench.settle(1_000_000);
    let heard = |end| {
        bench
            .heard(end)
            .into_iter()
            .map(|(_, what)| match what {
                FromBus::Received(frame) => frame.id(),
                other => panic!("{other:?}"),
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(heard(1), [7, 8, 7].map(Id::Standard));
    assert_eq!(heard(2), [Id::Standard(8)]);
    let faults = bench.seen.told.iter().filter_map(|told| match told.5 {
        Event::Fault { place } => Some(place),
        _ => None,
    });
    assert_eq!(faults.collect::<Vec<_>>(), [1, 0, 1, 1]);
}

/// By chance, but the same in every run, and no frame is lost by it.
#[test]
fn bits_are_wrong_by_chance() {
    use crate::Draws;
    let fault = Fault::BitErrors {
        one_in: std::num::NonZeroU64::new(2_000).unwrap(),
        from: Instant::START,
        to: Instant::from_ns(90_000_000),
    };
    let run = |seed| {
        let mut bench = Bench::joined(2, &[fault]);
        bench.bus = bench.bus.with_draws(Draws::new(seed, "bus"));
        (1..200).for_each(|n| bench.offer(n * 500_000, 0, classic(n as u16, &[n as u8; 8])));
        bench.settle(110_000_000);
        bench.seen
    };
    let (seen, again, other) = (run(1), run(1), run(2));
    assert_eq!(seen, again);
    assert_ne!(seen, other);
    let count = |what| {
        seen.told.iter().filter(|told| told.4 == what && !matches!(told.5, Event::Fault { .. })).count()
    };
    assert_eq!(count(What::Sent), 199);
    // 179 frames of about 115 bits: one in 18 of them.
    assert!((3..25).contains(&count(What::Failed)), "{}", count(What::Failed));
}
