// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The bytes of each message are those of `testdata/messages.txt`, any message comes back as it was, and any bytes are a
//! message or an error.

use control::legacy::{ClockAdvance, ClockReady};
use control::{
    Code, Description, DescriptionLink, DescriptionNode, Event, Finish, Frame, MAX_REQUEST, MAX_TO_MASTER,
    NO_PORT, NodeStatus, PowerChange, Reached, ReadError, Reply, Request, Sending, Status, Subscription,
    ToMaster, VERSION, read_frame,
};
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// One of each, with a value in each field that no other field has.
fn requests() -> Vec<(&'static str, u64, Request)> {
    vec![
        ("hello", 1, Request::Hello { version: VERSION, name: "b\u{e4}nk".into() }),
        ("describe", 2, Request::Describe),
        ("status", 3, Request::Status),
        ("subscribe", 4, Request::Subscribe(Subscription { frames: true, ..Subscription::default() })),
        ("subscribe_lines", 5, Request::Subscribe(Subscription { lines: true, ..Subscription::default() })),
        ("subscribe_power", 5, Request::Subscribe(Subscription { power: true, ..Subscription::default() })),
        ("grant", 6, Request::Grant { until_ns: 1_000_001 }),
        ("step", 7, Request::Step { until_ns: 2_000_002, step_ns: 86_805 }),
        (
            "inject",
            8,
            Request::Inject {
                node: 1,
                port: 2,
                at_ns: 3_000_003,
                interval_ns: 86_806,
                bytes: b"a\n\0".to_vec(),
            },
        ),
        ("read_memory", 9, Request::ReadMemory { node: 3, address: 0x2000_0004, length: 16 }),
        ("finish", 10, Request::Finish(Finish::Here)),
        ("abandon", u64::MAX, Request::Finish(Finish::Abandon("it fell".into()))),
    ]
}

fn to_master() -> Vec<(&'static str, u64, ToMaster)> {
    let reached = Reached { now_ns: 1_000_001, happened: 42, at_end: false };
    let nodes = vec![
        NodeStatus { clock_ns: 5, insns: 6, sent: 7, delivered: 8, held: 9 },
        NodeStatus { clock_ns: 10, insns: 11, sent: 12, delivered: 13, held: 14 },
    ];
    let description = Description {
        scenario: "ping_pong".into(),
        duration_ns: 30_000_000,
        seed: 7,
        nodes: vec![
            DescriptionNode {
                name: "pinger".into(),
                board: "qemu:mps2-an385".into(),
                ports: vec!["uart0".into(), "uart1".into()],
            },
            DescriptionNode {
                name: "ponger".into(),
                board: "qemu:riscv32-virt".into(),
                ports: vec!["uart0".into()],
            },
        ],
        links: vec![DescriptionLink {
            name: "wire".into(),
            kind: "uart 115200 8N1 delay 0s".into(),
            ends: vec![(0, 1), (1, 0)],
            horizon_ns: 86_805,
        }],
    };
    let sending = Sending { starts_ns: 1, arrives_ns: 2, from: (3, 4), to: (5, 6), bytes: b"x".to_vec() };
    let change = PowerChange::FirmwareReset;
    let line = Sending { to: NO_PORT, bytes: b"ping 1\n".to_vec(), ..sending.clone() };
    vec![
        (
            "hello_reply",
            1,
            ToMaster::Reply(Reply::Hello { version: VERSION, program: "virtmcu 0.1.0".into() }),
        ),
        ("description", 2, ToMaster::Reply(Reply::Description(description))),
        ("status_reply", 3, ToMaster::Reply(Reply::Status(Status { now_ns: 4, nodes }))),
        ("subscribed", 4, ToMaster::Reply(Reply::Subscribed)),
        ("granted", 6, ToMaster::Reply(Reply::Granted(reached))),
        ("stepped", 7, ToMaster::Reply(Reply::Stepped(Reached { at_end: true, ..reached }))),
        ("injected", 8, ToMaster::Reply(Reply::Injected { last_ns: 3_173_615 })),
        ("memory", 9, ToMaster::Reply(Reply::Memory { address: 0x2000_0004, bytes: vec![0xde, 0xad] })),
        ("finished", 10, ToMaster::Reply(Reply::Finished)),
        ("error", 11, ToMaster::Reply(Reply::error(Code::Late, "too late"))),
        ("event_frame", 0, ToMaster::Event(Event::Frame(sending))),
        ("event_held", 1, ToMaster::Event(Event::Held { at_ns: 7, node: 8, port: 9 })),
        ("event_line", 2, ToMaster::Event(Event::Line(line))),
        ("event_power", 3, ToMaster::Event(Event::Power { at_ns: 10, node: 11, change, code: 0 })),
        ("event_lost", 4, ToMaster::Event(Event::Lost { at_ns: 12, node: 13, port: 14, byte: b'y' })),
    ]
}

