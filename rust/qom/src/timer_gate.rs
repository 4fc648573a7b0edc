// SPDX-License-Identifier: GPL-2.0-or-later
//! The time gate without our patches: timers of the virtual clock that stop a QEMU as distributions build it.
//!
//! With `-icount`, the virtual clock's timers run on the vCPU's thread, at the first instruction boundary at or after
//! their time, and while they run no instruction does. So a timer whose callback waits for a grant holds virtual time. What the
//! gate does at its own places in QEMU's loop is done here by choosing when the timer is due:
//!
//! - No instruction may end after the limit. A timer is late by up to an instruction, so this one is due an instruction
//!   early, and from there goes boundary by boundary.
//! - What arrives comes before the timers that are due at the same boundary. A timer that is due one nanosecond after the
//!   boundary before is the first of them.
//! - A vCPU that sleeps has no boundaries: time jumps from timer to timer. There this one comes after each of them, and at the
//!   arrival itself.
//!
//! Those jumps are the main loop's, and it may want to jump at any moment. A vCPU goes to sleep before its thread has added up the
//! instructions that it has executed; a jump just then would go too far by as many. So QEMU is told that such a vCPU does
//! not sleep yet (`cpu_thread_is_idle` of its accelerator); the vCPU's thread tells the main loop when it does.
//!
//! **Invariant:** what the guest sees and sends is what it would with the gate, nanosecond for nanosecond, or the run ends.
//! **Limits:** timers of equal time run in the order in which they were set. Where one of the guest's is due at the very
//! nanosecond that this one must be first at, no order can be had, and the run ends with an error. One vCPU; no resets; the
//! big lock is held while time stands still, so the monitor and GDB get no answer then.

use crate::clock::{next_timer_in_ns, now_ns};
use crate::gate::{Gate, Open};
use crate::module::fatal;
use crate::sys;
use std::cell::Cell;
use std::ffi::c_void;

const NAME: &str = "virtmcu timers";

/// Holds virtual time at 0, and from then on at what `gate` grants. `insn_ns`: how long an instruction takes. Only before the
/// machine starts ([`crate::module::at_machine_ready`]).
pub fn install<G: Gate>(gate: &'static G, insn_ns: u64) -> Result<(), String> {
    if !crate::clock::counts_instructions() {
        return Err("virtual time must count instructions (-icount shift=N,sleep=off)".into());
    }
    let timers: &'static Timers<G> = Box::leak(Box::new(Timers {
        gate,
        insn_ns,
        open: Cell::new(Open { limit_ns: 0, event_ns: None }),
        timer: Box::into_raw(Box::new(sys::QEMUTimer::default())),
    }));
    // SAFETY: QEMU's own description of the accelerator, which it never frees, and nobody else writes; the big lock is held.
    let accelerator = unsafe { sys::cpus_get_accel().cast_mut().as_mut() };
    accelerator.ok_or("there is no accelerator")?.cpu_thread_is_idle = Some(is_accounted);
    let opaque = std::ptr::from_ref(timers).cast_mut().cast();
    // SAFETY: timer and `timers` are never freed; `due` gets the latter back.
    unsafe {
        let list = std::ptr::null_mut();
        sys::timer_init_full(timers.timer, list, sys::QEMU_CLOCK_VIRTUAL, 1, 0, Some(due::<G>), opaque);
    }
    timers.set(0);
    Ok(())
}

/// Whether the instructions that a sleeping vCPU has executed are added up: only then has it none left to execute.
unsafe extern "C" fn is_accounted(cpu: *mut sys::CPUState) -> bool {
    // SAFETY: a vCPU of the machine. Its thread may write this one word meanwhile, which is written and read as a whole.
    unsafe { (&raw const (*cpu).icount_budget).read_volatile() == 0 }
}

/// Whether the vCPU sleeps. Work that the main loop has left for its thread counts as being awake, so that comes first; it is
/// the same place where the thread would do it.
fn sleeps() -> bool {
    // SAFETY: on the vCPU's thread, with the big lock.
    unsafe { sys::process_queued_cpu_work(sys::qemu_get_cpu(0)) };
    crate::clock::sleeps()
}

/// Used on the vCPU's thread only, once it runs.
struct Timers<G: 'static> {
    gate: &'static G,
    insn_ns: u64,
    open: Cell<Open>,
    timer: *mut sys::QEMUTimer,
}

unsafe extern "C" fn due<G: Gate + 'static>(timers: *mut c_void) {
    // SAFETY: what `install` passed.
    let timers: &'static Timers<G> = unsafe { &*timers.cast() };
    timers.due();
}

/// What comes next at a boundary where nothing has arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    /// The limit: a grant is needed before anything else happens.
    Wait,
    /// The timer is due then, after all that are due there already.
    Look { at_ns: u64 },
    /// The timer is due then, and must be the first.
    First { at_ns: u64 },
}

impl<G: Gate> Timers<G> {
    /// The timer is due: goes on until virtual time has to.
    fn due(&self) {
        loop {
            let (now, open) = (now_ns(), self.open.get());
            if open.event_ns.is_some_and(|event| event <= now) {
                self.open.set(self.gate.event(now));
                continue;
            }
            let timer = next_timer_in_ns().map(|ns| now.saturating_add(ns));
            match next(now, open, timer, (!sleeps()).then_some(self.insn_ns)) {
                Next::Wait => {
                    while !self.gate.wait() {}
                    self.open.set(self.gate.commit());
                }
                Next::Look { at_ns } => return self.set(at_ns),
                Next::First { at_ns } if timer == Some(at_ns) => fatal(
                    NAME,
                    &format!(
                        "a timer of this machine is due at {at_ns} ns of its clock, where something arrives or a grant ends; \
                         QEMU without virtmcu's patches cannot order them. Use the QEMU that virtmcu builds"
                    ),
                ),
                Next::First { at_ns } => return self.set(at_ns),
            }
        }
    }

    fn set(&self, at_ns: u64) {
        // SAFETY: made in `install`; callable on any of QEMU's threads.
        unsafe { sys::timer_mod_ns(self.timer, i64::try_from(at_ns).unwrap_or(i64::MAX)) };
    }
}

/// `timer`: when the next of the machine's timers is due. `insn`: how long an instruction takes, if the vCPU computes.
fn next(now: u64, open: Open, timer: Option<u64>, insn: Option<u64>) -> Next {
    let limit = open.limit_ns;
    let event = open.event_ns.unwrap_or(u64::MAX);
    let stop = event.min(limit);
    if now >= limit {
        return Next::Wait;
    }
    let timer = timer.unwrap_or(u64::MAX);
    if timer <= now {
        return Next::Look { at_ns: now };
    }
    match insn {
        // No whole instruction is left.
        Some(insn) if limit - now < insn => Next::Wait,
        // The boundary after the next instruction is the one.
        Some(insn) if stop - now <= insn => Next::First { at_ns: now + 1 },
        // Not later than the boundary before it; if the vCPU falls asleep before, then in its sleep.
        Some(insn) => Next::Look { at_ns: stop - insn },
        None if timer < stop => Next::Look { at_ns: timer },
        None if event <= limit => Next::First { at_ns: event },
        None => Next::Wait,
    }
}

#[cfg(test)]
mod tests;
