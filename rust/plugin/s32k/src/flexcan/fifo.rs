// SPDX-License-Identifier: GPL-2.0-or-later
//! The receive FIFO in the place of the first buffers (S32K1xx Reference Manual, FlexCAN, "Legacy Rx FIFO").

use super::Flexcan;
use super::buffers::{ID, Received, is_extended, is_remote};
use super::registers::*;
use device::Context;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

const DEPTH: usize = 6;
/// With so many unread it is almost full.
const ALMOST_FULL: usize = 5;
/// The word of the RAM at which the filters begin: buffer 6.
const FILTERS: usize = 6 * 4;

/// What is in it, each with the number of the filter that took it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Fifo(VecDeque<(Received, u32)>);

impl Fifo {
    pub(super) fn is_full(&self) -> bool {
        self.0.len() == DEPTH
    }
}

impl<const BUFFERS: usize> Flexcan<BUFFERS> {
    /// The filter of the FIFO that takes a frame.
    pub(super) fn fifo_hit(&self, received: &Received, cx: &mut Context<'_>) -> Option<u32> {
        let rffn = (cx.get(CTRL2) >> 24 & 0xf) as usize;
        let format = (cx.get(MCR) & IDAM) >> 8;
        let individual = if cx.has(MCR, IRMQ) { (8 + 2 * rffn).min(BUFFERS) } else { 0 };
        let elements = (8 * (rffn + 1)).min(BUFFERS * 4 - FILTERS);
        for element in 0..elements {
            let filter = cx.get_at(RAM, FILTERS + element);
            let mask = if element < individual { cx.get_at(RXIMR, element) } else { cx.get(RXFGMASK) };
            if let Some(place) = hit(format, filter, mask, received) {
                return Some(element as u32 * [1, 2, 4, 0][format as usize] + place);
            }
        }
        None
    }

    pub(super) fn push(&mut self, received: Received, hit: u32, cx: &mut Context<'_>) {
        if self.fifo.is_full() {
            cx.put(IFLAG1, BUF7, true);
            return;
        }
        self.fifo.0.push_back((received, hit));
        if self.fifo.0.len() == ALMOST_FULL {
            cx.put(IFLAG1, BUF6, true);
        }
        if self.fifo.0.len() == 1 {
            self.show_first(cx);
        }
    }

    /// BUF5I is cleared: the first frame is read.
    pub(super) fn pop(&mut self, cx: &mut Context<'_>) {
        self.fifo.0.pop_front();
        self.show_first(cx);
    }

    /// IFLAG1's bit 0, in freeze mode.
    pub(super) fn clear_fifo(&mut self, cx: &mut Context<'_>) {
        self.fifo = Fifo::default();
        cx.put(IFLAG1, BUF5 | BUF6 | BUF7, false);
    }

    fn show_first(&self, cx: &mut Context<'_>) {
        cx.put(IFLAG1, BUF5, !self.fifo.0.is_empty());
        let Some((received, hit)) = self.fifo.0.front() else { return };
        let words =
            [received.status | hit << 23, received.id].into_iter().chain(received.data.iter().copied());
        for (word, value) in words.enumerate() {
            cx.set_at(RAM, word, value);
        }
        cx.set(RXFIR, *hit);
    }
}

/// Which of the filters in a word takes a frame: one (format A), two (B), four (C), none (D).
fn hit(format: u32, filter: u32, mask: u32, received: &Received) -> Option<u32> {
    let (remote, extended) = (u32::from(is_remote(received.status)), u32::from(is_extended(received.status)));
    let id = received.id & ID;
    // As a filter of one has it: identifiers of 11 bits stand at the top, and the bits below them do not count.
    let (seen, counts, width) = match (format, extended != 0) {
        (0, true) => (remote << 31 | 1 << 30 | id << 1, u32::MAX << 1, 32),
        (0, false) => (remote << 31 | id << 1, 0xfff8_0000, 32),
        (1, true) => (remote << 15 | 1 << 14 | id >> 15, 0xffff, 16),
        (1, false) => (remote << 15 | id >> 15, 0xfff8, 16),
        (2, _) => (id >> 21, 0xff, 8),
        _ => return None,
    };
    (0..32 / width).find(|place| {
        let shift = 32 - width * (place + 1);
        (filter >> shift ^ seen) & mask >> shift & counts == 0
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use can::{Frame, Id, Kind};

    #[track_caller]
    fn check(format: u32, filter: u32, mask: u32, id: Id, kind: Kind, expected: Option<u32>) {
        let frame = Frame::new(id, kind, &[]).expect("a frame");
        assert_eq!(hit(format, filter, mask, &Received::new(&frame, 0)), expected);
    }

    #[test]
    fn formats() {
        let (standard, extended) = (Id::Standard(0x123), Id::Extended(0x1234_5678));
        check(0, 0x123 << 19, u32::MAX, standard, Kind::Data, Some(0));
        check(0, 0x123 << 19 | 7, u32::MAX, standard, Kind::Data, Some(0));
        check(0, 0x123 << 19, u32::MAX, standard, Kind::Remote, None);
        check(0, 0x123 << 19, u32::MAX >> 1, standard, Kind::Remote, Some(0));
        check(0, 0x122 << 19, u32::MAX, standard, Kind::Data, None);
        check(0, 1 << 30 | 0x1234_5678 << 1, u32::MAX, extended, Kind::Data, Some(0));
        check(1, 0x122 << 19 | 0x123 << 3, u32::MAX, standard, Kind::Data, Some(1));
        check(1, 1 << 30 | (0x1234_5678 >> 15) << 16, u32::MAX, extended, Kind::Data, Some(0));
        check(2, 0x24 << 8, u32::MAX, standard, Kind::Data, Some(2));
        check(2, 0x91, u32::MAX, extended, Kind::Data, Some(3));
        check(3, 0, 0, standard, Kind::Data, None);
    }
}
