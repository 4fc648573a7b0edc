// SPDX-License-Identifier: GPL-2.0-or-later
//! FlexCAN (S32K1xx Reference Manual, chapter "FlexCAN"): one with 32 message buffers and CAN FD, one with 16 and without.
//!
//! What the standard says of the bus (arbitration, errors, their counters, 11 recessive bits before one takes part) is the bus's; a
//! controller shows it. When it is to freeze, it lets the bus finish what it is sending. In loop-back nothing is on the bus, and a frame
//! comes back after its time on the wire.
//!
//! **Limits:** no pretended networking, DMA, other sources of the timer and its synchronization: reported. ECR's counts of fast bits,
//! ESR1's errors of them, TX and RX, and FDCRC stay 0. No transceiver has a delay that TDC would have to compensate. Arbitration is
//! at once (TASD). Counters that are written are forgotten when it runs. FD frames have the checksum of ISO 11898-1 alone.

mod buffers;
mod fifo;
mod mode;
mod receive;
mod registers;
mod status;
#[cfg(test)]
mod tests;
mod transmit;

use crate::GATED;
use crate::ticks::Ticks;
use buffers::{Layout, Received};
use can::{Frame, FromBus, Offers};
use device::{Context, Device, Lines, Place, Register, Written};
use fifo::Fifo;
use registers::*;
use serde::{Deserialize, Serialize};
use transmit::End;

// The timers: 11 bits have been recessive; what is looped back has left; the clock has settled.
const SYNCHRONIZED: usize = 0;
const LOOP: usize = 1;
const SETTLED: usize = 2;

/// A controller with so many message buffers.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Flexcan<const BUFFERS: usize> {
    /// It is to stop, as soon as the bus has answered for all that is offered.
    is_stopping: bool,
    /// The bus knows it.
    is_joined: bool,
    /// It is off the bus by its errors.
    is_off: bool,
    /// Bit rates of arbitration and data.
    rates_bps: (u32, u32),
    timer: Ticks,
    offers: Offers,
    /// Buffers whose frame is to be aborted; that are for something else by now; whose frame the bus cannot have.
    aborted: u32,
    dropped: u32,
    refused: u32,
    /// Buffers that have been read since something was received.
    served: u32,
    /// The one that is being read, and what waits for it.
    locked: Option<u8>,
    waiting: Option<Received>,
    fifo: Fifo,
    /// The buffer whose frame is looped back.
    looping: Option<u8>,
    /// Before this no other one is.
    loop_free_ns: u64,
}

/// With CAN FD.
pub(crate) type Fd = Flexcan<32>;
/// Without.
pub(crate) type Classical = Flexcan<16>;

const FD_TABLE: [Register; 35] = table(32, true);
const CLASSICAL_TABLE: [Register; 35] = table(16, false);

