// SPDX-License-Identifier: GPL-2.0-or-later
//! A timer of virtual time that runs at its time, as those of devices do.

use crate::sys;
use std::ffi::c_void;

/// Calls back when it is due, on the thread that has the big lock then.
#[derive(Debug)]
pub struct Timer(*mut sys::QEMUTimer);

impl Timer {
    /// One that is not set.
    ///
    /// # Safety
    /// `due` and `opaque` stay valid until QEMU ends.
    pub unsafe fn new(due: unsafe extern "C" fn(*mut c_void), opaque: *mut c_void) -> Timer {
        let timer = Box::into_raw(Box::new(sys::QEMUTimer::default()));
        let (list, clock) = (std::ptr::null_mut(), sys::QEMU_CLOCK_VIRTUAL);
        // SAFETY: the timer is never freed; the rest is the caller's promise.
        unsafe { sys::timer_init_full(timer, list, clock, 1, 0, Some(due), opaque) };
        Timer(timer)
    }

    /// Lets it be due at `due_ns`, or not at all; what was set before is forgotten. Only with the big lock held.
    pub fn set(&self, due_ns: Option<u64>) {
        // SAFETY: made in `new`.
        unsafe {
            match due_ns {
                Some(due_ns) => sys::timer_mod_ns(self.0, i64::try_from(due_ns).unwrap_or(i64::MAX)),
                None => sys::timer_del(self.0),
            }
        }
    }
}
