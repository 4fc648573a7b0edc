// SPDX-License-Identifier: GPL-2.0-or-later
//! The CAN bus of a device: a port of the node.

use crate::ports::{Deliver, Ports};
use ::can::ToBus;
use std::ffi::c_void;

/// The property `port` of a controller that no bus is joined to.
pub(super) const NO_PORT: u64 = u64::MAX;

/// The way to the bus.
#[derive(Clone, Copy, Debug)]
pub(super) struct CanBus {
    port: u16,
    ports: Ports,
}

impl CanBus {
    /// The bus at the node's port of that number; none, if it is no port, or nobody has loaded the node's module.
    ///
    /// # Safety
    /// `deliver` and `opaque` stay valid until QEMU ends.
    pub(super) unsafe fn open(port: u64, deliver: Deliver, opaque: *mut c_void) -> Option<CanBus> {
        let (port, ports) = (u16::try_from(port).ok()?, Ports::find()?);
        // SAFETY: the caller's promise.
        unsafe { ports.attach(port, deliver, opaque) };
        Some(CanBus { port, ports })
    }

    /// Tells the bus.
    pub(super) fn say(self, said: &ToBus) {
        let mut bytes = Vec::new();
        said.write(&mut bytes);
        self.ports.send(self.port, &bytes);
    }
}
