// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The answers to a master's requests.

use crate::wire::{Reader, cut, message};
use crate::{Code, Description, Frame, MAGIC, MAX_BYTES, Malformed};

/// Answers have the kind of their request and this bit.
const ANSWER: u16 = 0x8000;
const HELLO: u16 = ANSWER | 1;
const DESCRIPTION: u16 = ANSWER | 2;
const STATUS: u16 = ANSWER | 3;
const SUBSCRIBED: u16 = ANSWER | 4;
const GRANTED: u16 = ANSWER | 5;
const STEPPED: u16 = ANSWER | 6;
const INJECTED: u16 = ANSWER | 7;
const MEMORY: u16 = ANSWER | 8;
const FINISHED: u16 = ANSWER | 9;
const ERROR: u16 = 0xffff;

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// To hello.
    Hello {
        /// [`crate::VERSION`].
        version: u32,
        /// Who answers: `virtmcu 0.1.0`.
        program: String,
    },
    /// To describe.
    Description(Description),
    /// To status.
    Status(Status),
    /// To subscribe.
    Subscribed,
    /// To grant.
    Granted(Reached),
    /// To step.
    Stepped(Reached),
    /// To inject.
    Injected {
        /// When the last byte will be there.
        last_ns: u64,
    },
    /// To read memory.
    Memory {
        /// Where it is.
        address: u64,
        /// What is there.
        bytes: Vec<u8>,
    },
    /// To finish.
    Finished,
    /// The request is not done.
    Error {
        /// [`Code`] as a number.
        code: u32,
        /// What was found and what was expected.
        text: String,
    },
}

/// Where all nodes stand after a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    /// Exactly there.
    pub now_ns: u64,
    /// How much has happened since the start: frames sent, held, injected or lost, and changes of power.
    pub happened: u64,
    /// The run is at its end.
    pub at_end: bool,
}

/// Where the run stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Up to when time is granted; all nodes stand there.
    pub now_ns: u64,
    /// The nodes.
    pub nodes: Vec<NodeStatus>,
}

/// What a node did since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NodeStatus {
    /// Up to when it is done.
    pub clock_ns: u64,
    /// Instructions.
    pub insns: u64,
    /// Bytes it sent.
    pub sent: u64,
    /// Bytes that arrived.
    pub delivered: u64,
    /// Bytes that had to wait for the firmware.
    pub held: u64,
}

impl Reply {
    /// An error.
    pub fn error(code: Code, text: impl ToString) -> Reply {
        Reply::Error { code: code as u32, text: text.to_string() }
    }

    /// Appends it as a message.
    pub fn encode(&self, sequence: u64, out: &mut Vec<u8>) {
        message(out, self.kind(), sequence, |w| match self {
            Reply::Hello { version, program } => {
                w.bytes(&MAGIC).u32(*version).bytes(program.as_bytes());
            }
            Reply::Description(description) => description.write(w),
            Reply::Status(Status { now_ns, nodes }) => {
                w.u64(*now_ns);
                for node in nodes {
                    w.u64(node.clock_ns).u64(node.insns).u64(node.sent).u64(node.delivered).u64(node.held);
                }
            }
            Reply::Subscribed | Reply::Finished => {}
            Reply::Granted(reached) | Reply::Stepped(reached) => {
                w.u64(reached.now_ns).u64(reached.happened).u32(reached.at_end.into()).u32(0);
            }
            Reply::Injected { last_ns } => {
                w.u64(*last_ns);
            }
            Reply::Memory { address, bytes } => {
                w.u64(*address).bytes(bytes);
            }
            Reply::Error { code, text } => {
                w.u32(*code).u32(0).bytes(cut(text, MAX_BYTES).as_bytes());
            }
        });
    }

    pub(crate) fn decode(frame: &Frame) -> Result<Reply, Malformed> {
        let reader = |name, expected| Reader::new(frame.kind, name, expected, &frame.body);
        match frame.kind {
            HELLO => {
                let mut r = reader("hello", "12 or more");
                let (found, version) = (r.magic(), r.u32());
                if !r.is_short() && found != MAGIC {
                    return Err(Malformed::Magic { found });
                }
                let program = r.rest_text()?;
                r.end().map(|()| Reply::Hello { version, program })
            }
            DESCRIPTION => {
                Description::read(reader("description", "what its counts say")).map(Reply::Description)
            }
            STATUS => {
                let mut r = reader("status", "8 and 40 a node");
                let now_ns = r.u64();
                let nodes = (0..frame.body.len().saturating_sub(8) / 40).map(|_| NodeStatus {
                    clock_ns: r.u64(),
                    insns: r.u64(),
                    sent: r.u64(),
                    delivered: r.u64(),
                    held: r.u64(),
                });
                let nodes = nodes.collect();
                r.end().map(|()| Reply::Status(Status { now_ns, nodes }))
            }
            SUBSCRIBED => reader("subscribed", "0").end().map(|()| Reply::Subscribed),
            GRANTED => reached(reader("granted", "24")).map(Reply::Granted),
            STEPPED => reached(reader("stepped", "24")).map(Reply::Stepped),
            INJECTED => {
                let mut r = reader("injected", "8");
                let last_ns = r.u64();
                r.end().map(|()| Reply::Injected { last_ns })
            }
            MEMORY => {
                let mut r = reader("memory", "8 or more");
                let (address, bytes) = (r.u64(), r.rest().to_vec());
                r.end().map(|()| Reply::Memory { address, bytes })
            }
            FINISHED => reader("finished", "0").end().map(|()| Reply::Finished),
            ERROR => {
                let mut r = reader("error", "8 or more");
                let code = r.u32();
                r.reserved(4)?;
                let text = r.rest_text()?;
                r.end().map(|()| Reply::Error { code, text })
            }
            found => Err(Malformed::Kind {
                found,
                expected: "0x8001 to 0x8009 (answers), 0xffff (error), 0x4001 to 0x4005 (events)",
            }),
        }
    }

    fn kind(&self) -> u16 {
        match self {
            Reply::Hello { .. } => HELLO,
            Reply::Description(_) => DESCRIPTION,
            Reply::Status(_) => STATUS,
            Reply::Subscribed => SUBSCRIBED,
            Reply::Granted(_) => GRANTED,
            Reply::Stepped(_) => STEPPED,
            Reply::Injected { .. } => INJECTED,
            Reply::Memory { .. } => MEMORY,
            Reply::Finished => FINISHED,
            Reply::Error { .. } => ERROR,
        }
    }
}

fn reached(mut r: Reader<'_>) -> Result<Reached, Malformed> {
    let (now_ns, happened, flags) = (r.u64(), r.u64(), r.u32());
    r.reserved(4)?;
    r.end()?;
    match flags {
        0 | 1 => Ok(Reached { now_ns, happened, at_end: flags == 1 }),
        _ => Err(Malformed::Field {
            what: "flags",
            found: format!("{flags:#x}"),
            expected: "0, or 1 (at the end)",
        }),
    }
}
