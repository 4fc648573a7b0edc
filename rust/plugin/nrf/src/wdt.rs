// SPDX-License-Identifier: GPL-2.0-or-later
//! WDT, the watchdog: nRF51 (RM, section 24) and nRF52840 (PS, section 6.36). It counts down from CRV at 32768 Hz.
//!
//! **Limits:** it counts while the CPU sleeps and while a debugger holds it, whatever CONFIG says. The reset comes with
//! EVENTS_TIMEOUT, not two cycles after it.

use crate::block::{EVENT_LINES, POWER, drive, event, happen, intenclr, intenset, join_enables, task};
use device::{Context, Device, Lines, Place, Register, Written};
use serde::{Deserialize, Serialize};

const START: u32 = 0x000;
const TIMEOUT: u32 = 0x100;
const RUNSTATUS: u32 = 0x400;
const REQSTATUS: u32 = 0x404;
const CRV: u32 = 0x504;
const RREN: u32 = 0x508;
const CONFIG: u32 = 0x50c;
const RR: u32 = 0x600;

const LFCLK_HZ: u64 = 32_768;
const RELOAD: u32 = 0x6e52_4635;

/// The device.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Wdt {}

impl Device for Wdt {
    const NAME: &'static str = "nrf-wdt";
    const BLOCK: &'static str = "WDT";
    const SIZE: u32 = 0x1000;
    const REGISTERS: &'static [Register] = &[
        task("TASKS_START", START),
        event("EVENTS_TIMEOUT", TIMEOUT),
        intenset(1),
        intenclr(1),
        Register::new("RUNSTATUS", RUNSTATUS, 0),
        Register::new("REQSTATUS", REQSTATUS, 1),
        Register::new("CRV", CRV, u32::MAX).rw(u32::MAX).on_write(),
        Register::new("RREN", RREN, 1).rw(0xff).on_write(),
        Register::new("CONFIG", CONFIG, 1).rw(0x9).on_write(),
        Register::new("RR", RR, 0).wo(u32::MAX).array(8, 4).on_write(),
        POWER,
    ];
    const IRQS: &'static [&'static str] = &["irq"];
    const OUTPUTS: &'static [Lines] = &[EVENT_LINES];
    const TIMERS: usize = 1;

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        let runs = cx.get(RUNSTATUS) != 0;
        match at.offset {
            START if written.value & 1 != 0 && !runs => {
                cx.set(RUNSTATUS, 1);
                reload(cx);
            }
            CRV | RREN | CONFIG if runs => {
                cx.set(at.offset, written.before);
                cx.report("WDT is configured while it runs: nothing changes");
            }
            RR if runs && written.value == RELOAD => {
                cx.put(REQSTATUS, 1 << at.index, false);
                if cx.get(REQSTATUS) == 0 {
                    reload(cx);
                }
            }
            _ => {}
        }
        join_enables::<Self>(at, cx);
        drive::<Self>(cx);
    }

    fn timer(&mut self, _timer: usize, _due_ns: u64, cx: &mut Context<'_>) {
        happen(TIMEOUT, cx);
        drive::<Self>(cx);
        cx.reset_machine();
    }
}

/// Counts from CRV on, and wants all requests that are enabled again.
fn reload(cx: &mut Context<'_>) {
    let wanted = cx.get(RREN);
    cx.set(REQSTATUS, wanted);
    let counts = u64::from(cx.get(CRV)) + 1;
    let due_ns = cx.now_ns() + (counts * 1_000_000_000).div_ceil(LFCLK_HZ);
    cx.arm(0, due_ns);
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    #[test]
    fn expires_unless_all_ask() {
        let mut wdt = Bench::<Wdt>::default();
        assert_eq!(wdt.differs_after_reset(), []);
        wdt.write(CRV, 32_767);
        wdt.write(RREN, 3);
        wdt.write(START, 1);
        wdt.advance_ns(999_999_999);
        wdt.write(RR, RELOAD);
        assert_eq!(wdt.read(REQSTATUS), 2);
        wdt.write(RR + 4, RELOAD);
        wdt.advance_ns(999_999_999);
        wdt.write(RR, RELOAD);
        assert_eq!((wdt.machine_resets(), wdt.take_mistakes()), (0, vec![]));
        wdt.advance_ns(1);
        assert_eq!(wdt.machine_resets(), 1);
        wdt.write(CRV, 5);
        assert_eq!((wdt.read(CRV), wdt.take_mistakes().len()), (32_767, 1));
    }
}
