// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Who takes part: joining, leaving, losing power, listening, withdrawing.

use super::*;

fn zeros() -> Frame {
    classic(0, &[])
}

/// From eleven bits after it has joined.
#[test]
fn who_has_joined_waits_for_an_idle_bus() {
    let mut bench = Bench::joined(2, &[]);
    bench.offer(0, 0, zeros());
    bench.settle(300_000);
    assert_eq!(bench.heard(0), [(11_000 + 50_000, SENT)]);
}

#[track_caller]
fn check_rates(bitrate_bps: u32, data_bitrate_bps: u32, is_right: bool) {
    let mut bench = Bench::joined(1, &[]);
    let event = Event::Rates { bitrate_bps, data_bitrate_bps };
    bench.say(7, 0, Instant::FAR, ToBus::Join { bitrate_bps, data_bitrate_bps, mode: Mode::Normal });
    bench.settle(100);
    let expected = if is_right { vec![] } else { vec![(7, 7, 0, 1, What::Failed, event)] };
    assert_eq!(bench.seen.told, expected);
}

#[test]
fn a_wrong_bit_rate_is_told() {
    check_rates(BITRATE_BPS, DATA_BITRATE_BPS, true);
    check_rates(BITRATE_BPS, 0, true);
    check_rates(1_010_000, 3_960_000, true);
    check_rates(1_010_001, DATA_BITRATE_BPS, false);
    check_rates(989_999, 0, false);
    check_rates(BITRATE_BPS, 3_959_999, false);
    check_rates(0, 0, false);
}

#[test]
fn what_cannot_be_sent_is_told() {
    let mut bench = Bench::joined(2, &[]);
    let join = ToBus::Join { bitrate_bps: BITRATE_BPS, data_bitrate_bps: 0, mode: Mode::Normal };
    bench.say(0, 0, Instant::FAR, join);
    bench.offer(20_000, 0, fd(1, &[], false));
    let (at, cut) = (Instant::from_ns(20_000), Instant::FAR);
    bench.bus.hand_over(Handed { from: End(1), at, seq: 9, cut, bytes: &[77] }, &mut bench.seen);
    bench.settle(100_000);
    let told: Vec<_> = bench.seen.told.iter().map(|told| (told.2, told.4, told.5)).collect();
    assert_eq!(
        told,
        [(0, What::Failed, Event::Refused(fd(1, &[], false))), (1, What::Failed, Event::NoRecord)]
    );
    assert_eq!(bench.heard(0).len(), 1, "it failed");
}

/// It hears all, but does not acknowledge, and counts nothing.
#[test]
fn who_listens_does_not_acknowledge() {
    let mut bench = Bench::joined(2, &[]);
    bench.join(0, 1, Mode::Silent);
    bench.offer(20_000, 0, zeros());
    bench.offer(20_000, 1, classic(1, &[]));
    bench.settle(300_000);
    assert_eq!((bench.heard(0), bench.heard(1)), (vec![], vec![]));
    assert_eq!((bench.counters(0)[0], bench.counters(1).len()), ((76_000, 8, 0), 0));
    bench.join(300_000, 1, Mode::Normal);
    bench.settle(1_000_000);
    assert_eq!(bench.heard(0).len(), 2, "its own and the other's");
}

/// With a third one that acknowledges.
#[test]
fn who_listens_hears_all() {
    let mut bench = Bench::joined(3, &[]);
    bench.join(0, 1, Mode::Silent);
    bench.offer(20_000, 0, zeros());
    bench.settle(300_000);
    assert_eq!(bench.heard(1), [(69_000, FromBus::Received(zeros()))]);
}

#[test]
fn who_leaves_takes_its_offers_with_it() {
    let mut bench = Bench::joined(2, &[]);
    bench.offer(20_000, 1, classic(7, &[]));
    bench.offer(30_000, 0, zeros());
    bench.say(40_000, 0, Instant::FAR, ToBus::Leave);
    bench.settle(300_000);
    assert_eq!(bench.seen.told[1], (40_000, 40_000, 0, 3, What::Lost, Event::Frame(zeros())));
    assert_eq!(bench.seen.told.len(), 2);
}

