// SPDX-License-Identifier: GPL-2.0-or-later
//! TIMER: nRF51 (RM, section 18) and nRF52840 (PS, section 6.30). 16 MHz / 2^PRESCALER, or one count for each COUNT task.
//!
//! The property `max-bits` is the widest mode; the line `listens` says that a channel of PPI waits for an event of this timer.
//!
//! **Limits:** there are six compare registers, also in those that have four. Each compare with a shortcut, and each that PPI may see,
//! costs the host an event, so that a very short period is slow.

use crate::block::{EVENT_LINES, POWER, drive, event, happen_at, intenclr, intenset, join_enables, task};
use crate::counter::{Counter, next};
use device::{Context, Device, Lines, Place, Property, Register, Written};
use serde::{Deserialize, Serialize};

const START: u32 = 0x000;
const STOP: u32 = 0x004;
const COUNT: u32 = 0x008;
const CLEAR: u32 = 0x00c;
const SHUTDOWN: u32 = 0x010;
const CAPTURE: u32 = 0x040;
const COMPARE: u32 = 0x140;
const SHORTS: u32 = 0x200;
const INTENSET: u32 = 0x304;
const MODE: u32 = 0x504;
const BITMODE: u32 = 0x508;
const PRESCALER: u32 = 0x510;
const CC: u32 = 0x540;

const HFCLK_HZ: u64 = 16_000_000;
const CHANNELS: usize = 6;
const ALL: u32 = (1 << CHANNELS) - 1;
/// Bits of INTEN: one for each compare register.
const BITS: u32 = 0x003f_0000;

/// The device.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Timer {
    counter: Counter,
    /// Events up to this count have been told.
    seen: u64,
    /// The count at which it was cleared; that of the manual begins there.
    origin: u64,
    /// TASKS_START came, and no TASKS_STOP since.
    is_started: bool,
}

impl Device for Timer {
    const NAME: &'static str = "nrf-timer";
    const BLOCK: &'static str = "TIMER";
    const SIZE: u32 = 0x1000;
    const REGISTERS: &'static [Register] = &[
        task("TASKS_START", START),
        task("TASKS_STOP", STOP),
        task("TASKS_COUNT", COUNT),
        task("TASKS_CLEAR", CLEAR),
        task("TASKS_SHUTDOWN", SHUTDOWN),
        task("TASKS_CAPTURE", CAPTURE).array(6, 4),
        event("EVENTS_COMPARE", COMPARE).array(6, 4).on_read(),
        Register::new("SHORTS", SHORTS, 0).rw(0x3f3f).on_write(),
        intenset(BITS),
        intenclr(BITS),
        Register::new("MODE", MODE, 0).rw(0x3).on_write(),
        Register::new("BITMODE", BITMODE, 0).rw(0x3).on_write(),
        Register::new("PRESCALER", PRESCALER, 4).rw(0xf).on_write(),
        Register::new("CC", CC, 0).rw(u32::MAX).array(6, 4).on_write(),
        POWER,
    ];
    const IRQS: &'static [&'static str] = &["irq"];
    const OUTPUTS: &'static [Lines] = &[EVENT_LINES];
    const INPUTS: &'static [Lines] = &[Lines { name: "listens", count: 1 }];
    const PROPERTIES: &'static [Property] = &[Property { name: "max-bits", default: 32 }];
    const TIMERS: usize = 1;

    fn read(&mut self, at: Place, cx: &mut Context<'_>) -> u32 {
        self.catch_up(cx);
        cx.get_at(at.offset, at.index)
    }

    fn before_write(&mut self, _at: Place, cx: &mut Context<'_>) {
        self.catch_up(cx);
    }

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        let now_ns = cx.now_ns();
        let is_on = written.value & 1 != 0;
        match at.offset {
            START if is_on => self.is_started = true,
            STOP | SHUTDOWN if is_on => self.is_started = false,
            COUNT if is_on && self.is_started && cx.get(MODE) != 0 => {
                let count = self.seen + 1;
                self.counter.set(count, now_ns);
                self.pass(count, now_ns, cx);
            }
            CLEAR if is_on => self.origin = self.seen,
            CAPTURE if is_on => {
                let count = self.shown() & mask(cx);
                cx.set_at(CC, at.index, count as u32);
            }
            _ => {}
        }
        let runs = self.is_started && cx.get(MODE) == 0;
        if runs && !self.counter.runs() {
            let cycles = 1 << cx.get(PRESCALER).min(9);
            self.counter.start(HFCLK_HZ, cycles, now_ns);
        } else if !runs && self.counter.runs() {
            self.counter.stop(now_ns);
        }
        join_enables::<Self>(at, cx);
        self.settle(cx);
    }

    fn timer(&mut self, _timer: usize, _due_ns: u64, cx: &mut Context<'_>) {
        self.catch_up(cx);
        self.settle(cx);
    }

    fn input(&mut self, _group: usize, _line: usize, _level: bool, cx: &mut Context<'_>) {
        self.catch_up(cx);
        self.settle(cx);
    }
}

