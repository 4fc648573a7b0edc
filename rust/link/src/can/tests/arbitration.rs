// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Who goes first.

use super::*;

const BRS: Kind = Kind::Fd { switches_rate: true, is_passive: false };

fn standard(id: u16, kind: Kind) -> Frame {
    Frame::new(Id::Standard(id), kind, &[]).unwrap()
}

fn extended(id: u32, kind: Kind) -> Frame {
    Frame::new(Id::Extended(id), kind, &[]).unwrap()
}

/// Two offer a frame each at one time: both go through, without an error, the first one first.
#[track_caller]
fn check(first: Frame, second: Frame) {
    for (a, b) in [(first, second), (second, first)] {
        let mut bench = Bench::joined(3, &[]);
        bench.offer(20_000, 0, a);
        bench.offer(20_000, 1, b);
        bench.settle(1_000_000);
        let got: Vec<_> = bench.heard(2).into_iter().map(|(_, what)| what).collect();
        assert_eq!(got, [FromBus::Received(first), FromBus::Received(second)]);
        assert!((0..3).all(|end| bench.counters(end).is_empty()), "{:?}", bench.seen);
    }
}

#[test]
fn the_lesser_identifier_goes_first() {
    check(standard(0x123, Kind::Data), standard(0x124, Kind::Data));
    check(standard(0x7ef, Kind::Data), standard(0x7ff, Kind::Data));
    check(extended(5, Kind::Data), extended(6, Kind::Data));
    check(standard(0, BRS), standard(1, BRS));
    check(standard(0, BRS), standard(1, Kind::Data));
    check(standard(0, Kind::Remote), standard(1, BRS));
}

/// RTR of the remote frame is recessive where RTR or RRS of the other one is dominant.
#[test]
fn data_goes_before_remote() {
    check(standard(0x123, Kind::Data), standard(0x123, Kind::Remote));
    check(standard(0x123, BRS), standard(0x123, Kind::Remote));
    check(extended(0x123, Kind::Data), extended(0x123, Kind::Remote));
    check(extended(0x123, BRS), extended(0x123, Kind::Remote));
}

/// RTR against SRR; of a remote frame, for which those are equal, IDE.
#[test]
fn eleven_bits_go_before_twenty_nine_that_begin_so() {
    for kind in [Kind::Data, Kind::Remote, BRS] {
        check(standard(0x123, kind), extended(0x123 << 18, kind));
        check(extended(0x122 << 18, kind), standard(0x123, kind));
    }
}

/// 0x123 with data 1 and 2: two stuff bits, and they differ in the seventh bit of the data, bit 27, where who sends recessive sees
/// dominant. Its flag is an error to the other one in its next recessive bit. The receiver sees six dominant bits by 31, and
/// its flag is the last: 32 to 37, delimiter to 45.
#[test]
fn one_identifier_with_two_contents_is_an_error() {
    let mut bench = Bench::joined(3, &[]);
    bench.offer(20_000, 0, classic(0x123, &[1]));
    bench.offer(20_000, 1, classic(0x123, &[2]));
    bench.settle(60_000);
    let event =
        |bit, data| Event::Failed { error: ::can::Error::BitRecessive, bit, frame: classic(0x123, &[data]) };
    let ends_ns = 20_000 + 46_000;
    assert_eq!(bench.seen.told[0], (20_000, ends_ns, 0, 3, What::Failed, event(28, 1)));
    assert_eq!(bench.seen.told[1], (20_000, ends_ns, 1, 4, What::Failed, event(27, 2)));
    assert_eq!((bench.counters(0), bench.counters(1)), (vec![(ends_ns, 8, 0)], vec![(ends_ns, 8, 0)]));
    assert_eq!(bench.counters(2), [(ends_ns, 0, 1)]);
}

/// FDF is behind the arbitration: who sends CAN FD with the identifier of a classic frame finds an error there.
#[test]
fn one_identifier_with_and_without_fd_is_an_error() {
    let mut bench = Bench::joined(3, &[]);
    bench.offer(20_000, 0, standard(0x555, BRS));
    bench.offer(20_000, 1, standard(0x555, Kind::Data));
    bench.settle(70_000);
    assert!(
        matches!(
            bench.seen.told[0],
            (20_000, _, 0, _, What::Failed, Event::Failed { error: ::can::Error::BitRecessive, bit: 14, .. })
        ),
        "{:?}",
        bench.seen.told
    );
}

/// Both are through with it, and it is one frame on the bus.
#[test]
fn equal_frames_are_one() {
    let mut bench = Bench::joined(3, &[]);
    bench.offer(20_000, 0, classic(0, &[]));
    bench.offer(20_000, 1, classic(0, &[]));
    bench.settle(1_000_000);
    assert_eq!(bench.heard(2), [(69_000, FromBus::Received(classic(0, &[])))]);
    assert_eq!((bench.heard(0), bench.heard(1)), (vec![(70_000, SENT)], vec![(70_000, SENT)]));
}

/// Who offers before the first bit is over takes part; who offers then comes next, three bits after the end.
#[test]
fn who_comes_within_the_start_of_frame_takes_part() {
    for (at_ns, first) in [(20_999, 1), (21_000, 2)] {
        let mut bench = Bench::joined(3, &[]);
        bench.offer(20_000, 0, classic(2, &[]));
        bench.offer(at_ns, 1, classic(1, &[]));
        bench.settle(1_000_000);
        let got = bench.heard(2);
        assert!(matches!(got[0].1, FromBus::Received(frame) if frame.id() == Id::Standard(first)), "{got:?}");
        let second = bench.seen.told[1];
        assert_eq!(second.0, bench.seen.told[0].1 + 3_000);
    }
}

/// Of several mailboxes the least goes first; a frame to be tried once that loses is gone.
#[test]
fn mailboxes_go_by_their_number_and_once_is_once() {
    let mut bench = Bench::joined(2, &[]);
    let far = Instant::FAR;
    bench.offer(20_000, 0, classic(0x10, &[]));
    for (mailbox, id, once) in [(3, 1, true), (1, 2, false), (0, 0x700, true)] {
        bench.say(30_000, 1, far, ToBus::Offer { mailbox, once, frame: classic(id, &[]) });
    }
    bench.offer(30_000, 0, classic(0x20, &[]));
    bench.settle(1_000_000);
    let heard: Vec<_> = bench.heard(1).into_iter().map(|(_, what)| what).collect();
    let received = |id| FromBus::Received(classic(id, &[]));
    let sent = |mailbox| FromBus::Sent { mailbox };
    let lost = FromBus::Lost { mailbox: 0 };
    // Its least mailbox has the greatest identifier: it gives way.
    assert_eq!(heard, [received(0x10), received(0x20), lost, sent(1), sent(3)]);
    assert!(
        bench
            .seen
            .told
            .iter()
            .any(|told| told.4 == What::Lost && told.5 == Event::Frame(classic(0x700, &[])))
    );
}
