// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What a trace is told of a LIN bus, and the bytes of it.

use super::pid::{Model, Pid};
use std::fmt;

/// What happened on a bus: [`crate::Told::bytes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event<'a> {
    /// A frame, or what there was of one. It went through ([`crate::What::Sent`]) if it has no errors.
    Frame(Frame<'a>),
    /// A byte that belongs to no frame.
    Stray {
        /// As it was sent.
        byte: u8,
        /// Others sent at the same time, or it had no stop bit.
        is_garbled: bool,
    },
    /// A dominant pulse between frames that wakes all who sleep.
    WakeUp,
    /// A byte or a break: it never left ([`crate::What::Lost`]), or a fault strikes it.
    Part {
        /// The byte, at whatever rate; none: a break.
        byte: Option<u8>,
    },
    /// A header does not follow the table that it is to follow.
    OffPlan {
        /// The header's identifier.
        id: u8,
        /// How it does not.
        how: OffPlan,
        /// What the table is called.
        plan: &'a str,
    },
}

/// How a header does not follow its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OffPlan {
    /// The table has another one there: this, or the first of those that may be there.
    Instead(u8),
    /// It is so many nanoseconds sooner than its slot.
    Early(u64),
    /// It is so many nanoseconds later than its slot.
    Late(u64),
}

/// A frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Frame<'a> {
    /// Its identifier as it was on the bus.
    pub pid: Pid,
    /// Its data, as much as there was.
    pub data: &'a [u8],
    /// Its checksum, if it came that far.
    pub checksum: Option<u8>,
    /// Which kind of checksum that is; none if it is wrong.
    pub model: Option<Model>,
    /// What was wrong.
    pub errors: Errors,
    /// What it is called; nothing if nobody said.
    pub name: &'a str,
}

/// What can be wrong with a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// The break has less than the 13 bits of the standard.
    ShortBreak,
    /// There is no whole header.
    NoHeader,
    /// The byte behind the break is not 0x55.
    Sync,
    /// The parity of the identifier does not fit.
    Parity,
    /// The header takes more than 1.4 times its 34 bits.
    LongHeader,
    /// It is not the master that sent the header.
    NotMaster,
    /// Somebody sent meanwhile, or a stop bit was not there.
    Garbled,
    /// Nobody answered.
    NoResponse,
    /// There are less bytes than the frame has.
    Incomplete,
    /// The checksum does not fit.
    Checksum,
    /// The checksum fits, but is the other kind.
    OtherModel,
    /// The response takes more than 1.4 times its bits.
    LongResponse,
}

/// A set of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Errors(u16);

const ERRORS: [(Error, &str); 12] = [
    (Error::ShortBreak, "short break"),
    (Error::NoHeader, "no whole header"),
    (Error::Sync, "sync"),
    (Error::Parity, "parity"),
    (Error::LongHeader, "header too long"),
    (Error::NotMaster, "not from the master"),
    (Error::Garbled, "garbled"),
    (Error::NoResponse, "no response"),
    (Error::Incomplete, "incomplete"),
    (Error::Checksum, "checksum"),
    (Error::OtherModel, "other checksum"),
    (Error::LongResponse, "response too long"),
];

impl Errors {
    /// Whether this one is among them.
    pub const fn has(self, error: Error) -> bool {
        self.0 & 1 << error as u16 != 0
    }

    /// Whether nothing was wrong.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(super) fn add(&mut self, error: Error) {
        self.0 |= 1 << error as u16;
    }

    pub(super) fn add_if(&mut self, condition: bool, error: Error) {
        if condition {
            self.add(error);
        }
    }
}

const FRAME: u8 = 1;
const STRAY: u8 = 2;
const WAKE_UP: u8 = 3;
const PART: u8 = 4;
const OFF_PLAN: u8 = 5;

/// Why bytes are no event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} bytes are no event of a LIN bus", .0)]
pub struct NoEvent(pub usize);

