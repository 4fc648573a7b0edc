// SPDX-License-Identifier: GPL-2.0-or-later
//! The guest's state, to be read while it stands still: the registers of its CPUs and its memory.

use crate::sys;
use std::ffi::{CStr, c_int, c_void};

/// QEMU's big lock, held until this is dropped. While the vCPU's thread has it, nothing changes the guest's state.
#[derive(Debug)]
pub struct BigLock {
    /// It was taken here, not by a caller.
    taken: bool,
}

impl BigLock {
    /// Takes it, unless this thread has it already.
    pub fn take() -> BigLock {
        // SAFETY: a lock that any thread may take, once; the text lives for ever.
        unsafe {
            let taken = !sys::bql_locked();
            if taken {
                sys::bql_lock_impl(c"virtmcu".as_ptr(), 0);
            }
            BigLock { taken }
        }
    }
}

impl Drop for BigLock {
    fn drop(&mut self) {
        if self.taken {
            // SAFETY: taken in `take`.
            unsafe { sys::bql_unlock() };
        }
    }
}

/// The registers of all CPUs, as a debugger sees them: architectural values, not how QEMU happens to keep them.
#[derive(Debug)]
pub struct Registers {
    /// CPU and number of each.
    all: Vec<(c_int, c_int)>,
    buffer: *mut sys::GByteArray,
}

// SAFETY: the buffer belongs to this value alone, and is used under the big lock.
unsafe impl Send for Registers {}

/// Reading it is an event of its own: it draws from the guest's random numbers.
const DRAWS: &CStr = c"seed";

impl Registers {
    /// Finds them; once the machine is ready.
    pub fn find(_lock: &BigLock) -> Registers {
        let mut all = Vec::new();
        for cpu in 0.. {
            // SAFETY: a plain look-up, under the big lock.
            let state = unsafe { sys::qemu_get_cpu(cpu) };
            if state.is_null() {
                break;
            }
            // SAFETY: a CPU that is there. The list is ours, an array of descriptions whose names live for ever.
            unsafe {
                let list = sys::gdb_get_register_list(state);
                let len = (*list).len as usize;
                for place in 0..len {
                    let register = &*(*list).data.cast::<sys::GDBRegDesc>().add(place);
                    // A number between the names of two others is no register.
                    if !register.name.is_null() && CStr::from_ptr(register.name) != DRAWS {
                        all.push((cpu, register.gdb_reg));
                    }
                }
                sys::g_array_free(list, 1);
            }
        }
        // SAFETY: allocates.
        Registers { all, buffer: unsafe { sys::g_byte_array_new() } }
    }

    /// Passes each one on: its CPU, its number and its bytes, in the guest's order of bytes.
    pub fn read(&mut self, _lock: &BigLock, mut each: impl FnMut(u32, u32, &[u8])) {
        for &(cpu, number) in &self.all {
            // SAFETY: both were found in `find`; the buffer is emptied, filled and read under the big lock.
            let bytes = unsafe {
                sys::g_byte_array_set_size(self.buffer, 0);
                sys::gdb_read_register(sys::qemu_get_cpu(cpu), self.buffer, number);
                slice((*self.buffer).data, (*self.buffer).len as usize)
            };
            each(cpu as u32, number as u32, bytes);
        }
    }
}

impl Drop for Registers {
    fn drop(&mut self) {
        // SAFETY: from `g_byte_array_new`, freed once.
        unsafe { sys::g_byte_array_free(self.buffer, 1) };
    }
}

/// A block of the guest's memory: RAM, ROM and flash alike.
#[derive(Debug)]
pub struct Block {
    /// Its name, unique in the machine.
    pub name: String,
    host: *mut u8,
    len: usize,
}

// SAFETY: a block is never freed on machines without hot-plugging, and used under the big lock.
unsafe impl Send for Block {}

impl Block {
    /// All of them, in the order of their names.
    pub fn all(_lock: &BigLock) -> Vec<Block> {
        let mut blocks: Vec<Block> = Vec::new();
        // SAFETY: `add` gets `blocks` back, during this call alone.
        unsafe { sys::qemu_ram_foreach_block(Some(add), (&raw mut blocks).cast()) };
        blocks.sort_by(|one, other| one.name.cmp(&other.name));
        blocks
    }

    /// What is in it.
    pub fn bytes<'a>(&'a self, _lock: &'a BigLock) -> &'a [u8] {
        // SAFETY: that many bytes are mapped there, and nobody writes while this thread has the lock.
        unsafe { slice(self.host, self.len) }
    }

    /// Lets the host keep it in small pages, so that what the guest never touches is never there; before it is touched.
    pub fn keep_in_small_pages(&self, _lock: &BigLock) {
        // SAFETY: memory that QEMU mapped for this block; this is advice, and changes nothing that is in it.
        unsafe { sys::qemu_madvise(self.host.cast(), self.len, sys::QEMU_MADV_NOHUGEPAGE as c_int) };
    }

    /// Turns one bit around, as a cosmic ray does. For tests of those who should notice.
    pub fn flip(&self, _lock: &BigLock, at: usize) {
        if at < self.len {
            // SAFETY: within the block, under the big lock.
            unsafe { *self.host.add(at) ^= 1 };
        }
    }
}

unsafe extern "C" fn add(block: *mut sys::RAMBlock, blocks: *mut c_void) -> c_int {
    // SAFETY: `all` passes its list; the block is there during this call.
    unsafe {
        let name = CStr::from_ptr(sys::qemu_ram_get_idstr(block)).to_string_lossy().into_owned();
        let host = sys::qemu_ram_get_host_addr(block).cast();
        let len = sys::qemu_ram_get_used_length(block) as usize;
        (*blocks.cast::<Vec<Block>>()).push(Block { name, host, len });
    }
    0
}

/// # Safety
/// `len` bytes are at `data` and do not change; or `len` is 0.
unsafe fn slice<'a>(data: *const u8, len: usize) -> &'a [u8] {
    if len == 0 || data.is_null() {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { std::slice::from_raw_parts(data, len) }
}
