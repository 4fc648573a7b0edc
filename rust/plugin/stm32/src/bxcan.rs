// SPDX-License-Identifier: GPL-2.0-or-later
//! bxCAN (RM0008, 24.9; RM0090, 32.9; RM0351, 46.9): alone with 14 filter banks, or two that share 28, of which the first one has the registers.
//!
//! What the standard says of the bus (arbitration, errors, their counters, 11 recessive bits before one takes part) is the bus's; a
//! controller shows it. It has counted 11 bits when it says that it is in normal mode. When it is to stop, it lets the bus finish what
//! it is sending.
//! In loop-back a frame comes back after its time on the wire; without silent mode the bus sees it, too, once.
//!
//! **Limits:** wake-up by the bus and a time in a frame's data (TGT) are not modelled, and reported. Nobody freezes it in debug (DBF).
//! ALST and TERR are set at the end of a request alone. In loop-back without silent mode it acknowledges others' frames.

mod fifo;
mod filter;
mod mode;
mod registers;
#[cfg(test)]
mod tests;
mod transmit;

use can::{Error, Frame, FromBus, Offers, State, Status, ToBus};
use device::{Context, Device, Place, Property, Register, Written};
use fifo::{Fifo, Message};
use filter::Banks;
use mode::{Mode, bitrate_bps};
use registers::*;
use serde::{Deserialize, Serialize};
use transmit::{End, MAILBOXES, Mailbox};

const TX: usize = 0;
const RX0: usize = 1;
const SCE: usize = 3;

// The timers: 11 bits have been recessive; what is looped back has left; the clock has settled.
const SYNCHRONIZED: usize = 0;
const LOOP: usize = 1;
const SETTLED: usize = 2;

/// The one with the filters of two.
const DUAL_BANKS: u32 = 28;

/// A controller with so many filter banks; that of two which has none looks at the other one's.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Bxcan<const BANKS: usize> {
    mode: Mode,
    /// It is to stop, as soon as the bus has answered for all that is offered.
    is_stopping: bool,
    /// It has been initialized since its reset.
    is_configured: bool,
    /// The bus knows it.
    is_joined: bool,
    /// It is off the bus by its errors.
    is_off: bool,
    bitrate_bps: u32,
    /// Since when it counts bits.
    epoch_ns: u64,
    mailboxes: [Mailbox; MAILBOXES],
    /// How many requests there were.
    requests: u64,
    offers: Offers,
    /// The mailbox whose frame is looped back.
    looping: Option<u8>,
    /// Before this no other one is.
    loop_free_ns: u64,
    fifos: [Fifo; 2],
}

/// A controller that is alone.
pub(crate) type Single = Bxcan<14>;
/// The one of two that has the filters.
pub(crate) type Master = Bxcan<28>;
/// The other one.
pub(crate) type Slave = Bxcan<0>;