impl<'a> Event<'a> {
    /// Its bytes, behind those that are there: one that says which, and its fields (little-endian). Of a frame the identifier, without
    /// parity, and the data stand together ([`Event::content`]).
    pub fn write(&self, bytes: &mut Vec<u8>) {
        match *self {
            Event::Frame(Frame { pid, data, checksum, model, errors, name }) => {
                let model = match model {
                    None => 0,
                    Some(Model::Classic) => 1,
                    Some(Model::Enhanced) => 2,
                };
                let [low, high] = errors.0.to_le_bytes();
                let has_checksum = u8::from(checksum.is_some());
                let data = &data[..data.len().min(u8::MAX.into())];
                bytes.extend([FRAME, low, high, model, has_checksum, checksum.unwrap_or(0), pid.0]);
                bytes.extend([data.len() as u8, pid.id()]);
                bytes.extend(data);
                bytes.extend(name.as_bytes());
            }
            Event::Stray { byte, is_garbled } => bytes.extend([STRAY, byte, u8::from(is_garbled)]),
            Event::WakeUp => bytes.push(WAKE_UP),
            Event::Part { byte } => bytes.extend(std::iter::once(PART).chain(byte)),
            Event::OffPlan { id, how, plan } => {
                let (kind, value) = match how {
                    OffPlan::Instead(other) => (0, u64::from(other)),
                    OffPlan::Early(ns) => (1, ns),
                    OffPlan::Late(ns) => (2, ns),
                };
                bytes.extend([OFF_PLAN, id, kind]);
                bytes.extend(value.to_le_bytes());
                bytes.extend(plan.as_bytes());
            }
        }
    }

    /// The event that is these bytes.
    pub fn read(bytes: &'a [u8]) -> Result<Event<'a>, NoEvent> {
        let none = || NoEvent(bytes.len());
        let text = |bytes: &'a [u8]| std::str::from_utf8(bytes).map_err(|_| none());
        Ok(match bytes {
            [FRAME, low, high, model, has_checksum, checksum, pid, len, _, rest @ ..] => {
                let (data, name) = rest.split_at_checked(usize::from(*len)).ok_or_else(none)?;
                let model = match model {
                    0 => None,
                    1 => Some(Model::Classic),
                    2 => Some(Model::Enhanced),
                    _ => return Err(none()),
                };
                let checksum = (*has_checksum != 0).then_some(*checksum);
                let errors = Errors(u16::from_le_bytes([*low, *high]));
                Event::Frame(Frame { pid: Pid(*pid), data, checksum, model, errors, name: text(name)? })
            }
            [STRAY, byte, garbled @ (0 | 1)] => Event::Stray { byte: *byte, is_garbled: *garbled == 1 },
            [WAKE_UP] => Event::WakeUp,
            [PART] => Event::Part { byte: None },
            [PART, byte] => Event::Part { byte: Some(*byte) },
            [OFF_PLAN, id, kind, rest @ ..] => {
                let (value, plan) = rest.split_first_chunk().ok_or_else(none)?;
                let value = u64::from_le_bytes(*value);
                let how = match kind {
                    0 => OffPlan::Instead(u8::try_from(value).map_err(|_| none())?),
                    1 => OffPlan::Early(value),
                    2 => OffPlan::Late(value),
                    _ => return Err(none()),
                };
                Event::OffPlan { id: *id, how, plan: text(plan)? }
            }
            _ => return Err(none()),
        })
    }

    /// Of the bytes of a frame: its identifier, without parity, and its data. Nothing of what is no frame.
    pub fn content(bytes: &[u8]) -> &[u8] {
        match bytes {
            [FRAME, _, _, _, _, _, _, len, rest @ ..] => rest.get(..1 + usize::from(*len)).unwrap_or(&[]),
            _ => &[],
        }
    }
}

/// `10 EngineTemp [2] 12 34 enhanced`, `11 DoorState: no response`.
impl fmt::Display for Event<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Event::Frame(frame) => write!(f, "{frame}"),
            Event::Stray { byte, is_garbled: false } => write!(f, "no frame: {byte:02X}"),
            Event::Stray { byte, is_garbled: true } => write!(f, "no frame: {byte:02X} garbled"),
            Event::WakeUp => f.write_str("wake-up"),
            Event::Part { byte: Some(byte) } => write!(f, "byte {byte:02X}"),
            Event::Part { byte: None } => f.write_str("break"),
            Event::OffPlan { id, how, plan } => match how {
                OffPlan::Instead(other) => write!(f, "schedule {plan}: {id:02X} instead of {other:02X}"),
                OffPlan::Early(ns) => write!(f, "schedule {plan}: {id:02X} is {ns}ns early"),
                OffPlan::Late(ns) => write!(f, "schedule {plan}: {id:02X} is {ns}ns late"),
            },
        }
    }
}

