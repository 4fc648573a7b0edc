// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What a controller and its bus say to each other, and the bytes of it.
//!
//! A record is one byte that says which, then its fields, little-endian: `u8`, `u16` and `u32` as they are, a frame as its
//! flags (bit 0: 29 bits, 1: remote, 2: FD, 3: BRS, 4: ESI), identifier (`u32`), length (`u8`) and data.

use crate::{Frame, FrameError, Id, Kind, LEN_MAX};

/// What a controller says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToBus {
    /// It takes part from now on; or goes on with another bit rate or mode. Its error counters start at 0 when it was off the bus
    /// by [`ToBus::Leave`].
    Join {
        /// Bits per second of arbitration, rounded, as its registers and clocks have it.
        bitrate_bps: u32,
        /// Bits per second of the data phase of CAN FD; 0 if it knows no CAN FD: then a frame of it is an error to it.
        data_bitrate_bps: u32,
        /// How it takes part.
        mode: Mode,
    },
    /// It takes part no more; what it offered is withdrawn without an answer.
    Leave,
    /// It has a frame to send: in the next arbitration, and again until it is through. One for each mailbox; another one
    /// replaces it. Of several mailboxes the least number goes first: a controller that goes by identifiers sorts them itself.
    Offer {
        /// Which of its mailboxes.
        mailbox: u8,
        /// It is tried once only: [`FromBus::Lost`] or [`FromBus::Failed`] ends it.
        once: bool,
        /// The frame.
        frame: Frame,
    },
    /// What it offered is not to be sent any more: [`FromBus::Withdrawn`], or how it ended if it is being sent.
    Withdraw {
        /// Which of its mailboxes.
        mailbox: u8,
    },
    /// It is off the bus by its errors, and takes part again after 128 times 11 recessive bits.
    Recover,
}

/// How a controller takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// As usual.
    Normal,
    /// It only listens: no acknowledge, no error flag, nothing sent (bus monitoring).
    Silent,
}

/// What the bus says to a controller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FromBus {
    /// A frame of another one is there and valid.
    Received(Frame),
    /// A frame of its own is through.
    Sent {
        /// Which of its mailboxes.
        mailbox: u8,
    },
    /// A frame to be tried once has lost the arbitration.
    Lost {
        /// Which of its mailboxes.
        mailbox: u8,
    },
    /// A frame to be tried once has failed.
    Failed {
        /// Which of its mailboxes.
        mailbox: u8,
    },
    /// What was offered is withdrawn.
    Withdrawn {
        /// Which of its mailboxes.
        mailbox: u8,
    },
    /// Its error counters have changed.
    Status(Status),
}

/// How it stands with a controller's errors (ISO 11898-1, 12.1.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Transmit error counter; 256 or more is bus off.
    pub transmit_errors: u16,
    /// Receive error counter.
    pub receive_errors: u16,
    /// What it may do.
    pub state: State,
    /// The error that it saw last; none, if what it saw last went through.
    pub last: Option<Error>,
}

/// What a controller may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// It takes part, with active error flags.
    #[default]
    Active,
    /// It takes part, with passive error flags.
    Passive,
    /// It does not take part.
    Off,
}

/// What was wrong with a frame (ISO 11898-1, 10.11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Error {
    /// Six equal bits where a stuff bit belongs.
    Stuff,
    /// A fixed bit was not what it has to be.
    Form,
    /// Nobody acknowledged.
    Acknowledge,
    /// The sender sent recessive and saw dominant.
    BitRecessive,
    /// The sender sent dominant and saw recessive.
    BitDominant,
    /// The checksum does not fit.
    Crc,
}

/// Why bytes are no record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// It has too few or too many bytes.
    #[error("a CAN record of kind {kind} has {found} bytes")]
    Len {
        /// Its first byte, or 0.
        kind: u8,
        /// How many there are.
        found: usize,
    },
    /// No record is of this kind.
    #[error("no CAN record is of kind {0}")]
    Kind(u8),
    /// A field has no such value.
    #[error("a CAN record has {value} as its {field}")]
    Field {
        /// Which field.
        field: &'static str,
        /// What it is.
        value: u32,
    },
    /// Its frame is none.
    #[error(transparent)]
    Frame(#[from] FrameError),
}

const JOIN: u8 = 1;
const LEAVE: u8 = 2;
const OFFER: u8 = 3;
const WITHDRAW: u8 = 4;
const RECOVER: u8 = 5;
const RECEIVED: u8 = 16;
const SENT: u8 = 17;
const LOST: u8 = 18;
const FAILED: u8 = 19;
const WITHDRAWN: u8 = 20;
const STATUS: u8 = 21;

const ERRORS: [Error; 6] =
    [Error::Stuff, Error::Form, Error::Acknowledge, Error::BitRecessive, Error::BitDominant, Error::Crc];
const STATES: [State; 3] = [State::Active, State::Passive, State::Off];

