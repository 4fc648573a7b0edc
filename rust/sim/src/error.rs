// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What ends a run before its time.

use crate::{Key, NodeId, PortId};
use vtime::Instant;

/// Why a run cannot go on. Says which node, when in virtual time, and what it did.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A report names a node that is not there.
    #[error("a report names node {}, but there are {nodes} nodes, counted from 0", node.0)]
    UnknownNode {
        /// The node it names.
        node: NodeId,
        /// How many there are.
        nodes: usize,
    },
    /// A node reports something on a port that it does not have.
    #[error("node \"{node}\" reports port {} at {at}, but it has {ports} ports, counted from 0", port.0)]
    UnknownPort {
        /// The node.
        node: String,
        /// The port it names.
        port: PortId,
        /// How many it has.
        ports: usize,
        /// When.
        at: Instant,
    },
    /// A node reports something while it has no grant to do anything.
    #[error("node \"{node}\" reports something at {at}, but it stopped at {clock} and has no grant")]
    NoGrant {
        /// The node.
        node: String,
        /// When.
        at: Instant,
        /// Where it stopped.
        clock: Instant,
    },
    /// A node reports something that lies before what it reported earlier.
    #[error("node \"{node}\" is late: it reports something at {at}, after it had reported {before}")]
    Late {
        /// The node.
        node: String,
        /// When.
        at: Instant,
        /// What it had reported.
        before: Instant,
    },
    /// A node did something after its grant.
    #[error("node \"{node}\" passed its grant: it reports something at {at}, but was to stop at {grant}")]
    Passed {
        /// The node.
        node: String,
        /// When.
        at: Instant,
        /// Where it should have stopped.
        grant: Instant,
    },
    /// A node did something before the time until which it had promised to sleep.
    #[error(
        "node \"{node}\" broke its promise: it reports something at {at}, but was to sleep until {promise}"
    )]
    Promise {
        /// The node.
        node: String,
        /// When.
        at: Instant,
        /// Until when it was to sleep.
        promise: Instant,
    },
    /// A node stopped before or after its grant.
    #[error("node \"{node}\" did not stop at its grant: it stopped at {reached}, but was to stop at {grant}")]
    Stopped {
        /// The node.
        node: String,
        /// Where it stopped.
        reached: Instant,
        /// Where it should have.
        grant: Instant,
    },
    /// A node's count of the bytes it sent is not ours: reports were lost, or came twice.
    #[error(
        "reports of node \"{node}\" {}: by {at} it counts {told} sent bytes, and {received} came in",
        if told > received { "were lost" } else { "came twice" }
    )]
    Count {
        /// The node.
        node: String,
        /// When.
        at: Instant,
        /// What it counts.
        told: u64,
        /// What came in.
        received: u64,
    },
    /// A node sends faster than its link carries, for too long.
    #[error(
        "node \"{node}\" sends faster than its link carries: at {at}, {max} bytes wait on the wire of port {}",
        port.0
    )]
    Backlog {
        /// The node.
        node: String,
        /// The port it sends on.
        port: PortId,
        /// When.
        at: Instant,
        /// How many bytes wait.
        max: usize,
    },
    /// A node says that its reset pin was pulled, and nobody did.
    #[error("node \"{node}\" was reset by its pin at {at}, but nobody pulled it")]
    UnexpectedReset {
        /// The node.
        node: String,
        /// When.
        at: Instant,
    },
    /// A reset that was asked for did not happen.
    #[error(
        "node \"{node}\" was to be reset at {at}, and was not before the run ended: reset it earlier than its last instruction"
    )]
    NoReset {
        /// The node.
        node: String,
        /// When it was to be reset.
        at: Instant,
    },
    /// A byte would arrive in time that its receiver already has a grant for. A bug of ours.
    #[error(
        "internal error: a byte that node \"{from}\" sent at {sent} arrives late, at {at}: node \"{to}\" was already \
         granted the time up to {granted}"
    )]
    LateFrame {
        /// The sender.
        from: String,
        /// When it handed the byte over.
        sent: Instant,
        /// The receiver.
        to: String,
        /// When the byte arrives.
        at: Instant,
        /// What the receiver may have done already.
        granted: Instant,
    },
    /// The same of a frame that a link has decided on. A bug of ours.
    #[error(
        "internal error: a frame on link \"{link}\" arrives late, at {at}: node \"{to}\" was already granted the time up to {granted}"
    )]
    LateDecision {
        /// The link.
        link: String,
        /// The receiver.
        to: String,
        /// When it arrives.
        at: Instant,
        /// What the receiver may have done already.
        granted: Instant,
    },
    /// An event is not after the one told before it. A bug of ours.
    #[error("internal error: the events {before:?} and {key:?} are not in order")]
    Order {
        /// The event told before.
        before: Key,
        /// The event that should come after it.
        key: Key,
    },
}
