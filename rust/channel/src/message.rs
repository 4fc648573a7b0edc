// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What the two sides say to each other, and how it lies in a record.

use crate::ring::{Corrupt, Head, Receiver, Sender};
use vtime::Instant;

const DELIVER: u16 = 1;
const GRANT: u16 = 2;
const HELLO: u16 = 0x100;
const SENT: u16 = 0x101;
const HELD: u16 = 0x102;
const DONE: u16 = 0x103;

/// From the host to a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToNode<'a> {
    /// A frame arrives at a port. It belongs to the grant that follows it.
    Deliver {
        /// The port, as the node's board counts them.
        port: u16,
        /// When: not before the node's last [`FromNode::Done`], and before the grant that follows.
        at: Instant,
        /// What arrives.
        bytes: &'a [u8],
    },
    /// The node may run to `until`, and must say [`FromNode::Done`] there.
    Grant {
        /// Virtual time never passes it.
        until: Instant,
        /// How many [`ToNode::Deliver`] came with it: the node checks that none was lost.
        deliveries: u64,
    },
}

/// From a node to the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FromNode<'a> {
    /// The first message: who speaks.
    Hello {
        /// The channel's version that the node was built with.
        version: u32,
        /// The version of the QEMU that it runs in, `10.2.2`.
        qemu: &'a str,
    },
    /// A frame was stored into a port.
    Sent {
        /// The port.
        port: u16,
        /// When the guest's store happened.
        at: Instant,
        /// The how manieth `Sent` of this node, from 0.
        seq: u64,
        /// What was sent.
        bytes: &'a [u8],
    },
    /// A frame arrived at a port whose device had no room; it waits until the firmware reads.
    Held {
        /// The port.
        port: u16,
        /// When it arrived.
        at: Instant,
    },
    /// The node stands exactly at its grant and has told everything before it.
    Done {
        /// The grant.
        reached: Instant,
        /// How many [`FromNode::Sent`] there were since the start.
        sent: u64,
        /// How many instructions the node has executed since the start.
        insns: u64,
    },
}

impl Sender {
    /// Writes a message for a node; see [`Sender::show`]. False when the ring is full and `alive` has said no.
    pub fn send_to_node(&mut self, message: ToNode<'_>, alive: impl FnMut() -> bool) -> bool {
        match message {
            ToNode::Deliver { port, at, bytes } => {
                self.push(Head { kind: DELIVER, port, time: at.as_ns(), ..Head::default() }, bytes, alive)
            }
            ToNode::Grant { until, deliveries } => self.push(
                Head { kind: GRANT, time: until.as_ns(), seq: deliveries, ..Head::default() },
                &[],
                alive,
            ),
        }
    }

    /// Writes a message for the host; see [`Sender::show`]. False when the ring is full and `alive` has said no.
    pub fn send_to_host(&mut self, message: FromNode<'_>, alive: impl FnMut() -> bool) -> bool {
        match message {
            FromNode::Hello { version, qemu } => self.push(
                Head { kind: HELLO, seq: version.into(), ..Head::default() },
                qemu.as_bytes(),
                alive,
            ),
            FromNode::Sent { port, at, seq, bytes } => {
                self.push(Head { kind: SENT, port, time: at.as_ns(), seq, ..Head::default() }, bytes, alive)
            }
            FromNode::Held { port, at } => {
                self.push(Head { kind: HELD, port, time: at.as_ns(), ..Head::default() }, &[], alive)
            }
            FromNode::Done { reached, sent, insns } => {
                let head = Head { kind: DONE, time: reached.as_ns(), seq: sent, ..Head::default() };
                self.push(head, &insns.to_le_bytes(), alive)
            }
        }
    }
}

impl Receiver {
    /// The next message from the host.
    pub fn from_host(&mut self) -> Result<Option<ToNode<'_>>, Corrupt> {
        let Some((head, bytes)) = self.pop()? else { return Ok(None) };
        let at = Instant::from_ns(head.time);
        match head.kind {
            DELIVER => Ok(Some(ToNode::Deliver { port: head.port, at, bytes })),
            GRANT => Ok(Some(ToNode::Grant { until: at, deliveries: head.seq })),
            _ => Err(unknown(head)),
        }
    }

    /// The next message from the node.
    pub fn from_node(&mut self) -> Result<Option<FromNode<'_>>, Corrupt> {
        let Some((head, bytes)) = self.pop()? else { return Ok(None) };
        let at = Instant::from_ns(head.time);
        match head.kind {
            HELLO => {
                let qemu = std::str::from_utf8(bytes).map_err(|_| unknown(head))?;
                Ok(Some(FromNode::Hello { version: head.seq as u32, qemu }))
            }
            SENT => Ok(Some(FromNode::Sent { port: head.port, at, seq: head.seq, bytes })),
            HELD => Ok(Some(FromNode::Held { port: head.port, at })),
            DONE => {
                let insns: [u8; 8] = bytes.try_into().map_err(|_| unknown(head))?;
                Ok(Some(FromNode::Done { reached: at, sent: head.seq, insns: u64::from_le_bytes(insns) }))
            }
            _ => Err(unknown(head)),
        }
    }
}

fn unknown(head: Head) -> Corrupt {
    Corrupt { kind: head.kind, len: head.len, available: 0 }
}
