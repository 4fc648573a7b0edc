// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What happens in a run, as its master is told.

use crate::wire::{Reader, Writer, message};
use crate::{Frame, Malformed};

const FRAME: u16 = 0x4001;
const HELD: u16 = 0x4002;
const LINE: u16 = 0x4003;
const POWER: u16 = 0x4004;
const LOST: u16 = 0x4005;

/// In place of a node or port: none (a console has no receiver), or, as a sender, what was injected.
pub const NO_PORT: (u16, u16) = (u16::MAX, u16::MAX);

/// Something that happened in the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A frame was sent, or injected.
    Frame(Sending),
    /// A frame had to wait: its port was full.
    Held {
        /// When.
        at_ns: u64,
        /// The node.
        node: u16,
        /// Its port.
        port: u16,
    },
    /// A line of UART output is complete.
    Line(Sending),
    /// A node was switched off or on, or reset.
    Power {
        /// When.
        at_ns: u64,
        /// The node.
        node: u16,
        /// What happened to it.
        change: PowerChange,
        /// What the firmware said when it ended; else 0.
        code: u32,
    },
    /// A byte is lost: it came to a node that is off, or its sender was switched off before it was out.
    Lost {
        /// When.
        at_ns: u64,
        /// The node that is off.
        node: u16,
        /// Its port.
        port: u16,
        /// The byte.
        byte: u8,
    },
}

/// What happens to a node as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum PowerChange {
    /// It is switched off.
    Off = 0,
    /// It is switched on, and starts from nothing.
    On = 1,
    /// Its reset pin is pulled.
    PinReset = 2,
    /// Its own firmware resets it.
    FirmwareReset = 3,
    /// Its own firmware ends it: its CPUs do nothing more until a reset.
    Ended = 4,
}

/// Bytes on their way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sending {
    /// When the first start bit began.
    pub starts_ns: u64,
    /// When the last byte is there.
    pub arrives_ns: u64,
    /// Who sends, as (node, port); [`NO_PORT`] for what was injected.
    pub from: (u16, u16),
    /// Who receives; [`NO_PORT`] on a console.
    pub to: (u16, u16),
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl Event {
    /// Appends it as a message.
    pub fn encode(&self, sequence: u64, out: &mut Vec<u8>) {
        match self {
            Event::Frame(sending) => message(out, FRAME, sequence, |w| sending.write(w)),
            Event::Line(sending) => message(out, LINE, sequence, |w| sending.write(w)),
            Event::Held { at_ns, node, port } => message(out, HELD, sequence, |w| {
                w.u64(*at_ns).u16(*node).u16(*port).u32(0);
            }),
            Event::Power { at_ns, node, change, code } => message(out, POWER, sequence, |w| {
                w.u64(*at_ns).u16(*node).u16(*change as u16).u32(*code);
            }),
            Event::Lost { at_ns, node, port, byte } => message(out, LOST, sequence, |w| {
                w.u64(*at_ns).u16(*node).u16(*port).bytes(&[*byte, 0, 0, 0]);
            }),
        }
    }

    /// Reads it; `None` if the message is no event.
    pub(crate) fn decode(frame: &Frame) -> Result<Option<Event>, Malformed> {
        let reader = |name, expected| Reader::new(frame.kind, name, expected, &frame.body);
        let event = match frame.kind {
            FRAME => Event::Frame(Sending::read(reader("frame", "24 or more"))?),
            LINE => Event::Line(Sending::read(reader("line", "24 or more"))?),
            HELD => {
                let mut r = reader("held", "16");
                let (at_ns, node, port) = (r.u64(), r.u16(), r.u16());
                r.reserved(4)?;
                r.end()?;
                Event::Held { at_ns, node, port }
            }
            POWER => {
                let mut r = reader("power", "16");
                let (at_ns, node, change, code) = (r.u64(), r.u16(), r.u16(), r.u32());
                r.end()?;
                let change = PowerChange::from_number(change)?;
                if code != 0 && change != PowerChange::Ended {
                    return Err(Malformed::Field {
                        what: "the code of a change of power that has none",
                        found: code.to_string(),
                        expected: "0",
                    });
                }
                Event::Power { at_ns, node, change, code }
            }
            LOST => {
                let mut r = reader("lost", "16");
                let (at_ns, node, port, byte) = (r.u64(), r.u16(), r.u16(), r.u8());
                r.reserved(3)?;
                r.end()?;
                Event::Lost { at_ns, node, port, byte }
            }
            _ => return Ok(None),
        };
        Ok(Some(event))
    }
}

impl PowerChange {
    fn from_number(number: u16) -> Result<PowerChange, Malformed> {
        match number {
            0 => Ok(PowerChange::Off),
            1 => Ok(PowerChange::On),
            2 => Ok(PowerChange::PinReset),
            3 => Ok(PowerChange::FirmwareReset),
            4 => Ok(PowerChange::Ended),
            _ => Err(Malformed::Field {
                what: "a change of power",
                found: number.to_string(),
                expected: "0 (off), 1 (on), 2 (reset by its pin), 3 (reset by its firmware) or 4 (ended by its firmware)",
            }),
        }
    }
}

impl Sending {
    fn write(&self, w: &mut Writer<'_>) {
        let Sending { starts_ns, arrives_ns, from, to, bytes } = self;
        w.u64(*starts_ns).u64(*arrives_ns).u16(from.0).u16(from.1).u16(to.0).u16(to.1).bytes(bytes);
    }

    fn read(mut r: Reader<'_>) -> Result<Sending, Malformed> {
        let (starts_ns, arrives_ns) = (r.u64(), r.u64());
        let (from, to) = ((r.u16(), r.u16()), (r.u16(), r.u16()));
        let bytes = r.rest().to_vec();
        r.end().map(|()| Sending { starts_ns, arrives_ns, from, to, bytes })
    }
}
