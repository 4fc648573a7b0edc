// SPDX-License-Identifier: GPL-2.0-or-later
//! What a timer does: updates, compares and captures around its counter.
//!
//! Without an interrupt that somebody wants it has no events: what has happened is found when somebody looks.

use super::counter::Counter;
use super::{
    ARPE, ARR, CC1IF, CC1OF, CCER, CCMR, CCR, CEN, CNT, CR1, DIER, EGR, OPM, PSC, SR, UDIS, UIF, URS,
};
use device::{Context, Place, Written};
use serde::{Deserialize, Serialize};

/// The whole of a timer.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Timer {
    counter: Counter,
    /// Compares up to this count have been seen.
    seen: i64,
}

impl Default for Timer {
    fn default() -> Timer {
        Timer { counter: Counter::new(0, 1, 0xffff), seen: 0 }
    }
}

impl Timer {
    pub(super) fn reset(&mut self, cx: &mut Context<'_>) {
        *self = Timer { counter: Counter::new(cx.clock_hz(0), 1, cx.get(ARR).into()), seen: 0 };
    }

    /// Does all that has happened until now.
    pub(super) fn catch_up(&mut self, channels: usize, cx: &mut Context<'_>) {
        let now_ns = cx.now_ns();
        while self.counter.runs() {
            let (raw, reload) = (self.counter.raw(now_ns), self.counter.reload() as i64);
            if reload == 0 {
                // The manual: the counter is blocked while the reload value is 0.
                return;
            }
            if raw <= reload {
                return self.compare(raw, channels, cx);
            }
            self.compare(reload, channels, cx);
            let wrapped_ns = self.counter.reaches_ns(reload + 1).unwrap_or(now_ns);
            // After the first round with new values, all rounds are alike.
            let is_settled = self.is_settled(cx) && !cx.has(CR1, OPM);
            let rounds = if is_settled { raw / (reload + 1) } else { 1 };
            self.counter.wrap(rounds);
            self.seen = -1;
            if rounds > 1 {
                self.compare(reload, channels, cx);
                self.seen = -1;
            }
            self.update(wrapped_ns, cx);
            if cx.has(CR1, OPM) {
                cx.put(CR1, CEN, false);
                self.counter.run(false, wrapped_ns);
                self.counter.set(0, wrapped_ns);
            }
        }
    }

    /// Whether the next update changes neither pace nor reload value.
    fn is_settled(self, cx: &mut Context<'_>) -> bool {
        let divider = u64::from(cx.get(PSC)) + 1;
        cx.has(CR1, UDIS) || self.counter.divider() == divider && self.counter.reload() == cx.get(ARR).into()
    }

    /// An update event: what was preloaded counts from now on.
    fn update(&mut self, at_ns: u64, cx: &mut Context<'_>) {
        if cx.has(CR1, UDIS) {
            return;
        }
        let (hz, divider) = (self.counter.hz(), u64::from(cx.get(PSC)) + 1);
        self.counter.set_reload(cx.get(ARR).into());
        self.counter.set_pace(hz, divider, at_ns);
        cx.put(SR, UIF, true);
    }

    /// The counter has come to `count` since `seen`.
    fn compare(&mut self, count: i64, channels: usize, cx: &mut Context<'_>) {
        for channel in 0..channels {
            let value = i64::from(cx.get_at(CCR, channel));
            if is_compare(channel, cx) && self.seen < value && value <= count {
                cx.put(SR, CC1IF << channel, true);
            }
        }
        self.seen = count;
    }

    /// The next moment at which an interrupt may come, or one-pulse mode stops the counter.
    fn arm(&mut self, channels: usize, cx: &mut Context<'_>) {
        let (enabled, pending) = (cx.get(DIER), cx.get(SR));
        let wanted = enabled & !pending;
        let reload = self.counter.reload() as i64;
        let wraps = wanted & UIF != 0 || cx.has(CR1, OPM) || !self.is_settled(cx);
        let mut next = if wraps { Some(reload + 1) } else { None };
        for channel in 0..channels {
            if wanted & CC1IF << channel == 0 || !is_compare(channel, cx) {
                continue;
            }
            let value = i64::from(cx.get_at(CCR, channel));
            // What this round has passed comes in the next one, if at all.
            let at = match value {
                _ if value > reload => continue,
                _ if value > self.seen => value,
                _ => reload + 1 + value,
            };
            next = Some(next.map_or(at, |next: i64| next.min(at)));
        }
        match next.filter(|_| reload > 0).and_then(|count| self.counter.reaches_ns(count)) {
            Some(due_ns) => cx.arm(0, due_ns),
            None => cx.cancel(0),
        }
    }

