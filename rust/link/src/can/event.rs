// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What a trace is told of a bus, and the bytes of it.

use ::can::{Error, Frame, FromBus, RecordError};
use std::fmt;

/// What happened on a bus: [`crate::Told::bytes`]. Its bytes are one that says which, its fields (little-endian), then the
/// frame as [`FromBus::Received`] has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A frame: it went through ([`crate::What::Sent`]), or it never left ([`crate::What::Lost`]): it lost the arbitration and was to be
    /// tried once, it was withdrawn or replaced, or its controller left.
    Frame(Frame),
    /// A frame was destroyed.
    Failed {
        /// The error that its sender found.
        error: Error,
        /// In which bit, from the start of frame on, with stuff bits.
        bit: u16,
        /// The frame.
        frame: Frame,
    },
    /// A frame is not for this bus, or not for its controller, which knows no CAN FD: it was not sent.
    Refused(Frame),
    /// A controller has bit rates with which it cannot take part: more than 1 % from those of the bus.
    Rates {
        /// Its bit rate.
        bitrate_bps: u32,
        /// That of its data phase; 0 if it knows no CAN FD.
        data_bitrate_bps: u32,
    },
    /// What was handed over is no record.
    NoRecord,
    /// A fault has struck the bus while there was no frame ([`crate::What::Struck`]).
    NoFrame,
}

const FRAME: u8 = 1;
const FAILED: u8 = 2;
const REFUSED: u8 = 3;
const RATES: u8 = 4;
const NO_RECORD: u8 = 5;
const NO_FRAME: u8 = 6;

const ERRORS: [Error; 6] =
    [Error::Stuff, Error::Form, Error::Acknowledge, Error::BitRecessive, Error::BitDominant, Error::Crc];

impl Event {
    /// Its bytes, behind those that are there.
    pub fn write(&self, bytes: &mut Vec<u8>) {
        match self {
            Event::Frame(frame) => {
                bytes.push(FRAME);
                FromBus::Received(*frame).write(bytes);
            }
            Event::Failed { error, bit, frame } => {
                let place = ERRORS.iter().position(|known| known == error).unwrap_or(0);
                bytes.extend([FAILED, place as u8]);
                bytes.extend(bit.to_le_bytes());
                FromBus::Received(*frame).write(bytes);
            }
            Event::Refused(frame) => {
                bytes.push(REFUSED);
                FromBus::Received(*frame).write(bytes);
            }
            Event::Rates { bitrate_bps, data_bitrate_bps } => {
                bytes.push(RATES);
                bytes.extend(bitrate_bps.to_le_bytes());
                bytes.extend(data_bitrate_bps.to_le_bytes());
            }
            Event::NoRecord => bytes.push(NO_RECORD),
            Event::NoFrame => bytes.push(NO_FRAME),
        }
    }

    /// The event that is these bytes.
    pub fn read(bytes: &[u8]) -> Result<Event, RecordError> {
        let (&kind, rest) = bytes.split_first().ok_or(RecordError::Len { kind: 0, found: 0 })?;
        let wrong_len = RecordError::Len { kind, found: bytes.len() };
        Ok(match (kind, rest) {
            (FRAME, frame) => Event::Frame(read_frame(frame)?),
            (FAILED, [place, low, high, frame @ ..]) => {
                let wrong = RecordError::Field { field: "error", value: u32::from(*place) };
                let error = *ERRORS.get(usize::from(*place)).ok_or(wrong)?;
                Event::Failed { error, bit: u16::from_le_bytes([*low, *high]), frame: read_frame(frame)? }
            }
            (REFUSED, frame) => Event::Refused(read_frame(frame)?),
            (RATES, &[a, b, c, d, e, f, g, h]) => Event::Rates {
                bitrate_bps: u32::from_le_bytes([a, b, c, d]),
                data_bitrate_bps: u32::from_le_bytes([e, f, g, h]),
            },
            (NO_RECORD, []) => Event::NoRecord,
            (NO_FRAME, []) => Event::NoFrame,
            (FAILED | RATES | NO_RECORD | NO_FRAME, _) => return Err(wrong_len),
            _ => return Err(RecordError::Kind(kind)),
        })
    }
}

/// `123 [2] 0A FF`, with what was wrong behind it.
impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Event::Frame(frame) => write!(f, "{frame}"),
            Event::Failed { error, bit, frame } => write!(f, "{frame}: {}, bit {bit}", name(*error)),
            Event::Refused(frame) => write!(f, "{frame}: not for this bus or controller"),
            Event::Rates { bitrate_bps, data_bitrate_bps } => {
                write!(f, "joins with {bitrate_bps} bit/s")?;
                if *data_bitrate_bps > 0 { write!(f, ", data {data_bitrate_bps} bit/s") } else { Ok(()) }
            }
            Event::NoRecord => f.write_str("no record"),
            Event::NoFrame => f.write_str("no frame"),
        }
    }
}

fn name(error: Error) -> &'static str {
    match error {
        Error::Stuff => "stuff error",
        Error::Form => "form error",
        Error::Acknowledge => "no acknowledge",
        Error::BitRecessive => "a recessive bit is dominant",
        Error::BitDominant => "a dominant bit is recessive",
        Error::Crc => "checksum error",
    }
}

fn read_frame(bytes: &[u8]) -> Result<Frame, RecordError> {
    match FromBus::read(bytes)? {
        FromBus::Received(frame) => Ok(frame),
        _ => Err(RecordError::Kind(bytes[0])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::can::{Id, Kind};

    #[test]
    fn what_is_written_is_read() {
        let frame = Frame::new(Id::Standard(0x123), Kind::Data, &[1, 2]).unwrap();
        let events = [
            Event::Frame(frame),
            Event::Failed { error: Error::Crc, bit: 0x102, frame },
            Event::Refused(frame),
            Event::Rates { bitrate_bps: 500_000, data_bitrate_bps: 0 },
            Event::NoRecord,
            Event::NoFrame,
        ];
        for event in events {
            let mut bytes = Vec::new();
            event.write(&mut bytes);
            assert_eq!(Event::read(&bytes), Ok(event));
            assert!(Event::read(&bytes[..bytes.len() - 1]).is_err());
        }
        assert_eq!(Event::read(&[9]), Err(RecordError::Kind(9)));
    }
}
