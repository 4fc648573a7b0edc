// SPDX-License-Identifier: GPL-2.0-or-later
//! Sending (M_CAN User's Manual 3.2.3, 3.5; RM0440, 44.3.7).

use super::map::*;
use super::ram::{Area, Areas, EFC, ELEMENT_MAX, control, identifier, sent_frame};
use super::{LOOP, Mcan, taken};
use can::{Frame, ToBus};
use device::Context;

/// ET of an event: sent, or sent although it was to be cancelled.
const SENT: u32 = 1 << 22;
const SENT_IN_SPITE: u32 = 2 << 22;

/// How a frame has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Sent,
    /// It was to be tried once, or the bus has none such.
    Failed,
    Cancelled,
}

impl<const IS_FIXED: bool> Mcan<IS_FIXED> {
    /// TXBAR was written.
    pub(super) fn request(&mut self, bits: u32, cx: &mut Context<'_>) {
        let (map, areas) = (Self::MAP, Self::areas(cx));
        let cccr = cx.get(CCCR);
        if cccr & CCE != 0 || cccr & MON != 0 && !self.loops(cx) {
            cx.report("TXBAR is written in configuration or bus monitoring: nothing is sent");
            return;
        }
        let bits = bits & below(areas.sent.count) & !cx.get(map.txbrp);
        cx.put(map.txbrp, bits, true);
        cx.put(map.txbto, bits, false);
        cx.put(map.txbcf, bits, false);
        let size = areas.sent.count - areas.dedicated;
        for buffer in areas.dedicated..areas.sent.count {
            if bits >> buffer & 1 != 0 {
                let from_first = (buffer - areas.dedicated + size - self.queued.first) % size;
                self.queued.count = self.queued.count.max(from_first + 1);
            }
        }
    }

    /// TXBCR was written.
    pub(super) fn cancel(&mut self, bits: u32, cx: &mut Context<'_>) {
        let map = Self::MAP;
        let pending = cx.get(map.txbrp);
        for buffer in 0..32 {
            let bit = 1 << buffer;
            if bits & bit == 0 {
                continue;
            }
            if pending & bit == 0 {
                cx.put(map.txbcr, bit, false);
                cx.put(map.txbcf, bit, true);
            } else if self.offers.number_of(buffer as u8).is_some() {
                self.withdraw(buffer, cx);
                self.cancelled |= bit;
            } else if self.looping != Some(buffer as u8) {
                self.end(buffer, End::Cancelled, cx);
            }
        }
    }

    /// Hands over to the bus what is to be sent next.
    pub(super) fn offer(&mut self, cx: &mut Context<'_>) {
        if !self.runs || self.is_off || cx.get(Self::MAP.txbrp) & !self.cancelled == 0 {
            return;
        }
        let areas = Self::areas(cx);
        let Some((buffer, frame)) = self.best(areas, cx) else { return };
        if self.loops(cx) {
            self.loop_back(buffer, &frame, cx);
        } else if let Some(number) = self.offers.offer(buffer) {
            let once = cx.has(CCCR, DAR);
            cx.to_bus(ToBus::Offer { mailbox: number, once, frame });
        }
    }

    /// The buffer that is sent next: that with the best identifier of the dedicated ones and the first of the FIFO, or all of the queue.
    fn best(&self, areas: Areas, cx: &mut Context<'_>) -> Option<(u8, Frame)> {
        let mut pending = cx.get(Self::MAP.txbrp) & !self.cancelled;
        if !cx.has(TXBC, Self::MAP.tfqm) {
            pending &=
                below(areas.dedicated) | 1u32.checked_shl(areas.dedicated + self.queued.first).unwrap_or(0);
        }
        let pending = (0..areas.sent.count).filter(|buffer| pending >> buffer & 1 != 0);
        let frames = pending.map(|buffer| (buffer as u8, self.frame(areas.sent, buffer, cx).1));
        frames.min_by_key(|(buffer, frame)| (frame.rank(), *buffer))
    }

