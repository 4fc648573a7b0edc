// SPDX-License-Identifier: GPL-2.0-or-later
//! Sending (S32K1xx Reference Manual, FlexCAN, "Transmit process", "Arbitration process" and "Transmission abort mechanism").

use super::buffers::*;
use super::registers::*;
use super::{Flexcan, LOOP, is_running};
use can::ToBus;
use device::{Context, Written};

/// How a frame has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Sent,
    /// The bus has none such: it is no CAN FD.
    Refused,
    Withdrawn,
}

impl<const BUFFERS: usize> Flexcan<BUFFERS> {
    /// The control and status word of a buffer was written, `word` words into the RAM.
    pub(super) fn write_status(
        &mut self,
        buffer: usize,
        word: usize,
        written: Written,
        cx: &mut Context<'_>,
    ) {
        let bit = 1 << buffer;
        self.served &= !bit;
        self.refused &= !bit;
        let now = code(cx.get_at(RAM, word));
        let is_offered = self.offers.number_of(buffer as u8).is_some() || self.looping == Some(buffer as u8);
        if !is_running(cx) || !is_pending(code(written.before)) {
            return;
        }
        match now {
            ABORT if cx.has(MCR, AEN) && is_offered => {
                cx.set_at(RAM, word, written.before);
                self.withdraw(buffer, cx);
                self.aborted |= bit;
            }
            ABORT if cx.has(MCR, AEN) => cx.put(IFLAG1, bit, true),
            _ if !is_pending(now) && is_offered => {
                self.withdraw(buffer, cx);
                self.dropped |= bit;
            }
            _ if !is_pending(now) => {}
            _ => {
                cx.set_at(RAM, word, written.before);
                cx.report(format!(
                    "FlexCAN: buffer {buffer} is written while its frame is to be sent: it stays as it is"
                ));
            }
        }
    }

    /// Hands over to the bus what is to be sent next.
    pub(super) fn offer(&mut self, cx: &mut Context<'_>) {
        let ctrl1 = cx.get(CTRL1);
        if !is_running(cx) || !cx.has(ESR1, SYNCH) || self.is_stopping || self.is_off || ctrl1 & LOM != 0 {
            return;
        }
        let layout = Layout::of(BUFFERS, cx);
        let Some(best) = self.best(layout, cx) else { return };
        let frame = layout.frame(best, cx);
        if ctrl1 & LPB != 0 {
            if self.looping.is_none() {
                self.looping = Some(best as u8);
                let start_ns = self.loop_free_ns.max(cx.now_ns());
                let (rate, data_rate) = self.rates_bps;
                cx.arm(LOOP, start_ns + frame.wire_length().span_ns(rate, data_rate));
            }
        } else if let Some(number) = self.offers.offer(best as u8) {
            cx.to_bus(ToBus::Offer { mailbox: number, once: false, frame });
        }
    }

    /// The buffer that is sent next.
    fn best(&self, layout: Layout, cx: &mut Context<'_>) -> Option<usize> {
        let by_number = cx.has(CTRL1, LBUF);
        let by_priority = cx.has(MCR, LPRIOEN);
        let held = self.aborted | self.dropped | self.refused;
        let pending = layout.all().filter(|buffer| held >> buffer & 1 == 0);
        let pending: Vec<usize> = pending.filter(|buffer| is_pending(layout.code(*buffer, cx))).collect();
        pending.into_iter().min_by_key(|buffer| {
            let priority = if by_priority { layout.id(*buffer, cx) >> 29 } else { 0 };
            let rank = if by_number { (0, 0) } else { (priority, layout.frame(*buffer, cx).rank()) };
            (rank, *buffer)
        })
    }

    /// Withdraws all that the bus has.
    pub(super) fn withdraw_all(&mut self, cx: &mut Context<'_>) {
        let all: Vec<u8> = self.offers.mailboxes().collect();
        all.into_iter().for_each(|buffer| self.withdraw(buffer.into(), cx));
        self.is_stopping = true;
    }

    /// Withdraws a buffer's frame, unless the bus has been told already.
    fn withdraw(&self, buffer: usize, cx: &mut Context<'_>) {
        let is_told = self.is_stopping || (self.aborted | self.dropped) >> buffer & 1 != 0;
        if let Some(number) = self.offers.number_of(buffer as u8).filter(|_| !is_told) {
            cx.to_bus(ToBus::Withdraw { mailbox: number });
        }
    }

    /// The bus has said what became of a frame.
    pub(super) fn answered(&mut self, number: u8, end: End, cx: &mut Context<'_>) {
        if let Some(buffer) = self.offers.end(number) {
            self.end(buffer.into(), end, cx);
        }
    }

    /// What is looped back has left.
    pub(super) fn looped(&mut self, due_ns: u64, cx: &mut Context<'_>) {
        let Some(buffer) = self.looping.take() else { return };
        // The intermission.
        self.loop_free_ns = due_ns + 3_000_000_000u64.div_ceil(u64::from(self.rates_bps.0.max(1)));
        self.end(buffer.into(), End::Sent, cx);
    }

    fn end(&mut self, buffer: usize, end: End, cx: &mut Context<'_>) {
        let layout = Layout::of(BUFFERS, cx);
        let bit = 1 << buffer;
        let (was_aborted, was_dropped) = (self.aborted & bit != 0, self.dropped & bit != 0);
        self.aborted &= !bit;
        self.dropped &= !bit;
        match end {
            // It is for something else now.
            _ if was_dropped => {}
            End::Sent => {
                let frame = layout.frame(buffer, cx);
                let time = self.time(&frame, 0, cx);
                layout.set_time(buffer, time, cx);
                let next = match (layout.code(buffer, cx), is_remote(layout.status(buffer, cx))) {
                    (TANSWER, _) => RANSWER,
                    (_, true) => EMPTY,
                    (_, false) => INACTIVE,
                };
                layout.set_code(buffer, next, cx);
                cx.put(IFLAG1, bit, true);
                if !frame.kind().is_fd() {
                    cx.set(CRCR, u32::from(frame.crc_15()) | (buffer as u32) << 16);
                }
                if !cx.has(MCR, SRXDIS) {
                    self.receive(&frame, time, cx);
                }
            }
            End::Withdrawn if was_aborted => {
                layout.set_code(buffer, ABORT, cx);
                cx.put(IFLAG1, bit, true);
            }
            // To stop: it is sent later.
            End::Withdrawn => {}
            End::Refused => {
                self.refused |= bit;
                cx.report(format!(
                    "FlexCAN: the bus has no frames such as that of buffer {buffer}: it is not sent"
                ));
            }
        }
    }
}
