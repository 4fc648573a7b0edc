// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Faults: what they become, and mistakes in them.

use super::{FILE, GOOD, told};
use crate::parse;
use link::can::{Hits, Ids};
use link::{Act, AnyFault, End, Fault, FaultKind, Lane, Pattern, Which};
use std::num::NonZeroU64;
use vtime::{Instant, Span};

/// Two boards with CAN and Ethernet, on a bus, a switch and a pair of wires.
const NETS: &str = r#"schema = 1
duration = "20ms"

[node.a]
board = "mps2-an385"
firmware = "a"

[node.b]
board = "mps2-an385"
firmware = "b"

[node.c]
board = "stm32f4-discovery"
firmware = "c"

[node.d]
board = "stm32f4-discovery"
firmware = "d"

[link.bus]
kind = "can"
ends = ["c.can1", "d.can1"]
bitrate = 500_000

[link.net]
kind = "switch"
ends = ["a.eth0", "b.eth0"]
bitrate = 100_000_000

[link.pair]
kind = "rs485"
ends = ["a.uart0", "b.uart0"]
baud = 115200

"#;

#[track_caller]
fn faults(lines: &str) -> Vec<(String, AnyFault)> {
    let text = format!("{NETS}[[fault]]\n{lines}");
    let scenario = parse(&text, FILE).unwrap_or_else(|errors| panic!("{}", errors.render(false)));
    scenario.faults.into_iter().map(|fault| (fault.description, fault.fault)).collect()
}

/// The mistakes in a fault, whose header is line 35.
#[track_caller]
fn mistake(lines: &str, expected: &str) {
    let errors = parse(&format!("{NETS}[[fault]]\n{lines}"), FILE).unwrap_err();
    assert_eq!(format!("\n{}", told(&errors)), expected);
}

fn at(ns: u64) -> Instant {
    Instant::from_ns(ns)
}

fn n(n: u64) -> NonZeroU64 {
    NonZeroU64::new(n).unwrap()
}

#[test]
fn what_they_become() {
    let (from, until) = (at(0), at(20_000_000));
    let frames = |which, act| FaultKind::Frames { matching: vec![], which, act };
    let fault = |lanes: &[u16], kind| {
        AnyFault::Frames(Fault { lanes: lanes.iter().copied().map(Lane).collect(), from, until, kind })
    };
    for (lines, text, expected) in [
        (
            "link = \"net\"\ndo = \"drop\"\none_in = 20",
            "drop one in 20 from 0s until 20ms",
            fault(&[0, 2, 4, 6], frames(Which::OneIn(n(20)), Act::Drop)),
        ),
        (
            "link = \"net\"\ndo = \"delay\"\nby = \"5us\"\nto = [\"b.eth0\"]\nnth = 2",
            "delay by 5us number 2 to b.ethernet from 0s until 20ms",
            fault(&[3], frames(Which::Nth(n(2)), Act::Delay(Span::from_ns(5_000)))),
        ),
        (
            "link = \"net\"\ndo = \"cut\"\nends = [\"a.eth0\"]",
            "cut of a.ethernet from 0s until 20ms",
            fault(&[0, 1], FaultKind::Cut),
        ),
        (
            "link = \"pair\"\ndo = \"corrupt\"\nbit = 9\nends = [\"b.uart0\"]",
            "corrupt bit 9 of b.uart0 from 0s until 20ms",
            fault(&[1], frames(Which::Every, Act::Corrupt { bit: 9 })),
        ),
        (
            "link = \"pair\"\ndo = \"bit_errors\"\none_in = 1000",
            "bit_errors one in 1000 from 0s until 20ms",
            fault(&[], FaultKind::BitErrors { one_in: n(1000) }),
        ),
    ] {
        assert_eq!(faults(lines), [(text.replace("ethernet", "eth0"), expected)]);
    }
    let [(text, AnyFault::Frames(fault))] = &faults(
        "link = \"net\"\ndo = \"drop\"\nfrom = \"1ms\"\nuntil = \"2ms\"\nmatch = [{ at = 12, bytes = \"08 06\" }]",
    )[..] else {
        panic!()
    };
    assert_eq!(
        (text.as_str(), fault.from, fault.until),
        ("drop with 12: 08 06 from 1ms until 2ms", at(1_000_000), at(2_000_000))
    );
    let FaultKind::Frames { matching, .. } = &fault.kind else { panic!("{fault:?}") };
    assert_eq!(matching, &[Pattern { at: 12, bytes: vec![8, 6] }]);
}

