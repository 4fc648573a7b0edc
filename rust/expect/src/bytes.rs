// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Patterns of bytes: `08 00`, `?? 0?`, `{boot.serial}`.

use crate::template::{Values, find};
use crate::{Reference, TemplateError};
use std::fmt;
use std::ops::Range;

/// Bytes, of which some digits may be anything, and some are captured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BytePattern {
    pieces: Vec<Piece>,
    /// More may follow.
    open: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Byte { value: u8, mask: u8 },
    Captured(Reference),
}

/// Why a text is no pattern of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BytesError<E> {
    /// There is nothing in it.
    Empty,
    /// A word is no byte.
    Word {
        /// Where.
        span: Range<usize>,
        /// The word.
        word: String,
    },
    /// A reference leads nowhere.
    Reference(TemplateError<E>),
}

impl BytePattern {
    /// Words with spaces between them: two hexadecimal digits, of which each may be `?` for any; `{NAME.CAPTURE}` for what `resolve` says;
    /// `..` as the last for any bytes more.
    pub fn parse<E>(
        text: &str,
        mut resolve: impl FnMut(&str, &str) -> Result<Reference, E>,
    ) -> Result<BytePattern, BytesError<E>> {
        let mut pattern = BytePattern::default();
        for word in text.split_whitespace() {
            let start = word.as_ptr() as usize - text.as_ptr() as usize;
            let span = start..start + word.len();
            let wrong = || BytesError::Word { span: span.clone(), word: word.to_string() };
            if pattern.open {
                return Err(wrong());
            }
            match (word, find(word)) {
                ("..", _) => pattern.open = true,
                (_, Some((whole, name, capture, false))) if whole == (0..word.len()) => {
                    let reference = resolve(name, capture)
                        .map_err(|why| BytesError::Reference(TemplateError { span: span.clone(), why }))?;
                    pattern.pieces.push(Piece::Captured(reference));
                }
                _ => pattern.pieces.push(byte(word).ok_or_else(wrong)?),
            }
        }
        if pattern.pieces.is_empty() && !pattern.open { Err(BytesError::Empty) } else { Ok(pattern) }
    }

    /// How many bytes it has, as far as that is known without what is captured.
    pub fn len_min(&self) -> usize {
        self.pieces.iter().filter(|piece| matches!(piece, Piece::Byte { .. })).count()
    }

    /// More may follow.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Whether it is no pattern at all: it has no byte that must be something.
    pub fn is_any(&self) -> bool {
        self.pieces.iter().all(|piece| matches!(piece, Piece::Byte { mask: 0, .. }))
    }

    /// What it refers to.
    pub fn references(&self) -> impl Iterator<Item = &Reference> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Byte { .. } => None,
            Piece::Captured(reference) => Some(reference),
        })
    }

    /// With what was captured; `None` if something was not.
    pub(crate) fn resolve(&self, values: &Values) -> Option<Masked> {
        let mut masked = Masked { bytes: Vec::new(), open: self.open };
        for piece in &self.pieces {
            match piece {
                Piece::Byte { value, mask } => masked.bytes.push((*value, *mask)),
                Piece::Captured(reference) => {
                    masked.bytes.extend(reference.value(values)?.bytes.iter().map(|byte| (*byte, 0xff)));
                }
            }
        }
        Some(masked)
    }
}

/// Two digits, each of which may be `?`.
fn byte(word: &str) -> Option<Piece> {
    let digit = |c: u8| match c {
        b'?' => Some((0, 0)),
        _ => Some((char::from(c).to_digit(16)? as u8, 0x0f)),
    };
    let &[high, low] = word.as_bytes() else { return None };
    let ((high, high_mask), (low, low_mask)) = (digit(high)?, digit(low)?);
    Some(Piece::Byte { value: high << 4 | low, mask: high_mask << 4 | low_mask })
}

/// As a scenario has it.
impl fmt::Display for BytePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, piece) in self.pieces.iter().enumerate() {
            f.write_str(if place > 0 { " " } else { "" })?;
            match piece {
                Piece::Byte { value, mask } => write_masked(f, *value, *mask)?,
                Piece::Captured(reference) => write!(f, "{{{}}}", reference.shown)?,
            }
        }
        let end = if self.pieces.is_empty() { ".." } else { " .." };
        f.write_str(if self.open { end } else { "" })
    }
}

