// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The foot of a trace: what each node did in sum, when the run ended, and the hash of it all.

use std::fmt;
use vtime::{Instant, Span};

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

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunEnd {
    /// When: what would happen or arrive at this instant or later is not part of the run.
    pub at: Instant,
    /// How many instructions each node executed, in the order of the header.
    pub insns: Vec<u64>,
    /// The states of each node, in the same order: of all of them, or of none.
    pub states: Vec<Option<NodeState>>,
}

/// What was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The hash of the trace.
    pub hash: TraceHash,
    /// Its foot: counts and chains.
    pub footer: Footer,
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
    /// What its states came to; `None` when they were not asked for.
    pub state: Option<NodeState>,
}

/// The states of one node: a digest of its registers and memory at every barrier. They are not part of the trace's
/// hash: memory holds what only the build of the firmware, or of QEMU, decides, and no event depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeState {
    /// The time from one barrier to the next; the end of the run is one too.
    pub every: Span,
    /// 128 bits that depend on each of the digests, and on its time.
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

impl Footer {
    /// The lines below the hash: the states, and a hash over that and them.
    pub(crate) fn state_lines(&self, hash: TraceHash) -> Vec<String> {
        let states = self.nodes.iter().filter_map(|node| {
            let NodeState { every, chain } = node.state?;
            Some(format!("state {} every {every} {chain:032x}", node.name))
        });
        let mut lines: Vec<String> = states.collect();
        let last = if lines.is_empty() { STATES_OFF.to_string() } else { states_hash(hash, &lines) };
        lines.push(last);
        lines
    }
}

/// The last line, when there are no states.
pub(crate) const STATES_OFF: &str = "states off";

/// The last line, below these states.
pub(crate) fn states_hash(hash: TraceHash, lines: &[String]) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(hash.0.as_bytes());
    for line in lines {
        hasher.update(line.as_bytes()).update(b"\n");
    }
    format!("states {}", TraceHash(hasher.finalize()))
}

impl NodeFoot {
    fn line(&self) -> String {
        let NodeFoot { name, insns, sent, received, chain, .. } = self;
        format!("node {name} insns {insns} sent {sent} received {received} chain {chain:032x}")
    }
}
