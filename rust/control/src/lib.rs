// SPDX-License-Identifier: Apache-2.0 OR MIT
//! How a program outside, the *master*, steers a run: the messages of `docs/control.md`, and the socket they come over.
//!
//! [`Request`] goes from the master to the run, [`Reply`] and [`Event`] back. [`Listener`] and [`Server`] are the run's
//! side; a client reads and writes with [`read_frame`] and the encoders.
//!
//! **Invariant:** any bytes are a message or an error that names what was found and what was expected; no length is believed
//! before it was checked; at most one request waits here, so a master that sends too much blocks itself.
//! **Invariant:** what is decoded is encoded to the same bytes: a message has one spelling. `testdata/messages.txt` has
//! the bytes of each, for this crate and for clients in other languages.
//! **Limits:** one master a run; Unix stream sockets; nothing here knows virtual time's rules, the run loop does.

#![forbid(unsafe_code)]

mod code;
mod description;
mod event;
mod frame;
pub mod legacy;
mod listener;
mod master;
mod reply;
mod request;
mod server;
mod wire;

pub use code::{Code, Malformed};
pub use description::{Description, DescriptionLink, DescriptionNode};
pub use event::{Event, NO_PORT, PowerChange, Sending};
pub use frame::{Frame, ReadError, read_frame};
pub use listener::{BindError, Listener};
pub use master::ToMaster;
pub use reply::{NodeStatus, Reached, Reply, Status};
pub use request::{Finish, Request, Subscription};
pub use server::{Choice, Incoming, SendError, Server, send};

/// What the first message of each side starts with.
pub const MAGIC: [u8; 8] = *b"vmcu-ctl";
/// The version of the messages. Raise it with every change to them.
pub const VERSION: u32 = 3;
/// The bytes of a header.
pub const HEADER_LENGTH: usize = 16;
/// The longest request, header included.
pub const MAX_REQUEST: usize = 64 * 1024;
/// The longest message to the master, header included.
pub const MAX_TO_MASTER: usize = 1024 * 1024;
/// How many bytes one request injects or reads at most.
pub const MAX_BYTES: usize = 4096;
