// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What scenarios send on links, and mistakes in that.

use crate::{LinkInput, Options, Scenario, When, load};
use can::{Frame, Id, Kind, ToBus};
use vtime::{Instant, Span};

const NODES: &str = "schema = 1\nduration = \"100ms\"\n\n[node.a]\nboard = \"stm32f4-discovery\"\nfirmware = \"a.elf\"\n\n\
                     [node.b]\nboard = \"mps2-an385\"\nfirmware = \"b.elf\"\n\n\
                     [link.bus]\nkind = \"can\"\nends = [\"a.can1\"]\nbitrate = 500_000\n\n\
                     [link.net]\nkind = \"ethernet\"\nends = [\"b.eth0\"]\nbitrate = 10_000_000\n\n";

const LOG: &str = "(10.000000) can0 100#01\n(10.000100) can1 7FF#R\n(10.500000) can0 00000123#0203\n(10.020000) vcan0 001##1AA\n";

const DBC: &str = "BO_ 256 Engine: 2 X\n SG_ Rpm : 0|14@1+ (0.25,0) [0|0] \"rpm\" X\n SG_ Gear : 14|2@1+ (1,0) [0|0] \"\" X\n\
                   BO_ 257 Radar: 12 X\n SG_ Far : 0|8@1+ (1,0) [0|0] \"\" X\nVAL_ 256 Gear 3 \"back\" ;\n";

/// A capture of packets, each of an interface at a time.
fn pcapng(links: &[(&str, capture::Kind)], packets: &[(u32, u64, &[u8])]) -> Vec<u8> {
    let interface = |(name, kind): &(&str, capture::Kind)| capture::Interface {
        name: name.to_string(),
        kind: *kind,
        description: "test".to_string(),
    };
    let interfaces: Vec<_> = links.iter().map(interface).collect();
    let mut file = capture::Capture::new(Vec::new(), &interfaces).unwrap();
    for (place, at_ns, bytes) in packets {
        let direction =
            if at_ns % 2 == 0 { capture::Direction::Outbound } else { capture::Direction::Inbound };
        file.frame(*place, Instant::from_ns(*at_ns), direction, bytes, "").unwrap();
    }
    file.finish().unwrap()
}

fn read(inputs: &str) -> Result<Scenario, String> {
    let root = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(root.path().join(name), bytes).unwrap();
    let log = LOG.lines().take(3).map(|line| format!("{line}\n")).collect::<String>();
    write("ok.log", log.as_bytes());
    write("fd.log", b"(0.0) can0 001##1AA\n");
    write("wrong.log", LOG.as_bytes());
    write("empty.log", b"\n");
    write("latin.log", b"\n\xb0\n");
    write("car.dbc", DBC.as_bytes());
    write("wrong.dbc", DBC.replace("14|2@1+", "13|2@1+").as_bytes());
    let (one, other) = ([0xff; 60], [0xee; 20]);
    let packets: &[(u32, u64, &[u8])] = &[(0, 4, &one), (1, 5, &[1; 13]), (0, 1_000_007, &other)];
    let kinds = [("eth", capture::Kind::Ethernet), ("short", capture::Kind::Ethernet)];
    let whole = pcapng(&kinds, packets);
    write("net.pcapng", &whole);
    write("cut.pcapng", &whole[..whole.len() - 20]);
    let frame = Frame::new(Id::Standard(0x55), Kind::Data, &[9]).unwrap();
    let packet = capture::socketcan::encode(&frame);
    write("can.pcapng", &pcapng(&[("c", capture::Kind::Can)], &[(0, 8, packet.as_ref())]));
    write("a.scenario.toml", format!("{NODES}{inputs}").as_bytes());
    load(&root.path().join("a.scenario.toml"), &Options { root: root.path().to_path_buf() })
        .map_err(|errors| errors.render(false))
}

/// The only input.
fn only(inputs: &str) -> LinkInput {
    let rest = match inputs.contains("input.can") {
        true => "\n[[input.frame]]\nlink = \"net\"\npcapng = \"net.pcapng\"\ninterface = \"eth\"\n",
        false => "\n[[input.can]]\nlink = \"bus\"\nid = 1\nat = \"1ms\"\n",
    };
    let scenario = read(&format!("{inputs}{rest}")).unwrap();
    scenario.link_inputs[usize::from(!inputs.contains("input.can"))].clone()
}

