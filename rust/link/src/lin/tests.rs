// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Whole buses: what is told and delivered, and when.

use super::*;
use crate::{
    Act, Draws, End, Fault, FaultKind, Faults, Handed, Lane, Link, Outcome, Pattern, Told, What, Which,
};
use ::uart::{Framing, FromLine, Settings, ToLine, Wave};
use proptest::prelude::*;
use vtime::{Instant, Span};

/// What came out of a bus.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Seen {
    /// To whom, when, what.
    delivered: Vec<(u16, u64, Vec<u8>)>,
    /// When, until when, by whom, its number, what became of it, in words.
    told: Vec<(u64, u64, u16, u64, What, String)>,
}

impl Outcome for Seen {
    fn deliver(&mut self, to: End, at: Instant, bytes: &[u8]) {
        self.delivered.push((to.0, at.as_ns(), bytes.to_vec()));
    }

    fn tell(&mut self, told: Told<'_>) {
        let event = Event::read(told.bytes).unwrap();
        self.told.push((
            told.at.as_ns(),
            told.ends.as_ns(),
            told.from.0,
            told.seq,
            told.what,
            event.to_string(),
        ));
    }
}

/// Bits of 100 us.
const BIT_NS: u64 = 100_000;

fn spec() -> LinSpec {
    LinSpec::new(10_000, Span::ZERO).unwrap()
}

/// A bus with ends that count what they send.
struct Bench {
    bus: LinBus,
    seen: Seen,
    sent: [u64; 4],
}

impl Bench {
    fn new(spec: LinSpec) -> Bench {
        Bench { bus: LinBus::new(spec, 4, Faults::none(4)), seen: Seen::default(), sent: [0; 4] }
    }

    fn say(&mut self, from: u16, at_ns: u64, record: ToLine) -> &mut Bench {
        let mut bytes = Vec::new();
        record.write(&mut bytes);
        let (at, seq) = (Instant::from_ns(at_ns), self.sent[usize::from(from)]);
        self.sent[usize::from(from)] += 1;
        self.bus
            .hand_over(Handed { from: End(from), at, seq, cut: Instant::FAR, bytes: &bytes }, &mut self.seen);
        self
    }

    /// Bytes, handed over at once.
    fn bytes(&mut self, from: u16, at_ns: u64, bytes: &[u8]) -> &mut Bench {
        bytes.iter().fold(self, |bench, byte| bench.say(from, at_ns, ToLine::Byte(*byte)))
    }

    /// A header by end 0: 13 bits of break, one of delimiter, sync and identifier.
    fn header(&mut self, at_ns: u64, id: u8) -> &mut Bench {
        self.say(0, at_ns, ToLine::Break { bit_fs: 0, bits: 13 }).bytes(0, at_ns, &[0x55, Pid::of(id).0])
    }

    fn response(&mut self, from: u16, at_ns: u64, id: u8, model: Model, data: &[u8]) -> &mut Bench {
        let checksum = model.checksum(Pid::of(id), data);
        self.bytes(from, at_ns, data).bytes(from, at_ns, &[checksum])
    }

    #[track_caller]
    fn check(&mut self, expected: &[(u64, u64, What, &str)]) {
        self.bus.settle(Instant::FAR, &mut self.seen);
        let told = self
            .seen
            .told
            .iter()
            .map(|(at, ends, _, _, what, text)| (at / BIT_NS, ends / BIT_NS, *what, text.as_str()));
        assert_eq!(told.collect::<Vec<_>>(), expected);
    }
}

fn bits(bits: u64) -> u64 {
    bits * BIT_NS
}

/// A bus on which frame 0x10 is `Temp` of two bytes, and 0x11 `Old`, of one with a classic checksum.
fn named() -> LinSpec {
    let mut frames = Frames::default();
    let known = |name: &str, len, model| KnownFrame { name: name.into(), len, model, may_be_silent: false };
    frames.add(0x10, known("Temp", 2, Model::Enhanced));
    frames.add(0x11, known("Old", 1, Model::Classic));
    spec().with_frames(frames)
}

