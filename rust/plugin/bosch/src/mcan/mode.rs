// SPDX-License-Identifier: GPL-2.0-or-later
//! Initialization and operation, and how the bus learns of them (M_CAN User's Manual 3.2.3, 2.3.7 and 3.1; RM0440, 44.4.6).

use super::map::*;
use super::ram::DIVIDER;
use super::transmit::End;
use super::{LOOP, Mcan, Ring, SETTLED, SYNCHRONIZED, TIMEOUT, WRAP, ram};
use can::{Mode, ToBus};
use device::Context;

impl<const IS_FIXED: bool> Mcan<IS_FIXED> {
    pub(super) fn write_cccr(&mut self, before: u32, cx: &mut Context<'_>) {
        let mut cccr = cx.get(CCCR);
        if before & (INIT | CCE) != INIT | CCE {
            let refused = (cccr ^ before) & CONFIGURED | cccr & !before & CLEARABLE;
            if refused != 0 {
                cccr ^= refused;
                cx.report(format!(
                    "{}'s CCCR is written outside of configuration (INIT, CCE): the bits {refused:#x} stay as they are",
                    if IS_FIXED { "FDCAN" } else { "M_CAN" }
                ));
            }
        }
        // While the clock is to be stopped, initialization goes on.
        if cccr & (CSR | CSA) == CSR | CSA {
            cccr |= INIT;
        }
        if cccr & CSR == 0 {
            cccr &= !CSA;
        }
        if cccr & INIT == 0 {
            cccr &= !CCE;
        }
        cx.set(CCCR, cccr);
        if cccr & TEST_ENABLE == 0 {
            cx.set(TEST, 0);
        }
        if cccr & INIT != 0 && before & INIT == 0 {
            self.stop(cx);
        }
        if cccr & CCE != 0 && before & CCE == 0 {
            self.clear(cx);
        }
        if cccr & INIT == 0 && before & INIT != 0 {
            self.start(cx);
        }
        self.stop_clock(cx);
    }

    /// CSR: when all is sent, it stops.
    pub(super) fn stop_clock(&mut self, cx: &mut Context<'_>) {
        if cx.get(CCCR) & (CSR | CSA) == CSR && (cx.get(Self::MAP.txbrp) == 0 || cx.has(CCCR, INIT)) {
            if !cx.has(CCCR, INIT) {
                cx.put(CCCR, INIT, true);
                self.stop(cx);
            }
            cx.put(CCCR, CSA, true);
        }
    }

    /// INIT was cleared: it waits for 11 recessive bits, as the bus does before it lets somebody take part.
    fn start(&mut self, cx: &mut Context<'_>) {
        self.join(cx);
        if self.rates_bps.0 != 0 {
            let span_ns = 11_000_000_000u64.div_ceil(self.rates_bps.0.into());
            cx.arm(SYNCHRONIZED, cx.now_ns() + span_ns);
            self.restart_times(cx);
            self.restart_timeout(cx);
        }
    }

    /// It has counted them.
    pub(super) fn synchronized(&mut self, cx: &mut Context<'_>) {
        self.runs = true;
        cx.put(PSR, ACT, false);
        cx.put(PSR, IDLE, !self.is_off);
    }

    /// INIT is set.
    pub(super) fn stop(&mut self, cx: &mut Context<'_>) {
        self.runs = false;
        self.looping = None;
        for timer in [SYNCHRONIZED, LOOP, SETTLED, WRAP, TIMEOUT] {
            cx.cancel(timer);
        }
        cx.put(PSR, ACT, false);
        // One that is off the bus waits for its recovery, which nothing makes shorter.
        if !self.is_off {
            self.leave(cx);
            for buffer in 0..32 {
                if self.cancelled >> buffer & 1 != 0 {
                    self.end(buffer, End::Cancelled, cx);
                }
            }
        }
    }

    /// CCE is set: nothing is received, and nothing to be sent.
    fn clear(&mut self, cx: &mut Context<'_>) {
        let offered: Vec<u8> = self.offers.mailboxes().collect();
        for buffer in offered {
            self.withdraw(buffer.into(), cx);
        }
        self.cancelled = 0;
        self.received = [Ring::default(); 2];
        (self.queued, self.events) = (Ring::default(), Ring::default());
        let map = Self::MAP;
        for register in [map.hpms, map.txbrp, map.txbcr, map.txbto, map.txbcf] {
            cx.set(register, 0);
        }
        self.restart_timeout(cx);
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
        self.rates_bps = self.rates(cx);
        let is_silent = cx.has(CCCR, MON);
        if self.rates_bps.0 == 0 || is_silent && self.loops(cx) {
            // It is for itself.
            return;
        }
        let (bitrate_bps, data_bitrate_bps) = self.rates_bps;
        let mode = if is_silent { Mode::Silent } else { Mode::Normal };
        cx.to_bus(ToBus::Join { bitrate_bps, data_bitrate_bps, mode });
        if !std::mem::replace(&mut self.is_joined, true) {
            // Its counters begin anew.
            let logged = cx.get(ECR) & CEL;
            cx.set(ECR, logged);
            cx.put(PSR, EP | EW | BO, false);
        }
        if self.is_off {
            cx.to_bus(ToBus::Recover);
        }
    }

    /// Bits per second of arbitration and data, as registers and clock have it; 0 if the clock stands still, or without CAN FD.
    pub(super) fn rates(&self, cx: &mut Context<'_>) -> (u32, u32) {
        let clock_hz = cx.clock_hz(0) / self.divider(cx);
        let (nbtp, dbtp) = (u64::from(cx.get(NBTP)), u64::from(cx.get(DBTP)));
        let rate = |quanta: u64, prescaler: u64| {
            let cycles = quanta * (prescaler + 1);
            ((clock_hz + cycles / 2) / cycles) as u32
        };
        let nominal = rate(3 + (nbtp & 0x7f) + (nbtp >> 8 & 0xff), nbtp >> 16 & 0x1ff);
        let data = rate(3 + (dbtp >> 4 & 0xf) + (dbtp >> 8 & 0x1f), dbtp >> 16 & 0x1f);
        (nominal, if cx.has(CCCR, FDOE) { data } else { 0 })
    }

    /// What the first of ST's controllers divides the clock of all of them by.
    fn divider(&self, cx: &mut Context<'_>) -> u64 {
        if !IS_FIXED {
            return 1;
        }
        let mut bytes = cx.get(CKDIV).to_le_bytes();
        if cx.property(ram::PLACE) != 0 {
            // Without the first one nobody has changed it.
            let at = cx.property(DIVIDER);
            bytes = match cx.read_memory(at, &mut bytes) {
                Ok(()) => bytes,
                Err(_) => [0; 4],
            };
        }
        match u64::from(bytes[0] & 0xf) {
            0 => 1,
            half => half * 2,
        }
    }
}
