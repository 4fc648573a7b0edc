// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What is read, and what each damage to a file is called.

use crate::testing::{held, record, send};
use crate::{Entry, Trace, What};
use proptest::prelude::*;
use sim::{Body, Event};
use std::collections::BTreeMap;
use std::sync::Arc;

fn small() -> String {
    record(&[send(0, 0, 123_456, b"ping 1\n"), vec![held(1, 900_000)], send(1, 1, 5, b"> ")].concat()).0
}

/// Changes a text and checks the error.
fn check(from: &str, to: &str, expected: &str) {
    let text = small();
    assert!(text.contains(from), "{from:?} is not in\n{text}");
    let error = Trace::parse(&text.replacen(from, to, 1), "a.trace").map(|_| ()).unwrap_err();
    assert_eq!(error.to_string(), expected);
}

#[test]
fn reads_a_whole_trace() {
    let text = small();
    let trace = Trace::parse(&text, "a.trace").unwrap();
    assert_eq!(trace.header, crate::testing::header());
    assert_eq!(trace.first_entry_line, 12);
    assert_eq!(
        trace.entries.iter().map(|e| e.text(12)).collect::<Vec<_>>().join("\n") + "\n",
        crate::testing::body(&text)
    );
    assert_eq!(trace.footer.events, 3);
    assert_eq!(text.lines().nth_back(3), Some(format!("hash {}", trace.hash).as_str()));
    assert_eq!(trace.footer.nodes[0].state.map(|state| state.chain), Some(0xa11ce));
}

#[test]
fn knows_other_versions_and_other_files() {
    check("virtmcu", "hello", "a.trace:1:1: expected \"virtmcu trace\", found \"hello trace 2\"");
    check(
        "trace 2",
        "trace 3",
        "a.trace:1:15: the trace has format 3, and this virtmcu reads format 2: it was made by a newer virtmcu",
    );
    check(
        "timing-model 2",
        "timing-model 0",
        "a.trace:2:14: made by an older timing model (0, this virtmcu has 2): times differ for that reason, this is \
         not a firmware bug",
    );
    let error = Trace::parse("", "a.trace").unwrap_err();
    let expected = "a.trace:1:1: expected a trace, which starts with \"virtmcu trace\", but the file ends here: it was cut";
    assert_eq!(error.to_string(), expected);
    let error = Trace::parse_bytes(b"virtmcu trace 1\nab\xff", "a.trace").unwrap_err();
    assert_eq!(error.to_string(), "a.trace:2:3: a trace is UTF-8, and this byte is not");
}

#[test]
fn says_where_and_what() {
    check("seed 7", "seed x", "a.trace:4:6: expected a whole number below 2^64, found \"x\"");
    check("seed 7", "seed 07", "a.trace:4:6: expected a whole number below 2^64, found \"07\"");
    check("seed 7", "sead 7", "a.trace:4:1: expected \"seed\", found \"sead 7\"");
    check(
        "duration 20ms",
        "duration 20000us",
        "a.trace:5:10: expected a length of time as virtmcu writes it, such as 20ms, found \"20000us\"",
    );
    check("node ponger", "node pinger", "a.trace:7:30: node \"pinger\" is there twice");
    check(
        " ends pinger.uart0",
        " ends panger.uart0",
        "a.trace:8:66: link \"wire\" ends at \"panger.uart0\", which is not NODE.PORT of a node above",
    );
    check(
        "by qemu",
        "<<<<<<< HEAD",
        "a.trace:10:1: expected \"node\", \"link\", \"fault\", \"by\" (in this order) or \"---\", found \"<<<<<<< HEAD 10.2.2 \
         virtmcu.5d1c0f22\"",
    );
    check(
        "0.000123456",
        "0.00123456",
        "a.trace:13:4: expected a time in seconds with nine decimals, found \"0.00123456\"",
    );
    check(
        "> ponger.uart0  ",
        "> ponder.uart0  ",
        "a.trace:13:33: expected NODE.PORT of a node in the header, found \"ponder.uart0\"",
    );
    check("held", "gone", "a.trace:14:31: expected \">\", \"held\", \"lost\" or \"garbled\", found \"gone\"");
    check("held", "held ", "a.trace:14:35: expected the end of the line, found \" \"");
    check("ping 1\\n\"", "ping 1\\n", "a.trace:13:70: expected a closing quote, found the end of the line");
    check(
        " received",
        " recieved",
        "a.trace:16:32: expected \" received\", found \" recieved 0 chain 08675afb95f42fcc888bac6deaea527a\"",
    );
}

