// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What the registers of a UART come to: how long a bit is, and what a frame is made of.

use crate::Framing;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Femtoseconds in a second.
const FS_PER_SECOND: u64 = 1_000_000_000_000_000;

/// How a UART sends and listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// How long a bit is, in femtoseconds; not 0.
    pub bit_fs: u64,
    /// The bits of a frame.
    pub framing: Framing,
}

impl Settings {
    /// Those of a bit rate; none, if it is 0 or more than 10^15.
    pub const fn of_baud(baud: u64, framing: Framing) -> Option<Settings> {
        Settings::of_clock(1, baud, framing)
    }

    /// Those of a UART that divides a clock of `hz`: a bit is `cycles` of it. None, if there is no clock or no bit.
    pub const fn of_clock(cycles: u64, hz: u64, framing: Framing) -> Option<Settings> {
        if hz == 0 {
            return None;
        }
        let (scaled, hz) = (cycles as u128 * FS_PER_SECOND as u128, hz as u128);
        let bit_fs = (scaled + hz / 2) / hz;
        if bit_fs == 0 || bit_fs > u64::MAX as u128 {
            return None;
        }
        Some(Settings { bit_fs: bit_fs as u64, framing })
    }

    /// Bits per second, rounded.
    pub const fn baud(self) -> u64 {
        (FS_PER_SECOND + self.bit_fs / 2) / self.bit_fs
    }

    /// How long a frame is, in femtoseconds.
    pub const fn frame_fs(self) -> u128 {
        self.framing.frame_bits() as u128 * self.bit_fs as u128
    }

    /// Whether both understand each other at once: frames of the same bits, which last as long but for 2 %. A receiver may be off by
    /// nearly 5 %; the rest is what edges that are not steep, and the receiver's own steps, take of it on a bench.
    pub const fn fits(self, other: Settings) -> bool {
        let (one, other_fs) = (self.bit_fs as u128, other.bit_fs as u128);
        self.framing.same(other.framing) && one.abs_diff(other_fs) * 50 <= other_fs
    }
}

/// `115200 8N1`.
impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.baud(), self.framing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(baud: u64, framing: &str) -> Settings {
        Settings::of_baud(baud, framing.parse().unwrap()).unwrap()
    }

    #[track_caller]
    fn check(one: (u64, &str), other: (u64, &str), expected: bool) {
        let (one, other) = (settings(one.0, one.1), settings(other.0, other.1));
        assert_eq!(one.fits(other), expected, "{one} {other}");
    }

    #[test]
    fn two_of_a_hundred_fit() {
        check((115_200, "8N1"), (115_200, "8N1"), true);
        check((113_000, "8N1"), (115_200, "8N1"), true);
        check((117_400, "8N1"), (115_200, "8N1"), true);
        check((112_800, "8N1"), (115_200, "8N1"), false);
        check((117_700, "8N1"), (115_200, "8N1"), false);
        check((115_200, "8E1"), (115_200, "8N1"), false);
        check((115_200, "8N2"), (115_200, "8N1"), false);
    }

    #[test]
    fn rates() {
        assert_eq!(settings(115_200, "8N1").bit_fs, 8_680_555_556);
        assert_eq!(settings(115_200, "8N1").to_string(), "115200 8N1");
        // 42 MHz / 365, as an STM32 has it.
        let divided = Settings::of_clock(365, 42_000_000, Framing::EIGHT_N_ONE).unwrap();
        assert_eq!((divided.bit_fs, divided.baud()), (8_690_476_190, 115_068));
        assert_eq!(Settings::of_clock(0, 1, Framing::EIGHT_N_ONE), None);
        assert_eq!(Settings::of_clock(1, 0, Framing::EIGHT_N_ONE), None);
        assert_eq!(Settings::of_clock(u64::MAX, 1, Framing::EIGHT_N_ONE), None);
    }
}
