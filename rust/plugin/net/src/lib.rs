// SPDX-License-Identifier: GPL-2.0-or-later
//! The back end of Ethernet controllers, loaded into QEMU: frames leave with the exact virtual time of the guest's store that
//! sends them, and arrive at theirs. There is no network of the host.
//!
//! `-module libplugin_net.so`, before the module that builds the machine: that one asks for the network behind port `N` of the
//! node's channel ([`virtmcu_net_open`]), and joins a controller to it by its name, `ethN`.
//!
//! **Invariant:** a frame for which the controller has no room is kept, told to the host, and handed over in order as soon as it
//! has; none is lost in silence. What a controller drops by itself (its receiver is off, the frame is not for it) is its own.
//! **Limits:** QEMU's controllers send at once, so the guest sees no transmit time; the link model gives each frame its time on
//! the wire. At most [`MAX_HELD`] frames wait for a firmware that does not read.
#![expect(unsafe_code, reason = "calls and is called by other modules over a C interface")]

use qom::module::{Options, fatal};
use qom::net::{Backend, Controller};
use qom::ports::Ports;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::ffi::{CString, c_void};

/// The most frames that wait for a firmware that does not read them.
pub const MAX_HELD: usize = 1 << 12;

qom::module_main!("net", init);

fn init(_options: Options) -> Result<(), String> {
    Ok(())
}

/// For the module that builds the machine: makes the network behind `port`, called `eth` and its number.
#[unsafe(no_mangle)]
pub extern "C" fn virtmcu_net_open(port: u16) {
    let Ok(name) = CString::new(format!("eth{port}")) else { return };
    let ports =
        Ports::find().unwrap_or_else(|| fatal("virtmcu net", &"load the node's module before this one"));
    qom::net::open(&name, |controller| {
        let receiver = Box::leak(Box::new(Receiving { port, ports, controller, held: RefCell::default() }));
        // SAFETY: `receiver` is never freed.
        unsafe { ports.attach(port, deliver, std::ptr::from_mut(receiver).cast()) };
        Net { receiver }
    });
}

/// The wire side of one controller.
struct Net {
    /// It lives as long as QEMU: the node's module holds a pointer to it.
    receiver: &'static Receiving,
}

struct Receiving {
    port: u16,
    ports: Ports,
    controller: Controller,
    /// The first one is with QEMU, which asks the controller. Borrowed for a moment at a time: the controller may send from within
    /// `Controller::receive`.
    held: RefCell<VecDeque<Vec<u8>>>,
}

impl Backend for Net {
    fn sent(&mut self, frame: &[u8]) {
        self.receiver.ports.send(self.receiver.port, frame);
    }

    fn has_room(&mut self, taken: bool) {
        self.receiver.has_room(taken);
    }
}

impl Receiving {
    fn arrive(&self, frame: &[u8]) {
        // A controller that is turned on, after a reset, asks for nothing.
        self.ask_again();
        if self.held.borrow().is_empty() && self.controller.receive(frame) {
            return;
        }
        let mut held = self.held.borrow_mut();
        if held.len() == MAX_HELD {
            let port = self.port;
            fatal(
                "virtmcu net",
                &format!("{MAX_HELD} frames wait at port {port}: its firmware does not read them"),
            );
        }
        held.push_back(frame.to_vec());
        self.ports.held(self.port);
    }

    fn ask_again(&self) {
        if !self.held.borrow().is_empty() {
            self.controller.ask_again();
        }
    }

    /// The controller has taken the first one that is held; or it has to be handed over again.
    fn has_room(&self, taken: bool) {
        if taken {
            self.held.borrow_mut().pop_front();
        }
        loop {
            let Some(frame) = self.held.borrow_mut().front_mut().map(std::mem::take) else { return };
            let done = self.controller.receive(&frame);
            let mut held = self.held.borrow_mut();
            if done {
                held.pop_front();
            } else {
                if let Some(first) = held.front_mut() {
                    *first = frame;
                }
                return;
            }
        }
    }
}

unsafe extern "C" fn deliver(opaque: *mut c_void, bytes: *const u8, len: usize) {
    // SAFETY: `opaque` is the `Receiving` of `virtmcu_net_open`, the big lock is held, and `len` bytes are there.
    let (receiving, frame) =
        unsafe { (&*opaque.cast::<Receiving>(), std::slice::from_raw_parts(bytes, len)) };
    if frame.is_empty() {
        receiving.ask_again();
    } else {
        receiving.arrive(frame);
    }
}
