// SPDX-License-Identifier: GPL-2.0-or-later
//! Disabled, frozen or running, and the bit rates (S32K1xx Reference Manual, FlexCAN, "Modes of operation" and "Bit timing").

use super::registers::*;
use super::{Flexcan, SYNCHRONIZED, is_running};
use can::{Mode, ToBus};
use device::{Context, Device};

impl<const BUFFERS: usize> Flexcan<BUFFERS> {
    /// MCR.SOFTRST: what configures the controller stays, and so does the RAM.
    pub(super) fn soft_reset(&mut self, cx: &mut Context<'_>) {
        if cx.has(MCR, LPMACK) {
            cx.put(MCR, SOFTRST, false);
            cx.report("FlexCAN is reset by MCR.SOFTRST while it is disabled: nothing happens");
            return;
        }
        self.reset(cx);
        for register in [TIMER, ECR, ESR1, IMASK1, IFLAG1, ESR2, CRCR] {
            cx.set(register, 0);
        }
        cx.set(MCR, MCR_RESET & !(MDIS | LPMACK) | FRZACK);
        (0..Self::TIMERS).for_each(|timer| cx.cancel(timer));
    }

    /// MDIS, FRZ and HALT ask for a mode.
    pub(super) fn choose_mode(&mut self, cx: &mut Context<'_>) {
        let was_running = is_running(cx);
        match asks_to_run(cx) {
            true if was_running => {}
            true => self.start(cx),
            false => {
                if was_running {
                    self.withdraw_all(cx);
                    if !self.offers.is_empty() {
                        return;
                    }
                }
                self.stop(cx);
            }
        }
    }

    /// It takes part no more, and is in the mode that is asked for.
    pub(super) fn stop(&mut self, cx: &mut Context<'_>) {
        self.is_stopping = false;
        if asks_to_run(cx) {
            return;
        }
        self.looping = None;
        (0..Self::TIMERS).for_each(|timer| cx.cancel(timer));
        self.timer.set_pace(0, 1, cx.now_ns());
        // One that is off the bus waits for its recovery.
        if !self.is_off {
            self.leave(cx);
        }
        let is_disabled = cx.has(MCR, MDIS);
        cx.put(MCR, LPMACK, is_disabled);
        cx.put(MCR, FRZACK, !is_disabled);
        cx.put(MCR, NOTRDY, true);
        cx.put(ESR1, SYNCH, false);
    }

    fn start(&mut self, cx: &mut Context<'_>) {
        cx.put(MCR, LPMACK | FRZACK | NOTRDY, false);
        self.join(cx);
        if self.rates_bps.0 == 0 {
            cx.report("FlexCAN is started and its clock stands still: it is not on the bus");
            return;
        }
        // As many bits as the bus waits for.
        let span_ns = 11_000_000_000u64.div_ceil(self.rates_bps.0.into());
        cx.arm(SYNCHRONIZED, cx.now_ns() + span_ns);
    }

    /// It leaves the bus, as it is.
    pub(super) fn leave(&mut self, cx: &mut Context<'_>) {
        self.offers.forget();
        if std::mem::take(&mut self.is_joined) {
            cx.to_bus(ToBus::Leave);
        }
    }

    /// It joins the bus, or goes on with another bit rate.
    pub(super) fn join(&mut self, cx: &mut Context<'_>) {
        let clock_hz = clock_hz(cx);
        let rate = arbitration_bps(clock_hz, cx);
        self.rates_bps = (rate, data_bps(clock_hz, cx));
        self.timer.set_pace(rate.into(), 1, cx.now_ns());
        if rate == 0 || cx.has(CTRL1, LPB) {
            return;
        }
        if cx.has(MCR, FDEN) && !cx.has(CTRL2, ISO) {
            cx.report("FlexCAN has CTRL2.ISOCANFDEN cleared: its frames are sent as those of ISO CAN FD all the same");
        }
        let mode = if cx.has(CTRL1, LOM) { Mode::Silent } else { Mode::Normal };
        cx.to_bus(ToBus::Join { bitrate_bps: rate, data_bitrate_bps: self.rates_bps.1, mode });
        if !std::mem::replace(&mut self.is_joined, true) {
            // Its counters begin anew.
            cx.set(ECR, 0);
            cx.put(ESR1, FLTCONF | TXWRN | RXWRN, false);
        }
        self.recover(cx);
    }
}

fn asks_to_run(cx: &mut Context<'_>) -> bool {
    !cx.has(MCR, MDIS) && !cx.has(MCR, FRZ | HALT)
}

/// The clock that CTRL1.CLKSRC chooses.
pub(super) fn clock_hz(cx: &mut Context<'_>) -> u64 {
    let source = usize::from(cx.has(CTRL1, CLKSRC));
    cx.clock_hz(source)
}

/// The nearest whole rate of bits that take so many cycles of the clock.
fn rate(clock_hz: u64, quanta: u32, divider: u32) -> u32 {
    let cycles = u64::from(quanta) * (u64::from(divider) + 1);
    ((clock_hz + cycles / 2) / cycles) as u32
}

pub(super) fn arbitration_bps(clock_hz: u64, cx: &mut Context<'_>) -> u32 {
    let (cbt, ctrl1) = (cx.get(CBT), cx.get(CTRL1));
    match cbt >> 31 != 0 {
        true => rate(clock_hz, 4 + (cbt & 0x1f) + (cbt >> 5 & 0x1f) + (cbt >> 10 & 0x3f), cbt >> 21 & 0x3ff),
        false => rate(clock_hz, 4 + (ctrl1 & 7) + (ctrl1 >> 16 & 7) + (ctrl1 >> 19 & 7), ctrl1 >> 24),
    }
}

/// 0 without CAN FD. Here the propagation segment is what the field says.
fn data_bps(clock_hz: u64, cx: &mut Context<'_>) -> u32 {
    if !cx.has(MCR, FDEN) {
        return 0;
    }
    let fdcbt = cx.get(FDCBT);
    rate(clock_hz, 3 + (fdcbt & 7) + (fdcbt >> 5 & 7) + (fdcbt >> 10 & 0x1f), fdcbt >> 20 & 0x3ff)
}
