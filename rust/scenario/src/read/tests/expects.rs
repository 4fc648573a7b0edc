// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Mistakes in the values of expectations.

use super::check;

#[test]
fn expectations() {
    check(
        r#"line = "pong 12"
"#,
        "",
        r#"
20:1 [[expect.uart]] does not say what it expects
  found: "line", "contains", "matches" or "bytes" is missing
  expected: exactly one of "line" (a whole line), "contains" (a part of one), "matches" (a regular expression) and "bytes" (wherever lines end)
  help: add line = "..."
"#,
    );
    check(
        r#"line = "pong 12""#,
        r#"line = "pong 12"
contains = "pong""#,
        r#"
23:12 [[expect.uart]] has both "line" and "contains"
  found: "contains" too
  expected: exactly one of "line" (a whole line), "contains" (a part of one), "matches" (a regular expression) and "bytes" (wherever lines end)
  help: remove one of the two
"#,
    );
    check(
        r#"line = "pong 12""#,
        r#"contains = """#,
        r#"
22:12 an empty text is in every line
  found: this is empty
  expected: a part of a line, or line = "" for an empty line
"#,
    );
    check(
        r#"line = "pong 12""#,
        r#"line = "pong 12\n""#,
        r#"
22:8 the expected text has a line end in it
  found: lines are compared
  expected: one line without its end
"#,
    );
    check(
        r#"within = "15ms""#,
        r#"within = "21ms""#,
        r#"
23:10 "within" is longer than the run
  found: the run lasts 20ms
  expected: at most "20ms"
  help: lengthen "duration", or leave "within" out
"#,
    );
    check(
        r#"within = "15ms""#,
        r#"within = "0s""#,
        r#"
23:10 nothing can come in no time
  found: this is zero
  expected: a time longer than zero, such as "15ms"
"#,
    );
}

/// A scenario with links of three kinds, and these expectations.
pub(super) fn with_links(expects: &str) -> String {
    format!(
        r#"schema = 1
duration = "20ms"
node.a = {{ board = "mps2-an385", firmware = "a.elf" }}
node.b = {{ board = "mps2-an385", firmware = "a.elf" }}
node.c = {{ board = "s32k144-evb", firmware = "a.elf" }}
link.bus = {{ kind = "can", ends = ["c.flexcan0", "c.flexcan1"], bitrate = 500_000 }}
link.net = {{ kind = "ethernet", ends = ["a.eth0", "b.eth0"], bitrate = 10_000_000 }}
link.wire = {{ kind = "uart", ends = ["a.uart0", "b.uart0"], baud = 9600 }}
{expects}
"#
    )
}

/// The expectations as their verdicts tell them.
fn claims(expects: &str) -> Vec<String> {
    let scenario =
        crate::parse(&with_links(expects), super::FILE).unwrap_or_else(|errors| panic!("{errors}"));
    let port = |node: &crate::Node, port: &str| {
        let link = scenario.links.iter().position(|link| {
            link.ends.iter().any(|end| scenario.port_name(*end) == format!("{}.{port}", node.name))
        });
        let link = link.map(|link| sim::LinkId(link as u16));
        expect::TopologyPort { name: format!("{}.{port}", node.name), link }
    };
    let topology = expect::Topology {
        ports: scenario
            .nodes
            .iter()
            .map(|node| node.ports().map(|name| port(node, name)).collect())
            .collect(),
        links: scenario.links.iter().map(|link| link.name.clone()).collect(),
        end: vtime::Instant::from_ns(20_000_000),
        slack: vtime::Span::ZERO,
    };
    let all = scenario.expects.iter().map(|expect| expect.expectation.clone()).collect();
    expect::Expectations::new(all, topology).finish().into_iter().map(|verdict| verdict.claim).collect()
}

