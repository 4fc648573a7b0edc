// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The foot of a trace: what each node did in sum, when the run ended, and the hash of it all.

use std::fmt;
use vtime::Instant;

/// The end of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Footer {
    /// Each node, in the order of the header.
    pub nodes: Vec<NodeFoot>,
    /// How many entries the trace has.
    pub events: u64,
    /// When the run ended.
    pub end: Instant,
}

/// What one node did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeFoot {
    /// Its name.
    pub name: String,
    /// How many instructions it executed.
    pub insns: u64,
    /// How many bytes it sent.
    pub sent: u64,
    /// How many bytes arrived at it before the end.
    pub received: u64,
    /// 128 bits that depend on each of these bytes, its port and its exact times.
    pub chain: u128,
}

/// The hash of a trace: over each of its lines, with its line end, except the `by` lines and the hash itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceHash(pub(crate) blake3::Hash);

impl fmt::Display for TraceHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "blake3:{}", self.0.to_hex())
    }
}

impl Footer {
    /// Its lines, without the `---` above and the hash below.
    pub(crate) fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.nodes.iter().map(NodeFoot::line).collect();
        lines.push(format!("events {}", self.events));
        lines.push(format!("end {}", self.end));
        lines
    }
}

impl NodeFoot {
    fn line(&self) -> String {
        let NodeFoot { name, insns, sent, received, chain } = self;
        format!("node {name} insns {insns} sent {sent} received {received} chain {chain:032x}")
    }
}
