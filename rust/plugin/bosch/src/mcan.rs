// SPDX-License-Identifier: GPL-2.0-or-later
//! M_CAN (Bosch, M_CAN User's Manual 3.2.3): as it is, and as ST has it with a fixed message RAM (RM0440, 44: FDCAN).
//!
//! What the standard says of the bus (arbitration, errors, their counters, 11 recessive bits before one takes part) is the bus's; a
//! controller shows it. Its message RAM is the machine's memory. In loop-back a frame comes back after its time on the wire; without
//! bus monitoring the bus sees it, too, once.
//!
//! **Limits:** restricted operation, transmit pause, frames of the time before ISO, the external counter of times, TEST's pin, and
//! messages for debugging are not modelled, and reported. PSR never says that it sends or receives (ACT), and which phase an error was
//! in: all are errors of arbitration (LEC, PEA). The counts of times are of bits of arbitration, in CAN FD as well. The message RAM always
//! answers in time: no RAM watchdog. No transceiver has a delay that TDC would have to compensate. When INIT is set, a frame that is
//! being sent is forgotten, and it comes back with new error counters.

mod filter;
mod map;
mod mode;
mod ram;
mod receive;
mod status;
#[cfg(test)]
mod tests;
mod time;
mod transmit;

use can::{FromBus, Offers};
use device::{Context, Device, Place, Property, Register, Written};
use map::*;
use ram::Areas;
use serde::{Deserialize, Serialize};
use transmit::End;

// The timers: 11 bits have been recessive; what is looped back has left; the clock has settled; the count of times begins anew; the
// timeout.
const SYNCHRONIZED: usize = 0;
const LOOP: usize = 1;
const SETTLED: usize = 2;
const WRAP: usize = 3;
const TIMEOUT: usize = 4;

/// A ring of elements: which one is the first, and how many there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Ring {
    first: u32,
    count: u32,
}

/// A controller, whose message RAM has a fixed layout or one that registers choose.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Mcan<const IS_FIXED: bool> {
    /// It has counted 11 recessive bits, and takes part.
    runs: bool,
    /// The bus knows it.
    is_joined: bool,
    /// It is off the bus by its errors.
    is_off: bool,
    /// Bit rates of arbitration and data; the second one is 0 without CAN FD.
    rates_bps: (u32, u32),
    /// Received frames, by FIFO.
    received: [Ring; 2],
    /// Frames to be sent that are in the FIFO.
    queued: Ring,
    /// Events of sent frames.
    events: Ring,
    offers: Offers,
    /// Buffers whose frame is to be cancelled.
    cancelled: u32,
    /// The buffer whose frame is looped back.
    looping: Option<u8>,
    /// Before this no other one is.
    loop_free_ns: u64,
    times: time::Times,
}

/// With registers that say how the message RAM is divided.
pub(crate) type Full = Mcan<false>;
/// ST's, of the STM32G4 and others.
pub(crate) type Fixed = Mcan<true>;

