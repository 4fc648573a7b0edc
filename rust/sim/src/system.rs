// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What is simulated, and whether it makes sense.

use crate::{NodeId, PortId, Power};
use std::collections::BTreeMap;
use vtime::{Instant, Span};

/// The nodes and links of a run. Their places here are their ids, and so decide the order of ties.
#[derive(Clone, Debug)]
pub struct System {
    /// The nodes; [`NodeId`] is the place in this list.
    pub nodes: Vec<NodeSpec>,
    /// The links; [`crate::LinkId`] is the place in this list.
    pub links: Vec<LinkSpec>,
    /// How long the run is.
    pub duration: Span,
    /// What links draw from, with their names.
    pub seed: u64,
}

/// A node.
#[derive(Clone, Debug)]
pub struct NodeSpec {
    /// Its name, for messages.
    pub name: String,
    /// How many ports it has. A port that no link joins is a console: it sends, and nothing arrives there.
    pub ports: u16,
}

/// A link between ports, some of which may be of one node.
#[derive(Clone, Debug)]
pub struct LinkSpec {
    /// Its name, for messages.
    pub name: String,
    /// What kind of link it is.
    pub spec: link::Spec,
    /// The ports it joins. The place in this list is the [`link::End`].
    pub ends: Vec<(NodeId, PortId)>,
    /// Who is at one end more, behind those of `ends`.
    pub host: Option<peer::HostSpec>,
    /// What goes wrong on it: of its kind, at most [`link::FAULTS_MAX`].
    pub faults: Vec<link::AnyFault>,
    /// Who sends what the scenario says, at one end more, behind the host.
    pub tester: Option<Tester>,
}

/// Who sends what the scenario says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tester {
    /// What, and when.
    pub spec: peer::TesterSpec,
    /// For what it waits.
    pub cues: Vec<Cue>,
}

/// What a tester waits for before it sends something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cue {
    /// Which of its sendings.
    pub sending: usize,
    /// The node of the port, which no link joins.
    pub node: NodeId,
    /// The port.
    pub port: PortId,
    /// What that port sends; not empty.
    pub text: Vec<u8>,
    /// How long after that the sending begins.
    pub wait: Span,
}

impl LinkSpec {
    /// How many ends nobody of `ends` has.
    pub(crate) fn guests(&self) -> usize {
        usize::from(self.host.is_some()) + usize::from(self.tester.is_some())
    }
}

/// How to cut virtual time into grants. Never changes what happens, only how fast it is found out; tests use it to show
/// this, and a run loop uses it to hear from its nodes more often.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Slicing {
    /// No grant is longer than this.
    pub max_slice: Option<Span>,
    /// One node runs at a time: the one with the least clock, of these the first.
    pub serial: bool,
}

/// Why a [`System`] cannot be simulated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// There is no node.
    #[error("there is nothing to simulate: the system has no node")]
    NoNodes,
    /// There are more nodes or links than ids, or faults than can be told apart.
    #[error("{count} {what} are too many: at most {max} can be simulated")]
    TooMany {
        /// "nodes", "links" or "faults of a link".
        what: &'static str,
        /// How many there are.
        count: usize,
        /// How many there may be.
        max: usize,
    },
    /// The run has no length.
    #[error("the run has no length: its duration is 0")]
    NoDuration,
    /// [`Slicing::max_slice`] is zero: no node would ever run.
    #[error("a slice of virtual time must be longer than 0")]
    NoSlice,
    /// A link's end names a node that is not there.
    #[error("link \"{link}\" has an end at node {}, but there are {nodes} nodes, counted from 0", node.0)]
    UnknownNode {
        /// The link.
        link: String,
        /// The node it names.
        node: NodeId,
        /// How many there are.
        nodes: usize,
    },
    /// A link's end names a port that its node does not have.
    #[error("link \"{link}\" has an end at port {} of node \"{node}\", which has {ports} ports, counted from 0", port.0)]
    UnknownPort {
        /// The link.
        link: String,
        /// The node.
        node: String,
        /// The port it names.
        port: PortId,
        /// How many the node has.
        ports: u16,
    },
    /// Something happens to a node's power that cannot, or not in that order.
    #[error(
        "node \"{node}\" cannot have {power:?} at {at}: it is switched on and off in turn, within the run, each at a time of its own"
    )]
    Power {
        /// The node.
        node: String,
        /// When.
        at: Instant,
        /// What.
        power: Power,
    },
    /// A link has too few ends, or too many for its kind.
    #[error("link \"{link}\" joins {count} ports: too few, or too many for a link of its kind")]
    Ends {
        /// The link.
        link: String,
        /// How many ports it has.
        count: usize,
    },
    /// Two ends of links are at one port.
    #[error("port {} of node \"{node}\" is an end of link \"{first}\" and again of link \"{second}\"", port.0)]
    PortTaken {
        /// The node.
        node: String,
        /// The port.
        port: PortId,
        /// The link that has it.
        first: String,
        /// The link that wants it; the same one if both its ends are there.
        second: String,
    },
}

