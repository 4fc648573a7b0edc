// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What is simulated, as a master is told when it asks.

use crate::Malformed;
use crate::wire::{Reader, Writer};

/// What is simulated. A node's, port's or link's number in other messages is its place here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Description {
    /// The scenario's name.
    pub scenario: String,
    /// How long the run is.
    pub duration_ns: u64,
    /// The scenario's seed.
    pub seed: u64,
    /// The nodes.
    pub nodes: Vec<DescriptionNode>,
    /// The links.
    pub links: Vec<DescriptionLink>,
}

/// A node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescriptionNode {
    /// Its name.
    pub name: String,
    /// Its board.
    pub board: String,
    /// Its ports' names.
    pub ports: Vec<String>,
}

/// A link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescriptionLink {
    /// Its name.
    pub name: String,
    /// Kind and parameters, as the trace has them.
    pub kind: String,
    /// The ports that it joins, as (node, port).
    pub ends: Vec<(u16, u16)>,
    /// No frame is on it for less than this.
    pub horizon_ns: u64,
}

impl Description {
    pub(crate) fn write(&self, w: &mut Writer<'_>) {
        let Description { scenario, duration_ns, seed, nodes, links } = self;
        w.u64(*duration_ns).u64(*seed).u16(nodes.len() as u16).u16(links.len() as u16).u32(0).text(scenario);
        for node in nodes {
            w.text(&node.name).text(&node.board).u16(node.ports.len() as u16);
            for port in &node.ports {
                w.text(port);
            }
        }
        for link in links {
            w.text(&link.name).text(&link.kind);
            w.u16(link.ends.len() as u16);
            for (node, port) in &link.ends {
                w.u16(*node).u16(*port);
            }
            w.u64(link.horizon_ns);
        }
    }

    pub(crate) fn read(mut r: Reader<'_>) -> Result<Description, Malformed> {
        let (duration_ns, seed) = (r.u64(), r.u64());
        let (node_count, link_count) = (r.u16(), r.u16());
        r.reserved(4)?;
        let scenario = r.text()?;
        // What is announced is read while it is there: a count alone takes no memory.
        let mut nodes = Vec::new();
        for _ in 0..node_count {
            let (name, board, count) = (r.text()?, r.text()?, r.u16());
            let mut ports = Vec::new();
            for _ in 0..count {
                if r.is_short() {
                    break;
                }
                ports.push(r.text()?);
            }
            if r.is_short() {
                break;
            }
            nodes.push(DescriptionNode { name, board, ports });
        }
        let mut links = Vec::new();
        for _ in 0..link_count {
            if r.is_short() {
                break;
            }
            let (name, kind, count) = (r.text()?, r.text()?, r.u16());
            let mut ends = Vec::new();
            for _ in 0..count {
                if r.is_short() {
                    break;
                }
                ends.push((r.u16(), r.u16()));
            }
            links.push(DescriptionLink { name, kind, ends, horizon_ns: r.u64() });
        }
        r.end().map(|()| Description { scenario, duration_ns, seed, nodes, links })
    }
}