/// LIN 2.2A, 2.3.2: a header has nominally 34 bits (13 and 1 of break, 10 of sync, 10 of identifier), a response 10 for each byte and
/// 10 for the checksum. At 19200 bit/s a bit lasts 52083 1/3 ns.
#[test]
fn frames_last_as_long_as_the_standard_says() {
    // Bytes of data, and the nanoseconds of 34 + 10 * (bytes + 1) bits, rounded up: the sums 54, 64, 74, 94 and 124 by hand.
    for (len, bits, ns) in
        [(1, 54, 2_812_500), (2, 64, 3_333_334), (3, 74, 3_854_167), (5, 94, 4_895_834), (8, 124, 6_458_334)]
    {
        assert_eq!(ns, (bits * 1_000_000_000u64).div_ceil(19_200));
        let spec = LinSpec::new(19_200, Span::from_ns(70)).unwrap();
        assert_eq!(spec.lookahead(), Span::from_ns(520_833 + 70));
        let mut bench = Bench::new(spec);
        bench.header(1_000, 0x23);
        // Header: 34 bits are 1770833 1/3 ns; the break alone 677083 1/3.
        bench.bus.settle(Instant::from_ns(1_000 + 1_770_834), &mut bench.seen);
        let to_slave: Vec<_> =
            bench.seen.delivered.iter().filter(|(to, ..)| *to == 2).map(|(_, at, _)| *at).collect();
        assert_eq!(
            to_slave,
            [678_084, 1_250_000, 1_770_834].map(|ns| ns + 1_000 + 70 - if ns == 678_084 { 1_000 } else { 0 })
        );
        bench.response(2, 1_000 + 1_770_834, 0x23, Model::Enhanced, &vec![0xa5; len]);
        bench.bus.settle(Instant::FAR, &mut bench.seen);
        let [(at, ends, from, _, What::Sent, text)] = &bench.seen.told[..] else {
            panic!("{:?}", bench.seen.told)
        };
        // The slave begins with a whole nanosecond, up to one after the exact end of the header.
        assert_eq!((*at, *from), (1_000, 2));
        assert!((0..=1).contains(&(ends - 1_000 - 70 - ns)), "{ends} {ns}");
        assert!(text.starts_with(&format!("23 [{len}] A5")) && text.ends_with("enhanced"), "{text}");
    }
}

#[test]
fn headers_are_answered() {
    let mut bench = Bench::new(named());
    bench.header(0, 0x10).response(1, bits(34), 0x10, Model::Enhanced, &[0x12, 0x34]);
    bench.header(bits(100), 0x11).response(0, bits(134), 0x11, Model::Classic, &[0x56]);
    // Nothing is known of these: of the second one both kinds are tried.
    bench.header(bits(200), 0x3d).response(2, bits(234), 0x3d, Model::Classic, &[1, 2]);
    bench.header(bits(300), 0x20).response(3, bits(334), 0x20, Model::Enhanced, &[1, 2, 3, 4, 5, 6, 7, 8]);
    bench.check(&[
        (0, 64, What::Sent, "10 Temp [2] 12 34 enhanced"),
        (100, 154, What::Sent, "11 Old [1] 56 classic"),
        (200, 264, What::Sent, "3D [2] 01 02 classic"),
        (300, 424, What::Sent, "20 [8] 01 02 03 04 05 06 07 08 enhanced"),
    ]);
    let by: Vec<_> = bench.seen.told.iter().map(|(_, _, from, seq, ..)| (*from, *seq)).collect();
    assert_eq!(by, [(1, 0), (0, 6), (2, 0), (3, 0)]);
}

#[test]
fn all_hear_all_and_the_sender_too() {
    let mut bench = Bench::new(spec());
    bench.header(0, 0x10);
    bench.bus.settle(Instant::FAR, &mut bench.seen);
    let heard = |to: u16| {
        let of = bench.seen.delivered.iter().filter(move |(end, ..)| *end == to);
        of.map(|(_, at, bytes)| (at / BIT_NS, FromLine::read(bytes).unwrap())).collect::<Vec<_>>()
    };
    let wave = Wave::of_break(13, 100_000_000_000);
    let expected = [
        (13, FromLine::Wave { age_ns: bits(13), wave }),
        (24, FromLine::Byte(0x55)),
        (34, FromLine::Byte(0x50)),
    ];
    for end in 0..4 {
        assert_eq!(heard(end), expected);
    }
}

