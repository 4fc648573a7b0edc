// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What a UART and its line say to each other, and the bytes of it.
//!
//! A single byte is [`ToLine::Byte`] or [`FromLine::Byte`]. All others are longer: a byte that says which, then the fields,
//! little-endian; settings are the length of a bit (`u64`) and the framing as three characters; a flag is a byte.

use crate::{Framing, FramingError, Settings, Wave};
use std::fmt;

/// What the line is told, by a UART or for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToLine {
    /// A byte is sent as the link's own settings have it.
    Byte(u8),
    /// A byte is sent with settings that do not fit the link's.
    Frame {
        /// By the registers of who sends it.
        settings: Settings,
        /// The byte; bits that the framing does not have count for nothing.
        byte: u8,
    },
    /// The line is low for so many bit times, then high for one at least.
    Break {
        /// How long a bit is, in femtoseconds; 0: as the link has it.
        bit_fs: u64,
        /// How many.
        bits: u16,
    },
    /// The line is low from now on, until the opposite is said; what is sent meanwhile is lost.
    Hold(bool),
    /// It has room for more (RTS), or has not.
    Rts(bool),
    /// It has just begun to listen: the other one says its RTS again.
    Ask,
    /// For the trace: it sends or listens with settings that do not fit the link's.
    Strange(Settings),
    /// For the trace: what it heard was no good byte.
    Misheard(Heard),
}

/// What the line says to a UART.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FromLine {
    /// A byte as the link's own settings have it, whose last bit is there.
    Byte(u8),
    /// The line had these levels.
    Wave {
        /// How long before now they began, in nanoseconds.
        age_ns: u64,
        /// The levels.
        wave: Wave,
    },
    /// The line is low until the opposite is said.
    Hold {
        /// How long before now it went low or high, in nanoseconds.
        age_ns: u64,
        /// It is low.
        is_low: bool,
    },
    /// The other one has room for more (its RTS is our CTS), or has not.
    Cts(bool),
    /// The other one has just begun to listen: it is told the RTS again.
    Ask,
}

/// What a receiver makes of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// A byte.
    Byte(u8),
    /// A byte; the samples of one of its bits were not all equal.
    Noise(u8),
    /// Its parity is wrong.
    Parity(u8),
    /// Its stop bit is low.
    Framing(u8),
    /// All of it is low, from start bit to stop bit.
    Break,
}

impl Heard {
    /// The byte that is in it: of a break it is 0.
    pub const fn byte(self) -> u8 {
        match self {
            Heard::Byte(byte) | Heard::Noise(byte) | Heard::Parity(byte) | Heard::Framing(byte) => byte,
            Heard::Break => 0,
        }
    }
}

/// As a trace has it: `framing error 0x80`.
impl fmt::Display for Heard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Heard::Byte(byte) => write!(f, "byte {byte:#04x}"),
            Heard::Noise(byte) => write!(f, "noise {byte:#04x}"),
            Heard::Parity(byte) => write!(f, "parity error {byte:#04x}"),
            Heard::Framing(byte) => write!(f, "framing error {byte:#04x}"),
            Heard::Break => write!(f, "break"),
        }
    }
}

/// Why bytes are no record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// It has too few or too many bytes.
    #[error("a record of a serial line of kind {kind} has {found} bytes")]
    Len {
        /// Its first byte, or 0.
        kind: u8,
        /// How many there are.
        found: usize,
    },
    /// No record is of this kind.
    #[error("no record of a serial line is of kind {0}")]
    Kind(u8),
    /// A field has no such value.
    #[error("a record of a serial line has {value} as its {field}")]
    Field {
        /// Which field.
        field: &'static str,
        /// What it is.
        value: u64,
    },
    /// Its framing is none.
    #[error(transparent)]
    Framing(#[from] FramingError),
}

/// The most bytes that a record has.
pub const RECORD_LEN_MAX: usize = 21;

const FRAME: u8 = 1;
const BREAK: u8 = 2;
const HOLD: u8 = 3;
const RTS: u8 = 4;
const ASK: u8 = 5;
const STRANGE: u8 = 6;
const MISHEARD: u8 = 7;
const WAVE: u8 = 16;
const HOLDS: u8 = 17;
const CTS: u8 = 18;
const ASKED: u8 = 19;

