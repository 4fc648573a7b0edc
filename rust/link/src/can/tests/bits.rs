// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The bits of frames, and how long they last, computed by hand.

use super::{classic, fd};
use crate::can::timing::Rates;
use ::can::{BITS_MAX, Sequence};
use ::can::{Frame, Id, Kind, LEN_MAX};
use proptest::prelude::*;

fn encode(frame: &Frame) -> Sequence {
    let mut sequence = Sequence::empty();
    sequence.encode(frame);
    sequence
}

fn spell(sequence: &Sequence) -> String {
    (0..sequence.count()).map(|bit| if sequence.level(bit) { '1' } else { '0' }).collect()
}

/// The bits of a frame, blanks left out.
#[track_caller]
fn check_bits(frame: &Frame, expected: &str) {
    assert_eq!(spell(&encode(frame)), expected.replace(' ', ""));
}

/// How many bits it has and how many of them are in the data phase.
#[track_caller]
fn check_len(frame: &Frame, bits: usize, data_phase: usize) {
    let sequence = encode(frame);
    assert_eq!((sequence.count(), sequence.data_phase().len()), (bits, data_phase), "{}", spell(&sequence));
}

/// Nothing but zeros, whose checksum is 0: a stuff bit after each five of 34 bits.
#[test]
fn zeros_are_stuffed_after_each_five() {
    let zeros = "000001 000001 000001 000001 000001 000001 0000";
    check_bits(&classic(0, &[]), &format!("{zeros} 1 1 1 1111111"));
}

/// From BRS on the rate is the other one. 14 dominant bits, of which 2 have a stuff bit behind them; FDF, res, BRS; ESI and DLC, five
/// zeros at the end without a stuff bit, as a fixed one follows; 2 stuff bits, which is 011 in Gray code, and even parity: 0110.
#[test]
fn can_fd_counts_its_stuff_bits() {
    let bits = spell(&encode(&fd(0, &[], true)));
    assert_eq!(bits[..24], "000001 000001 0000 1 0 1 00000".replace(' ', ""));
    assert_eq!(bits[24..30], "1 0110 1".replace(' ', ""));
    check_len(&fd(0, &[], true), 61, 32);
    // With the dominant BRS there are seven dominant bits, and one more stuff bit.
    check_len(&fd(0, &[], false), 62, 0);
}

/// 44 bits and 8 for each byte without stuff bits; 64 with 29 bits of identifier (10.4.2). A frame without data has one at least:
/// from RTR to DLC there are seven dominant bits.
#[test]
fn frames_without_stuff_bits_are_the_shortest() {
    let least = |kind, data: &[u8]| {
        let frames = (0..0x800).map(|id| Frame::new(Id::Standard(id), kind, data).unwrap());
        frames.map(|frame| encode(&frame).count()).min()
    };
    assert_eq!(least(Kind::Data, &[]), Some(45));
    assert_eq!(least(Kind::Remote, &[0; 5]), Some(44));
    assert_eq!(least(Kind::Data, &[0x55; 8]), Some(108));
    let extended = |id| Frame::new(Id::Extended(id), Kind::Data, &[0x55; 8]).unwrap();
    assert_eq!((0..20_000).map(|id| encode(&extended(0x0aaa_0000 | id)).count()).min(), Some(128));
    check_len(&fd(0x555, &[0x55; 64], true), 576, 549);
}

/// At 500 kbit/s and 2 Mbit/s.
#[test]
fn frames_last_as_long_as_their_bits() {
    let rates = Rates::new(500_000, Some(2_000_000));
    let check = |frame: &Frame, expected_ns: u64| {
        assert_eq!(rates.round_up(rates.frame(&encode(frame))).as_ns(), expected_ns);
    };
    check(&classic(0, &[]), 50 * 2000);
    check(&fd(0, &[], false), 62 * 2000);
    check(&fd(0, &[], true), 28 * 2000 + 33 * 500);
    check(&fd(0x555, &[0x55; 64], true), 26 * 2000 + 550 * 500);
}