impl<const BUFFERS: usize> Device for Flexcan<BUFFERS> {
    const NAME: &'static str = if BUFFERS == 32 { "s32k1-flexcan-fd" } else { "s32k1-flexcan" };
    const BLOCK: &'static str = "CAN";
    const SIZE: u32 = 0x1000;
    const REGISTERS: &'static [Register] =
        if BUFFERS == 32 { &FD_TABLE } else { CLASSICAL_TABLE.split_at(CLASSICAL).0 };
    const IRQS: &'static [&'static str] = &["ored", "error", "wake-up", "0-15", "16-31"];
    const INPUTS: &'static [Lines] = &[GATED];
    const GATE: Option<usize> = Some(0);
    const CLOCKS: &'static [&'static str] = &["sosc", "sys"];
    const TIMERS: usize = 3;
    const CAN: bool = true;

    fn reset(&mut self, cx: &mut Context<'_>) {
        self.leave(cx);
        *self = Flexcan { offers: std::mem::take(&mut self.offers), ..Flexcan::default() };
    }

    fn read(&mut self, at: Place, cx: &mut Context<'_>) -> u32 {
        match at.offset {
            TIMER => {
                self.unlock(cx);
                let count = self.timer.count(cx.now_ns()) as u16;
                self.show(cx);
                count.into()
            }
            ESR1 => {
                let esr1 = cx.get(ESR1);
                cx.put(ESR1, ERRORS, false);
                esr1
            }
            _ => {
                let word = cx.get_at(RAM, at.index);
                let layout = Layout::of(BUFFERS, cx);
                let buffer = at.index / layout.stride;
                if at.index.is_multiple_of(layout.stride) && layout.all().contains(&buffer) && is_running(cx)
                {
                    self.lock(buffer, cx);
                    self.show(cx);
                }
                word
            }
        }
    }

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        keep_frozen(at, written, cx);
        match at.offset {
            MCR if cx.has(MCR, SOFTRST) => self.soft_reset(cx),
            MCR => self.choose_mode(cx),
            CTRL1 if written.before & BOFFREC != 0 => self.recover(cx),
            TIMER => self.set_timer(cx),
            ECR if cx.get(ECR) != 0 => {
                cx.report("FlexCAN's ECR is written: the counters of the bus are as they were")
            }
            IFLAG1 if cx.has(MCR, RFEN) => {
                if written.value & BUF0 != 0 && cx.has(MCR, FRZACK) {
                    self.clear_fifo(cx);
                } else if written.value & written.before & BUF5 != 0 {
                    self.pop(cx);
                }
            }
            RAM => self.write_ram(at.index, written, cx),
            _ => {}
        }
        self.offer(cx);
        self.show(cx);
    }

    fn timer(&mut self, timer: usize, due_ns: u64, cx: &mut Context<'_>) {
        match timer {
            SYNCHRONIZED => cx.put(ESR1, SYNCH, true),
            LOOP => self.looped(due_ns, cx),
            _ if self.is_stopping => {}
            _ => self.join(cx),
        }
        self.offer(cx);
        self.show(cx);
    }

    fn clock(&mut self, _clock: usize, cx: &mut Context<'_>) {
        let clock_hz = mode::clock_hz(cx);
        let is_other = is_running(cx) && mode::arbitration_bps(clock_hz, cx) != self.rates_bps.0;
        cx.settle(SETTLED, is_other);
    }

    fn on_bus(&mut self, said: FromBus, cx: &mut Context<'_>) {
        match said {
            FromBus::Status(status) if self.is_joined => self.status(status, cx),
            FromBus::Received(frame) if self.is_joined => {
                // It is valid one bit before its end.
                let time = self.time(&frame, 1, cx);
                self.receive(&frame, time, cx);
            }
            FromBus::Sent { mailbox } => self.answered(mailbox, End::Sent, cx),
            FromBus::Failed { mailbox } | FromBus::Lost { mailbox } => {
                self.answered(mailbox, End::Refused, cx)
            }
            FromBus::Withdrawn { mailbox } => self.answered(mailbox, End::Withdrawn, cx),
            FromBus::Status(_) | FromBus::Received(_) => {}
        }
        if self.is_stopping && self.offers.is_empty() {
            self.stop(cx);
        }
        self.offer(cx);
        self.show(cx);
    }
}

impl<const BUFFERS: usize> Flexcan<BUFFERS> {
    fn write_ram(&mut self, word: usize, written: Written, cx: &mut Context<'_>) {
        let layout = Layout::of(BUFFERS, cx);
        let buffer = word / layout.stride;
        if !layout.all().contains(&buffer) {
            return;
        }
        if word.is_multiple_of(layout.stride) {
            self.write_status(buffer, word, written, cx);
        } else if is_running(cx) && buffers::is_pending(layout.code(buffer, cx)) {
            cx.set_at(RAM, word, written.before);
            cx.report(format!(
                "FlexCAN: buffer {buffer} is written while its frame is to be sent: it stays as it is"
            ));
        }
    }

    fn set_timer(&mut self, cx: &mut Context<'_>) {
        let hz = if is_running(cx) { self.rates_bps.0 } else { 0 };
        self.timer = Ticks::from(cx.get(TIMER).into(), hz.into(), 1, cx.now_ns());
    }

    /// The timer's count when the identifier of a frame began that is over but for so many bits.
    fn time(&self, frame: &Frame, left_bits: u64, cx: &mut Context<'_>) -> u16 {
        let (rate, data_rate) = self.rates_bps;
        let missing_ns = (1 + left_bits) * 1_000_000_000 / u64::from(rate.max(1));
        let span_ns = frame.wire_length().span_ns(rate, data_rate) - missing_ns;
        self.timer.count(cx.now_ns().saturating_sub(span_ns)) as u16
    }
}

fn is_running(cx: &mut Context<'_>) -> bool {
    cx.get(MCR) & (LPMACK | FRZACK) == 0
}

/// What only freeze mode lets change stays as it is outside of it, and the source of the clock unless it is disabled.
fn keep_frozen(at: Place, written: Written, cx: &mut Context<'_>) {
    let mcr = if at.offset == MCR { written.before } else { cx.get(MCR) };
    let now = cx.get_at(at.offset, at.index);
    let mut kept = if mcr & FRZACK != 0 { 0 } else { frozen(at.offset) };
    if at.offset == CTRL1 && mcr & LPMACK == 0 {
        kept |= CLKSRC;
    }
    if (now ^ written.before) & kept != 0 {
        cx.set_at(at.offset, at.index, now & !kept | written.before & kept);
        let mode =
            if (now ^ written.before) & kept == CLKSRC && at.offset == CTRL1 { "disabled" } else { "frozen" };
        cx.report(format!(
            "CAN+{:#05x} is written while FlexCAN is not {mode}: the bits {:#010x} stay as they are",
            at.offset,
            (now ^ written.before) & kept
        ));
    }
}
