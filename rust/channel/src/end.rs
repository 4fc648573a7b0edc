// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The two ends of a channel, and the words at the start of its memory that say what it is.

use crate::VERSION;
use crate::bell::Bell;
use crate::map::Map;
use crate::ring::{Receiver, Sender, WORDS};
use rustix::fd::{AsFd, OwnedFd};
use rustix::io::Errno;
use std::sync::Arc;
use std::sync::atomic::Ordering::{Acquire, Release};
use thiserror::Error;

/// `virtmcu\0`, read as a little-endian number.
const MAGIC: u64 = u64::from_le_bytes(*b"virtmcu\0");
const TO_NODE_SIZE: usize = 256 * 1024;
const FROM_NODE_SIZE: usize = 1024 * 1024;

// Offsets in the map.
const MAGIC_AT: usize = 0;
const VERSION_AT: usize = 8;
const TO_NODE_AT: usize = 128;
const FROM_NODE_AT: usize = TO_NODE_AT + WORDS + TO_NODE_SIZE;
const SIZE: usize = (FROM_NODE_AT + WORDS + FROM_NODE_SIZE).next_multiple_of(4096);

/// Why a node cannot open the channel that it was handed.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The memory could not be mapped, or has another size.
    #[error("the channel cannot be mapped: {0}")]
    Map(#[from] Errno),
    /// It is no channel.
    #[error("the memory that was handed over is no channel of virtmcu")]
    Magic,
    /// It is a channel of another version.
    #[error(
        "the host speaks version {host} of the channel and this plugin version {VERSION}; build both from one tree"
    )]
    Version {
        /// The host's version.
        host: u32,
    },
}

/// The host's end.
#[derive(Debug)]
pub struct HostEnd {
    /// Messages for the node.
    pub tx: Sender,
    /// Messages from the node.
    pub rx: Receiver,
}

/// The node's end.
#[derive(Debug)]
pub struct NodeEnd {
    /// Messages for the host.
    pub tx: Sender,
    /// Messages from the host.
    pub rx: Receiver,
    /// Rings when the host has published.
    pub bell: Bell,
}

impl HostEnd {
    /// A new channel that announces `version`, [`VERSION`] except in tests, and the descriptor to hand to the node, whose
    /// bell is `node_bell`.
    pub fn create(version: u32, node_bell: Bell) -> Result<(HostEnd, OwnedFd), Errno> {
        let (map, fd) = Map::create("virtmcu-channel", SIZE)?;
        let map = Arc::new(map);
        map.word(VERSION_AT).store(version, Release);
        map.long(MAGIC_AT).store(MAGIC, Release);
        let tx = Sender::new(map.clone(), TO_NODE_AT, TO_NODE_SIZE, node_bell);
        let rx = Receiver::new(map, FROM_NODE_AT, FROM_NODE_SIZE);
        Ok((HostEnd { tx, rx }, fd))
    }
}

impl NodeEnd {
    /// Opens what [`HostEnd::create`] made; `host_bell` is the descriptor of the host's bell, `bell` the node's own.
    pub fn open(channel: impl AsFd, host_bell: impl AsFd, bell: Bell) -> Result<NodeEnd, OpenError> {
        let map = Arc::new(Map::open(channel, SIZE)?);
        if map.long(MAGIC_AT).load(Acquire) != MAGIC {
            return Err(OpenError::Magic);
        }
        let host = map.word(VERSION_AT).load(Acquire);
        if host != VERSION {
            return Err(OpenError::Version { host });
        }
        let tx = Sender::new(map.clone(), FROM_NODE_AT, FROM_NODE_SIZE, Bell::open(host_bell)?);
        let rx = Receiver::new(map, TO_NODE_AT, TO_NODE_SIZE);
        Ok(NodeEnd { tx, rx, bell })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Clocks, FromNode, Neighbour, Neighbours, Spin, ToNode};
    use std::time::Duration;
    use vtime::{Instant, Span};

    fn own_bell() -> Bell {
        Clocks::create(1).unwrap().0.bell(0)
    }

    fn pair() -> (HostEnd, NodeEnd, Bell) {
        let (bell, bell_fd) = Bell::create().unwrap();
        let node_bell = own_bell();
        let (host, fd) = HostEnd::create(VERSION, node_bell.clone()).unwrap();
        (host, NodeEnd::open(&fd, &bell_fd, node_bell).unwrap(), bell)
    }

    #[test]
    fn messages_go_both_ways() {
        let (mut host, mut node, bell) = pair();
        let at = Instant::from_ns(86_805);

        let (seen, node_seen) = (bell.count(), node.bell.count());
        let sent = FromNode::Sent { port: 2, at, seq: 0, bytes: b"x" };
        let done = FromNode::Done { grants: 3, reached: at, sent: 1, insns: 9, promise: Instant::FAR };
        assert!(node.tx.send_to_host(sent, || false));
        assert!(node.tx.send_to_host(done, || false));
        node.tx.publish();
        assert!(bell.wait(seen, Duration::from_secs(3600), &mut Spin::default()));
        assert_eq!(host.rx.from_node(), Ok(Some(sent)));
        assert_eq!(host.rx.from_node(), Ok(Some(done)));
        assert_eq!(host.rx.from_node(), Ok(None));

        let mut neighbours = Vec::new();
        let known = [1, 2].map(|place| Neighbour { place, lookahead: Span::from_ns(87), sent: 40 });
        known.iter().for_each(|neighbour| Neighbours::write(*neighbour, &mut neighbours));
        let deliver = ToNode::Deliver { port: 1, at, bytes: b"yz" };
        let (until, ahead) = (Instant::from_ns(100_000), Instant::from_ns(200_000));
        let grant = ToNode::Grant { until, ahead, deliveries: 1, neighbours: Neighbours(&neighbours) };
        assert!(host.tx.send_to_node(deliver, || false));
        assert!(host.tx.send_to_node(grant, || false));
        host.tx.publish();
        assert!(node.bell.wait(node_seen, Duration::from_secs(3600), &mut Spin::default()));
        assert_eq!(node.rx.from_host(), Ok(Some(deliver)));
        assert_eq!(node.rx.from_host(), Ok(Some(grant)));
        assert_eq!(Neighbours(&neighbours).iter().collect::<Vec<_>>(), known);
    }

    #[test]
    fn another_version_is_refused() {
        let (_bell, bell_fd) = Bell::create().unwrap();
        let (_host, fd) = HostEnd::create(VERSION + 1, own_bell()).unwrap();
        let error = NodeEnd::open(&fd, &bell_fd, own_bell()).unwrap_err();
        assert!(error.to_string().contains("build both from one tree"), "{error}");
    }

    #[test]
    fn other_memory_is_refused() {
        let (_bell, bell_fd) = Bell::create().unwrap();
        assert!(matches!(NodeEnd::open(&bell_fd, &bell_fd, own_bell()), Err(OpenError::Map(_))));
        let (_map, fd) = Map::create("zeroes", SIZE).unwrap();
        assert!(matches!(NodeEnd::open(&fd, &bell_fd, own_bell()), Err(OpenError::Magic)));
    }

    #[test]
    fn a_message_of_an_unknown_kind_is_an_error() {
        let (mut host, mut node, _bell) = pair();
        let grant = ToNode::Grant {
            until: Instant::START,
            ahead: Instant::START,
            deliveries: 0,
            neighbours: Neighbours(&[]),
        };
        // The node's ring, spoken to as if it were the host's.
        assert!(node.tx.send_to_node(grant, || false));
        node.tx.publish();
        assert!(host.rx.from_node().is_err());
    }
}
