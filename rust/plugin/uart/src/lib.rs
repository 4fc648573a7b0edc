// SPDX-License-Identifier: GPL-2.0-or-later
//! The UART back end, loaded into QEMU: bytes leave with the exact virtual time of the guest's store and arrive at theirs.
//!
//! `-module libplugin_uart.so -chardev virtmcu-uart,id=uartN` makes the other end of the board's UART `N` port `N` of the
//! node's channel.
//!
//! **Invariant:** a byte that finds the device full is kept, told to the host, and handed over in order as soon as the
//! firmware has read; none is lost in silence.
//! **Limits:** QEMU's UARTs send at once, so the guest sees no transmit time; the link model gives each byte its time on
//! the wire. At most [`MAX_HELD`] bytes wait for a firmware that does not read.
#![expect(unsafe_code, reason = "calls and is called by the node's module over a C interface")]

use qom::chardev::{Backend, Port};
use qom::module::{Options, at_type_registration, fatal};
use qom::ports::Ports;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::ffi::{CStr, c_void};

/// The most bytes that wait for a firmware that does not read its UART.
pub const MAX_HELD: usize = 1 << 20;

qom::module_main!("uart", init);

fn init(_options: Options) -> Result<(), String> {
    at_type_registration(register);
    Ok(())
}

extern "C" fn register() {
    qom::chardev::register::<Uart>();
}

/// The wire side of one UART.
struct Uart {
    number: u16,
    ports: Ports,
    /// The receiving half lives as long as QEMU: the node's module holds a pointer to it.
    receiver: *mut Receiving,
}

struct Receiving {
    number: u16,
    ports: Ports,
    port: Port,
    /// Borrowed for a moment at a time: the device may ask for more from within `Port::receive`.
    held: RefCell<VecDeque<u8>>,
}

impl Backend for Uart {
    const TYPE: &'static CStr = c"chardev-virtmcu-uart";

    fn open(label: &str, port: Port) -> Result<Uart, String> {
        let number = label.strip_prefix("uart").and_then(|number| number.parse().ok());
        let number = number
            .ok_or_else(|| format!("the id of a virtmcu-uart is \"uart\" and a number, not \"{label}\""))?;
        let ports = Ports::find().ok_or("load the node's module before this one")?;
        let receiver = Box::into_raw(Box::new(Receiving { number, ports, port, held: RefCell::default() }));
        // SAFETY: `receiver` is never freed.
        unsafe { ports.attach(number, deliver, receiver.cast()) };
        Ok(Uart { number, ports, receiver })
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.ports.send(self.number, std::slice::from_ref(byte));
        }
    }

    fn accept_input(&mut self) {
        // SAFETY: made in `open`, never freed; all users hold the big lock.
        unsafe { (*self.receiver).flush() };
    }
}

impl Receiving {
    fn arrive(&self, byte: u8) {
        // A firmware that turns its receiver on, after a reset, reads nothing before something comes.
        self.flush();
        if self.held.borrow().is_empty() && self.port.receive(byte) {
            return;
        }
        let mut held = self.held.borrow_mut();
        if held.len() == MAX_HELD {
            let number = self.number;
            fatal(
                "virtmcu uart",
                &format!("{MAX_HELD} bytes wait at uart{number}: its firmware does not read them"),
            );
        }
        held.push_back(byte);
        self.ports.held(self.number);
    }

    fn flush(&self) {
        loop {
            let Some(byte) = self.held.borrow_mut().pop_front() else { return };
            if !self.port.receive(byte) {
                self.held.borrow_mut().push_front(byte);
                return;
            }
        }
    }
}

unsafe extern "C" fn deliver(opaque: *mut c_void, bytes: *const u8, len: usize) {
    // SAFETY: `opaque` is the `Receiving` of `open`, the big lock is held, and `len` bytes are there.
    let (receiving, bytes) =
        unsafe { (&*opaque.cast::<Receiving>(), std::slice::from_raw_parts(bytes, len)) };
    if bytes.is_empty() {
        receiving.flush();
    }
    for byte in bytes {
        receiving.arrive(*byte);
    }
}
