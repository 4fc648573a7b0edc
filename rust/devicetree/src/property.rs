// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A property: bytes, and what they may mean.

use crate::{Mistake, Place};

/// A property of a node.
#[derive(Clone, Debug)]
pub struct Property {
    /// The name.
    pub name: String,
    /// The value, as it is in a blob.
    pub value: Vec<u8>,
    /// The name in the text.
    pub place: Place,
    /// The value in the text; the name, if there is none.
    pub value_place: Place,
    /// The value's elements as they are written, in the order of their bytes.
    pub(crate) parts: Vec<Part>,
}

/// A number, a string or some bytes of a value as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// Its first byte in the value.
    pub start: u32,
    pub kind: Kind,
    pub place: Place,
}

/// How bytes of a value are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A number of so many bytes in `< >`: 1, 2, 4 or 8.
    Number(u8),
    /// `"text"`, or a reference that is a path.
    String,
    /// `[00 01]`, all of it.
    Bytes,
}

impl Property {
    /// Whether there is no value, as in `interrupt-controller;`.
    pub fn is_empty(&self) -> bool {
        self.value.is_empty()
    }

    /// The value.
    pub fn bytes(&self) -> &[u8] {
        &self.value
    }

    /// The value as numbers of 32 bits, of which there may be none.
    pub fn cells(&self) -> Result<Vec<u32>, Mistake> {
        let (cells, rest) = self.value.as_chunks::<4>();
        if !rest.is_empty() {
            return Err(self.wrong("numbers of 32 bits, as in <1 2>"));
        }
        Ok(cells.iter().map(|cell| u32::from_be_bytes(*cell)).collect())
    }

    /// The value as one number of 32 bits.
    pub fn u32(&self) -> Result<u32, Mistake> {
        match self.value[..] {
            [a, b, c, d] => Ok(u32::from_be_bytes([a, b, c, d])),
            _ => Err(self.wrong("one number of 32 bits, as in <1>")),
        }
    }

    /// The value as one number of one or two cells.
    pub fn u64(&self) -> Result<u64, Mistake> {
        match self.value[..] {
            [a, b, c, d] => Ok(u64::from(u32::from_be_bytes([a, b, c, d]))),
            [a, b, c, d, e, f, g, h] => Ok(u64::from_be_bytes([a, b, c, d, e, f, g, h])),
            _ => Err(self.wrong("one number of 32 or 64 bits, as in <1> or <0 1>")),
        }
    }

    /// The value as one string.
    pub fn string(&self) -> Result<&str, Mistake> {
        match self.split_strings().as_deref() {
            Some([one]) => Ok(one),
            _ => Err(self.wrong("one string, as in \"text\"")),
        }
    }

    /// The value as strings, at least one.
    pub fn strings(&self) -> Result<Vec<&str>, Mistake> {
        self.split_strings().ok_or_else(|| self.wrong("strings, as in \"one\", \"two\""))
    }

    /// Where the cell `index`, from 0, is written; the whole value if it is not one element of it.
    pub fn cell_place(&self, index: usize) -> Place {
        self.element_place(index.saturating_mul(4))
    }

    /// Where the string `index`, from 0, is written; the whole value if it is not one element of it.
    pub fn string_place(&self, index: usize) -> Place {
        let ends = self.value.iter().enumerate().filter(|(_, byte)| **byte == 0).map(|(at, _)| at + 1);
        let start = std::iter::once(0).chain(ends).nth(index);
        start.map_or(self.value_place, |start| self.element_place(start))
    }

    fn element_place(&self, start: usize) -> Place {
        let found = self.parts.binary_search_by_key(&start, |part| part.start as usize);
        found.map_or(self.value_place, |at| self.parts[at].place)
    }

    fn split_strings(&self) -> Option<Vec<&str>> {
        let text = self.value.strip_suffix(&[0])?;
        text.split(|byte| *byte == 0).map(|text| std::str::from_utf8(text).ok()).collect()
    }

    fn wrong(&self, expected: &str) -> Mistake {
        let mistake = self.value_place.mistake(format!("wrong value of property \"{}\"", self.name));
        let found = match self.value.len() {
            0 => "no value".to_string(),
            1 => "1 byte".to_string(),
            len => match (self.split_strings(), len % 4) {
                (Some(list), _) if list.len() == 1 && !list[0].is_empty() => "a string".to_string(),
                (Some(list), _) if list.iter().all(|text| !text.is_empty()) => {
                    format!("{} strings", list.len())
                }
                (_, 0) => format!("{len} bytes, {} cells", len / 4),
                _ => format!("{len} bytes"),
            },
        };
        mistake.found(found).expected(expected)
    }
}
