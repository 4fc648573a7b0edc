// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Tests of the HEX reader, on records that are made here.

use super::*;
use proptest::prelude::*;

/// A record with its checksum, as a line.
fn line(kind: u8, address: u16, data: &[u8]) -> String {
    let mut bytes = vec![data.len() as u8];
    bytes.extend(address.to_be_bytes());
    bytes.push(kind);
    bytes.extend(data);
    bytes.push(bytes.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte)).wrapping_neg());
    let digits: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    format!(":{digits}\n")
}

const END: &str = ":00000001FF\n";

fn check(text: &str, start: Option<u64>, segments: &[(u64, &[u8])]) {
    let segments = segments.iter().map(|(at, bytes)| (*at, Cow::Borrowed(*bytes))).collect();
    assert_eq!(read(text.as_bytes()), Ok(Image { start, segments }), "{text}");
}

fn check_error(text: &str, expected: &str) {
    assert_eq!(read(text.as_bytes()).unwrap_err().to_string(), expected, "{text}");
}

#[test]
fn reads_what_a_linker_writes() {
    // Made by hand after the specification's example of a data record.
    check(":0300300002337A1E\r\n\r\n:00000001FF\r\n", None, &[(0x30, &[2, 0x33, 0x7a])]);
    check(&(line(0, 0x10, &[1, 2]).to_lowercase() + END.trim_end()), None, &[(0x10, &[1, 2])]);
    check(END, None, &[]);
}

#[test]
fn bases_move_what_follows() {
    let text = line(4, 0, &[8, 0]) + &line(0, 0xfffe, &[1, 2, 3]) + &line(2, 0, &[0x12, 0x34]);
    let text = text + &line(0, 1, &[9]) + &line(4, 0, &[0, 0]) + &line(0, 4, &[7]) + END;
    check(&text, None, &[(4, &[7]), (0x1_2341, &[9]), (0x800_fffe, &[1, 2, 3])]);
}

#[test]
fn starts_are_addresses() {
    check(&(line(5, 0, &[8, 0, 1, 0xc1]) + END), Some(0x800_01c1), &[]);
    check(&(line(3, 0, &[0xf0, 0, 0xff, 0xff]) + END), Some(0xf_ffff), &[]);
    let twice = line(5, 0, &[0; 4]) + &line(3, 0, &[0; 4]) + END;
    check_error(&twice, "line 2: found a second start of the program, expected one: the other is in line 1");
}

#[test]
fn records_that_touch_are_one_and_gaps_stay() {
    let text = line(0, 8, &[3]) + &line(0, 4, &[1, 2]) + &line(0, 6, &[5, 6]) + &line(0, 0x20, &[4]) + END;
    check(&text, None, &[(4, &[1, 2, 5, 6, 3]), (0x20, &[4])]);
}

#[test]
fn an_address_has_one_byte() {
    let text = line(0, 4, &[1, 2, 3, 4, 5]) + &line(0, 0x20, &[1]) + &line(0, 6, &[3]) + END;
    check_error(&text, "line 3: found bytes for 0x6, which line 1 has already: expected each address once");
    let text = line(0, 6, &[3]) + &line(0, 4, &[1, 2, 3]) + END;
    check_error(&text, "line 2: found bytes for 0x6, which line 1 has already: expected each address once");
}

