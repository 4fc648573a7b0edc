// SPDX-License-Identifier: GPL-2.0-or-later
//! CLOCK and POWER, which share one block: nRF51 (RM, sections 12 and 13), nRF52840 (PS, sections 5.3.8 and 5.4.4).
//!
//! **Limits:** oscillators are ready at once and exact. Supply voltages do not change: no power-fail warning, no USB
//! events. System OFF, calibration and switching off RAM have no effect, and are reported. RESETREAS is 0.

use crate::block::{EVENT_LINES, drive, event, happen, intenclr, intenset, join_enables, task};
use device::{Context, Device, Lines, Place, Register, Written};
use serde::{Deserialize, Serialize};

const HFCLKSTART: u32 = 0x000;
const HFCLKSTOP: u32 = 0x004;
const LFCLKSTART: u32 = 0x008;
const LFCLKSTOP: u32 = 0x00c;
const CAL: u32 = 0x010;
const CONSTLAT: u32 = 0x078;
const LOWPWR: u32 = 0x07c;
const HFCLKSTARTED: u32 = 0x100;
const LFCLKSTARTED: u32 = 0x104;
const DONE: u32 = 0x10c;
const RESETREAS: u32 = 0x400;
const HFCLKRUN: u32 = 0x408;
const HFCLKSTAT: u32 = 0x40c;
const LFCLKRUN: u32 = 0x414;
const LFCLKSTAT: u32 = 0x418;
const LFCLKSRCCOPY: u32 = 0x41c;
const SYSTEMOFF: u32 = 0x500;
const LFCLKSRC: u32 = 0x518;

/// HFCLKSTAT.SRC: the crystal. HFCLK runs always, by the internal oscillator if by nothing else.
const SRC_CRYSTAL: u32 = 1 << 0;
const STATE_RUNNING: u32 = 1 << 16;

fn write<D: Device>(at: Place, written: Written, cx: &mut Context<'_>) {
    let is_on = written.value & 1 != 0;
    match at.offset {
        HFCLKSTART if is_on => {
            cx.set(HFCLKRUN, 1);
            cx.set(HFCLKSTAT, STATE_RUNNING | SRC_CRYSTAL);
            happen(HFCLKSTARTED, cx);
        }
        HFCLKSTOP if is_on => {
            cx.set(HFCLKRUN, 0);
            cx.set(HFCLKSTAT, STATE_RUNNING);
        }
        LFCLKSTART if is_on => {
            let source = cx.get(LFCLKSRC) & 3;
            cx.set(LFCLKRUN, 1);
            cx.set(LFCLKSRCCOPY, source);
            cx.set(LFCLKSTAT, STATE_RUNNING | source);
            happen(LFCLKSTARTED, cx);
        }
        LFCLKSTOP if is_on => {
            cx.set(LFCLKRUN, 0);
            cx.put(LFCLKSTAT, STATE_RUNNING, false);
        }
        CAL if is_on => happen(DONE, cx),
        SYSTEMOFF if is_on => cx.report("System OFF is not modelled: the CPU goes on"),
        _ => {}
    }
    join_enables::<D>(at, cx);
    drive::<D>(cx);
}

macro_rules! clock {
    ($(#[$about:meta])* $type:ident, $name:literal, $registers:expr) => {
        $(#[$about])*
        #[derive(Debug, Default, Serialize, Deserialize)]
        pub(crate) struct $type {}

        impl Device for $type {
            const NAME: &'static str = $name;
            const BLOCK: &'static str = "CLOCK";
            const SIZE: u32 = 0x1000;
            const REGISTERS: &'static [Register] = &$registers;
            const IRQS: &'static [&'static str] = &["irq"];
            const OUTPUTS: &'static [Lines] = &[EVENT_LINES];

            fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
                write::<Self>(at, written, cx);
            }
        }
    };
}

clock!(
    /// Of nRF51.
    Nrf51,
    "nrf51-clock",
    [
        task("TASKS_HFCLKSTART", HFCLKSTART),
        task("TASKS_HFCLKSTOP", HFCLKSTOP),
        task("TASKS_LFCLKSTART", LFCLKSTART),
        task("TASKS_LFCLKSTOP", LFCLKSTOP),
        task("TASKS_CAL", CAL),
        Register::new("TASKS_CTSTART", 0x014, 0).wo(1).unmodelled(1),
        task("TASKS_CTSTOP", 0x018),
        task("TASKS_CONSTLAT", CONSTLAT),
        task("TASKS_LOWPWR", LOWPWR),
        event("EVENTS_HFCLKSTARTED", HFCLKSTARTED),
        event("EVENTS_LFCLKSTARTED", LFCLKSTARTED),
        event("EVENTS_POFWARN", 0x108),
        event("EVENTS_DONE", DONE),
        event("EVENTS_CTTO", 0x110),
        intenset(0x1f),
        intenclr(0x1f),
        Register::new("RESETREAS", RESETREAS, 0).rc_w1(0x0007_000f),
        Register::new("HFCLKRUN", HFCLKRUN, 0),
        Register::new("HFCLKSTAT", HFCLKSTAT, STATE_RUNNING),
        Register::new("LFCLKRUN", LFCLKRUN, 0),
        Register::new("LFCLKSTAT", LFCLKSTAT, 0),
        Register::new("LFCLKSRCCOPY", LFCLKSRCCOPY, 0),
        Register::new("RAMSTATUS", 0x428, 0x3),
        Register::new("SYSTEMOFF", SYSTEMOFF, 0).wo(1).on_write(),
        // Anomaly 16 of nRF51822 (PAN v3.0): start-up code writes this one, which has no name.
        Register::new("ANOMALY16", 0x504, 0).rw(u32::MAX),
        Register::new("POFCON", 0x510, 0).rw(0x7).unmodelled(1),
        Register::new("LFCLKSRC", LFCLKSRC, 0).rw(0x3),
        Register::new("GPREGRET", 0x51c, 0).rw(0xff),
        Register::new("RAMON", 0x524, 0x3).rw(0x0003_0003).unmodelled(0x3),
        Register::new("CTIV", 0x538, 0).rw(0x7f),
        Register::new("RESET", 0x544, 0).rw(1),
        Register::new("XTALFREQ", 0x550, u32::MAX).rw(0xff),
        Register::new("RAMONB", 0x554, 0x3).rw(0x0003_0003).unmodelled(0x3),
        Register::new("DCDCEN", 0x578, 0).rw(1),
        Register::new("DCDCFORCE", 0xa08, 0).rw(0x3),
    ]
);

