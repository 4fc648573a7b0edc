// SPDX-License-Identifier: GPL-2.0-or-later
//! The reset of the whole machine.

use crate::sys;
use std::ffi::c_void;

/// Asks for a reset of CPUs and devices, as by the reset pin. Only from the gate's callbacks: the vCPUs stop where they are,
/// and virtual time with them, until QEMU's main loop has done it.
pub fn request() {
    // SAFETY: callable on any of QEMU's threads with the big lock held.
    unsafe { sys::qemu_system_reset_request(sys::SHUTDOWN_CAUSE_HOST_QMP_SYSTEM_RESET) };
}

/// Runs `handler` at each reset, also at the one that starts the machine, while all vCPUs stand still. The virtual clock may
/// be read in it. Only before the machine starts ([`crate::module::at_machine_ready`]).
pub fn at_reset(handler: fn()) {
    let opaque = handler as *mut c_void;
    // SAFETY: the handler is code: it lives for ever.
    unsafe { sys::qemu_register_reset(Some(reset), opaque) };
}

unsafe extern "C" fn reset(opaque: *mut c_void) {
    // SAFETY: the function that `at_reset` passed.
    let handler = unsafe { std::mem::transmute::<*mut c_void, fn()>(opaque) };
    handler();
}
