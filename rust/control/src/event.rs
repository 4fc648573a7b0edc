// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What happens in a run, as its master is told.

use crate::wire::{Reader, Writer, message};
use crate::{Frame, Malformed};

const FRAME: u16 = 0x4001;
const HELD: u16 = 0x4002;
const LINE: u16 = 0x4003;

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
            _ => return Ok(None),
        };
        Ok(Some(event))
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
