// SPDX-License-Identifier: GPL-2.0-or-later
//! RTC, the real-time counter: nRF51 (RM, section 19) and nRF52840 (PS, section 6.22). 24 bits, at 32768 Hz / (PRESCALER + 1).
//!
//! **Limits:** it counts whether LFCLK runs or not, and tasks take effect at once instead of at the next LFCLK edge. `cc-num` of the tree is not read: there are four compare registers.

use crate::block::{
    EVENT_LINES, POWER, drive, event, happen_at, intenclr, intenset, join, join_enables, task,
};
use crate::counter::{Counter, next};
use device::{Context, Device, Lines, Place, Register, Written};
use serde::{Deserialize, Serialize};

const START: u32 = 0x000;
const STOP: u32 = 0x004;
const CLEAR: u32 = 0x008;
const TRIGOVRFLW: u32 = 0x00c;
const TICK: u32 = 0x100;
const OVRFLW: u32 = 0x104;
const COMPARE: u32 = 0x140;
const INTENSET: u32 = 0x304;
const EVTEN: u32 = 0x340;
const EVTENSET: u32 = 0x344;
const EVTENCLR: u32 = 0x348;
const COUNTER: u32 = 0x504;
const PRESCALER: u32 = 0x508;
const CC: u32 = 0x540;

const LFCLK_HZ: u64 = 32_768;
const MASK: u64 = 0x00ff_ffff;
const CHANNELS: usize = 4;
/// Bits of INTEN: TICK, OVRFLW, COMPARE.
const BITS: u32 = 0x000f_0003;
const TICK_BIT: u32 = 1 << 0;

/// The device.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Rtc {
    counter: Counter,
    /// Events up to this count have been told.
    seen: u64,
}

impl Device for Rtc {
    const NAME: &'static str = "nrf-rtc";
    const BLOCK: &'static str = "RTC";
    const SIZE: u32 = 0x1000;
    const REGISTERS: &'static [Register] = &[
        task("TASKS_START", START),
        task("TASKS_STOP", STOP),
        task("TASKS_CLEAR", CLEAR),
        task("TASKS_TRIGOVRFLW", TRIGOVRFLW),
        event("EVENTS_TICK", TICK).on_read(),
        event("EVENTS_OVRFLW", OVRFLW).on_read(),
        event("EVENTS_COMPARE", COMPARE).array(4, 4).on_read(),
        intenset(BITS),
        intenclr(BITS),
        Register::new("EVTEN", EVTEN, 0).rw(BITS).on_write(),
        Register::new("EVTENSET", EVTENSET, 0).rs(BITS).on_write(),
        Register::new("EVTENCLR", EVTENCLR, 0).rc_w1(BITS).on_write(),
        Register::new("COUNTER", COUNTER, 0).on_read(),
        Register::new("PRESCALER", PRESCALER, 0).rw(0xfff),
        Register::new("CC", CC, 0).rw(MASK as u32).array(4, 4).on_write(),
        POWER,
    ];
    const IRQS: &'static [&'static str] = &["irq"];
    const OUTPUTS: &'static [Lines] = &[EVENT_LINES];
    const TIMERS: usize = 1;

    fn read(&mut self, at: Place, cx: &mut Context<'_>) -> u32 {
        self.catch_up(cx);
        match at.offset {
            COUNTER => (self.counter.count(cx.now_ns()) & MASK) as u32,
            offset => cx.get_at(offset, at.index),
        }
    }

    fn before_write(&mut self, _at: Place, cx: &mut Context<'_>) {
        self.catch_up(cx);
    }

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        let now_ns = cx.now_ns();
        let is_on = written.value & 1 != 0;
        match at.offset {
            START if is_on && !self.counter.runs() => {
                let cycles = u64::from(cx.get(PRESCALER)) + 1;
                self.counter.start(LFCLK_HZ, cycles, now_ns);
            }
            STOP if is_on => self.counter.stop(now_ns),
            CLEAR if is_on => self.jump(0, now_ns),
            TRIGOVRFLW if is_on => self.jump(MASK & !0xf, now_ns),
            _ => {}
        }
        join(at, &[EVTEN, EVTENSET, EVTENCLR], cx);
        join_enables::<Self>(at, cx);
        self.settle(cx);
    }

    fn timer(&mut self, _timer: usize, _due_ns: u64, cx: &mut Context<'_>) {
        self.catch_up(cx);
        self.settle(cx);
    }
}