#[test]
fn what_they_become_on_a_can() {
    use can::{Frame, Id, Kind};
    use link::can::Fault;
    let (from, until) = (at(1_000_000), at(20_000_000));
    let frame = Frame::new(Id::Standard(0x7f0), Kind::Data, &[1, 2]).unwrap();
    let id = Some(Ids { id: Id::Standard(0x100), mask: 0x700 });
    let frames = Hits { from, until, ends: vec![End(1)], id, data: vec![], which: Which::Nth(n(3)) };
    // What is too large for 11 bits has 29.
    let id = Some(Ids::one(Id::Extended(0x800)));
    let data = vec![Pattern { at: 6, bytes: vec![1, 2] }];
    let long = Hits { from, until, ends: vec![], id, data, which: Which::Every };
    for (lines, text, expected) in [
        ("do = \"stuck_dominant\"", "stuck_dominant", Fault::StuckDominant { from, until }),
        ("do = \"cut\"", "cut", Fault::Cut { ends: vec![End(0), End(1)], from, until }),
        (
            "do = \"error\"\nbit = 20\nnth = 3\nends = [\"d.can1\"]\nid = 0x100\nid_mask = 0x700",
            "error bit 20 number 3 of d.can1 id 100 mask 700",
            Fault::ErrorFrame { frames: frames.clone(), bit: 20 },
        ),
        (
            "do = \"drop\"\nnth = 3\nends = [\"d.can1\"]\nid = 0x100\nid_mask = 0x700\nto = [\"c.can1\"]",
            "drop to c.can1 number 3 of d.can1 id 100 mask 700",
            Fault::Drop { frames, to: vec![End(0)] },
        ),
        (
            "do = \"babble\"\nid = 0x7f0\ndata = \"01 02\"\nevery = \"1ms\"",
            "babble 7F0 [2] 01 02 every 1ms",
            Fault::Babble { frame, every: Some(Span::from_ns(1_000_000)), from, until },
        ),
        (
            "do = \"drop\"\nid = 0x800\nmatch = [{ at = 6, bytes = \"01 02\" }]",
            "drop id 00000800 with 6: 01 02",
            Fault::Drop { frames: long, to: vec![] },
        ),
        (
            "do = \"bit_errors\"\none_in = 7",
            "bit_errors one in 7",
            Fault::BitErrors { one_in: n(7), from, until },
        ),
    ] {
        let found = faults(&format!("link = \"bus\"\nfrom = \"1ms\"\n{lines}"));
        assert_eq!(found, [(format!("{text} from 1ms until 20ms"), AnyFault::Can(expected))]);
    }
}

#[test]
fn links_that_do_not_exist() {
    mistake(
        "link = \"nett\"\ndo = \"drop\"",
        r#"
36:8 unknown link "nett"
  found: the scenario has no such link
  expected: "bus", "net" or "pair"
  help: did you mean "net"?
"#,
    );
    for what in ["[[fault]]\ndo = \"cut\"", "[[expect.frame]]", "[[input.frame]]"] {
        let nodes = &NETS[..NETS.find("[link").unwrap()];
        let told = parse(&format!("{nodes}{what}\nlink = \"a\"\n"), FILE).unwrap_err().render(false);
        assert!(told.contains("the scenario has no links"), "{told}");
    }
    // Of links that are wrong themselves nothing is said.
    let text = GOOD.replace("baud = 115200", "baud = 0") + "\n[[fault]]\nlink = \"wyre\"\ndo = \"cut\"\n";
    assert_eq!(parse(&text, FILE).unwrap_err().list().len(), 1);
}

