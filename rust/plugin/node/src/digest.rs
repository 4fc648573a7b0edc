// SPDX-License-Identifier: GPL-2.0-or-later
//! A digest of the guest's state at a barrier: time, registers, memory.
//!
//! **Invariant:** it is a function of what the guest could see, not of how QEMU or the host keep it: registers are those a
//! debugger sees, and a page that was never touched is the same as one full of zeroes.
//! **Limits:** what only devices know (a timer that runs, a byte in a FIFO) is not in it, until the guest sees it.

use qom::state::{BigLock, Block, Registers};
use std::fs::File;
use std::os::unix::fs::FileExt;

/// The host's pages, and so the pieces in which memory is looked at: part of the digest's definition.
const PAGE: usize = 4096;
/// How many pages the kernel is asked about at a time.
const ASKED: usize = 4096;

/// What is kept from barrier to barrier.
pub(crate) struct Digest {
    registers: Registers,
    blocks: Vec<Block>,
    /// The kernel's list of this process's pages; without it every page is looked at.
    pagemap: Option<File>,
    /// For tests: from this time on, one bit of memory is turned around.
    flip_at_ns: Option<u64>,
}

impl Digest {
    /// For the machine that is ready, and whose memory the firmware is not in yet.
    pub(crate) fn new(flip_at_ns: Option<u64>) -> Digest {
        let lock = BigLock::take();
        let blocks = Block::all(&lock);
        // In large pages a small firmware would touch megabytes, which all had to be looked at.
        blocks.iter().for_each(|block| block.keep_in_small_pages(&lock));
        Digest {
            registers: Registers::find(&lock),
            blocks,
            pagemap: File::open("/proc/self/pagemap").ok(),
            flip_at_ns,
        }
    }

    /// The digest of the state now. Not with the big lock held.
    pub(crate) fn now(&mut self) -> [u8; 16] {
        let lock = BigLock::take();
        let mut hasher = blake3::Hasher::new();
        let now_ns = qom::clock::now_ns();
        hasher.update(&now_ns.to_le_bytes()).update(&qom::clock::instructions().to_le_bytes());
        if self.flip_at_ns.is_some_and(|at| at <= now_ns) {
            self.flip_at_ns = None;
            let largest = self.blocks.iter().max_by_key(|block| block.bytes(&lock).len());
            largest.iter().for_each(|block| block.flip(&lock, block.bytes(&lock).len() - 1));
        }
        self.registers.read(&lock, |cpu, number, bytes| {
            hasher.update(&cpu.to_le_bytes()).update(&number.to_le_bytes());
            hasher.update(&[bytes.len() as u8]).update(bytes);
        });
        for block in &self.blocks {
            let bytes = block.bytes(&lock);
            hasher.update(&(block.name.len() as u64).to_le_bytes()).update(block.name.as_bytes());
            hasher.update(&(bytes.len() as u64).to_le_bytes());
            memory(&mut hasher, self.pagemap.as_ref(), bytes);
            hasher.update(&u64::MAX.to_le_bytes());
        }
        let mut digest = [0; 16];
        digest.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
        digest
    }
}

/// Adds each run of pages that are not all zeroes: its place, its length, and then it.
fn memory(hasher: &mut blake3::Hasher, pagemap: Option<&File>, bytes: &[u8]) {
    let mut add = |start: usize, end: usize| {
        if start < end {
            let run = &bytes[start * PAGE..bytes.len().min(end * PAGE)];
            hasher
                .update(&(start as u64).to_le_bytes())
                .update(&(run.len() as u64).to_le_bytes())
                .update(run);
        }
    };
    let mut touched = vec![0; ASKED * 8];
    let mut start = 0;
    for (page, content) in bytes.chunks(PAGE).enumerate() {
        if page.is_multiple_of(ASKED) {
            ask(pagemap, bytes, page, &mut touched);
        }
        // Bits 63 and 62: in memory, swapped out. A page that is neither was never written.
        let never = touched[page % ASKED * 8 + 7] & 0xc0 == 0;
        if never || is_zero(content) {
            add(start, page);
            start = page + 1;
        }
    }
    add(start, bytes.len().div_ceil(PAGE));
}

/// Asks the kernel which of the pages from `page` on were ever touched; all of them, if it does not say.
fn ask(pagemap: Option<&File>, bytes: &[u8], page: usize, touched: &mut [u8]) {
    let pages = (bytes.len().div_ceil(PAGE) - page).min(ASKED);
    let address = bytes.as_ptr() as usize;
    // QEMU maps guest memory at whole pages.
    let said = pagemap.filter(|_| address.is_multiple_of(PAGE)).is_some_and(|file| {
        file.read_exact_at(&mut touched[..pages * 8], ((address / PAGE + page) * 8) as u64).is_ok()
    });
    if !said {
        touched.fill(0xff);
    }
}

fn is_zero(page: &[u8]) -> bool {
    // In pieces: most pages that are not zero are so at their start.
    page.chunks(256).all(|part| part.iter().fold(0, |or, byte| or | byte) == 0)
}
