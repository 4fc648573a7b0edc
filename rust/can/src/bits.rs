// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The bits of a frame as they are on the bus (ISO 11898-1:2015, 10.4): fields, stuff bits, checksum.
//!
//! Of Classical CAN all from the start of frame to the checksum is stuffed: after five equal bits comes one of the other
//! kind. Of CAN FD the same up to the data; then come the count of those stuff bits and the checksum, with a fixed stuff bit
//! before the first and after each four bits. The checksum of CAN FD includes the stuff bits before it, but not the fixed ones.

use crate::Crc;
use crate::{Frame, Id, Kind};
use std::ops::Range;

/// The most bits that a frame has: of CAN FD with 29 bits of identifier and 64 bytes.
pub const BITS_MAX: usize = 733;
/// Equal bits before a stuff bit.
const RUN: u32 = 5;
/// End of frame: seven recessive bits.
const END_OF_FRAME: usize = 7;

/// The bits of a frame, and where in it is what.
#[derive(Clone, Debug)]
pub struct Sequence {
    /// The frame.
    frame: Option<Frame>,
    /// True is recessive; the first `count` are its own.
    levels: [bool; BITS_MAX],
    count: usize,
    /// Which of the first 64 are stuff bits; those of the arbitration are among them.
    stuff: u64,
    /// How many belong to start of frame and arbitration.
    arbitration: usize,
    /// Where FDF is, or the reserved bit of Classical CAN in its place.
    fdf: usize,
    /// What has the data bit rate: behind BRS up to the checksum; empty if the rate does not switch.
    data_phase: Range<usize>,
    /// Where the CRC delimiter is.
    delimiter: usize,
    /// The checksum.
    checksum: u32,
}

impl Sequence {
    /// Of no frame yet.
    pub fn empty() -> Sequence {
        Sequence {
            frame: None,
            levels: [true; BITS_MAX],
            count: 0,
            stuff: 0,
            arbitration: 0,
            fdf: 0,
            data_phase: 0..0,
            delimiter: 0,
            checksum: 0,
        }
    }

    /// Becomes the bits of `frame`.
    pub fn encode(&mut self, frame: &Frame) {
        // It comes again if it did not go through.
        if self.frame.replace(*frame) == Some(*frame) {
            return;
        }
        self.count = 0;
        self.stuff = 0;
        let crc = match frame.kind() {
            Kind::Fd { .. } if frame.len() > 16 => Crc::FD_LONG,
            Kind::Fd { .. } => Crc::FD_SHORT,
            Kind::Data | Kind::Remote => Crc::CLASSIC,
        };
        let mut writer =
            Writer { sequence: self, crc, is_fd: frame.kind().is_fd(), last: true, run: 0, stuffed: 0 };
        writer.header(frame);
        for byte in frame.data() {
            writer.field((*byte).into(), 8);
        }
        self.checksum = if writer.is_fd { writer.fd_checksum() } else { writer.classic_checksum() };
        self.delimiter = self.count;
        // CRC delimiter, ACK slot, ACK delimiter, end of frame: all recessive as the sender has them.
        (0..3 + END_OF_FRAME).for_each(|_| self.push(true));
        if !matches!(frame.kind(), Kind::Fd { switches_rate: true, .. }) {
            self.data_phase = 0..0;
        }
    }

    fn push(&mut self, level: bool) {
        if let Some(next) = self.levels.get_mut(self.count) {
            *next = level;
            self.count += 1;
        }
    }

    /// How many bits there are, from start of frame to end of frame.
    pub fn count(&self) -> usize {
        self.count
    }

    /// All bits: of two sequences the lesser one wins the arbitration.
    pub fn levels(&self) -> &[bool] {
        &self.levels[..self.count]
    }

    /// Whether a bit is recessive as the sender has it.
    pub fn level(&self, bit: usize) -> bool {
        self.levels()[bit]
    }

    /// Whether a sender that sends recessive there gives way to one that sends dominant.
    pub fn arbitrates(&self, bit: usize) -> bool {
        bit < self.arbitration && self.stuff >> bit & 1 == 0
    }

    /// Whether it is a stuff bit before RTR: where it is overwritten, its sender is not to blame (12.1.4.2, rule c).
    pub fn is_stuff_before_rtr(&self, bit: usize) -> bool {
        bit + 1 < self.arbitration && self.stuff >> bit & 1 == 1
    }