#[test]
fn errors_are_told() {
    use What::Failed;
    let mut bench = Bench::new(named());
    bench.header(0, 0x10);
    bench.header(bits(100), 0x10).bytes(1, bits(134), &[1, 2]);
    bench.header(bits(200), 0x10).bytes(1, bits(234), &[1, 2, 3]);
    bench.header(bits(300), 0x10).response(1, bits(334), 0x10, Model::Classic, &[1, 2]);
    bench.header(bits(400), 0x10).response(1, bits(434), 0x10, Model::Enhanced, &[1]).bytes(
        1,
        bits(475),
        &[0xa7],
    );
    // Of 30 bits, 42 may pass.
    bench.header(bits(500), 0x10).bytes(1, bits(534), &[1, 2]).bytes(1, bits(567), &[0xac]);
    // No parity, then no sync, then a break that is too short, then a header that takes too long, then none.
    bench.say(0, bits(600), ToLine::Break { bit_fs: 0, bits: 13 }).bytes(0, bits(600), &[0x55, 0x10]);
    bench.say(0, bits(700), ToLine::Break { bit_fs: 0, bits: 13 }).bytes(0, bits(700), &[0x54, 0x50]);
    bench.say(0, bits(800), ToLine::Break { bit_fs: 0, bits: 11 }).bytes(0, bits(800), &[0x55, 0x11]);
    bench.response(1, bits(832), 0x11, Model::Classic, &[7]);
    bench.say(0, bits(900), ToLine::Break { bit_fs: 0, bits: 24 }).bytes(0, bits(928), &[0x55, 0x11]);
    bench.say(0, bits(1_000), ToLine::Break { bit_fs: 0, bits: 13 }).bytes(0, bits(1_000), &[0x55]);
    bench.check(&[
        (0, 76, Failed, "10 Temp: no response"),
        (100, 196, Failed, "10 Temp [2] 01 02: incomplete"),
        (200, 264, Failed, "10 Temp [2] 01 02: checksum 03"),
        (300, 364, Failed, "10 Temp [2] 01 02 classic: other checksum"),
        (400, 485, Failed, "10 Temp [2] 01 AE: checksum A7, response too long"),
        (500, 577, Failed, "10 Temp [2] 01 02 enhanced: response too long"),
        (600, 676, Failed, "10: parity, no response"),
        (700, 776, Failed, "10 Temp: sync, no response"),
        (800, 852, Failed, "11 Old [1] 07 classic: short break"),
        (900, 976, Failed, "11 Old: header too long, no response"),
        (1_000, 1_071, Failed, "no whole header"),
    ]);
}

#[test]
fn what_overlaps_is_garbled() {
    use What::Failed;
    // Two answer, the second one in the last bit of the first byte.
    let mut bench = Bench::new(named());
    bench.header(0, 0x10).response(1, bits(34), 0x10, Model::Enhanced, &[1, 2]);
    bench.bytes(2, bits(44) - 1, &[0x81]);
    // Bytes with nothing in front; the second one is a pulse of 800 us.
    bench.bytes(3, bits(200), &[0x81]).bytes(3, bits(300), &[0x80]).bytes(1, bits(400), &[3]).bytes(
        2,
        bits(401),
        &[4],
    );
    bench.check(&[
        (0, 54, Failed, "10 Temp [2] 01 81: garbled, checksum 02"),
        (54, 64, Failed, "no frame: AC"),
        (200, 210, Failed, "no frame: 81"),
        (300, 310, What::Sent, "wake-up"),
        (400, 410, Failed, "no frame: 03 garbled"),
        (401, 411, Failed, "no frame: 04 garbled"),
    ]);
    let to_3 = bench
        .seen
        .delivered
        .iter()
        .filter(|(end, ..)| *end == 3)
        .map(|(.., bytes)| FromLine::read(bytes).unwrap());
    let waves = to_3.filter(
        |said| matches!(said, FromLine::Wave { wave, .. } if wave.bits == 10 && !wave.level(u128::MAX / 2)),
    );
    assert_eq!(waves.count(), 0, "a line is high again at last");
    let stop = |bytes: &[u8]| match FromLine::read(bytes).unwrap() {
        FromLine::Wave { wave, .. } if wave.bits == 10 => Some(wave.level(u128::from(wave.bit_fs) * 9)),
        _ => None,
    };
    let stops: Vec<_> =
        bench.seen.delivered.iter().filter_map(|(to, _, bytes)| stop(bytes).filter(|_| *to == 3)).collect();
    assert_eq!(stops, [false; 5], "each garbled byte is a framing error");
}

