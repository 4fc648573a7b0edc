// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Times by hand.

use super::*;
use crate::{Act, Draws, End, Fault, FaultKind, Faults, Handed, Lane, Link, Outcome, Told, What, Which};
use std::num::NonZeroU64;
use vtime::Instant;

/// What came out of a link, in nanoseconds: (to, at, bytes) and (from, seq, what, at, ends).
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    pub delivered: Vec<(u16, u64, Vec<u8>)>,
    pub told: Vec<(u16, u64, What, u64, u64)>,
}

impl Outcome for Seen {
    fn deliver(&mut self, to: End, at: Instant, bytes: &[u8]) {
        self.delivered.push((to.0, at.as_ns(), bytes.to_vec()));
    }

    fn tell(&mut self, told: Told<'_>) {
        let (at, ends) = (told.at.as_ns(), told.ends.as_ns());
        self.told.push((told.from.0, told.seq, told.what, at, ends));
    }
}

impl Seen {
    /// To whom and when.
    fn arrivals(&self) -> Vec<(u16, u64)> {
        self.delivered.iter().map(|(to, at, _)| (*to, *at)).collect()
    }

    /// What was lost: (seq, at).
    fn lost(&self) -> Vec<(u64, u64)> {
        let lost = self.told.iter().filter(|(_, _, what, ..)| *what == What::Lost);
        lost.map(|(_, seq, _, at, _)| (*seq, *at)).collect()
    }
}

pub(super) fn address_of(end: u16) -> [u8; 6] {
    if end == u16::MAX { [0xff; 6] } else { [2, 0, 0, 0, 0, end as u8] }
}

/// A frame of `len` bytes to `to`; `u16::MAX` is everybody.
pub(super) fn frame(to: u16, from: u16, len: usize) -> Vec<u8> {
    let mut bytes = [&address_of(to)[..], &address_of(from), &[0x88, 0xb5]].concat();
    bytes.resize(len, 0xaa);
    bytes
}

pub(super) fn hand(link: &mut dyn Link, seen: &mut Seen, (from, at_ns, seq): (u16, u64, u64), bytes: &[u8]) {
    let (from, at) = (End(from), Instant::from_ns(at_ns));
    link.hand_over(Handed { from, at, seq, cut: Instant::FAR, bytes }, seen);
}

fn direct(rate: Rate, delay_ns: u64, faults: Vec<Fault>) -> Direct {
    let faults = Faults::new(faults, Draws::new(1, "cable"), Direct::LANES);
    Direct::new(DirectSpec { rate, delay: Span::from_ns(delay_ns) }, faults)
}

fn always(kind: FaultKind) -> Fault {
    Fault { lanes: vec![], from: Instant::START, until: Instant::FAR, kind }
}

fn nth(n: u64, act: Act) -> Fault {
    let which = Which::Nth(NonZeroU64::new(n).unwrap());
    always(FaultKind::Frames { matching: vec![], which, act })
}

/// Hands frames of those lengths over at 0, one after the other; expects (starts, ends) of each and the last one's arrival.
fn check_times(rate: Rate, lens: &[usize], expected: &[(u64, u64)]) {
    let (mut link, mut seen) = (direct(rate, 7, vec![]), Seen::default());
    for (len, seq) in lens.iter().zip(0..) {
        hand(&mut link, &mut seen, (0, 0, seq), &frame(1, 0, *len));
    }
    let times: Vec<_> = seen.told.iter().map(|(_, _, _, starts, ends)| (*starts, *ends)).collect();
    assert_eq!(times, expected, "{rate:?} {lens:?}");
    let arrivals: Vec<_> = expected.iter().map(|(_, ends)| (1, ends + 7)).collect();
    assert_eq!(seen.arrivals(), arrivals, "{rate:?} {lens:?}");
}

