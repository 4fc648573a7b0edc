// SPDX-License-Identifier: Apache-2.0 OR MIT
use super::*;
use crate::{Interface, Kind, Lane, Reader, serial};
use proptest::prelude::*;
use vtime::Span;

const PORTS: u32 = 3;
const BYTE_NS: u64 = 86_806;

fn collector() -> Collector<Vec<u8>> {
    let port =
        |place| Interface { name: format!("p{place}"), kind: Kind::Serial, description: String::new() };
    let ports: Vec<Interface> = (0..PORTS).map(port).collect();
    Collector::new(Capture::new(Vec::new(), &ports).unwrap())
}

/// The packets of a file: when, where, which way, and the bytes behind the head.
fn packets(file: &[u8]) -> Vec<(u64, usize, Direction, String)> {
    let packets = Reader::new(file).unwrap().map(|packet| {
        let packet = packet.unwrap();
        let direction = packet.direction.unwrap();
        let (head, text) = packet.bytes.split_at(serial::HEAD_BYTES);
        assert_eq!(head, serial::head(Instant::from_ns(packet.at_ns), direction));
        (packet.at_ns, packet.source, direction, String::from_utf8_lossy(text).into_owned())
    });
    packets.collect()
}

/// Bytes that are sent without a pause from `starts_ns` on, each of `BYTE_NS`.
fn send(all: &mut Collector<Vec<u8>>, port: u32, starts_ns: u64, lane: Lane, text: &[u8]) -> u64 {
    let mut at = Instant::from_ns(starts_ns);
    for byte in text {
        let ends = at + Span::from_ns(BYTE_NS);
        all.byte(port, lane, at, ends, *byte).unwrap();
        at = ends;
    }
    at.as_ns()
}

/// What one port sends as `texts`, each so many nanoseconds after the end of the one before it; what is expected has its
/// start, its end and its text.
#[track_caller]
fn check(texts: &[(u64, &str)], expected: &[(u64, u64, &str)]) {
    for (lane, direction) in [
        (Lane::Sent, Direction::Outbound),
        (Lane::Received, Direction::Inbound),
        (Lane::Injected, Direction::Inbound),
        (Lane::Garbled, Direction::Outbound),
    ] {
        let (mut all, mut end) = (collector(), 0);
        for (pause, text) in texts {
            end = send(&mut all, 1, end + pause, lane, text.as_bytes());
        }
        let expected: Vec<_> = expected
            .iter()
            .map(|(starts, ends, text)| {
                let at = if direction == Direction::Outbound { *starts } else { *ends };
                (at, 1, direction, text.to_string())
            })
            .collect();
        assert_eq!(packets(&all.finish().unwrap()), expected);
    }
}

#[test]
fn a_packet_is_a_line_of_the_trace() {
    let long = "x".repeat(300);
    let full = 256 * BYTE_NS;
    check(&[(5, "one\ntwo")], &[(5, 5 + 4 * BYTE_NS, "one\n"), (5 + 4 * BYTE_NS, 5 + 7 * BYTE_NS, "two")]);
    check(&[(0, &long)], &[(0, full, &long[..256]), (full, 300 * BYTE_NS, &long[..44])]);
    check(&[(0, "a"), (2_000_000, "b")], &[(0, 2_000_000 + 2 * BYTE_NS, "ab")]);
    let second = 2_000_001 + BYTE_NS;
    check(&[(0, "a"), (2_000_001, "b")], &[(0, BYTE_NS, "a"), (second, second + BYTE_NS, "b")]);
}

#[test]
fn of_one_time_what_arrives_is_first_and_then_the_first_interface() {
    let mut all = collector();
    let at = Instant::from_ns(7);
    for (port, direction) in
        [(2, Direction::Outbound), (1, Direction::Outbound), (2, Direction::Inbound), (0, Direction::Inbound)]
    {
        all.frame(port, at, direction, &serial::head(at, direction), "").unwrap();
    }
    let order: Vec<_> = packets(&all.finish().unwrap()).iter().map(|packet| (packet.1, packet.2)).collect();
    assert_eq!(
        order,
        [
            (0, Direction::Inbound),
            (2, Direction::Inbound),
            (1, Direction::Outbound),
            (2, Direction::Outbound)
        ]
    );
}

#[test]
fn what_nobody_named_is_refused() {
    let mut all = collector();
    let at = Instant::START;
    let text = "a packet is of interface 3, but the capture has 3, counted from 0";
    assert_eq!(all.byte(PORTS, Lane::Sent, at, at, 0).unwrap_err().to_string(), text);
    assert_eq!(all.frame(PORTS, at, Direction::Inbound, &[], "").unwrap_err().to_string(), text);
}

#[test]
fn memory_is_used_again() {
    let mut all = collector();
    let mut end = 0;
    for _ in 0..100 {
        end = send(&mut all, 0, end, Lane::Sent, b"a line\n");
        all.settle(Instant::from_ns(end)).unwrap();
    }
    assert_eq!(all.waiting.spare.len(), 1);
}

/// A byte of a port: a pause before it, the time until it is there, what it is, and whether all is settled up to it.
type Step = (u32, u64, u64, u8, bool);

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let pause = prop_oneof![Just(0), Just(1), 1_999_999u64..2_000_002, 0u64..9_000_000];
    let byte = prop_oneof![Just(b'\n'), Just(b'x'), any::<u8>()];
    prop::collection::vec((0..PORTS, pause, 0u64..3_000_000, byte, any::<bool>()), 1..80)
}

/// Every port sends; the next one receives it.
fn play(steps: &[Step], settles: bool) -> Vec<u8> {
    let mut all = collector();
    let mut free = [Instant::START; PORTS as usize];
    let (mut now, mut told) = (Instant::START, Vec::new());
    for &(port, pause, delay, byte, settle) in steps {
        let starts = now.max(free[port as usize]) + Span::from_ns(pause);
        let ends = starts + Span::from_ns(BYTE_NS);
        free[port as usize] = ends + Span::from_ns(3_000_000 - delay);
        told.push((starts, ends, port, delay, byte, settle));
        now = now.max(starts);
    }
    for (starts, ends, port, delay, byte, settle) in told {
        if settles && settle {
            all.settle(starts).unwrap();
        }
        all.byte(port, Lane::Sent, starts, ends, byte).unwrap();
        let (starts, ends) = (starts + Span::from_ns(delay), ends + Span::from_ns(delay));
        all.byte((port + 1) % PORTS, Lane::Received, starts, ends, byte).unwrap();
    }
    all.finish().unwrap()
}

proptest! {
    #[test]
    fn when_it_is_settled_does_not_show(steps in steps()) {
        let file = play(&steps, false);
        prop_assert_eq!(&play(&steps, true), &file);
        let packets = packets(&file);
        prop_assert!(packets.is_sorted_by_key(|(at, source, direction, _)| (*at, *direction, *source)));
        let each = |wanted| -> usize {
            let of_direction = Reader::new(&file).unwrap().map(Result::unwrap);
            of_direction.filter(|packet| packet.direction == Some(wanted)).map(|packet| packet.bytes.len() - serial::HEAD_BYTES).sum()
        };
        prop_assert_eq!(each(Direction::Outbound), steps.len());
        prop_assert_eq!(each(Direction::Inbound), steps.len());
    }
}
