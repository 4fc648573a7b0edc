// SPDX-License-Identifier: GPL-2.0-or-later
//! QEMU's main loop, and the machine that it starts and stops, for nodes whose time is the host's clock.

use crate::sys;
use std::ffi::c_void;

/// Something that the main loop does when it is told to, with the big lock held.
pub trait Task: Sync + 'static {
    /// Does it.
    fn run(&'static self);
}

/// Lets the main loop run `task` soon. From any thread.
pub fn schedule<T: Task>(task: &'static T) {
    let opaque = std::ptr::from_ref(task).cast_mut().cast();
    // SAFETY: the context lives as long as QEMU, and takes work from any thread; `run` gets `task` back as a `&'static T`.
    unsafe {
        sys::aio_bh_schedule_oneshot_full(
            sys::qemu_get_aio_context(),
            Some(run::<T>),
            opaque,
            c"virtmcu".as_ptr(),
        );
    }
}

unsafe extern "C" fn run<T: Task>(task: *mut c_void) {
    // SAFETY: the pointer that `schedule` or `Alarm::new` passed, from a `&'static T`; `T` is `Sync`.
    let task: &'static T = unsafe { &*task.cast::<T>() };
    task.run();
}

/// Schedules a task at a virtual time.
#[derive(Debug)]
pub struct Alarm(*mut sys::QEMUTimer);

// SAFETY: QEMU's timers may be set from any thread.
unsafe impl Send for Alarm {}
// SAFETY: as above.
unsafe impl Sync for Alarm {}

impl Alarm {
    /// An alarm that is not set. Not before the machine is ready ([`crate::module::at_machine_ready`]).
    pub fn new<T: Task>(task: &'static T) -> Alarm {
        let timer = Box::into_raw(Box::new(sys::QEMUTimer::default()));
        let opaque = std::ptr::from_ref(task).cast_mut().cast();
        // SAFETY: the timer is never freed, and `ring` gets `task` back as a `&'static T`.
        unsafe {
            sys::timer_init_full(
                timer,
                std::ptr::null_mut(),
                sys::QEMU_CLOCK_VIRTUAL,
                1,
                0,
                Some(ring::<T>),
                opaque,
            );
        }
        Alarm(timer)
    }

    /// Runs the task at `at_ns` or later, once; an earlier time that was set is forgotten.
    pub fn set(&self, at_ns: u64) {
        // SAFETY: made in `new`.
        unsafe { sys::timer_mod(self.0, i64::try_from(at_ns).unwrap_or(i64::MAX)) };
    }
}

/// Not the task itself: to stop the machine, QEMU waits for its timers' callbacks, of which this is one.
unsafe extern "C" fn ring<T: Task>(task: *mut c_void) {
    // SAFETY: as in `run`.
    schedule(unsafe { &*task.cast::<T>() });
}

/// Lets the vCPUs and virtual time run. From a [`Task`] only.
pub fn start_machine() {
    // SAFETY: on the main loop's thread, with the big lock.
    unsafe { sys::vm_start() };
}

/// Stops virtual time, then the vCPUs. From a [`Task`] only.
pub fn stop_machine() {
    // SAFETY: as above.
    unsafe { sys::vm_stop(sys::RUN_STATE_PAUSED) };
}
