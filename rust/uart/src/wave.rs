// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The levels of a line while something is sent.

use crate::{Framing, Parity, Settings};

/// Some bits on a line, from its start bit on; before and after them it is high.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wave {
    /// How long a bit is, in femtoseconds.
    pub bit_fs: u64,
    /// How many bits there are.
    pub bits: u16,
    /// The levels of the first [`Wave::LEVELS`], the first one lowest; all others are low.
    pub levels: u16,
}

impl Wave {
    /// How many bits have a level of their own.
    pub const LEVELS: u16 = 16;

    /// A byte as a UART sends it: start bit, data bits with the lowest first, parity, stop bits. A ninth data bit is 0.
    pub fn of_byte(byte: u8, settings: Settings) -> Wave {
        let framing = settings.framing;
        let bits = u16::from(framing.frame_bits());
        let data_bits = u32::from(framing.data_bits());
        let data = u16::from(byte) & mask(data_bits);
        let stop_bits = u32::from(framing.stop_bits());
        let parity = parity_bit(data, framing).map_or(0, |bit| u16::from(bit) << (1 + data_bits));
        let stop = mask(stop_bits) << (u32::from(bits) - stop_bits);
        Wave { bit_fs: settings.bit_fs, bits, levels: data << 1 | parity | stop }
    }

    /// A break of so many bit times.
    pub const fn of_break(bits: u16, bit_fs: u64) -> Wave {
        Wave { bit_fs, bits, levels: 0 }
    }

    /// How long it lasts, in femtoseconds.
    pub const fn lasts_fs(self) -> u128 {
        self.bits as u128 * self.bit_fs as u128
    }

    /// The level `after_fs` after its start.
    pub fn level(self, after_fs: u128) -> bool {
        let bit = after_fs / u128::from(self.bit_fs.max(1));
        match u16::try_from(bit) {
            Ok(bit) if bit < self.bits => bit < Wave::LEVELS && self.levels >> bit & 1 != 0,
            _ => true,
        }
    }

    /// With the level of a bit turned round; as it was if it has no such bit among its first [`Wave::LEVELS`].
    #[must_use]
    pub fn with_wrong_bit(self, bit: u64) -> Wave {
        let wrong = if bit < self.bits.min(Wave::LEVELS).into() { 1 << bit } else { 0 };
        Wave { levels: self.levels ^ wrong, ..self }
    }
}

/// The lowest `bits`.
pub(crate) const fn mask(bits: u32) -> u16 {
    ((1u32 << bits) - 1) as u16
}

/// The parity bit that belongs to data.
pub(crate) fn parity_bit(data: u16, framing: Framing) -> Option<bool> {
    let is_odd = data.count_ones() & 1 != 0;
    match framing.parity() {
        Parity::None => None,
        Parity::Even => Some(is_odd),
        Parity::Odd => Some(!is_odd),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The levels of a byte, in the order of time.
    #[track_caller]
    fn check(framing: &str, byte: u8, expected: &str) {
        let settings = Settings { bit_fs: 10, framing: framing.parse().unwrap() };
        let wave = Wave::of_byte(byte, settings);
        let level = |bit: u16| if wave.level(u128::from(bit) * 10 + 9) { '1' } else { '0' };
        let levels: String = (0..wave.bits).map(level).collect();
        assert_eq!(levels, expected, "{framing} {byte:#x}");
        assert!(wave.level(wave.lasts_fs()) && wave.level(u128::MAX));
        assert_eq!(wave.lasts_fs(), settings.frame_fs());
    }

    #[test]
    fn bytes_are_bits() {
        check("8N1", 0x41, "0100000101");
        check("8E1", 0x41, "01000001001");
        check("8O2", 0x41, "010000010111");
        check("7O1", 0xc1, "0100000111");
        check("5N2", 0xff, "01111111");
        check("9E2", 0x01, "0100000000111");
    }

    #[test]
    fn a_break_is_low() {
        let wave = Wave::of_break(20, 10);
        assert!(!wave.level(0) && !wave.level(199) && wave.level(200));
    }

    #[test]
    fn bits_turn_round() {
        let wave = Wave { bit_fs: 1, bits: 10, levels: 0 };
        assert_eq!(wave.with_wrong_bit(3).levels, 8);
        assert_eq!(wave.with_wrong_bit(10), wave);
        assert_eq!(wave.with_wrong_bit(u64::MAX), wave);
    }
}
