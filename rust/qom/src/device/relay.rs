// SPDX-License-Identifier: GPL-2.0-or-later
//! The way to a CAN controller of QEMU's own: its `can-bus`, with the controller as one client and the device as the other.

use super::instance::Inner;
use crate::machine::symbol;
use crate::module::fatal;
use ::device::{Device, Relayed};
use std::ffi::{CStr, c_int, c_void};
use std::mem::transmute;
use std::ptr::null_mut;

/// QEMU's type of the bus.
pub(crate) const BUS: &CStr = c"can-bus";

// As in include/net/can_emu.h of QEMU 10.0 to 10.2. A QEMU for a CPU family may lack all of it, so that nothing here is linked.
#[repr(C, align(8))]
struct Frame {
    id: u32,
    dlc: u8,
    flags: u8,
    unused: u16,
    data: [u8; 64],
}

#[repr(C)]
struct Info {
    can_receive: unsafe extern "C" fn(*mut Client) -> bool,
    receive: unsafe extern "C" fn(*mut Client, *const Frame, usize) -> isize,
}

#[repr(C)]
struct Client {
    info: *const Info,
    bus: *mut c_void,
    link_down: c_int,
    next: [*mut c_void; 2],
    peer: *mut Client,
    model: *mut c_void,
    name: *mut c_void,
    destructor: *mut c_void,
    fd_mode: bool,
}

type Insert = unsafe extern "C" fn(*mut c_void, *mut Client) -> c_int;
type Send = unsafe extern "C" fn(*mut Client, *const Frame, usize) -> isize;

/// A client, and whose it is.
#[repr(C)]
struct Own<D: Device> {
    client: Client,
    inner: *const Inner<D>,
}

/// The way to the controller.
#[derive(Clone, Copy)]
pub(super) struct Relay {
    client: *mut Client,
    send: Send,
}

impl Relay {
    /// Joins the bus; none, if there is no bus.
    ///
    /// # Safety
    /// `bus` is null or a `can-bus`, and `inner` is never freed.
    pub(super) unsafe fn join<D: Device>(bus: *mut c_void, inner: *const Inner<D>) -> Option<Relay> {
        if bus.is_null() {
            return None;
        }
        let [insert, send] = [c"can_bus_insert_client", c"can_bus_client_send"].map(symbol);
        let info = Box::leak(Box::new(Info { can_receive, receive: receive::<D> }));
        let client = Client {
            info,
            bus: null_mut(),
            link_down: 0,
            next: [null_mut(); 2],
            peer: null_mut(),
            model: null_mut(),
            name: null_mut(),
            destructor: null_mut(),
            fd_mode: false,
        };
        let own = Box::into_raw(Box::new(Own { client, inner }));
        // SAFETY: QEMU's functions of these names have these types where there is such a bus; what it keeps is never freed.
        unsafe {
            let client = &raw mut (*own).client;
            transmute::<*mut c_void, Insert>(insert?)(bus, client);
            Some(Relay { client, send: transmute::<*mut c_void, Send>(send?) })
        }
    }

    /// Hands a frame to the controller, if it is switched on.
    pub(super) fn send(self, relayed: Relayed) {
        let mut frame = Frame { id: relayed.id, dlc: relayed.dlc, flags: 0, unused: 0, data: [0; 64] };
        frame.data[..8].copy_from_slice(&relayed.data);
        // SAFETY: a client on its bus, under the big lock; QEMU keeps nothing of the frame.
        unsafe { (self.send)(self.client, &raw const frame, 1) };
    }
}

unsafe extern "C" fn can_receive(_client: *mut Client) -> bool {
    true
}

unsafe extern "C" fn receive<D: Device>(client: *mut Client, frames: *const Frame, count: usize) -> isize {
    // SAFETY: the client of an `Own` that `join` made, never freed, and `count` frames; the big lock is held.
    let (inner, frames) =
        unsafe { (&*(*client.cast::<Own<D>>()).inner, std::slice::from_raw_parts(frames, count)) };
    for frame in frames {
        if frame.flags != 0 {
            fatal("virtmcu can", &"a controller of QEMU's sends a frame that is none of Classical CAN");
        }
        let mut data = [0; 8];
        data.copy_from_slice(&frame.data[..8]);
        inner.relayed(Relayed { id: frame.id, dlc: frame.dlc, data });
    }
    count as isize
}
