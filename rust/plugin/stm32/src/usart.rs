// SPDX-License-Identifier: GPL-2.0-or-later
//! USART: the first version (F1, F2, F4) and the second (F0, F3, F7, L4) and LPUART, with what they
//! have in common.
//!
//! A byte leaves by the character port when its start bit begins, and the transmitter is busy for as long as the frame lasts on the wire,
//! by BRR and the clock `clk`: TXE and TC are when the manual has them. A byte that arrives is there with its last bit; what is none by
//! BRR and the format of a frame sets PE, FE or NE. A break (SBK) is 10 or 11 bits low, 13 in LIN mode. RTS is high while the data register is
//! full; with CTSE a frame waits for CTS. With HDSEL the receiver hears what the transmitter sends, when it has left, and the link is a wire
//! for both (`kind = "rs485"`).
//!
//! **Limits:** asynchronous mode with bytes of up to 8 data bits. Smartcard, IrDA and wake-up have no effect, and are
//! reported. Half a stop bit is one, one and a half are two to the receiver at the other end. LBD is set by any break of ten bits, LBDL or not.

mod first;
mod second;

pub(crate) use first::First;
pub(crate) use second::{LowPower, Second};

use ::uart::{Framing, Heard, Parity};
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
    leaves: Option<Frame>,
    next: Option<u8>,
    /// A break is to be sent before the next byte, of so many bits.
    wants_break: Option<u16>,
}

/// What is in the shift register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Frame {
    Byte(u8),
    Break,
}

impl Frame {
    /// What a receiver on the same wire makes of it.
    const fn heard(self) -> Heard {
        match self {
            Frame::Byte(byte) => Heard::Byte(byte),
            Frame::Break => Heard::Break,
        }
    }
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

/// How long things are on the wire, as the registers have it.
#[derive(Clone, Copy, Debug)]
struct Timing {
    frame_ns: u64,
    /// Of a break, with the stop bit behind it.
    break_ns: u64,
    /// The other one has room, or CTSE is 0.
    may_send: bool,
}

impl Transmitter {
    /// Something is to be sent when the shift register is free, or when CTS lets it.
    fn waits(&self) -> bool {
        self.next.is_some() || self.wants_break.is_some()
    }

    /// A break leaves, or is to.
    fn has_break(&self) -> bool {
        self.leaves == Some(Frame::Break) || self.wants_break.is_some()
    }

    /// Nothing is left to be sent.
    fn is_done(&self) -> bool {
        self.leaves.is_none() && !self.waits()
    }

    /// The guest has written a byte.
    fn take(&mut self, byte: u8, timing: Timing, cx: &mut Context<'_>) -> Taken {
        let before = self.next.replace(byte);
        let now_ns = cx.now_ns();
        self.start(now_ns, timing, cx);
        match (before, self.next) {
            (Some(_), _) => Taken::Overwrites,
            (None, Some(_)) => Taken::Waits,
            (None, None) => Taken::Leaves,
        }
    }

    /// The guest wants a break of so many bits.
    fn take_break(&mut self, bits: u16, timing: Timing, cx: &mut Context<'_>) {
        self.wants_break = Some(bits);
        let now_ns = cx.now_ns();
        self.start(now_ns, timing, cx);
    }

    /// What is in the shift register has left at `due_ns`; that is returned. The next one follows at once.
    fn frame_has_left(&mut self, due_ns: u64, timing: Timing, cx: &mut Context<'_>) -> Option<Frame> {
        let left = self.leaves.take();
        self.start(due_ns, timing, cx);
        left
    }

    /// Lets the next frame leave, if there is one and the wire is free; true if one left the data register.
    fn start(&mut self, at_ns: u64, timing: Timing, cx: &mut Context<'_>) -> bool {
        if self.leaves.is_some() || !timing.may_send {
            return false;
        }
        if let Some(bits) = self.wants_break.take() {
            self.leaves = Some(Frame::Break);
            cx.send_break(bits);
            cx.arm(SENT, at_ns + timing.break_ns);
            return false;
        }
        let Some(byte) = self.next.take() else { return false };
        self.leaves = Some(Frame::Byte(byte));
        cx.send(byte);
        cx.arm(SENT, at_ns + timing.frame_ns);
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

/// What a frame is made of: data bits with parity's, whether there is one, whether it is odd, and CR2.STOP.
fn framing(data_bits: u32, has_parity: bool, is_odd: bool, stop: u32) -> Option<Framing> {
    let parity = match (has_parity, is_odd) {
        (false, _) => Parity::None,
        (true, false) => Parity::Even,
        (true, true) => Parity::Odd,
    };
    Framing::new((data_bits - u32::from(has_parity)) as u8, parity, [1, 1, 2, 2][stop as usize & 3])
}

/// CR3, of both versions: transmitter and receiver are on one wire.
const HDSEL: u32 = 1 << 3;

// The flags of what was heard, in SR and ISR alike.
const PE: u32 = 1 << 0;
const FE: u32 = 1 << 1;
const NE: u32 = 1 << 2;
const LBD: u32 = 1 << 8;

/// The flags that go with what was heard.
const fn flaws(heard: Heard, in_lin_mode: bool) -> u32 {
    match heard {
        Heard::Byte(_) => 0,
        Heard::Noise(_) => NE,
        Heard::Parity(_) => PE,
        Heard::Framing(_) => FE,
        Heard::Break if in_lin_mode => FE | LBD,
        Heard::Break => FE,
    }
}

/// The bits of a break: 10 or 11, 13 in LIN mode.
fn break_bits(data_bits: u32, in_lin_mode: bool) -> u16 {
    if in_lin_mode { 13 } else { data_bits as u16 + 2 }
}
