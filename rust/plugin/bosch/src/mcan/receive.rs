// SPDX-License-Identifier: GPL-2.0-or-later
//! Receiving (M_CAN User's Manual 3.2.3, 3.4; RM0440, 44.3.5 and 44.3.6).

use super::filter::{self, Filters, Target};
use super::map::*;
use super::ram::{ANMF, Area, ELEMENT_MAX, control, identifier};
use super::{Mcan, taken};
use can::{Frame, Kind};
use device::Context;

/// Bit of RXFnC, and of RXGFC, that lets a full FIFO forget its oldest frame.
const OVERWRITES: u32 = 1 << 31;
const FIXED_OVERWRITES: [u32; 2] = [1 << 9, 1 << 8];

// HPMS, what became of a message with high priority.
const NO_FIFO: u32 = 0;
const LOST: u32 = 1;
const IN_FIFO: u32 = 2;

impl<const IS_FIXED: bool> Mcan<IS_FIXED> {
    /// A frame is there that began at `time`.
    pub(super) fn receive(&mut self, frame: &Frame, time: u16, cx: &mut Context<'_>) {
        self.tell_kind(frame, cx);
        let areas = Self::areas(cx);
        let filters = Filters {
            gfc: cx.get(GFC),
            xidam: cx.get(Self::MAP.xidam),
            standard: areas.standard.count,
            extended: areas.extended.count,
        };
        let new = if IS_FIXED { [0; 2] } else { [0, 1].map(|half| cx.get_at(NDAT, half)) };
        let element = |is_extended: bool, number: u32| {
            let area = if is_extended { areas.extended } else { areas.standard };
            let mut bytes = [0; 8];
            let there = area.stride as usize;
            self.fetch(area.at + number * area.stride, &mut bytes[..there], cx);
            let [first, second] =
                [0, 4].map(|at| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]));
            [first, second]
        };
        let has_new = |buffer: u32| new[(buffer / 32) as usize] >> (buffer % 32) & 1 != 0;
        let found = filter::find(filters, frame, element, has_new);
        let matched = found.filter.map_or(ANMF, |filter| filter << 24);
        let control = control(frame, time) | matched;
        let mut told = NO_FIFO;
        match found.target {
            Target::Fifo(fifo) => match self.put(fifo, areas.fifos[fifo], frame, control, cx) {
                Some(place) => told = (IN_FIFO + fifo as u32) << 6 | place,
                None => told = LOST << 6,
            },
            Target::Buffer(_) if IS_FIXED => cx.report("FDCAN has no receive buffers: a frame is lost"),
            Target::Buffer(buffer) => {
                self.write_frame(areas.buffers, buffer, frame, control, cx);
                let new = cx.get_at(NDAT, (buffer / 32) as usize);
                cx.set_at(NDAT, (buffer / 32) as usize, new | 1 << (buffer % 32));
                cx.put(IR, Self::MAP.flags.buffer, true);
            }
            Target::Debug => cx.report("M_CAN: a frame is for debugging, which is not modelled: it is lost"),
            Target::Nowhere => {}
        }
        if found.has_priority {
            let list = if matches!(frame.id(), can::Id::Extended(_)) { 1 << 15 } else { 0 };
            let index = found.filter.unwrap_or(0) << 8;
            cx.set(Self::MAP.hpms, told | index | list);
            cx.put(IR, Self::MAP.flags.priority, true);
        }
    }

    /// PSR tells what the last frame of CAN FD was like.
    fn tell_kind(&self, frame: &Frame, cx: &mut Context<'_>) {
        cx.put(PSR, LEC, false);
        if let Kind::Fd { switches_rate, is_passive } = frame.kind() {
            cx.put(PSR, RFDF, true);
            cx.put(PSR, RBRS, switches_rate);
            cx.put(PSR, RESI, is_passive);
            if switches_rate {
                cx.put(PSR, DLEC, false);
            }
        }
    }

    /// Puts a frame into a FIFO: at which place, unless it is lost.
    fn put(
        &mut self,
        fifo: usize,
        area: Area,
        frame: &Frame,
        control: u32,
        cx: &mut Context<'_>,
    ) -> Option<u32> {
        let flags = Self::MAP.flags;
        let overwrites =
            if IS_FIXED { cx.has(GFC, FIXED_OVERWRITES[fifo]) } else { cx.has(RXFC[fifo], OVERWRITES) };
        let ring = &mut self.received[fifo];
        if ring.count >= area.count {
            if !overwrites || area.count == 0 {
                cx.put(IR, flags.lost[fifo], true);
                return None;
            }
            ring.first = (ring.first + 1) % area.count;
            ring.count -= 1;
        }
        let place = (ring.first + ring.count) % area.count;
        ring.count += 1;
        let count = ring.count;
        self.write_frame(area, place, frame, control, cx);
        cx.put(IR, flags.new[fifo], true);
        if count == area.count {
            cx.put(IR, flags.full[fifo], true);
        }
        let watermark = if IS_FIXED { 0 } else { cx.get(RXFC[fifo]) >> 24 & 0x7f };
        if count == watermark {
            cx.put(IR, flags.watermark[fifo], true);
        }
        Some(place)
    }

    /// As much of a frame as an element has room for.
    fn write_frame(&self, area: Area, place: u32, frame: &Frame, control: u32, cx: &mut Context<'_>) {
        let mut bytes = [0; ELEMENT_MAX * 4];
        bytes[..4].copy_from_slice(&identifier(frame).to_le_bytes());
        bytes[4..8].copy_from_slice(&control.to_le_bytes());
        let len = frame.data().len().min(area.stride as usize - 8);
        bytes[8..8 + len].copy_from_slice(&frame.data()[..len]);
        // The RAM is written by words.
        let end = 8 + len.next_multiple_of(4);
        self.store(area.at + place * area.stride, &bytes[..end], cx);
    }

    /// RXFnA was written: the index of the last element that was read.
    pub(super) fn acknowledge(&mut self, offset: u32, cx: &mut Context<'_>) {
        let fifo = usize::from(offset == Self::MAP.rxfa[1]);
        let (index, size) = (cx.get(offset), Self::areas(cx).fifos[fifo].count);
        let ring = &mut self.received[fifo];
        match taken(*ring, index, size) {
            Some(count) => {
                ring.first = (ring.first + count) % size;
                ring.count -= count;
            }
            None => cx.report(format!(
                "RXF{fifo}A acknowledges element {index}, and that FIFO has none there: nothing happens"
            )),
        }
    }

    /// What the status registers of the FIFOs show.
    pub(super) fn show_received(&self, cx: &mut Context<'_>) {
        let areas = Self::areas(cx);
        for (fifo, ring) in self.received.iter().enumerate() {
            let size = areas.fifos[fifo].count;
            let mut shown = ring.count | ring.first << 8;
            shown |= ((ring.first + ring.count) % size.max(1)) << 16;
            shown |= if size > 0 && ring.count == size { FIFO_FULL } else { 0 };
            shown |= if cx.has(IR, Self::MAP.flags.lost[fifo]) { FIFO_LOST } else { 0 };
            cx.set(Self::MAP.rxfs[fifo], shown);
        }
    }
}
