// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Errors: when they are over, what they count, and how one gets off the bus and on again. A bit is 1 us.

use super::*;
use ::can::{Error, State};

/// 50 bits, all zeros: 6 stuff bits, ACK slot in bit 41.
fn zeros() -> Frame {
    classic(0, &[])
}

fn states(bench: &Bench, end: u16) -> Vec<(u64, State)> {
    let mut states: Vec<(u64, State)> = Vec::new();
    for (at, to, what) in &bench.seen.delivered {
        if let FromBus::Status(status) = what
            && *to == end
            && states.last().map_or(State::Active, |(_, state)| *state) != status.state
        {
            states.push((*at, status.state));
        }
    }
    states
}

#[test]
fn a_frame_is_valid_one_bit_before_its_end() {
    let mut bench = Bench::joined(2, &[]);
    bench.offer(20_000, 0, zeros());
    bench.settle(21_000);
    assert_eq!(bench.heard(1), [(69_000, FromBus::Received(zeros()))]);
    assert_eq!(bench.heard(0), [(70_000, SENT)]);
    assert_eq!(bench.seen.told, [(20_000, 70_000, 0, 2, What::Sent, Event::Frame(zeros()))]);
}

/// Nobody acknowledges: error flag from bit 42 on, 6 bits, delimiter 8, intermission 3: again after 59 us. After 16 times it is
/// passive; its count stays there, and it waits 8 bits more.
#[test]
fn a_lone_sender_gets_passive_and_no_worse() {
    let mut bench = Bench::joined(1, &[]);
    bench.offer(20_000, 0, zeros());
    bench.settle(20_000 + 16 * 59_000 + 10 * 67_000);
    let expected: Vec<_> =
        (0..16).map(|n: u64| (20_000 + n * 59_000 + 56_000, 8 * (n as u16 + 1), 0)).collect();
    assert_eq!(bench.counters(0), expected);
    let starts: Vec<_> = bench.seen.told.iter().map(|told| told.0).collect();
    let passive_ns = 20_000 + 15 * 59_000;
    let expected: Vec<_> =
        (0..15).map(|n| 20_000 + n * 59_000).chain((0..11).map(|n| passive_ns + n * 67_000)).collect();
    assert_eq!(starts, expected);
    let event = Event::Failed { error: Error::Acknowledge, bit: 41, frame: zeros() };
    assert!(bench.seen.told.iter().all(|told| told.5 == event && told.4 == What::Failed));
    // It would go on for ever.
    let known = bench.seen.told.len();
    bench.bus.settle(Instant::FAR, &mut bench.seen);
    assert_eq!(bench.seen.told.len(), known + 1);
}

/// Who joins later hears the frame that starts after its first idle bus.
#[test]
fn somebody_who_joins_ends_it() {
    let mut bench = Bench::joined(2, &[]);
    bench.say(1, 1, Instant::FAR, ToBus::Leave);
    bench.offer(20_000, 0, zeros());
    bench.join(100_000, 1, Mode::Normal);
    bench.settle(300_000);
    // The second frame starts at 79 us; its error frame and intermission end at 138 us.
    assert_eq!(bench.heard(1), [(187_000, FromBus::Received(zeros()))]);
    assert_eq!(bench.heard(0), [(188_000, SENT)]);
    assert_eq!(bench.counters(0), [(76_000, 8, 0), (135_000, 16, 0), (188_000, 15, 0)]);
}

/// A bit disturbed for all: the sender finds it at once, its flag begins with the next bit. Up to the disturbed bit 20, a recessive
/// one made dominant... all have seen the same; receivers find the sixth equal bit later.
#[track_caller]
fn check_corrupt(bit: u32, error: Error, ends_ns: u64, sender: u16, receiver: u16) {
    let fault = Fault::CorruptBit { frames: nth(1), bit };
    let mut bench = Bench::joined(2, &[fault]);
    bench.offer(20_000, 0, zeros());
    bench.settle(2_000_000);
    let (_, ends, _, _, _, Event::Failed { error: found, bit: at, .. }) = bench.seen.told[0] else {
        panic!("{:?}", bench.seen)
    };
    assert_eq!((found, u32::from(at), ends), (error, bit, 20_000 + ends_ns), "bit {bit}");
    assert_eq!((bench.counters(0)[0].1, bench.counters(1)[0].2), (sender, receiver), "bit {bit}");
    // And then it goes through.
    let again_ns = 20_000 + ends_ns + 3_000;
    assert_eq!(bench.heard(0), [(again_ns + 50_000, SENT)]);
    assert_eq!(bench.heard(1), [(again_ns + 49_000, FromBus::Received(zeros()))]);
    let at_ns = 20_000 + u64::from(bit) * 1000;
    let told = (at_ns, at_ns, 0, 0, What::Struck { fault: 0 }, Event::Frame(zeros()));
    assert!(bench.seen.told.contains(&told));
    assert_eq!(bench.bus.unfired(), []);
}