#[test]
fn frames_take_their_time() {
    // 60 bytes and 4 of checksum at 100 Mbit/s: 5.12 us, and 0.64 us of preamble; then a gap of 0.96 us.
    check_times(Rate::Mbit100, &[60, 60], &[(0, 5_760), (6_720, 12_480)]);
    // The same at 10 Mbit/s, and a gigabit: 148809 frames a second of 672 ns each, as in RFC 2544's tables.
    check_times(Rate::Mbit10, &[60, 60], &[(0, 57_600), (67_200, 124_800)]);
    check_times(Rate::Mbit1000, &[60, 60], &[(0, 576), (672, 1_248)]);
    // The longest: 1518 bytes are 121.44 us, with preamble 122.08 us.
    check_times(Rate::Mbit100, &[1514, 14], &[(0, 122_080), (123_040, 128_800)]);
    // (8 + 1514 + 4) * 8 = 12208 bits, and 96 of gap: at 10 Mbit/s 100 ns each, at a gigabit 1 ns.
    check_times(Rate::Mbit10, &[1514, 60], &[(0, 1_220_800), (1_230_400, 1_288_000)]);
    check_times(Rate::Mbit1000, &[1514, 60], &[(0, 12_208), (12_304, 12_880)]);
    // A byte more than the shortest is 8 bits more.
    check_times(Rate::Mbit100, &[61, 59], &[(0, 5_840), (6_800, 12_560)]);
}

#[test]
fn short_frames_are_filled_up() {
    let (mut link, mut seen) = (direct(Rate::Mbit100, 0, vec![]), Seen::default());
    hand(&mut link, &mut seen, (1, 0, 0), &frame(0, 1, 14));
    let [(0, 5_760, bytes)] = &*seen.delivered else { panic!("{seen:?}") };
    assert_eq!((bytes.len(), bytes[13], &bytes[14..]), (60, 0xb5, &[0; 46][..]));
}

#[test]
fn what_no_receiver_takes_is_told() {
    let tagged = |len| {
        let mut bytes = frame(1, 0, len);
        bytes[12..14].copy_from_slice(&[0x81, 0]);
        bytes
    };
    let all =
        [(frame(1, 0, 13), 0), (frame(1, 0, 1515), 0), (tagged(1515), 1), (tagged(1519), 0), (vec![], 0)];
    for (bytes, arrivals) in all {
        let (mut link, mut seen) = (direct(Rate::Mbit100, 0, vec![]), Seen::default());
        hand(&mut link, &mut seen, (0, 5, 3), &bytes);
        let what = if arrivals == 0 { What::Failed } else { What::Sent };
        let len = bytes.len().max(60) as u64;
        assert_eq!(seen.told, [(0, 3, what, 5, 5 + (len + 12) * 80)]);
        assert_eq!(seen.delivered.len(), arrivals);
    }
}

#[test]
fn who_loses_power_sends_half_a_frame() {
    let (mut link, mut seen) = (direct(Rate::Mbit100, 0, vec![]), Seen::default());
    for (seq, at) in [(0, 0), (1, 6_000), (2, 6_100)] {
        let (at, cut) = (Instant::from_ns(at), Instant::from_ns(10_000));
        link.hand_over(Handed { from: End(0), at, seq, cut, bytes: &frame(1, 0, 60) }, &mut seen);
    }
    hand(&mut link, &mut seen, (0, 10_000, 3), &frame(1, 0, 60));
    assert_eq!(seen.arrivals(), [(1, 5_760), (1, 15_760)]);
    let lost = [(0, 1, What::Lost, 6_720, 10_000), (0, 2, What::Lost, 10_000, 10_000)];
    assert_eq!(seen.told[1..3], lost);
}

