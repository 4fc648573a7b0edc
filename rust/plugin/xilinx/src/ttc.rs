// SPDX-License-Identifier: GPL-2.0-or-later
//! TTC, three counters that count up or down by one clock: Xilinx UG1085, 14 and UG1087, TTC; UG585, 8.5 (16 bits wide there).
//!
//! **Limits:** no external clock, no waveform output, no event timer. Writing a counter's clock, control or interval register starts
//! its prescaler anew, and a clock that changes takes the ticks since the last event with it.

use device::{Context, Device, Place, Property, Register, Written};
use serde::{Deserialize, Serialize};

const CLOCK_CONTROL: u32 = 0x00;
const COUNTER_CONTROL: u32 = 0x0c;
const COUNTER_VALUE: u32 = 0x18;
const INTERVAL: u32 = 0x24;
const MATCH: [u32; 3] = [0x30, 0x3c, 0x48];
const INTERRUPT: u32 = 0x54;
const INTERRUPT_ENABLE: u32 = 0x60;
const EVENT_CONTROL: u32 = 0x6c;
const EVENT: u32 = 0x78;

/// Clock control: the clock is divided by 2^(PS_VAL + 1).
const PS_EN: u32 = 1 << 0;
const PS_VAL: u32 = 0xf << 1;
const EXTERNAL: u32 = 3 << 5;
/// Counter control.
const DIS: u32 = 1 << 0;
const INT: u32 = 1 << 1;
const DEC: u32 = 1 << 2;
const MATCHES: u32 = 1 << 3;
const RST: u32 = 1 << 4;
const WAVE: u32 = 3 << 5;
/// Interrupts; those of the match registers lie between.
const IV: u32 = 1 << 0;
const OV: u32 = 1 << 4;
const INTERRUPTS: u32 = 0x3f;

const COUNTERS: usize = 3;
const NS_PER_S: u128 = 1_000_000_000;

/// A counter's way through its values, in ticks of its prescaler.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Way {
    /// From here on ticks are counted.
    from_ns: u64,
    /// How far behind its first value the counter was then.
    from: u64,
    /// Ticks until which all events have been told.
    seen: u64,
}

/// The device.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Ttc {
    ways: [Way; COUNTERS],
}

impl Device for Ttc {
    const NAME: &'static str = "xilinx-ttc";
    const BLOCK: &'static str = "TTC";
    const SIZE: u32 = 0x1000;
    const REGISTERS: &'static [Register] = &[
        Register::new("CLOCK_CONTROL", CLOCK_CONTROL, 0)
            .rw(PS_EN | PS_VAL | EXTERNAL)
            .unmodelled(EXTERNAL)
            .array(3, 4)
            .on_write(),
        Register::new("COUNTER_CONTROL", COUNTER_CONTROL, DIS | 1 << 5)
            .rw(DIS | INT | DEC | MATCHES | WAVE)
            .wo(RST)
            .unmodelled(WAVE)
            .array(3, 4)
            .on_write(),
        Register::new("COUNTER_VALUE", COUNTER_VALUE, 0).array(3, 4).on_read(),
        Register::new("INTERVAL_COUNTER", INTERVAL, 0).rw(u32::MAX).array(3, 4).on_write(),
        Register::new("MATCH_1_COUNTER", MATCH[0], 0).rw(u32::MAX).array(3, 4).on_write(),
        Register::new("MATCH_2_COUNTER", MATCH[1], 0).rw(u32::MAX).array(3, 4).on_write(),
        Register::new("MATCH_3_COUNTER", MATCH[2], 0).rw(u32::MAX).array(3, 4).on_write(),
        Register::new("INTERRUPT_REGISTER", INTERRUPT, 0).array(3, 4).on_read(),
        Register::new("INTERRUPT_ENABLE", INTERRUPT_ENABLE, 0).rw(INTERRUPTS).array(3, 4).on_write(),
        Register::new("EVENT_CONTROL_TIMER", EVENT_CONTROL, 0).rw(7).unmodelled(7).array(3, 4),
        Register::new("EVENT_REGISTER", EVENT, 0).array(3, 4),
    ];
    const IRQS: &'static [&'static str] = &["irq0", "irq1", "irq2"];
    const CLOCKS: &'static [&'static str] = &["clk"];
    const PROPERTIES: &'static [Property] = &[Property { name: "timer-width", default: 16 }];
    const TIMERS: usize = COUNTERS;

    fn read(&mut self, at: Place, cx: &mut Context<'_>) -> u32 {
        self.catch_up(at.index, cx);
        if at.offset == COUNTER_VALUE {
            return self.value(at.index, cx);
        }
        let interrupts = cx.get_at(INTERRUPT, at.index);
        cx.set_at(INTERRUPT, at.index, 0);
        self.settle(at.index, cx);
        interrupts
    }

    fn before_write(&mut self, at: Place, cx: &mut Context<'_>) {
        self.catch_up(at.index, cx);
        if matches!(at.offset, CLOCK_CONTROL | COUNTER_CONTROL | INTERVAL) {
            self.start_from(self.behind(at.index, cx), at.index, cx);
        }
    }

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        let turned = (written.before ^ cx.get_at(COUNTER_CONTROL, at.index)) & DEC != 0;
        if at.offset == COUNTER_CONTROL && written.value & RST != 0 {
            self.start_from(0, at.index, cx);
        } else if at.offset == COUNTER_CONTROL && turned {
            // The value stays, and what is behind it is now in front.
            let behind = self.ways[at.index].from;
            let last = period(at.index, cx) - 1;
            self.start_from(last.saturating_sub(behind), at.index, cx);
        }
        self.settle(at.index, cx);
    }

    fn clock(&mut self, _clock: usize, cx: &mut Context<'_>) {
        for n in 0..COUNTERS {
            self.start_from(self.behind(n, cx), n, cx);
            self.settle(n, cx);
        }
    }

    fn timer(&mut self, timer: usize, _due_ns: u64, cx: &mut Context<'_>) {
        self.catch_up(timer, cx);
        self.settle(timer, cx);
    }
}