#[test]
fn a_break_wins() {
    let mut bench = Bench::new(named());
    bench.header(0, 0x10).bytes(1, bits(34), &[1]);
    bench.header(bits(40), 0x11).response(1, bits(74), 0x11, Model::Classic, &[9]);
    bench.check(&[
        (0, 44, What::Failed, "10 Temp [1] 01: garbled, incomplete"),
        (40, 94, What::Sent, "11 Old [1] 09 classic"),
    ]);
}

/// The trick of UARTs that cannot send a break: a zero at a lower rate, here of 9 * 1.5 bits.
#[test]
fn a_slow_zero_is_a_break() {
    let slow =
        |bit_fs, byte| ToLine::Frame { settings: Settings { bit_fs, framing: Framing::EIGHT_N_ONE }, byte };
    let mut bench = Bench::new(named());
    bench.say(0, 0, slow(150_000_000_000, 0)).bytes(0, 0, &[0x55, Pid::of(0x11).0]);
    bench.response(1, bits(35), 0x11, Model::Classic, &[1]);
    // At twice the rate 0x55 is nothing good; at a rate that does not fit by far it is no break.
    bench.say(1, bits(200), slow(50_000_000_000, 0x55));
    bench.say(1, bits(300), slow(110_000_000_000, 0x00));
    bench.check(&[
        (0, 55, What::Sent, "11 Old [1] 01 classic"),
        (200, 210, What::Failed, "no frame: FF garbled"),
        (300, 311, What::Failed, "no frame: 00 garbled"),
    ]);
    let lasts: Vec<_> =
        bench.seen.delivered.iter().filter(|(to, ..)| *to == 0).map(|(_, at, _)| at / BIT_NS).collect();
    assert_eq!(lasts[..3], [15, 25, 35]);
}

/// Some UARTs hold the line low and let it go again.
#[test]
fn a_held_line_is_a_break() {
    let mut bench = Bench::new(named());
    bench.say(0, 0, ToLine::Hold(true)).say(0, bits(13), ToLine::Hold(false)).bytes(
        0,
        bits(14),
        &[0x55, 0x11],
    );
    bench.response(1, bits(34), 0x11, Model::Classic, &[1]);
    bench.check(&[(0, 54, What::Sent, "11 Old [1] 01 classic")]);
}

#[test]
fn only_the_master_sends_headers() {
    let mut bench = Bench::new(named().with_master(End(1)));
    bench.header(0, 0x11).response(1, bits(34), 0x11, Model::Classic, &[1]);
    bench.check(&[(0, 54, What::Failed, "11 Old [1] 01 classic: not from the master")]);
}

#[test]
fn headers_follow_a_schedule() {
    let slot = |id: u8, bits| Slot { ids: 1 << id, may_be_empty: false, lasts: Span::from_ns(bits * BIT_NS) };
    let plan = Plan {
        name: "Normal".into(),
        slots: vec![slot(0x10, 100), slot(0x11, 150)],
        tolerance: Span::from_ns(BIT_NS),
    };
    let spec = named().with_plan(plan);
    assert_eq!(spec.to_string(), "lin 10000 delay 0s schedule Normal within 100us");
    let mut bench = Bench::new(spec);
    let answer = |bench: &mut Bench, at, id: u8| {
        let (model, data) =
            if id == 0x10 { (Model::Enhanced, &[1, 2][..]) } else { (Model::Classic, &[1][..]) };
        bench.header(bits(at), id).response(1, bits(at + 34), id, model, data);
    };
    for (at, id) in [(0, 0x10), (101, 0x11), (251, 0x10), (353, 0x11), (503, 0x11)] {
        answer(&mut bench, at, id);
    }
    let (temp, old) = ("10 Temp [2] 01 02 enhanced", "11 Old [1] 01 classic");
    let sent = |at, len, text| (at, at + len, What::Sent, text);
    bench.check(&[
        sent(0, 64, temp),
        sent(101, 54, old),
        sent(251, 64, temp),
        (353, 387, What::Failed, "schedule Normal: 11 is 200000ns late"),
        sent(353, 54, old),
        (503, 537, What::Failed, "schedule Normal: 11 instead of 10"),
        sent(503, 54, old),
    ]);
}