/// An event happens, and goes to PPI if its bit of EVTEN says so.
fn tell(event: u32, index: usize, bit: usize, cx: &mut Context<'_>) {
    if cx.has(EVTEN, 1 << bit) {
        happen_at(event, index, cx);
    } else {
        cx.set_at(event, index, 1);
    }
}

impl Rtc {
    fn jump(&mut self, count: u64, now_ns: u64) {
        self.counter.set(count, now_ns);
        self.seen = count;
    }

    /// Tells the events since the last time.
    fn catch_up(&mut self, cx: &mut Context<'_>) {
        let count = self.counter.count(cx.now_ns());
        let passed = count - self.seen;
        if passed == 0 {
            return;
        }
        tell(TICK, 0, 0, cx);
        if next(self.seen, 0, MASK) <= passed {
            tell(OVRFLW, 0, 1, cx);
        }
        for channel in 0..CHANNELS {
            let value = cx.get_at(CC, channel);
            if next(self.seen, value.into(), MASK) <= passed {
                tell(COMPARE, channel, 16 + channel, cx);
            }
        }
        self.seen = count;
    }

    /// Interrupts, and when the next event may come: only those that may interrupt or go to PPI need a time.
    fn settle(&mut self, cx: &mut Context<'_>) {
        drive::<Self>(cx);
        let (enabled, to_ppi) = (cx.get(INTENSET), cx.get(EVTEN));
        let mut far: Option<u64> = None;
        let mut look_at = |counts: u64| far = Some(far.map_or(counts, |far| far.min(counts)));
        if to_ppi & TICK_BIT != 0 || enabled & TICK_BIT != 0 && !cx.has(TICK, 1) {
            look_at(1);
        }
        if to_ppi & 2 != 0 || enabled & 2 != 0 && !cx.has(OVRFLW, 1) {
            look_at(next(self.seen, 0, MASK));
        }
        for channel in 0..CHANNELS {
            let bit = 1 << (16 + channel);
            if to_ppi & bit != 0 || enabled & bit != 0 && cx.get_at(COMPARE, channel) == 0 {
                look_at(next(self.seen, cx.get_at(CC, channel).into(), MASK));
            }
        }
        match far.and_then(|far| self.counter.reaches_ns(self.seen + far)) {
            Some(due_ns) => cx.arm(0, due_ns),
            None => cx.cancel(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    #[test]
    fn compares_at_the_exact_time() {
        let mut rtc = Bench::<Rtc>::default();
        assert_eq!(rtc.differs_after_reset(), []);
        rtc.write(PRESCALER, 1);
        rtc.write(CC + 4, 16_384);
        rtc.write(INTENSET, 1 << 17);
        rtc.write(START, 1);
        rtc.advance_ns(999_999_999);
        assert_eq!((rtc.irq(0), rtc.read(COUNTER), rtc.read(COMPARE + 4)), (false, 16_383, 0));
        rtc.save_and_restore();
        rtc.advance_ns(1);
        assert_eq!((rtc.irq(0), rtc.read(COUNTER), rtc.read(COMPARE + 4)), (true, 16_384, 1));
        rtc.write(COMPARE + 4, 0);
        assert!(!rtc.irq(0));
        rtc.write(CLEAR, 1);
        assert_eq!(rtc.read(COUNTER), 0);
        rtc.write(STOP, 1);
        rtc.advance_ns(1_000_000_000);
        assert_eq!((rtc.read(COUNTER), rtc.take_mistakes()), (0, vec![]));
    }

    #[test]
    fn overflows_after_24_bits() {
        let mut rtc = Bench::<Rtc>::default();
        rtc.write(INTENSET, 2);
        rtc.write(TRIGOVRFLW, 1);
        rtc.write(START, 1);
        assert_eq!(rtc.read(COUNTER), 0x00ff_fff0);
        rtc.advance_ns(16 * 1_000_000_000 / 32_768);
        assert!(!rtc.irq(0));
        rtc.advance_ns(1_000);
        assert_eq!((rtc.irq(0), rtc.read(OVRFLW), rtc.read(COUNTER)), (true, 1, 0));
    }
}
