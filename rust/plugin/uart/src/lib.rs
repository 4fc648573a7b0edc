// SPDX-License-Identifier: GPL-2.0-or-later
//! The UART back end, loaded into QEMU: bytes leave with the exact virtual time of the guest's store and arrive at theirs.
//!
//! `-module libplugin_uart.so,uartN=LINE -chardev virtmcu-uart,id=uartN` makes the other end of the board's UART `N` port `N` of the
//! node's channel. `LINE` is what the link there is, as `uart::Line` has it; without one nobody is there, or a person.
//!
//! A device tells what its registers come to, and takes errors and breaks, and RTS and CTS where it knows them: ours, and of QEMU's those
//! that `patches/0019` names.
//!
//! **Invariant:** on a line, a device that tells what its registers come to always takes a byte, and overruns as the chip does; what is lost is
//! told. For another one, and for one that nobody has joined to a line, a byte that finds it full is kept, told to the host, and handed over in
//! order as soon as the firmware has read.
//! **Limits:** QEMU's UARTs send at once, so the guest sees no transmit time; the link model gives each byte its time on
//! the wire. At most [`MAX_HELD`] bytes wait for a firmware that does not read.
#![expect(unsafe_code, reason = "calls and is called by the node's module over a C interface")]

mod receiving;

use qom::chardev::{Backend, Port};
use qom::module::{Options, at_type_registration};
use qom::ports::Ports;
use qom::serial::Word;
use receiving::Receiving;
use std::cell::Cell;
use std::ffi::CStr;
use std::sync::OnceLock;
use uart::Line;

/// The most bytes that wait for a firmware that does not read its UART.
pub const MAX_HELD: usize = 1 << 20;

/// What the module was told of the lines.
static LINES: OnceLock<Options> = OnceLock::new();

qom::module_main!("uart", init);

fn init(options: Options) -> Result<(), String> {
    LINES.get_or_init(|| options);
    at_type_registration(register);
    Ok(())
}

extern "C" fn register() {
    qom::chardev::register::<Uart>();
}

/// The wire side of one UART.
struct Uart {
    /// It lives as long as QEMU: the node's module holds a pointer to it.
    receiver: &'static Receiving,
    /// The device holds its line low.
    holds: Cell<bool>,
}

impl Backend for Uart {
    const TYPE: &'static CStr = c"chardev-virtmcu-uart";

    fn open(label: &str, port: Port) -> Result<Uart, String> {
        let number = label.strip_prefix("uart").and_then(|number| number.parse().ok());
        let number = number
            .ok_or_else(|| format!("the id of a virtmcu-uart is \"uart\" and a number, not \"{label}\""))?;
        let line: Option<Line> = LINES.get().map_or(Ok(None), |lines| lines.find(label))?;
        let ports = Ports::find().ok_or("load the node's module before this one")?;
        Ok(Uart { receiver: Receiving::open(number, ports, port, line), holds: Cell::new(false) })
    }

    fn write(&self, bytes: &[u8]) {
        // Not all of QEMU's devices tell that a break is over.
        if self.holds.take() {
            self.receiver.with_end(|end, out| end.hold(false, out));
        }
        for byte in bytes {
            self.receiver.with_end(|end, out| end.send(*byte, out));
        }
    }

    fn accept_input(&self) {
        self.receiver.flush();
    }

    fn cts(&self) -> Option<bool> {
        self.receiver.cts()
    }

    fn say(&self, word: Word) {
        let receiver = self.receiver;
        match word {
            Word::Settings(settings) => receiver.with_end(|end, out| end.set(settings, out)),
            Word::Break(bits) => receiver.with_end(|end, out| end.send_break(bits, out)),
            Word::Hold(is_low) => {
                if self.holds.replace(is_low) != is_low {
                    receiver.with_end(|end, out| end.hold(is_low, out));
                }
            }
            Word::Rts(has_room) => receiver.with_end(|end, out| end.rts(has_room, out)),
            Word::Attach(listener) => receiver.attach(listener),
        }
    }
}