fn vectors() -> BTreeMap<String, Vec<u8>> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/messages.txt");
    let text = std::fs::read_to_string(file)
        .or_else(|_| std::fs::read_to_string("rust/control/testdata/messages.txt"));
    let text = text.expect("the vectors");
    let byte = |hex: &str| u8::from_str_radix(hex, 16).expect("hex");
    text.lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| {
            let (name, hex) = line.split_once(' ').expect("NAME HEX");
            let bytes = (0..hex.len()).step_by(2).map(|at| byte(&hex[at..at + 2])).collect();
            (name.to_string(), bytes)
        })
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn frame(bytes: &[u8], max: usize) -> Frame {
    read_frame(&mut &bytes[..], &[], max).expect("a whole message")
}

#[test]
fn the_bytes_of_each_message() {
    let mut expected = vectors();
    let mut check = |name: &str, bytes: &[u8]| {
        let expected = expected.remove(name).unwrap_or_default();
        assert_eq!(hex(bytes), hex(&expected), "{name}");
    };
    for (name, sequence, request) in requests() {
        let mut bytes = Vec::new();
        request.encode(sequence, &mut bytes);
        check(name, &bytes);
        let frame = frame(&bytes, MAX_REQUEST);
        assert_eq!((frame.sequence, Request::decode(&frame)), (sequence, Ok(request)), "{name}");
    }
    for (name, sequence, message) in to_master() {
        let mut bytes = Vec::new();
        message.encode(sequence, &mut bytes);
        check(name, &bytes);
        let frame = frame(&bytes, MAX_TO_MASTER);
        assert_eq!((frame.sequence, ToMaster::decode(&frame)), (sequence, Ok(message)), "{name}");
    }
    let advance = ClockAdvance { delta_ns: 1_000_000, mujoco_time_ns: 2, quantum_number: 3 };
    check("legacy_clock_advance", &advance.encode());
    let ready = ClockReady { vtime_ns: 1_000_000, frames: 4, error: 1, quantum_number: 3 };
    check("legacy_clock_ready", &ready.encode());
    assert!(expected.is_empty(), "no code makes {:?}", expected.keys());
}

/// A body of a known request, with bytes cut off or added: told with what was found and expected.
#[test]
fn no_other_length_passes() {
    for (name, sequence, request) in requests() {
        let mut bytes = Vec::new();
        request.encode(sequence, &mut bytes);
        let whole = frame(&bytes, MAX_REQUEST);
        for length in 0..whole.body.len() {
            let cut = Frame { body: whole.body[..length].to_vec(), ..whole.clone() };
            match Request::decode(&cut) {
                Ok(other) => assert_ne!(other, request, "{name} of {length} bytes"),
                Err(error) => assert!(!error.to_string().is_empty()),
            }
        }
    }
}

fn check(kind: u16, body: &[u8], expected: &str) {
    let error = Request::decode(&Frame { kind, sequence: 0, body: body.to_vec() }).expect_err("malformed");
    assert_eq!(error.to_string(), expected);
}