impl ToLine {
    /// Its bytes, behind those that are there.
    pub fn write(&self, bytes: &mut Vec<u8>) {
        match self {
            ToLine::Byte(byte) => bytes.push(*byte),
            ToLine::Frame { settings, byte } => {
                bytes.extend([FRAME, *byte]);
                write_settings(*settings, bytes);
            }
            ToLine::Break { bit_fs, bits } => {
                bytes.push(BREAK);
                bytes.extend(bit_fs.to_le_bytes());
                bytes.extend(bits.to_le_bytes());
            }
            ToLine::Hold(is_low) => bytes.extend([HOLD, u8::from(*is_low)]),
            ToLine::Rts(has_room) => bytes.extend([RTS, u8::from(*has_room)]),
            // One byte alone would be data.
            ToLine::Ask => bytes.extend([ASK, 0]),
            ToLine::Strange(settings) => {
                bytes.push(STRANGE);
                write_settings(*settings, bytes);
            }
            ToLine::Misheard(heard) => {
                let (kind, byte) = match *heard {
                    Heard::Byte(byte) => (0, byte),
                    Heard::Noise(byte) => (1, byte),
                    Heard::Parity(byte) => (2, byte),
                    Heard::Framing(byte) => (3, byte),
                    Heard::Break => (4, 0),
                };
                bytes.extend([MISHEARD, kind, byte]);
            }
        }
    }

    /// The record that is these bytes.
    pub fn read(bytes: &[u8]) -> Result<ToLine, RecordError> {
        if let [byte] = *bytes {
            return Ok(ToLine::Byte(byte));
        }
        let (mut fields, kind) = Fields::new(bytes)?;
        let record = match kind {
            FRAME => {
                let byte = fields.byte()?;
                ToLine::Frame { byte, settings: fields.settings()? }
            }
            BREAK => ToLine::Break { bit_fs: fields.long()?, bits: fields.half()? },
            HOLD => ToLine::Hold(fields.flag("level")?),
            RTS => ToLine::Rts(fields.flag("RTS")?),
            ASK => {
                fields.zero("filler")?;
                ToLine::Ask
            }
            STRANGE => ToLine::Strange(fields.settings()?),
            MISHEARD => {
                let kind = fields.byte()?;
                let heard = match kind {
                    0 => Heard::Byte(fields.byte()?),
                    1 => Heard::Noise(fields.byte()?),
                    2 => Heard::Parity(fields.byte()?),
                    3 => Heard::Framing(fields.byte()?),
                    4 => {
                        fields.zero("byte of a break")?;
                        Heard::Break
                    }
                    kind => return Err(RecordError::Field { field: "flaw", value: kind.into() }),
                };
                ToLine::Misheard(heard)
            }
            kind => return Err(RecordError::Kind(kind)),
        };
        fields.end(record)
    }
}

impl FromLine {
    /// Its bytes, behind those that are there.
    pub fn write(&self, bytes: &mut Vec<u8>) {
        match self {
            FromLine::Byte(byte) => bytes.push(*byte),
            FromLine::Wave { age_ns, wave: Wave { bit_fs, bits, levels } } => {
                bytes.push(WAVE);
                bytes.extend(age_ns.to_le_bytes());
                bytes.extend(bit_fs.to_le_bytes());
                bytes.extend(bits.to_le_bytes());
                bytes.extend(levels.to_le_bytes());
            }
            FromLine::Hold { age_ns, is_low } => {
                bytes.push(HOLDS);
                bytes.extend(age_ns.to_le_bytes());
                bytes.push(u8::from(*is_low));
            }
            FromLine::Cts(has_room) => bytes.extend([CTS, u8::from(*has_room)]),
            FromLine::Ask => bytes.extend([ASKED, 0]),
        }
    }

    /// The record that is these bytes.
    pub fn read(bytes: &[u8]) -> Result<FromLine, RecordError> {
        if let [byte] = *bytes {
            return Ok(FromLine::Byte(byte));
        }
        let (mut fields, kind) = Fields::new(bytes)?;
        let record = match kind {
            WAVE => {
                let age_ns = fields.long()?;
                let wave = Wave { bit_fs: fields.bit()?, bits: fields.half()?, levels: fields.half()? };
                FromLine::Wave { age_ns, wave }
            }
            HOLDS => FromLine::Hold { age_ns: fields.long()?, is_low: fields.flag("level")? },
            CTS => FromLine::Cts(fields.flag("CTS")?),
            ASKED => {
                fields.zero("filler")?;
                FromLine::Ask
            }
            kind => return Err(RecordError::Kind(kind)),
        };
        fields.end(record)
    }
}

fn write_settings(settings: Settings, bytes: &mut Vec<u8>) {
    bytes.extend(settings.bit_fs.to_le_bytes());
    bytes.extend(settings.framing.letters());
}

