// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Runs a node: a process of patched QEMU with virtmcu's plugins, and the channel to it.
//!
//! **Invariant:** a node is a child that never outlives this process, keeps nothing in `/dev/shm` or on disk (but the socket
//! that a debug run asks for), and gets nothing of the host but what its [`Spec`] says: no environment, no clock, no
//! device. When it dies, [`Node::death`] says how, with what it printed and where its firmware was.
//! **Limits:** Linux; QEMU's own machine types; one process a node.

mod command;
mod crash;
mod debugger;
mod process;
mod process_state;
mod qmp;
mod shared;
mod stock;
mod tools;
mod watch;

pub use command::{Spec, Timing};
pub use crash::{Crash, Place};
pub use debugger::{Debugger, GdbServer};
pub use process::{Death, Node, StartError};
pub use process_state::ProcessState;
pub use qmp::MemoryError;
pub use shared::Shared;
pub use tools::{Tools, ToolsError};
pub use watch::Watch;
