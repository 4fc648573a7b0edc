// SPDX-License-Identifier: GPL-2.0-or-later
//! Errors, and the interrupts (M_CAN User's Manual 3.2.3, 2.3.13, 2.3.14 and 2.3.16 to 2.3.19; RM0440, 44.4.12 to 44.4.19).

use super::Mcan;
use super::map::*;
use can::{Error, State, Status};
use device::Context;

impl<const IS_FIXED: bool> Mcan<IS_FIXED> {
    /// The bus has other counters, or has seen an error.
    pub(super) fn status(&mut self, status: Status, cx: &mut Context<'_>) {
        let flags = Self::MAP.flags;
        let (tec, rec) = (u32::from(status.transmit_errors), u32::from(status.receive_errors));
        let passive = if rec > 127 { RP } else { 0 };
        let logged = cx.get(ECR) & CEL;
        cx.set(ECR, tec.min(0xff) | rec.min(0x7f) << 8 | passive | logged);
        cx.put(PSR, LEC, false);
        if let Some(error) = status.last {
            cx.put(PSR, code(error), true);
            cx.put(IR, flags.protocol, true);
            let ecr = cx.get(ECR);
            match logged {
                CEL => cx.put(IR, flags.logging, true),
                _ => cx.set(ECR, ecr + (1 << 16)),
            }
        }
        let before = cx.get(PSR);
        let is_off = status.state == State::Off;
        for (shown, is_set, flag) in [
            (EP, tec.max(rec) > 127, flags.passive),
            (EW, tec.max(rec) >= 96, flags.warning),
            (BO, is_off, flags.off),
        ] {
            cx.put(PSR, shown, is_set);
            if (before & shown != 0) != is_set {
                cx.put(IR, flag, true);
            }
        }
        let was_off = std::mem::replace(&mut self.is_off, is_off);
        if is_off && !was_off {
            // Only software brings it back, by clearing INIT.
            cx.put(CCCR, INIT, true);
            self.stop(cx);
        } else if was_off && !is_off && cx.has(CCCR, INIT) {
            // It has recovered, and is to stand still.
            self.leave(cx);
        } else if was_off && !is_off && self.runs {
            cx.put(PSR, IDLE, true);
        }
    }

    /// What registers and lines show of all that there is.
    pub(super) fn show(&mut self, cx: &mut Context<'_>) {
        self.stop_clock(cx);
        self.watch_fifos(cx);
        self.show_received(cx);
        self.show_sent(cx);
        let pending = cx.get(IR) & cx.get(IE);
        let ils = cx.get(ILS);
        let second = if IS_FIXED {
            let groups = GROUPS.iter().enumerate().filter(|(bit, _)| ils >> bit & 1 != 0);
            groups.map(|(_, flags)| flags).sum()
        } else {
            ils
        };
        let ile = cx.get(ILE);
        cx.irq(0, ile & 1 != 0 && pending & !second != 0);
        cx.irq(1, ile & 2 != 0 && pending & second != 0);
    }
}

/// LEC of an error.
fn code(error: Error) -> u32 {
    match error {
        Error::Stuff => 1,
        Error::Form => 2,
        Error::Acknowledge => 3,
        Error::BitRecessive => 4,
        Error::BitDominant => 5,
        Error::Crc => 6,
    }
}