/// Frames of a bus: when, and what.
fn frames(input: &LinkInput) -> Vec<(u64, String)> {
    let frame = |bytes: &[u8]| match ToBus::read(bytes).unwrap() {
        ToBus::Offer { frame, .. } => frame.to_string(),
        other => panic!("{other:?}"),
    };
    input.frames.iter().map(|(after, bytes)| (after.as_ns(), frame(bytes))).collect()
}

#[track_caller]
fn check(lines: &str, expected: &[(u64, &str)]) {
    let found = frames(&only(&format!("[[input.can]]\nlink = \"bus\"\n{lines}\n")));
    assert_eq!(found, expected.iter().map(|(at, text)| (*at, text.to_string())).collect::<Vec<_>>());
}

#[test]
fn frames_of_all_sources() {
    check(
        "log = \"ok.log\"\ninterface = \"can0\"\nuntil = \"50ms\"",
        &[(0, "100 [1] 01"), (500_000_000, "00000123 [2] 02 03")],
    );
    check("log = \"//ok.log\"\ninterface = \"can1\"\nat = \"5ms\"", &[(0, "7FF [0] remote")]);
    check("pcapng = \"can.pcapng\"", &[(0, "055 [1] 09")]);
    check("id = 0x123\ndata = \"01 02\"\nat = \"1ms\"", &[(0, "123 [2] 01 02")]);
    check("id = 0x800\nat = \"1ms\"", &[(0, "00000800 [0]")]);
    check("id = 1\nextended = true\ndata = \"\"\nat = \"1ms\"", &[(0, "00000001 [0]")]);
    check(
        "dbc = \"car.dbc\"\nmessage = \"Engine\"\nsignals = { Rpm = 900.25, Gear = \"back\" }\nat = \"1ms\"",
        &[(0, "100 [2] 11 CE")],
    );
    check("dbc = \"car.dbc\"\nmessage = \"Engine\"\nat = \"1ms\"", &[(0, "100 [2] 00 00")]);
}

#[test]
fn times_of_all_kinds() {
    let frame = "[[input.frame]]\nlink = \"net\"\npcapng = \"net.pcapng\"\ninterface = \"eth\"\n";
    let input = only(frame);
    assert_eq!((&input.when, input.rounds, input.until), (&When::At(Span::ZERO), 1, None));
    let lens: Vec<_> = input.frames.iter().map(|(after, bytes)| (after.as_ns(), bytes.len())).collect();
    assert_eq!(lens, [(0, 60), (1_000_003, 20)]);
    assert_eq!(only(&format!("{frame}direction = \"received\"\n")).frames.len(), 1);

    let bytes = "[[input.frame]]\nlink = \"net\"\nbytes = \"ff ff ff ff ff ff 02 00 00 00 00 01 88 b5\"\n";
    let input =
        only(&format!("{bytes}after = \"go\"\nport = \"b.uart0\"\nwait = \"2ms\"\nevery = \"3ms\"\n"));
    assert_eq!(input.when, When::After { text: b"go".to_vec(), wait: Span::from_ns(2_000_000) });
    assert_eq!((input.every.as_ns(), input.rounds), (3_000_000, u64::MAX));
    let input = only(&format!("{bytes}at = \"1ms\"\nevery = \"3ms\"\ntimes = 4\nuntil = \"9ms\"\n"));
    assert_eq!((input.rounds, input.until), (4, Some(Span::from_ns(9_000_000))));
}

#[test]
fn the_head_tells_of_inputs() {
    let scenario =
        read("[[input.can]]\nlink = \"bus\"\nid = 1\nat = \"1ms\"\n\n[[input.frame]]\nlink = \"net\"\npcapng = \"net.pcapng\"\ninterface = \"eth\"\n")
            .unwrap();
    let heads: Vec<String> = scenario.links.iter().map(crate::Link::description).collect();
    assert_eq!(heads, ["can 500000 delay 0s input", "ethernet 10Mbit/s delay 0s input"]);
}

#[track_caller]
fn mistake(kind: &str, lines: &str, expected: &[&str]) {
    let frame = "[[input.frame]]\nlink = \"net\"\npcapng = \"net.pcapng\"\ninterface = \"eth\"\n";
    let can = "[[input.can]]\nlink = \"bus\"\nid = 1\nat = \"1ms\"\n";
    let (own, other) = if kind == "can" { ("bus", frame) } else { ("net", can) };
    let (link, rest) = match lines.contains("link =") {
        // What is wrong may be that link.
        true => (String::new(), format!("{frame}\n{can}")),
        false => (format!("link = \"{own}\"\n"), other.to_string()),
    };
    let told = read(&format!("[[input.{kind}]]\n{link}{lines}\n\n{rest}")).unwrap_err();
    for part in expected {
        assert!(told.contains(part), "{part}: {told}");
    }
}