impl ToBus {
    /// Its bytes, behind those that are there.
    pub fn write(&self, bytes: &mut Vec<u8>) {
        match self {
            ToBus::Join { bitrate_bps, data_bitrate_bps, mode } => {
                bytes.push(JOIN);
                bytes.extend(bitrate_bps.to_le_bytes());
                bytes.extend(data_bitrate_bps.to_le_bytes());
                bytes.push(u8::from(*mode == Mode::Silent));
            }
            ToBus::Leave => bytes.push(LEAVE),
            ToBus::Offer { mailbox, once, frame } => {
                bytes.extend([OFFER, *mailbox, u8::from(*once)]);
                write_frame(frame, bytes);
            }
            ToBus::Withdraw { mailbox } => bytes.extend([WITHDRAW, *mailbox]),
            ToBus::Recover => bytes.push(RECOVER),
        }
    }

    /// The record that is these bytes.
    pub fn read(bytes: &[u8]) -> Result<ToBus, RecordError> {
        let (mut fields, kind) = Fields::new(bytes)?;
        let record = match kind {
            JOIN => ToBus::Join {
                bitrate_bps: fields.word()?,
                data_bitrate_bps: fields.word()?,
                mode: if fields.flag("mode")? { Mode::Silent } else { Mode::Normal },
            },
            LEAVE => ToBus::Leave,
            OFFER => {
                ToBus::Offer { mailbox: fields.byte()?, once: fields.flag("once")?, frame: fields.frame()? }
            }
            WITHDRAW => ToBus::Withdraw { mailbox: fields.byte()? },
            RECOVER => ToBus::Recover,
            kind => return Err(RecordError::Kind(kind)),
        };
        fields.end(record)
    }
}

impl FromBus {
    /// Its bytes, behind those that are there.
    pub fn write(&self, bytes: &mut Vec<u8>) {
        match self {
            FromBus::Received(frame) => {
                bytes.push(RECEIVED);
                write_frame(frame, bytes);
            }
            FromBus::Sent { mailbox } => bytes.extend([SENT, *mailbox]),
            FromBus::Lost { mailbox } => bytes.extend([LOST, *mailbox]),
            FromBus::Failed { mailbox } => bytes.extend([FAILED, *mailbox]),
            FromBus::Withdrawn { mailbox } => bytes.extend([WITHDRAWN, *mailbox]),
            FromBus::Status(Status { transmit_errors, receive_errors, state, last }) => {
                bytes.push(STATUS);
                bytes.extend(transmit_errors.to_le_bytes());
                bytes.extend(receive_errors.to_le_bytes());
                let place = |known| ERRORS.iter().position(|error| *error == known).unwrap_or(0) as u8 + 1;
                bytes.extend([*state as u8, last.map_or(0, place)]);
            }
        }
    }

    /// The record that is these bytes.
    pub fn read(bytes: &[u8]) -> Result<FromBus, RecordError> {
        let (mut fields, kind) = Fields::new(bytes)?;
        let record = match kind {
            RECEIVED => FromBus::Received(fields.frame()?),
            SENT => FromBus::Sent { mailbox: fields.byte()? },
            LOST => FromBus::Lost { mailbox: fields.byte()? },
            FAILED => FromBus::Failed { mailbox: fields.byte()? },
            WITHDRAWN => FromBus::Withdrawn { mailbox: fields.byte()? },
            STATUS => {
                let (transmit_errors, receive_errors) = (fields.half()?, fields.half()?);
                let state = fields.one_of("state", &STATES)?;
                let last = match fields.one_of("error", &[0, 1, 2, 3, 4, 5, 6])? {
                    0 => None,
                    place => Some(ERRORS[place - 1]),
                };
                FromBus::Status(Status { transmit_errors, receive_errors, state, last })
            }
            kind => return Err(RecordError::Kind(kind)),
        };
        fields.end(record)
    }
}

