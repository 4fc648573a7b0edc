// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The capture of a run: an interface for each port that has a link or is a console, and on it what the port sends and receives.
//!
//! **Invariant:** what is in the file depends on the events alone.
//! **Limits:** what cannot be written any more is told when the run has ended.

mod lin;

use ::board::PortKind;
use ::can::FromBus;
use ::capture::serial::{Flaw, HEAD_BYTES, flawed};
use ::capture::socketcan::{self, Hearing};
use ::capture::{Capture, CaptureError, Collector, Direction, Interface, Kind, Lane};
use link::{Medium, What};
use scenario::{Port, Scenario};
use sim::{Arrival, Body, Event, Grant, LinkId, NodeId, PortId};
use std::fs::File;
use uart::{Heard, ToLine};
use vtime::{Instant, Span};

// Remarks on packets.
const LOST: &str = "lost: by a fault, in a switch, or because its sender lost its power";
const NOT_TAKEN: &str = "not taken: no frame has this length";

/// A capture that is being written.
#[derive(Debug)]
pub(super) struct Pcap {
    collector: Collector<File>,
    /// The ports of each node; none for a port without an interface.
    ports: Vec<Vec<Option<Listening>>>,
    /// The ends of each link.
    ends: Vec<Vec<(NodeId, PortId)>>,
    /// When each node is switched on and off, from off on.
    switches: Vec<Vec<(Instant, bool)>>,
    /// What would arrive at the end of the run or later never does.
    end: Instant,
    failed: Option<CaptureError>,
}

/// At a port.
#[derive(Debug)]
struct Listening {
    interface: u32,
    kind: Kind,
    /// At a CAN controller.
    hearing: Hearing,
}

impl Pcap {
    /// Starts one of `scenario` in `file`.
    pub(super) fn new(file: &File, scenario: &Scenario) -> Result<Pcap, CaptureError> {
        let mut interfaces = Vec::new();
        let mut ports: Vec<Vec<Option<Listening>>> = Vec::new();
        for (node, count) in (0..).zip(scenario.nodes.iter().map(|node| node.ports().count() as u16)) {
            let listening = (0..count).map(|number| {
                let found = interface(scenario, Port { node, number })?;
                let (interface, kind) = (interfaces.len() as u32, found.kind);
                interfaces.push(found);
                Some(Listening { interface, kind, hearing: Hearing::default() })
            });
            ports.push(listening.collect());
        }
        let end = |port: &Port| (NodeId(port.node), PortId(port.number));
        let ends = scenario.links.iter().map(|link| link.ends.iter().map(end).collect());
        let file = file.try_clone().map_err(|source| CaptureError::Write { packets: 0, source })?;
        Ok(Pcap {
            collector: Collector::new(Capture::new(file, &interfaces)?),
            ports,
            ends: ends.collect(),
            switches: scenario.nodes.iter().map(lin::switches).collect(),
            end: Instant::START + scenario.end(),
            failed: None,
        })
    }

    /// Something happened, to this frame if it is one of a frame.
    pub(super) fn event(&mut self, event: &Event, frame: &[u8]) {
        let (source, at) = (event.key.source, event.key.at);
        match event.body {
            Body::Uart { port, byte, ends, to } => {
                self.byte((source, port), Lane::Sent, at, ends, byte);
                if let Some(to) = to {
                    self.arrives(to, Lane::Received, ends.since(at), byte);
                }
            }
            Body::OnBus { port, byte, arrives, heard, garbled } => {
                let lane = if garbled { Lane::Garbled } else { Lane::Sent };
                self.byte((source, port), lane, at, arrives, byte);
                self.heard(event.key.link, heard, arrives, arrives.since(at), byte);
            }
            Body::Frame { port, medium: Medium::Lin, ends, .. } => {
                self.lin((event.key.link, source, port), at, ends, frame);
            }
            Body::Frame { port, what, .. } => self.sent((source, port), at, what, frame),
            Body::Injected { to, byte } => self.arrives(to, Lane::Injected, Span::ZERO, byte),
            // Of a byte that waits its arrival was told; of one that is lost, that it was sent, if it was.
            Body::Held { .. } | Body::Power(_) | Body::Lost { .. } => {}
        }
    }

    /// What became of a frame that a port sent.
    fn sent(&mut self, (node, port): (NodeId, PortId), at: Instant, what: What, frame: &[u8]) {
        // What a fault does is nobody's packet, and what becomes of the frame that it strikes is told besides.
        let Some(port) = listening(&mut self.ports, node, port) else { return };
        if port.kind == Kind::Serial {
            let interface = port.interface;
            return self.misheard(interface, at, frame);
        }
        let can = match link::can::Event::read(frame) {
            Ok(link::can::Event::Frame(frame)) if port.kind == Kind::Can => Some(socketcan::encode(&frame)),
            _ => None,
        };
        // Of a frame of CAN that does not get through all controllers hear an error.
        let (packet, remark) = match (port.kind, what, &can) {
            (Kind::Ethernet, What::Sent, _) => (frame, ""),
            (Kind::Ethernet, What::Lost, _) => (frame, LOST),
            (Kind::Ethernet, What::Failed, _) => (frame, NOT_TAKEN),
            (Kind::Can, What::Sent, Some(packet)) => (packet.as_ref(), ""),
            _ => return,
        };
        let told = self.collector.frame(port.interface, at, Direction::Outbound, packet, remark);
        self.keep(told);
    }

