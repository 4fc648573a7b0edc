// SPDX-License-Identifier: GPL-2.0-or-later
//! RADIO of the nRF52: nRF52832 (its own PS v1.8, section 23) and nRF52840 (PS, section 6.20): its states, how long it is in each, and
//! its events.
//!
//! **Limits:** nobody else is in the air: what is sent is not seen by anyone, and a receiver hears nothing, at -127 dBm. So CRC, whitening
//! and addresses are registers that change nothing. 1 and 2 Mbit/s only; clear channel assessment and energy detection do nothing.

mod packet;

use crate::block::{EVENT_LINES, drive, event, happen, intenclr, intenset, join_enables, task};
use device::{Context, Device, Lines, Place, Register, Written};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

const TXEN: u32 = 0x000;
const RXEN: u32 = 0x004;
const START: u32 = 0x008;
const STOP: u32 = 0x00c;
const DISABLE: u32 = 0x010;
const RSSISTART: u32 = 0x014;
const RSSISTOP: u32 = 0x018;
const BCSTART: u32 = 0x01c;
const BCSTOP: u32 = 0x020;

const READY: u32 = 0x100;
const ADDRESS: u32 = 0x104;
const PAYLOAD: u32 = 0x108;
const END: u32 = 0x10c;
const DISABLED: u32 = 0x110;
const RSSIEND: u32 = 0x11c;
const BCMATCH: u32 = 0x128;
const TXREADY: u32 = 0x154;
const RXREADY: u32 = 0x158;

const SHORTS: u32 = 0x200;
const PACKETPTR: u32 = 0x504;
const MODE: u32 = 0x510;
const PCNF0: u32 = 0x514;
const PCNF1: u32 = 0x518;
const CRCCNF: u32 = 0x534;
const TIFS: u32 = 0x544;
const RSSISAMPLE: u32 = 0x548;
const STATE: u32 = 0x550;
const BCC: u32 = 0x560;
const MODECNF0: u32 = 0x650;
const POWER: u32 = 0xffc;

/// Which event starts which task, by the bit of SHORTS.
const SHORTCUTS: [(u32, u32, u32); 10] = [
    (0, READY, START),
    (1, END, DISABLE),
    (2, DISABLED, TXEN),
    (3, DISABLED, RXEN),
    (4, ADDRESS, RSSISTART),
    (5, END, START),
    (6, ADDRESS, BCSTART),
    (8, DISABLED, RSSISTOP),
    (18, TXREADY, START),
    (19, RXREADY, START),
];
const MODELLED: u32 = 0x000c_017f;
/// END starts DISABLE, and DISABLED starts TXEN or RXEN: then TIFS is kept.
const END_DISABLE: u32 = 1 << 1;
const BITS: u32 = 0x08ff_f4ff;

/// Nothing is heard: the strength in -dBm.
const SILENCE: u32 = 127;
/// nRF52840 PS, 6.20.15.8.
const RAMP_UP_NS: u64 = 140_000;
const FAST_RAMP_UP_NS: u64 = 40_000;
const TX_DISABLE_NS: u64 = 6_000;
const TX_DISABLE_2MBIT_NS: u64 = 4_000;

/// Timers: the next step, and the bit counter.
const STEP: usize = 0;
const COUNTED: usize = 1;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
enum Now {
    #[default]
    Disabled,
    RampsUp(Way),
    Idle(Way),
    Air(Way),
    /// The transmitter ramps down.
    RampsDown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Way {
    Rx,
    Tx,
}

/// The device.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Radio {
    now: Now,
    /// The events of the packet that is sent, and when.
    sends: VecDeque<(u64, u32)>,
    /// When the address of the packet was sent, from which bits are counted.
    address_ns: u64,
    /// When the last packet was over.
    end_ns: Option<u64>,
}

const fn not_modelled(name: &'static str, offset: u32) -> Register {
    Register::new(name, offset, 0).wo(1).unmodelled(1)
}

