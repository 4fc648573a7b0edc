// SPDX-License-Identifier: GPL-2.0-or-later
//! The ports of the node's channel, for the modules that have what is behind them: by the functions of the node's module
//! (`rust/plugin/node`), which is loaded before. All calls come with QEMU's big lock held.

use crate::machine::symbol;
use std::ffi::c_void;
use std::mem::transmute;
use std::sync::OnceLock;

/// A port's receiver: called with a frame that arrives, under the big lock. None at all: what it holds may have room now.
pub type Deliver = unsafe extern "C" fn(opaque: *mut c_void, bytes: *const u8, len: usize);

type Attach = unsafe extern "C" fn(port: u16, deliver: Deliver, opaque: *mut c_void);
type Send = unsafe extern "C" fn(port: u16, bytes: *const u8, len: usize);
type Held = extern "C" fn(port: u16);

/// The functions of the node's module.
#[derive(Clone, Copy, Debug)]
pub struct Ports {
    attach: Attach,
    send: Send,
    held: Held,
}

impl Ports {
    /// They; none, if nobody has loaded the node's module.
    pub fn find() -> Option<Ports> {
        static FOUND: OnceLock<Option<Ports>> = OnceLock::new();
        let find = || {
            let [attach, send, held] =
                [c"virtmcu_port_attach", c"virtmcu_port_send", c"virtmcu_port_held"].map(symbol);
            let (attach, send, held) = (attach?, send?, held?);
            // SAFETY: the node's functions of these names have these types; pointers to code are as wide as those to data.
            Some(unsafe {
                Ports {
                    attach: transmute::<*mut c_void, Attach>(attach),
                    send: transmute::<*mut c_void, Send>(send),
                    held: transmute::<*mut c_void, Held>(held),
                }
            })
        };
        *FOUND.get_or_init(find)
    }

    /// Makes `deliver` the receiver of `port`, called with `opaque`.
    ///
    /// # Safety
    /// `deliver` and `opaque` stay valid until QEMU ends.
    pub unsafe fn attach(self, port: u16, deliver: Deliver, opaque: *mut c_void) {
        // SAFETY: the caller's promise.
        unsafe { (self.attach)(port, deliver, opaque) };
    }

    /// The guest has stored `frame` into `port`, now.
    pub fn send(self, port: u16, frame: &[u8]) {
        // SAFETY: so many bytes are there; the node's module stays loaded.
        unsafe { (self.send)(port, frame.as_ptr(), frame.len()) };
    }

    /// A frame arrived at `port`, now, and its device has no room for it yet.
    pub fn held(self, port: u16) {
        (self.held)(port);
    }
}
