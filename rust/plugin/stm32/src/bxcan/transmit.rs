// SPDX-License-Identifier: GPL-2.0-or-later
//! The transmit mailboxes (RM0008, 24.7.1 and 24.7.2; RM0090, 32.7.1 and 32.7.2).

use super::mode::Mode;
use super::registers::*;
use super::{Bxcan, LOOP};
use can::{Frame, Id, Kind, ToBus};
use device::{Context, Place, Written};
use serde::{Deserialize, Serialize};

pub(super) const MAILBOXES: usize = 3;

// TSR of mailbox 0; that of each next one lies 8 bits above.
const RQCP: u32 = 1 << 0;
const TXOK: u32 = 1 << 1;
const ALST: u32 = 1 << 2;
const TERR: u32 = 1 << 3;
const ABRQ: u32 = 1 << 7;
const TME: u32 = 1 << 26;
const LOW: u32 = 1 << 29;

/// A mailbox, besides its registers.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct Mailbox {
    /// The how manieth request it has.
    order: u64,
    /// It is to be aborted, and the bus knows.
    is_aborted: bool,
}

/// How a mailbox's frame has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Sent,
    Lost,
    Failed,
    Aborted,
}

impl<const BANKS: usize> Bxcan<BANKS> {
    /// TSR was written: completed requests are acknowledged with all that they say, others aborted.
    pub(super) fn write_tsr(&mut self, written: Written, cx: &mut Context<'_>) {
        for mailbox in 0..MAILBOXES {
            let of = |bits: u32| bits << (mailbox * 8);
            if written.value & of(RQCP) != 0 {
                cx.put(TSR, of(TXOK | ALST | TERR), false);
            }
            if written.value & of(ABRQ) == 0 {
                continue;
            }
            if !is_pending(mailbox, cx) {
                cx.put(TSR, of(ABRQ), false);
            } else if self.offers.number_of(mailbox as u8).is_some() {
                self.withdraw(mailbox, cx);
                self.mailboxes[mailbox].is_aborted = true;
            } else if self.looping != Some(mailbox as u8) {
                self.end(mailbox, End::Aborted, cx);
            }
        }
    }

    /// A register of a mailbox was written: only those of an empty one can be.
    pub(super) fn write_mailbox(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        let was_pending =
            if at.offset == TIR { written.before & TXRQ != 0 } else { is_pending(at.index, cx) };
        if was_pending {
            cx.set_at(at.offset, at.index, written.before);
            cx.report(format!(
                "CAN: mailbox {} is written while it is not empty: it stays as it is",
                at.index
            ));
        } else if at.offset == TIR && cx.get_at(TIR, at.index) & TXRQ != 0 {
            self.requests += 1;
            self.mailboxes[at.index] = Mailbox { order: self.requests, is_aborted: false };
            cx.put(TSR, (RQCP | TXOK | ALST | TERR) << (at.index * 8), false);
        }
    }

    /// Hands over to the bus what is to be sent next.
    pub(super) fn offer(&mut self, cx: &mut Context<'_>) {
        if self.mode != Mode::Normal || self.is_stopping || self.is_off {
            return;
        }
        let is_loop = cx.has(BTR, LBKM);
        if cx.has(BTR, SILM) && !is_loop {
            return;
        }
        let Some(best) = self.pending(cx).into_iter().next() else { return };
        let frame = frame(best, cx);
        if is_loop {
            self.loop_back(best as u8, &frame, cx);
        } else if let Some(number) = self.offers.offer(best as u8) {
            let once = cx.has(MCR, NART);
            cx.to_bus(ToBus::Offer { mailbox: number, once, frame });
        }
    }

    /// The pending mailboxes that are not aborted, in the order in which they are sent.
    fn pending(&self, cx: &mut Context<'_>) -> Vec<usize> {
        let mut all: Vec<usize> = (0..MAILBOXES)
            .filter(|mailbox| is_pending(*mailbox, cx) && !self.mailboxes[*mailbox].is_aborted)
            .collect();
        let by_request = cx.has(MCR, TXFP);
        all.sort_by_key(|mailbox| match by_request {
            true => self.mailboxes[*mailbox].order,
            false => frame(*mailbox, cx).rank().into(),
        });
        all
    }

    /// Loop-back: the frame leaves, whatever is on the bus, and comes back inside.
    fn loop_back(&mut self, mailbox: u8, frame: &Frame, cx: &mut Context<'_>) {
        if self.looping.is_some() {
            return;
        }
        self.looping = Some(mailbox);
        let start_ns = self.loop_free_ns.max(cx.now_ns());
        cx.arm(LOOP, start_ns + frame.wire_length().span_ns(self.bitrate_bps, 0));
        if self.is_joined {
            cx.to_bus(ToBus::Offer { mailbox, once: true, frame: *frame });
        }
    }

