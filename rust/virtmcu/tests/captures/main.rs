// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The capture of a run is a function of its inputs, and it shows what the trace shows.

#[path = "../common/mod.rs"]
mod common;
mod replayed;

use capture::{Direction, Kind, Packet, Reader, serial};
use common::small::{PING_PONG, alone};
use common::{Place, dist, run_scenario};
use std::path::Path;
use trace::{Trace, What};
use vtime::Instant;

const INFRASTRUCTURE: i32 = 3;

/// A packet at a port, without the head of its bytes.
type Seen = (u64, Direction, String, Vec<u8>);

/// The packets of a capture, in its order.
fn packets(file: &[u8]) -> Vec<Seen> {
    let mut reader = Reader::new(file).expect("a capture");
    let packets: Vec<Packet<'_>> = reader.by_ref().map(|packet| packet.expect("a packet")).collect();
    let seen = packets.iter().map(|packet| {
        let source = &reader.sources()[packet.source];
        assert_eq!(source.kind(), Some(Kind::Serial));
        let name = source.name.as_deref().expect("a name");
        let port = name.split_once('.').map_or(name, |(_, port)| port);
        let direction = packet.direction.expect("a direction");
        let (head, text) = packet.bytes.split_at(serial::HEAD_BYTES);
        assert_eq!(head, serial::head(Instant::from_ns(packet.at_ns), direction));
        (packet.at_ns, direction, port.to_string(), text.to_vec())
    });
    seen.collect()
}

/// What the trace says that was sent, and that arrived at a port; a line is in the capture as soon as it has its last byte.
fn lines(trace: &str) -> Vec<Seen> {
    let trace = Trace::parse(trace, "run.trace").expect("a trace");
    let mut lines = Vec::new();
    for entry in &trace.entries {
        let What::Sent { to, lasts, bytes } = &entry.what else { continue };
        if &*entry.port != "input" {
            lines.push((entry.at.as_ns(), Direction::Outbound, entry.port.to_string(), bytes.to_vec()));
        }
        let arrives = entry.at + *lasts;
        if let Some(to) = to.as_ref().filter(|_| arrives < trace.footer.end) {
            lines.push((arrives.as_ns(), Direction::Inbound, to.to_string(), bytes.to_vec()));
        }
    }
    lines.sort();
    lines
}

/// Runs a scenario of the workspace, cut in a way: its capture and its trace.
fn captured(scenario: &str, cut: &[&str]) -> (Vec<u8>, String) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (pcap, trace) = (folder.path().join("run.pcapng"), folder.path().join("run.trace"));
    let mut command = run_scenario(Path::new(&format!("scenarios/{scenario}.scenario.toml")), &dist());
    command.arg("--no-golden").arg("--pcap").arg(&pcap).arg("--trace").arg(&trace).args(cut);
    common::finish(command, folder.path()).expect(0, &[]);
    (std::fs::read(pcap).expect("the capture"), std::fs::read_to_string(trace).expect("the trace"))
}

/// However time is cut, there is one capture. Returns its packets, and the trace.
#[track_caller]
fn check_one(scenario: &str) -> (Vec<Seen>, String) {
    let (capture, trace) = captured(scenario, &[]);
    for cut in [&["--slice", "7us"][..], &["--serial"]] {
        assert!(captured(scenario, cut).0 == capture, "{scenario} with {cut:?} has another capture");
    }
    let packets = packets(&capture);
    assert!(packets.is_sorted_by_key(|(at, ..)| *at));
    (packets, trace)
}

#[test]
fn a_capture_shows_what_the_trace_shows() {
    for scenario in ["uart/ping_pong", "uart/mixed", "uart/ring"] {
        let (mut packets, trace) = check_one(scenario);
        packets.sort();
        let lines = lines(&trace);
        assert!(lines.len() > 10, "{scenario}: {trace}");
        // What of a line is there at the end, when the line is not, is in the capture alone.
        let whole: Vec<&Seen> = packets.iter().filter(|packet| lines.binary_search(packet).is_ok()).collect();
        assert_eq!(whole, lines.iter().collect::<Vec<_>>(), "{scenario}");
        let ports = lines.iter().map(|(.., port, _)| port).collect::<std::collections::BTreeSet<_>>();
        let rest = packets.len() - whole.len();
        assert!(rest <= ports.len(), "{scenario}: {rest} packets are in no trace");
    }
}

/// What is sent to a node without power is not received, and what such a node was sending was not sent whole.
#[test]
fn what_is_lost_is_not_received() {
    let (packets, trace) = check_one("power/cycle");
    let bytes = |wanted: Direction, port: &str| -> usize {
        let of_port = packets.iter().filter(|(_, way, name, _)| (*way, name.as_str()) == (wanted, port));
        of_port.map(|(.., bytes)| bytes.len()).sum()
    };
    let trace = Trace::parse(&trace, "run.trace").expect("a trace");
    let [failing, steady] = &trace.footer.nodes[..] else { panic!("two nodes: {trace:?}") };
    assert_eq!(bytes(Direction::Inbound, "failing.uart0") as u64, failing.received);
    assert_eq!(bytes(Direction::Inbound, "steady.uart0") as u64, steady.received);
    assert_eq!(bytes(Direction::Outbound, "steady.uart0") as u64, steady.sent);
    let sent = bytes(Direction::Outbound, "failing.uart0") as u64;
    assert!(failing.received < steady.sent && sent >= steady.received, "{trace:?}");
}

