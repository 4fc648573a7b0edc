// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Little-endian fields, written and read one after the other.

use crate::{HEADER_LENGTH, Malformed};

/// Appends a message: its header, then what `body` writes.
pub(crate) fn message(out: &mut Vec<u8>, kind: u16, sequence: u64, body: impl FnOnce(&mut Writer<'_>)) {
    let start = out.len();
    out.resize(start + HEADER_LENGTH, 0);
    body(&mut Writer { out });
    let length = (out.len() - start) as u32;
    out[start..start + 4].copy_from_slice(&length.to_le_bytes());
    out[start + 4..start + 6].copy_from_slice(&kind.to_le_bytes());
    out[start + 8..start + 16].copy_from_slice(&sequence.to_le_bytes());
}

pub(crate) struct Writer<'a> {
    out: &'a mut Vec<u8>,
}

impl Writer<'_> {
    pub(crate) fn u16(&mut self, value: u16) -> &mut Self {
        self.bytes(&value.to_le_bytes())
    }

    pub(crate) fn u32(&mut self, value: u32) -> &mut Self {
        self.bytes(&value.to_le_bytes())
    }

    pub(crate) fn u64(&mut self, value: u64) -> &mut Self {
        self.bytes(&value.to_le_bytes())
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.out.extend_from_slice(bytes);
        self
    }

    /// Its length in 16 bits, then the text. No name is longer than a scenario's text allows; what is, is cut.
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        let text = cut(text, u16::MAX.into());
        self.u16(text.len() as u16).bytes(text.as_bytes())
    }
}

/// The start of `text`, of at most `max` bytes.
pub(crate) fn cut(text: &str, max: usize) -> &str {
    &text[..text.floor_char_boundary(max)]
}

/// Reads the fields of a body. Once it was too short every field is 0, and [`Reader::end`] says so.
pub(crate) struct Reader<'a> {
    kind: u16,
    name: &'static str,
    expected: &'static str,
    whole: usize,
    rest: &'a [u8],
    short: bool,
}

impl<'a> Reader<'a> {
    /// Of a message of this kind; `expected` says which lengths it can have, for the error.
    pub(crate) fn new(kind: u16, name: &'static str, expected: &'static str, body: &'a [u8]) -> Reader<'a> {
        Reader { kind, name, expected, whole: body.len(), rest: body, short: false }
    }

    fn array<const N: usize>(&mut self) -> [u8; N] {
        match self.rest.split_first_chunk::<N>() {
            Some((array, rest)) => {
                self.rest = rest;
                *array
            }
            None => {
                self.short = true;
                self.rest = &[];
                [0; N]
            }
        }
    }

    pub(crate) fn u8(&mut self) -> u8 {
        let [byte] = self.array();
        byte
    }

    pub(crate) fn u16(&mut self) -> u16 {
        u16::from_le_bytes(self.array())
    }

    pub(crate) fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.array())
    }

    pub(crate) fn u64(&mut self) -> u64 {
        u64::from_le_bytes(self.array())
    }

    pub(crate) fn magic(&mut self) -> [u8; 8] {
        self.array()
    }

    /// A field that must be 0.
    pub(crate) fn reserved(&mut self, bytes: usize) -> Result<(), Malformed> {
        let found = (0..bytes).map(|_| self.array::<1>()[0]).find(|byte| *byte != 0);
        found.map_or(Ok(()), |found| {
            Err(Malformed::Field { what: "a reserved byte", found: found.to_string(), expected: "0" })
        })
    }

    /// All that is left.
    pub(crate) fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.rest)
    }

    /// All that is left, as text.
    pub(crate) fn rest_text(&mut self) -> Result<String, Malformed> {
        utf8(self.rest())
    }

    /// A text with its length in front.
    pub(crate) fn text(&mut self) -> Result<String, Malformed> {
        let length = usize::from(self.u16());
        match self.rest.split_at_checked(length) {
            Some((text, rest)) => {
                self.rest = rest;
                utf8(text)
            }
            None => {
                self.short = true;
                self.rest = &[];
                Ok(String::new())
            }
        }
    }

    /// Whether a field was missing so far.
    pub(crate) fn is_short(&self) -> bool {
        self.short
    }

    /// The end of the body is here, and no field was missing.
    pub(crate) fn end(self) -> Result<(), Malformed> {
        if self.short || !self.rest.is_empty() {
            let Reader { kind, name, expected, whole: found, .. } = self;
            return Err(Malformed::Body { kind, name, found, expected });
        }
        Ok(())
    }
}

fn utf8(bytes: &[u8]) -> Result<String, Malformed> {
    String::from_utf8(bytes.to_vec()).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let byte = error.as_bytes().get(at).copied().unwrap_or_default();
        Malformed::Field { what: "a text", found: format!("{byte:#04x} after {at} bytes"), expected: "UTF-8" }
    })
}
