// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What a master is told: answers to its requests, and events.

use crate::wire::{Reader, Writer, cut, message};
use crate::{Code, Frame, MAGIC, MAX_BYTES, Malformed};

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
const FRAME: u16 = 0x4001;
const HELD: u16 = 0x4002;
const LINE: u16 = 0x4003;

/// In place of a node or port: none (a console has no receiver), or, as a sender, what was injected.
pub const NO_PORT: (u16, u16) = (u16::MAX, u16::MAX);

/// Anything that a master is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToMaster {
    /// The answer to the request of the same sequence.
    Reply(Reply),
    /// Something happened; its sequence counts the events from 0.
    Event(Event),
}

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
    /// How much has happened since the start: frames sent, held or injected.
    pub happened: u64,
    /// The run is at its end.
    pub at_end: bool,
}

/// What is simulated. A node's, port's or link's number in other messages is its place here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Description {
    /// The scenario's name.
    pub scenario: String,
    /// How long the run is.
    pub duration_ns: u64,
    /// The scenario's seed.
    pub seed: u64,
    /// The nodes.
    pub nodes: Vec<DescriptionNode>,
    /// The links.
    pub links: Vec<DescriptionLink>,
}

/// A node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescriptionNode {
    /// Its name.
    pub name: String,
    /// Its board.
    pub board: String,
    /// Its ports' names.
    pub ports: Vec<String>,
}

/// A link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescriptionLink {
    /// Its name.
    pub name: String,
    /// Kind and parameters, as the trace has them.
    pub kind: String,
    /// The two ports, as (node, port).
    pub ends: [(u16, u16); 2],
    /// No frame is on it for less than this.
    pub horizon_ns: u64,
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

impl Reply {
    /// An error.
    pub fn error(code: Code, text: impl ToString) -> Reply {
        Reply::Error { code: code as u32, text: text.to_string() }
    }
}

impl ToMaster {
    /// Appends it as a message.
    pub fn encode(&self, sequence: u64, out: &mut Vec<u8>) {
        match self {
            ToMaster::Reply(reply) => reply.encode(sequence, out),
            ToMaster::Event(event) => event.encode(sequence, out),
        }
    }

    /// Reads it.
    pub fn decode(frame: &Frame) -> Result<ToMaster, Malformed> {
        match frame.kind {
            FRAME | HELD | LINE => Event::decode(frame).map(ToMaster::Event),
            _ => Reply::decode(frame).map(ToMaster::Reply),
        }
    }
}

impl Reply {
    /// Appends it as a message.
    pub fn encode(&self, sequence: u64, out: &mut Vec<u8>) {
        message(out, self.kind(), sequence, |w| match self {
            Reply::Hello { version, program } => {
                w.bytes(&MAGIC).u32(*version).bytes(program.as_bytes());
            }
            Reply::Description(description) => describe(w, description),
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

    fn decode(frame: &Frame) -> Result<Reply, Malformed> {
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
            DESCRIPTION => described(reader("description", "what its counts say")).map(Reply::Description),
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
                expected: "0x8001 to 0x8009 (answers), 0xffff (error), 0x4001 to 0x4003 (events)",
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

fn describe(w: &mut Writer<'_>, description: &Description) {
    let Description { scenario, duration_ns, seed, nodes, links } = description;
    w.u64(*duration_ns).u64(*seed).u16(nodes.len() as u16).u16(links.len() as u16).u32(0).text(scenario);
    for node in nodes {
        w.text(&node.name).text(&node.board).u16(node.ports.len() as u16);
        for port in &node.ports {
            w.text(port);
        }
    }
    for link in links {
        w.text(&link.name).text(&link.kind);
        for (node, port) in link.ends {
            w.u16(node).u16(port);
        }
        w.u64(link.horizon_ns);
    }
}

fn described(mut r: Reader<'_>) -> Result<Description, Malformed> {
    let (duration_ns, seed) = (r.u64(), r.u64());
    let (node_count, link_count) = (r.u16(), r.u16());
    r.reserved(4)?;
    let scenario = r.text()?;
    // What is announced is read while it is there: a count alone takes no memory.
    let mut nodes = Vec::new();
    for _ in 0..node_count {
        let (name, board, count) = (r.text()?, r.text()?, r.u16());
        let mut ports = Vec::new();
        for _ in 0..count {
            if r.is_short() {
                break;
            }
            ports.push(r.text()?);
        }
        if r.is_short() {
            break;
        }
        nodes.push(DescriptionNode { name, board, ports });
    }
    let mut links = Vec::new();
    for _ in 0..link_count {
        if r.is_short() {
            break;
        }
        let (name, kind) = (r.text()?, r.text()?);
        let ends = [(r.u16(), r.u16()), (r.u16(), r.u16())];
        links.push(DescriptionLink { name, kind, ends, horizon_ns: r.u64() });
    }
    r.end().map(|()| Description { scenario, duration_ns, seed, nodes, links })
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

    fn decode(frame: &Frame) -> Result<Event, Malformed> {
        let reader = |name, expected| Reader::new(frame.kind, name, expected, &frame.body);
        match frame.kind {
            FRAME => Sending::read(reader("frame", "24 or more")).map(Event::Frame),
            LINE => Sending::read(reader("line", "24 or more")).map(Event::Line),
            _ => {
                let mut r = reader("held", "16");
                let (at_ns, node, port) = (r.u64(), r.u16(), r.u16());
                r.reserved(4)?;
                r.end().map(|()| Event::Held { at_ns, node, port })
            }
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