    /// The second word of an element, and its frame.
    fn frame(&self, area: Area, buffer: u32, cx: &mut Context<'_>) -> (u32, Frame) {
        let mut bytes = [0; ELEMENT_MAX * 4];
        let bytes = &mut bytes[..area.stride as usize];
        self.fetch(area.at + buffer * area.stride, bytes, cx);
        let (cccr, psr) = (cx.get(CCCR), cx.get(PSR));
        sent_frame(bytes, cccr, psr & EP != 0)
    }

    /// Loop-back: the frame leaves, whatever is on the bus, and comes back inside.
    fn loop_back(&mut self, buffer: u8, frame: &Frame, cx: &mut Context<'_>) {
        if self.looping.is_some() {
            return;
        }
        self.looping = Some(buffer);
        let start_ns = self.loop_free_ns.max(cx.now_ns());
        let (rate, data_rate) = self.rates_bps;
        cx.arm(LOOP, start_ns + frame.wire_length().span_ns(rate, data_rate));
        if self.is_joined {
            cx.to_bus(ToBus::Offer { mailbox: buffer, once: true, frame: *frame });
        }
    }

    /// What is looped back has left.
    pub(super) fn looped(&mut self, due_ns: u64, cx: &mut Context<'_>) {
        let Some(buffer) = self.looping.take() else { return };
        // The intermission.
        self.loop_free_ns = due_ns + 3_000_000_000u64.div_ceil(u64::from(self.rates_bps.0.max(1)));
        let area = Self::areas(cx).sent;
        let frame = self.frame(area, buffer.into(), cx).1;
        let time = self.time_of(&frame, 0, cx);
        self.end(buffer.into(), End::Sent, cx);
        self.receive(&frame, time, cx);
    }

    /// Withdraws a buffer's frame, unless the bus has been told already.
    pub(super) fn withdraw(&self, buffer: u32, cx: &mut Context<'_>) {
        let is_told = self.cancelled >> buffer & 1 != 0;
        if let Some(number) = self.offers.number_of(buffer as u8).filter(|_| !is_told) {
            cx.to_bus(ToBus::Withdraw { mailbox: number });
        }
    }

    /// The bus has said what became of a frame.
    pub(super) fn answered(&mut self, number: u8, end: End, cx: &mut Context<'_>) {
        let Some(buffer) = self.offers.end(number).map(u32::from) else { return };
        // In configuration all requests were forgotten.
        if cx.get(Self::MAP.txbrp) >> buffer & 1 != 0 {
            if end == End::Failed && !cx.has(CCCR, DAR) {
                cx.report(format!(
                    "the bus has no frames such as that of transmit buffer {buffer}: it is not sent"
                ));
            }
            self.end(buffer, end, cx);
        }
    }

    pub(super) fn end(&mut self, buffer: u32, end: End, cx: &mut Context<'_>) {
        let (map, bit) = (Self::MAP, 1 << buffer);
        let was_cancelled = self.cancelled & bit != 0;
        self.cancelled &= !bit;
        cx.put(map.txbrp, bit, false);
        cx.put(map.txbcr, bit, false);
        if end == End::Sent {
            cx.put(PSR, LEC, false);
            cx.put(map.txbto, bit, true);
            if cx.has(map.txbtie, bit) {
                cx.put(IR, map.flags.sent, true);
            }
            let in_spite = was_cancelled || cx.has(CCCR, DAR);
            self.log(buffer, if in_spite { SENT_IN_SPITE } else { SENT }, cx);
        }
        if end != End::Sent || was_cancelled {
            cx.put(map.txbcf, bit, true);
            if cx.has(map.txbcie, bit) {
                cx.put(IR, map.flags.cancelled, true);
            }
        }
        self.advance(cx);
    }

