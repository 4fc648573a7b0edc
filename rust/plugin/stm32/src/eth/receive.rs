// SPDX-License-Identifier: GPL-2.0-or-later
//! From frames on the wire to descriptors in memory (RM0090, 33.6.8).

use super::registers::*;
use super::{Eth, Stop, bus_error, descriptor, filter, give_back, next};
use device::Context;

// RDES0: who has it, the frame's length, an error, one of descriptors, first and last of a frame, it has a type.
const OWN: u32 = 1 << 31;
const FL: u32 = 16;
const ES: u32 = 1 << 15;
const DE: u32 = 1 << 14;
const FS: u32 = 1 << 9;
const LS: u32 = 1 << 8;
const FT: u32 = 1 << 5;
// RDES1: no interrupt, end of the ring, chained.
const DIC: u32 = 1 << 31;
const RER: u32 = 1 << 15;
const RCH: u32 = 1 << 14;

const FIFO_BYTES: usize = 2048;
/// From here on it is a type and no length.
const TYPE_LEAST: u16 = 0x600;

impl Eth {
    /// A frame has come.
    pub(super) fn arrive(&mut self, frame: &[u8], cx: &mut Context<'_>) {
        if cx.get(MACCR) & RE == 0 || !filter::passes(frame, cx) {
            return;
        }
        if frame.first().is_some_and(|first| first & 1 == 0) {
            let count = cx.get(MMCRGUFCR).wrapping_add(1);
            cx.set(MMCRGUFCR, count);
        }
        let is_type =
            frame.get(12..14).is_some_and(|kind| u16::from_be_bytes([kind[0], kind[1]]) >= TYPE_LEAST);
        let mut kept = frame.to_vec();
        if !(is_type && cx.get(MACCR) & CSTF != 0) {
            kept.extend(crc32(frame).to_le_bytes());
        }
        let used: usize = self.fifo.iter().map(Vec::len).sum();
        if used + kept.len() > FIFO_BYTES {
            let missed = cx.get(DMAMFBOCR);
            let next = (missed & MFC) + 1;
            cx.set(DMAMFBOCR, missed & !MFC | next & MFC | if next > MFC { OMFC } else { 0 });
        } else {
            self.fifo.push_back(kept);
        }
        self.take_in(cx);
    }

    /// Puts what is in the FIFO where descriptors say.
    pub(super) fn take_in(&mut self, cx: &mut Context<'_>) {
        while cx.get(DMAOMR) & START_RX != 0 {
            cx.put(DMASR, RPS, false);
            cx.put(DMASR, RPS_WAITING, true);
            let Some(frame) = self.fifo.pop_front() else { return };
            match put(&frame, cx) {
                Ok(()) => {}
                Err(Stop::Unavailable) => {
                    self.fifo.push_front(frame);
                    cx.put(DMASR, RPS, false);
                    return cx.put(DMASR, RBUS | RPS_SUSPENDED, true);
                }
                Err(Stop::Bus(kind)) => bus_error(START_RX, kind, cx),
            }
        }
    }
}

/// Puts a frame into as many descriptors as it needs. `Unavailable`: not even one is there.
fn put(frame: &[u8], cx: &mut Context<'_>) -> Result<(), Stop> {
    let (mut left, mut flags) = (frame, FS);
    // More parts than bytes: a ring of empty buffers.
    for _ in 0..FIFO_BYTES {
        let at = cx.get(DMACHRDR);
        let [rdes0, rdes1, first, second] = words(at, cx)?;
        if rdes0 & OWN == 0 {
            return Err(Stop::Unavailable);
        }
        let is_chained = rdes1 & RCH != 0;
        let second_bytes = if is_chained { 0 } else { rdes1 >> 16 & 0x1fff };
        for (address, bytes) in [(first, rdes1 & 0x1fff), (second, second_bytes)] {
            let (part, rest) = left.split_at(left.len().min(bytes as usize));
            if !part.is_empty() {
                cx.set(DMACHRBAR, address);
                cx.write_memory(address.into(), part).map_err(|_| Stop::Bus(0))?;
            }
            left = rest;
        }
        let after = next(at, is_chained.then_some(second), rdes1 & RER != 0, DMARDLAR, cx);
        cx.set(DMACHRDR, after);
        let is_cut = !left.is_empty() && descriptor(after, 0, 0, cx)? & OWN == 0;
        if left.is_empty() || is_cut {
            flags |= LS | if is_cut { ES | DE } else { 0 };
            let kind = frame.get(12..14).map_or(0, |kind| u16::from_be_bytes([kind[0], kind[1]]));
            flags |= if kind >= TYPE_LEAST { FT } else { 0 };
            flags |= (frame.len() as u32) << FL;
        }
        give_back(at, flags, 0, cx)?;
        if flags & LS != 0 {
            cx.put(DMASR, if is_cut { RBUS } else { 0 }, true);
            cx.put(DMASR, if rdes1 & DIC == 0 { RS } else { 0 }, true);
            return Ok(());
        }
        flags = 0;
    }
    cx.report("the buffers of the receive descriptors are empty");
    Err(Stop::Unavailable)
}

fn words(at: u32, cx: &mut Context<'_>) -> Result<[u32; 4], Stop> {
    let mut word = |n| descriptor(at, n, 0, cx);
    Ok([word(0)?, word(1)?, word(2)?, word(3)?])
}

/// The checksum of IEEE 802.3.
pub(super) fn crc32(frame: &[u8]) -> u32 {
    let step = |crc: u32| crc >> 1 ^ if crc & 1 != 0 { 0xedb8_8320 } else { 0 };
    !frame.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc)))
}