impl<const BANKS: usize> Device for Bxcan<BANKS> {
    const NAME: &'static str = match BANKS {
        0 => "stm32-bxcan-slave",
        14 => "stm32-bxcan",
        _ => "stm32-bxcan-master",
    };
    const BLOCK: &'static str = "CAN";
    const SIZE: u32 = 0x400;
    const REGISTERS: &'static [Register] = match BANKS {
        0 => &COMMON,
        14 => &const { with_filters(14, FINIT) },
        _ => &const { with_filters(28, 0x3f01) },
    };
    const IRQS: &'static [&'static str] = &["tx", "rx0", "rx1", "sce"];
    const CLOCKS: &'static [&'static str] = &["pclk"];
    const PROPERTIES: &'static [Property] =
        if BANKS == 0 { &[Property { name: "master", default: 0x4000_6400 }] } else { &[] };
    const TIMERS: usize = 3;
    const CAN: bool = true;
    /// To see the other one's filters.
    const HAS_DMA: bool = BANKS == 0;

    fn reset(&mut self, cx: &mut Context<'_>) {
        self.leave(cx);
        *self = Bxcan { offers: std::mem::take(&mut self.offers), ..Bxcan::default() };
    }

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        match at.offset {
            MCR if cx.has(MCR, MASTER_RESET) => self.master_reset(cx),
            MCR => self.choose_mode(cx),
            TSR => self.write_tsr(written, cx),
            RF0R | RF1R => self.release((at.offset - RF0R) as usize / 4, cx),
            BTR if self.mode != Mode::Initialization && written.before != cx.get(BTR) => {
                cx.set(BTR, written.before);
                cx.report("CAN_BTR is written outside of initialization: it stays as it is");
            }
            TIR | TDTR | TDLR | TDHR => self.write_mailbox(at, written, cx),
            FM1R | FS1R | FFA1R | FR => keep_filters(at, written, cx),
            _ => {}
        }
        self.offer(cx);
        self.show(cx);
    }

    fn timer(&mut self, timer: usize, due_ns: u64, cx: &mut Context<'_>) {
        match timer {
            SYNCHRONIZED => {
                self.mode = Mode::Normal;
                self.epoch_ns = due_ns;
                cx.put(MSR, INAK | SLAK, false);
            }
            LOOP => self.looped(due_ns, cx),
            _ => self.join(cx),
        }
        self.offer(cx);
        self.show(cx);
    }

    fn clock(&mut self, _clock: usize, cx: &mut Context<'_>) {
        let is_other = self.is_joined && bitrate_bps(cx) != self.bitrate_bps;
        cx.settle(SETTLED, is_other);
    }

    fn on_bus(&mut self, said: FromBus, cx: &mut Context<'_>) {
        let loops = cx.has(BTR, LBKM);
        match said {
            FromBus::Status(status) if self.is_joined => self.status(status, cx),
            // In loop-back it does not look at the bus.
            FromBus::Received(frame) if self.is_joined && !loops => self.receive(&frame, cx),
            FromBus::Sent { mailbox } => {
                cx.put(ESR, LEC, false);
                self.answered(mailbox, End::Sent, cx);
            }
            FromBus::Lost { mailbox } => self.answered(mailbox, End::Lost, cx),
            FromBus::Failed { mailbox } => self.answered(mailbox, End::Failed, cx),
            FromBus::Withdrawn { mailbox } => self.answered(mailbox, End::Aborted, cx),
            FromBus::Status(_) | FromBus::Received(_) => {}
        }
        if self.is_stopping && self.offers.is_empty() {
            self.stop(cx);
        }
        self.offer(cx);
        self.show(cx);
    }
}

impl<const BANKS: usize> Bxcan<BANKS> {
    fn receive(&mut self, frame: &Frame, cx: &mut Context<'_>) {
        cx.put(ESR, LEC, false);
        let id = fifo::identifier(frame);
        if let Some(found) = self.find_filter(id, cx) {
            // Valid at the last bit but one.
            let time = self.time(frame.wire_length().arbitration_bits - 1, cx);
            self.store(found.fifo, Message::new(frame, found.number, time), cx);
        }
    }

    fn find_filter(&self, id: u32, cx: &mut Context<'_>) -> Option<filter::Match> {
        let fmr = filter_word(BANKS, FMR, cx);
        if fmr & FINIT != 0 {
            return None;
        }
        let start = (fmr >> 8 & 0x3f).min(DUAL_BANKS);
        let own = match BANKS {
            0 => start..DUAL_BANKS,
            28 => 0..start,
            banks => 0..banks as u32,
        };
        let [list, wide, second, active] =
            [FM1R, FS1R, FFA1R, FA1R].map(|offset| filter_word(BANKS, offset, cx));
        filter::find(Banks { list, wide, second, active }, own, id, |bank| {
            [0, 4].map(|half| filter_word(BANKS, FR + bank * 8 + half, cx))
        })
    }

