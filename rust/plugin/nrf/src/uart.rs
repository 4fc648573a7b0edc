// SPDX-License-Identifier: GPL-2.0-or-later
//! UART of nRF51 (RM, section 29) and nRF52 (nRF52840 PS, section 6.33), and UARTE with EasyDMA (section 6.34), which on an nRF52 is the
//! same block.
//!
//! A byte leaves by the character port when its start bit begins, and the next one follows after as long as a frame lasts at BAUDRATE. A byte
//! that arrives is there with its last bit; what is none by BAUDRATE and CONFIG is an error. With CONFIG.HWFC a byte waits for CTS, and RTS says
//! whether there is room.
//!
//! **Limits:** SUSPEND does nothing. A second stop bit is not looked at.

mod dma;
mod plain;

pub(crate) use dma::Uarte;
pub(crate) use plain::Uart;

use crate::block::happen;
use ::uart::{Framing, Heard, Parity, Settings};
use device::{Context, Register};

const STARTRX: u32 = 0x000;
const STOPRX: u32 = 0x004;
const STARTTX: u32 = 0x008;
const STOPTX: u32 = 0x00c;
const SUSPEND: u32 = 0x01c;
const CTS: u32 = 0x100;
const NCTS: u32 = 0x104;
const RXDRDY: u32 = 0x108;
const TXDRDY: u32 = 0x11c;
const ERROR: u32 = 0x124;
const RXTO: u32 = 0x144;
const SHORTS: u32 = 0x200;
const ERRORSRC: u32 = 0x480;
const ENABLE: u32 = 0x500;
const RXD: u32 = 0x518;
const TXD: u32 = 0x51c;
const BAUDRATE: u32 = 0x524;
const CONFIG: u32 = 0x56c;

/// ENABLE: the plain UART, and that with EasyDMA.
const ENABLE_UART: u32 = 4;
const ENABLE_UARTE: u32 = 8;
// ERRORSRC.
const OVERRUN: u32 = 1 << 0;
const PARITY: u32 = 1 << 1;
const FRAMING: u32 = 1 << 2;
const BREAK: u32 = 1 << 3;
/// CONFIG: hardware flow control.
const HWFC: u32 = 1 << 0;
/// Bytes for which there is room after RTS was taken back.
const SPARE_BYTES: usize = 4;
/// How many received bytes wait (nRF51 RM, 29.5).
const FIFO_BYTES: usize = 6;
/// When the frame that leaves has left.
const SENT: usize = 0;

/// The pins of RTS, TXD, CTS and RXD.
const fn psel(bits: u32) -> Register {
    Register::new("PSEL", 0x508, u32::MAX).rw(bits).array(4, 4)
}
const RATE: Register = Register::new("BAUDRATE", BAUDRATE, 0x0400_0000).rw(u32::MAX).on_write();

/// How long a frame lasts. A bit has 2^32 / BAUDRATE cycles of 16 MHz.
fn frame_ns(cx: &mut Context<'_>) -> u64 {
    let rate = u64::from(cx.get(BAUDRATE));
    if rate == 0 {
        cx.report("a byte is sent while UART_BAUDRATE is 0: it leaves at once");
        return 0;
    }
    let config = cx.get(CONFIG);
    let parity = u64::from(config >> 1 & 7 == 7);
    let second_stop = u64::from(config >> 4 & 1);
    let bits = 10 + parity + second_stop;
    ((bits << 32) * 125).div_ceil(rate * 2)
}

/// A bit has 2^32 / BAUDRATE cycles of 16 MHz.
const BAUDRATE_SCALE: u64 = 1 << 32;
const HZ: u64 = 16_000_000;

/// Tells the line what the registers come to, when one of those is written: before anything is sent by them.
fn tell(offset: u32, cx: &mut Context<'_>) {
    if !matches!(offset, ENABLE | BAUDRATE | CONFIG) {
        return;
    }
    let (config, rate) = (cx.get(CONFIG), cx.get(BAUDRATE));
    let parity = if config >> 1 & 7 == 7 { Parity::Even } else { Parity::None };
    let framing = Framing::new(8, parity, 1 + (config >> 4 & 1) as u8);
    let of_clock =
        framing.and_then(|framing| Settings::of_clock(BAUDRATE_SCALE, u64::from(rate) * HZ, framing));
    let is_on = matches!(cx.get(ENABLE), ENABLE_UART | ENABLE_UARTE);
    cx.settings(of_clock.filter(|_| is_on));
}

/// Tells the errors of what was heard.
fn tell_flaws(heard: Heard, cx: &mut Context<'_>) {
    let flaws = match heard {
        Heard::Byte(_) | Heard::Noise(_) => return,
        Heard::Parity(_) => PARITY,
        Heard::Framing(_) => FRAMING,
        Heard::Break => FRAMING | BREAK,
    };
    cx.put(ERRORSRC, flaws, true);
    happen(ERROR, cx);
}

/// CTS has changed.
fn tell_cts(cx: &mut Context<'_>) {
    if cx.has(CONFIG, HWFC) {
        happen(if cx.cts() { CTS } else { NCTS }, cx);
    }
}

fn may_send(cx: &mut Context<'_>) -> bool {
    cx.cts() || !cx.has(CONFIG, HWFC)
}