#[test]
fn what_loses_its_power_does_not_leave() {
    let mut bench = Bench::new(named());
    bench.header(0, 0x10);
    for (seq, byte) in (0..).zip([1, 2]) {
        let handed = Handed {
            from: End(1),
            at: Instant::from_ns(bits(34)),
            seq,
            cut: Instant::from_ns(bits(50)),
            bytes: &[byte],
        };
        bench.bus.hand_over(handed, &mut bench.seen);
    }
    let mut record = Vec::new();
    ToLine::Break { bit_fs: 0, bits: 13 }.write(&mut record);
    let handed = Handed {
        from: End(2),
        at: Instant::from_ns(bits(49)),
        seq: 0,
        cut: Instant::from_ns(bits(50)),
        bytes: &record,
    };
    bench.bus.hand_over(handed, &mut bench.seen);
    // The bus is free for others from then on.
    bench.header(bits(100), 0x11).response(2, bits(134), 0x11, Model::Classic, &[1]);
    bench.check(&[
        (50, 50, What::Lost, "byte 02"),
        (50, 50, What::Lost, "break"),
        (0, 86, What::Failed, "10 Temp [1] 01: incomplete"),
        (100, 154, What::Sent, "11 Old [1] 01 classic"),
    ]);
}

/// The second byte that end 1 sends is struck.
#[track_caller]
fn check_struck(act: Act, expected: &[(u64, u64, What, &str)]) {
    let which = Which::Nth(std::num::NonZeroU64::new(2).unwrap());
    let kind = FaultKind::Frames { matching: vec![], which, act };
    let fault = Fault { lanes: vec![Lane(1)], from: Instant::START, until: Instant::FAR, kind };
    let mut bench = Bench::new(named());
    bench.bus = LinBus::new(named(), 4, Faults::new(vec![fault], Draws::new(0, "bus"), 4));
    assert_eq!(bench.bus.unfired().len(), 1);
    bench.header(0, 0x10).response(1, bits(34), 0x10, Model::Enhanced, &[1, 2]);
    bench.check(expected);
    assert_eq!(bench.bus.unfired(), []);
    let heard = |end: u16| bench.seen.delivered.iter().filter(|(to, ..)| *to == end).count();
    assert_eq!([heard(0), heard(1)], [if act == Act::Drop { 5 } else { 6 }; 2]);
}

#[test]
fn bytes_are_struck() {
    use What::{Failed, Lost, Struck};
    let struck = (44, 54, Struck { fault: 0 }, "byte 02");
    let incomplete = (0, 106, Failed, "10 Temp [2] 01 AC: incomplete");
    check_struck(Act::Drop, &[struck, (44, 54, Lost, "byte 02"), incomplete]);
    // The lowest bit of data follows the start bit.
    check_struck(Act::Corrupt { bit: 1 }, &[struck, (0, 64, Failed, "10 Temp [2] 01 03: checksum AC")]);
    check_struck(Act::Corrupt { bit: 9 }, &[struck, (0, 64, Failed, "10 Temp [2] 01 02 enhanced: garbled")]);
}

/// A byte at another rate is named by what was sent, and patterns find it; of a break one of its first bits goes wrong.
#[test]
fn what_is_no_byte_of_the_bus_is_struck() {
    use What::{Failed, Lost, Struck};
    let act = |place: u64, act| {
        let which = Which::Nth(std::num::NonZeroU64::new(1).unwrap());
        let matching = if place == 0 { vec![Pattern { at: 0, bytes: vec![0x37] }] } else { vec![] };
        let kind = FaultKind::Frames { matching, which, act };
        Fault { lanes: vec![Lane(place as u16)], from: Instant::START, until: Instant::FAR, kind }
    };
    let faults = vec![act(0, Act::Drop), act(1, Act::Corrupt { bit: 30 })];
    let mut bench = Bench::new(spec());
    bench.bus = LinBus::new(spec(), 4, Faults::new(faults, Draws::new(0, "bus"), 4));
    let settings = Settings { bit_fs: 50_000_000_000, framing: Framing::EIGHT_N_ONE };
    bench.say(0, 0, ToLine::Frame { settings, byte: 0x37 });
    bench.say(1, bits(20), ToLine::Break { bit_fs: 0, bits: 40 });
    bench.check(&[
        (0, 10, Struck { fault: 0 }, "byte 37"),
        (0, 10, Lost, "byte 37"),
        (20, 60, Struck { fault: 1 }, "break"),
        (20, 107, Failed, "no whole header"),
    ]);
    let wave = Wave { levels: 1 << 15, ..Wave::of_break(40, BIT_NS * 1_000_000) };
    let mut heard = Vec::new();
    FromLine::Wave { age_ns: bits(40), wave }.write(&mut heard);
    assert_eq!(bench.seen.delivered[0], (0, bits(60), heard));
}