    /// The bus has other counters, or has seen an error.
    fn status(&mut self, status: Status, cx: &mut Context<'_>) {
        let before = cx.get(ESR);
        let (tec, rec) = (u32::from(status.transmit_errors), u32::from(status.receive_errors));
        let mut esr = (tec & 0xff) << 16 | rec.min(0xff) << 24;
        for (flag, is_set) in
            [(EWGF, tec.max(rec) >= 96), (EPVF, tec.max(rec) > 127), (BOFF, status.state == State::Off)]
        {
            esr |= if is_set { flag } else { 0 };
        }
        esr |= status.last.map_or(0, code) << 4;
        cx.set(ESR, esr);
        let ier = cx.get(IER);
        let is_told = (esr & !before & (EWGF | EPVF | BOFF)) << 8 & ier != 0;
        if is_told || esr & LEC != 0 && ier & LECIE != 0 {
            cx.put(MSR, ERRI, true);
        }
        let was_off = std::mem::replace(&mut self.is_off, status.state == State::Off);
        if self.is_off && !was_off && cx.has(MCR, ABOM) {
            cx.to_bus(ToBus::Recover);
        }
    }

    /// The count of bits at the start of a frame that has so many until now (TTCM).
    fn time(&self, bits: u32, cx: &mut Context<'_>) -> u16 {
        if !cx.has(MCR, TTCM) {
            return 0;
        }
        let span_ns = u128::from(cx.now_ns().saturating_sub(self.epoch_ns));
        let count = span_ns * u128::from(self.bitrate_bps) / 1_000_000_000;
        (count as u16).wrapping_sub(bits as u16)
    }

    fn show(&self, cx: &mut Context<'_>) {
        self.show_mailboxes(cx);
        self.show_fifos(cx);
        let (ier, msr) = (cx.get(IER), cx.get(MSR));
        let is_complete = Self::is_complete(cx);
        cx.irq(TX, ier & TMEIE != 0 && is_complete);
        for fifo in 0..2 {
            let (state, enabled) = (cx.get(RF0R + fifo as u32 * 4), ier >> (fifo * 3));
            let causes = [(PENDING, FMPIE), (FULL, FFIE), (FIFO_OVERRUN, FOVIE)];
            cx.irq(
                RX0 + fifo,
                causes.iter().any(|(flag, enable)| state & flag != 0 && enabled & enable != 0),
            );
        }
        let causes = [(ERRI, ERRIE), (SLAKI, SLKIE)];
        cx.irq(SCE, causes.iter().any(|(flag, enable)| msr & flag != 0 && ier & enable != 0));
    }
}

/// A register of the filters, which the slave of two reads in the master.
fn filter_word(banks: usize, offset: u32, cx: &mut Context<'_>) -> u32 {
    if banks != 0 {
        return if offset < FR { cx.get(offset) } else { cx.get_at(FR, (offset - FR) as usize / 4) };
    }
    let mut bytes = [0; 4];
    match cx.read_memory(cx.property(0) + u64::from(offset), &mut bytes) {
        Ok(()) => u32::from_le_bytes(bytes),
        Err(fault) => {
            cx.report(format!("{fault}, where the filters of the master are: nothing is received"));
            FINIT
        }
    }
}

/// A register of the filters was written: how they are is changed while they are initialized, and a bank also while it is not active.
fn keep_filters(at: Place, written: Written, cx: &mut Context<'_>) {
    let is_free = at.offset == FR && cx.get(FA1R) >> (at.index / 2) & 1 == 0;
    if !is_free && !cx.has(FMR, FINIT) {
        cx.set_at(at.offset, at.index, written.before);
        cx.report("CAN: a filter is written while it is in use (FINIT is 0): it stays as it is");
    }
}

/// LEC of an error.
fn code(error: Error) -> u32 {
    match error {
        Error::Stuff => 1,
        Error::Form => 2,
        Error::Acknowledge => 3,
        Error::BitRecessive => 4,
        Error::BitDominant => 5,
        Error::Crc => 6,
    }
}
