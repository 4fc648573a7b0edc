// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A frame on the wire: its place in an arbitration, and how many bits it has, stuff bits with them (ISO 11898-1:2015, 10.4 and 10.5).

use crate::{Frame, Id, Kind, Sequence};

/// The bits of a frame, from its start to the end of its end-of-frame field; the intermission is not part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Length {
    /// Those with the bit rate of arbitration, the bit that switches the rate (BRS) with them.
    pub arbitration_bits: u32,
    /// Those with the bit rate of the data phase, from ESI to the delimiter of the checksum; 0, unless the frame switches.
    pub data_bits: u32,
}

impl Frame {
    /// The bits that arbitrate: of two frames the one with the lesser number goes first.
    pub const fn rank(&self) -> u32 {
        let is_remote = matches!(self.kind(), Kind::Remote) as u32;
        match self.id() {
            // RTR, then IDE, which is dominant.
            Id::Standard(id) => (id as u32) << 21 | is_remote << 20,
            // SRR and IDE are recessive.
            Id::Extended(id) => id >> 18 << 21 | 3 << 19 | (id & 0x3_ffff) << 1 | is_remote,
        }
    }

    /// The checksum of a frame of Classical CAN, 15 bits.
    pub fn crc_15(&self) -> u16 {
        self.bits().checksum() as u16
    }

    /// How many bits it has on the wire.
    pub fn wire_length(&self) -> Length {
        let bits = self.bits();
        let data_bits = match bits.data_phase().len() {
            0 => 0,
            // The delimiter of the checksum has its bit rate, too.
            len => len + 1,
        };
        // A frame has less than 1000 of both.
        Length { arbitration_bits: (bits.count() - data_bits) as u32, data_bits: data_bits as u32 }
    }

    fn bits(&self) -> Sequence {
        let mut bits = Sequence::empty();
        bits.encode(self);
        bits
    }
}

impl Length {
    /// How long it lasts, rounded up to a nanosecond; a rate of 0 counts as the other one.
    pub fn span_ns(self, bitrate_bps: u32, data_bitrate_bps: u32) -> u64 {
        let rate = u64::from(bitrate_bps.max(1));
        let data_rate = if data_bitrate_bps == 0 { rate } else { data_bitrate_bps.into() };
        let cycles = u64::from(self.arbitration_bits) * data_rate + u64::from(self.data_bits) * rate;
        let span_ns = (u128::from(cycles) * 1_000_000_000).div_ceil(u128::from(rate) * u128::from(data_rate));
        u64::try_from(span_ns).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(id: Id, kind: Kind, data: &[u8], arbitration_bits: u32, data_bits: u32) {
        let frame = Frame::new(id, kind, data).unwrap();
        assert_eq!(frame.wire_length(), Length { arbitration_bits, data_bits }, "{frame}");
    }

    /// Without stuffing a frame has 44 bits and its data, or 64 with 29 bits of identifier.
    #[test]
    fn classical_frames() {
        // Zeros only, and so is the checksum: 34 bits, of which each fifth is followed by a one.
        check(Id::Standard(0), Kind::Data, &[], 44 + 34 / 5, 0);
        check(Id::Standard(0x555), Kind::Data, &[0x55; 8], 44 + 64 + 1, 0);
        check(Id::Standard(0x7ff), Kind::Data, &[0xff; 8], 44 + 64 + 15, 0);
        check(Id::Standard(0x123), Kind::Data, &[1, 2, 3], 44 + 24 + 4, 0);
        check(Id::Extended(0x1555_5555), Kind::Remote, &[0; 2], 64 + 1, 0);
    }

    #[test]
    fn ranks_are_in_the_order_of_arbitration() {
        let frame = |id, kind| Frame::new(id, kind, &[]).unwrap().rank();
        let ranks = [
            frame(Id::Standard(0x100), Kind::Data),
            frame(Id::Standard(0x100), Kind::Remote),
            frame(Id::Extended(0x100 << 18), Kind::Data),
            frame(Id::Extended(0x100 << 18), Kind::Remote),
            frame(Id::Extended(0x100 << 18 | 1), Kind::Data),
            frame(Id::Standard(0x101), Kind::Data),
        ];
        assert!(ranks.windows(2).all(|two| two[0] < two[1]), "{ranks:x?}");
    }

    #[test]
    fn fd_frames() {
        let fd = |switches_rate| Kind::Fd { switches_rate, is_passive: false };
        // SOF, 11 bits, RRS, IDE, FDF, res, BRS; ESI, DLC, data, 21 and 6 bits, delimiter.
        check(Id::Standard(0x555), fd(true), &[0x55; 8], 17 + 9, 1 + 4 + 64 + 27 + 1);
        check(Id::Standard(0x555), fd(false), &[0x55; 8], 17 + 9 + 1 + 4 + 64 + 27 + 1, 0);
        check(Id::Standard(0x555), fd(true), &[0x55; 64], 17 + 9, 1 + 4 + 512 + 32 + 1);
        check(Id::Extended(0x1555_5555), fd(true), &[0x55; 8], 36 + 9, 1 + 4 + 64 + 27 + 1);
    }

    #[test]
    fn checksums() {
        let crc = |id, data: &[u8]| Frame::new(Id::Standard(id), Kind::Data, data).unwrap().crc_15();
        assert_eq!((crc(0, &[]), crc(0x123, &[1, 2, 3])), (0, 0x1cb9));
    }

    #[test]
    fn spans_are_rounded_up() {
        let length = Length { arbitration_bits: 26, data_bits: 97 };
        assert_eq!(length.span_ns(500_000, 2_000_000), 26 * 2_000 + 97 * 500);
        // 3 333.33 ns a bit.
        assert_eq!(Length { arbitration_bits: 7, data_bits: 0 }.span_ns(300_000, 0), 23_334);
    }
}
