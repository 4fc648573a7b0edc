// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Frames to bits and back, as a list of bits.

use ::can::{Error, Frame, Id, Kind};

fn number(bits: &[bool]) -> u32 {
    bits.iter().fold(0, |value, bit| value << 1 | u32::from(*bit))
}

fn bits(value: u32, width: u32) -> Vec<bool> {
    (0..width).rev().map(|place| value >> place & 1 == 1).collect()
}

/// The checksum of a message: what is left when it is divided, bit by bit, by the polynomial.
fn checksum(message: &[bool], width: u32, polynomial: u32, first: u32) -> Vec<bool> {
    let rest = message.iter().fold(first, |rest, bit| {
        let shifted = (rest << 1) & ((1 << width) - 1);
        if (rest >> (width - 1) & 1 == 1) == *bit { shifted } else { shifted ^ polynomial }
    });
    bits(rest, width)
}

fn fd_checksum(message: &[bool], len: usize) -> Vec<bool> {
    if len > 16 {
        checksum(message, 21, 0x10_2899, 1 << 20)
    } else {
        checksum(message, 17, 0x1_685b, 1 << 16)
    }
}

/// The stuff bits counted, as the frame has it: Gray code and parity.
fn counted(stuff: usize) -> Vec<bool> {
    let code = [0b0000, 0b0011, 0b0110, 0b0101, 0b1100, 0b1111, 0b1010, 0b1001];
    bits(code[stuff % 8], 4)
}

/// With stuff bits between them, and how many those are; `at_end` also behind the last bit.
fn stuffed(plain: &[bool], at_end: bool) -> (Vec<bool>, usize) {
    let (mut out, mut count) = (Vec::new(), 0);
    for (place, bit) in plain.iter().enumerate() {
        out.push(*bit);
        let five = out.len() >= 5 && out[out.len() - 5..].iter().all(|before| before == bit);
        if five && (at_end || place + 1 < plain.len()) {
            out.push(!bit);
            count += 1;
        }
    }
    (out, count)
}

/// The bits of a frame, and in which of them who sends recessive gives way.
pub(super) fn encode(frame: &Frame) -> Vec<(bool, bool)> {
    let is_remote = frame.kind() == Kind::Remote;
    let mut arbitration = vec![false];
    let mut control = Vec::new();
    match frame.id() {
        Id::Standard(id) => {
            arbitration.extend(bits(id.into(), 11));
            arbitration.push(is_remote);
            control.push(false);
        }
        Id::Extended(id) => {
            arbitration.extend(bits(id >> 18, 11));
            arbitration.extend([true, true]);
            arbitration.extend(bits(id, 18));
            arbitration.push(is_remote);
        }
    }
    match frame.kind() {
        Kind::Fd { switches_rate, is_passive } => control.extend([true, false, switches_rate, is_passive]),
        _ if control.is_empty() => control.extend([false, false]),
        _ => control.push(false),
    }
    control.extend(bits(frame.dlc().into(), 4));
    let data = frame.data().iter().flat_map(|byte| bits((*byte).into(), 8));
    let plain: Vec<bool> = arbitration.iter().copied().chain(control).chain(data).collect();
    let mut line;
    if frame.kind().is_fd() {
        let stuff;
        (line, stuff) = stuffed(&plain, false);
        let count = counted(stuff);
        let sum = fd_checksum(&[line.clone(), count.clone()].concat(), frame.len());
        for four in [count, sum].concat().chunks(4) {
            line.push(!line[line.len() - 1]);
            line.extend(four);
        }
    } else {
        let sum = checksum(&plain, 15, 0x4599, 0);
        line = stuffed(&[plain, sum].concat(), true).0;
    }
    line.extend([true; 10]);
    let mut given = gives_way(&line, arbitration.len());
    given.resize(line.len(), false);
    line.into_iter().zip(given).collect()
}

/// Of the first `plain` bits that are no stuff bits: true; of stuff bits: false.
fn gives_way(line: &[bool], plain: usize) -> Vec<bool> {
    let (mut out, mut run, mut left) = (Vec::new(), 0, plain);
    for (place, bit) in line.iter().enumerate() {
        let is_stuff = run == 5;
        run = if place > 0 && line[place - 1] == *bit { run + 1 } else { 1 };
        if left == 0 {
            break;
        }
        left -= usize::from(!is_stuff);
        out.push(!is_stuff);
    }
    out
}

/// What a decoder makes of a bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Read {
    Nothing,
    Error(Error),
    Valid(Frame),
    Over,
    Overload,
}

/// Reads a frame bit by bit.
#[derive(Clone, Debug, Default)]
pub(super) struct Decoder {
    line: Vec<bool>,
    plain: Vec<bool>,
    run: usize,
    stuff: usize,
    /// The count of stuff bits and checksum of CAN FD, without fixed stuff bits, and how many bits there were.
    sum: Vec<bool>,
    sum_bits: usize,
    /// What is behind the checksum.
    tail: usize,
}

