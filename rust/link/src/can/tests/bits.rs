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

/// A classic frame spelt out, field by field, as 10.4.2 lists them.
fn by_hand(frame: &Frame) -> String {
    let rtr = if frame.kind() == Kind::Remote { "1" } else { "0" };
    let head = match frame.id() {
        // Start of frame, identifier, RTR, IDE, r0.
        Id::Standard(id) => format!("0{id:011b}{rtr}00"),
        // Start of frame, base identifier, SRR, IDE, the rest of the identifier, RTR, r1, r0.
        Id::Extended(id) => format!("0{:011b}11{:018b}{rtr}00", id >> 18, id & 0x3ffff),
    };
    let data: String = frame.data().iter().map(|byte| format!("{byte:08b}")).collect();
    let message = format!("{head}{:04b}{data}", frame.len());
    // Long division by x^15 + x^14 + x^10 + x^8 + x^7 + x^4 + x^3 + 1.
    let mut rest: Vec<bool> = format!("{message}{}", "0".repeat(15)).chars().map(|bit| bit == '1').collect();
    for place in 0..message.len() {
        if rest[place] {
            "1100010110011001".chars().zip(&mut rest[place..]).for_each(|(bit, rest)| *rest ^= bit == '1');
        }
    }
    let checksum = rest[message.len()..].iter().map(|bit| if *bit { '1' } else { '0' });
    let mut stuffed = String::new();
    for bit in message.chars().chain(checksum) {
        stuffed.push(bit);
        // What was stuffed counts for the next.
        if stuffed.ends_with("00000") || stuffed.ends_with("11111") {
            stuffed.push(if bit == '1' { '0' } else { '1' });
        }
    }
    // Delimiter, acknowledge, its delimiter, end of frame.
    stuffed + "1" + "1" + "1" + "1111111"
}

/// Bits of frames of 0 to 8 bytes, the least and the most of those tried here. The least are 44 + 8 n, with 29 bits of identifier 64 + 8 n, without stuff
/// bits; with one up to 3 bytes, as RTR, the two bits behind it and the first two of DLC are five zeros. The most that there could be is a stuff bit
/// behind the first five bits and behind each four that follow, (34 + 8 n - 1) / 4 and (54 + 8 n - 1) / 4 (Davis and others, 2007): 52 to 132 and 77 to
/// 157 bits. RTR, IDE, r0, DLC and checksum cannot be chosen, so that the longest of these have 2 to 6 less.
#[test]
fn frames_of_all_lengths_by_hand() {
    let standard =
        [(45, 50), (53, 59), (61, 69), (69, 79), (76, 89), (84, 99), (92, 109), (100, 120), (108, 128)];
    let extended =
        [(65, 72), (73, 82), (81, 92), (89, 103), (96, 112), (104, 122), (112, 132), (120, 142), (128, 152)];
    // 00001111 00001111 ... begun at each of its bits, and what stuffs much or nothing.
    let wave = |shift: u32| 0x0f0f_0f0f_0f0f_0f0f_u64.rotate_left(shift);
    let waves: Vec<u64> = (0..8).map(wave).chain([0, u64::MAX, 0x5555_5555_5555_5555]).collect();
    let ids = |id: u32| [id, id << 18 & 0x1fff_ffff | 0x3c3c3, id << 18 & 0x1fff_ffff | 0x1e1e1];
    let of_11_bits: Vec<_> = (0..0x800).map(Id::Standard).collect();
    let of_29_bits: Vec<_> = (0..0x800).flat_map(ids).map(Id::Extended).collect();
    for (ids, expected) in [(of_11_bits, standard), (of_29_bits, extended)] {
        for (len, expected) in expected.into_iter().enumerate() {
            let (mut least, mut most) = (usize::MAX, 0);
            for (id, wave) in ids.iter().flat_map(|id| waves.iter().map(move |wave| (id, wave))) {
                let frame = Frame::new(*id, Kind::Data, &wave.to_be_bytes()[..len]).unwrap();
                let count = encode(&frame).count();
                (least, most) = (least.min(count), most.max(count));
            }
            assert_eq!((least, most), expected, "{len} bytes");
        }
    }
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

    /// Bit by bit, as spelt out.
    #[test]
    fn classic_frames_are_as_by_hand(frame in any_frame()) {
        if !frame.kind().is_fd() {
            prop_assert_eq!(spell(&encode(&frame)), by_hand(&frame));
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
