// SPDX-License-Identifier: Apache-2.0 OR MIT
//! How somebody outside steers a run: a bound to all grants, and bytes of its own.

use crate::core::place;
use crate::node::Node;
use crate::{Core, NodeId, PortId};
use vtime::Instant;

/// How many injected bytes may wait for one port.
pub const MAX_INJECTED: usize = 1 << 16;

/// Why a byte from outside is not taken. The run goes on without it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InjectError {
    /// There is no such node.
    #[error("there is no node {}: there are {nodes}, counted from 0", node.0)]
    UnknownNode {
        /// The node.
        node: NodeId,
        /// How many there are.
        nodes: usize,
    },
    /// The node has no such port.
    #[error("node \"{node}\" has no port {}: it has {ports}, counted from 0", port.0)]
    UnknownPort {
        /// The node.
        node: String,
        /// The port.
        port: PortId,
        /// How many it has.
        ports: usize,
    },
    /// The time was granted already.
    #[error(
        "a byte cannot arrive at {at}: the time up to {granted} is granted; inject it at {granted} or later"
    )]
    Late {
        /// When it is to arrive.
        at: Instant,
        /// Up to when the nodes may have run.
        granted: Instant,
    },
    /// The run is over by then.
    #[error("a byte cannot arrive at {at}: the run ends at {end}")]
    AfterEnd {
        /// When it is to arrive.
        at: Instant,
        /// The end of the run.
        end: Instant,
    },
    /// Too many bytes are on their way.
    #[error("more than {max} injected bytes would wait for port {} of node \"{node}\": grant time first", port.0)]
    Backlog {
        /// The node.
        node: String,
        /// The port.
        port: PortId,
        /// How many may wait.
        max: usize,
    },
}

impl Core {
    /// From now on nodes run up to `ceiling`, and no farther until this is called again. What was granted stays granted,
    /// and the end of the run is the highest.
    pub fn set_ceiling(&mut self, ceiling: Instant) {
        let granted = self.nodes.iter().map(Node::may_reach).max().unwrap_or(self.end);
        self.ceiling = ceiling.clamp(granted, self.end);
    }

    /// Up to when the nodes may run for now; see [`Core::set_ceiling`].
    pub fn ceiling(&self) -> Instant {
        self.ceiling
    }

    /// The end of the run.
    pub fn end(&self) -> Instant {
        self.end
    }

    /// True when every node stands at the ceiling, or is off until later.
    pub fn at_ceiling(&self) -> bool {
        self.nodes.iter().all(|node| node.clock >= self.ceiling && node.grant.is_none())
    }

    /// Ends the run at the ceiling, as if its duration were over there. Only when all nodes have reached it.
    pub fn end_here(&mut self) {
        if self.at_ceiling() {
            self.end = self.ceiling;
        }
    }

    /// A byte from outside arrives at `port` of `node` at `at`: at the ceiling or later, because no node has come farther,
    /// so that the run is a function of what is injected, and not of when. Those of one instant are in the order of the calls.
    pub fn inject(&mut self, node: NodeId, port: PortId, at: Instant, byte: u8) -> Result<(), InjectError> {
        self.can_inject(node, port, at, at, 1)?;
        let seq = self.injected;
        self.injected += 1;
        self.arrive_from_outside(node, port, at, seq, byte);
        Ok(())
    }

    /// Whether `count` bytes, the first at `first` and the last at `last`, can be injected.
    pub fn can_inject(
        &self,
        node: NodeId,
        port: PortId,
        first: Instant,
        last: Instant,
        count: usize,
    ) -> Result<(), InjectError> {
        self.known_port(node, port)?;
        if first < self.ceiling {
            return Err(InjectError::Late { at: first, granted: self.ceiling });
        }
        if last >= self.end {
            return Err(InjectError::AfterEnd { at: last, end: self.end });
        }
        let known = &self.nodes[place(node)];
        if known.ports[usize::from(port.0)].injected.len().saturating_add(count) > MAX_INJECTED {
            return Err(InjectError::Backlog { node: known.name.clone(), port, max: MAX_INJECTED });
        }
        Ok(())
    }

    /// Whether there are this node and port.
    pub(crate) fn known_port(&self, node: NodeId, port: PortId) -> Result<(), InjectError> {
        let nodes = self.nodes.len();
        let known = self.nodes.get(place(node)).ok_or(InjectError::UnknownNode { node, nodes })?;
        let ports = known.ports.len();
        if usize::from(port.0) >= ports {
            return Err(InjectError::UnknownPort { node: known.name.clone(), port, ports });
        }
        Ok(())
    }
}
