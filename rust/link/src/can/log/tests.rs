// SPDX-License-Identifier: Apache-2.0 OR MIT

use super::*;
use proptest::prelude::*;

#[track_caller]
fn check(text: &str, expected: &[(u64, &str, &str)]) {
    let frames = read("x.log", text).unwrap_or_else(|errors| panic!("{}", errors.render(false)));
    let shown: Vec<_> = frames
        .iter()
        .map(|logged| (logged.at_ns, logged.interface.as_str(), logged.frame.to_string()))
        .collect();
    let shown: Vec<_> =
        shown.iter().map(|(at, interface, frame)| (*at, *interface, frame.as_str())).collect();
    assert_eq!(shown, expected);
}

/// Line, column, and the start of the message.
#[track_caller]
fn check_wrong(text: &str, expected: &[(usize, usize, &str)]) {
    let errors = read("x.log", text).expect_err("it is wrong");
    let found: Vec<_> =
        errors.list().iter().map(|one| (one.place.clone().unwrap(), one.message.clone())).collect();
    assert_eq!(found.len(), expected.len(), "{}", errors.render(false));
    for ((place, message), (line, column, start)) in found.iter().zip(expected) {
        assert_eq!((place.line, place.column), (*line, *column), "{message}");
        assert!(message.starts_with(start), "{message}");
    }
}

#[test]
fn all_kinds_of_frames() {
    check("(0.000000) can0 123#0102\n", &[(0, "can0", "123 [2] 01 02")]);
    check("(1.5) can0 00000123#\n\n", &[(1_500_000_000, "can0", "00000123 [0]")]);
    check("(1436509052.249713) vcan0 7ff#R", &[(1_436_509_052_249_713_000, "vcan0", "7FF [0] remote")]);
    check(" (0.000000001) a 7FF#R8 T\r\n", &[(1, "a", "7FF [8] remote")]);
    check("(0.0) a 123#01.fF.03 R", &[(0, "a", "123 [3] 01 FF 03")]);
    check("(0.0) a 123##3", &[(0, "a", "123 fd brs esi [0]")]);
    check("(0.0) a 1FFFFFFF##00102", &[(0, "a", "1FFFFFFF fd [2] 01 02")]);
    check("", &[]);
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    check_wrong("(0.0) can0 123#0102\n0.1 can0 123#\n", &[(2, 1, "this is no time")]);
    check_wrong("(0.1234567890) a 123#", &[(1, 1, "this is no time")]);
    check_wrong("(99999999999.0) a 123#", &[(1, 1, "this is no time")]);
    check_wrong("(0.0)\n", &[(1, 6, "the interface is missing")]);
    check_wrong("(0.0) can0\n", &[(1, 11, "this is no frame")]);
    check_wrong(
        "(0.0) can0 12#00\n(0.0) can0 1234#\n",
        &[(1, 12, "this is no frame"), (2, 12, "this is no frame")],
    );
    check_wrong("(0.0) a 800#", &[(1, 9, "identifier 0x800 is too large")]);
    check_wrong("(0.0) a 20000004#00", &[(1, 9, "an error message")]);
    check_wrong("(0.0) a 40000004#00", &[(1, 9, "identifier 0x40000004 is too large")]);
    check_wrong("(0.0) a 123#0", &[(1, 13, "this is no data")]);
    check_wrong("(0.0) a 123#0g", &[(1, 13, "this is no data")]);
    check_wrong("(0.0) a 123#00.", &[(1, 13, "this is no data")]);
    check_wrong("(0.0) a 123#0011223344556677_9", &[(1, 13, "this is no data")]);
    check_wrong("(0.0) a 123#001122334455667788", &[(1, 9, "a frame has no 9 bytes")]);
    check_wrong("(0.0) a 123##", &[(1, 14, "the flags of CAN FD")]);
    check_wrong("(0.0) a 123##1001122334455667788", &[(1, 9, "a frame has no 9 bytes")]);
    check_wrong("(0.0) a 123###00", &[(1, 9, "a frame of CAN XL")]);
    check_wrong("(0.0) a 123#R9", &[(1, 14, "this is no length")]);
    check_wrong("(0.0) a 123#00 x", &[(1, 16, "there is more")]);
    check_wrong("(0.2) a 123#\n(0.1) a 123#\n", &[(2, 1, "this is earlier")]);
    check_wrong("(0.0) a é#", &[(1, 9, "this is no frame")]);
}

fn any_frame() -> impl Strategy<Value = Frame> {
    let id = prop_oneof![(0..0x800u16).prop_map(Id::Standard), (0..1u32 << 29).prop_map(Id::Extended)];
    let kind = prop_oneof![
        Just(Kind::Data),
        Just(Kind::Remote),
        any::<(bool, bool)>().prop_map(|(switches_rate, is_passive)| Kind::Fd { switches_rate, is_passive }),
    ];
    (id, kind, 0u8..16, any::<[u8; LEN_MAX]>()).prop_map(|(id, kind, dlc, data)| {
        Frame::new(id, kind, &data[..Frame::len_of_dlc(dlc, kind.is_fd())]).unwrap()
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read(frames in prop::collection::vec((0..3_000_000_000u64, any_frame()), 0..20)) {
        let mut at_ns = 0;
        let logged: Vec<_> = (1..).zip(frames).map(|(line, (gap_ns, frame))| {
            at_ns += gap_ns;
            Logged { at_ns, interface: "can0".to_string(), frame, line }
        }).collect();
        prop_assert_eq!(read("x.log", &write(&logged)).ok(), Some(logged));
    }

    /// Anything is a log or its mistakes, each in its text.
    #[test]
    fn any_text_is_a_log_or_mistakes(
        text in prop_oneof![any::<String>(), r"(\([0-9.]{1,4}\) [a-z]{1,2} [0-9A-F]{2,9}#{1,3}[0-9A-FR._é]{0,9}[ \n]?){1,3}"],
    ) {
        match read("x.log", &text) {
            Ok(frames) => prop_assert!(frames.len() <= text.lines().count()),
            Err(errors) => {
                prop_assert!(!errors.list().is_empty() && !errors.render(false).is_empty());
                let inside = |one: &Diagnostic| one.place.as_ref().is_some_and(|place| text.get(place.start..place.end).is_some());
                prop_assert!(errors.list().iter().all(inside));
            }
        }
    }
}