/// The bits of the counter.
fn mask(cx: &mut Context<'_>) -> u64 {
    let bits = [16, 8, 24, 32][cx.get(BITMODE) as usize & 3];
    (1 << cx.property(0).clamp(8, bits)) - 1
}

/// The channels with a shortcut: their compares do more than to set an event.
fn acting(cx: &mut Context<'_>) -> u32 {
    let shorts = cx.get(SHORTS);
    (shorts | shorts >> 8) & 0x3f
}

impl Timer {
    /// The count of the manual, with more bits than it has.
    fn shown(&self) -> u64 {
        self.seen - self.origin
    }

    /// How far the next compare of one of these channels is.
    fn far(&self, channels: u32, cx: &mut Context<'_>) -> Option<u64> {
        let mask = mask(cx);
        let wanted = (0..CHANNELS).filter(|channel| channels & 1 << channel != 0);
        wanted.map(|channel| next(self.shown(), cx.get_at(CC, channel).into(), mask)).min()
    }

    /// Tells the events since the last time, in their order: shortcuts clear and stop.
    fn catch_up(&mut self, cx: &mut Context<'_>) {
        loop {
            let count = self.counter.count(cx.now_ns());
            let acting = acting(cx);
            let at = self.far(acting, cx).map_or(count, |far| count.min(self.seen + far));
            if at == self.seen {
                return;
            }
            let at_ns = self.counter.reaches_ns(at).unwrap_or_else(|| cx.now_ns());
            self.pass(at, at_ns, cx);
        }
    }

    /// The counter comes to `count` at `at_ns`.
    fn pass(&mut self, count: u64, at_ns: u64, cx: &mut Context<'_>) {
        let (mask, passed, shown) = (mask(cx), count - self.seen, self.shown());
        self.seen = count;
        let mut hit = 0;
        for channel in 0..CHANNELS {
            let far = next(shown, cx.get_at(CC, channel).into(), mask);
            if far <= passed {
                happen_at(COMPARE, channel, cx);
                hit |= u32::from(far == passed) << channel;
            }
        }
        let shorts = cx.get(SHORTS);
        if hit & shorts != 0 {
            self.origin = count;
        }
        if hit & shorts >> 8 != 0 {
            self.is_started = false;
            self.counter.stop(at_ns);
        }
    }

    /// Interrupts, and when to look again: at shortcuts, and at events that may interrupt. At all, while PPI listens.
    fn settle(&mut self, cx: &mut Context<'_>) {
        drive::<Self>(cx);
        let mut wanted = cx.get(INTENSET) >> 16;
        for channel in 0..CHANNELS {
            if cx.get_at(COMPARE, channel) != 0 {
                wanted &= !(1 << channel);
            }
        }
        wanted |= acting(cx);
        if cx.input(0, 0) {
            wanted = ALL;
        }
        match self.far(wanted, cx).and_then(|far| self.counter.reaches_ns(self.seen + far)) {
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
    fn a_period_by_a_shortcut() {
        let mut timer = Bench::<Timer>::default();
        assert_eq!(timer.differs_after_reset(), []);
        // 16 MHz, 3 counts of 62.5 ns: the rounding does not add up.
        timer.write(PRESCALER, 0);
        timer.write(CC, 3);
        timer.write(SHORTS, 1);
        timer.write(INTENSET, 1 << 16);
        timer.write(START, 1);
        for round in 1..=1000u64 {
            let due_ns = (round * 1875).div_ceil(10);
            timer.advance_ns(due_ns - 1 - timer.now_ns());
            assert!(!timer.irq(0), "{round}");
            timer.advance_ns(1);
            assert!(timer.irq(0), "{round}");
            timer.write(COMPARE, 0);
        }
        assert_eq!(timer.take_mistakes(), [] as [String; 0]);
    }

    #[test]
    fn captures_and_stops() {
        let mut timer = Bench::<Timer>::new(&[], &[("max-bits", 16)]);
        timer.write(BITMODE, 3);
        timer.write(CC + 4, 100);
        timer.write(SHORTS, 2 << 8);
        timer.write(START, 1);
        timer.advance_ns(50_000);
        timer.write(CAPTURE, 1);
        assert_eq!((timer.read(CC), timer.read(COMPARE + 4)), (50, 0));
        timer.save_and_restore();
        timer.advance_ns(90_000);
        timer.write(CAPTURE, 1);
        assert_eq!((timer.read(CC), timer.read(COMPARE + 4)), (100, 1), "it has stopped");
        timer.write(CLEAR, 1);
        timer.write(SHORTS, 0);
        timer.write(START, 1);
        timer.advance_ns(65_537_000);
        timer.write(CAPTURE, 1);
        assert_eq!(timer.read(CC), 1, "16 bits");
    }

    #[test]
    fn counts_tasks() {
        let mut timer = Bench::<Timer>::default();
        timer.write(MODE, 1);
        timer.write(CC + 8, 2);
        timer.write(INTENSET, 1 << 18);
        timer.write(START, 1);
        timer.write(COUNT, 1);
        timer.advance_ns(1_000_000);
        assert!(!timer.irq(0));
        timer.write(COUNT, 1);
        assert!(timer.irq(0));
    }
}
