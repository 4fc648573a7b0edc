// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Ethernet: a cable between two ends, and a switch between more of them. Full duplex, as all of today's.
//!
//! What is handed over is a frame from its destination's address on, without checksum; what arrives is that and zeros up to
//! 60 bytes, as the sender's controller fills it up. On the wire a preamble of 8 bytes goes before it and a checksum of 4
//! behind it, and the next one starts 12 bytes later at the soonest (IEEE 802.3-2018, 3.1.1, 3.2.8, 4.4.2).
//!
//! **Invariant:** a byte lasts whole nanoseconds at each [`Rate`], so times are exact.
//!
//! **Limits:** both ends of a cable have its rate: nothing is negotiated. A sender's queue has no end, for QEMU's controllers hand
//! over at once whatever the firmware has stored. No half duplex, no pause frames (they pass a cable as others do), no frames
//! longer than [`LEN_MAX`].

mod cable;
mod direct;
#[cfg(test)]
mod properties;
mod switch;
mod table;
#[cfg(test)]
mod tests;

pub use direct::{Direct, DirectSpec};
pub use switch::{Limit, PortSpec, Switch, SwitchSpec};

use vtime::Span;

/// The least that is handed over: two addresses and a type or length.
pub const LEN_MIN: usize = 14;
/// The most that is handed over, if it has no VLAN tag.
pub const LEN_MAX: usize = 1514;
/// The most with a VLAN tag.
pub const LEN_MAX_TAGGED: usize = 1518;
/// Shorter frames are filled up to this.
pub const LEN_FILLED: usize = 60;

const PREAMBLE: u64 = 8;
const CHECKSUM: u64 = 4;
const GAP: u64 = 12;

/// How fast a cable is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rate {
    /// 10 Mbit/s.
    Mbit10,
    /// 100 Mbit/s.
    Mbit100,
    /// 1 Gbit/s.
    Mbit1000,
}

/// There is no such Ethernet.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no Ethernet of {0} bits per second here: write 10000000, 100000000 or 1000000000")]
pub struct RateError(pub u64);

impl Rate {
    /// All of them.
    pub const ALL: [Rate; 3] = [Rate::Mbit10, Rate::Mbit100, Rate::Mbit1000];

    /// That of so many bits per second.
    pub fn from_bps(bps: u64) -> Result<Rate, RateError> {
        Rate::ALL.into_iter().find(|rate| rate.bps() == bps).ok_or(RateError(bps))
    }

    /// Bits per second.
    pub const fn bps(self) -> u64 {
        match self {
            Rate::Mbit10 => 10_000_000,
            Rate::Mbit100 => 100_000_000,
            Rate::Mbit1000 => 1_000_000_000,
        }
    }

    /// How long so many bytes are on the wire.
    const fn bytes(self, count: u64) -> Span {
        Span::from_ns(count * (8_000_000_000 / self.bps()))
    }

    /// From the first bit of the preamble to the last one of the checksum, for a frame of `len` bytes.
    pub const fn frame_time(self, len: usize) -> Span {
        let len = if len < LEN_FILLED { LEN_FILLED } else { len };
        self.bytes(PREAMBLE + len as u64 + CHECKSUM)
    }

    /// How long the wire rests after a frame.
    pub const fn gap(self) -> Span {
        self.bytes(GAP)
    }
}

/// Whether a frame has a length that a receiver takes.
pub fn is_valid(frame: &[u8]) -> bool {
    let tagged = matches!(frame.get(12..14), Some([0x81, 0x00] | [0x88, 0xa8]));
    (LEN_MIN..=if tagged { LEN_MAX_TAGGED } else { LEN_MAX }).contains(&frame.len())
}

/// Calls `then` with a frame as it is on the wire: filled up to [`LEN_FILLED`].
fn filled<T>(frame: &[u8], then: impl FnOnce(&[u8]) -> T) -> T {
    if frame.len() >= LEN_FILLED {
        return then(frame);
    }
    let mut bytes = [0; LEN_FILLED];
    bytes[..frame.len()].copy_from_slice(frame);
    then(&bytes)
}
