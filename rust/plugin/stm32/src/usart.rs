// SPDX-License-Identifier: GPL-2.0-or-later
//! USART: the first version (F1, F2, F4) and the second (F0, F3, F7, L4) and LPUART, with what they
//! have in common.
//!
//! A byte leaves by the character port when its start bit begins, and the transmitter is busy for as long as the frame lasts on the wire,
//! by BRR and the clock `clk`: TXE and TC are when the manual has them. A byte that arrives is there with its last bit.
//!
//! **Limits:** asynchronous mode with bytes of up to 8 data bits. Smartcard, IrDA, LIN, modem control, wake-up
//! and half-duplex have no effect, and are reported. The receiver takes bytes at any rate: a wrong BRR makes no framing errors.

mod first;
mod second;

pub(crate) use first::First;
pub(crate) use second::{LowPower, Second};

use device::{Context, Lines};
use serde::{Deserialize, Serialize};

/// When the frame that leaves has left.
const SENT: usize = 0;
/// When the line has been idle for a frame after a byte.
const IDLE: usize = 1;

/// What it asks its DMA for: to take a byte, to give one.
const REQUESTS: &[Lines] = &[Lines { name: "dma", count: 2 }];
const FOR_RECEIVER: usize = 0;
const FOR_TRANSMITTER: usize = 1;

/// The transmitter: a shift register, and one byte before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Transmitter {
    is_busy: bool,
    next: Option<u8>,
}

/// What became of a byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Taken {
    /// It is on the wire.
    Leaves,
    /// It waits: TXE is 0.
    Waits,
    /// It took the place of one that waited.
    Overwrites,
}

impl Transmitter {
    /// The guest has written a byte; a frame lasts `frame_ns`.
    fn take(&mut self, byte: u8, frame_ns: u64, cx: &mut Context<'_>) -> Taken {
        if self.is_busy {
            return match self.next.replace(byte) {
                None => Taken::Waits,
                Some(_) => Taken::Overwrites,
            };
        }
        self.is_busy = true;
        cx.send(byte);
        cx.arm(SENT, cx.now_ns() + frame_ns);
        Taken::Leaves
    }

    /// A frame has left at `due_ns`. The next one follows at once; true if there is one.
    fn frame_has_left(&mut self, due_ns: u64, frame_ns: u64, cx: &mut Context<'_>) -> bool {
        self.is_busy = false;
        let Some(byte) = self.next.take() else { return false };
        self.is_busy = true;
        cx.send(byte);
        cx.arm(SENT, due_ns + frame_ns);
        true
    }
}

/// How long a frame of `half_bits` halves of a bit is, where a bit has `parts` of a cycle of the clock, which has `in_cycle` of them.
fn frame_ns(half_bits: u32, parts: u32, in_cycle: u64, cx: &mut Context<'_>) -> u64 {
    let hz = cx.clock_hz(0);
    if hz == 0 || parts == 0 {
        let what = if hz == 0 { "the clock of the USART stands still" } else { "USART_BRR is 0" };
        cx.report(format!("a byte is sent while {what}: it leaves at once"));
        return 0;
    }
    (u64::from(half_bits) * u64::from(parts) * 1_000_000_000).div_ceil(hz * 2 * in_cycle)
}

/// Halves of a bit in a frame: start bit, data bits with parity, and stop bits as CR2.STOP says.
fn half_bits(data_bits: u32, stop: u32) -> u32 {
    2 + data_bits * 2 + [2, 1, 4, 3][stop as usize & 3]
}
