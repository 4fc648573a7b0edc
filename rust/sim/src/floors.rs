// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Before which time no node does anything on a link: what horizons are made of.
//!
//! A node that sleeps promises not to act before its next timer. Something that reaches it sooner wakes it; so its
//! *floor* is the least of its promise, of what is on its way to it, and of what its neighbours can send it from *their*
//! floors on. That is a shortest path: nodes are settled in the order of their floors, as Dijkstra has it. What a link has not
//! decided yet may arrive at [`link::Link::earliest_effect`].
//!
//! **Invariant:** a floor is not before the node's clock, and nothing that the node hands to a link from now on is
//! before its floor.

use crate::joint::Joint;
use crate::node::Node;
use crate::{LinkId, NodeId};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use vtime::Instant;

/// The floors of all nodes, and the memory to find them with.
#[derive(Debug, Default)]
pub(crate) struct Floors {
    floors: Vec<Instant>,
    open: BinaryHeap<Reverse<(Instant, NodeId)>>,
    stale: bool,
}

impl Floors {
    pub(crate) fn new(nodes: usize) -> Floors {
        Floors { floors: vec![Instant::START; nodes], open: BinaryHeap::new(), stale: false }
    }

    /// A clock, a promise or something on its way has changed.
    pub(crate) fn outdate(&mut self) {
        self.stale = true;
    }

    pub(crate) fn of(&self, node: NodeId) -> Instant {
        self.floors[usize::from(node.0)]
    }

    /// Finds the floors anew, if something has changed.
    pub(crate) fn renew(&mut self, nodes: &[Node], links: &[Joint]) {
        if !std::mem::take(&mut self.stale) {
            return;
        }
        for (place, node) in nodes.iter().enumerate() {
            let floor = node.next_act(links);
            self.floors[place] = floor;
            self.open.push(Reverse((floor, NodeId(place as u16))));
        }
        while let Some(Reverse((floor, id))) = self.open.pop() {
            if floor > self.of(id) {
                continue; // found a sooner one since
            }
            let node = &nodes[usize::from(id.0)];
            let joined =
                node.ports.iter().filter_map(|port| port.joined).map(|(link, end)| (link, end, floor));
            let tester = |link: LinkId| links[usize::from(link.0)].tester;
            let cued =
                node.cued.iter().filter_map(|(link, wait)| Some((*link, tester(*link)?, floor + *wait)));
            for (link, end, floor) in joined.chain(cued) {
                let joint = &links[usize::from(link.0)];
                let reached = joint.model.earliest(end, floor);
                for (to, _) in joint.ends.iter().filter(|(to, _)| *to != id) {
                    let reached = reached.max(nodes[usize::from(to.0)].clock);
                    if reached < self.of(*to) {
                        self.floors[usize::from(to.0)] = reached;
                        self.open.push(Reverse((reached, *to)));
                    }
                }
            }
        }
    }
}
