// SPDX-License-Identifier: GPL-2.0-or-later
//! The seam between a node's ports and what keeps its time: the time gate, or the host's clock.

use crate::state::Receiver;
use qom::module::Options;
use std::os::fd::{FromRawFd, OwnedFd};

/// What keeps a node's virtual time, and hands over what arrives.
pub(crate) trait Clock: Sync {
    /// The machine is ready: takes hold of its time, and last says hello, for then it can run.
    fn start(&'static self, qemu_version: &str) -> Result<(), String>;
    /// A port has a receiver.
    fn attach(&self, port: u16, receiver: Receiver) -> Result<(), String>;
    /// The guest has stored a frame into a port, now.
    fn send(&self, port: u16, bytes: &[u8]);
    /// A frame arrived at a port, now, and there is no room for it.
    fn held(&self, port: u16);
    /// The machine goes through a reset, now, while its vCPUs stand still. Only the time gate tells the host.
    fn was_reset(&self) {}
}

/// The descriptor that the host has handed over as `name`.
pub(crate) fn inherited(options: &Options, name: &str) -> Result<OwnedFd, String> {
    let fd = options.get(name)?;
    // SAFETY: the host handed this descriptor to this process for this module alone.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}
