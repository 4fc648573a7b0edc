// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What a master asks for.

use crate::wire::{Reader, cut, message};
use crate::{Frame, MAGIC, MAX_BYTES, Malformed};

const HELLO: u16 = 1;
const DESCRIBE: u16 = 2;
const STATUS: u16 = 3;
const SUBSCRIBE: u16 = 4;
const GRANT: u16 = 5;
const STEP: u16 = 6;
const INJECT: u16 = 7;
const READ_MEMORY: u16 = 8;
const FINISH: u16 = 9;

/// A request. Times are nanoseconds of virtual time since the start of the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// The first: who speaks, in which version.
    Hello {
        /// [`crate::VERSION`].
        version: u32,
        /// The master's name, for messages.
        name: String,
    },
    /// Nodes, ports, links, duration.
    Describe,
    /// Where each node stands.
    Status,
    /// Which events to tell from now on.
    Subscribe(Subscription),
    /// All nodes may run up to then; answered when all are there.
    Grant {
        /// The end of the grant.
        until_ns: u64,
    },
    /// As [`Request::Grant`], but stops after the first step in which something happened.
    Step {
        /// No farther than this.
        until_ns: u64,
        /// How long a step is; 0: the shortest horizon of a link.
        step_ns: u64,
    },
    /// Bytes arrive at a port.
    Inject {
        /// The node's place.
        node: u16,
        /// The port's place in the node.
        port: u16,
        /// When the first byte is there.
        at_ns: u64,
        /// From one byte to the next.
        interval_ns: u64,
        /// One to [`MAX_BYTES`] bytes.
        bytes: Vec<u8>,
    },
    /// Memory of a node.
    ReadMemory {
        /// The node's place.
        node: u16,
        /// The physical address.
        address: u64,
        /// One to [`MAX_BYTES`] bytes.
        length: u32,
    },
    /// The run ends.
    Finish(Finish),
}

/// Which events a master is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Subscription {
    /// Each frame (a UART's byte) that is sent, arrives late or is injected.
    pub frames: bool,
    /// Each line of UART output.
    pub lines: bool,
    /// Each node that is switched off or on or reset, and each byte that is lost by it.
    pub power: bool,
}

/// How a master ends a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finish {
    /// As if its duration were over now: expectations and golden are judged.
    Here,
    /// It has failed, for this reason.
    Abandon(String),
}

impl Request {
    /// Appends it as a message.
    pub fn encode(&self, sequence: u64, out: &mut Vec<u8>) {
        message(out, self.kind(), sequence, |w| match self {
            Request::Hello { version, name } => {
                w.bytes(&MAGIC).u32(*version).bytes(cut(name, MAX_BYTES).as_bytes());
            }
            Request::Describe | Request::Status => {}
            Request::Subscribe(Subscription { frames, lines, power }) => {
                w.u32(u32::from(*frames) | u32::from(*lines) << 1 | u32::from(*power) << 2);
            }
            Request::Grant { until_ns } => {
                w.u64(*until_ns);
            }
            Request::Step { until_ns, step_ns } => {
                w.u64(*until_ns).u64(*step_ns);
            }
            Request::Inject { node, port, at_ns, interval_ns, bytes } => {
                w.u16(*node).u16(*port).u32(0).u64(*at_ns).u64(*interval_ns).bytes(bytes);
            }
            Request::ReadMemory { node, address, length } => {
                w.u16(*node).u16(0).u32(*length).u64(*address);
            }
            Request::Finish(Finish::Here) => {
                w.u32(0);
            }
            Request::Finish(Finish::Abandon(reason)) => {
                w.u32(1).bytes(cut(reason, MAX_BYTES).as_bytes());
            }
        });
    }

