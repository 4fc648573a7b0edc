// SPDX-License-Identifier: GPL-2.0-or-later
//! The counts of times: when a frame began, and how long a FIFO has not been looked at (M_CAN User's Manual 3.2.3, 2.3.9 to 2.3.12, 3.2
//! and 3.3; RM0440, 44.4.8 to 44.4.11).

use super::map::*;
use super::{Mcan, TIMEOUT, WRAP};
use can::Frame;
use device::Context;
use serde::{Deserialize, Serialize};

/// A count has so many values.
const COUNTS: u64 = 1 << 16;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Times {
    /// When TSCV was 0.
    epoch_ns: u64,
    /// How often it has begun anew since.
    wraps: u64,
    /// Since when the timeout counts; not, if it does not.
    timeout_from_ns: Option<u64>,
    /// It is over.
    is_timed_out: bool,
}

impl<const IS_FIXED: bool> Mcan<IS_FIXED> {
    /// TSCV at an instant.
    pub(super) fn time(&self, at_ns: u64, cx: &mut Context<'_>) -> u16 {
        if cx.get(TSCC) & 3 != 1 || cx.has(CCCR, INIT) {
            return 0;
        }
        let span_ns = u128::from(at_ns.saturating_sub(self.times.epoch_ns));
        let unit = 1_000_000_000 * u128::from(prescaler(cx));
        (span_ns * u128::from(self.rates_bps.0) / unit) as u16
    }

    /// TSCV when a frame began that is over but for so many bits.
    pub(super) fn time_of(&self, frame: &Frame, left_bits: u64, cx: &mut Context<'_>) -> u16 {
        let (rate, data_rate) = self.rates_bps;
        let missing_ns = left_bits * 1_000_000_000 / u64::from(rate.max(1));
        let span_ns = frame.wire_length().span_ns(rate, data_rate).saturating_sub(missing_ns);
        self.time(cx.now_ns().saturating_sub(span_ns), cx)
    }

    /// TSCV is 0 now.
    pub(super) fn restart_times(&mut self, cx: &mut Context<'_>) {
        (self.times.epoch_ns, self.times.wraps) = (cx.now_ns(), 0);
        self.arm_wrap(cx);
    }

    /// TSCV has begun anew.
    pub(super) fn times_wrap(&mut self, cx: &mut Context<'_>) {
        self.times.wraps += 1;
        cx.put(IR, Self::MAP.flags.time_wraps, true);
        self.arm_wrap(cx);
    }

    fn arm_wrap(&self, cx: &mut Context<'_>) {
        if cx.get(TSCC) & 3 == 1 && !cx.has(CCCR, INIT) && self.rates_bps.0 != 0 {
            let span_ns = self.span_ns((self.times.wraps + 1) * COUNTS, cx);
            cx.arm(WRAP, self.times.epoch_ns + span_ns);
        }
    }

    /// How long so many counts take.
    fn span_ns(&self, counts: u64, cx: &mut Context<'_>) -> u64 {
        let units = u128::from(counts) * u128::from(prescaler(cx)) * 1_000_000_000;
        units.div_ceil(u128::from(self.rates_bps.0.max(1))) as u64
    }

    /// TOCV.
    pub(super) fn times_left(&self, cx: &mut Context<'_>) -> u32 {
        let period = cx.get(TOCC) >> 16;
        match self.times.timeout_from_ns {
            _ if self.times.is_timed_out => 0,
            Some(from_ns) => {
                let span_ns = u128::from(cx.now_ns().saturating_sub(from_ns));
                let unit = 1_000_000_000 * u128::from(prescaler(cx));
                let counted = span_ns * u128::from(self.rates_bps.0) / unit;
                u64::from(period).saturating_sub(counted as u64) as u32
            }
            None => period,
        }
    }

    /// TOCV begins anew: at once, or when a FIFO gets something.
    pub(super) fn restart_timeout(&mut self, cx: &mut Context<'_>) {
        self.times.is_timed_out = false;
        self.times.timeout_from_ns = None;
        cx.cancel(TIMEOUT);
        let is_continuous = cx.get(TOCC) >> 1 & 3 == 0;
        if is_continuous {
            self.count_timeout(cx);
        }
    }

    fn count_timeout(&mut self, cx: &mut Context<'_>) {
        if !cx.has(TOCC, 1) || cx.has(CCCR, INIT) || self.rates_bps.0 == 0 {
            return;
        }
        self.times.timeout_from_ns = Some(cx.now_ns());
        let period = cx.get(TOCC) >> 16;
        let span_ns = self.span_ns(period.into(), cx);
        cx.arm(TIMEOUT, cx.now_ns() + span_ns);
    }

    /// TOCV is 0.
    pub(super) fn timeout(&mut self, cx: &mut Context<'_>) {
        self.times.is_timed_out = true;
        cx.put(IR, Self::MAP.flags.timeout, true);
    }

    /// A FIFO that the timeout is for: it counts while that has something.
    pub(super) fn watch_fifos(&mut self, cx: &mut Context<'_>) {
        let count = match cx.get(TOCC) >> 1 & 3 {
            0 => return,
            1 => self.events.count,
            fifo => self.received[fifo as usize - 2].count,
        };
        let counts = self.times.timeout_from_ns.is_some();
        if count == 0 && counts {
            self.restart_timeout(cx);
        } else if count > 0 && !counts {
            self.count_timeout(cx);
        }
    }
}

/// Bits a count.
fn prescaler(cx: &mut Context<'_>) -> u32 {
    (cx.get(TSCC) >> 16 & 0xf) + 1
}