impl<const IS_FIXED: bool> Device for Mcan<IS_FIXED> {
    const NAME: &'static str = if IS_FIXED { "stm32-fdcan" } else { "bosch-m-can" };
    const BLOCK: &'static str = if IS_FIXED { "FDCAN" } else { "M_CAN" };
    const SIZE: u32 = 0x400;
    const REGISTERS: &'static [Register] = if IS_FIXED { &FIXED_TABLE } else { &FULL_TABLE };
    const IRQS: &'static [&'static str] = &["int0", "int1"];
    const CLOCKS: &'static [&'static str] = &["cclk"];
    /// Where the message RAM is; of the fixed layout besides, which of several it is, and where the divider of all of them is.
    const PROPERTIES: &'static [Property] = &[
        Property { name: "ram", default: 0 },
        Property { name: "place", default: 0 },
        Property { name: "divider", default: 0 },
    ];
    const TIMERS: usize = 5;
    const CAN: bool = true;
    /// The message RAM.
    const HAS_DMA: bool = true;

    fn reset(&mut self, cx: &mut Context<'_>) {
        self.leave(cx);
        *self = Mcan { offers: std::mem::take(&mut self.offers), ..Mcan::default() };
    }

    fn read(&mut self, at: Place, cx: &mut Context<'_>) -> u32 {
        match at.offset {
            PSR => {
                let psr = cx.get(PSR);
                // No event since the last look.
                cx.put(PSR, LEC | DLEC, true);
                cx.put(PSR, RESI | RBRS | RFDF, false);
                psr
            }
            TSCV => self.time(cx.now_ns(), cx).into(),
            _ => self.times_left(cx),
        }
    }

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        let offset = at.offset;
        if is_configuration(IS_FIXED, offset) && !cx.has(CCCR, INIT | CCE) {
            if cx.get(offset) != written.before {
                cx.set(offset, written.before);
                let block = Self::BLOCK;
                cx.report(format!(
                    "{block}+{offset:#04x} is written outside of configuration (INIT, CCE): it stays as it is"
                ));
            }
            return;
        }
        match offset {
            CCCR => self.write_cccr(written.before, cx),
            TEST if !cx.has(CCCR, TEST_ENABLE) => cx.set(TEST, 0),
            TSCV => self.restart_times(cx),
            TOCV => self.restart_timeout(cx),
            _ if Self::MAP.rxfa.contains(&offset) => self.acknowledge(offset, cx),
            _ if offset == Self::MAP.txefa => self.acknowledge_events(cx),
            _ if offset == Self::MAP.txbar => self.request(written.value, cx),
            _ if offset == Self::MAP.txbcr => self.cancel(written.value, cx),
            _ => {}
        }
        self.offer(cx);
        self.show(cx);
    }

    fn timer(&mut self, timer: usize, due_ns: u64, cx: &mut Context<'_>) {
        match timer {
            SYNCHRONIZED => self.synchronized(cx),
            LOOP => self.looped(due_ns, cx),
            SETTLED => self.join(cx),
            WRAP => self.times_wrap(cx),
            _ => self.timeout(cx),
        }
        self.offer(cx);
        self.show(cx);
    }

    fn clock(&mut self, _clock: usize, cx: &mut Context<'_>) {
        let is_other = self.is_joined && self.rates(cx) != self.rates_bps;
        cx.settle(SETTLED, is_other);
    }

    fn on_bus(&mut self, said: FromBus, cx: &mut Context<'_>) {
        match said {
            FromBus::Status(status) if self.is_joined => self.status(status, cx),
            // In loop-back it does not look at the bus.
            FromBus::Received(frame) if self.is_joined && !self.loops(cx) => {
                // It is valid one bit before its end.
                let time = self.time_of(&frame, 1, cx);
                self.receive(&frame, time, cx);
            }
            FromBus::Sent { mailbox } => self.answered(mailbox, End::Sent, cx),
            FromBus::Failed { mailbox } | FromBus::Lost { mailbox } => {
                self.answered(mailbox, End::Failed, cx)
            }
            FromBus::Withdrawn { mailbox } => self.answered(mailbox, End::Cancelled, cx),
            FromBus::Status(_) | FromBus::Received(_) => {}
        }
        self.offer(cx);
        self.show(cx);
    }
}

impl<const IS_FIXED: bool> Mcan<IS_FIXED> {
    const MAP: Map = if IS_FIXED { FIXED } else { FULL };

    fn areas(cx: &mut Context<'_>) -> Areas {
        if IS_FIXED { Areas::of_fixed(cx) } else { Areas::of_full(cx) }
    }

    /// Reads the message RAM.
    fn fetch(&self, at: u32, bytes: &mut [u8], cx: &mut Context<'_>) {
        let address = ram::base(IS_FIXED, cx) + u64::from(at);
        if let Err(fault) = cx.read_memory(address, bytes) {
            cx.put(IR, Self::MAP.flags.ram, true);
            cx.report(format!("{fault}, where {}'s message RAM is", Self::BLOCK));
        }
    }

    /// Writes the message RAM.
    fn store(&self, at: u32, bytes: &[u8], cx: &mut Context<'_>) {
        let address = ram::base(IS_FIXED, cx) + u64::from(at);
        if let Err(fault) = cx.write_memory(address, bytes) {
            cx.put(IR, Self::MAP.flags.ram, true);
            cx.report(format!("{fault}, where {}'s message RAM is", Self::BLOCK));
        }
    }

    /// Whether what it sends comes back to it, and nothing else.
    fn loops(&self, cx: &mut Context<'_>) -> bool {
        cx.has(TEST, LBCK)
    }
}

/// The element before the first one of a ring that an index acknowledges: how many elements that takes, if it is one that there is.
fn taken(ring: Ring, index: u32, size: u32) -> Option<u32> {
    if index >= size {
        return None;
    }
    let count = (index + size - ring.first) % size + 1;
    (count <= ring.count).then_some(count)
}
