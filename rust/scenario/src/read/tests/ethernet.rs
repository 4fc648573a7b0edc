// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Ports of switches, and the addresses of Ethernet ports.

use super::good::good;
use super::told;
use crate::parse;

/// Two nodes and a camera at a switch.
fn scenario(macs: [&str; 2], link: &str) -> String {
    let [a, camera] = macs;
    format!(
        r#"schema = 1
duration = "1ms"

[node.a]
board = "mps2-an385"
firmware = "a.elf"
{a}

[node.b]
board = "zcu102-rpu"
firmware = "b.elf"

[node.camera]
board = "mps2-an386"
firmware = "c.elf"
{camera}

[link.net]
kind = "switch"
ends = ["camera.eth0", "a.eth0", "b.gem3"]
bitrate = 100_000_000
{link}
"#
    )
}

fn check(macs: [&str; 2], link: &str, expected: &str) {
    let errors = parse(&scenario(macs, link), "net.toml").unwrap_err();
    assert_eq!(told(&errors).trim(), expected.trim(), "{macs:?} {link}");
}

#[test]
fn ports_of_a_switch_may_differ() {
    let link = r#"latency = "3us"
port = [
    { end = "camera.eth0", bitrate = 10_000_000, queue = 8 },
    { end = "a.eth0", latency = "0ns", delay = "7ns" },
]"#;
    let spec = good(&scenario(["", ""], link)).links[0].spec.to_string();
    let expected = "switch latency 3us addresses 1024, 100Mbit/s delay 7ns queue 64 frames latency 0s, \
                    100Mbit/s delay 0s queue 64 frames, 10Mbit/s delay 0s queue 8 frames";
    assert_eq!(spec, expected, "in the order of the nodes");
    let host = "host = \"10.0.0.1/24\"\n[[link.net.port]]\nend = \"host\"\nbitrate = 1_000_000_000";
    let spec = good(&scenario(["", ""], host)).links[0].spec.to_string();
    assert!(spec.ends_with("queue 64 frames, 1000Mbit/s delay 0s queue 64 frames"), "{spec}");
}

#[test]
fn ports_that_no_switch_has() {
    check(
        ["", ""],
        r#"[[link.net.port]]
end = "a.uart0"
[[link.net.port]]
end = "host"
[[link.net.port]]
end = "b.gem3"
[[link.net.port]]
end = "b.gem3"
[[link.net.port]]
queue = 1"#,
        r#"
23:7 "a.uart0" is no end of [link.net]
  found: the switch has no port for it
  expected: one of the switch's ends
25:7 "host" names no port
  found: it has no "."
  expected: a node, "." and one of its ports, such as "pinger.uart0"
29:7 a port of [link.net] is described twice
  found: the same end again
  expected: each end at most once
30:1 [[link.NAME.port]] has no "end"
  found: "end" is missing
  expected: the key "end"
  help: add end = "NODE.PORT"
"#,
    );
}

#[test]
fn values_of_ports() {
    check(
        ["", ""],
        r#"[[link.net.port]]
end = "a.eth0"
bitrate = 25_000_000
delay = 5
latency = "soon"
queue = 0"#,
        r#"
24:11 no bit rate of Ethernet
  found: there is no Ethernet of 25000000 bits per second here: write 10000000, 100000000 or 1000000000
  expected: 10_000_000, 100_000_000 or 1_000_000_000
25:9 "delay" has the wrong type
  found: this is an integer
  expected: a string with a number and a unit: delay = "0ns"
26:11 "latency" is no time
  found: expected a number and a unit, such as "250ms"
  expected: a number and a unit (ns, us, ms, s, min, h): latency = "0ns"
27:9 "queue" is out of range
  found: this is 0
  expected: an integer from 1 to 65536
"#,
    );
    check(
        ["", ""],
        "port = 5",
        r#"
22:8 "port" has the wrong type
  found: this is an integer
  expected: an array of tables: [[link.NAME.port]], with two brackets
"#,
    );
}

#[test]
fn a_node_has_the_addresses_that_it_is_given() {
    let scenario = good(&scenario(["mac = { eth0 = \"02:00:00:00:00:0A\" }", ""], ""));
    let [a, b, camera] = &*scenario.nodes else { panic!("three nodes") };
    let at = |node: &crate::Node, name| node.address(node.board.port(name).unwrap());
    assert_eq!(at(a, "eth0"), Some([2, 0, 0, 0, 0, 10]));
    assert_eq!(a.description(), "mps2-an385 mac eth0 02:00:00:00:00:0a");
    assert_eq!(at(a, "uart0"), None);
    // Where nobody says one: by the names of node and port.
    let (b, camera) = (at(b, "gem3").unwrap(), at(camera, "eth0").unwrap());
    assert_eq!((&b[..3], b[0] & 3), (&[0x02, 0x76, 0x6d][..], 2));
    assert!(b[3..5] != camera[3..5]);
}

