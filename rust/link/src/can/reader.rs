// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What a receiver makes of the bits that are on the bus. All who receive see the same, so that one does for all.

use ::can::{Crc, Error, Frame};

/// So many equal bits, and a stuff bit follows.
const RUN: u32 = 5;

/// Reads a frame, bit by bit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader {
    last: bool,
    /// How many equal bits there are at the end.
    run: u32,
    /// How many bits there were without stuff bits, and how many stuff bits.
    plain: u32,
    stuff: u32,
    is_remote: bool,
    is_extended: bool,
    is_fd: bool,
    dlc: u32,
    /// CRC-15 of what is not stuffed; CRC-17 and CRC-21 of all that is on the bus.
    crc: [Crc; 3],
    /// The count of stuff bits that CAN FD has before its checksum; the checksum.
    counted: u32,
    sum: u32,
    field: Field,
}

/// Where in a frame it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    /// In what is stuffed as it comes.
    Stuffed,
    /// In the count of stuff bits and the checksum of CAN FD: so many bits of them were there, with fixed stuff bits.
    Checksum(u32),
    /// Behind that: so many bits were there.
    Tail(u32),
}

/// What a bit is to a receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Read {
    /// Nothing special.
    Bit,
    /// FDF: the frame is of CAN FD.
    Fdf,
    /// Wrong.
    Error(Error),
    /// The last but one: the frame is valid.
    Valid,
    /// A last bit that is dominant.
    Overload,
}

impl Reader {
    /// Before the start of frame.
    pub(super) const NEW: Reader = Reader {
        last: true,
        run: 0,
        plain: 0,
        stuff: 0,
        is_remote: false,
        is_extended: false,
        is_fd: false,
        dlc: 0,
        crc: [Crc::CLASSIC, Crc::FD_SHORT, Crc::FD_LONG],
        counted: 0,
        sum: 0,
        field: Field::Stuffed,
    };

    /// Whether the next bit is the ACK slot, and the frame is right so far.
    pub(super) fn acknowledges(&self) -> bool {
        self.field == Field::Tail(1) && self.is_right()
    }

    /// Takes in the next bit.
    pub(super) fn read(&mut self, level: bool) -> Read {
        let before = std::mem::replace(&mut self.last, level);
        let is_stuff = self.run == RUN;
        self.run = if level == before { self.run + 1 } else { 1 };
        match self.field {
            Field::Stuffed if is_stuff && level == before => Read::Error(Error::Stuff),
            Field::Stuffed => self.read_stuffed(level, is_stuff),
            Field::Checksum(bit) => {
                self.field =
                    if bit + 1 == self.checksum_bits() { Field::Tail(0) } else { Field::Checksum(bit + 1) };
                match bit {
                    _ if bit % 5 == 0 && level == before => return Read::Error(Error::Form),
                    _ if bit % 5 == 0 => {}
                    1..=4 => {
                        self.counted = self.counted << 1 | u32::from(level);
                        self.crc.iter_mut().for_each(|crc| crc.add(level));
                    }
                    _ => self.sum = self.sum << 1 | u32::from(level),
                }
                Read::Bit
            }
            Field::Tail(bit) => {
                self.field = Field::Tail(bit + 1);
                match (bit, level) {
                    // The ACK slot.
                    (1, _) => Read::Bit,
                    (9, false) => Read::Overload,
                    (_, false) => Read::Error(Error::Form),
                    (2, true) if !self.is_right() => Read::Error(Error::Crc),
                    (8, true) => Read::Valid,
                    _ => Read::Bit,
                }
            }
        }
    }

    fn read_stuffed(&mut self, level: bool, is_stuff: bool) -> Read {
        let place = self.plain;
        let is_data = self.data_end().is_none_or(|end| place < end);
        let [classic, short, long] = &mut self.crc;
        short.add(level);
        long.add(level);
        let mut read = Read::Bit;
        if is_stuff {
            self.stuff += 1;
        } else {
            self.plain += 1;
            if is_data {
                classic.add(level);
            } else {
                self.sum = self.sum << 1 | u32::from(level);
            }
            if self.read_header(place, level) {
                read = Read::Fdf;
            }
        }
        match self.data_end() {
            Some(end) if self.is_fd && self.plain == end => self.field = Field::Checksum(0),
            // Behind the last bit of CRC-15 there may be a stuff bit, too.
            Some(end) if !self.is_fd && self.plain == end + 15 && self.run < RUN => {
                self.field = Field::Tail(0)
            }
            _ => {}
        }
        read
    }

    /// Takes in a bit up to DLC; true if it is FDF of CAN FD.
    fn read_header(&mut self, place: u32, level: bool) -> bool {
        let fdf = if self.is_extended { 33 } else { 14 };
        match place {
            12 => self.is_remote = level,
            13 => self.is_extended = level,
            32 if self.is_extended => self.is_remote = level,
            _ if place == fdf => self.is_fd = level,
            _ if (self.dlc_at()..self.dlc_at() + 4).contains(&place) => {
                self.dlc = self.dlc << 1 | u32::from(level)
            }
            _ => {}
        }
        place == fdf && level
    }

    /// Where DLC begins, once FDF was there.
    fn dlc_at(&self) -> u32 {
        match (self.is_extended, self.is_fd) {
            (false, false) => 15,
            (false, true) => 18,
            (true, false) => 35,
            (true, true) => 37,
        }
    }

    fn data_len(&self) -> usize {
        Frame::len_of_dlc(self.dlc as u8, self.is_fd)
    }

    /// How many bits there are up to the checksum; none before it is known.
    fn data_end(&self) -> Option<u32> {
        let data = if self.is_remote && !self.is_fd { 0 } else { 8 * self.data_len() as u32 };
        let behind = self.dlc_at() + 4;
        (self.plain >= behind).then_some(behind + data)
    }

    /// Of CAN FD, with the count of stuff bits and fixed stuff bits.
    fn checksum_bits(&self) -> u32 {
        if self.data_len() > 16 { 4 + 21 + 7 } else { 4 + 17 + 6 }
    }

    fn is_right(&self) -> bool {
        let [classic, short, long] = &self.crc;
        if !self.is_fd {
            return self.sum == classic.value();
        }
        let crc = if self.data_len() > 16 { long } else { short };
        self.counted == ::can::count_field(self.stuff) && self.sum == crc.value()
    }
}