    /// What is no byte of a UART: the errors that its receiver found.
    fn misheard(&mut self, interface: u32, at: Instant, frame: &[u8]) {
        let Ok(ToLine::Misheard(heard)) = ToLine::read(frame) else { return };
        let flaw = match heard {
            Heard::Framing(_) => Flaw::Framing,
            Heard::Parity(_) => Flaw::Parity,
            Heard::Break => Flaw::Break,
            Heard::Byte(_) | Heard::Noise(_) => return,
        };
        let mut packet = [0; HEAD_BYTES + 1];
        packet[..HEAD_BYTES].copy_from_slice(&flawed(at, flaw));
        packet[HEAD_BYTES] = heard.byte();
        let told = self.collector.frame(interface, at, Direction::Inbound, &packet, "");
        self.keep(told);
    }

    /// A node is handed what arrives. Bytes of UARTs are told by events; of frames these do not tell who gets them.
    pub(super) fn granted(&mut self, grant: &Grant<'_>) {
        for delivery in grant.deliveries {
            self.delivered((grant.node, delivery.port), delivery.at, grant.bytes(delivery));
        }
    }

    fn delivered(&mut self, (node, port): (NodeId, PortId), at: Instant, bytes: &[u8]) {
        let Some(port) = listening(&mut self.ports, node, port) else { return };
        let can = match port.kind {
            Kind::Can => FromBus::read(bytes).ok().and_then(|said| port.hearing.packet(&said)),
            _ => None,
        };
        let packet = match (port.kind, &can) {
            (Kind::Ethernet, _) => bytes,
            (_, Some(packet)) => packet.as_ref(),
            _ => return,
        };
        let told = self.collector.frame(port.interface, at, Direction::Inbound, packet, "");
        self.keep(told);
    }

    /// Nothing happens before `before` any more.
    pub(super) fn settled(&mut self, before: Instant) {
        let settled = self.collector.settle(before);
        self.keep(settled);
    }

    /// Writes the rest. Only this says that all of it was written.
    pub(super) fn finish(self) -> Result<(), CaptureError> {
        self.failed.map_or(Ok(()), Err)?;
        self.collector.finish().map(drop)
    }

    /// A byte is at those ends of a link that have a bit in `heard`.
    fn heard(&mut self, link: LinkId, heard: u64, at: Instant, lasts: Span, byte: u8) {
        let ends = self.ends.get(usize::from(link.0)).map_or(0, Vec::len);
        for end in (0..ends).filter(|end| heard >> end & 1 != 0) {
            let (node, port) = self.ends[usize::from(link.0)][end];
            self.arrives(Arrival { node, port, at, lost: false }, Lane::Received, lasts, byte);
        }
    }

    /// A byte is there that was on the wire for `lasts`.
    fn arrives(&mut self, to: Arrival, lane: Lane, lasts: Span, byte: u8) {
        if to.lost || to.at >= self.end {
            return;
        }
        let starts = Instant::START + to.at.since(Instant::START + lasts);
        self.byte((to.node, to.port), lane, starts, to.at, byte);
    }

    fn byte(&mut self, (node, port): (NodeId, PortId), lane: Lane, starts: Instant, ends: Instant, byte: u8) {
        let Some(port) = listening(&mut self.ports, node, port) else { return };
        let told = self.collector.byte(port.interface, lane, starts, ends, byte);
        self.keep(told);
    }

    /// The first thing that goes wrong is the one that is told.
    fn keep(&mut self, done: Result<(), CaptureError>) {
        if let (None, Err(error)) = (&self.failed, done) {
            self.failed = Some(error);
        }
    }
}

fn listening(ports: &mut [Vec<Option<Listening>>], node: NodeId, port: PortId) -> Option<&mut Listening> {
    ports.get_mut(usize::from(node.0))?.get_mut(usize::from(port.0))?.as_mut()
}

/// What Wireshark shows of a port: `wire.pinger.uart0`, with the link in front. A port for frames that no link joins sends nothing.
fn interface(scenario: &Scenario, port: Port) -> Option<Interface> {
    let ports = &scenario.nodes[usize::from(port.node)].board.ports;
    let mut kind = match ports.get(usize::from(port.number)).map(|port| port.kind) {
        // Semihosting is no port of the board; it is text.
        Some(PortKind::Uart) | None => Kind::Serial,
        Some(PortKind::Ethernet) => Kind::Ethernet,
        Some(PortKind::Can) => Kind::Can,
    };
    let (link, description) = match scenario.links.iter().find(|link| link.ends.contains(&port)) {
        Some(link) => {
            // A LIN bus joins UARTs, and has frames.
            kind = if link.spec.medium() == Medium::Lin { Kind::Lin } else { kind };
            (link.name.as_str(), link.spec.to_string())
        }
        None if kind == Kind::Serial => ("console", "uart without a link".to_string()),
        None => return None,
    };
    Some(Interface { name: format!("{link}.{}", scenario.port_name(port)), kind, description })
}

#[cfg(test)]
mod tests;
