// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Every port of a run, numbered through all nodes: the place in a flat table that the recorder keeps for it.

use crate::header::{Header, HeaderError, word};
use sim::{LinkId, NodeId, PortId};

/// The word that a trace has in place of a receiver, for a port that no link joins. No port has this name: theirs have
/// a dot in them.
pub(crate) const CONSOLE: &str = "console";

/// The word that a trace has in place of a sender, for bytes from outside. No port has this name either.
pub(crate) const OUTSIDE: &str = "input";

/// The ports of all nodes.
#[derive(Debug)]
pub(crate) struct Ports {
    /// `node.port` of each.
    names: Vec<String>,
    /// For each node, where its ports start in `names`, and one more for the end of the last.
    starts: Vec<usize>,
    /// The names of the links, and the places of their ends.
    links: Vec<(String, Vec<usize>)>,
    /// The length of the longest name.
    pub(crate) width: usize,
}

impl Ports {
    /// The ports of the nodes of `header`, where `ports[n]` names those of node `n`.
    pub(crate) fn new(header: &Header, ports: &[Vec<String>]) -> Result<Ports, HeaderError> {
        let (mut names, mut starts) = (Vec::new(), vec![0]);
        for (node, ports) in header.nodes.iter().zip(ports) {
            for port in ports {
                word("a port", port)?;
                names.push(format!("{}.{port}", node.name));
            }
            starts.push(names.len());
        }
        let mut links = Vec::new();
        for link in &header.links {
            let place = |end: &String| names.iter().position(|name| name == end);
            links.push((link.name.clone(), link.ends.iter().filter_map(place).collect()));
        }
        let shared = header.links.iter().filter(|link| link.is_shared()).map(|link| link.name.len());
        let width = names.iter().map(String::len).chain(shared).max().unwrap_or(0).max(CONSOLE.len());
        Ok(Ports { names, starts, links, width })
    }

    /// The place of a port, `None` when there is no such node or port.
    pub(crate) fn place(&self, node: NodeId, port: PortId) -> Option<usize> {
        let node = usize::from(node.0);
        let (start, end) = (*self.starts.get(node)?, *self.starts.get(node + 1)?);
        let place = start + usize::from(port.0);
        (place < end).then_some(place)
    }

    /// The ids of the port at `place`.
    pub(crate) fn ids(&self, place: usize) -> Option<(NodeId, PortId)> {
        let node = self.starts.partition_point(|start| *start <= place).checked_sub(1)?;
        (place < self.names.len()).then(|| (NodeId(node as u16), PortId((place - self.starts[node]) as u16)))
    }

    /// How many places there are to gather lines at: one a port for what it sends, and one for what comes to it from
    /// outside.
    pub(crate) fn senders(&self) -> usize {
        2 * self.names.len()
    }

    /// The place to gather what comes from outside to the port at `place`.
    pub(crate) fn outside(&self, place: usize) -> usize {
        self.names.len() + place
    }

    /// The place that stands for all other ends of a link, and these ends; `None` when there is no such link.
    pub(crate) fn link(&self, link: LinkId) -> Option<(usize, &[usize])> {
        let number = usize::from(link.0);
        self.links.get(number).map(|(_, ends)| (self.senders() + number, &ends[..]))
    }

    /// `node.port` of the port at `place`, the name of a link, or [`OUTSIDE`].
    pub(crate) fn name(&self, place: usize) -> &str {
        let link = || self.links.get(place.checked_sub(self.senders())?).map(|(name, _)| name);
        self.names.get(place).or_else(link).map_or(OUTSIDE, |name| name)
    }
}