impl Device for Radio {
    const NAME: &'static str = "nrf52-radio";
    const BLOCK: &'static str = "RADIO";
    const SIZE: u32 = 0x1000;
    const REGISTERS: &'static [Register] = &[
        task("TASKS_TXEN", TXEN),
        task("TASKS_RXEN", RXEN),
        task("TASKS_START", START),
        task("TASKS_STOP", STOP),
        task("TASKS_DISABLE", DISABLE),
        task("TASKS_RSSISTART", RSSISTART),
        task("TASKS_RSSISTOP", RSSISTOP),
        task("TASKS_BCSTART", BCSTART),
        task("TASKS_BCSTOP", BCSTOP),
        not_modelled("TASKS_EDSTART", 0x024),
        not_modelled("TASKS_EDSTOP", 0x028),
        not_modelled("TASKS_CCASTART", 0x02c),
        not_modelled("TASKS_CCASTOP", 0x030),
        event("EVENTS_READY", READY),
        event("EVENTS_ADDRESS", ADDRESS),
        event("EVENTS_PAYLOAD", PAYLOAD),
        event("EVENTS_END", END),
        event("EVENTS_DISABLED", DISABLED),
        event("EVENTS_DEVMATCH", 0x114),
        event("EVENTS_DEVMISS", 0x118),
        event("EVENTS_RSSIEND", RSSIEND),
        event("EVENTS_BCMATCH", BCMATCH),
        event("EVENTS_CRCOK", 0x130),
        event("EVENTS_CRCERROR", 0x134),
        event("EVENTS_FRAMESTART", 0x138),
        event("EVENTS_EDEND", 0x13c),
        event("EVENTS_EDSTOPPED", 0x140),
        event("EVENTS_CCAIDLE", 0x144),
        event("EVENTS_CCABUSY", 0x148),
        event("EVENTS_CCASTOPPED", 0x14c),
        event("EVENTS_RATEBOOST", 0x150),
        event("EVENTS_TXREADY", TXREADY),
        event("EVENTS_RXREADY", RXREADY),
        event("EVENTS_MHRMATCH", 0x15c),
        event("EVENTS_PHYEND", 0x16c),
        Register::new("SHORTS", SHORTS, 0).rw(0x003f_f97f).unmodelled(0x003f_f97f & !MODELLED),
        intenset(BITS),
        intenclr(BITS),
        Register::new("CRCSTATUS", 0x400, 0),
        Register::new("RXMATCH", 0x408, 0),
        Register::new("RXCRC", 0x40c, 0),
        Register::new("DAI", 0x410, 0),
        Register::new("PDUSTAT", 0x414, 0),
        Register::new("PACKETPTR", PACKETPTR, 0).rw(u32::MAX),
        Register::new("FREQUENCY", 0x508, 2).rw(0x17f),
        Register::new("TXPOWER", 0x50c, 0).rw(0xff),
        Register::new("MODE", MODE, 0).rw(0xf),
        Register::new("PCNF0", PCNF0, 0).rw(0x67df_010f),
        Register::new("PCNF1", PCNF1, 0).rw(0x0307_ffff),
        Register::new("BASE0", 0x51c, 0).rw(u32::MAX),
        Register::new("BASE1", 0x520, 0).rw(u32::MAX),
        Register::new("PREFIX0", 0x524, 0).rw(u32::MAX),
        Register::new("PREFIX1", 0x528, 0).rw(u32::MAX),
        Register::new("TXADDRESS", 0x52c, 0).rw(0x7),
        Register::new("RXADDRESSES", 0x530, 0).rw(0xff),
        Register::new("CRCCNF", CRCCNF, 0).rw(0x303),
        Register::new("CRCPOLY", 0x538, 0).rw(0x00ff_ffff),
        Register::new("CRCINIT", 0x53c, 0).rw(0x00ff_ffff),
        Register::new("TIFS", TIFS, 0).rw(0x3ff),
        Register::new("RSSISAMPLE", RSSISAMPLE, 0),
        Register::new("STATE", STATE, 0),
        Register::new("DATAWHITEIV", 0x554, 0x40).rw(0x7f),
        Register::new("BCC", BCC, 0).rw(u32::MAX),
        Register::new("DAB", 0x600, 0).rw(u32::MAX).array(8, 4),
        Register::new("DAP", 0x620, 0).rw(0xffff).array(8, 4),
        Register::new("DACNF", 0x640, 0).rw(0xffff),
        Register::new("MHRMATCHCONF", 0x644, 0).rw(u32::MAX),
        Register::new("MHRMATCHMAS", 0x648, 0).rw(u32::MAX),
        Register::new("MODECNF0", MODECNF0, 0x200).rw(0x301),
        Register::new("SFD", 0x660, 0xa7).rw(0xff),
        Register::new("EDCNT", 0x664, 0).rw(0x001f_ffff),
        Register::new("EDSAMPLE", 0x668, 0).rw(0xff),
        Register::new("CCACTRL", 0x66c, 0).rw(0xffff_ff07),
        // Anomalies 102, 106, 107 and 182 of the nRF52832 and 172 of the nRF52840: start-up code writes these, which have no names.
        Register::new("ANOMALY182", 0x73c, 0).rw(u32::MAX),
        Register::new("ANOMALY102", 0x774, 0).rw(u32::MAX),
        Register::new("POWER", POWER, 1).rw(1).on_write(),
    ];
    const IRQS: &'static [&'static str] = &["irq"];
    const OUTPUTS: &'static [Lines] = &[EVENT_LINES];
    const TIMERS: usize = 2;
    const HAS_DMA: bool = true;

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        let is_on = written.value & 1 != 0;
        match at.offset {
            TXEN..=BCSTOP if is_on => self.task(at.offset, cx.now_ns(), cx),
            // Switching it off resets it (PS, 6.20.14).
            POWER if !is_on => self.switch_off(cx),
            _ => {}
        }
        self.settle(at, cx);
    }

    fn timer(&mut self, timer: usize, due_ns: u64, cx: &mut Context<'_>) {
        match (timer, self.now) {
            (COUNTED, _) => self.happen(BCMATCH, due_ns, cx),
            (_, Now::RampsUp(way)) => {
                self.now = Now::Idle(way);
                self.happen(READY, due_ns, cx);
                self.happen(if way == Way::Tx { TXREADY } else { RXREADY }, due_ns, cx);
            }
            (_, Now::Air(_)) => self.sent(due_ns, cx),
            (_, Now::RampsDown) => {
                self.now = Now::Disabled;
                self.happen(DISABLED, due_ns, cx);
            }
            (_, Now::Disabled | Now::Idle(_)) => {}
        }
        self.settle(Place { offset: STATE, index: 0 }, cx);
    }
}

