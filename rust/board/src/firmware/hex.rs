// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Intel HEX: lines of `:LLAAAATT`, data and a checksum (Hexadecimal Object File Format Specification, Revision A, 1988).
//!
//! **Invariant:** no byte of the file is ignored but the ends of lines and empty lines, and no address has two bytes.

use super::{Image, Segment};
use std::borrow::Cow;

/// What is wrong in a HEX file, and in which line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {wrong}")]
pub struct HexError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub wrong: Wrong,
}

/// What can be wrong in a line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// It starts with something else.
    #[error("found {found}, expected \":\", with which each record starts")]
    NoColon {
        /// The byte that it starts with, for people.
        found: String,
    },
    /// A character is no hexadecimal digit.
    #[error("column {column}: found {found}, expected a hexadecimal digit")]
    NoDigit {
        /// The column, from 1.
        column: usize,
        /// The byte, for people.
        found: String,
    },
    /// It has fewer or more digits than it says.
    #[error("found {found} digits after \":\", expected {expected}: is the line cut off?")]
    Length {
        /// How many it has.
        found: usize,
        /// How many it should have.
        expected: usize,
    },
    /// It was changed.
    #[error("found the checksum {found:02X}, expected {expected:02X}: the file was damaged")]
    Checksum {
        /// What the line has.
        found: u8,
        /// What its other bytes add up to.
        expected: u8,
    },
    /// A record of a type that has no meaning.
    #[error("found a record of type {0:02X}, expected 00 to 05")]
    Kind(u8),
    /// A record has another amount of data than its type has.
    #[error("found {found} bytes in a record of type {kind:02X}, expected {expected}")]
    Size {
        /// Its type.
        kind: u8,
        /// How much it has.
        found: usize,
        /// How much it should have.
        expected: usize,
    },
    /// Data goes on where addresses start anew, and tools do not agree where that is.
    #[error("the data ends at {end:#x}, expected at most {limit:#x}, where the addresses end")]
    PastEnd {
        /// The address after the last byte.
        end: u64,
        /// The highest that this could be.
        limit: u64,
    },
    /// An address has a byte already.
    #[error("found bytes for {at:#x}, which line {other} has already: expected each address once")]
    Overlap {
        /// The first such address.
        at: u64,
        /// Where it was before.
        other: usize,
    },
    /// A second start.
    #[error("found a second start of the program, expected one: the other is in line {0}")]
    SecondStart(usize),
    /// There is more after the end.
    #[error("found a record after the end of the file, which line {0} says; expected nothing")]
    AfterEnd(usize),
    /// The last line is not the end.
    #[error("found the end of the file, expected the record that says so, :00000001FF: the file is cut off")]
    NoEnd,
}

/// Reads a HEX file.
pub(super) fn read(data: &[u8]) -> Result<Image<'static>, HexError> {
    let mut reader = Reader::default();
    let mut last = 1;
    for (number, text) in data.split(|byte| *byte == b'\n').enumerate() {
        let text = text.trim_ascii_end();
        if text.is_empty() {
            continue;
        }
        last = number + 1;
        reader.line(last, text).map_err(|wrong| HexError { line: last, wrong })?;
    }
    if reader.end.is_none() {
        return Err(HexError { line: last, wrong: Wrong::NoEnd });
    }
    let start = reader.start.map(|(_, start)| start);
    Ok(Image { start, segments: join(reader.pieces)? })
}

/// The data of one record.
struct Piece {
    at: u64,
    line: usize,
    bytes: Vec<u8>,
}

#[derive(Default)]
struct Reader {
    /// What is added to the address of a record.
    base: u64,
    /// Addresses of a record start anew after 64 KiB: `base` is an 8086's segment.
    segmented: bool,
    /// The line with the start, and the start.
    start: Option<(usize, u64)>,
    /// The line with the end.
    end: Option<usize>,
    pieces: Vec<Piece>,
}

