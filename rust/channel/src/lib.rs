// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The channel between the host process and one node: two rings in shared memory and a bell at each end. Beside the
//! channels, the [`Clocks`] of all nodes, by which a node sees how far it may run without asking the host ([`Outlook`]).
//!
//! The host creates a [`HostEnd`], hands its two file descriptors to the node's process, and the node opens a
//! [`NodeEnd`]. Records are little-endian, of a fixed layout, and versioned ([`VERSION`]); both sides check it.
//!
//! **Invariant:** records come out in the order in which they went in, whole and once. Virtual time is carried, never
//! made here; the host's clock bounds only how long a wait lasts.
//! **Limits:** one writer and one reader a ring; a payload has at most [`MAX_PAYLOAD`] bytes; x86-64 and AArch64 Linux
//! (little-endian, futex, memfd). The `unsafe` of this crate is in `map.rs` and `ring.rs`.

mod bell;
mod clocks;
mod end;
mod map;
mod message;
mod outlook;
mod ring;

pub use bell::{Bell, Spin};
pub use clocks::{Clocks, Reading, Stands};
pub use end::{HostEnd, NodeEnd, OpenError};
pub use message::{FromNode, Neighbours, ToNode};
pub use outlook::{Look, Neighbour, Outlook};
pub use ring::{Corrupt, MAX_PAYLOAD, Receiver, Sender};

/// The version of the layout and of the messages. Raise it with every change to either.
pub const VERSION: u32 = 4;
