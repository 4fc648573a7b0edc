// SPDX-License-Identifier: GPL-2.0-or-later
//! Sleep, initialization and normal mode, and how the bus learns of them (RM0008, 24.4; RM0090, 32.4).

use super::registers::*;
use super::{Bxcan, LOOP, SETTLED, SYNCHRONIZED};
use can::ToBus;
use device::{Context, Device};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Mode {
    #[default]
    Sleep,
    Initialization,
    Normal,
}

impl<const BANKS: usize> Bxcan<BANKS> {
    /// MCR.RESET: it sleeps, with nothing to send and nothing received.
    pub(super) fn master_reset(&mut self, cx: &mut Context<'_>) {
        self.reset(cx);
        cx.set(MCR, DBF | SLEEP);
        cx.set(MSR, 0xc00 | SLAK);
        cx.set(RF0R, 0);
        cx.set(RF1R, 0);
        self.clear_mailboxes(cx);
        cx.cancel(SYNCHRONIZED);
        cx.cancel(SETTLED);
    }

    /// INRQ and SLEEP ask for a mode (RM0008, figure 224).
    pub(super) fn choose_mode(&mut self, cx: &mut Context<'_>) {
        let wanted = match (cx.has(MCR, SLEEP), cx.has(MCR, INRQ)) {
            (true, _) => Mode::Sleep,
            (false, true) => Mode::Initialization,
            (false, false) => Mode::Normal,
        };
        if wanted == Mode::Normal {
            // Perhaps it has just been told to stop: what is withdrawn is offered again.
            if self.mode != Mode::Normal && cx.due_ns(SYNCHRONIZED).is_none() {
                self.synchronize(cx);
            }
            return;
        }
        cx.cancel(SYNCHRONIZED);
        if self.mode == Mode::Normal {
            self.withdraw_all(cx);
            if !self.offers.is_empty() {
                return;
            }
        }
        self.stop(cx);
    }

    /// It takes part no more, and is in the mode that is asked for.
    pub(super) fn stop(&mut self, cx: &mut Context<'_>) {
        self.is_stopping = false;
        if cx.get(MCR) & (SLEEP | INRQ) == 0 {
            return;
        }
        self.looping = None;
        cx.cancel(LOOP);
        cx.cancel(SETTLED);
        // One that is off the bus waits for its recovery, which begins when it is back.
        if self.is_joined && !self.is_off {
            self.leave(cx);
        }
        let sleeps = cx.has(MCR, SLEEP);
        if sleeps && self.mode != Mode::Sleep && cx.has(IER, SLKIE) {
            cx.put(MSR, SLAKI, true);
        }
        self.mode = if sleeps { Mode::Sleep } else { Mode::Initialization };
        self.is_configured |= !sleeps;
        cx.put(MSR, SLAK, sleeps);
        cx.put(MSR, INAK, !sleeps);
    }

    /// It waits for 11 recessive bits, as the bus does before it lets somebody take part.
    fn synchronize(&mut self, cx: &mut Context<'_>) {
        self.join(cx);
        if self.bitrate_bps != 0 {
            let span_ns = 11_000_000_000u64.div_ceil(self.bitrate_bps.into());
            cx.arm(SYNCHRONIZED, cx.now_ns() + span_ns);
        }
    }

    /// It leaves the bus, as it is.
    pub(super) fn leave(&mut self, cx: &mut Context<'_>) {
        self.offers.forget();
        if std::mem::take(&mut self.is_joined) {
            cx.to_bus(ToBus::Leave);
        }
    }

    /// It joins the bus, or goes on with another bit rate. A driver wakes it before it has told the bit rate: then nothing is said.
    pub(super) fn join(&mut self, cx: &mut Context<'_>) {
        self.bitrate_bps = bitrate_bps(cx);
        if !self.is_configured || self.bitrate_bps == 0 {
            return;
        }
        let mode = match cx.get(BTR) & (SILM | LBKM) {
            0 | LBKM => can::Mode::Normal,
            SILM => can::Mode::Silent,
            // It is for itself.
            _ => return,
        };
        cx.to_bus(ToBus::Join { bitrate_bps: self.bitrate_bps, data_bitrate_bps: 0, mode });
        if !std::mem::replace(&mut self.is_joined, true) {
            // Its counters begin anew.
            let lec = cx.get(ESR) & LEC;
            cx.set(ESR, lec);
        }
        if self.is_off {
            cx.to_bus(ToBus::Recover);
        }
    }
}

/// Bits per second, as BTR and the clock have it; 0 if the clock stands still.
pub(super) fn bitrate_bps(cx: &mut Context<'_>) -> u32 {
    let btr = cx.get(BTR);
    let quanta = 3 + u64::from(btr >> 16 & 0xf) + u64::from(btr >> 20 & 7);
    let cycles = quanta * (u64::from(btr & 0x3ff) + 1);
    ((cx.clock_hz(0) + cycles / 2) / cycles) as u32
}