    /// The FIFO's first element is the first one that is pending.
    fn advance(&mut self, cx: &mut Context<'_>) {
        let areas = Self::areas(cx);
        let (size, pending) = (areas.sent.count - areas.dedicated, cx.get(Self::MAP.txbrp));
        let was_used = self.queued.count > 0;
        while self.queued.count > 0 && pending >> (areas.dedicated + self.queued.first) & 1 == 0 {
            self.queued.first = (self.queued.first + 1) % size;
            self.queued.count -= 1;
        }
        if was_used && self.queued.count == 0 && !cx.has(TXBC, Self::MAP.tfqm) {
            cx.put(IR, Self::MAP.flags.empty, true);
        }
    }

    /// An event for a frame that has been sent, if its element wants one.
    fn log(&mut self, buffer: u32, kind: u32, cx: &mut Context<'_>) {
        let (flags, areas) = (Self::MAP.flags, Self::areas(cx));
        let (word, frame) = self.frame(areas.sent, buffer, cx);
        if word & EFC == 0 {
            return;
        }
        let area = areas.events;
        if self.events.count >= area.count {
            return cx.put(IR, flags.event_lost, true);
        }
        let time = self.time_of(&frame, 0, cx);
        let second = control(&frame, time) | kind | word & 0xff00_0000;
        let mut bytes = [0; 8];
        bytes[..4].copy_from_slice(&identifier(&frame).to_le_bytes());
        bytes[4..].copy_from_slice(&second.to_le_bytes());
        let place = (self.events.first + self.events.count) % area.count;
        self.store(area.at + place * area.stride, &bytes, cx);
        self.events.count += 1;
        cx.put(IR, flags.event_new, true);
        if self.events.count == area.count {
            cx.put(IR, flags.event_full, true);
        }
        if !IS_FIXED && self.events.count == cx.get(TXEFC) >> 24 & 0x3f {
            cx.put(IR, flags.event_watermark, true);
        }
    }

    /// TXEFA was written: the index of the last event that was read.
    pub(super) fn acknowledge_events(&mut self, cx: &mut Context<'_>) {
        let (index, size) = (cx.get(Self::MAP.txefa), Self::areas(cx).events.count);
        match taken(self.events, index, size) {
            Some(count) => {
                self.events.first = (self.events.first + count) % size;
                self.events.count -= count;
            }
            None => {
                cx.report(format!("TXEFA acknowledges event {index}, and there is none: nothing happens"))
            }
        }
    }

    /// What TXFQS and TXEFS show.
    pub(super) fn show_sent(&self, cx: &mut Context<'_>) {
        let (map, areas) = (Self::MAP, Self::areas(cx));
        let (pending, size) = (cx.get(map.txbrp), areas.sent.count - areas.dedicated);
        let mut shown = 0;
        if cx.has(TXBC, map.tfqm) {
            let free = (areas.dedicated..areas.sent.count).find(|buffer| pending >> buffer & 1 == 0);
            shown |= free.map_or(TFQF, |buffer| buffer << 16);
        } else if size > 0 {
            let place = |number: u32| areas.dedicated + (self.queued.first + number) % size;
            shown |= (size - self.queued.count) | place(0) << 8 | place(self.queued.count) << 16;
            shown |= if self.queued.count == size { TFQF } else { 0 };
        }
        cx.set(map.txfqs, shown);
        let area = areas.events;
        let mut shown = self.events.count | self.events.first << 8;
        shown |= ((self.events.first + self.events.count) % area.count.max(1)) << 16;
        shown |= if area.count > 0 && self.events.count == area.count { FIFO_FULL } else { 0 };
        shown |= if cx.has(IR, map.flags.event_lost) { FIFO_LOST } else { 0 };
        cx.set(map.txefs, shown);
    }
}

/// The lowest bits of a word, so many.
fn below(count: u32) -> u32 {
    1u32.checked_shl(count).map_or(u32::MAX, |bit| bit - 1)
}
