// SPDX-License-Identifier: GPL-2.0-or-later
//! FTM, a counter of 16 bits with eight channels (S32K1xx Reference Manual, chapter "FlexTimer Module").
//!
//! Flags are found by arithmetic when somebody looks at them; only those that interrupt have an event.
//!
//! **Limits:** counting up, with the overflow and the channels' matches. Pins are neither seen nor driven: capture, PWM's outputs, faults, dead
//! time, quadrature and synchronisation are only stored. New values of MOD, CNTIN and CnV count at once.

use crate::GATED;
use crate::ticks::Ticks;
use device::{Context, Device, Lines, Place, Register, Width, Written};
use serde::{Deserialize, Serialize};

const SC: u32 = 0x00;
const CNT: u32 = 0x04;
const MOD: u32 = 0x08;
const CSC: u32 = 0x0c;
const CV: u32 = 0x10;
const CNTIN: u32 = 0x4c;
const STATUS: u32 = 0x50;

const CHANNELS: usize = 8;
// SC.
const TOIE: u32 = 1 << 8;
const TOF: u32 = 1 << 9;
// CnSC.
const MODES: u32 = 3 << 4;
const CHIE: u32 = 1 << 6;
const CHF: u32 = 1 << 7;

/// The device.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Ftm {
    /// How far it has counted from CNTIN on, over all rounds.
    count: Ticks,
    /// Up to where flags are set.
    seen: u64,
}

const fn register(name: &'static str, offset: u32) -> Register {
    Register::new(name, offset, 0).width(Width::ANY)
}

impl Device for Ftm {
    const NAME: &'static str = "s32k1-ftm";
    const BLOCK: &'static str = "FTM";
    const SIZE: u32 = 0x1000;
    const REGISTERS: &'static [Register] = &[
        register("SC", SC).rw(0x0fff_017f).rc_w0(TOF).unmodelled(0x0000_0060).on_read().on_write(),
        register("CNT", CNT).wo(0xffff).on_read().on_write(),
        register("MOD", MOD).rw(0xffff).on_write(),
        register("CSC", CSC).rw(0x17f).rc_w0(CHF).unmodelled(0x103).array(8, 8).on_read().on_write(),
        register("CV", CV).rw(0xffff).array(8, 8).on_write(),
        register("CNTIN", CNTIN).rw(0xffff).on_write(),
        register("STATUS", STATUS).rc_w0(0xff).on_read().on_write(),
        Register::new("MODE", 0x54, 0x4).rw(0xfd).wo(0x2).width(Width::ANY),
        register("SYNC", 0x58).rw(0xff),
        register("OUTINIT", 0x5c).rw(0xff),
        register("OUTMASK", 0x60).rw(0xff),
        register("COMBINE", 0x64).rw(u32::MAX),
        register("DEADTIME", 0x68).rw(0x000f_00ff),
        register("EXTTRIG", 0x6c).rw(0x37f),
        register("POL", 0x70).rw(0xff),
        register("FMS", 0x74).rw(0x40),
        register("FILTER", 0x78).rw(0xffff),
        register("FLTCTRL", 0x7c).rw(0x8fff),
        register("QDCTRL", 0x80).rw(0xf9).unmodelled(1),
        register("CONF", 0x84).rw(0xedf),
        register("FLTPOL", 0x88).rw(0xf),
        register("SYNCONF", 0x8c).rw(0x001f_1fb5),
        register("INVCTRL", 0x90).rw(0xf),
        register("SWOCTRL", 0x94).rw(0xffff),
        register("PWMLOAD", 0x98).rw(0x7ff).wo(0x800),
        register("HCR", 0x9c).rw(0xffff),
        register("PAIRDEADTIME", 0xa0).rw(0x000f_00ff).array(4, 8),
    ];
    const INPUTS: &'static [Lines] = &[GATED];
    const GATE: Option<usize> = Some(0);
    /// Of two channels each, and of the overflow.
    const IRQS: &'static [&'static str] = &["0-1", "2-3", "4-5", "6-7", "overflow"];
    /// SC.CLKS 1 and 3; the fixed frequency clock, 2, is not led to it.
    const CLOCKS: &'static [&'static str] = &["system", "external"];
    const TIMERS: usize = 1;

    fn read(&mut self, at: Place, cx: &mut Context<'_>) -> u32 {
        self.settle(cx);
        match at.offset {
            CNT => cx.get(CNTIN) + (self.count.count(cx.now_ns()) % period(cx)) as u32,
            STATUS => (0..CHANNELS).fold(0, |bits, n| bits | u32::from(cx.get_at(CSC, n) & CHF != 0) << n),
            offset => cx.get_at(offset, at.index),
        }
    }

    fn before_write(&mut self, _at: Place, cx: &mut Context<'_>) {
        // With the values that were.
        self.settle(cx);
    }

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        let now_ns = cx.now_ns();
        match at.offset {
            SC => {
                let (hz, divider) = pace(cx);
                self.count.set_pace(hz, divider, now_ns);
            }
            MOD | CNTIN => {
                // Goes on from where it is; what is beyond the end begins anew.
                let before = if at.offset == MOD { cx.get(CNTIN) } else { written.before };
                let place = before + self.place(at.offset, written.before, cx);
                let first = cx.get(CNTIN);
                let count = if place >= first && place <= cx.get(MOD) { place - first } else { 0 };
                self.restart(count.into(), now_ns, cx);
            }
            CNT => self.restart(0, now_ns, cx),
            STATUS => {
                for n in (0..CHANNELS).filter(|n| written.lanes & !written.value & 1 << n != 0) {
                    let value = cx.get_at(CSC, n);
                    cx.set_at(CSC, n, value & !CHF);
                }
            }
            CSC if cx.get_at(CSC, at.index) & MODES == 0 && cx.get_at(CSC, at.index) & 0xc != 0 => {
                cx.report("FTM_CnSC captures a pin, which is not modelled: the channel does nothing");
            }
            _ => {}
        }
        self.arm(cx);
    }

    fn timer(&mut self, _timer: usize, _due_ns: u64, cx: &mut Context<'_>) {
        self.settle(cx);
        self.arm(cx);
    }

    fn clock(&mut self, _clock: usize, cx: &mut Context<'_>) {
        self.settle(cx);
        let ((hz, divider), now_ns) = (pace(cx), cx.now_ns());
        self.count.set_pace(hz, divider, now_ns);
        self.arm(cx);
    }
}

