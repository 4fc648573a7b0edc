// SPDX-License-Identifier: GPL-2.0-or-later
//! A network whose other side is written in Rust: what a guest's Ethernet controller is joined to by its property `netdev`.

use crate::sys;
use std::ffi::{CStr, c_int};
use std::ptr::null_mut;

/// The other side of a guest's Ethernet controller. All calls come with QEMU's big lock held.
pub trait Backend: Sized {
    /// The guest has sent `frame`, without its checksum.
    fn sent(&mut self, frame: &[u8]);
    /// The controller has taken the frame for which [`Controller::receive`] had no room, if `taken`; else QEMU has forgotten it.
    fn has_room(&mut self, taken: bool);
}

/// The way from a back end to the guest's controller.
#[derive(Debug)]
pub struct Controller {
    client: *mut sys::NetClientState,
    has_room: sys::NetPacketSent,
}

impl Controller {
    /// Hands `frame` to the controller; false when it has no room: QEMU keeps the frame then, and [`Backend::has_room`] tells when it
    /// has taken it. Until that, nothing more may be handed over. Only with the big lock held.
    pub fn receive(&self, frame: &[u8]) -> bool {
        let Ok(len) = c_int::try_from(frame.len()) else { return true };
        // SAFETY: the client and its peer live as long as QEMU, which copies what it keeps; the caller holds the big lock.
        unsafe {
            let peer = (*self.client).peer;
            if !peer.is_null() && !has_room_now(self.client) {
                // What waits is handed over without asking when QEMU empties its queue; not so with this, until the controller says
                // that it has room.
                (*peer).set_receive_disabled(1);
            }
            sys::qemu_send_packet_async(self.client, frame.as_ptr(), len, self.has_room) != 0
        }
    }

    /// Asks the controller again whether it has room for what QEMU keeps. Only with the big lock held.
    pub fn ask_again(&self) {
        // SAFETY: as above; null is no controller.
        unsafe {
            if has_room_now(self.client) {
                sys::qemu_flush_queued_packets((*self.client).peer);
            }
        }
    }
}

/// What the controller of a client says; one that is never asked says by itself that it has not taken a frame.
///
/// # Safety
/// A client that lives, and the big lock.
unsafe fn has_room_now(client: *mut sys::NetClientState) -> bool {
    // SAFETY: the caller's promise; null is nobody.
    unsafe {
        let peer = (*client).peer;
        !peer.is_null() && (*(*peer).info).can_receive.is_none_or(|can_receive| can_receive(peer))
    }
}

/// What QEMU allocates for a network: its own part, then ours.
#[repr(C)]
struct Instance<B> {
    client: sys::NetClientState,
    backend: *mut B,
}

/// Makes the network called `name`, which has to be joined to a controller. After QEMU has set up its own networks, which is before
/// it builds the machine.
pub fn open<B: Backend>(name: &CStr, make: impl FnOnce(Controller) -> B) {
    let info = Box::leak(Box::new(sys::NetClientInfo {
        type_: sys::NET_CLIENT_DRIVER_NONE,
        size: size_of::<Instance<B>>(),
        receive: Some(receive::<B>),
        ..sys::NetClientInfo::default()
    }));
    // SAFETY: a complete description that is never freed; QEMU makes an instance of that size, filled with zeros, and lets nobody
    // call it before it is joined to a controller.
    unsafe {
        let client = sys::qemu_new_net_client(info, null_mut(), c"virtmcu".as_ptr(), name.as_ptr());
        let backend = make(Controller { client, has_room: Some(has_room::<B>) });
        (*client.cast::<Instance<B>>()).backend = Box::into_raw(Box::new(backend));
    }
}

unsafe extern "C" fn receive<B: Backend>(
    client: *mut sys::NetClientState,
    bytes: *const u8,
    len: usize,
) -> isize {
    // SAFETY: an instance of ours, under the big lock, and `len` bytes to read.
    unsafe { (*(*client.cast::<Instance<B>>()).backend).sent(std::slice::from_raw_parts(bytes, len)) };
    len as isize
}

unsafe extern "C" fn has_room<B: Backend>(client: *mut sys::NetClientState, result: isize) {
    // SAFETY: an instance of ours, under the big lock.
    unsafe {
        // Some refuse a frame for which they have no room as they refuse what is not for them.
        let taken = result > 0 || result < 0 && has_room_now(client);
        (*(*client.cast::<Instance<B>>()).backend).has_room(taken);
    }
}