clock!(
    /// Of nRF52840.
    Nrf52,
    "nrf52-clock",
    [
        task("TASKS_HFCLKSTART", HFCLKSTART),
        task("TASKS_HFCLKSTOP", HFCLKSTOP),
        task("TASKS_LFCLKSTART", LFCLKSTART),
        task("TASKS_LFCLKSTOP", LFCLKSTOP),
        task("TASKS_CAL", CAL),
        Register::new("TASKS_CTSTART", 0x014, 0).wo(1).unmodelled(1),
        task("TASKS_CTSTOP", 0x018),
        task("TASKS_CONSTLAT", CONSTLAT),
        task("TASKS_LOWPWR", LOWPWR),
        event("EVENTS_HFCLKSTARTED", HFCLKSTARTED),
        event("EVENTS_LFCLKSTARTED", LFCLKSTARTED),
        event("EVENTS_POFWARN", 0x108),
        event("EVENTS_DONE", DONE),
        event("EVENTS_CTTO", 0x110),
        event("EVENTS_SLEEPENTER", 0x114),
        event("EVENTS_SLEEPEXIT", 0x118),
        event("EVENTS_USBDETECTED", 0x11c),
        event("EVENTS_USBREMOVED", 0x120),
        event("EVENTS_USBPWRRDY", 0x124),
        event("EVENTS_CTSTARTED", 0x128),
        event("EVENTS_CTSTOPPED", 0x12c),
        intenset(0xfff),
        intenclr(0xfff),
        Register::new("RESETREAS", RESETREAS, 0).rc_w1(0x001f_000f),
        Register::new("HFCLKRUN", HFCLKRUN, 0),
        Register::new("HFCLKSTAT", HFCLKSTAT, STATE_RUNNING),
        Register::new("LFCLKRUN", LFCLKRUN, 0),
        Register::new("LFCLKSTAT", LFCLKSTAT, 0),
        Register::new("LFCLKSRCCOPY", LFCLKSRCCOPY, 0),
        Register::new("RAMSTATUS", 0x428, 0),
        Register::new("USBREGSTATUS", 0x438, 0),
        Register::new("SYSTEMOFF", SYSTEMOFF, 0).wo(1).on_write(),
        Register::new("POFCON", 0x510, 0).rw(0xf1f).unmodelled(1),
        Register::new("LFCLKSRC", LFCLKSRC, 0).rw(0x0003_0003),
        Register::new("GPREGRET", 0x51c, 0).rw(0xff),
        Register::new("GPREGRET2", 0x520, 0).rw(0xff),
        Register::new("HFXODEBOUNCE", 0x528, 0x10).rw(0xff),
        Register::new("CTIV", 0x538, 0).rw(0x7f),
        // Anomalies 31 and 108 of nRF52832 (Errata v1.9): start-up code writes these, which have no names.
        Register::new("ANOMALY31", 0x53c, 0).rw(0x7),
        Register::new("TRACECONFIG", 0x55c, 0).rw(0x0003_0003),
        Register::new("DCDCEN", 0x578, 0).rw(1),
        Register::new("DCDCEN0", 0x580, 0).rw(1),
        Register::new("LFRCMODE", 0x5b4, 0).rw(1),
        Register::new("MAINREGSTATUS", 0x640, 0),
        Register::new("RAM_POWER", 0x900, 0xffff).rw(u32::MAX).unmodelled(0xffff).array(9, 0x10),
        Register::new("RAM_POWERSET", 0x904, 0).wo(u32::MAX).array(9, 0x10),
        Register::new("RAM_POWERCLR", 0x908, 0).wo(u32::MAX).unmodelled(0xffff).array(9, 0x10),
        Register::new("ANOMALY108", 0xee4, 0).rw(0x4f),
    ]
);

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    #[test]
    fn reset_values() {
        assert_eq!(Bench::<Nrf51>::default().differs_after_reset(), []);
        assert_eq!(Bench::<Nrf52>::default().differs_after_reset(), []);
    }

    #[test]
    fn oscillators_start() {
        let mut clock = Bench::<Nrf51>::default();
        clock.write(0x304, 1 << 1);
        assert_eq!((clock.read(0x304), clock.read(0x308)), (2, 2));
        clock.write(HFCLKSTART, 1);
        assert_eq!((clock.read(HFCLKSTAT), clock.read(HFCLKSTARTED), clock.irq(0)), (0x1_0001, 1, false));
        clock.write(LFCLKSRC, 1);
        clock.write(LFCLKSTART, 1);
        assert_eq!((clock.read(LFCLKSTAT), clock.read(LFCLKSRCCOPY), clock.irq(0)), (0x1_0001, 1, true));
        clock.write(LFCLKSTARTED, 0);
        assert!(!clock.irq(0));
        clock.write(LFCLKSTARTED, 1);
        clock.write(0x308, 1 << 1);
        assert!(!clock.irq(0));
        assert_eq!(clock.take_mistakes(), [] as [String; 0]);
    }
}