/// The clock and its divider, as SC has them.
fn pace(cx: &mut Context<'_>) -> (u64, u64) {
    let sc = cx.get(SC);
    let hz = match sc >> 3 & 3 {
        1 => cx.clock_hz(0),
        3 => cx.clock_hz(1),
        2 => {
            cx.report("FTM_SC.CLKS chooses the fixed frequency clock, which is not modelled: FTM stands");
            0
        }
        _ => 0,
    };
    (hz, 1 << (sc & 7))
}

fn period_of(first: u32, last: u32) -> u64 {
    u64::from(last.saturating_sub(first)) + 1
}

/// Counts of a round.
fn period(cx: &mut Context<'_>) -> u64 {
    period_of(cx.get(CNTIN), cx.get(MOD))
}

/// What sets a channel's flag: the count from CNTIN on, if it is one that matches and is ever reached.
fn matches(n: usize, cx: &mut Context<'_>) -> Option<u64> {
    let value = cx.get_at(CV, n);
    let is_reached = (cx.get(CNTIN)..=cx.get(MOD)).contains(&value);
    (cx.get_at(CSC, n) & MODES != 0 && is_reached).then(|| u64::from(value - cx.get(CNTIN)))
}

/// How often a count that is at `place` in each round of `period` has come by before `end`, that included.
fn times(end: u64, place: u64, period: u64) -> u64 {
    (end + period - place) / period
}

impl Ftm {
    /// Where it is in its round, before MOD or CNTIN was written.
    fn place(&self, offset: u32, before: u32, cx: &mut Context<'_>) -> u32 {
        let (first, last) = if offset == MOD { (cx.get(CNTIN), before) } else { (before, cx.get(MOD)) };
        (self.count.count(cx.now_ns()) % period_of(first, last)) as u32
    }

    fn restart(&mut self, count: u64, now_ns: u64, cx: &mut Context<'_>) {
        let (hz, divider) = pace(cx);
        self.count = Ticks::from(count, hz, divider, now_ns);
        self.seen = count;
    }

    /// Sets the flags of all that has happened until now.
    fn settle(&mut self, cx: &mut Context<'_>) {
        let (now, period) = (self.count.count(cx.now_ns()), period(cx));
        // Nothing overflows while MOD is 0, as after a reset.
        if cx.get(MOD) != 0 && times(now, 0, period) > times(self.seen, 0, period) {
            cx.put(SC, TOF, true);
        }
        for n in 0..CHANNELS {
            if let Some(place) = matches(n, cx)
                && times(now, place, period) > times(self.seen, place, period)
            {
                let value = cx.get_at(CSC, n);
                cx.set_at(CSC, n, value | CHF);
            }
        }
        self.seen = now;
    }