#[test]
fn faults_strike_as_they_say() {
    let faults = vec![
        nth(2, Act::Drop),
        nth(3, Act::Duplicate),
        nth(4, Act::Delay(Span::from_ns(50_000))),
        nth(6, Act::Corrupt { bit: 0 }),
        nth(9, Act::Drop),
    ];
    let (mut link, mut seen) = (direct(Rate::Mbit100, 0, faults), Seen::default());
    for seq in 1..=6 {
        hand(&mut link, &mut seen, (0, 0, seq), &frame(1, 0, 60));
    }
    // A place on the wire lasts 6.72 us. The third frame takes two; the fourth pushes the fifth.
    let places = [0, 2, 3];
    let mut expected: Vec<_> = places.map(|place| (1, place * 6_720 + 5_760)).to_vec();
    expected.extend([4, 5].map(|place| (1, place * 6_720 + 5_760 + 50_000)));
    assert_eq!(seen.arrivals(), expected);
    let lost = [(2, 6_720), (6, 6 * 6_720)];
    assert_eq!(seen.lost(), lost);
    let struck = seen.told.iter().filter(|(_, _, what, ..)| matches!(what, What::Struck { .. }));
    assert_eq!(struck.map(|(_, seq, ..)| *seq).collect::<Vec<_>>(), [2, 3, 4, 6]);
    assert_eq!(link.unfired().iter().map(|unfired| unfired.place).collect::<Vec<_>>(), [4]);
}

#[test]
fn a_cut_cable_carries_nothing() {
    let (from, until) = (Instant::from_ns(5_000), Instant::from_ns(6_721));
    let cut = Fault { lanes: vec![Lane(0)], from, until, kind: FaultKind::Cut };
    let (mut link, mut seen) = (direct(Rate::Mbit100, 0, vec![cut]), Seen::default());
    for seq in 0..3 {
        hand(&mut link, &mut seen, (0, 0, seq), &frame(1, 0, 60));
        hand(&mut link, &mut seen, (1, 0, seq), &frame(0, 1, 60));
    }
    let expected = [(0, 5_760), (0, 12_480), (1, 19_200), (0, 19_200)];
    assert_eq!(seen.arrivals(), expected);
}

#[test]
fn there_are_three_rates() {
    assert_eq!(Rate::from_bps(100_000_000), Ok(Rate::Mbit100));
    assert_eq!(Rate::from_bps(100), Err(RateError(100)));
}

fn switch(ports: Vec<PortSpec>, faults: Vec<Fault>) -> Switch {
    let faults = Faults::new(faults, Draws::new(1, "switch"), Switch::lanes(ports.len()));
    let latency = Span::from_ns(1_000);
    Switch::new(&SwitchSpec { ports, latency, addresses: 100, age: Span::MAX }, faults)
}

fn port(rate: Rate, queue: Limit) -> PortSpec {
    PortSpec { rate, delay: Span::from_ns(10), queue, latency: None }
}

const MANY: Limit = Limit::Frames(100);

#[test]
fn a_switch_takes_a_frame_in_and_sends_it_on() {
    let mut link = switch(vec![port(Rate::Mbit100, MANY); 3], vec![]);
    let mut seen = Seen::default();
    assert_eq!(link.lookahead(), Span::from_ns(5_760 + 10 + 1_000 + 5_760 + 10));
    // Nobody is known: everybody gets it.
    hand(&mut link, &mut seen, (0, 0, 0), &frame(1, 0, 60));
    link.settle(Instant::from_ns(0), &mut seen);
    assert_eq!(seen.arrivals(), []);
    assert_eq!([0, 1].map(|end| link.earliest_effect(End(end)).as_ns()), [Instant::FAR.as_ns(), 12_540]);
    link.settle(Instant::from_ns(1), &mut seen);
    assert_eq!(seen.arrivals(), [(1, 12_540), (2, 12_540)]);
    assert_eq!(link.earliest_effect(End(1)), Instant::FAR);
    // The answer goes to the first only, and what he says then only to the second.
    hand(&mut link, &mut seen, (1, 20_000, 0), &frame(0, 1, 60));
    hand(&mut link, &mut seen, (0, 40_000, 1), &frame(1, 0, 1514));
    link.settle(Instant::FAR, &mut seen);
    let long = 122_080 + 10;
    assert_eq!(seen.arrivals()[2..], [(0, 32_540), (1, 40_000 + long + 1_000 + long)]);
    assert_eq!(seen.lost(), []);
}

