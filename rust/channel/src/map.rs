// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A piece of memory shared with another process.
#![expect(unsafe_code, reason = "maps memory and hands out references into it")]

use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{MemfdFlags, SealFlags};
use rustix::io::Errno;
use rustix::mm::{MapFlags, ProtFlags};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, AtomicU64};

/// A shared mapping of a whole memfd; unmapped when dropped.
#[derive(Debug)]
pub(crate) struct Map {
    base: NonNull<u8>,
    len: usize,
}

// SAFETY: the mapping is plain memory that lives until `Map` is dropped; what is shared in it is only touched through
// atomics, or by the one writer or reader of a ring.
unsafe impl Send for Map {}
// SAFETY: see above.
unsafe impl Sync for Map {}

impl Map {
    /// New zeroed memory of `len` bytes, and the descriptor that another process maps.
    ///
    /// Its size is sealed, so that no process can shrink it under the others.
    pub(crate) fn create(name: &str, len: usize) -> Result<(Map, OwnedFd), Errno> {
        let fd = rustix::fs::memfd_create(name, MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
        rustix::fs::ftruncate(&fd, len as u64)?;
        rustix::fs::fcntl_add_seals(&fd, SealFlags::SHRINK | SealFlags::GROW | SealFlags::SEAL)?;
        Ok((Map::of(&fd, len)?, fd))
    }

    /// Maps the `len` bytes behind `fd`; refuses a file of another size.
    pub(crate) fn open(fd: impl AsFd, len: usize) -> Result<Map, Errno> {
        if rustix::fs::fstat(&fd)?.st_size != len as i64 {
            return Err(Errno::INVAL);
        }
        Map::of(fd, len)
    }

    fn of(fd: impl AsFd, len: usize) -> Result<Map, Errno> {
        // SAFETY: a new mapping at an address of the kernel's choice overlaps nothing.
        let base = unsafe {
            rustix::mm::mmap(
                std::ptr::null_mut(),
                len,
                ProtFlags::READ | ProtFlags::WRITE,
                MapFlags::SHARED,
                fd,
                0,
            )?
        };
        Ok(Map { base: NonNull::new(base.cast()).ok_or(Errno::NOMEM)?, len })
    }

    /// The 32-bit word at `offset`.
    pub(crate) fn word(&self, offset: usize) -> &AtomicU32 {
        assert!(offset.is_multiple_of(4) && offset + 4 <= self.len);
        // SAFETY: inside the mapping, aligned (pages are), and atomics may be shared between processes.
        unsafe { self.base.add(offset).cast::<AtomicU32>().as_ref() }
    }

    /// The 64-bit word at `offset`.
    pub(crate) fn long(&self, offset: usize) -> &AtomicU64 {
        assert!(offset.is_multiple_of(8) && offset + 8 <= self.len);
        // SAFETY: as in `word`.
        unsafe { self.base.add(offset).cast::<AtomicU64>().as_ref() }
    }

    /// Where the `len` bytes at `offset` start; valid as long as the map is.
    pub(crate) fn bytes(&self, offset: usize, len: usize) -> NonNull<u8> {
        assert!(offset + len <= self.len);
        // SAFETY: inside the mapping.
        unsafe { self.base.add(offset) }
    }
}

impl Drop for Map {
    fn drop(&mut self) {
        // SAFETY: `base` and `len` are those of the mapping made in `of`, and no reference outlives `self`.
        let unmapped = unsafe { rustix::mm::munmap(self.base.as_ptr().cast(), self.len) };
        debug_assert!(unmapped.is_ok());
    }
}
