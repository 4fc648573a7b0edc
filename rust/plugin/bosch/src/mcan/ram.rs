// SPDX-License-Identifier: GPL-2.0-or-later
//! The message RAM: how it is divided, and what its elements look like (M_CAN User's Manual 3.2.3, 2.4; RM0440, 44.3.3).

use super::map::*;
use can::{Frame, Id, Kind};
use device::Context;

/// Of the fixed layout: bytes of one controller's part, and where in it is what (RM0440, figure 673).
const FIXED_BYTES: u64 = 0x350;
const FIXED_STANDARD: (u32, u32) = (0x000, 28);
const FIXED_EXTENDED: (u32, u32) = (0x070, 8);
const FIXED_FIFOS: [u32; 2] = [0x0b0, 0x188];
const FIXED_EVENTS: u32 = 0x260;
const FIXED_SENT: u32 = 0x278;
const FIXED_DEPTH: u32 = 3;
/// Words of an element: two, and the data.
pub(super) const ELEMENT_MAX: usize = 18;
/// What is sent beyond the end of an element.
const PADDING: u8 = 0xcc;

// The first word of a frame.
const XTD: u32 = 1 << 30;
const RTR: u32 = 1 << 29;
const ESI: u32 = 1 << 31;
// The second one.
const BRS: u32 = 1 << 20;
const FDF: u32 = 1 << 21;
pub(super) const EFC: u32 = 1 << 23;
pub(super) const ANMF: u32 = 1 << 31;

/// Elements of one kind: where the first one is, how many there are, and bytes of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Area {
    pub at: u32,
    pub count: u32,
    pub stride: u32,
}

/// How the RAM is divided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Areas {
    pub standard: Area,
    pub extended: Area,
    pub fifos: [Area; 2],
    pub buffers: Area,
    pub events: Area,
    pub sent: Area,
    /// How many of `sent` come first, and belong to no FIFO.
    pub dedicated: u32,
}

impl Areas {
    pub(super) fn of_fixed(cx: &mut Context<'_>) -> Areas {
        let gfc = cx.get(GFC);
        let area = |at, count, stride| Area { at, count, stride };
        let frames = |at| area(at, FIXED_DEPTH, ELEMENT_MAX as u32 * 4);
        Areas {
            standard: area(FIXED_STANDARD.0, (gfc >> 16 & 0x1f).min(FIXED_STANDARD.1), 4),
            extended: area(FIXED_EXTENDED.0, (gfc >> 24 & 0xf).min(FIXED_EXTENDED.1), 8),
            fifos: FIXED_FIFOS.map(frames),
            buffers: Area::default(),
            events: area(FIXED_EVENTS, FIXED_DEPTH, 8),
            sent: frames(FIXED_SENT),
            dedicated: 0,
        }
    }

    pub(super) fn of_full(cx: &mut Context<'_>) -> Areas {
        let area = |word: u32, count: u32, stride| Area { at: word & 0xfffc, count, stride };
        let (sidfc, xidfc) = (cx.get(SIDFC), cx.get(XIDFC));
        let (rxesc, txbc, txefc) = (cx.get(RXESC), cx.get(TXBC), cx.get(TXEFC));
        let fifos = [0, 1].map(|n| {
            let rxfc = cx.get(RXFC[n]);
            area(rxfc, (rxfc >> 16 & 0x7f).min(64), element_bytes(rxesc >> (n * 4)))
        });
        let dedicated = (txbc >> 16 & 0x3f).min(32);
        let queue = (txbc >> 24 & 0x3f).min(32 - dedicated);
        Areas {
            standard: area(sidfc, (sidfc >> 16 & 0xff).min(128), 4),
            extended: area(xidfc, (xidfc >> 16 & 0x7f).min(64), 8),
            fifos,
            buffers: area(cx.get(RXBC), 64, element_bytes(rxesc >> 8)),
            events: area(txefc, (txefc >> 16 & 0x3f).min(32), 8),
            sent: area(txbc, dedicated + queue, element_bytes(cx.get(TXESC))),
            dedicated,
        }
    }
}

/// Bytes of an element whose data field has a size of RXESC or TXESC.
fn element_bytes(size: u32) -> u32 {
    8 + [8, 12, 16, 20, 24, 32, 48, 64][size as usize & 7]
}

/// Where the RAM of a controller begins: in the fixed layout those of several lie side by side.
pub(super) fn base(is_fixed: bool, cx: &Context<'_>) -> u64 {
    if is_fixed { cx.property(RAM) + cx.property(PLACE) * FIXED_BYTES } else { cx.property(RAM) }
}

/// The properties, by their places.
pub(super) const RAM: usize = 0;
pub(super) const PLACE: usize = 1;
pub(super) const DIVIDER: usize = 2;

/// An element that is sent: its first two words, and the frame.
pub(super) fn sent_frame(bytes: &[u8], cccr: u32, is_passive: bool) -> (u32, Frame) {
    let words = [0, 4].map(|at| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]));
    let is_fd = words[1] & FDF != 0 && cccr & FDOE != 0;
    let kind = match (is_fd, words[0] & RTR != 0) {
        (true, _) => Kind::Fd {
            switches_rate: words[1] & BRS != 0 && cccr & BRSE != 0,
            is_passive: words[0] & ESI != 0 || is_passive,
        },
        (false, true) => Kind::Remote,
        (false, false) => Kind::Data,
    };
    let id = match words[0] & XTD != 0 {
        true => Id::Extended(words[0] & Id::EXTENDED_MAX),
        false => Id::Standard((words[0] >> 18 & Id::STANDARD_MAX) as u16),
    };
    let len = Frame::len_of_dlc((words[1] >> 16 & 0xf) as u8, is_fd);
    let mut data = [PADDING; can::LEN_MAX];
    let there = len.min(bytes.len() - 8);
    data[..there].copy_from_slice(&bytes[8..8 + there]);
    let frame = Frame::new(id, kind, &data[..len]).unwrap_or_else(|error| unreachable!("{error}"));
    (words[1], frame)
}

/// The first word of an element with this frame.
pub(super) fn identifier(frame: &Frame) -> u32 {
    let id = match frame.id() {
        Id::Standard(id) => u32::from(id) << 18,
        Id::Extended(id) => id | XTD,
    };
    match frame.kind() {
        Kind::Data => id,
        Kind::Remote => id | RTR,
        Kind::Fd { is_passive, .. } => id | if is_passive { ESI } else { 0 },
    }
}

/// What the second word of each element says of the frame, and when it began.
pub(super) fn control(frame: &Frame, time: u16) -> u32 {
    let kind = match frame.kind() {
        Kind::Data | Kind::Remote => 0,
        Kind::Fd { switches_rate, .. } => FDF | if switches_rate { BRS } else { 0 },
    };
    kind | u32::from(frame.dlc()) << 16 | u32::from(time)
}