#[test]
fn errors_name_what_was_found_and_what_was_expected() {
    check(
        1,
        b"vmcu-ctl",
        "a message of kind 0x0001 (hello) with 8 bytes after its header, expected 12 to 4108",
    );
    check(
        1,
        b"HTTP/1.1 200",
        "the first message has [48, 54, 54, 50, 2f, 31, 2e, 31] where the magic of virtmcu's control interface, \
         [76, 6d, 63, 75, 2d, 63, 74, 6c], is expected: say hello (kind 0x0001) first",
    );
    check(1, b"vmcu-ctl\x01\0\0\0a\xff", "a text is 0xff after 1 bytes, expected UTF-8");
    check(2, b"x", "a message of kind 0x0002 (describe) with 1 bytes after its header, expected 0");
    check(
        4,
        &[8, 0, 0, 0],
        "what to subscribe to is 0x8, expected a sum of 1 (frames), 2 (lines) and 4 (power)",
    );
    check(5, &[0; 9], "a message of kind 0x0005 (grant) with 9 bytes after its header, expected 8");
    check(7, &[0; 24], "the number of bytes to inject is 0, expected 1 to 4096");
    check(7, &[0; 24 + 4097], "the number of bytes to inject is 4097, expected 1 to 4096");
    check(7, &[0, 0, 0, 0, 9, 0, 0, 0], "a reserved byte is 9, expected 0");
    check(8, &[0; 16], "the number of bytes to read is 0, expected 1 to 4096");
    check(
        9,
        &[2, 0, 0, 0],
        "how to finish is 2 with a reason of 0 bytes, expected 0 (here) without a reason, or 1 (abandon) with one",
    );
    check(
        0xbeef,
        &[],
        "a message of kind 0xbeef, expected one of 1 hello, 2 describe, 3 status, 4 subscribe, 5 grant, 6 step, \
         7 inject, 8 read memory, 9 finish",
    );
}

fn any_request() -> impl Strategy<Value = Request> {
    prop_oneof![
        (any::<u32>(), ".{0,40}").prop_map(|(version, name)| Request::Hello { version, name }),
        Just(Request::Describe),
        Just(Request::Status),
        any::<[bool; 3]>().prop_map(|[frames, lines, power]| Request::Subscribe(Subscription {
            frames,
            lines,
            power
        })),
        any::<u64>().prop_map(|until_ns| Request::Grant { until_ns }),
        (any::<u64>(), any::<u64>()).prop_map(|(until_ns, step_ns)| Request::Step { until_ns, step_ns }),
        (any::<u16>(), any::<u16>(), any::<u64>(), any::<u64>(), vec(any::<u8>(), 1..100)).prop_map(
            |(node, port, at_ns, interval_ns, bytes)| Request::Inject {
                node,
                port,
                at_ns,
                interval_ns,
                bytes
            }
        ),
        (any::<u16>(), any::<u64>(), 1u32..=4096).prop_map(|(node, address, length)| Request::ReadMemory {
            node,
            address,
            length
        }),
        Just(Request::Finish(Finish::Here)),
        ".{0,40}".prop_map(|reason| Request::Finish(Finish::Abandon(reason))),
    ]
}

proptest! {
    #[test]
    fn a_request_comes_back_as_it_was(sequence in any::<u64>(), request in any_request()) {
        let mut bytes = Vec::new();
        request.encode(sequence, &mut bytes);
        let frame = frame(&bytes, MAX_REQUEST);
        prop_assert_eq!((frame.sequence, Request::decode(&frame)), (sequence, Ok(request)));
    }

    /// Whatever is read has one spelling: encoding it again gives the same bytes.
    #[test]
    fn any_bytes_are_a_message_or_an_error(kind in prop_oneof![0u16..12, 0x8000u16..0x800c, 0x4000u16..0x4007, Just(0xffff), any::<u16>()], body in vec(prop_oneof![3 => Just(0u8), 1 => any::<u8>()], 0..120)) {
        let frame = Frame { kind, sequence: 5, body };
        let mut again = Vec::new();
        if let Ok(request) = Request::decode(&frame) {
            request.encode(5, &mut again);
        } else if let Ok(message) = ToMaster::decode(&frame) {
            message.encode(5, &mut again);
        } else {
            return Ok(());
        }
        prop_assert_eq!(self::frame(&again, MAX_TO_MASTER), frame);
    }

    #[test]
    fn any_stream_ends(bytes in vec(any::<u8>(), 0..200)) {
        let mut rest = &bytes[..];
        loop {
            match read_frame(&mut rest, &[], MAX_REQUEST) {
                Ok(frame) => drop(Request::decode(&frame)),
                Err(ReadError::Io(error)) => return Err(TestCaseError::fail(error.to_string())),
                Err(_) => break,
            }
        }
    }
}