#[test]
fn other_words_are_nothing() {
    let mut bench = Bench::new(spec());
    bench.say(0, 0, ToLine::Rts(true)).say(0, 0, ToLine::Ask);
    bench.bus.hand_over(
        Handed { from: End(0), at: Instant::START, seq: 9, cut: Instant::FAR, bytes: &[99, 0] },
        &mut bench.seen,
    );
    bench.check(&[]);
    assert_eq!(bench.seen, Seen::default());
    assert_eq!(bench.bus.earliest_told(), Instant::FAR);
}

/// What an end says: when after the one before, who, what.
fn any_record() -> impl Strategy<Value = ToLine> {
    let frame = (50u64..300, any::<u8>()).prop_map(|(us, byte)| ToLine::Frame {
        settings: Settings { bit_fs: us * 1_000_000_000, framing: Framing::EIGHT_N_ONE },
        byte,
    });
    prop_oneof![
        8 => any::<u8>().prop_map(ToLine::Byte),
        2 => prop::sample::select(vec![0x55, 0x50, 0x11, 0xc4]).prop_map(ToLine::Byte),
        2 => (8u16..30).prop_map(|bits| ToLine::Break { bit_fs: 0, bits }),
        1 => (8u16..30, 50u64..300).prop_map(|(bits, us)| ToLine::Break { bit_fs: us * 1_000_000_000, bits }),
        1 => frame,
    ]
}

proptest! {
    /// What comes out does not depend on when the bus settles. Nothing is lost, doubled or out of order; each end hears all, no sooner
    /// than was promised; what went through did not overlap with anything.
    #[test]
    fn it_does_not_matter_when_it_settles(
        sends in prop::collection::vec((0u64..40, 0u16..4, any_record(), any::<bool>()), 1..60),
    ) {
        let (mut often, mut once) = (Bench::new(named()), Bench::new(named()));
        let (mut now_ns, lookahead) = (0, spec().lookahead());
        let mut soonest = Vec::new();
        for (gap, from, record, settles) in &sends {
            now_ns += bits(*gap);
            if *settles {
                let effects = [0, 1, 2, 3].map(|end| often.bus.earliest_effect(End(end)).as_ns());
                let (told, known) = (often.bus.earliest_told().as_ns(), (often.seen.delivered.len(), often.seen.told.len()));
                often.bus.settle(Instant::from_ns(now_ns), &mut often.seen);
                prop_assert!(often.seen.delivered[known.0..].iter().all(|(to, at, _)| *at >= effects[usize::from(*to)]));
                prop_assert!(often.seen.told[known.1..].iter().all(|(at, ..)| *at >= told));
                prop_assert!(often.bus.earliest_effect(End(0)).as_ns() > now_ns);
            }
            soonest.push(often.bus.earliest(End(*from), Instant::from_ns(now_ns)).as_ns());
            prop_assert!(*soonest.last().unwrap() >= now_ns + lookahead.as_ns());
            often.say(*from, now_ns, *record);
            once.say(*from, now_ns, *record);
        }
        often.bus.settle(Instant::FAR, &mut often.seen);
        once.bus.settle(Instant::FAR, &mut once.seen);
        often.seen.told.sort();
        once.seen.told.sort();
        prop_assert_eq!(&often.seen, &once.seen);
        for end in 0..4 {
            let heard: Vec<u64> = once.seen.delivered.iter().filter(|(to, ..)| *to == end).map(|(_, at, _)| *at).collect();
            prop_assert_eq!(heard.len(), sends.len());
            prop_assert!(heard.is_sorted());
        }
        let mut keys: Vec<_> = once.seen.told.iter().map(|(at, _, from, seq, what, _)| (*at, *what, *from, *seq)).collect();
        keys.dedup();
        prop_assert_eq!(keys.len(), once.seen.told.len(), "two things of one key");
        let frames = || once.seen.told.iter().filter(|(.., what, text)| *what == What::Sent && text.contains('['));
        for (at, ends, ..) in frames() {
            let overlapping = frames().filter(|(other, until, ..)| other < ends && at < until).count();
            prop_assert_eq!(overlapping, 1, "it overlaps with itself alone");
        }
    }
}
