// SPDX-License-Identifier: GPL-2.0-or-later
//! QEMU's virtual clock and instruction counter.

use crate::sys;

/// Virtual time in nanoseconds since the machine started. Only from MMIO, timers and the gate's callbacks.
pub fn now_ns() -> u64 {
    // SAFETY: reads a clock; callable on any of QEMU's threads.
    unsafe { sys::qemu_clock_get_ns(sys::QEMU_CLOCK_VIRTUAL) as u64 }
}

/// Whether the virtual clock counts instructions (`-icount`), or is the host's.
pub fn counts_instructions() -> bool {
    // SAFETY: set when QEMU reads its command line, and never again.
    unsafe { sys::use_icount != sys::ICOUNT_DISABLED }
}

/// Instructions executed since the machine started. Only from MMIO, timers and the gate's callbacks.
pub fn instructions() -> u64 {
    // SAFETY: as above.
    unsafe { sys::icount_get_raw() as u64 }
}

/// When every vCPU sleeps: the time of the next timer, or [`u64::MAX`] if there is none. `None` while one computes. Only
/// from the gate's callbacks.
pub fn sleeps_until_ns() -> Option<u64> {
    sleeps().then(|| next_timer_in_ns().map_or(u64::MAX, |ns| now_ns().saturating_add(ns)))
}

/// Whether every vCPU sleeps. Only from timers and the gate's callbacks.
pub fn sleeps() -> bool {
    // SAFETY: reads the vCPUs' states, on their thread.
    unsafe { sys::all_cpu_threads_idle() }
}

/// How long until the next timer of the virtual clock is due. Only from timers and the gate's callbacks.
pub fn next_timer_in_ns() -> Option<u64> {
    // SAFETY: reads the timers' list; callable on any of QEMU's threads.
    let deadline_ns =
        unsafe { sys::qemu_clock_deadline_ns_all(sys::QEMU_CLOCK_VIRTUAL, sys::QEMU_TIMER_ATTR_ALL as i32) };
    u64::try_from(deadline_ns).ok()
}
