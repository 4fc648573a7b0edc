// SPDX-License-Identifier: Apache-2.0 OR MIT
//! LIN: one wire for all, on which a master's headers are answered (LIN 2.2A).
//!
//! The bus carries what UARTs send, bytes and breaks, to all ends, the sender too: a transceiver echoes. What is told is what an
//! analyzer at the bus makes of it: frames, from the break to the checksum, and what is wrong with them. Who is master and who
//! slave comes from who sends; [`LinSpec::with_master`] makes other headers wrong.
//!
//! **Invariant:** everything that left is told once: as part of a frame, or by itself.
//! **Invariant:** whether something gets through is known once nobody can hand over anything before its end any more.
//! **Limits:** what overlaps is heard by all as garbled, each byte by itself; a break stays a break. What does not have the rate of the
//! bus, but for 2 %, is sampled by each receiver, and lasts at least as long as a byte of the bus; what one end sends faster than that, byte after
//! byte, overlaps in what is told, and garbles nothing. Who holds the line low for as
//! long as it likes, as some UARTs send a break, is heard to do so for 13 bits. What a UART mishears is told by its firmware alone. What a
//! fault takes off the wire garbles nothing, and is not echoed.
//! A frame that the end of the run cuts off is told as if nothing more had come.

mod bus;
mod event;
pub mod ldf;
mod monitor;
mod pid;
mod plan;
mod spec;
mod time;

pub use bus::LinBus;
pub use event::{Error, Errors, Event, Frame, NoEvent, OffPlan};
pub use pid::{DATA_MAX, IDS, MASTER_REQUEST, Model, Pid, SLAVE_RESPONSE};
pub use spec::{BITRATES, Frame as KnownFrame, Frames, LinSpec, Plan, Slot, SpecError};

#[cfg(test)]
mod tests;
