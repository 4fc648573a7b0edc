// SPDX-License-Identifier: GPL-2.0-or-later
//! From descriptors in memory to frames on the wire (RM0090, 33.6.7).

use super::registers::*;
use super::{Eth, SENT, Stop, bus_error, checksum, descriptor, give_back, next};
use device::Context;
use serde::{Deserialize, Serialize};

// TDES0: who has it, interrupt when sent, last and first of a frame, checksums, end of the ring, chained.
const OWN: u32 = 1 << 31;
const IC: u32 = 1 << 30;
const LS: u32 = 1 << 29;
const FS: u32 = 1 << 28;
const TER: u32 = 1 << 21;
const TCH: u32 = 1 << 20;
/// What the controller tells there when a frame was sent: no error.
const STATUS: u32 = 0x0001_ffff;

/// What the FIFO holds: a frame that is longer is not sent.
const FIFO_BYTES: usize = 2048;
/// A frame is not made of more descriptors; a ring that says so is broken.
const PARTS_MAX: usize = FIFO_BYTES;

/// Before a frame, and behind it with the gap: preamble, checksum.
const AROUND_BYTES: usize = 8 + 4 + 12;
const LEAST_BYTES: usize = 60;

/// The last descriptor of the frame that is on the wire: where, its first word, and how long the frame is.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Sending {
    at: u32,
    tdes0: u32,
}

impl Eth {
    /// Sends the next frame, if there is one and the wire is free.
    pub(super) fn transmit(&mut self, cx: &mut Context<'_>) {
        let runs = cx.get(DMAOMR) & START_TX != 0 && cx.get(MACCR) & TE != 0;
        if !runs || self.sending.is_some() {
            return;
        }
        match self.fetch(cx) {
            Ok((frame, last)) => {
                cx.put(DMASR, TPS, false);
                cx.put(DMASR, TPS_READING, true);
                let bytes = (frame.len().max(LEAST_BYTES) + AROUND_BYTES) as u64;
                let byte_ns = if cx.get(MACCR) & FES != 0 { 80 } else { 800 };
                let at_ns = cx.now_ns() + bytes * byte_ns;
                cx.arm(SENT, at_ns);
                self.sending = Some(last);
                if cx.get(MACCR) & LM != 0 {
                    self.arrive(&frame, cx);
                } else {
                    cx.send_frame(&frame);
                }
            }
            Err(Stop::Unavailable) => {
                cx.put(DMASR, TPS, false);
                cx.put(DMASR, TBUS | TPS_SUSPENDED, true);
            }
            Err(Stop::Bus(kind)) => bus_error(START_TX, kind, cx),
        }
    }

    /// The frame has left: its last descriptor comes back.
    pub(super) fn sent(&mut self, cx: &mut Context<'_>) {
        let Some(last) = self.sending.take() else { return };
        if let Err(Stop::Bus(kind)) = give_back(last.at, last.tdes0 & !(OWN | STATUS), EBS_TRANSMIT, cx) {
            return bus_error(START_TX, kind, cx);
        }
        let count = cx.get(MMCTGFCR).wrapping_add(1);
        cx.set(MMCTGFCR, count);
        if last.tdes0 & IC != 0 {
            cx.put(DMASR, TS, true);
        }
        self.transmit(cx);
    }

    /// Takes a whole frame from its descriptors. All but the last come back at once; of a frame whose end the driver still keeps, none.
    fn fetch(&self, cx: &mut Context<'_>) -> Result<(Vec<u8>, Sending), Stop> {
        let (mut frame, mut how, mut done) = (Vec::new(), 0, Vec::new());
        let mut after = cx.get(DMACHTDR);
        for _ in 0..PARTS_MAX {
            let at = after;
            if done.first().is_some_and(|(first, _)| *first == at) {
                break;
            }
            let [tdes0, tdes1, first, second] = words(at, cx)?;
            if tdes0 & OWN == 0 {
                return Err(Stop::Unavailable);
            }
            if tdes0 & FS != 0 {
                (frame, how) = (Vec::new(), tdes0);
            }
            let is_chained = tdes0 & TCH != 0;
            let second_bytes = if is_chained { 0 } else { tdes1 >> 16 & 0x1fff };
            for (address, bytes) in [(first, tdes1 & 0x1fff), (second, second_bytes)] {
                let mut part = vec![0; bytes as usize];
                cx.set(DMACHTBAR, address);
                let read = cx.read_memory(address.into(), &mut part);
                read.map_err(|_| Stop::Bus(EBS_TRANSMIT | EBS_READ))?;
                frame.extend(part);
            }
            after = next(at, is_chained.then_some(second), tdes0 & TER != 0, DMATDLAR, cx);
            if frame.len() > FIFO_BYTES {
                cx.report("a frame to send is longer than the FIFO of 2048 bytes: what is over is left out");
                frame.truncate(FIFO_BYTES);
            }
            if tdes0 & LS != 0 {
                for (at, tdes0) in done {
                    give_back(at, tdes0 & !OWN, EBS_TRANSMIT, cx)?;
                }
                cx.set(DMACHTDR, after);
                let checksums = how >> 22 & 3;
                if checksums != 0 {
                    checksum::insert(&mut frame, checksums > 1);
                }
                return Ok((frame, Sending { at, tdes0 }));
            }
            done.push((at, tdes0));
        }
        cx.report("a frame to send has no last descriptor");
        Err(Stop::Unavailable)
    }
}

fn words(at: u32, cx: &mut Context<'_>) -> Result<[u32; 4], Stop> {
    let mut word = |n| descriptor(at, n, EBS_TRANSMIT, cx);
    Ok([word(0)?, word(1)?, word(2)?, word(3)?])
}