#[test]
fn addresses_that_are_none() {
    for (text, found) in [
        ("02:00:00:00:00", "not six bytes of two hexadecimal digits, with colons between them"),
        ("02:00:00:00:00:1", "not six bytes of two hexadecimal digits, with colons between them"),
        ("02-00-00-00-00-01", "not six bytes of two hexadecimal digits, with colons between them"),
        ("+2:00:00:00:00:01", "not six bytes of two hexadecimal digits, with colons between them"),
        ("01:00:5e:00:00:01", "this is a group's: the first byte is odd"),
        ("ff:ff:ff:ff:ff:ff", "this is a group's: the first byte is odd"),
        ("00:00:00:00:00:00", "zeros are nobody's address"),
    ] {
        let expected = format!(
            "7:16 \"{text}\" is no Ethernet address of a port\n  found: {found}\n  \
             expected: six bytes, the first one even, such as \"02:00:00:00:00:01\""
        );
        check([&format!("mac = {{ eth0 = \"{text}\" }}"), ""], "", &expected);
    }
    check(
        ["mac = { gem3 = \"02:00:00:00:00:01\", uart0 = 5 }", ""],
        "",
        r#"
7:9 "gem3" is no Ethernet port
  found: mps2-an385 has no such port
  expected: "eth0"
7:37 "uart0" is no Ethernet port
  found: mps2-an385 has no such port
  expected: "eth0"
7:45 "uart0" has the wrong type
  found: this is an integer
  expected: a string: "02:00:00:00:00:01"
"#,
    );
    let text =
        scenario(["", ""], "").replace("mps2-an385\"", "s32k144-evb\"\nmac.eth0 = \"02:00:00:00:00:01\"");
    let errors = parse(&text, "net.toml").unwrap_err();
    assert!(
        told(&errors).contains("expected: no addresses: this board has no Ethernet"),
        "{}",
        told(&errors)
    );
}

#[test]
fn one_address_twice_on_a_link() {
    let same = "mac.eth0 = \"02:00:00:00:00:01\"";
    check(
        [same, same],
        "",
        r#"
16:12 camera.eth0 has the same Ethernet address as a.eth0
  found: both have 02:00:00:00:00:01, and [link.net] joins them
  expected: an address of its own for each end of a link
  help: give one of them another one, such as mac = { eth0 = "02:00:00:00:00:01" }
"#,
    );
    let twice = scenario([same, same], "");
    let errors = parse(&twice, "net.toml").unwrap_err();
    let (place, text) = errors.list()[0].also.clone().unwrap();
    assert_eq!((place.line, place.column, &*text), (7, 12, "a.eth0 has it"));
    // What one has by its name.
    let node = good(&scenario(["", ""], "")).nodes.remove(2);
    let taken = plan::address(node.address(node.board.port("eth0").unwrap()).unwrap());
    check(
        [&format!("mac.eth0 = \"{taken}\""), ""],
        "",
        &format!(
            r#"
13:1 camera.eth0 has the same Ethernet address as a.eth0
  found: both have {taken}, and [link.net] joins them
  expected: an address of its own for each end of a link
  help: give one of them another one, such as mac = {{ eth0 = "02:00:00:00:00:01" }}
"#
        ),
    );
    // And that of the host.
    let hosted = good(&scenario(["", ""], "host = \"10.0.0.1/24\"")).links.remove(0);
    let taken = plan::address(hosted.host.unwrap().address());
    check(
        [&format!("mac.eth0 = \"{taken}\""), ""],
        "host = \"10.0.0.1/24\"",
        &format!(
            r#"
7:12 a.eth0 has the same Ethernet address as the host of [link.net]
  found: both have {taken}, and [link.net] joins them
  expected: an address of its own for each end of a link
  help: give one of them another one, such as mac = {{ eth0 = "02:00:00:00:00:01" }}
"#
        ),
    );
    // Elsewhere it is nobody's business.
    let text = scenario([same, same], "").replace("\"camera.eth0\", ", "");
    assert!(parse(&text, "net.toml").is_ok());
}