/// The zeros have a recessive stuff bit at 5, 11, 17, 23, 29, 35; delimiter 40, ACK slot 41, ACK delimiter 42, end 43 to 49.
#[test]
fn disturbed_bits_are_found_and_repeated() {
    // Dominant made recessive, in bit 14. The flag is 15 to 20: receivers see its sixth dominant bit in 20, and theirs is
    // 21 to 26; delimiter to 34.
    check_corrupt(14, Error::BitDominant, 35_000, 8, 1);
    // A stuff bit made dominant is the sixth equal bit for everybody: flag 18 to 23, delimiter to 31. It is not the sender's
    // fault before RTR: that is in bit 14.
    check_corrupt(17, Error::BitRecessive, 32_000, 8, 1);
    check_corrupt(11, Error::BitRecessive, 26_000, 0, 1);
    // The delimiter: a form error for the receiver.
    check_corrupt(40, Error::BitRecessive, 55_000, 8, 1);
    // The ACK slot: the sender hears nothing, its receiver neither; both begin with 42.
    check_corrupt(41, Error::Acknowledge, 56_000, 8, 1);
    check_corrupt(42, Error::BitRecessive, 57_000, 8, 1);
    check_corrupt(48, Error::BitRecessive, 63_000, 8, 1);
}

/// The last bit: its receiver has the frame, and answers by an overload frame that counts nothing. Its sender sends it again: the
/// well-known frame that comes twice.
#[test]
fn a_disturbed_last_bit_gives_a_frame_twice() {
    let mut bench = Bench::joined(2, &[Fault::CorruptBit { frames: nth(1), bit: 49 }]);
    bench.offer(20_000, 0, zeros());
    bench.settle(2_000_000);
    let received = FromBus::Received(zeros());
    assert_eq!(bench.heard(1), [(69_000, received), (20_000 + 50_000 + 14_000 + 3_000 + 49_000, received)]);
    assert_eq!(bench.counters(1), []);
    assert_eq!(bench.counters(0)[0], (84_000, 8, 0));
}

/// An identifier's recessive bit made dominant: its sender takes it for arbitration lost, and then nobody sends: six recessive
/// bits are a stuff error to all, which are receivers.
#[test]
fn a_disturbed_identifier_is_lost_arbitration() {
    let frame = classic(0x400, &[]);
    let mut bench = Bench::joined(2, &[Fault::CorruptBit { frames: nth(1), bit: 1 }]);
    bench.offer(20_000, 0, frame);
    bench.settle(100_000);
    // Recessive from bit 2 on, the sixth is bit 7; flag 8 to 13, delimiter to 21; told not before the shortest frame were valid.
    assert_eq!(bench.counters(0)[0], (53_250, 0, 1));
    assert_eq!(bench.counters(1)[0], (53_250, 0, 1));
    let sent = bench.seen.told.iter().find(|told| told.4 == What::Sent).unwrap();
    assert_eq!(sent.0, 20_000 + 22_000 + 3_000);
}

/// One that knows no CAN FD destroys it from the bit behind FDF on; it is the first, and counts 9. The sender sees it in res, or as soon
/// as it sends recessive.
#[test]
fn a_classic_controller_destroys_fd() {
    let spec = BusSpec::new(BITRATE_BPS, Some(DATA_BITRATE_BPS), Span::ZERO).unwrap();
    let mut bench = Bench::of(spec, 3, &[]);
    bench.join(0, 0, Mode::Normal);
    bench.join(0, 1, Mode::Normal);
    let classic_only = ToBus::Join { bitrate_bps: BITRATE_BPS, data_bitrate_bps: 0, mode: Mode::Normal };
    bench.say(0, 2, Instant::FAR, classic_only);
    let frame = fd(0x555, &[0x55; 8], true);
    bench.say(20_000, 0, Instant::FAR, ToBus::Offer { mailbox: 0, once: true, frame });
    bench.settle(1_000_000);
    // FDF is bit 14, the flag 15 to 20. The sender sees it in BRS, bit 16, and its flag is 17 to 22. For the other receiver the
    // rate switches in BRS, at 36.8 us: its six dominant bits are res, BRS and four of 250 ns from 36.85 us on, of which it samples
    // the last at 37.8 us. Its flag is 38 to 44 us, the delimiter ends at 52 us, sooner than the shortest frame.
    assert_eq!(bench.seen.told[0].1, 52_000);
    assert_eq!(bench.heard(0), [(53_250, FromBus::Failed { mailbox: 0 })]);
    assert_eq!(bench.counters(2)[0].2, 9);
    assert_eq!(bench.counters(1)[0].2, 1);
    assert_eq!(bench.counters(0)[0].1, 8);
}

