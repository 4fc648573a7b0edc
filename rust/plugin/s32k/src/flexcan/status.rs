// SPDX-License-Identifier: GPL-2.0-or-later
//! Errors and interrupts (S32K1xx Reference Manual, FlexCAN, ECR and ESR1).

use super::Flexcan;
use super::buffers::{INACTIVE, Layout};
use super::registers::*;
use can::{Error, State, Status, ToBus};
use device::Context;

/// With so many errors a counter is told of.
const WARNING: u16 = 96;

// The interrupts.
const ORED: usize = 0;
const ERROR: usize = 1;
const BUFFERS_0: usize = 3;
const BUFFERS_16: usize = 4;

impl<const BUFFERS: usize> Flexcan<BUFFERS> {
    /// The bus has other counters, or has seen an error.
    pub(super) fn status(&mut self, status: Status, cx: &mut Context<'_>) {
        let Status { transmit_errors, receive_errors, state, last } = status;
        cx.set(ECR, u32::from(transmit_errors.min(255)) | u32::from(receive_errors.min(255)) << 8);
        let before = cx.get(ESR1);
        let mut esr1 = before & !(FLTCONF | TXWRN | RXWRN);
        esr1 |= match state {
            State::Active => 0,
            State::Passive => PASSIVE,
            State::Off => OFF,
        };
        let warns = [(transmit_errors, TXWRN, TWRNINT), (receive_errors, RXWRN, RWRNINT)];
        for (errors, flag, interrupt) in warns {
            if errors >= WARNING {
                esr1 |= flag;
                if before & flag == 0 && cx.has(MCR, WRNEN) {
                    esr1 |= interrupt;
                }
            }
        }
        if let Some(error) = last {
            esr1 |= bit(error) | ERRINT | if before & ERRINT != 0 { ERROVR } else { 0 };
        }
        let was_off = std::mem::replace(&mut self.is_off, state == State::Off);
        match (was_off, self.is_off) {
            (false, true) => {
                esr1 |= BOFFINT;
                self.recover(cx);
            }
            (true, false) => esr1 |= BOFFDONEINT,
            _ => {}
        }
        cx.set(ESR1, esr1);
    }

    /// It comes back by itself, unless BOFFREC is set.
    pub(super) fn recover(&self, cx: &mut Context<'_>) {
        if self.is_off && self.is_joined && !cx.has(CTRL1, BOFFREC) {
            cx.to_bus(ToBus::Recover);
        }
    }

    pub(super) fn show(&self, cx: &mut Context<'_>) {
        let layout = Layout::of(BUFFERS, cx);
        let idle = layout.all().find(|buffer| matches!(layout.code(*buffer, cx), 0 | INACTIVE));
        let is_on = cx.has(ESR1, SYNCH);
        let esr2 = idle.map_or(0, |buffer| IMB | (buffer as u32) << 16);
        cx.set(ESR2, if is_on { VPS | esr2 } else { 0 });
        cx.put(ESR1, IDLE, is_on && self.offers.is_empty() && self.looping.is_none());
        let (esr1, ctrl1, ctrl2) = (cx.get(ESR1), cx.get(CTRL1), cx.get(CTRL2));
        let ored = [
            (BOFFINT, ctrl1 & BOFFMSK),
            (TWRNINT, ctrl1 & TWRNMSK),
            (RWRNINT, ctrl1 & RWRNMSK),
            (BOFFDONEINT, ctrl2 & BOFFDONEMSK),
        ];
        cx.irq(ORED, ored.iter().any(|(flag, enable)| esr1 & flag != 0 && *enable != 0));
        cx.irq(ERROR, esr1 & ERRINT != 0 && ctrl1 & ERRMSK != 0);
        let asked = cx.get(IFLAG1) & cx.get(IMASK1);
        cx.irq(BUFFERS_0, asked & 0xffff != 0);
        cx.irq(BUFFERS_16, asked >> 16 != 0);
    }
}

/// ESR1's bit of an error.
fn bit(error: Error) -> u32 {
    match error {
        Error::Stuff => 1 << 10,
        Error::Form => 1 << 11,
        Error::Crc => 1 << 12,
        Error::Acknowledge => 1 << 13,
        Error::BitDominant => 1 << 14,
        Error::BitRecessive => 1 << 15,
    }
}
