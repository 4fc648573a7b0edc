// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A free run, for a quick look: each node has one grant, to the end, and runs by the host's clock. Nobody waits for anybody.
//! What a node sends is recorded and handed on in the order in which it is heard of.
//!
//! **Limits:** not reproducible. A link is a plain pipe: no baud rate, no delay, no order but that of the host.

use super::member::out_of_turn;
use super::nodes::Nodes;
use super::{LOOK_AROUND, Run, RunError, id};
use channel::{FromNode, Neighbours, ToNode};
use scenario::{Link, Port, Scenario};
use sim::{Arrival, Body, Class, Event, Key, LinkId, NodeId, PortId};
use std::collections::BTreeMap;
use std::io::Write;
use trace::{LineObserver, Recorder};
use vtime::{Instant, Span};

/// How often a full ring is tried before the node behind it is given up.
const TRIES: u32 = 1_000_000;

/// The link of each port that has one.
fn routes(scenario: &Scenario) -> BTreeMap<Port, (LinkId, &Link)> {
    let links = (0..).map(LinkId).zip(&scenario.links);
    links.flat_map(|(id, link)| link.ends.iter().map(move |end| (*end, (id, link)))).collect()
}

impl Run<'_> {
    /// From the start to the end of every node's time.
    pub(super) fn run_freely<W: Write, O: LineObserver>(
        &self,
        nodes: &mut Nodes,
        recorder: &mut Recorder<W, O>,
        progress: &mut impl FnMut(Instant),
    ) -> Result<(), RunError> {
        let mut free =
            FreeRun { routes: routes(self.scenario), end: Instant::START + self.scenario.end(), last: None };
        nodes.greet(self)?;
        for place in 0..nodes.nodes.len() {
            let (until, neighbours) = (free.end, Neighbours(&[]));
            nodes.tell(place, ToNode::Grant { until, ahead: until, deliveries: 0, neighbours })?;
        }
        let mut running = nodes.nodes.len();
        while running > 0 {
            let seen = nodes.shared.bell.count();
            let one_ended = nodes.watch.one_ended();
            let mut heard = false;
            for place in 0..nodes.nodes.len() {
                while let Some(said) = free.hear(nodes, place, recorder)? {
                    heard = true;
                    running -= usize::from(said == Said::Done);
                }
            }
            nodes.look_around(self, one_ended)?;
            progress(free.last.unwrap_or_default());
            if !heard && running > 0 {
                nodes.shared.bell.wait(seen, LOOK_AROUND, &mut Default::default());
            }
        }
        Ok(())
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Said {
    Something,
    Done,
}

struct FreeRun<'a> {
    routes: BTreeMap<Port, (LinkId, &'a Link)>,
    end: Instant,
    /// The time of the last event; the next one is later.
    last: Option<Instant>,
}

impl FreeRun<'_> {
    /// Takes the next message of a node.
    fn hear<W: Write, O: LineObserver>(
        &mut self,
        nodes: &mut Nodes,
        place: usize,
        recorder: &mut Recorder<W, O>,
    ) -> Result<Option<Said>, RunError> {
        let member = &mut nodes.nodes[place];
        let node = id(place);
        let Some(said) = member.node.channel.rx.from_node().transpose() else { return Ok(None) };
        let (port, byte, at, seq) = match said {
            Ok(FromNode::Sent { port, at, seq, bytes: [byte] }) => (port, Some(*byte), at, seq),
            Ok(FromNode::Held { port, at }) => (port, None, at, 0),
            Ok(FromNode::Done { .. }) => return Ok(Some(Said::Done)),
            said => return Err(out_of_turn(&member.name, said)),
        };
        let at = self.last.map_or(at, |last| at.max(last + Span::from_ns(1)));
        if at >= self.end {
            return Ok(Some(Said::Something));
        }
        self.last = Some(at);
        let from = Port { node: node.0, number: port };
        let route = self.routes.get(&from).copied();
        let link = route.map_or(LinkId::NONE, |(link, _)| link);
        let key = |class| Key { at, class, link, source: node, seq };
        let Some(byte) = byte else {
            recorder.event(&Event { key: key(Class::Held), body: Body::Held { port: PortId(port) } }, &[])?;
            return Ok(Some(Said::Something));
        };
        let ends = route.map_or(&[][..], |(_, link)| &link.ends);
        let others = || ends.iter().enumerate().filter(|(_, end)| **end != from);
        let body = if route.is_some_and(|(_, link)| !link.spec.joins_two()) {
            let heard = others().fold(0, |heard, (end, _)| heard | 1 << end);
            Body::OnBus { port: PortId(port), byte, arrives: at, heard, garbled: false }
        } else {
            let arrival =
                |to: &Port| Arrival { node: NodeId(to.node), port: PortId(to.number), at, lost: false };
            Body::Uart { port: PortId(port), byte, ends: at, to: others().map(|(_, to)| arrival(to)).next() }
        };
        recorder.event(&Event { key: key(Class::Frame), body }, &[])?;
        recorder.advance(at)?;
        for (_, to) in others() {
            nodes.tell(usize::from(to.node), ToNode::Deliver { port: to.number, at, bytes: &[byte] })?;
        }
        Ok(Some(Said::Something))
    }
}

impl Nodes {
    /// Tells a node something.
    fn tell(&mut self, place: usize, message: ToNode<'_>) -> Result<(), RunError> {
        let member = &mut self.nodes[place];
        member.tell(message, TRIES)?;
        member.node.channel.tx.publish();
        Ok(())
    }
}
