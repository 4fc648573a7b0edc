// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Frames and errors of CAN as packets: LINKTYPE_CAN_SOCKETCAN, as its page at the registry and Linux's
//! `linux/can.h` and `linux/can/error.h` say.
//!
//! A packet is the identifier with flags (32 bits, big-endian), the length of the data, the flags of CAN FD, two bytes that are 0, and the data.

use can::{Frame, FrameError, FromBus, Id, Kind, State, Status};
use thiserror::Error;

/// The longest packet.
pub const BYTES_MAX: usize = HEAD_BYTES + can::LEN_MAX;

const HEAD_BYTES: usize = 8;

// Beside the identifier.
const EXTENDED: u32 = 1 << 31;
const REMOTE: u32 = 1 << 30;
const ERROR: u32 = 1 << 29;

// Of CAN FD.
const SWITCHES_RATE: u8 = 1;
const IS_PASSIVE: u8 = 2;
const IS_FD: u8 = 4;

// Classes of errors, and what their data says: byte 1 the controller, 2 the kind, 3 where in the frame, 6 and 7 the counters.
const CONTROLLER: u32 = 0x04;
const PROTOCOL: u32 = 0x08;
const NO_ACKNOWLEDGE: u32 = 0x20;
const BUS_OFF: u32 = 0x40;
const RX_PASSIVE: u8 = 0x10;
const TX_PASSIVE: u8 = 0x20;
const FORM: u8 = 0x02;
const STUFF: u8 = 0x04;
const NO_DOMINANT: u8 = 0x08;
const NO_RECESSIVE: u8 = 0x10;
const WHILE_SENDING: u8 = 0x80;
const IN_CRC: u8 = 0x08;
const IN_ACKNOWLEDGE: u8 = 0x19;
const ERROR_DATA_BYTES: usize = 8;

/// From here on a controller is error passive (ISO 11898-1, 12.1.4).
const PASSIVE_FROM: u16 = 128;

/// A packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoded {
    bytes: [u8; BYTES_MAX],
    len: usize,
}

/// What a controller saw go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What.
    pub error: can::Error,
    /// It was sending.
    pub sending: bool,
    /// How it stands with it afterwards.
    pub status: Status,
}

/// What a controller hears from its bus, as packets.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hearing {
    /// How it stood with it before.
    status: Status,
}

/// Why a packet is no frame.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NoFrame {
    /// It is cut.
    #[error("a CAN packet has {found} bytes, where {expected} are expected")]
    Short {
        /// How many it has.
        found: usize,
        /// How many it must have.
        expected: usize,
    },
    /// It tells of an error.
    #[error("a CAN packet tells of an error, class 0x{class:x}: that is no frame, and cannot be sent")]
    Failure {
        /// Which class.
        class: u32,
    },
    /// It is CAN XL, which is not simulated.
    #[error("a CAN packet is a frame of CAN XL: there are only Classical CAN and CAN FD")]
    Xl,
    /// It is a remote frame and CAN FD, which has none.
    #[error("a CAN packet is a remote frame of CAN FD, which has none")]
    RemoteFd,
    /// No such frame can be sent.
    #[error(transparent)]
    Frame(#[from] FrameError),
}

