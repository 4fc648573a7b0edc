// SPDX-License-Identifier: GPL-2.0-or-later
//! What a UART and its character device say to each other besides bytes: calls of `qemu_chr_fe_ioctl`.
//!
//! QEMU's own devices make those of `chardev/char-serial.h`, to which `patches/` adds one. Ours have more to say, and make those of this
//! file; to another character device than ours they say nothing.
//!
//! **Limits:** a QEMU without the patches tells no rates: those of its `CHR_IOCTL_SERIAL_SET_PARAMS` are not those of the board.

use crate::sys;
use ::uart::{Framing, Heard, Parity, Settings, Sign};
use std::ffi::{c_int, c_void};

/// What a UART says to its character device.
#[derive(Clone, Copy, Debug)]
pub enum Word {
    /// Its registers come to these settings; none: it is off.
    Settings(Option<Settings>),
    /// It sends a break of so many bits.
    Break(u16),
    /// It holds its line low, or lets it go.
    Hold(bool),
    /// It has room for more (RTS), or has not.
    Rts(bool),
    /// It takes what it hears from now on by itself, errors and all.
    Attach(Listener),
}

/// Whoever takes what a receiver hears.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Listener {
    hear: Hear,
    opaque: *mut c_void,
}

/// What kind of sign it is, and its byte or level.
type Hear = unsafe extern "C" fn(opaque: *mut c_void, kind: u8, value: u8);

impl Listener {
    /// One that is called with `opaque`.
    ///
    /// # Safety
    /// Both stay valid until QEMU ends.
    pub unsafe fn new(hear: Hear, opaque: *mut c_void) -> Listener {
        Listener { hear, opaque }
    }

    /// Tells it, under the big lock.
    pub fn tell(&self, sign: Sign) {
        let (kind, value) = match sign {
            Sign::Heard(heard) => (kind(heard), heard.byte()),
            Sign::Cts(has_room) => (CTS_KIND, has_room.into()),
        };
        // SAFETY: the promise of `new`.
        unsafe { (self.hear)(self.opaque, kind, value) };
    }
}

const CTS_KIND: u8 = 5;

const fn kind(heard: Heard) -> u8 {
    match heard {
        Heard::Byte(_) => 0,
        Heard::Noise(_) => 1,
        Heard::Parity(_) => 2,
        Heard::Framing(_) => 3,
        Heard::Break => 4,
    }
}

/// The sign that a [`Listener`] is called with.
pub(crate) const fn sign(kind: u8, value: u8) -> Sign {
    Sign::Heard(match kind {
        0 => Heard::Byte(value),
        1 => Heard::Noise(value),
        2 => Heard::Parity(value),
        3 => Heard::Framing(value),
        4 => Heard::Break,
        _ => return Sign::Cts(value != 0),
    })
}

// QEMU's calls (chardev/char-serial.h, patches/0019), and ours.
const SET_BREAK: c_int = 2;
const SET_MODEM_LINES: c_int = 13;
pub(crate) const GET_MODEM_LINES: c_int = 14;
const SET_RATE: c_int = 0x766d_0005;
const OUR_SETTINGS: c_int = 0x766d_0001;
const OUR_BREAK: c_int = 0x766d_0002;
const OUR_RTS: c_int = 0x766d_0003;
const OUR_ATTACH: c_int = 0x766d_0004;

const RTS: c_int = 0x004;
const CTS: c_int = 0x020;
const CARRIER: c_int = 0x040;
const DSR: c_int = 0x100;

/// The modem lines that a device sees: nothing but CTS ever changes.
pub(crate) const fn modem_lines(cts: bool) -> c_int {
    CARRIER | DSR | if cts { CTS } else { 0 }
}

/// QEMU's `QEMUSerialRate` (patches/0019).
#[repr(C)]
struct Rate {
    cycles: u64,
    hz: u64,
    data_bits: u32,
    parity: u32,
    stop_bits: u32,
}

impl Rate {
    /// None, if nobody has set it.
    fn settings(&self) -> Option<Settings> {
        let parity = match u8::try_from(self.parity) {
            Ok(b'E') => Parity::Even,
            Ok(b'O') => Parity::Odd,
            _ => Parity::None,
        };
        let bits = |count| u8::try_from(count).ok();
        let framing = Framing::new(bits(self.data_bits)?, parity, bits(self.stop_bits)?)?;
        Settings::of_clock(self.cycles, self.hz, framing)
    }
}

/// The word of a call; none, if it is not known.
///
/// # Safety
/// `argument` is what the call has as its argument.
pub(crate) unsafe fn word(command: c_int, argument: *mut c_void) -> Option<Word> {
    // SAFETY: the caller's promise, for each of the calls.
    unsafe {
        Some(match command {
            SET_BREAK => Word::Hold(*argument.cast::<c_int>() != 0),
            SET_MODEM_LINES => Word::Rts(*argument.cast::<c_int>() & RTS != 0),
            SET_RATE => Word::Settings((*argument.cast::<Rate>()).settings()),
            OUR_SETTINGS => Word::Settings(*argument.cast()),
            OUR_BREAK => Word::Break(*argument.cast()),
            OUR_RTS => Word::Rts(*argument.cast()),
            OUR_ATTACH => Word::Attach(*argument.cast()),
            _ => return None,
        })
    }
}

/// Says something to the character device behind a front end; true if it is one of ours.
///
/// # Safety
/// `front` is a `CharFrontend` of the name it has in this series, and a device is behind it.
pub(crate) unsafe fn say(front: *mut c_void, mut word: Word) -> bool {
    let (command, argument): (_, *mut c_void) = match &mut word {
        Word::Settings(settings) => (OUR_SETTINGS, std::ptr::from_mut(settings).cast()),
        Word::Break(bits) => (OUR_BREAK, std::ptr::from_mut(bits).cast()),
        Word::Hold(is_low) => {
            let mut is_low = c_int::from(*is_low);
            // SAFETY: the caller's promise, and an argument of that call.
            return unsafe { sys::qemu_chr_fe_ioctl(front.cast(), SET_BREAK, (&raw mut is_low).cast()) == 0 };
        }
        Word::Rts(has_room) => (OUR_RTS, std::ptr::from_mut(has_room).cast()),
        Word::Attach(listener) => (OUR_ATTACH, std::ptr::from_mut(listener).cast()),
    };
    // SAFETY: as above.
    unsafe { sys::qemu_chr_fe_ioctl(front.cast(), command, argument) == 0 }
}
