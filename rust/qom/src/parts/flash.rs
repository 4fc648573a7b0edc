// SPDX-License-Identifier: GPL-2.0-or-later
//! A flash: the guest reads it as any memory, and its stores come to a device of ours.

use super::{Memory, Part};
use crate::device::STORES;
use crate::sys;
use std::cell::Cell;
use std::ffi::{c_char, c_uint, c_void};
use std::ptr::{null, null_mut};

/// What QEMU hands to the functions below. Used under the big lock.
struct Flash {
    /// The address where it begins.
    at: u64,
    /// The region of the device that takes stores; null while there is none.
    taker: Cell<*const sys::MemoryRegion>,
}

/// Makes a flash of a region.
///
/// # Safety
/// The region is new and zeroed, and lives as long as QEMU; `name` is a C string.
pub(super) unsafe fn init(
    region: *mut sys::MemoryRegion,
    name: *const c_char,
    at: u64,
    size_bytes: u64,
    error: *mut *mut sys::Error,
) -> bool {
    let mut ops = sys::MemoryRegionOps {
        read_with_attrs: Some(read),
        write_with_attrs: Some(write),
        endianness: sys::DEVICE_LITTLE_ENDIAN,
        ..sys::MemoryRegionOps::default()
    };
    (ops.valid.min_access_size, ops.valid.max_access_size, ops.valid.unaligned) = (1, 8, true);
    (ops.impl_.min_access_size, ops.impl_.max_access_size, ops.impl_.unaligned) = (1, 4, true);
    let flash = Flash { at, taker: Cell::new(null()) };
    let (ops, flash) = (Box::into_raw(Box::new(ops)), Box::into_raw(Box::new(flash)));
    // SAFETY: the caller's promise; operations and what they get are never freed.
    unsafe {
        sys::memory_region_init_rom_device(region, null_mut(), ops, flash.cast(), name, size_bytes, error)
    }
}

impl Part {
    /// The stores to a memory that was made with [`super::Stores::ToItsController`] come to this device.
    pub fn take_stores(self, memory: Memory) -> Result<(), String> {
        let taker = self.registers(STORES)?;
        // SAFETY: the region is one of `init`, as the caller says by the memory's kind, and so is what belongs to it.
        unsafe { (*(*memory.0).opaque.cast::<Flash>()).taker.set(taker) };
        Ok(())
    }
}

/// QEMU reads it as memory.
unsafe extern "C" fn read(
    _flash: *mut c_void,
    _offset: sys::hwaddr,
    _value: *mut u64,
    _bytes: c_uint,
    _attributes: sys::MemTxAttrs,
) -> sys::MemTxResult {
    sys::MEMTX_ERROR
}

unsafe extern "C" fn write(
    flash: *mut c_void,
    offset: sys::hwaddr,
    value: u64,
    bytes: c_uint,
    attributes: sys::MemTxAttrs,
) -> sys::MemTxResult {
    // SAFETY: the value of `init`, never freed; the taker's region and its operations live as long as QEMU.
    unsafe {
        let flash = &*flash.cast::<Flash>();
        let Some(taker) = flash.taker.get().as_ref() else { return sys::MEMTX_OK };
        match (*taker.ops).write_with_attrs {
            Some(store) => store(taker.opaque, flash.at + offset, value, bytes, attributes),
            None => sys::MEMTX_ERROR,
        }
    }
}
