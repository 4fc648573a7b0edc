// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What is read from scenarios without mistakes.

use super::{FILE, GOOD, edit};
use crate::{Label, Port, Scenario, Target, parse};
use expect::{BytePattern, Count, Expectation, LinePattern, Opens, Template, What};
use vtime::{Instant, Span};

pub(super) fn good(text: &str) -> Scenario {
    parse(text, FILE).unwrap_or_else(|errors| panic!("{errors}"))
}

#[test]
fn reads_every_key() {
    let scenario = good(GOOD);
    assert_eq!(scenario.title, "ping_pong");
    assert_eq!((scenario.duration, scenario.seed), (Span::from_ns(20_000_000), 7));
    let [pinger, ponger] = &*scenario.nodes else { panic!("two nodes") };
    assert_eq!((&*pinger.name, &*pinger.board.name), ("pinger", "qemu:mps2-an385"));
    let label = Label { package: "scenarios/uart/firmware".to_string(), name: "ping".to_string() };
    assert_eq!(pinger.firmware.target, Target::Label(label));
    assert_eq!((&*ponger.name, &*ponger.board.name), ("ponger", "qemu:riscv32-virt"));
    assert_eq!(ponger.firmware.target, Target::Relative("fw/pong.elf".to_string()));
    let [wire] = &*scenario.links else { panic!("one link") };
    assert_eq!(wire.name, "wire");
    let uart = link::Uart::new(115_200, "8N1".parse().unwrap(), Span::ZERO).unwrap();
    assert_eq!(wire.spec, link::Spec::Uart(uart));
    assert_eq!(wire.ends, [Port { node: 0, number: 0 }, Port { node: 1, number: 0 }]);
    let [expect] = &*scenario.expects else { panic!("one expectation") };
    let port = (sim::NodeId(0), sim::PortId(0));
    let pattern = LinePattern::Line(Template::text("pong 12"));
    assert_eq!(expect.expectation, of_line(port, pattern, Some(Span::from_ns(15_000_000))));
    assert_eq!((&*expect.about, expect.place.line), ("pinger.uart0", 20));
    let golden = scenario.golden.as_ref().unwrap();
    assert_eq!(golden.target, Target::RootPath("golden/uart/ping_pong.trace".to_string()));
    assert_eq!(scenario.port_name(wire.ends[0]), "pinger.uart0");
}

/// An expectation of a line, at least once.
fn of_line(port: expect::Port, pattern: LinePattern, within: Option<Span>) -> Expectation {
    let (opens, count) = (Opens::At(Instant::START), Count::ONCE);
    Expectation { name: None, what: What::Line { port, pattern }, opens, within, count }
}

#[test]
fn most_keys_have_defaults() {
    let scenario = good(
        "schema = 1\nduration = \"1ms\"\nnode.a = { board = \"qemu:sifive-e\", firmware = \"a.elf\" }\n\
         link.loop = { kind = \"uart\", baud = 9600, ends = [\"a.uart1\", \"a.uart0\"] }\n\
         expect.uart = [{ port = \"a.uart1\", contains = \"x\" }]\n",
    );
    assert_eq!((scenario.seed, scenario.golden.is_none()), (0, true));
    assert_eq!(scenario.watchdog.as_secs(), 60);
    let patient = good(&format!("{GOOD}\n[watchdog]\nwall = \"10min\"\n"));
    assert_eq!(patient.watchdog.as_secs(), 600);
    assert_eq!(scenario.state_every, Some(Span::from_ns(100_000)));
    assert_eq!(scenario.links[0].spec.to_string(), "uart 9600 8N1 delay 0s");
    assert_eq!(scenario.links[0].ends, [Port { node: 0, number: 0 }, Port { node: 0, number: 1 }]);
    let (port, pattern) = ((sim::NodeId(0), sim::PortId(1)), LinePattern::Contains(Template::text("x")));
    assert_eq!(scenario.expects[0].expectation, of_line(port, pattern, None));
}

#[test]
fn bytes_are_typed_and_expected() {
    let scenario = good(
        "schema = 1\nduration = \"1ms\"\nnode.a = { board = \"qemu:sifive-e\", firmware = \"a.elf\" }\n\
         input.uart = [{ port = \"a.uart0\", at = \"0s\", bytes = \" 01 03  0c fF\" }]\n\
         expect.uart = [{ port = \"a.uart0\", bytes = \"04 0e 0a\" }]\n",
    );
    assert_eq!(scenario.inputs[0].text, [0x01, 0x03, 0x0c, 0xff]);
    let bytes = BytePattern::parse("04 0e 0a", |_, _| Err(())).unwrap();
    let port = (sim::NodeId(0), sim::PortId(0));
    assert_eq!(scenario.expects[0].expectation, of_line(port, LinePattern::Bytes(bytes), None));
}

