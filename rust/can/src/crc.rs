// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The three checksums of CAN (ISO 11898-1:2015, 10.4.2.6), bit by bit.

/// A checksum as it grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crc {
    width: u32,
    polynomial: u32,
    rest: u32,
}

impl Crc {
    /// Of Classical CAN: x^15 + x^14 + x^10 + x^8 + x^7 + x^4 + x^3 + 1, from 0.
    pub const CLASSIC: Crc = Crc { width: 15, polynomial: 0x4599, rest: 0 };
    /// Of CAN FD with up to 16 bytes: x^17 + x^16 + x^14 + x^13 + x^11 + x^6 + x^4 + x^3 + x + 1, from 1 and 16 zeros.
    pub const FD_SHORT: Crc = Crc { width: 17, polynomial: 0x1_685b, rest: 1 << 16 };
    /// Of CAN FD with more: x^21 + x^20 + x^13 + x^11 + x^7 + x^4 + x^3 + 1, from 1 and 20 zeros.
    pub const FD_LONG: Crc = Crc { width: 21, polynomial: 0x10_2899, rest: 1 << 20 };

    /// Takes one more bit in.
    pub fn add(&mut self, bit: bool) {
        let top = (self.rest >> (self.width - 1)) & 1 == 1;
        self.rest = (self.rest << 1) & ((1 << self.width) - 1);
        if top != bit {
            self.rest ^= self.polynomial;
        }
    }

    /// How many bits it has.
    pub const fn width(self) -> u32 {
        self.width
    }

    /// What it is so far.
    pub const fn value(self) -> u32 {
        self.rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(mut crc: Crc, bytes: &[u8], expected: u32) {
        for byte in bytes {
            (0..8).rev().for_each(|place| crc.add(byte >> place & 1 == 1));
        }
        assert_eq!(crc.value(), expected, "got 0x{:x}", crc.value());
    }

    /// The check values of the RevEng catalogue for CRC-15/CAN, CRC-17/CAN-FD and CRC-21/CAN-FD, which begin from 0.
    #[test]
    fn the_checksums_are_those_of_the_standard() {
        check(Crc::CLASSIC, b"123456789", 0x059e);
        check(Crc { rest: 0, ..Crc::FD_SHORT }, b"123456789", 0x0_4f03);
        check(Crc { rest: 0, ..Crc::FD_LONG }, b"123456789", 0x0e_d841);
    }

    /// The terms as the standard writes them.
    #[test]
    fn the_polynomials_are_spelt_right() {
        let of = |terms: &[u32]| terms.iter().map(|term| 1u32 << term).sum::<u32>();
        assert_eq!(Crc::CLASSIC.polynomial, of(&[14, 10, 8, 7, 4, 3, 0]));
        assert_eq!(Crc::FD_SHORT.polynomial, of(&[16, 14, 13, 11, 6, 4, 3, 1, 0]));
        assert_eq!(Crc::FD_LONG.polynomial, of(&[20, 13, 11, 7, 4, 3, 0]));
    }
}