#[test]
fn mistakes_name_the_line() {
    let good = line(0, 0, &[1]);
    for (text, expected) in [
        ("S0030000FC\n", "line 1: found \"S\", expected \":\", with which each record starts"),
        (
            "",
            "line 1: found the end of the file, expected the record that says so, :00000001FF: the file is cut off",
        ),
        (
            &good,
            "line 1: found the end of the file, expected the record that says so, :00000001FF: the file is cut off",
        ),
        (&format!("{good}:0100g"), "line 2: column 6: found \"g\", expected a hexadecimal digit"),
        (&format!("{good}:01000"), "line 2: found 5 digits after \":\", expected 12: is the line cut off?"),
        (":\n", "line 1: found 0 digits after \":\", expected 10: is the line cut off?"),
        (":0000000100FF\n", "line 1: found 12 digits after \":\", expected 10: is the line cut off?"),
        (":00000001FE\n", "line 1: found the checksum FE, expected FF: the file was damaged"),
        (&line(6, 0, &[]), "line 1: found a record of type 06, expected 00 to 05"),
        (&line(4, 0, &[1]), "line 1: found 1 bytes in a record of type 04, expected 2"),
        (&line(1, 0, &[1]), "line 1: found 1 bytes in a record of type 01, expected 0"),
        (&line(5, 0, &[1]), "line 1: found 1 bytes in a record of type 05, expected 4"),
        (
            &format!("{END}\n{good}"),
            "line 3: found a record after the end of the file, which line 1 says; expected nothing",
        ),
        (
            &(line(2, 0, &[0, 1]) + &line(0, 0xffff, &[1, 2])),
            "line 2: the data ends at 0x10011, expected at most 0x10010, where the addresses end",
        ),
        (
            &(line(4, 0, &[0xff, 0xff]) + &line(0, 0xffff, &[1, 2])),
            "line 2: the data ends at 0x100000001, expected at most 0x100000000, where the addresses end",
        ),
    ] {
        check_error(text, expected);
    }
    assert_eq!(read(b"\xff\n").unwrap_err().wrong, Wrong::NoColon { found: "\"\\xff\"".into() });
}

/// Pieces that do not touch: their addresses and bytes.
fn pieces() -> impl Strategy<Value = Vec<(u64, Vec<u8>)>> {
    let piece = (1u64..0x2_0000, prop::collection::vec(any::<u8>(), 1..600));
    prop::collection::vec(piece, 0..6).prop_map(|pieces| {
        let mut next = 0;
        let place = |(gap, bytes): (u64, Vec<u8>)| {
            let at = next + gap;
            next = at + bytes.len() as u64;
            (at, bytes)
        };
        pieces.into_iter().map(place).collect()
    })
}

/// The pieces as records of up to `width` bytes, each with its base.
fn write(pieces: &[(u64, Vec<u8>)], width: usize) -> Vec<String> {
    let mut records = Vec::new();
    for (at, bytes) in pieces {
        for (number, part) in bytes.chunks(width).enumerate() {
            let at = at + (number * width) as u64;
            records.push(line(4, 0, &((at >> 16) as u16).to_be_bytes()) + &line(0, at as u16, part));
        }
    }
    records
}

proptest! {
    #[test]
    fn what_is_written_is_read_in_any_order(pieces in pieces(), width in 1usize..=255, turn in 0usize..100) {
        let mut records = write(&pieces, width);
        let len = records.len().max(1);
        records.rotate_left(turn % len);
        let expected = pieces.into_iter().map(|(at, bytes)| (at, Cow::Owned(bytes))).collect();
        let image = read((records.concat() + END).as_bytes());
        prop_assert_eq!(image, Ok(Image { start: None, segments: expected }));
    }

    #[test]
    fn a_changed_digit_is_noticed(pieces in pieces(), at in any::<prop::sample::Index>(), change in 1u8..16) {
        let mut text = (write(&pieces, 16).concat() + END).into_bytes();
        let at = at.index(text.len());
        if let Some(digit) = (text[at] as char).to_digit(16) {
            text[at] = format!("{:X}", digit as u8 ^ change).as_bytes()[0];
            prop_assert!(read(&text).is_err());
        }
    }

    #[test]
    fn no_bytes_make_it_panic(data in prop::collection::vec(any::<u8>(), 0..200), text in "(:[0-9A-F]{0,30}\n){0,8}") {
        let _ = read(&data);
        let _ = read(text.as_bytes());
    }
}
