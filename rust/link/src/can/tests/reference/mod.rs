// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A bus in the slow and obvious way: each node is a machine that drives a level and samples one in each bit, and that
//! reads what is there by a decoder of its own. A bit is 1 us, in the data phase too.

mod decoder;
mod node;

use super::Seen;
use ::can::{Frame, FromBus};
use node::{Node, Said};

const BIT_NS: u64 = 1000;
/// Nothing is heard of a frame before the shortest one would be valid.
const LEAST_NS: u64 = 43 * BIT_NS;

/// A frame that a node wants to send, from a time on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wish {
    pub(super) at_ns: u64,
    pub(super) mailbox: u8,
    pub(super) frame: Frame,
}

/// Runs nodes that take part from the start, with what each wants to send. `flips` has (frame, bit), the first frame is 1.
pub(super) fn run(wishes: &[Vec<Wish>], flips: &[(u64, usize)], until_ns: u64) -> Seen {
    let mut nodes: Vec<Node> = wishes.iter().map(|wishes| Node::new(wishes.clone())).collect();
    let (mut free_ns, mut nth) = (11 * BIT_NS, 0u64);
    let mut seen = Seen::default();
    loop {
        let starts = nodes.iter().filter_map(|node| node.wants(free_ns)).min();
        let Some(starts_ns) = starts.filter(|starts_ns| *starts_ns <= until_ns) else { return seen };
        nth += 1;
        nodes.iter_mut().for_each(|node| node.start(starts_ns));
        let mut line = Vec::new();
        // Until the first are through; others may lag behind.
        while !nodes.iter().any(Node::is_through) {
            let bit = line.len();
            let mut level = nodes.iter().all(Node::drives);
            let anybody_listens = nodes.iter().any(Node::is_in_frame);
            level ^= anybody_listens && flips.contains(&(nth, bit));
            line.push(level);
            let ends_ns = starts_ns + (bit as u64 + 1) * BIT_NS;
            for (end, node) in nodes.iter_mut().enumerate() {
                for said in node.sample(level, &line) {
                    let (mailbox, at_ns) = (node.mailbox(), ends_ns.max(starts_ns + LEAST_NS));
                    let record = match said {
                        Said::Sent => FromBus::Sent { mailbox },
                        Said::Received(frame) => FromBus::Received(frame),
                        Said::Counters(status) => FromBus::Status(status),
                    };
                    seen.delivered.push((at_ns, end as u16, record));
                }
            }
        }
        free_ns = starts_ns + line.len() as u64 * BIT_NS;
        for (end, node) in nodes.iter_mut().enumerate() {
            if let Some((at_ns, status)) = node.finish(free_ns) {
                let at_ns = at_ns.max(starts_ns + LEAST_NS);
                seen.delivered.push((at_ns, end as u16, FromBus::Status(status)));
            }
        }
    }
}