#[test]
fn outside_is_no_port() {
    let outside = record(&crate::testing::inject(0, 1, 123_456, b"x")).0;
    let check = |from: &str, to: &str, expected: &str| {
        assert!(outside.contains(from), "{from:?} is not in\n{outside}");
        let error = Trace::parse(&outside.replacen(from, to, 1), "a.trace").map(|_| ()).unwrap_err();
        assert_eq!(error.to_string(), expected);
    };
    let no_port = "a.trace:12:33: expected NODE.PORT of a node in the header, found \"console\"";
    check("pinger.uart1  ", "console       ", no_port);
    check("> pinger.uart1", "held", "a.trace:12:31: expected \">\", found \"held          +0ns  \\\"x\\\"\"");
    check("input ", "inputs ", "a.trace:12:17: expected NODE.PORT of a node in the header, found \"inputs\"");
}

#[test]
fn reads_states_or_that_there_are_none() {
    let text = small();
    let above = text.split_once("state ").unwrap().0;
    let off = Trace::parse(&format!("{above}states off\n"), "a.trace").unwrap();
    assert!(off.footer.nodes.iter().all(|node| node.state.is_none()));
    assert_eq!(off.hash, Trace::parse(&text, "a.trace").unwrap().hash);
    let cut = Trace::parse(above, "a.trace").unwrap_err().to_string();
    let expected = "expected \"state pinger every\" or \"states off\", but the file ends here: it was cut";
    assert_eq!(cut, format!("a.trace:21:1: {expected}"));
    check(
        "state ponger every 2ms",
        "states off",
        "a.trace:22:1: expected \"state ponger every\" or \"states off\", found \"states off \
         00000000000000000000000000000b0b\"",
    );
    check(
        "every 2ms",
        "every 2",
        "a.trace:21:20: expected a length of time as virtmcu writes it, such as 20ms, found \"2\"",
    );
    check(
        "a11ce",
        "A11CE",
        "a.trace:21:24: expected 32 hexadecimal digits, found \"000000000000000000000000000A11CE\"",
    );
    let edited = Trace::parse(&text.replacen("a11ce", "a11cf", 1), "a.trace").unwrap_err();
    assert!(matches!(edited.problem, crate::Problem::Hash { .. }) && edited.line == 23, "{edited}");
}

