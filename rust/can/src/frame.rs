// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A frame.

use std::fmt;

/// The most bytes of data a frame carries, a CAN FD one.
pub const LEN_MAX: usize = 64;

/// The most bytes of data that a frame of Classical CAN carries.
const CLASSIC_LEN_MAX: usize = 8;

/// Whose frame it is; the lesser one goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Id {
    /// 11 bits.
    Standard(u16),
    /// 29 bits.
    Extended(u32),
}

/// What kind of frame it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A data frame of Classical CAN.
    Data,
    /// A remote frame of Classical CAN: it asks for data and has none; its length is that of the data it asks for.
    Remote,
    /// A frame of CAN FD.
    Fd {
        /// Its data phase has the other bit rate (BRS).
        switches_rate: bool,
        /// Its sender is error passive (ESI).
        is_passive: bool,
    },
}

/// A frame, as a controller hands it over or gets it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Frame {
    id: Id,
    kind: Kind,
    len: u8,
    data: [u8; LEN_MAX],
}

/// Why there is no such frame.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// The identifier has more bits than there are.
    #[error("identifier 0x{id:x} is too large: at most 0x{max:x}")]
    Id {
        /// What it was to be.
        id: u32,
        /// The largest.
        max: u32,
    },
    /// No DLC says such a length.
    #[error(
        "a frame has no {len} bytes of data: {}",
        if *is_fd { "CAN FD has 0 to 8, 12, 16, 20, 24, 32, 48 or 64" } else { "Classical CAN has 0 to 8" }
    )]
    Len {
        /// What it was to be.
        len: usize,
        /// Of CAN FD.
        is_fd: bool,
    },
}

impl Id {
    /// The largest with 11 bits.
    pub const STANDARD_MAX: u32 = 0x7ff;
    /// The largest with 29 bits.
    pub const EXTENDED_MAX: u32 = 0x1fff_ffff;

    /// One of 11 bits.
    pub fn standard(id: u32) -> Result<Id, FrameError> {
        match u16::try_from(id) {
            Ok(short) if id <= Id::STANDARD_MAX => Ok(Id::Standard(short)),
            _ => Err(FrameError::Id { id, max: Id::STANDARD_MAX }),
        }
    }

    /// One of 29 bits.
    pub fn extended(id: u32) -> Result<Id, FrameError> {
        if id > Id::EXTENDED_MAX {
            return Err(FrameError::Id { id, max: Id::EXTENDED_MAX });
        }
        Ok(Id::Extended(id))
    }
}

impl Kind {
    /// Whether it is CAN FD.
    pub const fn is_fd(self) -> bool {
        matches!(self, Kind::Fd { .. })
    }
}

impl Frame {
    /// A frame with this data; of a remote frame only its length counts.
    pub fn new(id: Id, kind: Kind, data: &[u8]) -> Result<Frame, FrameError> {
        // The id's fields are public: a match can be made by hand.
        match id {
            Id::Standard(id) => Id::standard(id.into())?,
            Id::Extended(id) => Id::extended(id)?,
        };
        let (len, is_fd) = (data.len(), kind.is_fd());
        if !(len <= CLASSIC_LEN_MAX || is_fd && matches!(len, 12 | 16 | 20 | 24 | 32 | 48 | 64)) {
            return Err(FrameError::Len { len, is_fd });
        }
        let mut frame = Frame { id, kind, len: len as u8, data: [0; LEN_MAX] };
        if kind != Kind::Remote {
            frame.data[..len].copy_from_slice(data);
        }
        Ok(frame)
    }

    /// Its identifier.
    pub const fn id(&self) -> Id {
        self.id
    }

    /// What kind it is.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Its data; of a remote frame none.
    pub fn data(&self) -> &[u8] {
        if self.kind == Kind::Remote { &[] } else { &self.data[..usize::from(self.len)] }
    }

    /// How many bytes its DLC says.
    pub const fn len(&self) -> usize {
        self.len as usize
    }

    /// Whether its DLC is 0.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Its DLC field (ISO 11898-1, table 5).
    pub const fn dlc(&self) -> u8 {
        match self.len {
            12 => 9,
            16 => 10,
            20 => 11,
            24 => 12,
            32 => 13,
            48 => 14,
            64 => 15,
            len => len,
        }
    }

    /// The bytes that a DLC field says: in Classical CAN 9 to 15 mean 8, too.
    pub const fn len_of_dlc(dlc: u8, is_fd: bool) -> usize {
        match (dlc & 15, is_fd) {
            (9, true) => 12,
            (10, true) => 16,
            (11, true) => 20,
            (12, true) => 24,
            (13, true) => 32,
            (14, true) => 48,
            (15, true) => 64,
            (9..=15, false) => 8,
            (len, _) => len as usize,
        }
    }
}

/// `123`, or `00000123` with 29 bits.
impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Id::Standard(id) => write!(f, "{id:03X}"),
            Id::Extended(id) => write!(f, "{id:08X}"),
        }
    }
}

/// As `candump` shows it: `123 [2] 0A FF`, `123 [4] remote`; CAN FD with `fd`, and `brs` and `esi` where they are set.
impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.id)?;
        if let Kind::Fd { switches_rate, is_passive } = self.kind {
            f.write_str(" fd")?;
            f.write_str(if switches_rate { " brs" } else { "" })?;
            f.write_str(if is_passive { " esi" } else { "" })?;
        }
        write!(f, " [{}]", self.len)?;
        if self.kind == Kind::Remote {
            return f.write_str(" remote");
        }
        self.data().iter().try_for_each(|byte| write!(f, " {byte:02X}"))
    }
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Frame({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(id: Id, kind: Kind, data: &[u8], expected: Result<&str, FrameError>) {
        let shown = Frame::new(id, kind, data).map(|frame| frame.to_string());
        assert_eq!(shown, expected.map(String::from));
    }

    #[test]
    fn a_frame_is_one_of_the_standard() {
        let fd = Kind::Fd { switches_rate: true, is_passive: false };
        check(Id::Standard(0x12), Kind::Data, &[10, 255], Ok("012 [2] 0A FF"));
        check(Id::Extended(0x12), Kind::Remote, &[0; 4], Ok("00000012 [4] remote"));
        check(Id::Standard(0x7ff), fd, &[7; 12], Ok("7FF fd brs [12] 07 07 07 07 07 07 07 07 07 07 07 07"));
        check(Id::Standard(1), Kind::Data, &[0; 9], Err(FrameError::Len { len: 9, is_fd: false }));
        check(Id::Standard(1), fd, &[0; 9], Err(FrameError::Len { len: 9, is_fd: true }));
        check(Id::Standard(0x800), fd, &[], Err(FrameError::Id { id: 0x800, max: 0x7ff }));
        check(Id::Extended(1 << 29), fd, &[], Err(FrameError::Id { id: 1 << 29, max: 0x1fff_ffff }));
    }

    #[test]
    fn a_length_is_said_by_its_dlc() {
        let fd = Kind::Fd { switches_rate: false, is_passive: false };
        for dlc in 0..16 {
            let len = Frame::len_of_dlc(dlc, true);
            let frame = Frame::new(Id::Standard(0), fd, &[0; LEN_MAX][..len]).unwrap();
            assert_eq!((frame.dlc(), frame.len()), (dlc, len));
            assert_eq!(Frame::len_of_dlc(dlc, false), usize::from(dlc.min(8)));
        }
    }
}