/// What is left to read of a record.
struct Fields<'a> {
    kind: u8,
    len: usize,
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    fn new(bytes: &'a [u8]) -> Result<(Fields<'a>, u8), RecordError> {
        let (kind, rest) = bytes.split_first().ok_or(RecordError::Len { kind: 0, found: 0 })?;
        Ok((Fields { kind: *kind, len: bytes.len(), rest }, *kind))
    }

    fn wrong_len(&self) -> RecordError {
        RecordError::Len { kind: self.kind, found: self.len }
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], RecordError> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or_else(|| self.wrong_len())?;
        self.rest = rest;
        Ok(*taken)
    }

    fn byte(&mut self) -> Result<u8, RecordError> {
        Ok(self.array::<1>()?[0])
    }

    fn half(&mut self) -> Result<u16, RecordError> {
        Ok(u16::from_le_bytes(self.array()?))
    }

    fn long(&mut self) -> Result<u64, RecordError> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    fn zero(&mut self, field: &'static str) -> Result<(), RecordError> {
        match self.byte()? {
            0 => Ok(()),
            value => Err(RecordError::Field { field, value: value.into() }),
        }
    }

    fn flag(&mut self, field: &'static str) -> Result<bool, RecordError> {
        match self.byte()? {
            value @ (0 | 1) => Ok(value == 1),
            value => Err(RecordError::Field { field, value: value.into() }),
        }
    }

    /// The length of a bit.
    fn bit(&mut self) -> Result<u64, RecordError> {
        match self.long()? {
            0 => Err(RecordError::Field { field: "length of a bit", value: 0 }),
            bit_fs => Ok(bit_fs),
        }
    }

    fn settings(&mut self) -> Result<Settings, RecordError> {
        let bit_fs = self.bit()?;
        let framing = Framing::of_letters(self.array()?)?;
        Ok(Settings { bit_fs, framing })
    }

    fn end<T>(self, record: T) -> Result<T, RecordError> {
        if self.rest.is_empty() { Ok(record) } else { Err(self.wrong_len()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_settings() -> impl Strategy<Value = Settings> {
        (1u64.., "[5-9][NEO][12]")
            .prop_map(|(bit_fs, framing)| Settings { bit_fs, framing: framing.parse().unwrap() })
    }

    fn any_heard() -> impl Strategy<Value = Heard> {
        let all = [Heard::Byte, Heard::Noise, Heard::Parity, Heard::Framing];
        let with_byte = (0..all.len(), any::<u8>()).prop_map(move |(kind, byte)| all[kind](byte));
        prop_oneof![with_byte, Just(Heard::Break)]
    }

    fn any_to_line() -> impl Strategy<Value = ToLine> {
        prop_oneof![
            any::<u8>().prop_map(ToLine::Byte),
            (any_settings(), any::<u8>()).prop_map(|(settings, byte)| ToLine::Frame { settings, byte }),
            any::<(u64, u16)>().prop_map(|(bit_fs, bits)| ToLine::Break { bit_fs, bits }),
            any::<bool>().prop_map(ToLine::Hold),
            any::<bool>().prop_map(ToLine::Rts),
            Just(ToLine::Ask),
            any_settings().prop_map(ToLine::Strange),
            any_heard().prop_map(ToLine::Misheard),
        ]
    }

    fn any_from_line() -> impl Strategy<Value = FromLine> {
        prop_oneof![
            any::<u8>().prop_map(FromLine::Byte),
            (any::<u64>(), 1u64.., any::<(u16, u16)>()).prop_map(|(age_ns, bit_fs, (bits, levels))| {
                FromLine::Wave { age_ns, wave: Wave { bit_fs, bits, levels } }
            }),
            any::<(u64, bool)>().prop_map(|(age_ns, is_low)| FromLine::Hold { age_ns, is_low }),
            any::<bool>().prop_map(FromLine::Cts),
            Just(FromLine::Ask),
        ]
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(to in any_to_line(), from in any_from_line()) {
            let (mut to_bytes, mut from_bytes) = (Vec::new(), Vec::new());
            to.write(&mut to_bytes);
            from.write(&mut from_bytes);
            prop_assert!(to_bytes.len() <= RECORD_LEN_MAX && from_bytes.len() <= RECORD_LEN_MAX);
            prop_assert_eq!(ToLine::read(&to_bytes), Ok(to));
            prop_assert_eq!(FromLine::read(&from_bytes), Ok(from));
        }

        #[test]
        fn any_bytes_are_a_record_or_an_error(kind in 0u8..24, rest in prop::collection::vec(any::<u8>(), 0..24)) {
            let bytes = [vec![kind], rest].concat();
            let mut again = Vec::new();
            if let Ok(record) = ToLine::read(&bytes) {
                record.write(&mut again);
                prop_assert_eq!(&again, &bytes);
            }
            again.clear();
            if let Ok(record) = FromLine::read(&bytes) {
                record.write(&mut again);
                prop_assert_eq!(&again, &bytes);
            }
        }
    }

    #[test]
    fn says_what_is_wrong() {
        let check = |bytes: &[u8], expected: &str| {
            assert_eq!(ToLine::read(bytes).unwrap_err().to_string(), expected);
        };
        check(&[], "a record of a serial line of kind 0 has 0 bytes");
        check(&[99, 0], "no record of a serial line is of kind 99");
        check(&[RTS, 2], "a record of a serial line has 2 as its RTS");
        check(&[RTS, 1, 0], "a record of a serial line of kind 4 has 3 bytes");
    }
}