    /// What is looped back has left.
    pub(super) fn looped(&mut self, due_ns: u64, cx: &mut Context<'_>) {
        let Some(mailbox) = self.looping.take() else { return };
        // The intermission.
        self.loop_free_ns = due_ns + (3_000_000_000u64).div_ceil(u64::from(self.bitrate_bps.max(1)));
        let frame = frame(mailbox.into(), cx);
        self.end(mailbox.into(), End::Sent, cx);
        self.receive(&frame, cx);
    }

    /// Withdraws all that the bus has.
    pub(super) fn withdraw_all(&mut self, cx: &mut Context<'_>) {
        let all: Vec<u8> = self.offers.mailboxes().collect();
        all.into_iter().for_each(|mailbox| self.withdraw(mailbox.into(), cx));
        self.is_stopping = true;
    }

    /// Withdraws a mailbox's frame, unless the bus has been told already.
    fn withdraw(&self, mailbox: usize, cx: &mut Context<'_>) {
        let is_told = self.is_stopping || self.mailboxes[mailbox].is_aborted;
        if let Some(number) = self.offers.number_of(mailbox as u8).filter(|_| !is_told) {
            cx.to_bus(ToBus::Withdraw { mailbox: number });
        }
    }

    /// The bus has said what became of a frame.
    pub(super) fn answered(&mut self, number: u8, end: End, cx: &mut Context<'_>) {
        let Some(mailbox) = self.offers.end(number).map(usize::from) else { return };
        // One that was withdrawn to stop goes on later.
        if end != End::Aborted || self.mailboxes[mailbox].is_aborted {
            self.end(mailbox, end, cx);
        }
    }

    fn end(&mut self, mailbox: usize, end: End, cx: &mut Context<'_>) {
        let flags = match end {
            End::Sent => RQCP | TXOK,
            End::Lost => RQCP | ALST,
            End::Failed => RQCP | TERR,
            End::Aborted => RQCP,
        };
        let tsr = cx.get(TSR) & !(0xff << (mailbox * 8));
        cx.set(TSR, tsr | flags << (mailbox * 8));
        if end == End::Sent && cx.has(MCR, TTCM) {
            let bits = frame(mailbox, cx).wire_length().arbitration_bits;
            let (length, time) = (cx.get_at(TDTR, mailbox) & 0xffff, self.time(bits, cx));
            cx.set_at(TDTR, mailbox, length | u32::from(time) << 16);
        }
        let tir = cx.get_at(TIR, mailbox) & !TXRQ;
        cx.set_at(TIR, mailbox, tir);
        self.mailboxes[mailbox] = Mailbox::default();
    }

    /// TSR's TME, CODE and LOW.
    pub(super) fn show_mailboxes(&self, cx: &mut Context<'_>) {
        let empty: Vec<usize> = (0..MAILBOXES).filter(|mailbox| !is_pending(*mailbox, cx)).collect();
        let pending = self.pending(cx);
        let last = pending.last().copied();
        let code = empty.first().copied().or(last).unwrap_or_default() as u32;
        let mut bits = code << 24;
        bits |= empty.iter().map(|mailbox| TME << mailbox).sum::<u32>();
        if let Some(last) = last.filter(|_| pending.len() > 1) {
            bits |= LOW << last;
        }
        let flags = cx.get(TSR) & 0x00ff_ffff;
        cx.set(TSR, flags | bits);
    }

    /// Whether a request is complete.
    pub(super) fn is_complete(cx: &mut Context<'_>) -> bool {
        cx.get(TSR) & (RQCP | RQCP << 8 | RQCP << 16) != 0
    }

    /// All mailboxes are empty, and nothing leaves.
    pub(super) fn clear_mailboxes(&mut self, cx: &mut Context<'_>) {
        for mailbox in 0..MAILBOXES {
            let tir = cx.get_at(TIR, mailbox) & !TXRQ;
            cx.set_at(TIR, mailbox, tir);
        }
        cx.set(TSR, 0);
        cx.cancel(LOOP);
    }
}

fn is_pending(mailbox: usize, cx: &mut Context<'_>) -> bool {
    cx.get_at(TIR, mailbox) & TXRQ != 0
}

/// The frame of a mailbox.
fn frame(mailbox: usize, cx: &mut Context<'_>) -> Frame {
    let (tir, tdtr) = (cx.get_at(TIR, mailbox), cx.get_at(TDTR, mailbox));
    let id = match tir & IDE != 0 {
        true => Id::Extended(tir >> 3),
        false => Id::Standard((tir >> 21) as u16),
    };
    let kind = if tir & RTR != 0 { Kind::Remote } else { Kind::Data };
    let mut data = [0; 8];
    for (bytes, offset) in data.chunks_mut(4).zip([TDLR, TDHR]) {
        bytes.copy_from_slice(&cx.get_at(offset, mailbox).to_le_bytes());
    }
    let len = Frame::len_of_dlc(tdtr as u8, false);
    Frame::new(id, kind, &data[..len]).unwrap_or_else(|error| unreachable!("{error}"))
}
