// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Whole traces of small runs, and what the recorder refuses.

use crate::testing::{
    body, header, held, inject, ports, power, record, record_error, record_slices, send, send_lost, trace,
};
use crate::{Line, RecordError, Recorder, RunEnd};
use proptest::prelude::*;
use sim::{Event, Power};
use std::io;
use vtime::Instant;

fn check(events: Vec<Vec<Event>>, expected: &str) {
    assert_eq!(body(&record(&events.concat()).0), expected);
}

fn check_error(events: &[Event], expected: &str) {
    assert_eq!(record_error(events).unwrap_err().to_string(), expected);
}

#[test]
fn writes_a_whole_trace() {
    let events = [send(0, 0, 123_456, b"ping 1\n"), vec![held(1, 900_000)]].concat();
    let (text, summary, _) = record(&events);
    let expected = format!(
        r#"virtmcu trace 2
timing-model 2
scenario ping_pong
seed 7
duration 20ms
node pinger qemu:mps2-an385
node ponger qemu:riscv32-virt
link wire uart 115200 8N1 delay 0s ends pinger.uart0 ponger.uart0
by firmware.pinger 3f6c1d0a9b8e7766
by qemu 10.2.2 virtmcu.5d1c0f22
---
   0.000123456  pinger.uart0  > ponger.uart0     +607642ns  "ping 1\n"
   0.000900000  ponger.uart0  held
---
node pinger insns 625000 sent 7 received 0 chain {:032x}
node ponger insns 1250000 sent 0 received 7 chain {:032x}
events 2
end 0.020000000
hash {}
state pinger every 2ms 000000000000000000000000000a11ce
state ponger every 2ms 00000000000000000000000000000b0b
{}
"#,
        summary.footer.nodes[0].chain,
        summary.footer.nodes[1].chain,
        summary.hash,
        summary.footer.state_lines(summary.hash)[2]
    );
    assert_eq!(text, expected);
    let hashed: String = expected
        .lines()
        .filter(|l| !["by ", "hash ", "state"].iter().any(|word| l.starts_with(word)))
        .fold(String::new(), |all, line| all + line + "\n");
    assert_eq!(summary.hash.to_string(), format!("blake3:{}", blake3::hash(hashed.as_bytes()).to_hex()));
}

#[test]
fn writes_no_entries() {
    check(vec![], "");
}

#[test]
fn tells_what_comes_from_outside() {
    let events = [
        inject(1, 1, 1_000, b"\x01\x02\n"),
        inject(1, 0, 1_003, b"x"),
        send(1, 1, 1_001, b"ok"),
        inject(1, 1, 1_009, b"y"),
    ];
    let expected = "   0.000001000  input         > ponger.uart1          +6ns  \"\\x01\\x02\\n\"\n   \
         0.000001001  ponger.uart1  > console           +86806ns  \"ok\"\n   \
         0.000001003  input         > ponger.uart0          +0ns  \"x\"\n   \
         0.000001009  input         > ponger.uart1          +0ns  \"y\"\n";
    check(events.to_vec(), expected);
    let (_, summary, lines) = record(&events.concat());
    assert_eq!((summary.footer.nodes[1].received, summary.footer.nodes[1].sent), (5, 2));
    assert_eq!(lines[0], "input 0.000001006 [1, 2, 10]");
    // Each time of each byte counts.
    let chain = |at_ns| record(&inject(1, 1, at_ns, b"a")).1.footer.nodes[1].chain;
    assert_ne!(chain(5), chain(6));
}

#[test]
fn ends_a_line_after_silence() {
    // The first byte ends at 86 806 ns; exactly 2 ms later the line still goes on, 1 ns more and it does not.
    check(
        vec![send(0, 0, 0, b"a"), send(0, 0, 2_086_806, b"b")],
        "   0.000000000  pinger.uart0  > ponger.uart0    +2173612ns  \"ab\"\n",
    );
    check(
        vec![send(0, 0, 0, b"a"), send(0, 0, 2_086_807, b"b")],
        "   0.000000000  pinger.uart0  > ponger.uart0      +86806ns  \"a\"\n   \
            0.002086807  pinger.uart0  > ponger.uart0      +86806ns  \"b\"\n",
    );
}