    /// The interrupts, and when the next one comes.
    fn arm(&mut self, cx: &mut Context<'_>) {
        let (now, period) = (self.seen, period(cx));
        let sc = cx.get(SC);
        let overflows = (sc & TOIE != 0 && cx.get(MOD) != 0).then_some(0);
        let mut next = overflows.map(|place| times(now, place, period) * period + place);
        let mut pending = [false; CHANNELS / 2];
        for n in 0..CHANNELS {
            let value = cx.get_at(CSC, n);
            if value & CHIE == 0 {
                continue;
            }
            pending[n / 2] |= value & CHF != 0;
            if let Some(place) = matches(n, cx) {
                let count = times(now, place, period) * period + place;
                next = Some(next.map_or(count, |next| next.min(count)));
            }
        }
        match next.and_then(|count| self.count.reaches_ns(count)) {
            Some(due_ns) => cx.arm(0, due_ns),
            None => cx.cancel(0),
        }
        for (irq, level) in pending.into_iter().enumerate() {
            cx.irq(irq, level);
        }
        cx.irq(CHANNELS / 2, sc & TOIE != 0 && sc & TOF != 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    const BY_SYSTEM: u32 = 1 << 3;
    const COMPARE: u32 = 1 << 4 | 1 << 2;

    /// 80 MHz / 8: a count has 100 ns.
    fn on(sc: u32) -> Bench<Ftm> {
        let mut ftm = Bench::<Ftm>::new(&[80_000_000, 0], &[]);
        assert_eq!(ftm.read(SC), 0);
        ftm.write(MOD, 999);
        ftm.write(SC, BY_SYSTEM | 3 | sc);
        ftm
    }

    #[test]
    fn resets() {
        assert_eq!(Bench::<Ftm>::default().differs_after_reset(), []);
    }

    #[test]
    fn overflows() {
        let mut ftm = on(TOIE);
        ftm.advance_ns(99_999);
        assert_eq!((ftm.read(CNT), ftm.irq(4)), (999, false));
        ftm.advance_ns(1);
        assert_eq!((ftm.read(CNT), ftm.irq(4), ftm.read(SC) & TOF), (0, true, TOF));
        ftm.write(SC, BY_SYSTEM | 3 | TOIE);
        assert!(!ftm.irq(4));
        ftm.save_and_restore();
        ftm.advance_ns(99_999);
        assert!(!ftm.irq(4));
        ftm.advance_ns(1);
        assert!(ftm.irq(4));
        assert_eq!(ftm.take_mistakes(), [] as [String; 0]);
    }

    #[test]
    fn channels_match() {
        let mut ftm = on(0);
        ftm.write(CSC + 3 * 8, COMPARE | CHIE);
        ftm.write(CV + 3 * 8, 250);
        ftm.write(CSC, COMPARE);
        ftm.write(CV, 100);
        ftm.advance_ns(24_999);
        assert_eq!((ftm.irq(1), ftm.read(STATUS)), (false, 1));
        ftm.advance_ns(1);
        assert_eq!((ftm.irq(1), ftm.irq(0), ftm.read(STATUS)), (true, false, 9));
        ftm.write(STATUS, !8);
        assert_eq!((ftm.irq(1), ftm.read(CSC) & CHF), (false, CHF));
        // Once a round.
        ftm.advance_ns(99_999);
        assert!(!ftm.irq(1));
        ftm.advance_ns(1);
        assert!(ftm.irq(1));
        assert_eq!(ftm.read(SC) & TOF, TOF, "it is seen without an interrupt");
    }

    #[test]
    fn begins_at_cntin_and_anew() {
        let mut ftm = on(0);
        ftm.write(CNTIN, 900);
        ftm.write(CNT, 5);
        assert_eq!(ftm.read(CNT), 900);
        ftm.advance_ns(10_100);
        assert_eq!(ftm.read(CNT), 901);
        ftm.write(MOD, 950);
        assert_eq!(ftm.read(CNT), 901);
        ftm.write(SC, 0);
        ftm.advance_ns(1_000_000);
        assert_eq!(ftm.read(CNT), 901);
    }

    #[test]
    fn nothing_happens_beyond_mod() {
        let mut ftm = on(0);
        ftm.write(CSC, COMPARE | CHIE);
        ftm.write(CV, 1000);
        ftm.advance_ns(10_000_000);
        assert_eq!(ftm.read(STATUS), 0);
    }
}
