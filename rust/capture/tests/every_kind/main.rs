// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A capture with packets of every kind is the one whose decoding by tshark was looked at: `testdata/every_kind.pcapng`, and
//! `testdata/every_kind.txt`, which is what tshark says of it. `testdata/renew.sh` makes both anew.
//!
//! tshark is no part of the build: a pinned one is soon gone from Debian's mirrors, and a test that is skipped proves nothing.

mod frames;

use capture::{Capture, Collector, Direction, Interface, Kind, Lane, Packet, Reader};
use vtime::Instant;

const PORTS: [(&str, Kind); 4] = [
    ("lan.gateway.eth0", Kind::Ethernet),
    ("bus.engine.can0", Kind::Can),
    ("doors.window.lin0", Kind::Lin),
    ("wire.pinger.uart0", Kind::Serial),
];

const CAN: u32 = 1;
const LIN: u32 = 2;
const UART: u32 = 3;

/// The capture.
fn every_kind() -> Vec<u8> {
    let interfaces =
        PORTS.map(|(name, kind)| Interface { name: name.into(), kind, description: format!("{kind:?}") });
    let mut all = Collector::new(Capture::new(Vec::new(), &interfaces).expect("the capture is written"));
    let mut put = |interface, packets: Vec<Vec<u8>>| {
        for (place, packet) in (1..).zip(packets) {
            let direction = if place % 2 == 0 { Direction::Inbound } else { Direction::Outbound };
            let at = Instant::from_ns(1_000_000_000 * u64::from(interface) + 1_000_001 * place);
            all.frame(interface, at, direction, &packet, "").expect("the capture is written");
        }
    };
    put(0, frames::ethernet());
    put(CAN, frames::can());
    put(LIN, frames::lin());
    for (lane, from_ms, text) in [
        (Lane::Sent, 1, &b"ping 1\n"[..]),
        (Lane::Received, 2, b"pong 1\r\nprompt> "),
        (Lane::Garbled, 6, b"\xff"),
        (Lane::Sent, 9, &[b'x'; 300]),
    ] {
        let mut at_ns = 3_000_000_000 + from_ms * 1_000_000;
        for byte in text {
            let (starts, ends) = (Instant::from_ns(at_ns), Instant::from_ns(at_ns + 86_806));
            all.byte(UART, lane, starts, ends, *byte).expect("the capture is written");
            at_ns += 86_806;
        }
    }
    all.finish().expect("the capture is written")
}

fn testdata(name: &str) -> Vec<u8> {
    let file = format!("{}/testdata/{name}", env!("CARGO_MANIFEST_DIR"));
    let read = std::fs::read(file).or_else(|_| std::fs::read(format!("rust/capture/testdata/{name}")));
    read.expect("the test data is there")
}

#[test]
fn the_capture_is_the_one_that_was_looked_at() {
    let capture = every_kind();
    let sum = format!("of every_kind.pcapng blake3:{}", blake3::hash(&capture));
    if let Some(file) = std::env::var_os("CAPTURE_OUT") {
        std::fs::write(file, &capture).unwrap();
        println!("{sum}");
    }
    let text = String::from_utf8(testdata("every_kind.txt")).unwrap();
    assert!(
        capture == testdata("every_kind.pcapng") && text.lines().any(|line| line == sum),
        "the capture is another one: {sum}; run testdata/renew.sh and read the difference in every_kind.txt"
    );
}

#[test]
fn tshark_decodes_each_packet() {
    let (capture, text) = (every_kind(), String::from_utf8(testdata("every_kind.txt")).unwrap());
    for word in ["Malformed", "(Warning", "(Error", "not handled", "incorrect"] {
        assert!(!text.contains(word), "tshark says {word:?}");
    }
    let mut reader = Reader::new(&capture).unwrap();
    let packets: Vec<Packet<'_>> = reader.by_ref().map(Result::unwrap).collect();
    let names: Vec<_> =
        reader.sources().iter().map(|source| (source.name.as_deref(), source.kind())).collect();
    assert_eq!(names, PORTS.map(|(name, kind)| (Some(name), Some(kind))));

    let lines = text.lines().skip(3).take_while(|line| !line.is_empty());
    let seen: Vec<(&str, &str)> = lines.map(|line| line.rsplit_once(' ').unwrap()).collect();
    let told: Vec<String> = packets.iter().map(line).collect();
    assert_eq!(seen.iter().map(|(line, _)| *line).collect::<Vec<_>>(), told);
    for (packet, (_, protocols)) in packets.iter().zip(&seen) {
        let expected: &[&str] = match PORTS[packet.source].1 {
            Kind::Ethernet => &["eth:ethertype:arp", "eth:ethertype:ip:udp"],
            Kind::Can => &["can"],
            Kind::Lin => &["lin"],
            Kind::Serial => &["rtacser"],
        };
        assert!(expected.iter().any(|expected| protocols.starts_with(expected)), "{protocols:?}");
    }
}

/// What tshark is to say of a packet: when, where, which way.
fn line(packet: &Packet<'_>) -> String {
    let (at, direction) = (Instant::from_ns(packet.at_ns), packet.direction.expect("ours has one"));
    format!("{at} {} {:#010x}", PORTS[packet.source].0, direction.flags())
}
