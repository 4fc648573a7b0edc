// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What the two sides say to each other, and how it lies in a record.

use crate::Neighbour;
use crate::ring::{Corrupt, Head, Receiver, Sender};
use vtime::{Instant, Span};

const DELIVER: u16 = 1;
const GRANT: u16 = 2;
const RESET: u16 = 3;
const HELLO: u16 = 0x100;
const SENT: u16 = 0x101;
const HELD: u16 = 0x102;
const DONE: u16 = 0x103;
const STATE: u16 = 0x104;
const WAS_RESET: u16 = 0x105;
const ENDED: u16 = 0x106;

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
    /// The node's reset pin is pulled where it stands. It belongs to the grant that follows it.
    Reset {
        /// When: where the node stands.
        at: Instant,
    },
    /// The node may run to `until`, and on from there by its neighbours' clocks, see [`crate::Outlook`]. Where it can go no
    /// further it says [`FromNode::Done`].
    Grant {
        /// It may run so far whatever others do.
        until: Instant,
        /// Virtual time never passes it.
        ahead: Instant,
        /// How many [`ToNode::Deliver`] there were so far: the node checks that none was lost.
        deliveries: u64,
        /// Whose clocks bound the node beyond `until`.
        neighbours: Neighbours<'a>,
    },
}

/// Neighbours as they lie in a record, 24 bytes each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Neighbours<'a>(pub &'a [u8]);

const NEIGHBOUR_SIZE: usize = 24;
const DONE_SIZE: usize = 24;

impl Neighbours<'_> {
    /// Adds one to the bytes of a record.
    pub fn write(neighbour: Neighbour, bytes: &mut Vec<u8>) {
        let Neighbour { place, lookahead, sent } = neighbour;
        for word in [place.into(), lookahead.as_ns(), sent] {
            bytes.extend(u64::to_le_bytes(word));
        }
    }

    /// They, one after the other.
    pub fn iter(&self) -> impl Iterator<Item = Neighbour> {
        self.0.as_chunks().0.iter().map(|chunk: &[u8; NEIGHBOUR_SIZE]| Neighbour {
            place: word(chunk, 0) as u16,
            lookahead: Span::from_ns(word(chunk, 1)),
            sent: word(chunk, 2),
        })
    }
}

/// The `index`th word of a payload; zero where there is none.
fn word(bytes: &[u8], index: usize) -> u64 {
    bytes.as_chunks().0.get(index).map_or(0, |word| u64::from_le_bytes(*word))
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
    /// The guest's state at a barrier, where the node stands while it tells it.
    State {
        /// The barrier.
        at: Instant,
        /// A digest of its registers and memory.
        digest: [u8; 16],
    },
    /// The node went through a reset.
    Reset {
        /// When.
        at: Instant,
        /// By its pin, as [`ToNode::Reset`] asked; else by its firmware.
        by_pin: bool,
    },
    /// The node's firmware ended it: it runs no more until a reset.
    Ended {
        /// When.
        at: Instant,
        /// What the firmware said: 0 for good.
        code: u32,
    },
    /// The node stands still and has told everything so far.
    Done {
        /// How many grants it had heard of.
        grants: u64,
        /// Where: at its grant, or as far beyond as its neighbours' clocks allowed.
        reached: Instant,
        /// How many [`FromNode::Sent`] there were since the start.
        sent: u64,
        /// How many instructions the node has executed since the start.
        insns: u64,
        /// It does nothing on a link before this, unless something arrives there.
        promise: Instant,
    },
}

impl Sender {
    /// Writes a message for a node; see [`Sender::show`]. False when the ring is full and `alive` has said no.
    pub fn send_to_node(&mut self, message: ToNode<'_>, alive: impl FnMut() -> bool) -> bool {
        match message {
            ToNode::Deliver { port, at, bytes } => {
                self.push(Head { kind: DELIVER, port, time: at.as_ns(), ..Head::default() }, bytes, alive)
            }
            ToNode::Reset { at } => {
                self.push(Head { kind: RESET, time: at.as_ns(), ..Head::default() }, &[], alive)
            }
            ToNode::Grant { until, ahead, deliveries, neighbours } => {
                let head = Head { kind: GRANT, time: until.as_ns(), seq: deliveries, ..Head::default() };
                self.push_two(head, &ahead.as_ns().to_le_bytes(), neighbours.0, alive)
            }
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
            FromNode::State { at, digest } => {
                self.push(Head { kind: STATE, time: at.as_ns(), ..Head::default() }, &digest, alive)
            }
            FromNode::Reset { at, by_pin } => {
                let head = Head { kind: WAS_RESET, time: at.as_ns(), seq: by_pin.into(), ..Head::default() };
                self.push(head, &[], alive)
            }
            FromNode::Ended { at, code } => {
                let head = Head { kind: ENDED, time: at.as_ns(), seq: code.into(), ..Head::default() };
                self.push(head, &[], alive)
            }
            FromNode::Done { grants, reached, sent, insns, promise } => {
                let head = Head { kind: DONE, time: reached.as_ns(), seq: sent, ..Head::default() };
                let mut payload = [0; DONE_SIZE];
                for (bytes, word) in
                    payload.as_chunks_mut().0.iter_mut().zip([insns, promise.as_ns(), grants])
                {
                    *bytes = word.to_le_bytes();
                }
                self.push(head, &payload, alive)
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
            RESET => Ok(Some(ToNode::Reset { at })),
            GRANT => {
                let (ahead, neighbours) = bytes.split_at_checked(8).ok_or_else(|| unknown(head))?;
                if !neighbours.len().is_multiple_of(NEIGHBOUR_SIZE) {
                    return Err(unknown(head));
                }
                let ahead = Instant::from_ns(word(ahead, 0));
                let neighbours = Neighbours(neighbours);
                Ok(Some(ToNode::Grant { until: at, ahead, deliveries: head.seq, neighbours }))
            }
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
            STATE => {
                let digest = bytes.try_into().map_err(|_| unknown(head))?;
                Ok(Some(FromNode::State { at, digest }))
            }
            WAS_RESET => Ok(Some(FromNode::Reset { at, by_pin: head.seq != 0 })),
            ENDED => Ok(Some(FromNode::Ended { at, code: head.seq as u32 })),
            DONE => {
                let bytes: &[u8; DONE_SIZE] = bytes.try_into().map_err(|_| unknown(head))?;
                let [insns, promise_ns, grants] = [0, 1, 2].map(|index| word(bytes, index));
                let promise = Instant::from_ns(promise_ns);
                Ok(Some(FromNode::Done { grants, reached: at, sent: head.seq, insns, promise }))
            }
            _ => Err(unknown(head)),
        }
    }
}

fn unknown(head: Head) -> Corrupt {
    Corrupt { kind: head.kind, len: head.len, available: 0 }
}