impl fmt::Display for Frame<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let errors = self.errors;
        // Without a whole header there is no identifier; one with wrong parity is shown as it was.
        let mut gap = "";
        if !errors.has(Error::NoHeader) {
            let shown = if errors.has(Error::Parity) { self.pid.0 } else { self.pid.id() };
            write!(f, "{shown:02X}")?;
            gap = " ";
        }
        if !self.name.is_empty() {
            write!(f, "{gap}{}", self.name)?;
            gap = " ";
        }
        if !self.data.is_empty() || self.checksum.is_some() {
            write!(f, "{gap}[{}]", self.data.len())?;
            self.data.iter().try_for_each(|byte| write!(f, " {byte:02X}"))?;
        }
        match self.model {
            Some(Model::Classic) => f.write_str(" classic")?,
            Some(Model::Enhanced) => f.write_str(" enhanced")?,
            None => {}
        }
        let mut separator = if gap.is_empty() { "" } else { ": " };
        for (error, word) in ERRORS.iter().filter(|(error, _)| errors.has(*error)) {
            write!(f, "{separator}{word}")?;
            if let (Error::Checksum, Some(checksum)) = (error, self.checksum) {
                write!(f, " {checksum:02X}")?;
            }
            separator = ", ";
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(event: Event<'_>, expected: &str) {
        let mut bytes = Vec::new();
        event.write(&mut bytes);
        assert_eq!(Event::read(&bytes), Ok(event));
        assert_eq!(event.to_string(), expected);
    }

    fn errors(list: &[Error]) -> Errors {
        let mut all = Errors::default();
        list.iter().for_each(|error| all.add(*error));
        all
    }

    #[test]
    fn events_are_told_in_words() {
        let ok = Frame {
            pid: Pid::of(0x10),
            data: &[0x12, 0x34],
            checksum: Some(0x67),
            model: Some(Model::Enhanced),
            errors: errors(&[]),
            name: "EngineTemp",
        };
        check(Event::Frame(ok), "10 EngineTemp [2] 12 34 enhanced");
        check(Event::Frame(Frame { name: "", model: Some(Model::Classic), ..ok }), "10 [2] 12 34 classic");
        let wrong = Frame { model: None, errors: errors(&[Error::Checksum, Error::LongHeader]), ..ok };
        check(Event::Frame(wrong), "10 EngineTemp [2] 12 34: header too long, checksum 67");
        let none = Frame { pid: Pid::of(0x11), name: "DoorState", ..Frame::default() };
        check(
            Event::Frame(Frame { errors: errors(&[Error::NoResponse]), ..none }),
            "11 DoorState: no response",
        );
        let parity = Frame { pid: Pid(0x12), name: "", errors: errors(&[Error::Parity]), ..none };
        check(Event::Frame(parity), "12: parity");
        let broken = Frame { name: "", errors: errors(&[Error::NoHeader]), ..none };
        check(Event::Frame(broken), "no whole header");
        check(Event::Stray { byte: 0xab, is_garbled: false }, "no frame: AB");
        check(Event::Stray { byte: 0xab, is_garbled: true }, "no frame: AB garbled");
        check(Event::WakeUp, "wake-up");
        check(Event::Part { byte: Some(1) }, "byte 01");
        check(Event::Part { byte: None }, "break");
        let off = |how| Event::OffPlan { id: 0x12, how, plan: "Normal" };
        check(off(OffPlan::Instead(0x11)), "schedule Normal: 12 instead of 11");
        check(off(OffPlan::Early(7)), "schedule Normal: 12 is 7ns early");
        check(off(OffPlan::Late(1_000)), "schedule Normal: 12 is 1000ns late");
    }

    #[test]
    fn content_is_identifier_and_data() {
        let mut bytes = Vec::new();
        Event::Frame(Frame { pid: Pid::of(0x11), data: &[7, 8], name: "x", ..Frame::default() })
            .write(&mut bytes);
        assert_eq!(Event::content(&bytes), [0x11, 7, 8]);
        assert!(Event::content(&[STRAY, 1, 0]).is_empty());
        assert_eq!(Event::read(&bytes[..9]), Err(NoEvent(9)));
        assert_eq!(Event::read(&[]), Err(NoEvent(0)));
        assert_eq!(Event::read(&[FRAME, 0, 0, 3, 0, 0, 0, 0, 0]), Err(NoEvent(9)));
        assert_eq!(Event::read(&[OFF_PLAN, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]), Err(NoEvent(11)));
    }

    #[test]
    fn each_error_has_its_word() {
        for (place, (error, _)) in ERRORS.iter().enumerate() {
            assert_eq!(*error as usize, place);
        }
    }
}