/// Bits of 1 / 800 000 s and 1 / 3 000 000 s: 1250 ns and 333 1/3 ns.
#[test]
fn times_are_exact_though_bits_are_no_nanoseconds() {
    let rates = Rates::new(800_000, Some(3_000_000));
    let frame = rates.frame(&encode(&fd(0, &[], true)));
    assert_eq!(rates.round_up(frame).as_ns(), 28 * 1250 + 11_000);
    assert_eq!(rates.round_up(frame * 2).as_ns(), 2 * (28 * 1250 + 11_000));
    let bit = rates.data_bit;
    assert_eq!([1, 2, 3].map(|bits| rates.round_up(bit * bits).as_ns()), [334, 667, 1000]);
}

/// The parts of the bits around the data phase add up to the frame.
#[test]
fn a_frame_is_the_sum_of_its_bits() {
    let rates = Rates::new(500_000, Some(5_000_000));
    for frame in [fd(0x123, &[1, 2, 3], true), fd(0x123, &[1, 2, 3], false), classic(0x123, &[0; 8])] {
        let sequence = encode(&frame);
        let bits = (0..sequence.count())
            .map(|bit| rates.before_sample(&sequence, bit).0 + rates.after_sample(&sequence, bit).0)
            .sum::<u128>();
        assert_eq!(bits, rates.frame(&sequence).0);
    }
}

fn any_frame() -> impl Strategy<Value = Frame> {
    let id = prop_oneof![(0..0x800u16).prop_map(Id::Standard), (0..1u32 << 29).prop_map(Id::Extended)];
    let kind = prop_oneof![
        Just(Kind::Data),
        Just(Kind::Remote),
        any::<(bool, bool)>().prop_map(|(switches_rate, is_passive)| Kind::Fd { switches_rate, is_passive }),
    ];
    let data = prop_oneof![
        Just([0u8; LEN_MAX]),
        Just([0xff; LEN_MAX]),
        // Four of one kind, then four of the other: as many stuff bits as can be once they have begun.
        Just([0x0f; LEN_MAX]),
        any::<[u8; LEN_MAX]>(),
    ];
    (id, kind, 0u8..16, data).prop_map(|(id, kind, dlc, data)| {
        Frame::new(id, kind, &data[..Frame::len_of_dlc(dlc, kind.is_fd())]).unwrap()
    })
}

proptest! {
    /// Of g bits before the data and n bytes at most (g + 8 n - 1) / 4 stuff bits (Davis and others, "Controller Area Network (CAN)
    /// schedulability analysis", 2007): 111 to 135 bits for 8 bytes with an intermission.
    #[test]
    fn the_length_is_within_its_bounds(frame in any_frame()) {
        let sequence = encode(&frame);
        let is_extended = matches!(frame.id(), Id::Extended(_));
        let data = 8 * frame.data().len();
        let (stuffable, fixed) = match frame.kind() {
            Kind::Fd { .. } => {
                let checksum = if frame.len() > 16 { 4 + 21 + 7 } else { 4 + 17 + 6 };
                (if is_extended { 41 } else { 22 } + data, checksum + 10)
            }
            Kind::Data | Kind::Remote => (if is_extended { 54 } else { 34 } + data, 10),
        };
        let most = stuffable + (stuffable - 1) / 4 + fixed;
        prop_assert!((stuffable + fixed..=most).contains(&sequence.count()));
        prop_assert!(most <= BITS_MAX);
        if frame.kind() == Kind::Data && !is_extended && data == 64 {
            prop_assert!((111..=135).contains(&(sequence.count() + 3)));
        }
    }

    /// No six equal bits up to the delimiter.
    #[test]
    fn there_are_never_six_equal_bits(frame in any_frame()) {
        let bits = spell(&encode(&frame));
        let before_end = &bits[..bits.len() - 10];
        prop_assert!(!before_end.contains("000000") && !before_end.contains("111111"), "{}", before_end);
    }
}