    /// After anything has happened: interrupts, and when to look again.
    pub(super) fn settle(&mut self, channels: usize, advanced: bool, cx: &mut Context<'_>) {
        let pending = cx.get(SR) & cx.get(DIER);
        if advanced {
            // Break, update, trigger and commutation, capture and compare.
            let masks = [1 << 7, UIF, 1 << 5 | 1 << 6, 0x1e];
            for (irq, mask) in masks.into_iter().enumerate() {
                cx.irq(irq, pending & mask != 0);
            }
        } else {
            cx.irq(0, pending & 0xff != 0);
        }
        self.arm(channels, cx);
    }

    /// Another frequency of the clock, from now on.
    pub(super) fn set_clock(&mut self, cx: &mut Context<'_>) {
        let (hz, divider, now_ns) = (cx.clock_hz(0), self.counter.divider(), cx.now_ns());
        self.counter.set_pace(hz, divider, now_ns);
    }

    pub(super) fn read(&mut self, at: Place, channels: usize, cx: &mut Context<'_>) -> u32 {
        self.catch_up(channels, cx);
        match at.offset {
            CNT => self.counter.raw(cx.now_ns()) as u32,
            CCR => {
                if !is_compare(at.index, cx) {
                    cx.put(SR, CC1IF << at.index, false);
                }
                cx.get_at(CCR, at.index)
            }
            offset => cx.get(offset),
        }
    }

    pub(super) fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        let now_ns = cx.now_ns();
        match at.offset {
            CR1 => {
                let runs = cx.has(CR1, CEN);
                self.counter.run(runs, now_ns);
            }
            EGR => {
                if written.value & UIF != 0 {
                    let had = cx.has(SR, UIF);
                    self.counter.set(0, now_ns);
                    self.seen = -1;
                    self.update(now_ns, cx);
                    if cx.has(CR1, URS) {
                        cx.put(SR, UIF, had);
                    }
                }
                cx.put(SR, written.value & (CC1IF * 0xf), true);
            }
            CNT => {
                self.counter.set(written.value.into(), now_ns);
                self.seen = i64::from(written.value) - 1;
            }
            ARR if !cx.has(CR1, ARPE) => {
                let reload = cx.get(ARR);
                if i64::from(reload) < self.counter.raw(now_ns) {
                    cx.report(format!(
                        "TIM_ARR is set to {reload:#x}, below TIM_CNT: the counter begins anew at once, where hardware counts to its end"
                    ));
                }
                self.counter.set_reload(reload.into());
            }
            _ => {}
        }
    }

    /// An edge at an input: takes the count if the channel captures such edges.
    pub(super) fn capture(&mut self, channel: usize, level: bool, cx: &mut Context<'_>) {
        let ccer = cx.get(CCER) >> (channel * 4);
        let wants = match ccer & 0b1010 {
            0b0000 => level,
            0b0010 => !level,
            _ => true,
        };
        if channel_mode(channel, cx) != 1 || ccer & 1 == 0 || !wants {
            return;
        }
        let count = self.counter.raw(cx.now_ns()) as u32;
        if cx.has(SR, CC1IF << channel) {
            cx.put(SR, CC1OF << channel, true);
        }
        cx.set_at(CCR, channel, count);
        cx.put(SR, CC1IF << channel, true);
    }
}

/// CCxS: 0 compares, 1 captures its own input; the others capture what has no line here.
fn channel_mode(channel: usize, cx: &mut Context<'_>) -> u32 {
    cx.get_at(CCMR, channel / 2) >> (channel % 2 * 8) & 3
}

fn is_compare(channel: usize, cx: &mut Context<'_>) -> bool {
    channel_mode(channel, cx) == 0
}