fn write_masked(f: &mut impl fmt::Write, value: u8, mask: u8) -> fmt::Result {
    for shift in [4, 0] {
        match mask >> shift & 15 {
            0 => f.write_char('?')?,
            _ => write!(f, "{:x}", value >> shift & 15)?,
        }
    }
    Ok(())
}

/// Bytes and which of their bits matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Masked {
    bytes: Vec<(u8, u8)>,
    open: bool,
}

impl Masked {
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether `bytes` are this, from the first to the last.
    pub(crate) fn is_all_of(&self, bytes: &[u8]) -> bool {
        (bytes.len() == self.len() || self.open && bytes.len() > self.len()) && self.is_at_start_of(bytes)
    }

    /// Whether `bytes` begin with this.
    pub(crate) fn is_at_start_of(&self, bytes: &[u8]) -> bool {
        bytes.len() >= self.len() && self.alike(bytes) == self.len()
    }

    /// How many of its bytes are the ones at the start of `bytes`.
    pub(crate) fn alike(&self, bytes: &[u8]) -> usize {
        self.bytes.iter().zip(bytes).filter(|((value, mask), byte)| (*value ^ *byte) & mask == 0).count()
    }

    /// The bytes that are not as they should be: which, what, and what it should be.
    pub(crate) fn differences<'a>(&'a self, bytes: &'a [u8]) -> impl Iterator<Item = (usize, u8, String)> {
        let both = self.bytes.iter().zip(bytes).enumerate();
        both.filter(|(_, ((value, mask), byte))| (value ^ *byte) & mask != 0).map(
            |(place, ((value, mask), byte))| {
                let mut expected = String::new();
                // Writing to a String cannot fail.
                let _ = write_masked(&mut expected, *value, *mask);
                (place, *byte, expected)
            },
        )
    }

    /// Without what matters not: for comparing texts.
    pub(crate) fn values(&self) -> Vec<u8> {
        self.bytes.iter().map(|(value, _)| *value).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::Value;

    fn pattern(text: &str) -> Result<BytePattern, BytesError<()>> {
        BytePattern::parse(text, |name, capture| match name {
            "a" => Ok(Reference { expectation: 0, capture: 0, shown: format!("{name}.{capture}") }),
            _ => Err(()),
        })
    }

    fn check(text: &str, bytes: &[u8], expected: bool) {
        let values = vec![vec![Value { bytes: vec![7, 8], is_text: false }]];
        let pattern = pattern(text).unwrap();
        assert_eq!(pattern.to_string(), text);
        assert_eq!(pattern.resolve(&values).unwrap().is_all_of(bytes), expected, "{text} {bytes:x?}");
    }

    #[test]
    fn digits_and_captured_bytes_match() {
        check("08 00", &[8, 0], true);
        check("08 00", &[8, 1], false);
        check("08 00", &[8, 0, 0], false);
        check("08 00 ..", &[8, 0, 0], true);
        check("08 00 ..", &[8, 0], true);
        check("08 00 ..", &[8], false);
        check("..", &[], true);
        check("?? 0? f0", &[1, 15, 0xf0], true);
        check("?? 0? f0", &[1, 16, 0xf0], false);
        check("01 {a.b} 02", &[1, 7, 8, 2], true);
        check("01 {a.b} 02", &[1, 7, 9, 2], false);
    }

    #[test]
    fn what_is_no_pattern_is_told() {
        assert_eq!(pattern("  "), Err(BytesError::Empty));
        for (text, span) in [
            ("01 2", 3..4),
            ("01 gg", 3..5),
            ("01 023", 3..6),
            (".. 01", 3..5),
            ("é1", 0..3),
            ("{{a.b}", 0..6),
        ] {
            let word = text[span.clone()].to_string();
            assert_eq!(pattern(text), Err(BytesError::Word { span, word }));
        }
        let error = TemplateError { span: 1..6, why: () };
        assert_eq!(pattern(" {b.c} 01"), Err(BytesError::Reference(error)));
        assert!(pattern("?? ..").unwrap().is_any() && !pattern("?1").unwrap().is_any());
    }

    #[test]
    fn differences_are_told_digit_by_digit() {
        let masked = pattern("01 ?2 03").unwrap().resolve(&Vec::new()).unwrap();
        let told: Vec<_> = masked.differences(&[1, 0x33]).collect();
        assert_eq!(told, [(1, 0x33, "?2".to_string())]);
        assert_eq!(masked.alike(&[1, 0x32, 4]), 2);
    }
}