/// On a bus everybody but the sender hears it.
#[test]
fn all_others_hear_what_is_on_a_bus() {
    let (packets, trace) = check_one("rs485/four_stations");
    let trace = Trace::parse(&trace, "run.trace").expect("a trace");
    for node in &trace.footer.nodes {
        let bytes = |wanted: Direction| -> u64 {
            let name = format!("{}.", node.name);
            let of_node =
                packets.iter().filter(|(_, way, port, _)| *way == wanted && port.starts_with(&name));
            of_node.map(|(.., bytes)| bytes.len() as u64).sum()
        };
        assert_eq!(
            (bytes(Direction::Outbound), bytes(Direction::Inbound)),
            (node.sent, node.received),
            "{node:?}"
        );
    }
    let texts = |wanted| -> Vec<&Vec<u8>> {
        packets.iter().filter(|(_, way, ..)| *way == wanted).map(|(.., text)| text).collect()
    };
    assert!(texts(Direction::Inbound).len() > texts(Direction::Outbound).len());
}

#[test]
fn what_is_typed_arrives() {
    let typed = "[[input.uart]]\nport = \"pinger.uart1\"\nat = \"1ms\"\ntext = \"typed\\r\"\n";
    let place = Place::with(&PING_PONG.replace("[golden]\ntrace = \"ping_pong.trace\"", typed));
    place.run(&["--pcap", "run.pcapng", "--trace", "run.trace"]).expect(0, &[]);
    let packets = packets(&std::fs::read(place.path("run.pcapng")).expect("the capture"));
    let lines = lines(&place.read("run.trace"));
    let inbound = |all: &[Seen]| -> Vec<Seen> {
        let at_port = |seen: &&Seen| (seen.1, seen.2.as_str()) == (Direction::Inbound, "pinger.uart1");
        all.iter().filter(at_port).cloned().collect()
    };
    assert_eq!(inbound(&packets), inbound(&lines));
    assert_eq!(inbound(&packets).len(), 1, "{packets:?}");
}

#[test]
fn a_test_leaves_its_capture() {
    let place = Place::with(&PING_PONG.replace("[golden]\ntrace = \"ping_pong.trace\"", ""));
    std::fs::create_dir(place.path("outputs")).expect("a folder");
    let mut command = common::virtmcu();
    command.current_dir(place.folder()).args(["test", "test.scenario.toml", "--tools"]).arg(dist());
    command.env("TMPDIR", place.path("tmp")).env("TEST_UNDECLARED_OUTPUTS_DIR", place.path("outputs"));
    place.finish(command).expect(0, &[]);
    place.run(&["--pcap", "run.pcapng"]).expect(0, &[]);
    let read = |name: &str| std::fs::read(place.path(name)).expect("a capture");
    assert!(read("outputs/test.pcapng") == read("run.pcapng"));
    place.left_nothing();
}

/// When the firmware crashes, what it has said before is what one wants to see.
#[test]
fn a_run_that_breaks_off_leaves_its_capture() {
    let place = Place::with(&PING_PONG.replace("fw/pong.elf", "fw/crash_m3.elf"));
    place.run(&["--pcap", "run.pcapng"]).expect(1, &["node ponger died"]);
    let packets = packets(&std::fs::read(place.path("run.pcapng")).expect("the capture"));
    let (.., port, text) = packets.first().expect("pinger has sent something");
    assert_eq!((port.as_str(), text.starts_with(b"ping")), ("pinger.uart0", true));
}

#[test]
fn a_capture_that_cannot_be_written_is_told() {
    let place = Place::with(PING_PONG);
    place
        .run(&["--pcap", "/dev/full"])
        .expect(INFRASTRUCTURE, &["cannot write the capture after ", "No space left on device"]);
    place
        .run(&["--pcap", "none/run.pcapng"])
        .expect(INFRASTRUCTURE, &["cannot write the capture to none/run.pcapng: No such file or directory"]);
    place.left_nothing();
}

/// By the host's clock there are captures too, though no two are equal. Long enough for any host.
#[test]
fn other_modes_have_captures() {
    let place = Place::with(&alone("qemu:mps2-an385", "ping", "700ms"));
    for mode in ["suspend", "standalone"] {
        place.run(&["--mode", mode, "--pcap", "run.pcapng"]).expect(4, &[]);
        let packets = packets(&std::fs::read(place.path("run.pcapng")).expect("the capture"));
        assert!(!packets.is_empty(), "{mode}");
        assert!(packets.iter().all(|(_, way, ..)| *way == Direction::Outbound), "{packets:?}");
    }
}
