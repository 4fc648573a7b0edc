// SPDX-License-Identifier: GPL-2.0-or-later
//! What a device sees of QEMU while one of its functions runs.

use crate::sys;
use ::device::{Host, MemoryFault};

/// Where the vCPU that runs on this thread is: at the access, or at the start of the block of code that has it.
pub(super) fn program_counter() -> Option<u64> {
    for number in 0.. {
        // SAFETY: CPUs of the machine, under the big lock; only the one that runs on this very thread is asked.
        unsafe {
            let cpu = sys::qemu_get_cpu(number);
            if cpu.is_null() {
                return None;
            }
            if (*cpu).running && sys::qemu_cpu_is_self(cpu) {
                return Some((*(*cpu).cc).get_pc?(cpu) as u64);
            }
        }
    }
    None
}

/// QEMU, as a device sees it.
pub(super) struct Machine {
    memory: *mut sys::AddressSpace,
}

impl Machine {
    /// `memory` is the device's address space, or null.
    pub(super) fn new(memory: *mut sys::AddressSpace) -> Machine {
        Machine { memory }
    }

    fn access(&self, address: u64, data: *mut u8, len: usize, is_write: bool) -> Result<(), MemoryFault> {
        if self.memory.is_null() {
            return Err(MemoryFault { address });
        }
        let attributes = sys::MemTxAttrs::default();
        // SAFETY: the device's address space; `len` bytes are at `data`, and are written only if `is_write` is false.
        let result = unsafe {
            sys::address_space_rw(self.memory, address, attributes, data.cast(), len as u64, is_write)
        };
        if result == sys::MEMTX_OK { Ok(()) } else { Err(MemoryFault { address }) }
    }
}

impl Host for Machine {
    fn now_ns(&self) -> u64 {
        crate::clock::now_ns()
    }

    fn read_memory(&mut self, address: u64, bytes: &mut [u8]) -> Result<(), MemoryFault> {
        self.access(address, bytes.as_mut_ptr(), bytes.len(), false)
    }

    fn write_memory(&mut self, address: u64, bytes: &[u8]) -> Result<(), MemoryFault> {
        self.access(address, bytes.as_ptr().cast_mut(), bytes.len(), true)
    }

    fn program_memory(&mut self, address: u64, bytes: &[u8]) -> Result<(), MemoryFault> {
        if self.memory.is_null() {
            return Err(MemoryFault { address });
        }
        let (attributes, len) = (sys::MemTxAttrs::default(), bytes.len() as u64);
        // SAFETY: the device's address space; `len` bytes are read from `bytes`. Code that was translated from there is thrown away.
        let result = unsafe {
            sys::address_space_write_rom(self.memory, address, attributes, bytes.as_ptr().cast(), len)
        };
        if result == sys::MEMTX_OK { Ok(()) } else { Err(MemoryFault { address }) }
    }
}
