// SPDX-License-Identifier: GPL-2.0-or-later
//! Message buffers in the RAM (S32K1xx Reference Manual, FlexCAN, "Message buffer structure" and "FlexCAN memory partition for CAN FD").

use super::registers::*;
use can::{Frame, Id, Kind};
use device::Context;
use serde::{Deserialize, Serialize};

// CODE of a receiver.
pub(super) const EMPTY: u32 = 0b0100;
pub(super) const FULL: u32 = 0b0010;
pub(super) const OVERRUN: u32 = 0b0110;
pub(super) const RANSWER: u32 = 0b1010;
// CODE of a sender.
pub(super) const INACTIVE: u32 = 0b1000;
pub(super) const ABORT: u32 = 0b1001;
pub(super) const DATA: u32 = 0b1100;
pub(super) const TANSWER: u32 = 0b1110;

// The control and status word.
const CODE_SHIFT: u32 = 24;
const CODE: u32 = 0xf << CODE_SHIFT;
const RTR: u32 = 1 << 20;
const IDE: u32 = 1 << 21;
const SRR: u32 = 1 << 22;
const ESI: u32 = 1 << 29;
const BRS: u32 = 1 << 30;
const EDL: u32 = 1 << 31;
/// The bits of an identifier, and those of one with 11.
pub(super) const ID: u32 = 0x1fff_ffff;
pub(super) const STANDARD: u32 = 0x1ffc_0000;
/// What is sent beyond the end of a buffer.
const PADDING: u8 = 0xcc;

/// How the RAM is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// Words of a buffer.
    pub stride: usize,
    /// How many there are in use.
    pub count: usize,
    /// The first one that the FIFO leaves.
    pub first: usize,
}

impl Layout {
    pub(super) fn of(buffers: usize, cx: &mut Context<'_>) -> Layout {
        let mcr = cx.get(MCR);
        let bytes = if mcr & FDEN != 0 { 8 << (cx.get(FDCTRL) >> 16 & 3) } else { 8 };
        let stride = 2 + bytes / 4;
        let first = if mcr & RFEN != 0 { 8 + 2 * (cx.get(CTRL2) >> 24 & 0xf) as usize } else { 0 };
        Layout { stride, count: (buffers * 4 / stride).min((mcr & MAXMB) as usize + 1), first }
    }

    /// The buffers that are neither the FIFO's nor beyond the last.
    pub(super) fn all(self) -> std::ops::Range<usize> {
        self.first.min(self.count)..self.count
    }

    fn word(self, buffer: usize, word: usize, cx: &mut Context<'_>) -> u32 {
        cx.get_at(RAM, buffer * self.stride + word)
    }

    pub(super) fn status(self, buffer: usize, cx: &mut Context<'_>) -> u32 {
        self.word(buffer, 0, cx)
    }

    pub(super) fn id(self, buffer: usize, cx: &mut Context<'_>) -> u32 {
        self.word(buffer, 1, cx)
    }

    pub(super) fn code(self, buffer: usize, cx: &mut Context<'_>) -> u32 {
        code(self.status(buffer, cx))
    }

    pub(super) fn set_code(self, buffer: usize, code: u32, cx: &mut Context<'_>) {
        let status = self.status(buffer, cx) & !CODE | code << CODE_SHIFT;
        cx.set_at(RAM, buffer * self.stride, status);
    }

    pub(super) fn set_time(self, buffer: usize, time: u16, cx: &mut Context<'_>) {
        let status = self.status(buffer, cx) & !0xffff | u32::from(time);
        cx.set_at(RAM, buffer * self.stride, status);
    }

    /// The frame that a buffer has to send.
    pub(super) fn frame(self, buffer: usize, cx: &mut Context<'_>) -> Frame {
        let (status, word) = (self.status(buffer, cx), self.id(buffer, cx));
        let id = if is_extended(status) {
            Id::Extended(word & ID)
        } else {
            Id::Standard((word >> 18 & 0x7ff) as u16)
        };
        let is_passive = status & ESI != 0 || cx.get(ESR1) & FLTCONF == PASSIVE;
        let is_fd = status & EDL != 0 && cx.has(MCR, FDEN);
        let kind = match (is_fd, is_remote(status)) {
            (true, _) => Kind::Fd { switches_rate: status & BRS != 0 && cx.has(FDCTRL, FDRATE), is_passive },
            (false, true) => Kind::Remote,
            (false, false) => Kind::Data,
        };
        let mut data = [PADDING; can::LEN_MAX];
        for (place, bytes) in data.chunks_mut(4).take(self.stride - 2).enumerate() {
            bytes.copy_from_slice(&self.word(buffer, 2 + place, cx).to_be_bytes());
        }
        let len = Frame::len_of_dlc((status >> 16 & 0xf) as u8, is_fd);
        Frame::new(id, kind, &data[..len]).unwrap_or_else(|error| unreachable!("{error}"))
    }

    /// Puts what was received into a buffer, with a code.
    pub(super) fn store(self, buffer: usize, received: &Received, code: u32, cx: &mut Context<'_>) {
        let id = self.id(buffer, cx) & !ID | received.id;
        let words =
            [received.status | code << CODE_SHIFT, id].into_iter().chain(received.data.iter().copied());
        for (word, value) in words.take(self.stride).enumerate() {
            cx.set_at(RAM, buffer * self.stride + word, value);
        }
    }
}

pub(super) fn code(status: u32) -> u32 {
    (status & CODE) >> CODE_SHIFT
}

pub(super) fn is_remote(status: u32) -> bool {
    status & RTR != 0
}

pub(super) fn is_extended(status: u32) -> bool {
    status & IDE != 0
}

/// Whether a code says that something is to be sent.
pub(super) fn is_pending(code: u32) -> bool {
    matches!(code, DATA | TANSWER)
}

/// A frame as a buffer has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Received {
    /// Without a code.
    pub status: u32,
    pub id: u32,
    pub data: Vec<u32>,
}

impl Received {
    pub(super) fn new(frame: &Frame, time: u16) -> Received {
        let (id, extended) = match frame.id() {
            Id::Standard(id) => (u32::from(id) << 18, 0),
            Id::Extended(id) => (id, IDE | SRR),
        };
        let kind = match frame.kind() {
            Kind::Data => 0,
            Kind::Remote => RTR,
            Kind::Fd { switches_rate, is_passive } => {
                EDL | if switches_rate { BRS } else { 0 } | if is_passive { ESI } else { 0 }
            }
        };
        let status = extended | kind | u32::from(frame.dlc()) << 16 | u32::from(time);
        let words = frame.data().chunks(4).map(|bytes| {
            let mut word = [0; 4];
            word[..bytes.len()].copy_from_slice(bytes);
            u32::from_be_bytes(word)
        });
        Received { status, id, data: words.collect() }
    }
}