#[test]
fn ends_a_line_after_256_bytes() {
    let x = "x".repeat(256);
    // On a console a byte takes no time: one each nanosecond.
    let bytes = |count: u64| (0..count).flat_map(|at| send(0, 1, at, b"x")).collect::<Vec<_>>();
    let full = format!("   0.000000000  pinger.uart1  > console             +255ns  \"{x}\"\n");
    check(vec![bytes(256)], &full);
    check(
        vec![bytes(256), send(0, 1, 256, b"\n")],
        &format!("{full}   0.000000256  pinger.uart1  > console               +0ns  \"\\n\"\n"),
    );
}

#[test]
fn orders_lines_by_their_first_byte_and_ties_by_key() {
    // The line that starts first ends last; the two that start together are told in the order of their nodes.
    check(
        vec![
            send(0, 0, 100, b"aaaa\n"),
            send(1, 0, 200, b"b\n"),
            send(0, 1, 200, b"c\n"),
            vec![held(1, 250)],
        ],
        "   0.000000100  pinger.uart0  > ponger.uart0     +434030ns  \"aaaa\\n\"\n   \
            0.000000200  ponger.uart0  > pinger.uart0     +173612ns  \"b\\n\"\n   \
            0.000000200  pinger.uart1  > console           +86806ns  \"c\\n\"\n   \
            0.000000250  ponger.uart0  held\n",
    );
}

#[test]
fn tells_any_byte() {
    check(
        vec![send(0, 1, 5, b"\x1b[0m\xff\xc2\xb0\0\t\"\\\r\n")],
        "   0.000000005  pinger.uart1  > console         +1041672ns  \"\\x1b[0m\\xff\\xc2\\xb0\\x00\\t\\\"\\\\\\r\\n\"\n",
    );
}

#[test]
fn refuses_events_out_of_order() {
    let [a, b] = [send(0, 0, 5, b"a")[0], send(1, 0, 5, b"b")[0]];
    check_error(
        &[b, a],
        "events must come in strictly increasing order, but after\n  \
         0.000000005 ponger.uart0 sends 0x62 until 0.000086811, to pinger.uart0 at 0.000086811 \
         (Frame, link 0, node 1, seq 5)\ncame\n  \
         0.000000005 pinger.uart0 sends 0x61 until 0.000086811, to ponger.uart0 at 0.000086811 \
         (Frame, link 0, node 0, seq 5)",
    );
    assert!(matches!(record_error(&[a, a]), Err(RecordError::Order { .. })));
    assert!(matches!(record_error(&[a, b]), Ok(())));
}

#[test]
fn refuses_events_that_cannot_be() {
    let mut event = held(0, 5);
    event.key.source.0 = 2;
    check_error(
        &[event],
        "this event has a port that the run does not have:\n  \
         0.000000005 port 0 of node 2 holds a byte (Held, link 0, node 2, seq 5)",
    );
    let late = held(1, 20_000_000);
    check_error(
        &[late],
        "the run ended at 0.020000000, but this event came:\n  \
         0.020000000 ponger.uart0 holds a byte (Held, link 0, node 1, seq 20000000)",
    );
    let mut event = send(0, 1, 5, b"a")[0];
    if let sim::Body::Uart { ends, .. } = &mut event.body {
        *ends = Instant::from_ns(4);
    }
    assert!(matches!(record_error(&[event]), Err(RecordError::Times { .. })));
}