impl Reader {
    fn line(&mut self, line: usize, text: &[u8]) -> Result<(), Wrong> {
        if let Some(end) = self.end {
            return Err(Wrong::AfterEnd(end));
        }
        let record = record(text)?;
        let [_, high, low, kind, data @ .., _] = &*record else {
            return Err(Wrong::Length { found: text.len() - 1, expected: 10 });
        };
        let number = || data.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
        let size = |expected| match data.len() {
            found if found == expected => Ok(()),
            found => Err(Wrong::Size { kind: *kind, found, expected }),
        };
        match kind {
            0 => return self.data(line, u16::from_be_bytes([*high, *low]).into(), data),
            1 => {
                size(0)?;
                self.end = Some(line);
            }
            2 => {
                size(2)?;
                (self.base, self.segmented) = (number() << 4, true);
            }
            4 => {
                size(2)?;
                (self.base, self.segmented) = (number() << 16, false);
            }
            3 | 5 => {
                size(4)?;
                if let Some((other, _)) = self.start {
                    return Err(Wrong::SecondStart(other));
                }
                // Of type 3, the upper half is an 8086's segment.
                let start = if *kind == 3 { (number() >> 16 << 4) + (number() & 0xffff) } else { number() };
                self.start = Some((line, start));
            }
            other => return Err(Wrong::Kind(*other)),
        }
        Ok(())
    }

    fn data(&mut self, line: usize, offset: u64, data: &[u8]) -> Result<(), Wrong> {
        let limit = if self.segmented { self.base + 0x1_0000 } else { 0x1_0000_0000 };
        let at = self.base + offset;
        let end = at + data.len() as u64;
        if end > limit {
            return Err(Wrong::PastEnd { end, limit });
        }
        if !data.is_empty() {
            self.pieces.push(Piece { at, line, bytes: data.to_vec() });
        }
        Ok(())
    }
}

/// The bytes of a line, with a right checksum.
fn record(text: &[u8]) -> Result<Vec<u8>, Wrong> {
    let shown = |byte: u8| format!("\"{}\"", byte.escape_ascii());
    let digits = match text {
        [b':', digits @ ..] => digits,
        _ => return Err(Wrong::NoColon { found: shown(text.first().copied().unwrap_or(b' ')) }),
    };
    let digit = |(place, byte): (usize, &u8)| match (*byte as char).to_digit(16) {
        Some(digit) => Ok(digit as u8),
        None => Err(Wrong::NoDigit { column: place + 2, found: shown(*byte) }),
    };
    let digits = digits.iter().enumerate().map(digit).collect::<Result<Vec<u8>, Wrong>>()?;
    let bytes: Vec<u8> = digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect();
    // Length, address, type and checksum are five bytes.
    let expected = 2 * (5 + usize::from(bytes.first().copied().unwrap_or(0)));
    if digits.len() != expected {
        return Err(Wrong::Length { found: digits.len(), expected });
    }
    let sum = |bytes: &[u8]| bytes.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte));
    match bytes.split_last() {
        Some((found, rest)) if sum(&bytes) != 0 => {
            Err(Wrong::Checksum { found: *found, expected: sum(rest).wrapping_neg() })
        }
        _ => Ok(bytes),
    }
}

/// The pieces in the order of their addresses, and those that touch as one.
fn join(mut pieces: Vec<Piece>) -> Result<Vec<Segment<'static>>, HexError> {
    pieces.sort_by_key(|piece| (piece.at, piece.line));
    let mut joined: Vec<(u64, Vec<u8>)> = Vec::new();
    let mut before = 0;
    for piece in pieces {
        match joined.last_mut() {
            Some((at, bytes)) if piece.at < *at + bytes.len() as u64 => {
                let (line, other) = (before.max(piece.line), before.min(piece.line));
                return Err(HexError { line, wrong: Wrong::Overlap { at: piece.at, other } });
            }
            Some((at, bytes)) if piece.at == *at + bytes.len() as u64 => bytes.extend(piece.bytes),
            _ => joined.push((piece.at, piece.bytes)),
        }
        before = piece.line;
    }
    Ok(joined.into_iter().map(|(at, bytes)| (at, Cow::Owned(bytes))).collect())
}

#[cfg(test)]
#[path = "hex_tests.rs"]
mod tests;