/// Two frames of `len` bytes at once from a port of one rate to a port of another; expects when they are there.
fn check_rates(from: Rate, to: Rate, len: usize, expected: [u64; 2]) {
    let (mut link, mut seen) = (switch(vec![port(from, MANY), port(to, MANY)], vec![]), Seen::default());
    for seq in 0..2 {
        hand(&mut link, &mut seen, (0, 0, seq), &frame(1, 0, len));
    }
    link.settle(Instant::FAR, &mut seen);
    assert_eq!(seen.arrivals(), expected.map(|at| (1, at)), "{from:?} to {to:?}, {len} bytes");
}

#[test]
fn a_switch_stores_what_it_forwards_at_another_rate() {
    use Rate::{Mbit10, Mbit100, Mbit1000};
    // In: preamble, frame, checksum and 10 ns; 1 us in the switch; out: the same again. The second one is in, or can go out, with the gap
    // after the first, whichever is later.
    check_rates(Mbit100, Mbit100, 60, [5_770 + 1_000 + 5_770, 12_540 + 6_720]);
    check_rates(Mbit100, Mbit10, 60, [5_770 + 1_000 + 57_610, 64_380 + 67_200]);
    check_rates(Mbit100, Mbit1000, 60, [5_770 + 1_000 + 586, 7_356 + 6_720]);
    check_rates(Mbit10, Mbit1000, 60, [57_610 + 1_000 + 586, 59_196 + 67_200]);
    check_rates(Mbit1000, Mbit10, 60, [586 + 1_000 + 57_610, 59_196 + 67_200]);
    // 1526 bytes with preamble and checksum: 12.208 us, 122.08 us, 1220.8 us; the gap is 12 bytes more.
    check_rates(Mbit1000, Mbit100, 1514, [12_218 + 1_000 + 122_090, 135_308 + 123_040]);
    check_rates(Mbit100, Mbit1000, 1514, [122_090 + 1_000 + 12_218, 135_308 + 123_040]);
    check_rates(Mbit1000, Mbit10, 1514, [12_218 + 1_000 + 1_220_810, 1_234_028 + 1_230_400]);
    check_rates(Mbit10, Mbit10, 1514, [1_220_810 + 1_000 + 1_220_810, 2_442_620 + 1_230_400]);
}

#[test]
fn a_port_has_a_latency_of_its_own() {
    let slow = PortSpec { latency: Some(Span::from_ns(5_000)), ..port(Rate::Mbit100, MANY) };
    let fast = PortSpec { latency: Some(Span::ZERO), ..slow };
    let (mut link, mut seen) = (switch(vec![port(Rate::Mbit100, MANY), slow, fast], vec![]), Seen::default());
    assert_eq!(link.lookahead(), Span::from_ns(2 * 5_770));
    // From the fast one only the others are reached.
    let earliest = [0, 1, 2].map(|from| link.earliest(End(from), Instant::START).as_ns());
    assert_eq!(earliest, [2 * 5_770, 2 * 5_770, 2 * 5_770 + 1_000]);
    hand(&mut link, &mut seen, (0, 0, 0), &frame(u16::MAX, 0, 60));
    hand(&mut link, &mut seen, (2, 0, 0), &frame(2, 2, 60));
    let effects = [0, 1, 2].map(|to| link.earliest_effect(End(to)).as_ns());
    assert_eq!(effects, [2 * 5_770 + 1_000, 2 * 5_770 + 5_000, 2 * 5_770]);
    link.settle(Instant::FAR, &mut seen);
    assert_eq!(seen.arrivals(), [(1, 2 * 5_770 + 5_000), (2, 2 * 5_770)]);
    assert_eq!(seen.lost(), [(0, 5_770)], "to oneself, without latency");
}

