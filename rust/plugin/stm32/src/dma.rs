// SPDX-License-Identifier: GPL-2.0-or-later
//! DMA, which moves data between devices and memory: seven channels (F1, L4), or eight streams (F4).
//!
//! A device asks for each item by a line, of the group `request`, that is high as long as it wants one. An item takes some
//! cycles of the clock `clk`, and the others' items do not make it longer.
//!
//! **Limits:** priorities, bursts, FIFOs and who controls the flow have no effect; double buffers are reported. A transfer from memory to memory
//! is done at its end.

mod channels;
mod streams;

pub(crate) use channels::{F1, L4};
pub(crate) use streams::F4;

use device::{Context, MemoryFault};

/// What an item takes, from the request to its end: about what AN4031, section 2, has for one from APB to SRAM.
const ITEM_CYCLES: u64 = 8;

/// One side of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct End {
    at: u32,
    /// Of an item: 1, 2 or 4.
    bytes: u32,
    moves_on: bool,
}

impl End {
    fn address(self, item: u32) -> u64 {
        let offset = if self.moves_on { item.wrapping_mul(self.bytes) } else { 0 };
        self.at.wrapping_add(offset).into()
    }
}

/// Carries item number `item`. A longer one loses its highest bytes, a shorter one gets zeros (RM0008, 13.3.4).
fn carry(from: End, to: End, item: u32, cx: &mut Context<'_>) -> Result<(), MemoryFault> {
    let mut bytes = [0; 4];
    cx.read_memory(from.address(item), &mut bytes[..from.bytes as usize])?;
    cx.write_memory(to.address(item), &bytes[..to.bytes as usize])
}

/// What a field for a size means; 3 is reserved.
fn size(field: u32) -> u32 {
    1 << (field & 3).min(2)
}

/// When something that takes `items` is done.
fn done_ns(items: u32, cx: &mut Context<'_>) -> u64 {
    let cycles = u64::from(items) * ITEM_CYCLES * 1_000_000_000;
    // Without a clock nothing moves; every board connects one.
    cx.now_ns() + cycles.div_ceil(cx.clock_hz(0).max(1))
}
