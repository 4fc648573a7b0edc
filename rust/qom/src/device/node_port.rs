// SPDX-License-Identifier: GPL-2.0-or-later
//! The CAN bus or the Ethernet of a device: a port of the node.

use crate::ports::{Deliver, Ports};
use ::can::ToBus;
use std::ffi::c_void;

/// The property `port` of a controller that no link is joined to.
pub(super) const NO_PORT: u64 = u64::MAX;

/// The way to the link.
#[derive(Clone, Copy, Debug)]
pub(super) struct NodePort {
    port: u16,
    ports: Ports,
}

impl NodePort {
    /// The link at the node's port of that number; none, if it is no port, or nobody has loaded the node's module.
    ///
    /// # Safety
    /// `deliver` and `opaque` stay valid until QEMU ends.
    pub(super) unsafe fn open(port: u64, deliver: Deliver, opaque: *mut c_void) -> Option<NodePort> {
        let (port, ports) = (u16::try_from(port).ok()?, Ports::find()?);
        // SAFETY: the caller's promise.
        unsafe { ports.attach(port, deliver, opaque) };
        Some(NodePort { port, ports })
    }

    /// Tells the CAN bus.
    pub(super) fn say(self, said: &ToBus) {
        let mut bytes = Vec::new();
        said.write(&mut bytes);
        self.send(&bytes);
    }

    /// Sends a frame, as the link's kind has it.
    pub(super) fn send(self, frame: &[u8]) {
        self.ports.send(self.port, frame);
    }
}