#[test]
fn all_forms_are_read_in_the_order_of_the_file() {
    let text = r#"
expect.order = ["boot", "hello", "again"]
[[expect.can]]
name = "hello"
link = "bus"
from = "c.flexcan1"
id = 0x12345
extended = true
data = "00 ?? {boot.serial} .."
count = { min = 2 }
[[expect.uart]]
name = "boot"
port = "a.uart0"
matches = 'serial (?P<serial>\w+)'
within = "5ms"
[[expect.frame]]
name = "again"
link = "net"
from = "a.eth0"
to = "b.eth0"
length = 60
match = [{ at = 12, bytes = "08 00" }, { at = 20, bytes = "{boot.serial}" }]
capture = { id = { at = 14, length = 2 } }
within = "2ms"
count = 3
[[expect.uart]]
port = "b.uart0"
contains = "{again.id} {boot.serial} {x} {{a.b}"
after = "again"
[[expect.frame]]
link = "wire"
after = "15ms"
within = "5ms"
never = true
[[expect.can]]
link = "bus"
outcome = "failed"
remote = false
count = { max = 4 }
"#;
    let expected = [
        "bus carries a frame from c.flexcan1 with id 00012345 and data 00 ?? {boot.serial} .. at least 2 times after \"boot\"",
        "a.uart0 sends a line that matches 'serial (?P<serial>\\w+)' within 5ms",
        "net carries a frame from a.eth0 to b.eth0 of 60 bytes with 08 00 at 12, {boot.serial} at 20 3 times within 2ms after \"hello\"",
        "b.uart0 sends a line with \"{again.id} {boot.serial} {x} {a.b}\" after \"again\"",
        "wire never carries a frame within 5ms after 0.015000000",
        "bus carries a frame that fails not that is remote at most 4 times",
    ];
    assert_eq!(claims(text), expected);
}

/// What is wrong with an expectation, and the column inside of its line.
#[track_caller]
pub(super) fn wrong(expects: &str, expected: &str) {
    let errors = crate::parse(&with_links(expects), super::FILE).unwrap_err();
    assert_eq!(super::told(&errors).trim_end(), expected.trim(), "{expects}");
}

#[test]
fn links_and_ports_must_be_there_and_of_the_kind() {
    wrong(
        "expect.can = [{ link = \"buss\" }]",
        r#"9:24 unknown link "buss"
  found: the scenario has no such link
  expected: "bus", "net" or "wire"
  help: did you mean "bus"?"#,
    );
    wrong(
        "expect.can = [{ link = \"net\" }]",
        r#"9:24 [[expect.can]] cannot be for [link.net]
  found: this link is "ethernet 10Mbit/s delay 0s"
  expected: a link with kind = "can"
  help: write [[expect.frame]] or [[expect.uart]]"#,
    );
    wrong(
        "expect.frame = [{ link = \"bus\" }]",
        r#"9:26 [[expect.frame]] cannot be for [link.bus]
  found: this link is "can 500000 delay 0s"
  expected: any link but a CAN bus
  help: write [[expect.can]]"#,
    );
    wrong(
        "expect.frame = [{ link = \"net\", from = \"c.lpuart1\" }]",
        r#"9:40 this port is not at [link.net]
  found: it is no end of the link
  expected: "a.eth0" or "b.eth0""#,
    );
    wrong(
        "expect.frame = [{ link = \"wire\", to = \"a.uart0\" }]",
        r#"9:39 on [link.wire] a frame is for all
  found: the link is "uart 9600 8N1 delay 0s"
  expected: "to" for an Ethernet link only"#,
    );
    wrong(
        "expect.frame = [{ link = \"wire\", outcome = \"lost\" }, { link = \"net\", outcome = \"gone\" }]",
        r#"9:44 of UARTs only lines that get through are looked at
  found: the link is "uart 9600 8N1 delay 0s"
  expected: outcome = "sent"
9:80 unknown outcome "gone"
  found: nothing else becomes of frames
  expected: "sent", "lost" or "failed""#,
    );
}