#[test]
fn a_node_is_as_its_board_unless_it_says_otherwise() {
    let node =
        |more: &str| good(&edit("\"fw/pong.elf\"", &format!("\"fw/pong.elf\"\n{more}"))).nodes[1].clone();
    let plain = node("");
    assert_eq!((plain.cpu_hz(), plain.cores), (25_000_000, 1));
    assert_eq!(plain.description(), "qemu:riscv32-virt");
    let fast = node("cpu_hz = 80_000_000\ncores = 4");
    assert_eq!((fast.cpu_hz(), fast.cores), (80_000_000, 4));
    assert_eq!(fast.description(), "qemu:riscv32-virt cpu_hz 80000000 cores 4");
    assert_eq!(node("cpu_hz = 25_000_000\ncores = 1").description(), "qemu:riscv32-virt");
}

/// Everything but the text and the places in it.
fn meaning(text: &str) -> String {
    let Scenario { title, duration, seed, nodes, links, expects, .. } = good(text);
    let nodes: Vec<_> =
        nodes.iter().map(|node| (&node.name, node.description(), &node.firmware.text)).collect();
    let expects: Vec<_> = expects.iter().map(|one| &one.expectation).collect();
    format!("{title} {duration} {seed} {nodes:?} {links:?} {expects:?}")
}

#[test]
fn the_order_in_the_file_means_nothing() {
    let (head, tables) = GOOD.split_once("\n[").unwrap();
    let mut tables: Vec<&str> = tables.split("\n[").collect();
    tables.reverse();
    let moved = format!("{head}\n[{}", tables.join("\n["));
    assert_ne!(moved, GOOD);
    assert_eq!(meaning(&moved), meaning(GOOD));
    let swapped = edit(r#""pinger.uart0", "ponger.uart0""#, r#""ponger.uart0", "pinger.uart0""#);
    assert_eq!(meaning(&swapped), meaning(GOOD));
}

#[test]
fn later_mistakes_are_told_in_the_same_form() {
    let scenario = good(GOOD);
    let errors =
        scenario.error(&scenario.nodes[1].firmware.place, "there is no such firmware", "no file fw/pong.elf");
    assert_eq!(
        errors.render(false),
        r#"error: there is no such firmware
  --> ping_pong.scenario.toml:11:12
   |
11 | firmware = "fw/pong.elf"
   |            ^^^^^^^^^^^^^ no file fw/pong.elf
"#
    );
}

#[test]
fn links_of_frames() {
    let node =
        |name: &str, board: &str| format!("node.{name} = {{ board = \"{board}\", firmware = \"a.elf\" }}\n");
    let head = format!(
        "schema = 1\nduration = \"1ms\"\n{}{}{}",
        node("a", "mps2-an385"),
        node("b", "mps2-an385"),
        node("c", "s32k144-evb")
    );
    let spec = |link: &str| good(&format!("{head}{link}")).links[0].spec.to_string();
    let ends = "ends = [\"a.eth0\", \"b.eth0\"]";
    let wire = spec(&format!(
        "link.l = {{ kind = \"ethernet\", {ends}, bitrate = 100_000_000, delay = \"5ns\" }}\n"
    ));
    assert_eq!(wire, "ethernet 100Mbit/s delay 5ns");
    let host = |text: &str| {
        format!(
            "link.l = {{ kind = \"switch\", ends = [\"a.eth0\"], bitrate = 10_000_000, host = {text} }}\n"
        )
    };
    let hosted = &good(&format!("{head}{}", host("\"10.0.0.1/24\""))).links[0];
    assert!(hosted.description().ends_with(" host 10.0.0.1/24"), "{}", hosted.description());
    assert_eq!(hosted.description().matches("queue 64 frames").count(), 2, "its port is one of the switch");
    let switch = format!(
        "link.l = {{ kind = \"switch\", {ends}, bitrate = 10_000_000, latency = \"2us\", queue = 3 }}\n"
    );
    let switch = spec(&switch);
    assert!(switch.starts_with("switch latency 2us addresses 1024, "), "{switch}");
    assert_eq!(switch.matches("10Mbit/s delay 0s queue 3 frames").count(), 2, "{switch}");
    let wrong = |link: &str| match crate::parse(&format!("{head}{link}"), "a.toml") {
        Ok(_) => panic!("no mistake in {link}"),
        Err(errors) => errors.list()[0].message.clone(),
    };
    let rate = format!("link.l = {{ kind = \"ethernet\", {ends}, bitrate = 5 }}\n");
    assert_eq!(wrong(&rate), "no bit rate of Ethernet");
    for text in ["10.0.0.1", "10.0.0.0/24", "10.0.0.1/31", "somebody/24"] {
        assert_eq!(wrong(&host(&format!("\"{text}\""))), format!("\"{text}\" is no host"));
    }
    let alone = "link.l = { kind = \"ethernet\", ends = [\"a.eth0\"], bitrate = 10_000_000 }\n";
    assert_eq!(wrong(alone), "[link.l] does not have two ends");
    let three =
        format!("link.l = {{ kind = \"ethernet\", {ends}, bitrate = 10_000_000, host = \"10.0.0.1/24\" }}\n");
    assert_eq!(wrong(&three), "[link.l] does not have one end and a host");
    let data = "link.l = { kind = \"can\", ends = [\"c.flexcan0\", \"c.flexcan1\"], bitrate = 500_000, data_bitrate = 5 }\n";
    assert!(wrong(data).starts_with("the data phase of a CAN FD bus has at least"), "{}", wrong(data));
}