impl Radio {
    fn settle(&mut self, at: Place, cx: &mut Context<'_>) {
        let state = match self.now {
            Now::Disabled => 0,
            Now::RampsUp(Way::Rx) => 1,
            Now::Idle(Way::Rx) => 2,
            Now::Air(Way::Rx) => 3,
            Now::RampsUp(Way::Tx) => 9,
            Now::Idle(Way::Tx) => 10,
            Now::Air(Way::Tx) => 11,
            Now::RampsDown => 12,
        };
        cx.set(STATE, state);
        join_enables::<Self>(at, cx);
        drive::<Self>(cx);
    }

    /// An event, and what shortcuts make of it.
    fn happen(&mut self, event: u32, at_ns: u64, cx: &mut Context<'_>) {
        happen(event, cx);
        for (bit, from, task) in SHORTCUTS {
            if from == event && cx.has(SHORTS, 1 << bit) {
                self.task(task, at_ns, cx);
            }
        }
    }

    fn task(&mut self, task: u32, at_ns: u64, cx: &mut Context<'_>) {
        match (task, self.now) {
            (TXEN, Now::Disabled) => self.ramp_up(Way::Tx, at_ns, cx),
            (RXEN, Now::Disabled) => self.ramp_up(Way::Rx, at_ns, cx),
            (START, Now::Idle(way)) => {
                self.now = Now::Air(way);
                if way == Way::Tx {
                    self.sends = packet::events(at_ns, cx);
                    self.next(cx);
                }
            }
            (STOP, Now::Air(way)) => {
                self.now = Now::Idle(way);
                self.stop(cx);
            }
            (DISABLE, Now::RampsUp(Way::Tx) | Now::Idle(Way::Tx) | Now::Air(Way::Tx)) => {
                self.stop(cx);
                self.now = Now::RampsDown;
                let down_ns = if packet::bit_ns(cx) == 1000 { TX_DISABLE_NS } else { TX_DISABLE_2MBIT_NS };
                cx.arm(STEP, at_ns + down_ns);
            }
            // One that is disabled says so again.
            (DISABLE, Now::Disabled | Now::RampsUp(_) | Now::Idle(_) | Now::Air(_)) => {
                self.stop(cx);
                self.now = Now::Disabled;
                self.happen(DISABLED, at_ns, cx);
            }
            (RSSISTART, _) => {
                cx.set(RSSISAMPLE, SILENCE);
                self.happen(RSSIEND, at_ns, cx);
            }
            (BCSTART, Now::Air(Way::Tx)) => {
                let count_ns = u64::from(cx.get(BCC)) * packet::bit_ns(cx);
                cx.arm(COUNTED, (self.address_ns + count_ns).max(at_ns));
            }
            (BCSTOP, _) => cx.cancel(COUNTED),
            _ => {}
        }
    }

    fn ramp_up(&mut self, way: Way, at_ns: u64, cx: &mut Context<'_>) {
        self.now = Now::RampsUp(way);
        let is_fast = cx.has(MODECNF0, 1);
        let mut ready_ns = at_ns + if is_fast { FAST_RAMP_UP_NS } else { RAMP_UP_NS };
        // Between two packets (PS, 6.20.10).
        if let Some(end_ns) = self.end_ns.take().filter(|_| cx.has(SHORTS, END_DISABLE)) {
            ready_ns = ready_ns.max(end_ns + u64::from(cx.get(TIFS)) * 1000);
        }
        cx.arm(STEP, ready_ns);
    }

    /// Waits for the next event of the packet that is sent.
    fn next(&mut self, cx: &mut Context<'_>) {
        if let Some((at_ns, _)) = self.sends.front() {
            cx.arm(STEP, *at_ns);
        }
    }

    fn sent(&mut self, due_ns: u64, cx: &mut Context<'_>) {
        let Some((_, event)) = self.sends.pop_front() else { return };
        self.next(cx);
        if event == ADDRESS {
            self.address_ns = due_ns;
        } else if event == END {
            self.now = Now::Idle(Way::Tx);
            self.end_ns = Some(due_ns);
            cx.cancel(COUNTED);
        }
        self.happen(event, due_ns, cx);
    }

    fn stop(&mut self, cx: &mut Context<'_>) {
        self.sends.clear();
        cx.cancel(STEP);
        cx.cancel(COUNTED);
    }

    fn switch_off(&mut self, cx: &mut Context<'_>) {
        self.stop(cx);
        *self = Radio::default();
        for register in Self::REGISTERS.iter().filter(|register| register.offset() != POWER) {
            for index in 0..register.count() {
                cx.set_at(register.offset(), index as usize, register.reset());
            }
        }
    }
}

#[cfg(test)]
mod tests;