    /// Where FDF is.
    pub fn fdf(&self) -> usize {
        self.fdf
    }

    /// What has the data bit rate: all of it, the bit before it (BRS) from its sample point on, the bit behind it (CRC delimiter)
    /// up to its sample point.
    pub fn data_phase(&self) -> &Range<usize> {
        &self.data_phase
    }

    /// The checksum: CRC-15, CRC-17 or CRC-21.
    pub fn checksum(&self) -> u32 {
        self.checksum
    }

    /// Where the ACK slot is.
    pub fn acknowledge(&self) -> usize {
        self.delimiter + 1
    }
}

/// The count of stuff bits as CAN FD has it: modulo 8 in Gray code, and even parity.
pub fn count_field(stuff: u32) -> u32 {
    let count = stuff % 8;
    let gray = count ^ (count >> 1);
    (gray << 1) | (gray.count_ones() % 2)
}

/// Writes a sequence.
struct Writer<'a> {
    sequence: &'a mut Sequence,
    crc: Crc,
    is_fd: bool,
    /// The last bit, and how many equal ones there are at the end.
    last: bool,
    run: u32,
    /// How many stuff bits there are.
    stuffed: u32,
}

impl Writer<'_> {
    fn header(&mut self, frame: &Frame) {
        let is_remote = frame.kind() == Kind::Remote;
        self.field(0, 1);
        match frame.id() {
            Id::Standard(id) => {
                self.field(id.into(), 11);
                // RTR, or RRS of CAN FD.
                self.field(is_remote.into(), 1);
                self.sequence.arbitration = self.sequence.count();
                // IDE.
                self.field(0, 1);
            }
            Id::Extended(id) => {
                self.field(id >> 18, 11);
                // SRR and IDE.
                self.field(0b11, 2);
                self.field(id & 0x3_ffff, 18);
                self.field(is_remote.into(), 1);
                self.sequence.arbitration = self.sequence.count();
            }
        }
        self.field(self.is_fd.into(), 1);
        self.sequence.fdf = self.sequence.count() - 1;
        if let Kind::Fd { switches_rate, is_passive } = frame.kind() {
            self.field(u32::from(switches_rate), 2);
            self.sequence.data_phase.start = self.sequence.count();
            self.field(is_passive.into(), 1);
        } else if matches!(frame.id(), Id::Extended(_)) {
            // The other reserved bit of Classical CAN; with 11 bits there is only one.
            self.field(0, 1);
        }
        self.field(frame.dlc().into(), 4);
    }

    /// CRC-15, stuffed.
    fn classic_checksum(&mut self) -> u32 {
        let crc = self.crc;
        self.field(crc.value(), crc.width());
        self.stuff();
        crc.value()
    }

    /// The count of stuff bits, and CRC-17 or CRC-21, with their fixed stuff bits.
    fn fd_checksum(&mut self) -> u32 {
        let counted = count_field(self.stuffed);
        (0..4).rev().for_each(|place| self.crc.add(counted >> place & 1 == 1));
        let (sum, width) = (self.crc.value(), self.crc.width());
        let bits = (0..4).rev().map(|place| counted >> place & 1 == 1);
        for (place, bit) in bits.chain((0..width).rev().map(|place| sum >> place & 1 == 1)).enumerate() {
            if place % 4 == 0 {
                self.push(!self.last);
            }
            self.push(bit);
        }
        self.sequence.data_phase.end = self.sequence.count();
        sum
    }

    /// Adds the lowest `width` bits of `value`, the highest of them first.
    fn field(&mut self, value: u32, width: u32) {
        for place in (0..width).rev() {
            let bit = value >> place & 1 == 1;
            self.stuff();
            self.push(bit);
            self.crc.add(bit);
        }
    }

    /// Adds a stuff bit if it is due.
    fn stuff(&mut self) {
        if self.run == RUN {
            let bit = !self.last;
            self.sequence.stuff |= 1u64.checked_shl(self.sequence.count() as u32).unwrap_or(0);
            self.push(bit);
            self.stuffed += 1;
            if self.is_fd {
                self.crc.add(bit);
            }
        }
    }

    fn push(&mut self, level: bool) {
        self.run = if level == self.last { self.run + 1 } else { 1 };
        self.last = level;
        self.sequence.push(level);
    }
}