#[test]
fn mistakes_in_what_is_sent_on_a_bus() {
    mistake(
        "can",
        "at = \"1ms\"",
        &["[[input.can]] does not say what to send", "\"log\", \"pcapng\", \"id\" or \"dbc\""],
    );
    mistake("can", "id = 1\nlog = \"ok.log\"\nat = \"1ms\"", &["has both \"log\" and \"id\""]);
    mistake(
        "can",
        "id = 1\ninterface = \"x\"\nat = \"1ms\"",
        &["\"interface\" is for \"log\" or \"pcapng\""],
    );
    mistake("can", "log = \"ok.log\"\nfd = true", &["\"fd\" is for \"id\" or \"dbc\""]);
    mistake("can", "log = \"none.log\"", &["24:7", "cannot read the log \"none.log\"", "No such file"]);
    mistake("can", "log = \"latin.log\"", &["cannot read the log", "line 2 has a byte that is no character"]);
    mistake("can", "log = \"//x:y\"", &["this is a label", "log = \"//path/FILE\""]);
    mistake("can", "log = \"empty.log\"", &["the log has no frame"]);
    mistake(
        "can",
        "log = \"wrong.log\"",
        &["the log has mistakes", "wrong.log:4:1: this is earlier than the frame before it", "sort the log"],
    );
    mistake("can", "log = \"ok.log\"", &["the log is of several interfaces", "add interface = \"can0\""]);
    mistake(
        "can",
        "log = \"ok.log\"\ninterface = \"can3\"",
        &["25:13", "the log has nothing of interface \"can3\"", "\"can0\" or \"can1\""],
    );
    mistake(
        "can",
        "log = \"ok.log\"\ninterface = \"can0\"",
        &[
            "frames would be sent after the run's end",
            "1 of 2 frames, the last one at 500ms; the run lasts 100ms",
            "add until = \"100ms\"",
        ],
    );
    mistake(
        "can",
        "log = \"fd.log\"",
        &["[link.bus] has no CAN FD", "fd.log:1: a frame of it, 001", "add data_bitrate to [link.bus]"],
    );
    mistake("can", "id = 0x20000000\nat = \"1ms\"", &["\"id\" is out of range", "from 0 to 536870911"]);
    mistake(
        "can",
        "id = 0x800\nextended = false\nat = \"1ms\"",
        &["identifier 0x800 is too large: at most 0x7ff", "remove extended = false"],
    );
    mistake(
        "can",
        "id = 1\ndata = \"01 02 03 04 05 06 07 08 09\"\nat = \"1ms\"",
        &["a frame has no 9 bytes", "add fd = true"],
    );
    mistake(
        "can",
        "id = 1\nbrs = true\nat = \"1ms\"",
        &["only CAN FD switches its bit rate", "add fd = true"],
    );
    mistake("can", "id = 1\nfd = true\nat = \"1ms\"", &["[link.bus] has no CAN FD", "a frame of it, 001"]);
    mistake("can", "dbc = \"car.dbc\"\nat = \"1ms\"", &["has no \"message\""]);
    mistake(
        "can",
        "dbc = \"car.dbc\"\nmessage = \"Engin\"\nat = \"1ms\"",
        &["unknown message \"Engin\"", "did you mean \"Engine\"?"],
    );
    mistake("can", "dbc = \"car.dbc\"\nmessage = \"Radar\"\nat = \"1ms\"", &["[link.bus] has no CAN FD"]);
    mistake(
        "can",
        "dbc = \"wrong.dbc\"\nmessage = \"Engine\"\nat = \"1ms\"",
        &["the database has mistakes", "wrong.dbc:3:6: two signals share a bit"],
    );
    let engine = "dbc = \"car.dbc\"\nmessage = \"Engine\"\nat = \"1ms\"\nsignals = ";
    mistake("can", &format!("{engine}{{ Rmp = 1 }}"), &["27:19", "message Engine has no signal \"Rmp\""]);
    mistake(
        "can",
        &format!("{engine}{{ Rpm = 5000 }}"),
        &["signal Rpm cannot be 5000: it is from 0 to 4095.75"],
    );
    mistake("can", &format!("{engine}{{ Rpm = 0.1 }}"), &["signal Rpm cannot say 0.1: it has 0 and 0.25"]);
    mistake("can", &format!("{engine}{{ Gear = \"bakc\" }}"), &["did you mean \"back\"?"]);
    mistake(
        "can",
        "pcapng = \"net.pcapng\"",
        &["the capture \"net.pcapng\" cannot be sent", "it has no interface for CAN"],
    );
}

