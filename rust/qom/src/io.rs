// SPDX-License-Identifier: GPL-2.0-or-later
//! Registers that are answered by a value of ours, without a device around them.

use crate::parts::{Builder, text};
use crate::sys;
use std::ffi::c_void;
use std::ptr::null_mut;

/// What answers at some addresses. All calls come under the big lock.
pub trait Registers {
    /// The guest reads `bytes` bytes (1, 2 or 4, aligned) at `offset`. `by_guest` is false for a debugger.
    fn read(&self, offset: u64, bytes: u32, by_guest: bool) -> u64;
    /// The guest writes them.
    fn write(&self, offset: u64, bytes: u32, value: u64, by_guest: bool);
}

impl Builder {
    /// Lets `registers` answer at `size_bytes` bytes from `at` on, where nothing else lies.
    pub fn registers<R: Registers + 'static>(
        &mut self,
        name: &str,
        at: u64,
        size_bytes: u64,
        registers: R,
    ) -> Result<(), String> {
        let name = text(name)?;
        let mut ops = sys::MemoryRegionOps {
            read: Some(read::<R>),
            write: Some(write::<R>),
            endianness: sys::DEVICE_LITTLE_ENDIAN,
            ..sys::MemoryRegionOps::default()
        };
        (ops.valid.min_access_size, ops.valid.max_access_size) = (1, 8);
        (ops.impl_.min_access_size, ops.impl_.max_access_size) = (1, 4);
        let region = Box::into_raw(Box::new(sys::MemoryRegion::default()));
        let (ops, opaque) = (Box::into_raw(Box::new(ops)), Box::into_raw(Box::new(registers)));
        // SAFETY: the region is new and zeroed; it, its operations and what they get live as long as QEMU.
        unsafe {
            sys::memory_region_init_io(region, null_mut(), ops, opaque.cast(), name.as_ptr(), size_bytes);
            sys::memory_region_add_subregion(sys::get_system_memory(), at, region);
        }
        Ok(())
    }
}

/// A debugger reads and writes from QEMU's main loop.
fn by_guest() -> bool {
    // SAFETY: a plain call.
    unsafe { sys::qemu_in_vcpu_thread() }
}

unsafe extern "C" fn read<R: Registers>(opaque: *mut c_void, offset: u64, bytes: u32) -> u64 {
    // SAFETY: the value of `Builder::registers`, which is never freed; nobody has it mutably.
    let registers = unsafe { &*opaque.cast::<R>() };
    registers.read(offset, bytes, by_guest())
}

unsafe extern "C" fn write<R: Registers>(opaque: *mut c_void, offset: u64, value: u64, bytes: u32) {
    // SAFETY: as in `read`.
    let registers = unsafe { &*opaque.cast::<R>() };
    registers.write(offset, bytes, value, by_guest());
}
