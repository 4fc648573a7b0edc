// SPDX-License-Identifier: GPL-2.0-or-later
//! The CAN bus of a device: a port of the node, by the C functions of the node's module, which is loaded before.

use ::can::ToBus;
use std::ffi::{CStr, c_void};

/// The property `port` of a controller that no bus is joined to.
pub(super) const NO_PORT: u64 = u64::MAX;

/// Called with what the bus says, under the big lock.
pub(super) type Deliver = unsafe extern "C" fn(opaque: *mut c_void, bytes: *const u8, len: usize);

type Attach = unsafe extern "C" fn(port: u16, deliver: Deliver, opaque: *mut c_void);
type Send = unsafe extern "C" fn(port: u16, bytes: *const u8, len: usize);

/// The way to the bus.
#[derive(Clone, Copy, Debug)]
pub(super) struct CanBus {
    port: u16,
    send: Send,
}

impl CanBus {
    /// The bus at the node's port of that number; none, if it is no port, or nobody has loaded the node's module.
    ///
    /// # Safety
    /// `deliver` and `opaque` stay valid until QEMU ends.
    pub(super) unsafe fn open(port: u64, deliver: Deliver, opaque: *mut c_void) -> Option<CanBus> {
        let port = u16::try_from(port).ok()?;
        let symbol = |name: &CStr| crate::machine::symbol(name);
        let (attach, send) = (symbol(c"virtmcu_port_attach")?, symbol(c"virtmcu_port_send")?);
        // SAFETY: the node's functions of these names have these types; the rest is the caller's promise.
        let send = unsafe {
            std::mem::transmute::<*mut c_void, Attach>(attach)(port, deliver, opaque);
            std::mem::transmute::<*mut c_void, Send>(send)
        };
        Some(CanBus { port, send })
    }

    /// Tells the bus.
    pub(super) fn say(self, said: &ToBus) {
        let mut bytes = Vec::new();
        said.write(&mut bytes);
        // SAFETY: the bytes are there; the node's module stays loaded.
        unsafe { (self.send)(self.port, bytes.as_ptr(), bytes.len()) };
    }
}
