// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What nodes say while they run: each word is checked, becomes an event, and is passed on to whom it concerns.

use crate::core::place;
use crate::node::Node;
use crate::{Body, Class, Core, Error, Event, Key, LinkId, NodeId, PortId, Power, Switch};
use link::Handed;
use vtime::Instant;

/// How many frames may wait on one direction of a link. At 115 200 baud this is a minute and a half of unsent output.
pub const MAX_BACKLOG: usize = 1 << 20;

/// A node stands still until it is granted more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    /// How many grants it had heard of.
    pub grants: u64,
    /// Where it stands: at its grant or, by its neighbours' clocks, later.
    pub reached: Instant,
    /// How many bytes it sent since the start of the run.
    pub sent: u64,
    /// It does nothing on a link before this, unless something arrives there.
    pub promise: Instant,
}

impl Core {
    /// A node that runs shows on its clock that it is done up to `clock`. All that it sent before was passed on already.
    pub fn passed(&mut self, node: NodeId, clock: Instant) -> Result<(), Error> {
        let node = self.node_mut(node)?;
        if node.grant.is_none() || clock <= node.clock {
            return Ok(());
        }
        if clock > node.ahead {
            return Err(Error::Passed { node: node.name.clone(), at: clock, grant: node.ahead });
        }
        node.clock = clock;
        node.stamp = node.stamp.max(clock);
        self.floors.outdate();
        Ok(())
    }

    /// A running node hands `bytes` to `port` at `at`: the `seq`th frame it sends on any port, from 0.
    pub fn sent(
        &mut self,
        node: NodeId,
        port: PortId,
        at: Instant,
        seq: u64,
        bytes: &[u8],
    ) -> Result<(), Error> {
        let source = self.reporting(node, port, at)?;
        if seq != source.counts.sent {
            return Err(source.miscounts(at, seq));
        }
        source.counts.sent += 1;
        let cut = source.stage.next_off().unwrap_or(Instant::FAR);
        if at >= cut {
            return Ok(());
        }
        if let Some((link, from)) = source.ports[usize::from(port.0)].joined {
            return self.hand_over((link, from), (node, port), Handed { from, at, seq, cut, bytes });
        }
        // Nobody hears a frame of a controller that no link joins; a UART is a console then.
        let [byte] = *bytes else { return Ok(()) };
        let key = Key { at, class: Class::Frame, link: LinkId::NONE, source: node, seq };
        self.events.push(Event { key, body: Body::Uart { port, byte, ends: at, to: None } });
        self.overhear(node, port, at, byte)
    }

    /// A running node has no room for a byte that arrived at `port` at `at`; its firmware gets it later.
    pub fn held(&mut self, node: NodeId, port: PortId, at: Instant) -> Result<(), Error> {
        let source = self.reporting(node, port, at)?;
        if source.stage.next_off().is_some_and(|off| off <= at) {
            return Ok(());
        }
        let seq = source.counts.held;
        source.counts.held += 1;
        let link = source.ports[usize::from(port.0)].joined.map_or(LinkId::NONE, |(link, _)| link);
        let key = Key { at, class: Class::Held, link, source: node, seq };
        self.events.push(Event { key, body: Body::Held { port } });
        Ok(())
    }

    /// A running node was reset at `at`: by its pin, as its grant asked, or by its firmware.
    pub fn reset(&mut self, node: NodeId, at: Instant, by_pin: bool) -> Result<(), Error> {
        let source = self.reporting_at(node, at)?;
        if source.stage.next_off().is_some_and(|off| off <= at) {
            return Ok(());
        }
        if by_pin {
            return source.stage.confirm_reset(&source.name, at);
        }
        let event = source.power_event(node, at, Power::FirmwareReset);
        self.events.push(event);
        Ok(())
    }

    /// The firmware of a running node ended it at `at`.
    pub fn ended(&mut self, node: NodeId, at: Instant, code: u32) -> Result<(), Error> {
        let source = self.reporting_at(node, at)?;
        if source.stage.next_off().is_none_or(|off| off > at) {
            let event = source.power_event(node, at, Power::Ended(code));
            self.events.push(event);
        }
        Ok(())
    }