#[test]
fn mistakes_in_what_is_sent_on_ethernet() {
    mistake(
        "frame",
        "at = \"1ms\"",
        &["[[input.frame]] does not say what to send", "\"bytes\" or \"pcapng\""],
    );
    mistake(
        "frame",
        "bytes = \"01\"\nat = \"1ms\"",
        &["no receiver takes a frame of that length", "1 bytes", "14 to 1514 bytes"],
    );
    mistake(
        "frame",
        "pcapng = \"net.pcapng\"",
        &["the capture is of several interfaces", "add interface = \"eth\""],
    );
    mistake(
        "frame",
        "pcapng = \"net.pcapng\"\ninterface = \"et\"",
        &["no interface \"et\" for Ethernet", "did you mean \"eth\"?"],
    );
    mistake("frame", "pcapng = \"net.pcapng\"\ninterface = \"short\"", &["net.pcapng: byte ", ": 13 bytes"]);
    mistake(
        "frame",
        "pcapng = \"net.pcapng\"\ninterface = \"short\"\ndirection = \"sent\"",
        &["interface \"short\" has no packet of that direction"],
    );
    mistake(
        "frame",
        "pcapng = \"net.pcapng\"\ndirection = \"out\"",
        &["unknown direction \"out\"", "\"sent\" or \"received\""],
    );
    mistake(
        "frame",
        "pcapng = \"cut.pcapng\"\ninterface = \"eth\"",
        &["cannot be sent", "byte ", "the file is cut"],
    );
    mistake("frame", "pcapng = \"car.dbc\"", &["byte 0: this is no capture"]);
    mistake("frame", "pcapng = \"can.pcapng\"", &["it has no interface for Ethernet"]);
}

#[test]
fn mistakes_in_when_it_is_sent() {
    let bytes = "bytes = \"ff ff ff ff ff ff 02 00 00 00 00 01 88 b5\"";
    mistake("frame", bytes, &["[[input.frame]] does not say when", "add at = \"10ms\""]);
    mistake("frame", &format!("{bytes}\nat = \"1s\""), &["nothing is sent after the run's end"]);
    mistake("frame", &format!("{bytes}\nafter = \"go\""), &["has no \"port\""]);
    mistake("frame", &format!("{bytes}\nat = \"1ms\"\nport = \"b.uart0\""), &["\"port\" is for \"after\""]);
    mistake("frame", &format!("{bytes}\nat = \"1ms\"\ntimes = 3"), &["\"times\" is for \"every\""]);
    mistake("frame", &format!("{bytes}\nat = \"1ms\"\nevery = \"0ns\""), &["no time at all"]);
    mistake("frame", &format!("{bytes}\nat = \"1ms\"\nuntil = \"1ms\""), &["nothing is sent until then"]);
    mistake(
        "frame",
        &format!("{bytes}\nat = \"1ms\"\nevery = \"50ms\"\ntimes = 3"),
        &["the last round, the last one at 101ms"],
    );
    mistake(
        "frame",
        "pcapng = \"net.pcapng\"\ninterface = \"eth\"\nevery = \"1ms\"",
        &["the frames take longer than that", "1000003ns"],
    );
}

#[test]
fn mistakes_in_where_it_is_sent() {
    mistake(
        "can",
        "link = \"net\"\nid = 1\nat = \"1ms\"",
        &["[[input.can]] is nothing for [link.net]", "kind = \"can\""],
    );
    mistake(
        "frame",
        "link = \"bus\"\nbytes = \"00\"\nat = \"1ms\"",
        &["[[input.frame]] is nothing for [link.bus]"],
    );
    mistake(
        "can",
        "link = \"buss\"\nid = 1\nat = \"1ms\"",
        &["unknown link \"buss\"", "did you mean \"bus\"?"],
    );
    let told = read("").unwrap_err();
    assert!(
        told.contains("[link.net] does not have two ends") && told.contains("[link.bus] joins too few ports"),
        "{told}"
    );
    let host = NODES.replace("bitrate = 10_000_000", "bitrate = 10_000_000\nhost = \"10.0.0.1/24\"");
    let text = format!("{host}[[input.frame]]\nlink = \"net\"\nbytes = \"00\"\nat = \"1ms\"\n");
    let told = crate::parse(&text, "a.scenario.toml").unwrap_err().render(false);
    assert!(
        told.contains("[link.net] has no end for a node") && told.contains("write kind = \"switch\""),
        "{told}"
    );
}
