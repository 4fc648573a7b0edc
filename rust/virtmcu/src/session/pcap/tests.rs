// SPDX-License-Identifier: Apache-2.0 OR MIT
use super::*;
use ::can::{Error, Frame, Id, State, Status};
use ::capture::Reader;
use ::capture::socketcan::Failure;
use link::can::Event as CanEvent;

/// Two nodes that have ports of every kind; `kind` joins the first of theirs.
fn joined(kind: PortKind) -> (Scenario, [(NodeId, PortId); 2]) {
    let text = "schema = 1\nduration = \"1ms\"\n\
        [node.a]\nboard = \"mps2-an385\"\nfirmware = \"a.elf\"\n[node.b]\nboard = \"lm3s6965evb\"\nfirmware = \"b.elf\"\n\
        [node.c]\nboard = \"stm32f4-discovery\"\nfirmware = \"c.elf\"\n[node.d]\nboard = \"s32k144-evb\"\nfirmware = \"d.elf\"\n\
        [link.wire]\nkind = \"uart\"\nends = [\"a.uart0\", \"b.uart0\"]\nbaud = 115200\n";
    let mut scenario =
        scenario::parse(text, "test.scenario.toml").unwrap_or_else(|errors| panic!("{errors}"));
    let port = |node: &u16| {
        let ports = &scenario.nodes[usize::from(*node)].board.ports;
        let number = ports.iter().position(|port| port.kind == kind)? as u16;
        Some(Port { node: *node, number })
    };
    let ends: Vec<Port> = (0..4).filter_map(|node| port(&node)).take(2).collect();
    let ids = [0, 1].map(|end: usize| (NodeId(ends[end].node), PortId(ends[end].number)));
    // What the link does is not asked here.
    scenario.links[0].ends = ends;
    (scenario, ids)
}

type Seen = (u64, String, Direction, Vec<u8>);

fn packets(scenario: &Scenario, play: impl FnOnce(&mut Pcap)) -> Vec<Seen> {
    let file = tempfile::NamedTempFile::new().unwrap();
    let mut pcap = Pcap::new(file.as_file(), scenario).unwrap();
    play(&mut pcap);
    pcap.settled(Instant::from_ns(500));
    pcap.finish().unwrap();
    let bytes = std::fs::read(file.path()).unwrap();
    let mut reader = Reader::new(&bytes).unwrap();
    let packets: Vec<_> = reader.by_ref().map(Result::unwrap).collect();
    let name = |place: usize| reader.sources()[place].name.clone().unwrap();
    let seen = packets
        .iter()
        .map(|packet| (packet.at_ns, name(packet.source), packet.direction.unwrap(), packet.bytes.to_vec()));
    seen.collect()
}

#[test]
fn a_frame_of_ethernet_is_at_its_sender_and_where_it_arrives() {
    let (scenario, [a, b]) = joined(PortKind::Ethernet);
    let [first, second] = [vec![1; 60], vec![2; 60]];
    let seen = packets(&scenario, |pcap| {
        pcap.delivered(b, Instant::from_ns(300), &first);
        pcap.sent(a, Instant::from_ns(100), What::Sent, &first);
        pcap.sent(a, Instant::from_ns(100), What::Struck { fault: 0 }, &first);
        pcap.sent(b, Instant::from_ns(200), What::Lost, &second);
    });
    let (a, b) = ("wire.a.eth0".to_string(), "wire.b.eth".to_string());
    assert_eq!(
        seen,
        [
            (100, a, Direction::Outbound, first.clone()),
            (200, b.clone(), Direction::Outbound, second),
            (300, b, Direction::Inbound, first)
        ]
    );
}

#[test]
fn a_controller_of_can_sends_hears_and_errs() {
    let (scenario, [c, d]) = joined(PortKind::Can);
    let frame = Frame::new(Id::Standard(0x123), ::can::Kind::Data, &[1, 2]).unwrap();
    let status = Status {
        transmit_errors: 8,
        receive_errors: 0,
        state: State::Active,
        last: Some(Error::Acknowledge),
    };
    let told = |event: CanEvent| {
        let mut bytes = Vec::new();
        event.write(&mut bytes);
        bytes
    };
    let heard = |said: FromBus| {
        let mut bytes = Vec::new();
        said.write(&mut bytes);
        bytes
    };
    let seen = packets(&scenario, |pcap| {
        let failed = CanEvent::Failed { error: Error::Acknowledge, bit: 40, frame };
        pcap.sent(c, Instant::from_ns(100), What::Failed, &told(failed));
        pcap.delivered(c, Instant::from_ns(200), &heard(FromBus::Status(status)));
        pcap.sent(c, Instant::from_ns(300), What::Sent, &told(CanEvent::Frame(frame)));
        pcap.delivered(c, Instant::from_ns(400), &heard(FromBus::Sent { mailbox: 0 }));
        pcap.delivered(d, Instant::from_ns(400), &heard(FromBus::Received(frame)));
    });
    let failure = Failure { error: Error::Acknowledge, sending: true, status };
    let (packet, failure) = (socketcan::encode(&frame), socketcan::encode_failure(&failure));
    let places: Vec<_> = seen.iter().map(|(at, name, way, _)| (*at, name.as_str(), *way)).collect();
    let [c, d] = [c, d].map(|(node, number)| {
        format!("wire.{}", scenario.port_name(Port { node: node.0, number: number.0 }))
    });
    assert_eq!(
        places,
        [
            (200, c.as_str(), Direction::Inbound),
            (300, &c, Direction::Outbound),
            (400, &d, Direction::Inbound)
        ]
    );
    let bytes: Vec<&[u8]> = seen.iter().map(|(.., bytes)| &**bytes).collect();
    assert_eq!(bytes, [failure.as_ref(), packet.as_ref(), packet.as_ref()]);
}
