// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The value of a property while it is read: bytes, and references that are still names.

use crate::property::{Kind, Part};
use crate::{Mistake, Place};

/// A value with references.
pub(crate) struct DraftValue {
    pub bytes: Vec<u8>,
    pub parts: Vec<Part>,
    pub references: Vec<Reference>,
    pub place: Place,
}

/// A reference in a value.
pub(crate) struct Reference {
    /// Where in the value: 4 bytes for a phandle, none for a path.
    pub start: usize,
    /// In `< >` a phandle, else a path.
    pub is_phandle: bool,
    /// A label, or a path, or a path behind a label.
    pub target: String,
    pub place: Place,
}

impl DraftValue {
    /// No value; `place` is that of the name.
    pub fn empty(place: Place) -> DraftValue {
        DraftValue { bytes: Vec::new(), parts: Vec::new(), references: Vec::new(), place }
    }

    /// More bytes.
    pub fn push(&mut self, bytes: &[u8], kind: Kind, place: Place) {
        self.parts.push(Part { start: self.bytes.len() as u32, kind, place });
        self.bytes.extend(bytes);
    }

    /// A string, whose end is not among `bytes`.
    pub fn string(&mut self, bytes: &[u8], place: Place) {
        self.push(bytes, Kind::String, place);
        self.bytes.push(0);
    }

    /// A number of `width` bytes, which may also be a negative one.
    pub fn number(&mut self, number: u64, width: usize, place: Place) -> Result<(), Mistake> {
        let bits = width * 8;
        let beyond = if bits == 64 { 0 } else { number >> bits };
        if beyond != 0 && beyond != u64::MAX >> bits {
            let mistake = place.mistake(format!("this number does not fit into {bits} bits"));
            return Err(mistake.found(format!("{number:#x}")));
        }
        self.push(&number.to_be_bytes()[8 - width..], Kind::Number(width as u8), place);
        Ok(())
    }

    /// The phandle of a node, or its path.
    pub fn reference(&mut self, is_phandle: bool, target: String, place: Place) {
        self.references.push(Reference { start: self.bytes.len(), is_phandle, target, place });
        if is_phandle {
            self.push(&[0; 4], Kind::Number(4), place);
        }
    }
}