/// The answer comes when the shortest frame behind the one on the bus, of CAN FD, would be valid.
#[test]
fn what_waits_can_be_withdrawn_or_replaced() {
    let mut bench = Bench::joined(2, &[]);
    bench.offer(20_000, 1, zeros());
    bench.offer(30_000, 0, classic(1, &[]));
    bench.offer(31_000, 0, classic(2, &[]));
    bench.say(32_000, 0, Instant::FAR, ToBus::Withdraw { mailbox: 0 });
    bench.say(33_000, 0, Instant::FAR, ToBus::Withdraw { mailbox: 0 });
    bench.settle(300_000);
    let withdrawn = FromBus::Withdrawn { mailbox: 0 };
    assert_eq!(bench.heard(0), [(69_000, FromBus::Received(zeros())), (73_000 + 33_250, withdrawn)]);
    let lost: Vec<_> =
        bench.seen.told.iter().filter(|told| told.4 == What::Lost).map(|told| (told.0, told.5)).collect();
    assert_eq!(lost, [(31_000, Event::Frame(classic(1, &[]))), (32_000, Event::Frame(classic(2, &[])))]);
}

/// The start of frame is on the bus: it goes on, and that is the answer; without an acknowledge it is not repeated.
#[test]
fn what_is_being_sent_cannot_be_withdrawn() {
    for (others, answer) in [(2, FromBus::Sent { mailbox: 0 }), (1, FromBus::Withdrawn { mailbox: 0 })] {
        let mut bench = Bench::joined(others, &[]);
        bench.offer(20_000, 0, zeros());
        bench.say(20_500, 0, Instant::FAR, ToBus::Withdraw { mailbox: 0 });
        bench.settle(300_000);
        assert_eq!(bench.heard(0).into_iter().map(|(_, what)| what).collect::<Vec<_>>(), [answer]);
        assert_eq!(bench.seen.told.len(), 1);
    }
}

/// The bus is recessive from then on: six bits are a stuff error to the others.
#[track_caller]
fn check_cut(cut_ns: u64, heard: usize, told: &[What], receive_errors: u16) {
    let mut bench = Bench::joined(3, &[]);
    let offer = ToBus::Offer { mailbox: 0, once: false, frame: zeros() };
    bench.say(20_000, 0, Instant::from_ns(cut_ns), offer);
    bench.settle(300_000);
    assert_eq!(bench.heard(1).len(), heard, "cut at {cut_ns}");
    assert_eq!(bench.seen.told.iter().map(|told| told.4).collect::<Vec<_>>(), told, "cut at {cut_ns}");
    assert_eq!(bench.counters(1).last().map_or(0, |counters| counters.2), receive_errors, "cut at {cut_ns}");
}

#[test]
fn a_sender_without_power_destroys_its_frame() {
    check_cut(20_500, 0, &[What::Lost], 1);
    check_cut(40_000, 0, &[What::Lost], 1);
    // In the last bit of the checksum, which is dominant, before its sample point and behind it; nothing of its own comes later.
    check_cut(59_700, 0, &[What::Lost], 1);
    check_cut(59_900, 1, &[What::Sent], 0);
    check_cut(75_000, 1, &[What::Sent], 0);
}

/// One that acknowledges, and has no power in the ACK slot.
#[test]
fn a_receiver_without_power_acknowledges_nothing() {
    for (cut_ns, sent) in [(60_000, 0), (70_000, 1)] {
        let mut bench = Bench::joined(2, &[]);
        let join = ToBus::Join { bitrate_bps: BITRATE_BPS, data_bitrate_bps: 0, mode: Mode::Normal };
        bench.say(1, 1, Instant::from_ns(cut_ns), join);
        bench.offer(20_000, 0, zeros());
        bench.settle(200_000);
        assert_eq!(bench.heard(0).len(), sent, "{:?}", bench.seen);
    }
}

