// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A master that talks nonsense: it is told what was found and what was expected, and so is who started the run.

use crate::steered::Steered;
use crate::{BAD_INPUT, INFRASTRUCTURE, PING_PONG};
use control::{Code, MAX_TO_MASTER, Reply, Request, ToMaster, VERSION, read_frame};
use std::io::{Read, Write};
use std::net::Shutdown;

fn message(request: &Request) -> Vec<u8> {
    let mut out = Vec::new();
    request.encode(77, &mut out);
    out
}

fn hello() -> Vec<u8> {
    message(&Request::Hello { version: VERSION, name: "nonsense".into() })
}

/// Hello, then a header with these fields, and a body.
fn after_hello(length: u32, kind: u16, reserved: u16, body: &[u8]) -> Vec<u8> {
    let header =
        [&length.to_le_bytes()[..], &kind.to_le_bytes(), &reserved.to_le_bytes(), &77u64.to_le_bytes()]
            .concat();
    [hello(), header, body.to_vec()].concat()
}

/// Says `bytes` and no more. The error that comes back has `code` and the text, which the run's own message has too.
fn check(bytes: &[u8], args: &[&str], code: Code, expected: &str) {
    let mut run = Steered::scenario(PING_PONG, args);
    let mut stream = run.stream();
    // The run may be over before all of it is said.
    let _ = stream.write_all(bytes);
    let mut said = Vec::new();
    let _ = stream.read_to_end(&mut said);
    let mut said = &said[..];
    let mut last = None;
    while let Ok(frame) = read_frame(&mut said, &[], MAX_TO_MASTER) {
        last = Some(ToMaster::decode(&frame).expect("a message"));
    }
    match last {
        Some(ToMaster::Reply(Reply::Error { code: found, text })) => {
            assert_eq!(Code::from_number(found), Some(code), "{text}");
            assert!(text.contains(expected), "{expected:?} is not in {text:?}");
        }
        other => panic!("no error came, but {other:?}"),
    }
    run.outcome().expect(BAD_INPUT, &[expected]);
}

#[test]
fn the_first_message() {
    let http = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    check(http, &[], Code::BadLength, "a message of 542393671 bytes, expected 16 (the header) to 65536");
    let mut wrong = hello();
    wrong[16..24].copy_from_slice(b"vmcu-ctX");
    check(&wrong, &[], Code::BadMagic, "where the magic of virtmcu's control interface");
    let version = message(&Request::Hello { version: VERSION + 1, name: String::new() });
    check(&version, &[], Code::BadVersion, "version 4 of the control interface, expected version 3");
    let grant = message(&Request::Grant { until_ns: 5 });
    check(
        &grant,
        &["--control-protocol", "virtmcu"],
        Code::OutOfOrder,
        "something else before hello: expected hello first",
    );
    check(&[0xff; 24], &[], Code::BadLength, "a message of 4294967295 bytes");
}

#[test]
fn lengths_and_kinds() {
    check(&after_hello(15, 5, 0, &[]), &[], Code::BadLength, "a message of 15 bytes, expected 16");
    check(&after_hello(u32::MAX, 7, 0, &[]), &[], Code::BadLength, "a message of 4294967295 bytes");
    check(
        &after_hello(17, 5, 0, &[0]),
        &[],
        Code::BadLength,
        "kind 0x0005 (grant) with 1 bytes after its header, expected 8",
    );
    check(
        &after_hello(16, 99, 0, &[]),
        &[],
        Code::UnknownKind,
        "a message of kind 0x0063, expected one of 1 hello",
    );
    check(&after_hello(16, 0x8005, 0, &[]), &[], Code::UnknownKind, "a message of kind 0x8005");
    check(
        &after_hello(16, 2, 1, &[]),
        &[],
        Code::BadField,
        "the reserved field of a header is 0x0001, expected 0",
    );
    check(&after_hello(20, 4, 0, &[8, 0, 0, 0]), &[], Code::BadField, "what to subscribe to is 0x8");
}

#[test]
fn the_order_of_things() {
    check(&[hello(), hello()].concat(), &[], Code::OutOfOrder, "hello twice");
    let grant = |until_ns| message(&Request::Grant { until_ns });
    let backwards = [hello(), grant(1_000_001), grant(1_000_000)].concat();
    let expected = "granted time up to 0.001000000, expected 0.001000001 or later";
    check(&backwards, &[], Code::Backwards, expected);
    let step = message(&Request::Step { until_ns: 5, step_ns: 0 });
    check(&[hello(), grant(6), step].concat(), &[], Code::Backwards, "granted time up to 0.000000005");
}

/// Cut off anywhere in the middle: the run says how much of a message came.
#[test]
fn half_a_message() {
    for (bytes, read, length) in [
        (hello()[..5].to_vec(), 5, 16),
        (after_hello(40, 6, 0, &[0; 10]), 26, 40),
        (hello()[..20].to_vec(), 20, 36),
    ] {
        let mut run = Steered::scenario(PING_PONG, &[]);
        let mut stream = run.stream();
        stream.write_all(&bytes).expect("sent");
        stream.shutdown(Shutdown::Write).expect("shut");
        let expected = format!("in the middle of a message, after {read} of {length} bytes");
        run.outcome().expect(INFRASTRUCTURE, &[&expected]);
    }
}