#[test]
fn refuses_an_event_before_a_promise() {
    let mut recorder = Recorder::new(Vec::new(), &header(), &ports(), |_: &Line<'_>| ()).unwrap();
    recorder.advance(Instant::from_ns(6)).unwrap();
    let error = recorder.event(&held(0, 5), &[]).unwrap_err();
    assert!(matches!(error, RecordError::Early { .. }), "{error}");
}

#[test]
fn refuses_counts_for_other_nodes() {
    let recorder = Recorder::new(Vec::new(), &header(), &ports(), |_: &Line<'_>| ()).unwrap();
    let error = recorder
        .finish(&RunEnd { at: Instant::START, insns: vec![1], states: vec![] })
        .map(drop)
        .unwrap_err();
    assert_eq!(error.to_string(), "instruction counts are given for 1 nodes, and the run has 2");
}

/// A disk with room for so many bytes.
struct Disk(usize);

impl io::Write for Disk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = bytes.len().min(self.0);
        self.0 -= written;
        if written == 0 { Err(io::Error::from(io::ErrorKind::StorageFull)) } else { Ok(written) }
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn loses_no_write_error() {
    let length = record(&send(0, 0, 0, b"a\n")).0.len();
    for room in [0, length - 1, length] {
        let run = || -> Result<(), RecordError> {
            let mut recorder = Recorder::new(Disk(room), &header(), &ports(), |_: &Line<'_>| ())?;
            for event in send(0, 0, 0, b"a\n") {
                recorder.event(&event, &[])?;
            }
            recorder.finish(&crate::testing::end()).map(drop)
        };
        let found = run().map_err(|error| error.to_string());
        let full = Err("the trace cannot be written, after 1 entries: no storage space".to_string());
        assert_eq!(found, if room < length { full } else { Ok(()) });
    }
}

/// Any events of the two nodes in 20 ms.
pub(crate) fn events() -> impl Strategy<Value = Vec<Event>> {
    let bytes = proptest::collection::vec(prop_oneof![8 => any::<u8>(), 1 => Just(b'\n')], 1..12);
    let sends =
        (0u16..2, 0u16..2, 0u64..19_000_000, bytes).prop_map(|(n, p, at, bytes)| send(n, p, at, &bytes));
    let helds = (0u16..2, 0u64..19_000_000).prop_map(|(n, at)| vec![held(n, at)]);
    let bytes = proptest::collection::vec(prop_oneof![8 => any::<u8>(), 1 => Just(b'\n')], 1..12);
    let injects =
        (0u16..2, 0u16..2, 0u64..19_000_000, bytes).prop_map(|(n, p, at, bytes)| inject(n, p, at, &bytes));
    proptest::collection::vec(prop_oneof![4 => sends, 1 => helds, 2 => injects], 0..30).prop_map(|events| {
        let mut events = events.concat();
        events.sort_by_key(|event| event.key);
        events.dedup_by_key(|event| event.key);
        events.retain(|event| event.key.at.as_ns() < 20_000_000);
        events
    })
}

proptest! {
    #[test]
    fn slicing_does_not_show(events in events(), slices in proptest::collection::vec(0u64..20_000_000, 0..40)) {
        prop_assert_eq!(record(&events), record_slices(&events, &slices));
    }
}

#[test]
fn tells_what_happens_to_nodes_and_what_is_lost() {
    let mut events = vec![power(1, 1_000_000, Power::Off), power(1, 4_000_000, Power::On)];
    events.extend(send_lost(0, 2_000_000, b"ping 2\n"));
    events.extend(send(0, 0, 4_500_000, b"ping 3\n"));
    events.extend([power(0, 6_000_000, Power::PinReset), power(0, 7_000_000, Power::FirmwareReset)]);
    let (text, summary, _) = record(&events);
    assert_eq!(
        body(&text),
        r#"   0.001000000  ponger        power off
   0.002000000  pinger.uart0  > ponger.uart0     +607642ns  "ping 2\n"
   0.002086806  ponger.uart0  lost               +520836ns  "ping 2\n"
   0.004000000  ponger        power on
   0.004500000  pinger.uart0  > ponger.uart0     +607642ns  "ping 3\n"
   0.006000000  pinger        reset pin
   0.007000000  pinger        reset firmware
"#
    );
    let [pinger, ponger] = &*summary.footer.nodes else { panic!("two nodes") };
    assert_eq!((pinger.sent, ponger.received), (14, 7));
    let trace = trace(&events);
    let read: Vec<_> = trace.entries.iter().map(|entry| entry.text(12)).collect();
    assert_eq!(read.join("\n") + "\n", body(&text));
}

#[test]
fn the_chain_covers_the_power() {
    let chain = |events: &[Event]| record(events).1.footer.nodes[0].chain;
    let at = |at_ns| chain(&[power(0, at_ns, Power::PinReset)]);
    assert_ne!(at(5), at(6));
    assert_ne!(at(5), chain(&[power(0, 5, Power::FirmwareReset)]));
}
