// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What a master gets to hear of a run: events, in their order, until they are sent.

use super::pcap::Pcap;
use control::{Event, NO_PORT, PowerChange, Sending, Subscription};
use link::What;
use sim::{Body, NodeId, PortId, Power};
use trace::{Line, LineObserver};
use vtime::Instant;

/// The events that a master asked for.
#[derive(Debug, Default)]
pub(super) struct Feed {
    /// Which it wants.
    pub wanted: Subscription,
    /// How many events of the core there were, told or not.
    pub happened: u64,
    /// Messages that were not sent yet.
    pub out: Vec<u8>,
    /// How many events were told.
    told: u64,
}

/// The observer of a run's lines, and beside it a master and a capture.
#[derive(Debug)]
pub(super) struct Tap<O> {
    pub(super) observer: O,
    pub(super) feed: Feed,
    pub(super) pcap: Option<Pcap>,
}

impl Feed {
    /// Something happened; `frame` is what it tells of, if that is a frame.
    pub(super) fn event(&mut self, event: &sim::Event, frame: &[u8]) {
        self.happened += 1;
        let wanted = match event.body {
            Body::Uart { .. }
            | Body::OnBus { .. }
            | Body::Frame { .. }
            | Body::Injected { .. }
            | Body::Held { .. } => self.wanted.frames,
            Body::Power(_) | Body::Lost { .. } => self.wanted.power,
        };
        if !wanted {
            return;
        }
        let (source, at_ns) = (event.key.source, event.key.at.as_ns());
        let told = match event.body {
            Body::Uart { port, byte, ends, to } => Event::Frame(Sending {
                starts_ns: at_ns,
                arrives_ns: to.map_or(ends, |to| to.at).as_ns(),
                from: (source.0, port.0),
                to: to.map_or(NO_PORT, |to| (to.node.0, to.port.0)),
                bytes: vec![byte],
            }),
            // A master is told of what gets through.
            Body::OnBus { garbled: true, .. } => return,
            // A break is no byte.
            Body::Frame { medium: link::Medium::Uart, .. } => return,
            Body::Frame { what: What::Lost | What::Failed | What::Struck { .. }, .. } => return,
            Body::Frame { port, ends, to, .. } => Event::Frame(Sending {
                starts_ns: at_ns,
                arrives_ns: to.map_or(ends, |to| to.at).as_ns(),
                from: (source.0, port.0),
                to: to.map_or(NO_PORT, |to| (to.node.0, to.port.0)),
                bytes: frame.to_vec(),
            }),
            Body::OnBus { port, byte, arrives, .. } => Event::Frame(Sending {
                starts_ns: at_ns,
                arrives_ns: arrives.as_ns(),
                from: (source.0, port.0),
                to: NO_PORT,
                bytes: vec![byte],
            }),
            Body::Injected { to, byte } => Event::Frame(Sending {
                starts_ns: at_ns,
                arrives_ns: at_ns,
                from: NO_PORT,
                to: (to.node.0, to.port.0),
                bytes: vec![byte],
            }),
            Body::Held { port } => Event::Held { at_ns, node: source.0, port: port.0 },
            Body::Power(power) => {
                let (change, code) = change(power);
                Event::Power { at_ns, node: source.0, change, code }
            }
            Body::Lost { node, port, byte } => Event::Lost { at_ns, node: node.0, port: port.0, byte },
        };
        self.tell(&told);
    }

    fn line(&mut self, line: &Line<'_>) {
        let place = |(node, port): (NodeId, PortId)| (node.0, port.0);
        self.tell(&Event::Line(Sending {
            starts_ns: line.first.as_ns(),
            arrives_ns: line.ends.as_ns(),
            from: if line.node == NodeId::CONTROL { NO_PORT } else { place((line.node, line.port)) },
            to: line.receiver.map_or(NO_PORT, place),
            bytes: line.bytes.to_vec(),
        }));
    }

    fn tell(&mut self, event: &Event) {
        event.encode(self.told, &mut self.out);
        self.told += 1;
    }
}

/// What it is for a master, and the code that belongs to it.
fn change(power: Power) -> (PowerChange, u32) {
    match power {
        Power::Off => (PowerChange::Off, 0),
        Power::On => (PowerChange::On, 0),
        Power::PinReset => (PowerChange::PinReset, 0),
        Power::FirmwareReset => (PowerChange::FirmwareReset, 0),
        Power::Ended(code) => (PowerChange::Ended, code),
    }
}

impl<O: LineObserver> LineObserver for Tap<O> {
    fn line(&mut self, line: &Line<'_>) {
        if self.feed.wanted.lines {
            self.feed.line(line);
        }
        self.observer.line(line);
    }

    fn event(&mut self, event: &sim::Event, frame: &[u8]) {
        if let Some(pcap) = &mut self.pcap {
            pcap.event(event, frame);
        }
        self.observer.event(event, frame);
    }

    fn settled(&mut self, before: Instant) {
        if let Some(pcap) = &mut self.pcap {
            pcap.settled(before);
        }
        self.observer.settled(before);
    }
}
