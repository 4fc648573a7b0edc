// SPDX-License-Identifier: GPL-2.0-or-later
//! QEMU's virtual clock and instruction counter.

use crate::sys;

/// Virtual time in nanoseconds since the machine started. Only from MMIO, timers and the gate's callbacks.
pub fn now_ns() -> u64 {
    // SAFETY: reads a clock; callable on any of QEMU's threads.
    unsafe { sys::qemu_clock_get_ns(sys::QEMU_CLOCK_VIRTUAL) as u64 }
}

/// Instructions executed since the machine started. Only from MMIO, timers and the gate's callbacks.
pub fn instructions() -> u64 {
    // SAFETY: as above.
    unsafe { sys::icount_get_raw() as u64 }
}
