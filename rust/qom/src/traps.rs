// SPDX-License-Identifier: GPL-2.0-or-later
//! A CPU that takes trap after trap and executes nothing between them, as when its trap vector lies where nothing is. No instruction
//! ends, so that virtual time stands still for ever; a real chip hangs, too. Here the node's process ends, and says so.
//!
//! QEMU has a table of functions for each kind of CPU. Its `do_interrupt` takes a trap; ours is put before it.

use crate::clock;
use crate::sys;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// So many traps without an instruction are endless: no CPU has as many levels of privilege and of interrupts.
const TRAPS_MAX: u32 = 1000;

type Take = unsafe extern "C" fn(*mut sys::CPUState);

/// What takes a trap, of the kinds of CPU that the machine has: the address of its class, and QEMU's function.
static KINDS: OnceLock<Vec<(usize, Take)>> = OnceLock::new();

/// How many instructions were executed at the last trap, and how many traps since then.
static AT: AtomicU64 = AtomicU64::new(0);
static TRAPS: AtomicU32 = AtomicU32::new(0);

/// Ends the process when a CPU gets into that. Only before the machine starts ([`crate::module::at_machine_ready`]).
pub fn end_endless_ones() -> Result<(), String> {
    if !clock::counts_instructions() {
        return Err("virtual time must count instructions (-icount shift=N,sleep=off)".into());
    }
    let mut kinds: Vec<(usize, Take)> = Vec::new();
    for number in 0.. {
        // SAFETY: any number is good, and the big lock is held. A CPU has a class, which lives for ever, and nobody else writes it.
        let class = unsafe {
            let cpu = sys::qemu_get_cpu(number);
            if cpu.is_null() {
                break;
            }
            &mut *(*cpu).cc
        };
        let address = std::ptr::from_ref(class).addr();
        if kinds.iter().any(|(known, _)| *known == address) {
            continue;
        }
        // SAFETY: QEMU's table of this kind of CPU, which is plain data that never changes.
        let mut table = unsafe { class.tcg_ops.read() };
        kinds.push((address, table.do_interrupt.ok_or("this kind of CPU takes no traps")?));
        table.do_interrupt = Some(take);
        class.tcg_ops = Box::leak(Box::new(table));
    }
    KINDS.set(kinds).map_err(|_| "this is done twice".to_string())
}

/// On the vCPU's thread, between two blocks of instructions.
unsafe extern "C" fn take(cpu: *mut sys::CPUState) {
    let instructions = clock::instructions();
    if AT.swap(instructions, Ordering::Relaxed) != instructions {
        TRAPS.store(0, Ordering::Relaxed);
    }
    if TRAPS.fetch_add(1, Ordering::Relaxed) == TRAPS_MAX {
        // SAFETY: a CPU of this machine; the text wants one number. QEMU prints the registers and aborts.
        unsafe {
            let text = c"Endless trap: each takes the exception %d at once, and no instruction ends any more";
            sys::cpu_abort(cpu, text.as_ptr(), (*cpu).exception_index);
        }
    }
    // SAFETY: as above.
    let address = unsafe { (*cpu).cc.addr() };
    let own = KINDS.get().and_then(|kinds| kinds.iter().find(|(known, _)| *known == address));
    if let Some((_, own)) = own {
        // SAFETY: QEMU's own function for this kind of CPU, with what QEMU has called this one with.
        unsafe { own(cpu) };
    }
}