#[test]
fn two_at_once_go_out_in_the_order_of_their_ends() {
    let mut link = switch(vec![port(Rate::Mbit100, MANY); 3], vec![]);
    let mut seen = Seen::default();
    hand(&mut link, &mut seen, (1, 0, 0), &frame(u16::MAX, 1, 60));
    hand(&mut link, &mut seen, (0, 0, 0), &frame(u16::MAX, 0, 60));
    link.settle(Instant::FAR, &mut seen);
    // The second one waits at port 2 for the first and the gap.
    assert_eq!(seen.arrivals(), [(1, 12_540), (2, 12_540), (0, 12_540), (2, 19_260)]);
}

/// Ten frames at once from a port of 1 Gbit/s to one of 10 Mbit/s; expects which of them are lost.
fn check_queue(limit: Limit, lost: &[u64]) {
    let ports = vec![port(Rate::Mbit1000, MANY), port(Rate::Mbit10, limit)];
    let (mut link, mut seen) = (switch(ports, vec![]), Seen::default());
    for seq in 0..10 {
        hand(&mut link, &mut seen, (0, 0, seq), &frame(1, 0, 60));
    }
    link.settle(Instant::FAR, &mut seen);
    assert_eq!(seen.lost().iter().map(|(seq, _)| *seq).collect::<Vec<_>>(), lost, "{limit:?}");
    assert_eq!(seen.delivered.len() + lost.len(), 10);
    // The k-th is in at 672 k + 576, there 10 ns later, and out 1 us later.
    let told: Vec<_> = lost.iter().map(|k| (*k, 672 * k + 576 + 10 + 1_000)).collect();
    assert_eq!(seen.lost(), told);
    // The queue has room again when the first waiting one goes, 67.2 us after the one before it.
    hand(&mut link, &mut seen, (0, 68_000, 10), &frame(1, 0, 60));
    link.settle(Instant::FAR, &mut seen);
    let most = if lost.len() == 9 { 0 } else { 1 };
    assert_eq!(seen.lost().len(), lost.len() + 1 - most, "{limit:?}");
}

#[test]
fn queues_have_limits() {
    check_queue(Limit::Frames(3), &[4, 5, 6, 7, 8, 9]);
    check_queue(Limit::Bytes(239), &[4, 5, 6, 7, 8, 9]);
    check_queue(Limit::Bytes(240), &[5, 6, 7, 8, 9]);
}

#[test]
fn a_frame_to_oneself_goes_nowhere() {
    let (mut link, mut seen) = (switch(vec![port(Rate::Mbit100, MANY); 2], vec![]), Seen::default());
    hand(&mut link, &mut seen, (0, 0, 0), &frame(0, 0, 60));
    hand(&mut link, &mut seen, (0, 0, 1), &[&[1, 0x80, 0xc2, 0, 0, 1][..], &[0; 60]].concat());
    link.settle(Instant::FAR, &mut seen);
    assert_eq!((seen.arrivals(), seen.lost()), (vec![], vec![(0, 6_770), (1, 6_720 + 6_770 + 480)]));
}

#[test]
fn faults_of_a_switch_strike_on_either_side() {
    let which = Which::Every;
    let kind = FaultKind::Frames { matching: vec![], which, act: Act::Drop };
    for (lane, arrivals) in [
        (Switch::inward(End(0)), vec![]),
        (Switch::outward(End(1)), vec![(2, 12_540)]),
        (Switch::outward(End(0)), vec![(1, 12_540), (2, 12_540)]),
    ] {
        let fault = Fault { lanes: vec![lane], ..always(kind.clone()) };
        let (mut link, mut seen) = (switch(vec![port(Rate::Mbit100, MANY); 3], vec![fault]), Seen::default());
        hand(&mut link, &mut seen, (0, 0, 0), &frame(u16::MAX, 0, 60));
        link.settle(Instant::FAR, &mut seen);
        assert_eq!(seen.arrivals(), arrivals, "{lane:?}");
        assert_eq!(seen.lost().len(), usize::from(arrivals.len() < 2), "{lane:?}");
        let struck = seen.told.iter().filter(|(_, _, what, ..)| matches!(what, What::Struck { .. })).count();
        assert_eq!(struck, seen.lost().len());
    }
}
