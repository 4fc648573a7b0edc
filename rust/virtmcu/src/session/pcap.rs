// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The capture of a run: an interface for each port, and on it what the port sends and receives.
//!
//! **Invariant:** what is in the file depends on the events alone.
//! **Limits:** what cannot be written any more is told when the run has ended.

use super::describe::kind;
use ::capture::{Capture, CaptureError, Collector, Interface, Kind, Lane};
use scenario::{Port, Scenario};
use sim::{Arrival, Body, Event, NodeId, PortId};
use std::fs::File;
use vtime::{Instant, Span};

/// A capture that is being written.
#[derive(Debug)]
pub(super) struct Pcap {
    collector: Collector<File>,
    /// The first interface of each node.
    first: Vec<u32>,
    /// What would arrive at the end of the run or later never does.
    end: Instant,
    failed: Option<CaptureError>,
}

impl Pcap {
    /// Starts one of `scenario` in `file`.
    pub(super) fn new(file: &File, scenario: &Scenario) -> Result<Pcap, CaptureError> {
        let (mut interfaces, mut first) = (Vec::new(), Vec::new());
        for (node, ports) in scenario.nodes.iter().map(|node| node.ports().count() as u16).enumerate() {
            first.push(interfaces.len() as u32);
            interfaces.extend((0..ports).map(|uart| interface(scenario, Port { node: node as u16, uart })));
        }
        let file = file.try_clone().map_err(|source| CaptureError::Write { packets: 0, source })?;
        let collector = Collector::new(Capture::new(file, &interfaces)?);
        Ok(Pcap { collector, first, end: Instant::START + scenario.duration, failed: None })
    }

    /// Something happened.
    pub(super) fn event(&mut self, event: &Event) {
        let (source, at) = (event.key.source, event.key.at);
        match event.body {
            Body::Uart { port, byte, ends, to } => {
                self.byte((source, port), Lane::Sent, at, ends, byte);
                if let Some(to) = to {
                    self.arrives(to, Lane::Received, ends.since(at), byte);
                }
            }
            Body::Injected { to, byte } => self.arrives(to, Lane::Injected, Span::ZERO, byte),
            // Of a byte that waits its arrival was told; of one that is lost, that it was sent, if it was.
            Body::Held { .. } | Body::Power(_) | Body::Lost { .. } => {}
        }
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

    /// A byte is there that was on the wire for `lasts`.
    fn arrives(&mut self, to: Arrival, lane: Lane, lasts: Span, byte: u8) {
        if to.lost || to.at >= self.end {
            return;
        }
        let starts = Instant::START + to.at.since(Instant::START + lasts);
        self.byte((to.node, to.port), lane, starts, to.at, byte);
    }

    fn byte(&mut self, (node, port): (NodeId, PortId), lane: Lane, starts: Instant, ends: Instant, byte: u8) {
        // The recorder has checked that there is this port.
        let Some(first) = self.first.get(usize::from(node.0)) else { return };
        let told = self.collector.byte(first + u32::from(port.0), lane, starts, ends, byte);
        self.keep(told);
    }

    /// The first thing that goes wrong is the one that is told.
    fn keep(&mut self, done: Result<(), CaptureError>) {
        if let (None, Err(error)) = (&self.failed, done) {
            self.failed = Some(error);
        }
    }
}

/// What Wireshark shows of a port: `wire.pinger.uart0`, with the link in front.
fn interface(scenario: &Scenario, port: Port) -> Interface {
    let link = scenario.links.iter().find(|link| link.ends.contains(&port));
    let (place, description) = match link {
        Some(link) => (link.name.as_str(), kind(link)),
        None => ("console", "uart without a link".to_string()),
    };
    Interface { name: format!("{place}.{}", scenario.port_name(port)), kind: Kind::Serial, description }
}
