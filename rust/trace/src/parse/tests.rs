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
    assert_eq!(text.lines().last(), Some(format!("hash {}", trace.hash).as_str()));
}

#[test]
fn knows_other_versions_and_other_files() {
    check("virtmcu", "hello", "a.trace:1:1: expected \"virtmcu trace\", found \"hello trace 1\"");
    check(
        "trace 1",
        "trace 2",
        "a.trace:1:15: the trace has format 2, and this virtmcu reads format 1: it was made by a newer virtmcu",
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
        "a.trace:10:1: expected \"node\", \"link\", \"by\" (in this order) or \"---\", found \"<<<<<<< HEAD 10.2.2 \
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
    check("held", "gone", "a.trace:14:31: expected \">\", \"held\" or \"lost\", found \"gone\"");
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
    check(
        "control ",
        "controls ",
        "a.trace:12:17: expected NODE.PORT of a node in the header, found \"controls\"",
    );
}

#[test]
fn sees_edits_that_leave_the_form_intact() {
    let computed = |text: &str| match Trace::parse(text, "a.trace").unwrap_err().problem {
        crate::Problem::Hash { computed } => computed,
        other => panic!("{other}"),
    };
    for (from, to) in
        [("ping 1", "ping 2"), ("seed 7", "seed 8"), ("insns 625000", "insns 625001"), ("held", "held")]
    {
        let text = small();
        let line = text.lines().count();
        let edited = if from == to {
            text.replace("hash blake3:", "hash blake3:0")
        } else {
            text.replacen(from, to, 1)
        };
        let error = Trace::parse(&edited, "a.trace").unwrap_err();
        let expected = format!(
            "a.trace:{line}:6: the hash of the lines above is {}: the trace was edited by hand or cut\n\
             accept again with:\n  virtmcu accept ping_pong\n",
            computed(&edited)
        );
        assert_eq!(error.render(Some("virtmcu accept ping_pong")), expected);
    }
    check(
        "events 3",
        "events 4",
        "a.trace:18:8: the trace says that it has 4 entries, and it has 3: it was edited by hand or cut",
    );
    check(
        "0.000900000",
        "0.000000001",
        "a.trace:14:35: entries are in the order of time, but the one above is at 0.000123456",
    );
    check(
        "\n",
        "\r\n",
        "a.trace:1:16: this line ends in \\r\\n, and a trace has \\n only: give git the attribute \"*.trace -text\"",
    );
    let error = Trace::parse(&(small() + "more\n"), "a.trace").unwrap_err();
    assert_eq!(error.to_string(), "a.trace:21:1: expected the end of the file, found \"more\"");
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
                        (sender, Arc::from("control"), byte, at, Some(to))
                    }
                    Body::Held { .. } | Body::Power(_) | Body::Lost { .. } => unreachable!(),
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
            Body::Lost { .. } => unreachable!("not among these events"),
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
