// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Steers a run of virtmcu from outside: for physics engines and test benches.
//!
//! `virtmcu run x.scenario.toml --control SOCKET` waits for a master of virtual time; [`Master`] is one. Nodes run as
//! far as it grants, and what it injects arrives at its time, exactly. `examples/pendulum.rs` is a small physics engine;
//! `docs/control.md` tells the protocol.
//!
//! **Invariant:** every call waits for its answer, however long that takes; events come in the order of the trace, none is lost.
//! **Limits:** blocking; Unix sockets; the events of one grant are kept in memory. Times are nanoseconds of virtual time since the start of the run.

#![forbid(unsafe_code)]

pub use control::{
    Code, Description, DescriptionLink, DescriptionNode, Event, Finish, NO_PORT, NodeStatus, PowerChange,
    Reached, Request, Sending, Status, Subscription,
};
use control::{MAX_TO_MASTER, Malformed, ReadError, Reply, ToMaster, VERSION, read_frame};
use std::io::{BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;

/// A node's and a port's place in the [`Description`].
pub type Port = (u16, u16);

/// Why a call did not do what it should.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No connection.
    #[error("cannot connect to {path}: {source}")]
    Connect {
        /// The socket.
        path: String,
        /// Why not.
        source: std::io::Error,
    },
    /// This request was refused; the run goes on. `code` is a [`Code`].
    #[error("{text}")]
    Refused {
        /// Its number.
        code: u32,
        /// What was found and expected.
        text: String,
    },
    /// This connection is over: the run has ended, because of this master or for a reason of its own, or it has another
    /// master. `code` is a [`Code`].
    #[error("the run answers no more: {text}")]
    RunBroke {
        /// Its number.
        code: u32,
        /// Why.
        text: String,
    },
    /// The run is gone without a word, or the connection failed.
    #[error("{0}")]
    Connection(#[from] ReadError),
    /// What came is no message.
    #[error("{0}")]
    Malformed(#[from] Malformed),
    /// What came is not the answer.
    #[error("the run answered {found}, expected {expected}")]
    Unexpected {
        /// What came.
        found: String,
        /// What should.
        expected: &'static str,
    },
    /// No such port.
    #[error("there is no port {name}; there are {known}")]
    UnknownPort {
        /// The name asked for.
        name: String,
        /// Those there are.
        known: String,
    },
}

/// A connection to a run.
#[derive(Debug)]
pub struct Master {
    stream: BufReader<UnixStream>,
    out: Vec<u8>,
    sequence: u64,
    told: u64,
    events: Vec<Event>,
    description: Option<Description>,
    program: String,
}

impl Master {
    /// Connects to the socket of `virtmcu run ... --control PATH`, and says hello as `name`.
    pub fn connect(path: impl AsRef<Path>, name: &str) -> Result<Master, Error> {
        let path = path.as_ref();
        let stream = UnixStream::connect(path)
            .map_err(|source| Error::Connect { path: path.display().to_string(), source })?;
        Master::over(stream, name)
    }

    /// Says hello over a connection.
    pub fn over(stream: UnixStream, name: &str) -> Result<Master, Error> {
        let mut master = Master {
            stream: BufReader::new(stream),
            out: Vec::new(),
            sequence: 0,
            told: 0,
            events: Vec::new(),
            description: None,
            program: String::new(),
        };
        match master.ask(&Request::Hello { version: VERSION, name: name.into() })? {
            Reply::Hello { version: VERSION, program } => {
                master.program = program;
                Ok(master)
            }
            Reply::Hello { version: found, .. } => Err(Malformed::Version { found }.into()),
            other => Err(unexpected(&other, "hello")),
        }
    }

    /// Who runs: `virtmcu 0.1.0`.
    pub fn program(&self) -> &str {
        &self.program
    }

    /// Nodes, ports, links, duration. Asked once; it does not change.
    pub fn describe(&mut self) -> Result<&Description, Error> {
        if self.description.is_none() {
            match self.ask(&Request::Describe)? {
                Reply::Description(description) => self.description = Some(description),
                other => return Err(unexpected(&other, "a description")),
            }
        }
        Ok(self.description.get_or_insert_default())
    }

    /// The port called `name`, such as `pinger.uart0`.
    pub fn port(&mut self, name: &str) -> Result<Port, Error> {
        let nodes = (0..).zip(&self.describe()?.nodes);
        let ports = nodes.flat_map(|(node, described)| {
            let ports = (0..).zip(&described.ports);
            ports.map(move |(port, named)| (format!("{}.{named}", described.name), (node, port)))
        });
        let ports: Vec<(String, Port)> = ports.collect();
        match ports.iter().find(|(known, _)| known == name) {
            Some((_, port)) => Ok(*port),
            None => {
                let known: Vec<String> = ports.into_iter().map(|(name, _)| name).collect();
                Err(Error::UnknownPort { name: name.into(), known: known.join(", ") })
            }
        }
    }

    /// How far each node is, and what it did.
    pub fn status(&mut self) -> Result<Status, Error> {
        match self.ask(&Request::Status)? {
            Reply::Status(status) => Ok(status),
            other => Err(unexpected(&other, "a status")),
        }
    }

    /// Which events [`Master::grant`] and [`Master::step`] return from now on.
    pub fn subscribe(&mut self, wanted: Subscription) -> Result<(), Error> {
        match self.ask(&Request::Subscribe(wanted))? {
            Reply::Subscribed => Ok(()),
            other => Err(unexpected(&other, "subscribed")),
        }
    }

    /// Lets all nodes run up to `until_ns`, exactly; what happened meanwhile comes with it.
    pub fn grant(&mut self, until_ns: u64) -> Result<(Reached, Vec<Event>), Error> {
        match self.ask(&Request::Grant { until_ns })? {
            Reply::Granted(reached) => Ok((reached, std::mem::take(&mut self.events))),
            other => Err(unexpected(&other, "granted")),
        }
    }

    /// As [`Master::grant`], but stops after the first step of `step_ns` in which something happened; 0 is the shortest
    /// horizon of a link.
    pub fn step(&mut self, until_ns: u64, step_ns: u64) -> Result<(Reached, Vec<Event>), Error> {
        match self.ask(&Request::Step { until_ns, step_ns })? {
            Reply::Stepped(reached) => Ok((reached, std::mem::take(&mut self.events))),
            other => Err(unexpected(&other, "stepped")),
        }
    }

    /// Lets bytes arrive at a port, the first at `at_ns`, the others `interval_ns` apart; when the last one will be there.
    pub fn inject(
        &mut self,
        (node, port): Port,
        at_ns: u64,
        interval_ns: u64,
        bytes: impl Into<Vec<u8>>,
    ) -> Result<u64, Error> {
        match self.ask(&Request::Inject { node, port, at_ns, interval_ns, bytes: bytes.into() })? {
            Reply::Injected { last_ns } => Ok(last_ns),
            other => Err(unexpected(&other, "injected")),
        }
    }

    /// Memory of a node, by physical address; RAM and ROM only.
    pub fn read_memory(&mut self, node: u16, address: u64, length: u32) -> Result<Vec<u8>, Error> {
        match self.ask(&Request::ReadMemory { node, address, length })? {
            Reply::Memory { bytes, .. } => Ok(bytes),
            other => Err(unexpected(&other, "memory")),
        }
    }

    /// Ends the run: here, as if its duration were over, or as failed.
    pub fn finish(mut self, how: Finish) -> Result<(), Error> {
        match self.ask(&Request::Finish(how))? {
            Reply::Finished => Ok(()),
            other => Err(unexpected(&other, "finished")),
        }
    }

    /// Sends a request and waits for its answer; events on the way are kept.
    fn ask(&mut self, request: &Request) -> Result<Reply, Error> {
        self.sequence += 1;
        self.out.clear();
        request.encode(self.sequence, &mut self.out);
        // When the run has gone, what it said before is still to be read: that is the better error.
        let _ = self.stream.get_mut().write_all(&self.out);
        loop {
            let frame = read_frame(&mut self.stream, &[], MAX_TO_MASTER)?;
            match ToMaster::decode(&frame)? {
                ToMaster::Event(event) if frame.sequence == self.told => {
                    self.told += 1;
                    self.events.push(event);
                }
                ToMaster::Event(_) => {
                    let found = format!("event {}", frame.sequence);
                    return Err(Error::Unexpected { found, expected: "the event after the one before" });
                }
                ToMaster::Reply(Reply::Error { code, text }) => {
                    let refused = Code::from_number(code).is_some_and(Code::is_refusal);
                    return Err(if refused {
                        Error::Refused { code, text }
                    } else {
                        Error::RunBroke { code, text }
                    });
                }
                ToMaster::Reply(reply) if frame.sequence == self.sequence => return Ok(reply),
                ToMaster::Reply(_) => {
                    let found = format!("request {}", frame.sequence);
                    return Err(Error::Unexpected {
                        found,
                        expected: "the answer to the request asked last",
                    });
                }
            }
        }
    }
}

fn unexpected(found: &Reply, expected: &'static str) -> Error {
    Error::Unexpected { found: format!("{found:?}"), expected }
}