impl AsRef<[u8]> for Encoded {
    fn as_ref(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

impl Encoded {
    /// `data` is at most 64 bytes; `len` may say more of a remote frame.
    fn new(id: u32, len: usize, flags: u8, data: &[u8]) -> Encoded {
        let mut bytes = [0; BYTES_MAX];
        bytes[..4].copy_from_slice(&id.to_be_bytes());
        bytes[4] = len as u8;
        bytes[5] = flags;
        bytes[HEAD_BYTES..][..data.len()].copy_from_slice(data);
        Encoded { bytes, len: HEAD_BYTES + data.len() }
    }
}

impl Hearing {
    /// The packet of what the bus says, if it makes one: a frame of another controller, or an error. An error is one that it has
    /// counted: what only counts down is none.
    pub fn packet(&mut self, said: &FromBus) -> Option<Encoded> {
        let status = match said {
            FromBus::Received(frame) => return Some(encode(frame)),
            FromBus::Status(status) => *status,
            FromBus::Sent { .. }
            | FromBus::Lost { .. }
            | FromBus::Failed { .. }
            | FromBus::Withdrawn { .. } => {
                return None;
            }
        };
        let before = std::mem::replace(&mut self.status, status);
        let sending = status.transmit_errors > before.transmit_errors;
        let counted = sending || status.receive_errors > before.receive_errors;
        let error = status.last.filter(|_| counted)?;
        Some(encode_failure(&Failure { error, sending, status }))
    }
}

/// The packet of a frame.
pub fn encode(frame: &Frame) -> Encoded {
    let id = match frame.id() {
        Id::Standard(id) => id.into(),
        Id::Extended(id) => id | EXTENDED,
    };
    let (remote, flags) = match frame.kind() {
        Kind::Data => (0, 0),
        Kind::Remote => (REMOTE, 0),
        Kind::Fd { switches_rate, is_passive } => {
            let flag = |is_set, flag| if is_set { flag } else { 0 };
            (0, IS_FD | flag(switches_rate, SWITCHES_RATE) | flag(is_passive, IS_PASSIVE))
        }
    };
    Encoded::new(id | remote, frame.len(), flags, frame.data())
}

/// The packet that tells of an error.
pub fn encode_failure(failure: &Failure) -> Encoded {
    let Failure { error, sending, status } = *failure;
    let (class, kind, place) = match error {
        can::Error::Stuff => (PROTOCOL, STUFF, 0),
        can::Error::Form => (PROTOCOL, FORM, 0),
        can::Error::Acknowledge => (NO_ACKNOWLEDGE | PROTOCOL, 0, IN_ACKNOWLEDGE),
        can::Error::BitRecessive => (PROTOCOL, NO_RECESSIVE, 0),
        can::Error::BitDominant => (PROTOCOL, NO_DOMINANT, 0),
        can::Error::Crc => (PROTOCOL, 0, IN_CRC),
    };
    let passive = |count, flag| if count >= PASSIVE_FROM { flag } else { 0 };
    let (state, controller) = match status.state {
        State::Active => (0, 0),
        State::Passive => (
            CONTROLLER,
            passive(status.transmit_errors, TX_PASSIVE) | passive(status.receive_errors, RX_PASSIVE),
        ),
        State::Off => (BUS_OFF, 0),
    };
    let count = |count: u16| count.min(255) as u8;
    let data = [
        0,
        controller,
        kind | if sending { WHILE_SENDING } else { 0 },
        place,
        0,
        0,
        count(status.transmit_errors),
        count(status.receive_errors),
    ];
    Encoded::new(ERROR | class | state, ERROR_DATA_BYTES, 0, &data)
}

/// The frame of a packet, to be sent. It may be padded, as Linux pads it.
pub fn decode(bytes: &[u8]) -> Result<Frame, NoFrame> {
    let found = bytes.len();
    let short = |expected| NoFrame::Short { found, expected };
    let (head, data) = bytes.split_first_chunk::<HEAD_BYTES>().ok_or(short(HEAD_BYTES))?;
    let [i0, i1, i2, i3, len, flags, ..] = *head;
    let id = u32::from_be_bytes([i0, i1, i2, i3]);
    if len & 0x80 != 0 {
        return Err(NoFrame::Xl);
    }
    if id & ERROR != 0 {
        return Err(NoFrame::Failure { class: id & Id::EXTENDED_MAX });
    }
    let len = usize::from(len);
    // A frame of more than 8 bytes is CAN FD also where its flags do not say so: older writers leave them out.
    let is_fd = flags & IS_FD != 0 || len > 8;
    let kind = match (id & REMOTE != 0, is_fd) {
        (true, true) => return Err(NoFrame::RemoteFd),
        (true, false) => Kind::Remote,
        (false, true) => {
            Kind::Fd { switches_rate: flags & SWITCHES_RATE != 0, is_passive: flags & IS_PASSIVE != 0 }
        }
        (false, false) => Kind::Data,
    };
    let number = id & Id::EXTENDED_MAX;
    let id = if id & EXTENDED != 0 { Id::extended(number)? } else { Id::standard(number)? };
    let nothing = [0; can::LEN_MAX];
    let data = if kind == Kind::Remote { &nothing } else { data };
    Ok(Frame::new(id, kind, data.get(..len).ok_or(short(HEAD_BYTES + len))?)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn frame(id: Id, kind: Kind, data: &[u8]) -> Frame {
        Frame::new(id, kind, data).unwrap()
    }

    #[track_caller]
    fn check(frame: Frame, expected: &[u8]) {
        assert_eq!(encode(&frame).as_ref(), expected);
        assert_eq!(decode(expected), Ok(frame));
    }

    #[test]
    fn frames_are_as_linux_has_them() {
        let fd = |switches_rate, is_passive| Kind::Fd { switches_rate, is_passive };
        check(frame(Id::Standard(0x123), Kind::Data, &[7, 8]), &[0, 0, 1, 0x23, 2, 0, 0, 0, 7, 8]);
        check(frame(Id::Extended(0x1234567), Kind::Remote, &[0; 5]), &[0xc1, 0x23, 0x45, 0x67, 5, 0, 0, 0]);
        check(frame(Id::Standard(1), fd(true, false), &[]), &[0, 0, 0, 1, 0, 5, 0, 0]);
        check(frame(Id::Extended(1), fd(false, true), &[9]), &[0x80, 0, 0, 1, 1, 6, 0, 0, 9]);
    }

    #[test]
    fn failures_are_as_linux_has_them() {
        let check = |error, sending, (transmit_errors, receive_errors, state), expected: [u8; 16]| {
            let status = Status { transmit_errors, receive_errors, state, last: Some(error) };
            assert_eq!(encode_failure(&Failure { error, sending, status }).as_ref(), expected);
            let packet = decode(&expected);
            assert!(matches!(packet, Err(NoFrame::Failure { .. })), "{packet:?}");
        };
        let (active, passive, off) = (State::Active, State::Passive, State::Off);
        use can::Error;
        let head = |class| [0x20, 0, 0, class, 8, 0, 0, 0];
        let with = |class, data: [u8; 8]| [head(class), data].concat().try_into().unwrap();
        check(Error::Stuff, false, (0, 1, active), with(0x08, [0, 0, 4, 0, 0, 0, 0, 1]));
        check(Error::Acknowledge, true, (136, 2, passive), with(0x2c, [0, 0x20, 0x80, 0x19, 0, 0, 136, 2]));
        check(Error::Crc, false, (3, 130, passive), with(0x0c, [0, 0x10, 0, 8, 0, 0, 3, 130]));
        check(Error::BitDominant, true, (256, 0, off), with(0x48, [0, 0, 0x88, 0, 0, 0, 255, 0]));
        check(Error::BitRecessive, true, (8, 0, active), with(0x08, [0, 0, 0x90, 0, 0, 0, 8, 0]));
        check(Error::Form, false, (0, 0, active), with(0x08, [0, 0, 2, 0, 0, 0, 0, 0]));
    }

    #[test]
    fn a_controller_hears_frames_and_counted_errors() {
        let mut hearing = Hearing::default();
        let other = frame(Id::Standard(1), Kind::Data, &[5]);
        assert_eq!(hearing.packet(&FromBus::Received(other)), Some(encode(&other)));
        assert_eq!(hearing.packet(&FromBus::Sent { mailbox: 0 }), None);
        let mut check = |transmit_errors, receive_errors, last, state, expected: Option<bool>| {
            let status = Status { transmit_errors, receive_errors, state, last };
            let failure = |sending| encode_failure(&Failure { error: can::Error::Crc, sending, status });
            assert_eq!(hearing.packet(&FromBus::Status(status)), expected.map(failure), "{status:?}");
        };
        let crc = Some(can::Error::Crc);
        check(0, 1, crc, State::Active, Some(false));
        check(8, 1, crc, State::Active, Some(true));
        check(7, 1, None, State::Active, None);
        check(128, 1, crc, State::Passive, Some(true));
        check(256, 1, crc, State::Off, Some(true));
        check(0, 0, None, State::Active, None);
    }

    #[track_caller]
    fn refused(bytes: &[u8], expected: &str) {
        assert_eq!(decode(bytes).map_err(|error| error.to_string()), Err(expected.to_string()));
    }

    #[test]
    fn what_is_no_frame_is_refused() {
        refused(&[0; 7], "a CAN packet has 7 bytes, where 8 are expected");
        refused(&[0, 0, 0, 1, 3, 0, 0, 0, 1, 2], "a CAN packet has 10 bytes, where 11 are expected");
        refused(
            &[0x20, 0, 0, 0x48, 8, 0, 0, 0],
            "a CAN packet tells of an error, class 0x48: that is no frame, and cannot be sent",
        );
        refused(
            &[0, 0, 0, 1, 0x80, 0, 0, 0],
            "a CAN packet is a frame of CAN XL: there are only Classical CAN and CAN FD",
        );
        refused(&[0x40, 0, 0, 1, 0, 4, 0, 0], "a CAN packet is a remote frame of CAN FD, which has none");
        refused(&[0, 0, 8, 0, 0, 0, 0, 0], "identifier 0x800 is too large: at most 0x7ff");
        refused(
            &[&[0, 0, 0, 1, 9, 4, 0, 0][..], &[0; 9]].concat(),
            "a frame has no 9 bytes of data: CAN FD has 0 to 8, 12, 16, 20, 24, 32, 48 or 64",
        );
    }

    #[test]
    fn frames_may_be_padded_and_unmarked() {
        let padded = [&[0, 0, 0, 1, 1, 0, 0, 0][..], &[5; 8]].concat();
        assert_eq!(decode(&padded), Ok(frame(Id::Standard(1), Kind::Data, &[5])));
        let unmarked = [&[0, 0, 0, 1, 12, 0, 0, 0][..], &[5; 12]].concat();
        let fd = Kind::Fd { switches_rate: false, is_passive: false };
        assert_eq!(decode(&unmarked), Ok(frame(Id::Standard(1), fd, &[5; 12])));
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_frame_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            if let Ok(frame) = decode(&bytes) {
                prop_assert_eq!(decode(encode(&frame).as_ref()), Ok(frame));
            }
        }
    }
}
