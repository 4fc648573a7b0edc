// SPDX-License-Identifier: GPL-2.0-or-later
//! What machines are built of: memory, clocks, objects, lines between them.
//!
//! QEMU aborts when it is asked for what is not there; here that is an error with the names in it.

mod builder;
mod flash;
mod part;

use crate::sys;
pub use builder::Builder;
use std::ffi::{CStr, CString};
use std::ptr::null_mut;

/// A clock.
#[derive(Clone, Copy, Debug)]
pub struct Clock(*mut sys::Clock);

/// A memory.
#[derive(Clone, Copy, Debug)]
pub struct Memory(*mut sys::MemoryRegion);

/// What becomes of the guest's stores to a memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stores {
    /// They change it.
    Kept,
    /// Nothing.
    Lost,
    /// Whoever controls it decides: [`Part::take_stores`]. Nothing before that.
    ToItsController,
}

/// An object.
#[derive(Clone, Copy, Debug)]
pub struct Part(*mut sys::Object);

/// A line's end.
#[derive(Clone, Copy, Debug)]
pub enum Line<'a> {
    /// An interrupt output of a device on the system bus.
    Interrupt(u32),
    /// One without a name.
    Plain(u32),
    /// One with a name.
    Named(&'a str, u32),
}

/// The value of a property.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    /// A number.
    Number(u64),
    /// A switch.
    Switch(bool),
    /// A text.
    Text(&'a str),
    /// Some numbers.
    Numbers(&'a [u64]),
    /// Another object.
    Object(Part),
    /// The registers of another device of the system bus: which of its regions.
    Registers(Part, u32),
    /// A memory.
    Memory(Memory),
    /// The memory that the CPU sees.
    SystemMemory,
    /// The character device with this id.
    Chardev(&'a str),
}

pub(crate) fn text(text: &str) -> Result<CString, String> {
    CString::new(text).map_err(|_| format!("a zero byte in \"{}\"", text.escape_debug()))
}

/// Calls a function of QEMU that may fail, and gives its message.
fn try_to(call: impl FnOnce(*mut *mut sys::Error)) -> Result<(), String> {
    let mut error = null_mut();
    call(&mut error);
    if error.is_null() {
        return Ok(());
    }
    // SAFETY: QEMU has made an error, which is ours; its text is a C string that lives as long.
    unsafe {
        let message = CStr::from_ptr(sys::error_get_pretty(error)).to_string_lossy().into_owned();
        sys::error_free(error);
        Err(message)
    }
}
