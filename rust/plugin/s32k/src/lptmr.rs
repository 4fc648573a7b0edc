// SPDX-License-Identifier: GPL-2.0-or-later
//! LPTMR, a timer of 16 bits that runs by slow clocks (S32K1xx Reference Manual, chapter "Low Power Timer").
//!
//! **Limits:** counting pulses is not modelled, and is reported, as is the clock RTC_CLK. CNR is read without having been written first, too.

use crate::GATED;
use crate::ticks::Ticks;
use device::{Context, Device, Lines, Place, Register, Width, Written};
use serde::{Deserialize, Serialize};

const CSR: u32 = 0x0;
const PSR: u32 = 0x4;
const CMR: u32 = 0x8;
const CNR: u32 = 0xc;

// CSR.
const TEN: u32 = 1 << 0;
const TMS: u32 = 1 << 1;
const TFC: u32 = 1 << 2;
const TIE: u32 = 1 << 6;
const TCF: u32 = 1 << 7;
// PSR.
const PBYP: u32 = 1 << 2;
/// What it counts to at most.
const MAX: u64 = 0xffff;

/// The device: what it has counted since it was switched on.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Lptmr {
    count: Option<Ticks>,
}

const fn register(name: &'static str, offset: u32) -> Register {
    Register::new(name, offset, 0).width(Width::ANY)
}

impl Device for Lptmr {
    const NAME: &'static str = "s32k1-lptmr";
    const BLOCK: &'static str = "LPTMR";
    const SIZE: u32 = 0x1000;
    const REGISTERS: &'static [Register] = &[
        register("CSR", CSR).rw(0x17f).rc_w1(TCF).unmodelled(0x13a).on_write(),
        register("PSR", PSR).rw(0x7f).on_write(),
        register("CMR", CMR).rw(0xffff).on_write(),
        register("CNR", CNR).wo(0xffff).on_read().on_write(),
    ];
    const INPUTS: &'static [Lines] = &[GATED];
    const GATE: Option<usize> = Some(0);
    const IRQS: &'static [&'static str] = &["irq"];
    /// As PSR.PCS counts them; the third is RTC_CLK.
    const CLOCKS: &'static [&'static str] = &["sircdiv2", "lpo1k", "rtc", "clk"];
    const TIMERS: usize = 1;

    fn read(&mut self, _at: Place, cx: &mut Context<'_>) -> u32 {
        self.count.map_or(0, |count| count.count(cx.now_ns()) & MAX) as u32
    }

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        if at.offset == PSR && cx.has(CSR, TEN) && cx.get(PSR) != written.before {
            cx.set(PSR, written.before);
            cx.report("LPTMR_PSR is written while CSR.TEN is set: it stays as it is");
        }
        let is_on = cx.has(CSR, TEN) && !cx.has(CSR, TMS);
        if is_on != self.count.is_some() {
            // Switched off, it is at 0, and the flag is cleared.
            cx.put(CSR, TCF, false);
            self.count = is_on.then(|| {
                let (hz, divider) = pace(cx);
                if hz == 0 {
                    cx.report("LPTMR is switched on while the clock that PSR.PCS chooses stands still");
                }
                Ticks::new(hz, divider, cx.now_ns())
            });
        }
        self.arm(cx);
    }

    fn timer(&mut self, _timer: usize, due_ns: u64, cx: &mut Context<'_>) {
        cx.put(CSR, TCF, true);
        if !cx.has(CSR, TFC) {
            let (hz, divider) = pace(cx);
            self.count = Some(Ticks::new(hz, divider, due_ns));
        }
        self.arm(cx);
    }

    fn clock(&mut self, _clock: usize, cx: &mut Context<'_>) {
        let ((hz, divider), now_ns) = (pace(cx), cx.now_ns());
        if let Some(count) = &mut self.count {
            count.set_pace(hz, divider, now_ns);
        }
        self.arm(cx);
    }
}

/// The clock and its divider, as PSR chooses them.
fn pace(cx: &mut Context<'_>) -> (u64, u64) {
    let psr = cx.get(PSR);
    let divider = if psr & PBYP != 0 { 1 } else { 2 << (psr >> 3 & 0xf) };
    (cx.clock_hz((psr & 3) as usize), divider)
}

impl Lptmr {
    /// The flag is set with the count that follows the one in CMR.
    fn arm(&self, cx: &mut Context<'_>) {
        let wanted = u64::from(cx.get(CMR)) + 1;
        let due_ns = self.count.and_then(|count| {
            let now = count.count(cx.now_ns());
            // A count that goes on freely comes by again.
            let rounds = (now + MAX + 1 - wanted) / (MAX + 1);
            count.reaches_ns(rounds * (MAX + 1) + wanted)
        });
        match due_ns.filter(|due_ns| *due_ns > cx.now_ns()) {
            Some(due_ns) => cx.arm(0, due_ns),
            None => cx.cancel(0),
        }
        let pending = cx.has(CSR, TIE | TCF);
        cx.irq(0, pending);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    const BY_LPO: u32 = 1;

    fn bench() -> Bench<Lptmr> {
        Bench::new(&[8_000_000, 1_000, 0, 4_000_000], &[])
    }

    #[test]
    fn compares_again_and_again() {
        let mut timer = bench();
        assert_eq!(timer.differs_after_reset(), []);
        timer.write(PSR, PBYP | BY_LPO);
        timer.write(CMR, 9);
        timer.write(CSR, TIE);
        timer.write(CSR, TIE | TEN);
        timer.advance_ns(9_000_000);
        assert_eq!((timer.read(CNR), timer.irq(0)), (9, false));
        timer.advance_ns(1_000_000);
        assert_eq!((timer.read(CNR), timer.irq(0)), (0, true));
        timer.write(CSR, TIE | TEN | TCF);
        assert!(!timer.irq(0));
        timer.save_and_restore();
        timer.advance_ns(10_000_000);
        assert!(timer.irq(0));
        timer.write(CSR, 0);
        assert_eq!((timer.read(CNR), timer.read(CSR), timer.irq(0)), (0, 0, false));
        assert_eq!(timer.take_mistakes(), [] as [String; 0]);
    }

    #[test]
    fn runs_freely_and_divided() {
        let mut timer = bench();
        // 4 MHz / 4.
        timer.write(PSR, 1 << 3 | 3);
        timer.write(CMR, 99);
        timer.write(CSR, TEN | TFC);
        timer.advance_ns(100_000);
        assert_eq!((timer.read(CNR), timer.read(CSR) & TCF), (100, TCF));
        timer.write(CSR, TEN | TFC | TCF);
        timer.advance_ns(65_535_999);
        assert_eq!(timer.read(CSR) & TCF, 0);
        timer.advance_ns(1);
        assert_eq!((timer.read(CNR), timer.read(CSR) & TCF), (100, TCF));
        timer.write(PSR, 3);
        assert_eq!((timer.read(PSR), timer.take_mistakes().len()), (1 << 3 | 3, 1));
    }
}