/// One less than there are ids: [`NodeId::CONTROL`] is no node.
const MAX_NODES: usize = u16::MAX as usize;
/// How many ports a link joins at most: as many as [`crate::Body::OnBus`] has bits for.
pub const MAX_ENDS: usize = 64;
/// One less than there are ids: [`crate::LinkId::NONE`] is no link.
const MAX_LINKS: usize = u16::MAX as usize;

impl System {
    /// Whether it can be simulated; after this, all ids in it are valid.
    pub(crate) fn check(&self) -> Result<(), SetupError> {
        if self.nodes.is_empty() {
            return Err(SetupError::NoNodes);
        }
        at_most(MAX_NODES, "nodes", self.nodes.len())?;
        at_most(MAX_LINKS, "links", self.links.len())?;
        if self.duration.is_zero() {
            return Err(SetupError::NoDuration);
        }
        let mut taken = BTreeMap::new();
        for link in &self.links {
            at_most(link::FAULTS_MAX, "faults of a link", link.faults.len())?;
            let most = if link.spec.joins_two() { 2 } else { MAX_ENDS };
            if !(2..=most).contains(&(link.ends.len() + link.guests())) {
                return Err(SetupError::Ends { link: link.name.clone(), count: link.ends.len() });
            }
            for &(node, port) in &link.ends {
                let spec = self.nodes.get(usize::from(node.0)).ok_or_else(|| SetupError::UnknownNode {
                    link: link.name.clone(),
                    node,
                    nodes: self.nodes.len(),
                })?;
                if port.0 >= spec.ports {
                    return Err(SetupError::UnknownPort {
                        link: link.name.clone(),
                        node: spec.name.clone(),
                        port,
                        ports: spec.ports,
                    });
                }
                if let Some(first) = taken.insert((node, port), &link.name) {
                    return Err(SetupError::PortTaken {
                        node: spec.name.clone(),
                        port,
                        first: first.clone(),
                        second: link.name.clone(),
                    });
                }
            }
        }
        Ok(())
    }
}

impl Slicing {
    /// Grants end where it says and nowhere else, so that no node runs on by itself.
    pub(crate) fn cuts(self) -> bool {
        self.serial || self.max_slice.is_some()
    }

    /// Whether a run can get on with it.
    pub(crate) fn check(self) -> Result<(), SetupError> {
        if self.max_slice.is_some_and(Span::is_zero) { Err(SetupError::NoSlice) } else { Ok(()) }
    }
}

fn at_most(max: usize, what: &'static str, count: usize) -> Result<(), SetupError> {
    if count > max { Err(SetupError::TooMany { what, count, max }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use link::{Framing, Spec, Uart};

    /// Two nodes, `a` with one port and `b` with two; `ends` are (node, port) of the links `l0`, `l1`, ...
    fn check(ends: &[[(u16, u16); 2]], expected: Result<(), &str>) {
        let uart = Uart::new(115_200, Framing::default(), Span::ZERO).unwrap();
        let end = |(node, port)| (NodeId(node), PortId(port));
        let links = ends.iter().enumerate();
        let system = System {
            nodes: vec![NodeSpec { name: "a".into(), ports: 1 }, NodeSpec { name: "b".into(), ports: 2 }],
            links: links
                .map(|(i, ends)| LinkSpec {
                    name: format!("l{i}"),
                    spec: Spec::Uart(uart),
                    ends: ends.map(end).into(),
                    host: None,
                    faults: vec![],
                    tester: None,
                })
                .collect(),
            duration: Span::from_ns(1),
            seed: 0,
        };
        assert_eq!(system.check().map_err(|error| error.to_string()), expected.map_err(String::from));
    }

    #[test]
    fn links_join_ports_that_exist_and_are_free() {
        check(&[], Ok(()));
        check(&[[(0, 0), (1, 0)]], Ok(()));
        check(&[[(1, 0), (1, 1)]], Ok(()));
        check(
            &[[(0, 0), (2, 0)]],
            Err("link \"l0\" has an end at node 2, but there are 2 nodes, counted from 0"),
        );
        check(
            &[[(0, 0), (1, 2)]],
            Err("link \"l0\" has an end at port 2 of node \"b\", which has 2 ports, counted from 0"),
        );
        check(
            &[[(0, 0), (1, 0)], [(1, 1), (1, 0)]],
            Err("port 0 of node \"b\" is an end of link \"l0\" and again of link \"l1\""),
        );
        check(
            &[[(0, 0), (0, 0)]],
            Err("port 0 of node \"a\" is an end of link \"l0\" and again of link \"l0\""),
        );
    }

    #[test]
    fn refuses_what_has_no_size_or_too_much() {
        let node = NodeSpec { name: "n".into(), ports: 0 };
        let mut system = System { nodes: vec![], links: vec![], duration: Span::from_ns(1), seed: 0 };
        assert_eq!(system.check(), Err(SetupError::NoNodes));
        system.nodes = vec![node.clone(); MAX_NODES + 1];
        assert_eq!(
            system.check(),
            Err(SetupError::TooMany { what: "nodes", count: MAX_NODES + 1, max: MAX_NODES })
        );
        system.nodes = vec![node];
        system.duration = Span::ZERO;
        assert_eq!(system.check(), Err(SetupError::NoDuration));
        assert_eq!(Slicing { max_slice: Some(Span::ZERO), serial: false }.check(), Err(SetupError::NoSlice));
    }
}
