// SPDX-License-Identifier: GPL-2.0-or-later
//! Receiving into message buffers (S32K1xx Reference Manual, FlexCAN, "Matching process", "Mailbox lock mechanism" and "Remote frames").

use super::Flexcan;
use super::buffers::*;
use super::registers::*;
use can::{Frame, Kind};
use device::Context;

impl<const BUFFERS: usize> Flexcan<BUFFERS> {
    /// A frame is there.
    pub(super) fn receive(&mut self, frame: &Frame, time: u16, cx: &mut Context<'_>) {
        let layout = Layout::of(BUFFERS, cx);
        let received = Received::new(frame, time);
        let is_asked = frame.kind() == Kind::Remote && !cx.has(CTRL2, RRS);
        let matched: Vec<usize> = match is_asked {
            true => Vec::new(),
            false => layout.all().filter(|buffer| takes(layout, *buffer, &received, cx)).collect(),
        };
        let free = matched.iter().copied().find(|buffer| self.is_free(layout, *buffer, cx));
        let chosen = match cx.has(MCR, IRMQ) {
            true => free.or(matched.last().copied()),
            false => matched.first().copied(),
        };
        let is_sure = chosen.is_some() && chosen == free;
        let queues = cx.has(MCR, IRMQ);
        let fifo = if cx.has(MCR, RFEN) { self.fifo_hit(&received, cx) } else { None };
        // The FIFO goes first, or buffers do; with a queue of buffers a full one leaves a frame to the other kind.
        let to_fifo = fifo.filter(|_| match cx.has(CTRL2, MRP) {
            false => !self.fifo.is_full() || chosen.is_none(),
            true => chosen.is_none() || queues && !is_sure && !self.fifo.is_full(),
        });
        if is_asked && self.answer(layout, &received, cx) {
            return;
        }
        match (to_fifo, chosen) {
            (Some(hit), _) => self.push(received, hit, cx),
            (None, Some(buffer)) if self.locked == Some(buffer as u8) => self.waiting = Some(received),
            (None, Some(buffer)) => self.move_in(layout, buffer, &received, cx),
            (None, None) => {}
        }
    }

    /// A buffer that is read is locked, and the one before it is not any more.
    pub(super) fn lock(&mut self, buffer: usize, cx: &mut Context<'_>) {
        self.unlock(cx);
        let layout = Layout::of(BUFFERS, cx);
        if matches!(layout.code(buffer, cx), EMPTY | FULL | OVERRUN) {
            self.locked = Some(buffer as u8);
        }
    }

    /// What is locked has been read.
    pub(super) fn unlock(&mut self, cx: &mut Context<'_>) {
        let Some(buffer) = self.locked.take() else { return };
        self.served |= 1 << buffer;
        if let Some(received) = self.waiting.take() {
            let layout = Layout::of(BUFFERS, cx);
            self.move_in(layout, buffer.into(), &received, cx);
        }
    }

    fn is_free(&self, layout: Layout, buffer: usize, cx: &mut Context<'_>) -> bool {
        layout.code(buffer, cx) == EMPTY || self.served >> buffer & 1 != 0
    }

    fn move_in(&mut self, layout: Layout, buffer: usize, received: &Received, cx: &mut Context<'_>) {
        let code = if self.is_free(layout, buffer, cx) { FULL } else { OVERRUN };
        self.served &= !(1 << buffer);
        layout.store(buffer, received, code, cx);
        cx.put(IFLAG1, 1 << buffer, true);
    }

    /// A remote frame asks: true if a buffer answers.
    fn answer(&mut self, layout: Layout, asks: &Received, cx: &mut Context<'_>) -> bool {
        let answers = layout.all().find(|buffer| {
            let (status, id) = (layout.status(*buffer, cx), layout.id(*buffer, cx) & ID);
            let same = if is_extended(status) { ID } else { STANDARD };
            code(status) == RANSWER
                && is_extended(status) == is_extended(asks.status)
                && (id ^ asks.id) & same == 0
        });
        if let Some(buffer) = answers {
            layout.set_code(buffer, TANSWER, cx);
        }
        answers.is_some()
    }
}

/// Whether a buffer's filter takes a frame.
fn takes(layout: Layout, buffer: usize, received: &Received, cx: &mut Context<'_>) -> bool {
    let (status, id) = (layout.status(buffer, cx), layout.id(buffer, cx));
    if !matches!(code(status), EMPTY | FULL | OVERRUN) {
        return false;
    }
    let mask = match (cx.has(MCR, IRMQ), buffer) {
        (true, _) => cx.get_at(RXIMR, buffer),
        (false, 14) => cx.get(RX14MASK),
        (false, 15) => cx.get(RX15MASK),
        (false, _) => cx.get(RXMGMASK),
    };
    let (compares_ide, compares_rtr) = match cx.has(CTRL2, EACEN) {
        true => (mask >> 30 & 1 != 0, mask >> 31 != 0),
        false => (true, false),
    };
    let bits = if is_extended(received.status) { ID } else { STANDARD };
    (id ^ received.id) & mask & bits == 0
        && !(compares_ide && is_extended(status) != is_extended(received.status))
        && !(compares_rtr && is_remote(status) != is_remote(received.status))
}
