// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The shape of a UART frame, written as people write it: `8N1`.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Whether a frame has a parity bit, and which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Parity {
    /// No parity bit.
    None,
    /// The number of ones, parity bit included, is even.
    Even,
    /// The number of ones, parity bit included, is odd.
    Odd,
}

/// The bits of a UART frame: one start bit, data bits, maybe a parity bit, stop bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Framing {
    data_bits: u8,
    parity: Parity,
    stop_bits: u8,
}

/// Why something is not a framing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FramingError {
    /// It is not three characters.
    #[error(
        "\"{0}\" is no framing: expected data bits (5 to 9), parity (N, E or O) and stop bits (1 or 2), such as \"8N1\""
    )]
    Shape(String),
    /// The data bits are not 5 to 9.
    #[error("a frame has 5 to 9 data bits, not \"{0}\": write them first, such as the 8 of \"8N1\"")]
    DataBits(char),
    /// The parity is none of `N`, `E`, `O`.
    #[error(
        "a parity is N (none), E (even) or O (odd), not \"{0}\": write it second, such as the N of \"8N1\""
    )]
    Parity(char),
    /// The stop bits are not 1 or 2.
    #[error("a frame has 1 or 2 stop bits, not \"{0}\": write them last, such as the 1 of \"8N1\"")]
    StopBits(char),
}

impl Framing {
    /// Eight data bits, no parity, one stop bit: what nearly everyone uses, and the default.
    pub const EIGHT_N_ONE: Framing = Framing { data_bits: 8, parity: Parity::None, stop_bits: 1 };

    /// Data bits, from 5 to 9.
    pub const fn data_bits(self) -> u8 {
        self.data_bits
    }

    /// The parity.
    pub const fn parity(self) -> Parity {
        self.parity
    }

    /// Stop bits, 1 or 2.
    pub const fn stop_bits(self) -> u8 {
        self.stop_bits
    }

    /// How many bit times a whole frame takes, start bit included: from 7 to 13.
    pub const fn frame_bits(self) -> u8 {
        let parity_bits = match self.parity {
            Parity::None => 0,
            Parity::Even | Parity::Odd => 1,
        };
        1 + self.data_bits + parity_bits + self.stop_bits
    }

    /// Such a frame; none, if it has not 5 to 9 data bits, or not 1 or 2 stop bits.
    pub const fn new(data_bits: u8, parity: Parity, stop_bits: u8) -> Option<Framing> {
        if data_bits < 5 || data_bits > 9 || stop_bits < 1 || stop_bits > 2 {
            return None;
        }
        Some(Framing { data_bits, parity, stop_bits })
    }

    /// Whether both are the same, where `==` cannot be used.
    pub(crate) const fn same(self, other: Framing) -> bool {
        self.data_bits == other.data_bits
            && self.parity as u8 == other.parity as u8
            && self.stop_bits == other.stop_bits
    }

    /// The three characters of which [`FromStr`] makes it.
    pub(crate) const fn letters(self) -> [u8; 3] {
        let parity = match self.parity {
            Parity::None => b'N',
            Parity::Even => b'E',
            Parity::Odd => b'O',
        };
        [b'0' + self.data_bits, parity, b'0' + self.stop_bits]
    }

    /// The framing that has these letters.
    pub(crate) fn of_letters(letters: [u8; 3]) -> Result<Framing, FramingError> {
        let [data, parity, stop] = letters.map(char::from);
        Framing::of_chars(data, parity, stop)
    }

    fn of_chars(data: char, parity: char, stop: char) -> Result<Framing, FramingError> {
        let digit = |found: char| found.to_digit(10).unwrap_or(0) as u8;
        let data_bits = match data {
            '5'..='9' => digit(data),
            _ => return Err(FramingError::DataBits(data)),
        };
        let parity = match parity {
            'N' => Parity::None,
            'E' => Parity::Even,
            'O' => Parity::Odd,
            _ => return Err(FramingError::Parity(parity)),
        };
        let stop_bits = match stop {
            '1' | '2' => digit(stop),
            _ => return Err(FramingError::StopBits(stop)),
        };
        Ok(Framing { data_bits, parity, stop_bits })
    }
}

impl Default for Framing {
    fn default() -> Framing {
        Framing::EIGHT_N_ONE
    }
}

impl FromStr for Framing {
    type Err = FramingError;

    fn from_str(text: &str) -> Result<Framing, FramingError> {
        let mut chars = text.chars();
        let (Some(data), Some(parity), Some(stop), None) =
            (chars.next(), chars.next(), chars.next(), chars.next())
        else {
            return Err(FramingError::Shape(text.to_string()));
        };
        Framing::of_chars(data, parity, stop)
    }
}

/// The form that [`FromStr`] reads: `8N1`.
impl fmt::Display for Framing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [data, parity, stop] = self.letters().map(char::from);
        write!(f, "{data}{parity}{stop}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: Result<u8, FramingError>) {
        assert_eq!(text.parse::<Framing>().map(Framing::frame_bits), expected, "{text:?}");
    }

    #[test]
    fn counts_the_bits_of_a_frame() {
        check("8N1", Ok(10));
        check("5N1", Ok(7));
        check("7E1", Ok(10));
        check("8O2", Ok(12));
        check("9E2", Ok(13));
    }

    #[test]
    fn says_what_is_wrong() {
        check("", Err(FramingError::Shape(String::new())));
        check("8N", Err(FramingError::Shape("8N".into())));
        check("8N1 ", Err(FramingError::Shape("8N1 ".into())));
        check("8N1.5", Err(FramingError::Shape("8N1.5".into())));
        check("4N1", Err(FramingError::DataBits('4')));
        check("N81", Err(FramingError::DataBits('N')));
        check("8n1", Err(FramingError::Parity('n')));
        check("8N3", Err(FramingError::StopBits('3')));
    }

    #[test]
    fn reads_back_every_framing_it_prints() {
        for data in '5'..='9' {
            for parity in ['N', 'E', 'O'] {
                for stop in ['1', '2'] {
                    let text = format!("{data}{parity}{stop}");
                    assert_eq!(text.parse::<Framing>().map(|framing| framing.to_string()), Ok(text));
                }
            }
        }
        assert_eq!(Framing::default().to_string(), "8N1");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".{0,5}") {
            let _ = text.parse::<Framing>();
        }
    }
}