/// How many values the counter goes through.
fn period(n: usize, cx: &mut Context<'_>) -> u64 {
    let all = 1 << cx.property(0).clamp(1, 32);
    match cx.get_at(COUNTER_CONTROL, n) & INT {
        0 => all,
        _ => u64::from(cx.get_at(INTERVAL, n)) % all + 1,
    }
}

/// Nanoseconds of a tick, as a fraction; `None` when it stands.
fn tick(n: usize, cx: &mut Context<'_>) -> Option<(u128, u128)> {
    let (control, hz) = (cx.get_at(CLOCK_CONTROL, n), cx.clock_hz(0));
    let divided = if control & PS_EN == 0 { 0 } else { ((control & PS_VAL) >> 1) + 1 };
    let runs = hz != 0 && cx.get_at(COUNTER_CONTROL, n) & DIS == 0;
    runs.then_some((NS_PER_S << divided, hz.into()))
}

/// The events that the counter is to tell, each with how far behind the first value it is.
fn events(n: usize, cx: &mut Context<'_>) -> Vec<(u32, u64)> {
    let (control, period) = (cx.get_at(COUNTER_CONTROL, n), period(n, cx));
    let down = control & DEC != 0;
    let place = |value: u64| if down { period - 1 - value } else { value };
    // When it passes through zero.
    let mut all = vec![(if control & INT != 0 { IV } else { OV }, place(0))];
    if control & MATCHES != 0 {
        for (number, offset) in MATCH.into_iter().enumerate() {
            let value = u64::from(cx.get_at(offset, n));
            if value < period {
                all.push((IV << (number + 1), place(value)));
            }
        }
    }
    all
}

impl Ttc {
    /// Ticks since the counter's way began.
    fn ticks(&self, n: usize, cx: &mut Context<'_>) -> u64 {
        let since_ns = u128::from(cx.now_ns() - self.ways[n].from_ns);
        tick(n, cx).map_or(0, |(ns, per)| (since_ns * per / ns) as u64)
    }

    /// How far behind its first value it is, as far as events are told.
    fn behind(&self, n: usize, cx: &mut Context<'_>) -> u64 {
        let Way { from, seen, .. } = self.ways[n];
        (from + seen) % period(n, cx)
    }

    fn value(&self, n: usize, cx: &mut Context<'_>) -> u32 {
        let behind = self.behind(n, cx);
        let down = cx.get_at(COUNTER_CONTROL, n) & DEC != 0;
        (if down { period(n, cx) - 1 - behind } else { behind }) as u32
    }

    fn start_from(&mut self, behind: u64, n: usize, cx: &mut Context<'_>) {
        self.ways[n] = Way { from_ns: cx.now_ns(), from: behind, seen: 0 };
    }

    /// How many ticks behind what is told the counter comes to `place`, at least one.
    fn far(&self, place: u64, n: usize, cx: &mut Context<'_>) -> u64 {
        let (behind, period) = (self.behind(n, cx), period(n, cx));
        (place + period - behind - 1) % period + 1
    }

    /// Tells all events until now.
    fn catch_up(&mut self, n: usize, cx: &mut Context<'_>) {
        let passed = self.ticks(n, cx) - self.ways[n].seen;
        let mut interrupts = cx.get_at(INTERRUPT, n);
        for (bit, place) in events(n, cx) {
            if self.far(place, n, cx) <= passed {
                interrupts |= bit;
            }
        }
        cx.set_at(INTERRUPT, n, interrupts);
        self.ways[n].seen += passed;
    }

    /// The interrupt's line, and when to look again: at the next event that raises it.
    fn settle(&mut self, n: usize, cx: &mut Context<'_>) {
        let (told, enabled) = (cx.get_at(INTERRUPT, n), cx.get_at(INTERRUPT_ENABLE, n));
        cx.irq(n, told & enabled != 0);
        let wanted = enabled & !told;
        let all = events(n, cx).into_iter().filter(|(bit, _)| wanted & bit != 0);
        let far = all.map(|(_, place)| self.far(place, n, cx)).min();
        match (far, tick(n, cx)) {
            (Some(far), Some((ns, per))) => {
                let Way { from_ns, seen, .. } = self.ways[n];
                let due = (u128::from(seen + far) * ns).div_ceil(per);
                cx.arm(n, from_ns.saturating_add(due as u64));
            }
            _ => cx.cancel(n),
        }
    }
}

#[cfg(test)]
mod tests;
