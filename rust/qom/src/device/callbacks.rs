// SPDX-License-Identifier: GPL-2.0-or-later
//! What QEMU calls when something happens to a device: a line, a clock, a timer, a byte, a CAN bus, a frame.

use super::instance::Inner;
use crate::serial::sign;
use crate::sys;
use ::can::FromBus;
use ::device::Device;
use ::uart::{Heard, Sign};
use std::ffi::{c_int, c_void};

/// A timer, a clock or a group of lines, as the callback of it is told.
pub(super) struct Source<D: Device> {
    pub inner: *const Inner<D>,
    pub number: usize,
}

pub(super) unsafe extern "C" fn input<D: Device>(source: *mut c_void, index: c_int, level: c_int) {
    // SAFETY: a `Source` that `install` made, never freed, as its `inner` is; the big lock is held.
    let (inner, group) = unsafe { from::<D>(source) };
    inner.input(group, index as usize, level != 0);
}

pub(super) unsafe extern "C" fn reset_line<D: Device>(source: *mut c_void, _index: c_int, level: c_int) {
    // SAFETY: as above.
    let (inner, _) = unsafe { from::<D>(source) };
    if level != 0 {
        inner.reset();
    }
}

pub(super) unsafe extern "C" fn clock<D: Device>(source: *mut c_void, _event: sys::ClockEvent) {
    // SAFETY: as above.
    let (inner, number) = unsafe { from::<D>(source) };
    inner.clock_changed(number);
}

pub(super) unsafe extern "C" fn timer_due<D: Device>(source: *mut c_void) {
    // SAFETY: as above.
    let (inner, timer) = unsafe { from::<D>(source) };
    inner.call(|core, host| core.timer(timer, host));
}

/// # Safety
/// `source` is a `Source` that `install` made.
unsafe fn from<'a, D: Device>(source: *mut c_void) -> (&'a Inner<D>, usize) {
    // SAFETY: the caller's promise; neither is ever freed.
    unsafe {
        let source = &*source.cast::<Source<D>>();
        (&*source.inner, source.number)
    }
}

/// Always one: hardware does not make the wire wait. A byte that finds the device full is the device's to lose.
pub(super) unsafe extern "C" fn can_receive(_inner: *mut c_void) -> c_int {
    1
}

pub(super) unsafe extern "C" fn receive<D: Device>(inner: *mut c_void, bytes: *const u8, len: c_int) {
    // SAFETY: what `realize` passed, and `len` bytes to read; the big lock is held.
    let (inner, bytes) =
        unsafe { (&*inner.cast::<Inner<D>>(), std::slice::from_raw_parts(bytes, len as usize)) };
    for byte in bytes {
        inner.call(|core, host| core.hear(Heard::Byte(*byte), host));
    }
}

pub(super) unsafe extern "C" fn hear<D: Device>(inner: *mut c_void, kind: u8, value: u8) {
    // SAFETY: what `realize` passed; the big lock is held.
    let inner = unsafe { &*inner.cast::<Inner<D>>() };
    match sign(kind, value) {
        Sign::Heard(heard) => inner.call(|core, host| core.hear(heard, host)),
        Sign::Cts(has_room) => inner.call(|core, host| core.cts(has_room, host)),
    }
}

pub(super) unsafe extern "C" fn on_bus<D: Device>(inner: *mut c_void, bytes: *const u8, len: usize) {
    // SAFETY: what `realize` passed, and `len` bytes to read; the big lock is held.
    let (inner, bytes) = unsafe { (&*inner.cast::<Inner<D>>(), std::slice::from_raw_parts(bytes, len)) };
    match FromBus::read(bytes) {
        Ok(said) => inner.call(|core, host| core.on_bus(said, host)),
        Err(why) => crate::module::fatal("virtmcu can", &why),
    }
}

pub(super) unsafe extern "C" fn on_frame<D: Device>(inner: *mut c_void, bytes: *const u8, len: usize) {
    // SAFETY: what `realize` passed, and `len` bytes to read; the big lock is held.
    let (inner, frame) = unsafe { (&*inner.cast::<Inner<D>>(), std::slice::from_raw_parts(bytes, len)) };
    // Nothing is ever held for such a device: whether there is room for it does not matter.
    if !frame.is_empty() {
        inner.call(|core, host| core.on_frame(frame, host));
    }
}