#[test]
fn what_a_link_cannot_have() {
    mistake(
        "link = \"pair\"\ndo = \"delay\"\nby = \"1us\"",
        r#"
37:6 a link of kind "rs485" has no such fault
  found: "delay" on [link.pair]
  expected: "cut", "drop", "corrupt", "duplicate" or "bit_errors"
"#,
    );
    mistake(
        "link = \"net\"\ndo = \"stuck_dominant\"",
        r#"
37:6 a link of kind "switch" has no such fault
  found: "stuck_dominant" on [link.net]
  expected: "cut", "drop", "corrupt", "duplicate", "delay", "jitter" or "bit_errors"
"#,
    );
    mistake(
        "link = \"net\"\ndo = \"dorp\"",
        r#"
37:6 "dorp" is nothing that a fault does
  expected: "cut", "drop", "corrupt", "duplicate", "delay", "jitter", "bit_errors", "error", "stuck_dominant" or "babble"
  help: did you mean "drop"?
"#,
    );
    mistake(
        "link = \"bus\"\ndo = \"stuck_dominant\"\nnth = 3",
        r#"
38:7 "nth" says nothing here
  found: do = "stuck_dominant" on a link of kind "can"
  expected: "from" and "until" alone
"#,
    );
    mistake(
        "link = \"net\"\ndo = \"drop\"\nbit = 3\nid = 0x123",
        r#"
38:7 "bit" says nothing here
  found: do = "drop" on a link of kind "switch"
  expected: "ends", "to", "nth", "one_in" or "match"
39:6 "id" says nothing here
  found: do = "drop" on a link of kind "switch"
  expected: "ends", "to", "nth", "one_in" or "match"
"#,
    );
}

#[test]
fn times_that_make_no_sense() {
    let drop = |lines: &str| format!("link = \"net\"\ndo = \"drop\"\n{lines}");
    mistake(
        &drop("from = \"20ms\""),
        r#"
38:8 this is after the end of the run
  found: the run lasts 20ms
  expected: a time before "20ms"
"#,
    );
    mistake(
        &drop("until = \"21ms\""),
        r#"
38:9 this is after the end of the run
  found: the run lasts 20ms
  expected: at most "20ms"
"#,
    );
    mistake(
        &drop("from = \"5ms\"\nuntil = \"5ms\""),
        r#"
39:9 a fault that lasts no time never happens
  found: it begins at 5ms and ends at 5ms
  expected: "until" later than "from"
"#,
    );
    mistake(
        &drop("until = \"0s\""),
        r#"
38:9 a fault that lasts no time never happens
  found: it begins at 0s and ends at 0s
  expected: "until" later than "from"
"#,
    );
}

#[test]
fn ends_that_are_not_the_links() {
    mistake(
        "link = \"net\"\ndo = \"drop\"\nends = [\"a.uart0\"]",
        r#"
38:9 this is no end of [link.net]
  found: "a.uart0"
  expected: "a.eth0" or "b.eth0"
"#,
    );
    mistake(
        "link = \"net\"\ndo = \"drop\"\nends = [\"a.eth0\", \"b.eth0\", \"a.eth0\"]",
        r#"
38:8 a.eth0 is twice in "ends"
  expected: each end once
"#,
    );
    mistake(
        "link = \"net\"\ndo = \"drop\"\nends = [\"a.eth0\"]\nto = [\"b.eth0\"]",
        r#"
39:6 [[fault]] has both "ends" and "to"
  found: what goes in and what goes out are two things at a switch
  expected: at most one of the two
"#,
    );
    mistake(
        "link = \"net\"\ndo = \"drop\"\nends = []",
        r#"
38:8 "ends" names no ends, or too many
  found: the number of ports is 0
  expected: some of the link's ends, or none of this key
"#,
    );
}