/// It gives way to a frame of CAN FD, which it does not know.
#[test]
fn a_classic_controller_that_gives_way_destroys_fd() {
    let mut bench = Bench::joined(2, &[]);
    let classic_only = ToBus::Join { bitrate_bps: BITRATE_BPS, data_bitrate_bps: 0, mode: Mode::Normal };
    bench.say(0, 1, Instant::FAR, classic_only);
    bench.offer(20_000, 0, fd(0x100, &[], true));
    bench.offer(20_000, 1, zeros());
    bench.offer(30_000, 1, classic(0x200, &[]));
    bench.settle(160_000);
    // Its zeros go first; then it gives way, and finds the error.
    assert_eq!(bench.heard(1), [(70_000, SENT)]);
    assert_eq!(bench.counters(1)[0].2, 9);
    assert_eq!(bench.counters(0)[0].1, 8);
}

/// It is error passive: its flag is recessive, and the others go on.
#[test]
fn a_passive_receiver_destroys_nothing() {
    let spec = BusSpec::new(BITRATE_BPS, Some(DATA_BITRATE_BPS), Span::ZERO).unwrap();
    let mut bench = Bench::of(spec, 3, &[]);
    bench.join(0, 0, Mode::Normal);
    bench.join(0, 1, Mode::Normal);
    let classic_only = ToBus::Join { bitrate_bps: BITRATE_BPS, data_bitrate_bps: 0, mode: Mode::Normal };
    bench.say(0, 2, Instant::FAR, classic_only);
    bench.offer(20_000, 0, fd(0x555, &[0x55; 8], true));
    bench.settle(5_000_000);
    // 9 each time: 15 times are 135. Then it counts 1 and hears nothing.
    assert_eq!(bench.counters(2).iter().map(|counters| counters.2).max(), Some(136));
    assert_eq!(bench.heard(0).len(), 1);
    assert_eq!(bench.heard(1).len(), 1);
    assert_eq!(bench.heard(2).len(), 0);
    assert_eq!(bench.counters(0).last().unwrap().1, 15 * 8 - 1);
}

/// 32 destroyed frames put a sender off the bus: 15 as active, and the 16th, which makes it passive, repeated after 35 + 3 us; then 8 us
/// more each time, with a flag that only the receivers' makes dominant.
#[test]
fn thirty_two_failures_and_it_is_off_until_it_recovers() {
    let faults: Vec<_> = (1..=32).map(|n| Fault::CorruptBit { frames: nth(n), bit: 14 }).collect();
    let mut bench = Bench::joined(2, &faults);
    bench.offer(20_000, 0, zeros());
    bench.settle(10_000_000);
    let states_then = states(&bench, 0);
    let (passive_ns, off_ns) = (states_then[0].0, states_then[1].0);
    assert_eq!(states_then, [(passive_ns, State::Passive), (off_ns, State::Off)]);
    // Active: 15 times 38 us, then the error frame of the 16th.
    assert_eq!(passive_ns, 20_000 + 15 * 38_000 + 35_000);
    assert_eq!(bench.counters(0).last().unwrap().1, 256);
    assert!(bench.heard(0).is_empty(), "it keeps its frame");
    // 128 times 11 recessive bits on an idle bus; then its frame goes out at once.
    bench.say(20_000_000, 0, Instant::FAR, ToBus::Recover);
    bench.settle(30_000_000);
    let on_ns = 20_000_000 + 128 * 11_000;
    assert_eq!(states(&bench, 0).last(), Some(&(on_ns, State::Active)));
    assert_eq!(bench.counters(0).last(), Some(&(on_ns, 0, 0)));
    assert_eq!(bench.heard(0), [(on_ns + 50_000, SENT)]);
}

/// Each frame on the bus has one time eleven recessive bits behind it, if the next one follows at once.
#[test]
fn traffic_delays_recovery() {
    let faults: Vec<_> = (1..=32).map(|n| Fault::CorruptBit { frames: nth(n), bit: 14 }).collect();
    let mut bench = Bench::joined(3, &faults);
    let once = |mailbox| ToBus::Offer { mailbox, once: true, frame: zeros() };
    (0..32).for_each(|mailbox| bench.say(20_000, 0, Instant::FAR, once(mailbox)));
    bench.settle(10_000_000);
    assert_eq!(bench.heard(0).len(), 32);
    bench.say(10_000_000, 0, Instant::FAR, ToBus::Recover);
    // 40 frames from then on, 53 us each: the first has none before it, and one behind it, as the others.
    (0..40).for_each(|mailbox| bench.say(10_000_000, 1, Instant::FAR, once(mailbox)));
    bench.settle(20_000_000);
    let on_ns = 10_000_000 + 40 * 53_000 + (128 - 40) * 11_000;
    assert_eq!(states(&bench, 0).last(), Some(&(on_ns, State::Active)));
}