#[test]
fn a_delay_comes_on_top() {
    let spec = BusSpec::new(BITRATE_BPS, None, Span::from_ns(700)).unwrap();
    assert_eq!(spec.lookahead().as_ns(), 42_700);
    let mut bench = Bench::of(spec, 2, &[]);
    (0..2).for_each(|end| bench.join(0, end, Mode::Normal));
    bench.offer(20_000, 0, zeros());
    bench.settle(300_000);
    assert_eq!((bench.heard(0)[0].0, bench.heard(1)[0].0), (70_700, 69_700));
    assert_eq!(bench.seen.told[0].1, 70_000);
}

#[test]
fn there_is_no_bus_without_bits() {
    use crate::can::SpecError;
    assert_eq!(BusSpec::new(0, None, Span::ZERO), Err(SpecError::Bitrate));
    let error = SpecError::DataBitrate { bitrate_bps: 500_000, data_bitrate_bps: 1 };
    assert_eq!(BusSpec::new(500_000, Some(1), Span::ZERO), Err(error));
    assert_eq!(BusSpec::new(u32::MAX, None, Span::ZERO).unwrap().lookahead().as_ns(), 9);
    let fd = BusSpec::new(500_000, Some(2_000_000), Span::ZERO).unwrap();
    assert_eq!((fd.lookahead().as_ns(), fd.to_string().as_str()), (64_500, "can 500000 fd 2000000 delay 0s"));
}

fn cut(end: u16, from_ns: u64, to_ns: u64) -> Fault {
    Fault::Cut { ends: vec![End(end)], from: Instant::from_ns(from_ns), until: Instant::from_ns(to_ns) }
}

/// It is alone: nobody acknowledges, and nobody is disturbed. Its first try starts eleven bits after its plug was pulled, the others come
/// each 59 us; back on the bus its frame goes through.
#[test]
fn an_end_without_its_plug_is_alone() {
    let mut bench = Bench::joined(3, &[cut(0, 30_000, 200_000)]);
    bench.offer(31_000, 0, zeros());
    bench.offer(32_000, 1, classic(0x555, &[]));
    assert_eq!(bench.bus.unfired().len(), 1);
    bench.settle(1_000_000);
    assert_eq!(bench.bus.unfired(), []);
    let failed: Vec<_> = bench
        .seen
        .told
        .iter()
        .filter(|told| told.2 == 0 && told.3 == 3)
        .map(|told| (told.0, told.4))
        .collect();
    // The third try is through at 218 us.
    let back_ns = 229_000;
    let tries = [41_000, 100_000, 159_000].map(|at_ns| (at_ns, What::Failed));
    assert_eq!(failed, [&tries[..], &[(back_ns, What::Sent)]].concat());
    assert_eq!(bench.heard(0), [(back_ns + 50_000, SENT)]);
    assert_eq!(bench.heard(1).len(), 2, "its own, and that of the one who is back");
    assert_eq!(bench.counters(1), []);
    assert!(bench.seen.told.contains(&(30_000, 30_000, 0, 0, What::Struck { fault: 0 }, Event::NoFrame)));
}

/// Others see its frame end in the middle.
#[test]
fn a_plug_pulled_in_a_frame_destroys_it() {
    let mut bench = Bench::joined(3, &[cut(0, 40_000, 60_000)]);
    bench.offer(20_000, 0, zeros());
    bench.settle(1_000_000);
    // From bit 20 on all is recessive, the sixth is 25; flag 26 to 31, delimiter 32 to 39.
    assert_eq!(bench.counters(1)[0], (60_000, 0, 1));
    // It tries alone at 51 us, is through with that at 110 us, and waits for an idle bus.
    assert_eq!(bench.heard(0), [(121_000 + 50_000, SENT)]);
    assert_eq!(bench.heard(1), [(121_000 + 49_000, FromBus::Received(zeros()))]);
}