impl Decoder {
    fn is_fd(&self) -> bool {
        self.plain.len() > 33 && self.plain[13] && self.plain[33]
            || self.plain.len() > 14 && !self.plain[13] && self.plain[14]
    }

    /// Where DLC begins.
    fn dlc_at(&self) -> Option<usize> {
        match (self.plain.len() > 13).then(|| self.plain[13])? {
            false => (self.plain.len() > 14).then(|| if self.plain[14] { 18 } else { 15 }),
            true => (self.plain.len() > 33).then(|| if self.plain[33] { 37 } else { 35 }),
        }
    }

    fn is_remote(&self) -> bool {
        !self.is_fd() && if self.plain[13] { self.plain[32] } else { self.plain[12] }
    }

    fn len(&self) -> Option<usize> {
        let at = self.dlc_at().filter(|at| self.plain.len() >= at + 4)?;
        Some(Frame::len_of_dlc(number(&self.plain[at..at + 4]) as u8, self.is_fd()))
    }

    /// How many bits there are up to the checksum.
    fn plain_len(&self) -> Option<usize> {
        let len = self.len()?;
        let data = if self.is_remote() { 0 } else { 8 * len };
        Some(self.dlc_at()? + 4 + data)
    }

    fn is_stuffed_part_over(&self) -> bool {
        match self.plain_len() {
            Some(len) if self.is_fd() => self.plain.len() == len,
            Some(len) => self.plain.len() == len + 15 && self.run < 5,
            None => false,
        }
    }

    fn is_right(&self) -> bool {
        let Some(len) = self.len() else { return false };
        if self.is_fd() {
            let message = [self.line.clone(), self.sum[..4].to_vec()].concat();
            return self.sum[..4] == counted(self.stuff) && self.sum[4..] == fd_checksum(&message, len);
        }
        let (plain, sum) = self.plain.split_at(self.plain.len() - 15);
        checksum(plain, 15, 0x4599, 0) == sum
    }

    fn frame(&self) -> Option<Frame> {
        let (at, len) = (self.dlc_at()?, self.len()?);
        let id = match self.plain[13] {
            false => Id::Standard(number(&self.plain[1..12]) as u16),
            true => Id::Extended(number(&self.plain[1..12]) << 18 | number(&self.plain[14..32])),
        };
        let kind = match (self.is_fd(), self.is_remote()) {
            (true, _) => Kind::Fd { switches_rate: self.plain[at - 2], is_passive: self.plain[at - 1] },
            (_, true) => Kind::Remote,
            _ => Kind::Data,
        };
        let mut data = [0; ::can::LEN_MAX];
        if kind != Kind::Remote {
            let bytes = self.plain[at + 4..][..8 * len].chunks(8);
            data.iter_mut().zip(bytes).for_each(|(byte, bits)| *byte = number(bits) as u8);
        }
        Frame::new(id, kind, &data[..len]).ok()
    }

    /// Whether it drives the next bit dominant.
    pub(super) fn acknowledges(&self) -> bool {
        self.tail == 1 && self.is_right()
    }

    /// Takes one more bit in.
    pub(super) fn push(&mut self, level: bool) -> Read {
        if self.tail > 0 {
            return self.push_tail(level);
        }
        let last = self.line.last().is_none_or(|last| *last);
        if !self.is_stuffed_part_over() {
            let is_stuff = self.run == 5;
            self.run = if level == last && !self.line.is_empty() { self.run + 1 } else { 1 };
            self.line.push(level);
            if !is_stuff {
                self.plain.push(level);
            } else if self.run > 5 {
                return Read::Error(Error::Stuff);
            } else {
                self.stuff += 1;
            }
            return Read::Nothing;
        }
        let sum_bits = match self.len() {
            _ if !self.is_fd() => 0,
            Some(17..) => 25 + 7,
            _ => 21 + 6,
        };
        if self.sum_bits == sum_bits {
            return self.push_tail(level);
        }
        if !self.sum_bits.is_multiple_of(5) {
            self.sum.push(level);
        } else if level == self.sum.last().copied().unwrap_or(last) {
            return Read::Error(Error::Form);
        }
        self.sum_bits += 1;
        Read::Nothing
    }

    /// CRC delimiter, ACK slot, ACK delimiter, end of frame.
    fn push_tail(&mut self, level: bool) -> Read {
        let acknowledges = self.acknowledges();
        self.tail += 1;
        match (self.tail, level) {
            (2, true) if acknowledges => Read::Error(Error::BitDominant),
            (2, _) => Read::Nothing,
            (10, false) => Read::Overload,
            (10, true) => Read::Over,
            (_, false) => Read::Error(Error::Form),
            (3, _) if !self.is_right() => Read::Error(Error::Crc),
            (9, _) => self.frame().map_or(Read::Error(Error::Form), Read::Valid),
            _ => Read::Nothing,
        }
    }
}