#[test]
fn frames_that_there_are_not() {
    mistake(
        "link = \"net\"\ndo = \"drop\"\nnth = 0",
        r#"
38:7 "nth" is out of range
  found: this is 0
  expected: an integer from 1 to 18446744073709551615
"#,
    );
    mistake(
        "link = \"net\"\ndo = \"drop\"\nnth = 1\none_in = 2",
        r#"
39:10 [[fault]] has both "nth" and "one_in"
  found: "one_in" too
  expected: at most one of the two
  help: remove one of them
"#,
    );
    mistake(
        "link = \"pair\"\ndo = \"corrupt\"\nbit = 10",
        r#"
38:7 no frame of this link has such a bit
  found: bit 10, counted from 0
  expected: 0 to 9
"#,
    );
    mistake(
        "link = \"bus\"\ndo = \"error\"\nbit = 157",
        r#"
38:7 no frame of this link has such a bit
  found: bit 157, counted from 0
  expected: 0 to 156
"#,
    );
    mistake(
        "link = \"bus\"\ndo = \"corrupt\"\nid = 0x1234\nextended = false",
        r#"
35:1 [[fault]] has no "bit"
  found: "bit" is missing
  expected: the key "bit"
  help: add bit = 10
38:6 there is no such identifier
  found: identifier 0x1234 is too large: at most 0x7ff
  help: remove extended = false: it has 29 bits
"#,
    );
    mistake(
        "link = \"bus\"\ndo = \"drop\"\nid_mask = 0x7ff",
        r#"
38:11 "id_mask" says which bits of "id" count
  found: there is no "id"
  help: add id = 0x123
"#,
    );
    mistake(
        "link = \"bus\"\ndo = \"babble\"\nid = 0x20000000\nevery = \"0s\"",
        r#"
38:6 "id" is out of range
  found: this is 0x20000000
  expected: an integer from 0 to 536870911
39:9 nobody sends so often
  found: this is zero
  expected: a time longer than zero, or none: as often as it can
"#,
    );
    mistake(
        "link = \"bus\"\ndo = \"babble\"\nid = 0x123\ndata = \"1 2\"",
        r#"
39:8 these are no bytes
  found: "1" in it
  expected: two hexadecimal digits for each byte: bytes = "01 03 0c 00"
"#,
    );
    mistake(
        "link = \"net\"\ndo = \"drop\"\nmatch = [{ at = 12 }]",
        r#"
38:10 "match" has no "bytes"
  found: "bytes" is missing
  expected: the key "bytes"
  help: add bytes = "08 00"
"#,
    );
    for (link, place, last, expected) in [
        ("pair", "at = 0, bytes = \"08 00\"", 1, "one byte at 0: here each byte is a frame"),
        ("pair", "at = 1, bytes = \"08\"", 1, "one byte at 0: here each byte is a frame"),
        ("bus", "at = 7, bytes = \"08 00\"", 8, "at most 8 bytes"),
        ("net", "at = 1517, bytes = \"08 00\"", 1518, "at most 1518 bytes"),
    ] {
        mistake(
            &format!("link = \"{link}\"\ndo = \"drop\"\nmatch = [{{ {place} }}]"),
            &format!(
                "\n38:10 no frame of this link is so long\n  found: the last byte is at {last}\n  expected: {expected}\n"
            ),
        );
    }
}

#[test]
fn a_link_has_so_many_faults_and_no_more() {
    let one = "[[fault]]\nlink = \"net\"\ndo = \"drop\"\n";
    let many = |count| format!("{NETS}{}", one.repeat(count));
    assert_eq!(parse(&many(link::FAULTS_MAX), FILE).unwrap().faults.len(), link::FAULTS_MAX);
    let errors = parse(&many(link::FAULTS_MAX + 1), FILE).unwrap_err();
    assert!(errors.render(false).contains("[link.net] has too many faults"), "{}", errors.render(false));
}