    /// A running node stands still, see [`Done`].
    pub fn done(&mut self, id: NodeId, done: Done) -> Result<(), Error> {
        let Done { grants, reached, sent, promise } = done;
        let end = self.end;
        let node = self.node_mut(id)?;
        let name = || node.name.clone();
        let Some(grant) = node.grant else {
            return Err(Error::NoGrant { node: name(), at: reached, clock: node.clock });
        };
        // It stood still before it heard of a newer grant, with which it goes on.
        let goes_on = grants < node.counts.grants;
        if reached > node.ahead || reached < grant && !goes_on {
            return Err(Error::Stopped { node: name(), reached, grant });
        }
        if sent != node.counts.sent {
            return Err(node.miscounts(reached, sent));
        }
        node.clock = reached;
        node.stamp = node.stamp.max(reached);
        if !goes_on {
            node.promise = promise.max(reached);
            node.grant = None;
            if reached == end {
                node.stage.finish(&node.name, end)?;
            }
            if node.stage.switched_off(reached) {
                let event = node.power_event(id, reached, Power::Off);
                node.switch_off(end);
                let on = node.stage.next_on();
                self.events.push(event);
                self.switches.push_back(Switch { node: id, on, sent });
                self.leave_links(id, reached)?;
            }
        }
        self.floors.outdate();
        Ok(())
    }

    /// A node that reports something of `port` at `at`: see [`Core::reporting_at`].
    fn reporting(&mut self, id: NodeId, port: PortId, at: Instant) -> Result<&mut Node, Error> {
        let node = self.node_mut(id)?;
        let ports = node.ports.len();
        if usize::from(port.0) >= ports {
            return Err(Error::UnknownPort { node: node.name.clone(), port, ports, at });
        }
        self.reporting_at(id, at)
    }

    /// A node that reports something at `at`, if it may; remembers the time.
    fn reporting_at(&mut self, id: NodeId, at: Instant) -> Result<&mut Node, Error> {
        let node = self.node_mut(id)?;
        let name = || node.name.clone();
        let Some(grant) = node.grant else {
            return Err(Error::NoGrant { node: name(), at, clock: node.clock });
        };
        if at < node.stamp {
            return Err(Error::Late { node: name(), at, before: node.stamp });
        }
        if at < node.promise {
            return Err(Error::Promise { node: name(), at, promise: node.promise });
        }
        if at > node.stage.clock.next_tick(grant.max(node.ahead)) {
            return Err(Error::Passed { node: name(), at, grant: node.ahead });
        }
        node.stamp = at;
        Ok(node)
    }

    fn node_mut(&mut self, node: NodeId) -> Result<&mut Node, Error> {
        let nodes = self.nodes.len();
        self.nodes.get_mut(place(node)).ok_or(Error::UnknownNode { node, nodes })
    }
}

impl Node {
    fn miscounts(&self, at: Instant, told: u64) -> Error {
        Error::Count { node: self.name.clone(), at, told, received: self.counts.sent }
    }

    /// The next of its power events.
    pub(crate) fn power_event(&mut self, id: NodeId, at: Instant, power: Power) -> Event {
        let key = Key { at, class: Class::Power, link: LinkId::NONE, source: id, seq: self.stage.events };
        self.stage.events += 1;
        Event { key, body: Body::Power(power) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{LinkSpec, NodeSpec, Slicing, System};
    use link::{Framing, Spec, Uart};
    use vtime::Span;

    #[test]
    fn a_byte_that_would_be_late_ends_the_run() {
        let node = |name: &str| NodeSpec { name: name.into(), ports: 1 };
        let uart = Uart::new(1_000_000_000, Framing::default(), Span::ZERO).unwrap();
        let ends = [(NodeId(0), PortId(0)), (NodeId(1), PortId(0))];
        let spec = Spec::Uart(uart);
        let links = vec![LinkSpec {
            name: "wire".into(),
            spec,
            ends: ends.into(),
            host: None,
            tester: None,
            faults: vec![],
        }];
        let system =
            System { nodes: vec![node("a"), node("b")], links, duration: Span::from_ns(100), seed: 0 };
        let mut core = Core::new(&system, Slicing::default()).unwrap();
        while core.next_grant().unwrap().is_some() {}
        // A planted bug: the node may run for 50 ns, and a byte takes 10.
        core.nodes[1].grant = Some(Instant::from_ns(50));
        let error = core.sent(NodeId(0), PortId(0), Instant::from_ns(3), 0, &[0]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "internal error: a byte that node \"a\" sent at 0.000000003 arrives late, at 0.000000013: node \"b\" was \
             already granted the time up to 0.000000050"
        );
    }
}
