// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What can be wrong, as numbers for programs and as text for people.

use crate::{HEADER_LENGTH, MAGIC, VERSION};

/// The number of an error. Those below 16 end the run, those from 16 on refuse one request, those from 32 on tell that the
/// run broke off for a reason of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Code {
    /// The first message is not one of this interface.
    BadMagic = 1,
    /// Another version of this interface.
    BadVersion = 2,
    /// A message has a length that its kind cannot have.
    BadLength = 3,
    /// There is no such kind of request.
    UnknownKind = 4,
    /// A field has a value that it cannot have.
    BadField = 5,
    /// A request before hello, or hello twice.
    OutOfOrder = 6,
    /// A grant of time that was granted already.
    Backwards = 7,
    /// Another master is connected.
    Busy = 8,
    /// To inject at a time that was granted already.
    Late = 16,
    /// There is no such node.
    UnknownNode = 17,
    /// There is no such port.
    UnknownPort = 18,
    /// To inject at the end of the run or later.
    AfterEnd = 19,
    /// Too many injected bytes wait.
    Full = 20,
    /// No memory of the node is there, or QEMU does not answer.
    NoMemory = 21,
    /// The run broke off.
    Broke = 32,
}

/// All of them.
const CODES: [Code; 15] = [
    Code::BadMagic,
    Code::BadVersion,
    Code::BadLength,
    Code::UnknownKind,
    Code::BadField,
    Code::OutOfOrder,
    Code::Backwards,
    Code::Busy,
    Code::Late,
    Code::UnknownNode,
    Code::UnknownPort,
    Code::AfterEnd,
    Code::Full,
    Code::NoMemory,
    Code::Broke,
];

impl Code {
    /// The code with this number.
    pub fn from_number(number: u32) -> Option<Code> {
        CODES.into_iter().find(|code| *code as u32 == number)
    }

    /// True when the request was refused and the run goes on.
    pub fn is_refusal(self) -> bool {
        (16..32).contains(&(self as u32))
    }
}

/// Bytes that are no message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// The first message starts with something else.
    #[error(
        "the first message has {found:02x?} where the magic of virtmcu's control interface, {MAGIC:02x?}, is expected: \
         say hello (kind 0x0001) first"
    )]
    Magic {
        /// The bytes there.
        found: [u8; 8],
    },
    /// Another version.
    #[error(
        "version {found} of the control interface, expected version {VERSION}; use a client and a virtmcu that fit"
    )]
    Version {
        /// What the other side speaks.
        found: u32,
    },
    /// A header with a length that no message has.
    #[error("a message of {found} bytes, expected {HEADER_LENGTH} (the header) to {max}")]
    Length {
        /// The length in the header.
        found: u32,
        /// The longest.
        max: usize,
    },
    /// A length that this kind cannot have.
    #[error(
        "a message of kind {kind:#06x} ({name}) with {found} bytes after its header, expected {expected}"
    )]
    Body {
        /// The kind.
        kind: u16,
        /// Its name.
        name: &'static str,
        /// How many bytes follow the header.
        found: usize,
        /// How many should.
        expected: &'static str,
    },
    /// No such kind.
    #[error("a message of kind {found:#06x}, expected one of {expected}")]
    Kind {
        /// The kind.
        found: u16,
        /// Those there are.
        expected: &'static str,
    },
    /// A value that the field cannot have.
    #[error("{what} is {found}, expected {expected}")]
    Field {
        /// The field.
        what: &'static str,
        /// Its value.
        found: String,
        /// What it can be.
        expected: &'static str,
    },
}

impl Malformed {
    /// Its number.
    pub fn code(&self) -> Code {
        match self {
            Malformed::Magic { .. } => Code::BadMagic,
            Malformed::Version { .. } => Code::BadVersion,
            Malformed::Length { .. } | Malformed::Body { .. } => Code::BadLength,
            Malformed::Kind { .. } => Code::UnknownKind,
            Malformed::Field { .. } => Code::BadField,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_their_own() {
        for code in CODES {
            assert_eq!(Code::from_number(code as u32), Some(code));
        }
        assert_eq!(Code::from_number(0), None);
        assert!(Code::Late.is_refusal() && !Code::Busy.is_refusal() && !Code::Broke.is_refusal());
    }
}