fn write_frame(frame: &Frame, bytes: &mut Vec<u8>) {
    let (id, extended) = match frame.id() {
        Id::Standard(id) => (id.into(), 0),
        Id::Extended(id) => (id, 1),
    };
    let kind = match frame.kind() {
        Kind::Data => 0,
        Kind::Remote => 2,
        Kind::Fd { switches_rate, is_passive } => {
            4 | u8::from(switches_rate) << 3 | u8::from(is_passive) << 4
        }
    };
    bytes.push(extended | kind);
    bytes.extend(u32::to_le_bytes(id));
    bytes.push(frame.len() as u8);
    bytes.extend(frame.data());
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

    fn take(&mut self, len: usize) -> Result<&'a [u8], RecordError> {
        let (taken, rest) = self.rest.split_at_checked(len).ok_or_else(|| self.wrong_len())?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], RecordError> {
        let taken = self.take(N)?;
        taken.try_into().map_err(|_| self.wrong_len())
    }

    fn byte(&mut self) -> Result<u8, RecordError> {
        Ok(self.array::<1>()?[0])
    }

    fn half(&mut self) -> Result<u16, RecordError> {
        Ok(u16::from_le_bytes(self.array()?))
    }

    fn word(&mut self) -> Result<u32, RecordError> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn one_of<T: Copy>(&mut self, field: &'static str, all: &[T]) -> Result<T, RecordError> {
        let value = self.byte()?;
        all.get(usize::from(value)).copied().ok_or(RecordError::Field { field, value: value.into() })
    }

    fn flag(&mut self, field: &'static str) -> Result<bool, RecordError> {
        self.one_of(field, &[false, true])
    }

    fn frame(&mut self) -> Result<Frame, RecordError> {
        let (flags, id, len) = (self.byte()?, self.word()?, self.byte()?);
        let id = if flags & 1 != 0 { Id::extended(id)? } else { Id::standard(id)? };
        let kind = match flags >> 1 {
            0 => Kind::Data,
            1 => Kind::Remote,
            fd @ (2 | 6 | 10 | 14) => Kind::Fd { switches_rate: fd & 4 != 0, is_passive: fd & 8 != 0 },
            _ => return Err(RecordError::Field { field: "flags", value: flags.into() }),
        };
        let len = usize::from(len);
        if kind == Kind::Remote {
            let data = [0; LEN_MAX];
            let data = data.get(..len).ok_or(FrameError::Len { len, is_fd: false })?;
            return Ok(Frame::new(id, kind, data)?);
        }
        Ok(Frame::new(id, kind, self.take(len)?)?)
    }

    fn end<T>(self, record: T) -> Result<T, RecordError> {
        if self.rest.is_empty() { Ok(record) } else { Err(self.wrong_len()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_frame() -> impl Strategy<Value = Frame> {
        let id = prop_oneof![(0..0x800u16).prop_map(Id::Standard), (0..1u32 << 29).prop_map(Id::Extended)];
        let kind = prop_oneof![
            Just(Kind::Data),
            Just(Kind::Remote),
            any::<(bool, bool)>()
                .prop_map(|(switches_rate, is_passive)| Kind::Fd { switches_rate, is_passive }),
        ];
        (id, kind, 0u8..16, any::<[u8; LEN_MAX]>()).prop_map(|(id, kind, dlc, data)| {
            Frame::new(id, kind, &data[..Frame::len_of_dlc(dlc, kind.is_fd())]).unwrap()
        })
    }

    fn any_to_bus() -> impl Strategy<Value = ToBus> {
        prop_oneof![
            (any::<(u32, u32)>(), any::<bool>()).prop_map(|((bitrate_bps, data_bitrate_bps), silent)| {
                let mode = if silent { Mode::Silent } else { Mode::Normal };
                ToBus::Join { bitrate_bps, data_bitrate_bps, mode }
            }),
            Just(ToBus::Leave),
            (any::<(u8, bool)>(), any_frame()).prop_map(|((mailbox, once), frame)| ToBus::Offer {
                mailbox,
                once,
                frame
            }),
            any::<u8>().prop_map(|mailbox| ToBus::Withdraw { mailbox }),
            Just(ToBus::Recover),
        ]
    }

    fn any_from_bus() -> impl Strategy<Value = FromBus> {
        let status = (any::<(u16, u16)>(), 0usize..3, prop::option::of(0usize..6)).prop_map(
            |((transmit_errors, receive_errors), state, last)| {
                let (state, last) = (STATES[state], last.map(|place| ERRORS[place]));
                FromBus::Status(Status { transmit_errors, receive_errors, state, last })
            },
        );
        prop_oneof![
            any_frame().prop_map(FromBus::Received),
            any::<u8>().prop_map(|mailbox| FromBus::Sent { mailbox }),
            any::<u8>().prop_map(|mailbox| FromBus::Lost { mailbox }),
            any::<u8>().prop_map(|mailbox| FromBus::Failed { mailbox }),
            any::<u8>().prop_map(|mailbox| FromBus::Withdrawn { mailbox }),
            status,
        ]
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(to in any_to_bus(), from in any_from_bus()) {
            let (mut to_bytes, mut from_bytes) = (Vec::new(), Vec::new());
            to.write(&mut to_bytes);
            from.write(&mut from_bytes);
            prop_assert_eq!(ToBus::read(&to_bytes), Ok(to));
            prop_assert_eq!(FromBus::read(&from_bytes), Ok(from));
            for bytes in [to_bytes, from_bytes] {
                let cut = &bytes[..bytes.len() - 1];
                prop_assert!(ToBus::read(cut).is_err() && FromBus::read(cut).is_err());
            }
        }

        #[test]
        fn any_bytes_are_a_record_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            for bytes in [Some(bytes.clone()), bytes.split_first().map(|(_, rest)| [&[OFFER], rest].concat())] {
                let bytes = bytes.unwrap_or_default();
                if let Ok(record) = ToBus::read(&bytes) {
                    let mut again = Vec::new();
                    record.write(&mut again);
                    prop_assert_eq!(again, bytes);
                } else {
                    let _ = FromBus::read(&bytes);
                }
            }
        }
    }
}