/// The port 0 of both nodes on a bus: the trace of these bytes, as (time, node, byte, garbled).
fn on_bus(bytes: &[(u64, u16, u8, bool)]) -> String {
    let mut header = crate::testing::header();
    header.links[0].description = "rs485 115200 8N1 delay 0s".into();
    let mut out = Vec::new();
    let mut recorder =
        crate::Recorder::new(&mut out, &header, &crate::testing::ports(), |_: &crate::Line<'_>| {}).unwrap();
    for (seq, &(at_ns, node, byte, garbled)) in (0..).zip(bytes) {
        let at = vtime::Instant::from_ns(at_ns);
        let (link, source) = (sim::LinkId(0), sim::NodeId(node));
        let key = sim::Key { at, class: sim::Class::Frame, link, source, seq };
        let (arrives, heard) = (at + vtime::Span::from_ns(100), if garbled { 0 } else { 2 >> node });
        let body = Body::OnBus { port: sim::PortId(0), byte, arrives, heard, garbled };
        recorder.event(&Event { key, body }, &[]).unwrap();
    }
    let _ = recorder.finish(&crate::testing::end()).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn what_is_on_a_bus_is_for_all_others() {
    let text =
        on_bus(&[(10, 0, b'a', false), (110, 0, b'\n', false), (300, 0, b'b', true), (350, 1, b'c', true)]);
    for line in [
        "   0.000000010  pinger.uart0  > wire                +200ns  \"a\\n\"\n",
        "   0.000000300  pinger.uart0  garbled               +100ns  \"b\"\n",
        "   0.000000350  ponger.uart0  garbled               +100ns  \"c\"\n",
    ] {
        assert!(text.contains(line), "{text}");
    }
    let trace = Trace::parse(&text, "a.trace").unwrap();
    let whats: Vec<&What> = trace.entries.iter().map(|entry| &entry.what).collect();
    assert!(matches!(whats[0], What::Sent { to: Some(to), .. } if &**to == "wire"));
    assert!(matches!(whats[1..], [What::Garbled { .. }, What::Garbled { .. }]));
    let counts: Vec<_> = trace.footer.nodes.iter().map(|node| (node.sent, node.received)).collect();
    assert_eq!(counts, [(3, 0), (1, 2)]);
    // Between two ports no link is a receiver.
    let error =
        Trace::parse(&text.replace("rs485 115200", "uart 115200"), "a.trace").map(|_| ()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a.trace:12:33: expected NODE.PORT of a node in the header, found \"wire\""
    );
}

#[test]
fn frames_are_shown_in_the_words_of_their_field() {
    let mut header = crate::testing::header();
    header.links[0].description = "can 500000 delay 0s".into();
    let description = "stuck_dominant from 0s until 1ms".to_string();
    header.faults = vec![crate::FaultHead { link: "wire".into(), number: 1, description }];
    let mut out = Vec::new();
    let mut recorder =
        crate::Recorder::new(&mut out, &header, &crate::testing::ports(), |_: &crate::Line<'_>| {}).unwrap();
    let frame = can::Frame::new(can::Id::Standard(0x12), can::Kind::Data, &[1, 0xff]).unwrap();
    let failed = link::can::Event::Failed { error: can::Error::Acknowledge, bit: 44, frame };
    let told = [
        (0, sim::NodeId(0), link::What::Failed, failed),
        (500, sim::NodeId(0), link::What::Sent, link::can::Event::Frame(frame)),
        (900, sim::NodeId::CONTROL, link::What::Struck { fault: 0 }, link::can::Event::NoFrame),
        (950, sim::NodeId(0), link::What::Struck { fault: 11 }, link::can::Event::Frame(frame)),
        (970, sim::NodeId::CONTROL, link::What::Sent, link::can::Event::Frame(frame)),
        (990, sim::NodeId::CONTROL, link::What::Failed, failed),
    ];
    for (at_ns, source, what, event) in told {
        let mut bytes = Vec::new();
        event.write(&mut bytes);
        let class = if what == link::What::Sent { sim::Class::Frame } else { sim::Class::Failed };
        let at = vtime::Instant::from_ns(at_ns);
        let key = sim::Key { at, class, link: sim::LinkId(0), source, seq: at_ns };
        let port = if at_ns < 970 { sim::PortId(0) } else { sim::PortId::INPUT };
        let (ends, frame) = (at + vtime::Span::from_ns(100), sim::FrameId::default());
        let body = Body::Frame { port, medium: link::Medium::Can, what, ends, to: None, frame };
        recorder.event(&Event { key, body }, &bytes).unwrap();
    }
    let _ = recorder.finish(&crate::testing::end()).unwrap();
    let text = String::from_utf8(out).unwrap();
    for line in [
        "   0.000000000  pinger.uart0  failed                +100ns  can 012 [2] 01 FF: no acknowledge, bit 44\n",
        "   0.000000500  pinger.uart0  > wire                +100ns  can 012 [2] 01 FF\n",
        "fault wire 1 stuck_dominant from 0s until 1ms\n",
        "   0.000000900  wire          struck                +100ns  fault 1: can no frame\n",
        "   0.000000950  pinger.uart0  struck                +100ns  fault 12: can 012 [2] 01 FF\n",
        "   0.000000970  input         > wire                +100ns  can 012 [2] 01 FF\n",
        "   0.000000990  input         failed                +100ns  can 012 [2] 01 FF: no acknowledge, bit 44\n",
    ] {
        assert!(text.contains(line), "{text}");
    }
    let trace = Trace::parse(&text, "a.trace").unwrap();
    assert_eq!(trace.header.faults, header.faults);
    let again: Vec<String> = trace.entries.iter().map(|entry| entry.text(12)).collect();
    assert!(again.iter().all(|line| text.contains(line.as_str())), "{again:#?}");
    assert_eq!(trace.footer.nodes[0].sent, 1);
}

#[test]
fn what_made_it_may_change() {
    let text = small();
    let other = text.replacen("by qemu 10.2.2", "by qemu 10.3.0", 1);
    let (a, b) = (Trace::parse(&text, "a").unwrap(), Trace::parse(&other, "b").unwrap());
    assert_eq!((a.hash, a.entries), (b.hash, b.entries));
}

#[test]
fn no_cut_file_passes() {
    let text = small();
    for length in 0..text.len() {
        let error = Trace::parse(&text[..length], "a.trace").map(|_| ()).unwrap_err().to_string();
        assert!(error.contains("cut"), "after {length} bytes: {error}");
    }
}

/// The entries of a run, made in the most obvious way: port by port, then sorted.
fn model(events: &[Event]) -> Vec<Entry> {
    let name = |node: sim::NodeId, port: sim::PortId| -> Arc<str> {
        format!("{}.uart{}", ["pinger", "ponger"][usize::from(node.0)], port.0).into()
    };
    let mut open: BTreeMap<_, usize> = BTreeMap::new();
    let mut entries: Vec<(sim::Key, u64, Entry)> = Vec::new();
    for event in events {
        let at = event.key.at;
        match event.body {
            Body::Uart { .. } | Body::Injected { .. } => {
                // A port, or what comes from outside to a port.
                let (sender, from, byte, ends, to) = match event.body {
                    Body::Uart { port, byte, ends, to } => {
                        ((event.key.source, port, None), name(event.key.source, port), byte, ends, to)
                    }
                    Body::Injected { to, byte } => {
                        let sender = (event.key.source, to.port, Some(to.node));
                        (sender, Arc::from("input"), byte, at, Some(to))
                    }
                    _ => unreachable!(),
                };
                let line = open.get(&sender).copied().filter(|&n| {
                    let What::Sent { bytes, .. } = &entries[n].2.what else { unreachable!() };
                    bytes.last() != Some(&b'\n')
                        && bytes.len() < 256
                        && at.as_ns() <= entries[n].1 + 2_000_000
                });
                let line = line.unwrap_or_else(|| {
                    let what = What::Sent {
                        to: to.map(|t| name(t.node, t.port)),
                        lasts: vtime::Span::ZERO,
                        bytes: Box::from([]),
                    };
                    entries.push((event.key, 0, Entry { at, port: from, what }));
                    entries.len() - 1
                });
                open.insert(sender, line);
                let (_, end, Entry { at, what: What::Sent { lasts, bytes, .. }, .. }) = &mut entries[line]
                else {
                    unreachable!()
                };
                *end = ends.as_ns();
                *lasts = to.map_or(ends, |t| t.at).since(*at);
                *bytes = [bytes, &[byte][..]].concat().into();
            }
            Body::Power(power) => {
                let port = ["pinger", "ponger"][usize::from(event.key.source.0)].into();
                entries.push((event.key, 0, Entry { at, port, what: What::Power(power) }));
            }
            Body::OnBus { .. } | Body::Frame { .. } | Body::Lost { .. } => {
                unreachable!("not among these events")
            }
            Body::Held { port } => {
                entries.push((
                    event.key,
                    0,
                    Entry { at, port: name(event.key.source, port), what: What::Held },
                ));
            }
        }
    }
    entries.sort_by_key(|(key, ..)| *key);
    entries.into_iter().map(|(.., entry)| entry).collect()
}

proptest! {
    #[test]
    fn reads_back_what_was_written(events in crate::record::tests::events()) {
        let (text, summary, _) = record(&events);
        let trace = Trace::parse(&text, "a.trace").unwrap();
        prop_assert_eq!(&trace.entries, &model(&events));
        prop_assert_eq!(trace.footer, summary.footer);
        prop_assert_eq!(trace.hash, summary.hash);
        prop_assert_eq!(trace.header, crate::testing::header());
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,200}") {
        prop_assert!(Trace::parse(&text, "a.trace").is_err());
    }

    #[test]
    fn no_damage_makes_it_panic_or_pass(at in 0usize..1000, junk in proptest::collection::vec(any::<u8>(), 0..4), gone in 0usize..4) {
        let text = small();
        let whole = Trace::parse(&text, "a.trace").unwrap();
        let at = at % text.len();
        let end = (at + gone).min(text.len());
        let damaged = [&text.as_bytes()[..at], &junk, &text.as_bytes()[end..]].concat();
        if let Ok(trace) = Trace::parse_bytes(&damaged, "a.trace") {
            prop_assert_eq!((trace.entries, trace.footer, trace.hash), (whole.entries, whole.footer, whole.hash));
        }
    }
}