    /// Reads it.
    pub fn decode(frame: &Frame) -> Result<Request, Malformed> {
        let reader = |name, expected| Reader::new(frame.kind, name, expected, &frame.body);
        match frame.kind {
            HELLO => {
                let mut r = reader("hello", "12 to 4108");
                let (found, version) = (r.magic(), r.u32());
                if !r.is_short() && found != MAGIC {
                    return Err(Malformed::Magic { found });
                }
                let name = r.rest_text()?;
                r.end()?;
                at_most(name.len(), "the length of the master's name")?;
                Ok(Request::Hello { version, name })
            }
            DESCRIBE => reader("describe", "0").end().map(|()| Request::Describe),
            STATUS => reader("status", "0").end().map(|()| Request::Status),
            SUBSCRIBE => {
                let mut r = reader("subscribe", "4");
                let flags = r.u32();
                r.end()?;
                if flags > 7 {
                    return Err(Malformed::Field {
                        what: "what to subscribe to",
                        found: format!("{flags:#x}"),
                        expected: "a sum of 1 (frames), 2 (lines) and 4 (power)",
                    });
                }
                let (frames, lines, power) = (flags & 1 != 0, flags & 2 != 0, flags & 4 != 0);
                Ok(Request::Subscribe(Subscription { frames, lines, power }))
            }
            GRANT => {
                let mut r = reader("grant", "8");
                let until_ns = r.u64();
                r.end().map(|()| Request::Grant { until_ns })
            }
            STEP => {
                let mut r = reader("step", "16");
                let (until_ns, step_ns) = (r.u64(), r.u64());
                r.end().map(|()| Request::Step { until_ns, step_ns })
            }
            INJECT => {
                let mut r = reader("inject", "25 to 4120");
                let (node, port) = (r.u16(), r.u16());
                r.reserved(4)?;
                let (at_ns, interval_ns) = (r.u64(), r.u64());
                let bytes = r.rest().to_vec();
                r.end()?;
                if bytes.is_empty() || bytes.len() > MAX_BYTES {
                    return Err(Malformed::Field {
                        what: "the number of bytes to inject",
                        found: bytes.len().to_string(),
                        expected: "1 to 4096",
                    });
                }
                Ok(Request::Inject { node, port, at_ns, interval_ns, bytes })
            }
            READ_MEMORY => {
                let mut r = reader("read memory", "16");
                let node = r.u16();
                r.reserved(2)?;
                let (length, address) = (r.u32(), r.u64());
                r.end()?;
                if length == 0 || length as usize > MAX_BYTES {
                    return Err(Malformed::Field {
                        what: "the number of bytes to read",
                        found: length.to_string(),
                        expected: "1 to 4096",
                    });
                }
                Ok(Request::ReadMemory { node, address, length })
            }
            FINISH => {
                let mut r = reader("finish", "4 to 4100");
                let how = r.u32();
                let reason = r.rest_text()?;
                r.end()?;
                at_most(reason.len(), "the length of the reason")?;
                match how {
                    0 if reason.is_empty() => Ok(Request::Finish(Finish::Here)),
                    1 => Ok(Request::Finish(Finish::Abandon(reason))),
                    _ => Err(Malformed::Field {
                        what: "how to finish",
                        found: format!("{how} with a reason of {} bytes", reason.len()),
                        expected: "0 (here) without a reason, or 1 (abandon) with one",
                    }),
                }
            }
            found => Err(Malformed::Kind {
                found,
                expected: "1 hello, 2 describe, 3 status, 4 subscribe, 5 grant, 6 step, 7 inject, 8 read memory, 9 finish",
            }),
        }
    }

    fn kind(&self) -> u16 {
        match self {
            Request::Hello { .. } => HELLO,
            Request::Describe => DESCRIBE,
            Request::Status => STATUS,
            Request::Subscribe(_) => SUBSCRIBE,
            Request::Grant { .. } => GRANT,
            Request::Step { .. } => STEP,
            Request::Inject { .. } => INJECT,
            Request::ReadMemory { .. } => READ_MEMORY,
            Request::Finish(_) => FINISH,
        }
    }
}

fn at_most(length: usize, what: &'static str) -> Result<(), Malformed> {
    if length <= MAX_BYTES {
        return Ok(());
    }
    Err(Malformed::Field { what, found: format!("{length} bytes"), expected: "at most 4096" })
}
