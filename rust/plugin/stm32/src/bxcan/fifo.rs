// SPDX-License-Identifier: GPL-2.0-or-later
//! A receive FIFO of three messages (RM0008, 24.7.3; RM0090, 32.7.3).

use super::Bxcan;
use super::registers::*;
use can::{Frame, Id, Kind};
use device::Context;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

const DEPTH: usize = 3;

/// What is received: the registers RIR, RDTR, RDLR, RDHR.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Message([u32; 4]);

impl Message {
    pub(super) fn new(frame: &Frame, filter: u8, time: u16) -> Message {
        let data: [u32; 2] = [0, 4].map(|first| {
            let bytes = frame.data().iter().skip(first).take(4).enumerate();
            bytes.map(|(place, byte)| u32::from(*byte) << (place * 8)).sum()
        });
        let length = u32::from(frame.dlc()) | u32::from(filter) << 8 | u32::from(time) << 16;
        Message([identifier(frame), length, data[0], data[1]])
    }
}

/// The identifier as the registers have it, with IDE and RTR.
pub(super) fn identifier(frame: &Frame) -> u32 {
    let id = match frame.id() {
        Id::Standard(id) => u32::from(id) << 21,
        Id::Extended(id) => id << 3 | IDE,
    };
    id | if frame.kind() == Kind::Remote { RTR } else { 0 }
}

/// The messages of a FIFO.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Fifo(VecDeque<Message>);

impl<const BANKS: usize> Bxcan<BANKS> {
    pub(super) fn store(&mut self, fifo: usize, message: Message, cx: &mut Context<'_>) {
        let (register, queue) = (RF0R + fifo as u32 * 4, &mut self.fifos[fifo].0);
        if queue.len() == DEPTH {
            cx.put(register, FIFO_OVERRUN, true);
            if cx.has(MCR, RFLM) {
                return;
            }
            queue.pop_back();
        }
        queue.push_back(message);
        if queue.len() == DEPTH {
            cx.put(register, FULL, true);
        }
    }

    /// RFxR was written.
    pub(super) fn release(&mut self, fifo: usize, cx: &mut Context<'_>) {
        let register = RF0R + fifo as u32 * 4;
        if cx.has(register, RELEASE) {
            self.fifos[fifo].0.pop_front();
            cx.put(register, RELEASE, false);
        }
    }

    /// What the registers of the FIFOs show.
    pub(super) fn show_fifos(&self, cx: &mut Context<'_>) {
        for (number, fifo) in self.fifos.iter().enumerate() {
            let register = RF0R + number as u32 * 4;
            let kept = cx.get(register) & (FULL | FIFO_OVERRUN);
            cx.set(register, kept | fifo.0.len() as u32);
            if let Some(Message(words)) = fifo.0.front() {
                for (offset, word) in [RIR, RDTR, RDLR, RDHR].into_iter().zip(words) {
                    cx.set_at(offset, number, *word);
                }
            }
        }
    }
}
