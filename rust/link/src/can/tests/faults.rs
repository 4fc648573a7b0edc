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
    let fault = Fault::StuckDominant { from: Instant::from_ns(20_000), until: Instant::from_ns(120_000) };
    let mut bench = Bench::joined(2, &[fault]);
    bench.offer(60_000, 0, zeros());
    assert_eq!(bench.bus.unfired().len(), 1);
    bench.settle(300_000);
    assert_eq!(bench.bus.unfired(), []);
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
        &[Fault::Drop { frames: nth(1), to: vec![End(2)] }, Fault::Drop { frames: nth(2), to: vec![End(2)] }],
    );
    bench.offer(20_000, 0, zeros());
    bench.settle(300_000);
    assert_eq!((bench.heard(0).len(), bench.heard(1).len(), bench.heard(2).len()), (1, 1, 0));
    assert_eq!(bench.bus.unfired(), [crate::Unfired { place: 1, frames: 1, matched: 1 }]);
}

/// The second frame with an identifier, whichever comes between; a fault that hits every one is told each time.
#[test]
fn faults_hit_frames_by_their_identifier() {
    use crate::Which;
    use std::num::NonZeroU64;
    let frames = |which| Hits { id: Some(Ids::one(Id::Standard(7))), which, ..Hits::all() };
    let second = Fault::Drop { frames: frames(Which::Nth(NonZeroU64::new(2).unwrap())), to: vec![End(1)] };
    let every = Fault::Drop { frames: frames(Which::Every), to: vec![End(2)] };
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
    let faults = bench.seen.told.iter().filter_map(|told| match told.4 {
        What::Struck { fault } => Some(fault),
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
        until: Instant::from_ns(90_000_000),
    };
    let run = |seed| {
        let mut bench = Bench::joined(2, std::slice::from_ref(&fault));
        bench.bus = bench.bus.with_draws(Draws::new(seed, "bus"));
        (1..200).for_each(|n| bench.offer(n * 500_000, 0, classic(n as u16, &[n as u8; 8])));
        bench.settle(110_000_000);
        bench.seen
    };
    let (seen, again, other) = (run(1), run(1), run(2));
    assert_eq!(seen, again);
    assert_ne!(seen, other);
    let count = |what| seen.told.iter().filter(|told| told.4 == what).count();
    assert_eq!(count(What::Sent), 199);
    // 179 frames of about 115 bits: one in 18 of them.
    assert!((3..25).contains(&count(What::Failed)), "{}", count(What::Failed));
}

/// Which frames are hit: by whose they are, by a part of their identifier, by their data, and by when they start.
#[test]
fn faults_hit_what_they_look_for() {
    use crate::Pattern;
    let ids = Ids { id: Id::Standard(0x100), mask: 0x700 };
    let data = vec![Pattern { at: 1, bytes: vec![5, 6] }];
    let time = |from_ns, until_ns| Hits {
        from: Instant::from_ns(from_ns),
        until: Instant::from_ns(until_ns),
        ..Hits::all()
    };
    for (frames, expected) in [
        (Hits { ends: vec![End(1)], ..Hits::all() }, [0x110, 0x300].as_slice()),
        (Hits { id: Some(ids), ..Hits::all() }, &[0x101, 0x110]),
        (Hits { data, ..Hits::all() }, &[0x200]),
        (time(200_000, 600_000), &[0x110, 0x200]),
        (Hits { id: Some(Ids::one(Id::Extended(0x101))), ..Hits::all() }, &[]),
    ] {
        let mut bench = Bench::joined(3, &[Fault::Drop { frames: frames.clone(), to: vec![] }]);
        bench.offer(20_000, 0, classic(0x101, &[1, 5, 7]));
        bench.offer(200_000, 1, classic(0x110, &[5, 6]));
        bench.offer(400_000, 0, classic(0x200, &[1, 5, 6, 7]));
        bench.offer(600_000, 1, classic(0x300, &[]));
        bench.settle(1_000_000);
        let struck = bench.seen.told.iter().filter_map(|told| match (told.4, told.5) {
            (What::Struck { fault: 0 }, Event::Frame(frame)) => Some(frame.id()),
            _ => None,
        });
        let expected: Vec<_> = expected.iter().map(|id| Id::Standard(*id)).collect();
        assert_eq!(struck.collect::<Vec<_>>(), expected, "{frames:?}");
    }
}

/// A cut of all ends leaves each by itself, and all come back.
#[test]
fn a_cut_bus_is_whole_again() {
    let (from, until) = (Instant::from_ns(100_000), Instant::from_ns(400_000));
    let ends = vec![End(0), End(1), End(2)];
    let mut bench = Bench::joined(3, &[Fault::Cut { ends, from, until }]);
    bench.offer(200_000, 1, zeros());
    bench.settle(2_000_000);
    let pulled = bench.seen.told.iter().filter(|told| told.4 == What::Struck { fault: 0 });
    let pulled: Vec<_> = pulled.map(|told| (told.0, told.2, told.5)).collect();
    assert_eq!(pulled, [0, 1, 2].map(|end| (100_000, end, Event::NoFrame)));
    let through = |end| bench.heard(end).iter().all(|(at, _)| *at > 400_000) && bench.heard(end).len() == 1;
    assert!((0..3).all(through), "{:?}", bench.seen.delivered);
}

fn babble(id: u16, every_ns: Option<u64>, from_ns: u64, until_ns: u64) -> Fault {
    Fault::Babble {
        frame: classic(id, &[]),
        every: every_ns.map(Span::from_ns),
        from: Instant::from_ns(from_ns),
        until: Instant::from_ns(until_ns),
    }
}

/// 53 bits each with the intermission; the frame of another one with a lesser identifier comes between, others wait until it is over.
#[test]
fn a_babbling_node_takes_the_bus() {
    let mut bench = Bench::joined(2, &[babble(0, None, 100_000, 400_000)]);
    bench.offer(210_000, 0, classic(0x7ff, &[]));
    bench.settle(1_000_000);
    let babbled = bench.seen.told.iter().filter(|told| told.2 == 2 && told.4 == What::Sent);
    let babbled: Vec<_> = babbled.map(|told| told.0).collect();
    assert_eq!(babbled, (0..6).map(|n| 100_000 + n * 53_000).collect::<Vec<_>>());
    let struck = (100_000, 100_000, 2, 0, What::Struck { fault: 0 }, Event::Frame(zeros()));
    assert!(bench.seen.told.contains(&struck), "{:?}", bench.seen.told);
    assert_eq!(bench.heard(1).iter().filter(|(_, what)| *what == FromBus::Received(zeros())).count(), 6);
    let own = bench.heard(0).into_iter().find(|(_, what)| *what == SENT);
    assert!(own.is_some_and(|(at, _)| at > 400_000), "{own:?}");
    assert_eq!(bench.bus.unfired(), []);
}

/// It acknowledges nothing, not even alone with another one; and one that is kept from its turn catches up.
#[test]
fn a_babbling_node_hears_nothing() {
    let mut bench = Bench::joined(1, &[babble(0x700, Some(100_000), 100_000, 350_000)]);
    bench.offer(20_000, 0, zeros());
    bench.settle(300_000);
    assert_eq!(bench.heard(0), []);
    assert!(bench.counters(0).last().is_some_and(|(_, transmit, _)| *transmit > 0));
    let mut bench = Bench::joined(2, &[babble(0x700, Some(100_000), 100_000, 350_000)]);
    bench.say(0, 1, Instant::FAR, ToBus::Offer { mailbox: 0, once: true, frame: zeros() });
    bench.offer(90_000, 0, classic(0, &[0; 8]));
    bench.settle(1_000_000);
    let babbled = bench.seen.told.iter().filter(|told| told.2 == 2 && told.4 == What::Sent);
    let babbled: Vec<_> = babbled.map(|told| told.0).collect();
    // The frame before it is 127 us with the intermission, its own are 50 us; the second one was due at 200 us, the third at 300 us.
    assert_eq!(babbled, [217_000, 267_000, 317_000]);
}

/// Nobody hears it, and it goes on to its end.
#[test]
fn a_node_that_babbles_to_nobody_comes_to_an_end() {
    let mut bench = Bench::of(
        BusSpec::new(BITRATE_BPS, None, Span::ZERO).unwrap(),
        2,
        &[babble(1, None, 100_000, 10_000_000)],
    );
    bench.bus.settle(Instant::FAR, &mut bench.seen);
    let failed = bench.seen.told.iter().filter(|told| told.4 == What::Failed).count();
    assert!(failed > 100, "{failed}");
    assert_eq!(bench.bus.earliest_told(), Instant::FAR);
}
