// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Captures: what happened on links as a pcapng file that Wireshark opens ([`Capture`], [`Collector`]), and the packets of
//! pcapng and pcap files that others made, as inputs ([`Reader`]).
//!
//! `docs/captures.md` says what is in a file. The format is that of draft-ietf-opsawg-pcapng; the layouts of packets are in
//! [`serial`], [`socketcan`] and [`lin`].
//!
//! **Invariant:** a file is a function of the packets: it names no host, no program and no time of day.
//! **Invariant:** packets are in the order of their times; what a [`Collector`] gets in another order it sorts.
//! **Invariant:** once all buffers have grown, a packet needs no new memory.
//! **Invariant:** any bytes are packets or an error; no length in them is believed.
//! **Limits:** one section; a packet has at most [`PACKET_BYTES_MAX`] bytes, as in Wireshark. Whole files are read from memory.

#![forbid(unsafe_code)]
// Rounding would decide what happens when.
#![deny(clippy::float_arithmetic)]

mod block;
mod bursts;
mod collector;
mod interface;
pub mod lin;
mod read;
pub mod serial;
pub mod socketcan;
mod write;

pub use bursts::Lane;
pub use collector::Collector;
pub use interface::{Direction, Interface, Kind};
pub use read::{Format, Packet, ReadError, Reader, Source};
pub use write::{Capture, CaptureError};

/// The most bytes of a packet: Wireshark opens no file with a longer one.
pub const PACKET_BYTES_MAX: usize = 1 << 18;
