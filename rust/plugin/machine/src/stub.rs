// SPDX-License-Identifier: GPL-2.0-or-later
//! A part that nobody models: it remembers what is written, gives the values that the tree says, and tells of every access.
//!
//! **Invariant:** it tells at the time of the access, in the order of accesses. What a register did last and does again is told at
//! the 10th, 100th, 1000th time, so that firmware that polls does not fill a trace.
//! **Limits:** its registers are 32 bits wide; what they hold is not saved with the machine.

use plan::Stub;
use qom::io::Registers;
use qom::ports::Ports;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};

/// One of QEMU's registers of a stub.
pub(crate) struct Part {
    name: String,
    port: u16,
    /// What reads give whatever was written.
    reads: BTreeMap<u64, u32>,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    /// How many resets the values have seen.
    resets: u64,
    written: BTreeMap<u64, u32>,
    /// The last access of each kind at each offset, and how many times it came.
    last: BTreeMap<(bool, u64), (Access, u64)>,
    line: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Access {
    is_write: bool,
    offset: u64,
    bytes: u32,
    value: u64,
}

/// How many resets there were.
static RESETS: AtomicU64 = AtomicU64::new(0);

/// The machine is reset: stubs forget what was written.
pub(crate) fn reset() {
    RESETS.fetch_add(1, Ordering::Relaxed);
}

impl Part {
    pub(crate) fn new(stub: &Stub) -> Part {
        let reads = stub.reads.iter().copied().collect();
        Part { name: stub.name.clone(), port: stub.port, reads, state: RefCell::default() }
    }

    fn tell(&self, state: &mut State, access: Access) {
        let Access { is_write, offset, bytes, value } = access;
        let (last, times) = state.last.entry((is_write, offset)).or_insert((access, 0));
        if *last != access {
            (*last, *times) = (access, 0);
        }
        *times += 1;
        let times = *times;
        if times != 10u64.saturating_pow(times.ilog10()) {
            return;
        }
        let (verb, bits, sign) = if is_write { ("write", bytes * 8, "=") } else { ("read", bytes * 8, "is") };
        state.line.clear();
        // Writing to a String cannot fail.
        let _ = write!(state.line, "{verb}{bits} {}+{offset:#x} {sign} {value:#x}", self.name);
        if times > 1 {
            let _ = write!(state.line, " ({times} times)");
        }
        state.line.push('\n');
        // Without the node's module nobody listens.
        let Some(ports) = Ports::find() else { return };
        for byte in state.line.bytes() {
            ports.send(self.port, &[byte]);
        }
    }
}

impl State {
    fn renew(&mut self) {
        let resets = RESETS.load(Ordering::Relaxed);
        if self.resets != resets {
            self.resets = resets;
            self.written.clear();
        }
    }
}

/// The word of `offset`, and where the `bytes` bytes lie in it: shift and mask.
fn place(offset: u64, bytes: u32) -> (u64, u32, u32) {
    let mask = if bytes >= 4 { u32::MAX } else { (1 << (8 * bytes)) - 1 };
    (offset & !3, (offset & 3) as u32 * 8, mask)
}

impl Registers for Part {
    fn read(&self, offset: u64, bytes: u32, by_guest: bool) -> u64 {
        let mut state = self.state.borrow_mut();
        state.renew();
        let (word, shift, mask) = place(offset, bytes);
        let held = self.reads.get(&word).or_else(|| state.written.get(&word)).copied().unwrap_or(0);
        let value = u64::from(held.unbounded_shr(shift) & mask);
        if by_guest {
            self.tell(&mut state, Access { is_write: false, offset, bytes, value });
        }
        value
    }

    fn write(&self, offset: u64, bytes: u32, value: u64, by_guest: bool) {
        let mut state = self.state.borrow_mut();
        state.renew();
        let (word, shift, mask) = place(offset, bytes);
        let held = state.written.entry(word).or_insert(0);
        let (mask, bits) = (mask.unbounded_shl(shift), (value as u32).unbounded_shl(shift));
        *held = *held & !mask | bits & mask;
        if by_guest {
            self.tell(&mut state, Access { is_write: true, offset, bytes, value });
        }
    }
}
