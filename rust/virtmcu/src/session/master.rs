// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A master outside: virtual time passes as it grants it, and what it injects arrives.
//!
//! **Invariant:** its requests are taken one after the other, while all nodes stand at the end of its last grant. So a run
//! is a function of the scenario and of what is injected, never of when a message comes.
//! **Invariant:** while the master is waited for, no clock runs; only Ctrl-C, a node's death or the master's end the wait.

use super::describe;
use super::feed::Feed;
use super::nodes::Nodes;
use super::{Run, RunError};
use control::legacy::{ClockReady, STALL, TRANSPORT};
use control::{
    Choice, Code, Finish, Incoming, Listener, Malformed, NodeStatus, Reached, ReadError, Reply, Request,
    SendError, Server, Status, VERSION,
};
use sim::{Core, InjectError, NodeId, PortId};
use std::os::unix::net::UnixStream;
use thiserror::Error;
use vtime::{Instant, Span};

/// How long a step is where no link gives a horizon.
const STEP_WITHOUT_LINKS: Span = Span::from_ns(1_000_000);
/// Events are sent when there are so many bytes of them, or with the next answer.
const SENT_TOGETHER: usize = 64 * 1024;

/// What a master did to end the run.
#[derive(Debug, Error)]
pub enum MasterError {
    /// It is gone.
    #[error(
        "the master of virtual time is gone, with {now} of {end} s run: {how}. Its last grant was to {granted}; a master \
         that has done its work says finish"
    )]
    Gone {
        /// Up to when all nodes had run.
        now: Instant,
        /// Its last grant.
        granted: Instant,
        /// The end of the run.
        end: Instant,
        /// How it went.
        how: ReadError,
    },
    /// It talks nonsense.
    #[error("the master of virtual time makes no sense: {source} (time is granted up to {granted})")]
    Malformed {
        /// The message's sequence.
        sequence: u64,
        /// What is wrong.
        source: Malformed,
        /// Its last grant.
        granted: Instant,
    },
    /// It did not say hello, or said it twice.
    #[error("the master of virtual time said {said}: expected hello first, and once")]
    OutOfOrder {
        /// The message's sequence.
        sequence: u64,
        /// What it said.
        said: &'static str,
    },
    /// It takes time back.
    #[error(
        "the master of virtual time granted time up to {until}, expected {granted} or later: so much is granted"
    )]
    Backwards {
        /// The message's sequence.
        sequence: u64,
        /// What it granted.
        until: Instant,
        /// What it had granted.
        granted: Instant,
    },
    /// It says that the run has failed.
    #[error("the master of virtual time gave the run up at {now}: {reason}")]
    Abandoned {
        /// When.
        now: Instant,
        /// Why.
        reason: String,
    },
}

impl MasterError {
    /// The number of the error, and the sequence of the message that it is about.
    fn code(&self) -> Option<(Code, u64)> {
        match self {
            MasterError::Gone { .. } | MasterError::Abandoned { .. } => None,
            MasterError::Malformed { sequence, source, .. } => Some((source.code(), *sequence)),
            MasterError::OutOfOrder { sequence, .. } => Some((Code::OutOfOrder, *sequence)),
            MasterError::Backwards { sequence, .. } => Some((Code::Backwards, *sequence)),
        }
    }
}

/// What the run loop does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// It grants.
    Run,
    /// The run is over.
    Ended,
}

/// A grant that is not answered yet.
#[derive(Clone, Copy, Debug)]
enum Open {
    Grant { sequence: u64 },
    Step { sequence: u64, until: Instant, step: Span, happened: u64 },
    Legacy { quantum_number: u64, happened: u64 },
}

pub(super) struct Master {
    server: Server,
    stream: Option<UnixStream>,
    /// It has said hello, or speaks the earlier layout, which has none.
    greeted: bool,
    legacy: bool,
    open: Option<Open>,
    /// What came while the nodes were running.
    early: Option<Incoming>,
    step: Span,
    /// It did not read as fast as it was told.
    waited: bool,
}

impl Master {
    pub(super) fn attend(
        run: &Run<'_>,
        listener: &Listener,
        choice: Choice,
        nodes: &Nodes,
    ) -> Result<Master, RunError> {
        let bell = nodes.bell();
        let server = Server::start(listener, choice, move || bell.ring())
            .map_err(|source| RunError::Host { what: "a thread for the control socket", source })?;
        let shortest = run.scenario.links.iter().map(|link| link.uart.lookahead()).min();
        let step = shortest.unwrap_or(STEP_WITHOUT_LINKS);
        Ok(Master {
            server,
            stream: None,
            greeted: false,
            legacy: false,
            open: None,
            early: None,
            step,
            waited: false,
        })
    }

    /// While nodes run: has the master gone?
    pub(super) fn look(&mut self, core: &Core) -> Result<(), RunError> {
        if self.early.is_none() {
            self.early = self.server.take();
        }
        match self.early.take() {
            Some(Incoming::Gone(how)) => Err(gone(core, how)),
            other => {
                self.early = other;
                Ok(())
            }
        }
    }

    /// Whether it took its time to read, since this was asked last.
    pub(super) fn made_the_run_wait(&mut self) -> bool {
        std::mem::take(&mut self.waited)
    }

    /// All nodes stand at the end of the last grant: answers it, and whatever is asked until there is more time.
    pub(super) fn serve(
        &mut self,
        run: &Run<'_>,
        core: &mut Core,
        nodes: &mut Nodes,
        feed: &mut Feed,
    ) -> Result<Next, RunError> {
        if !self.answer_grant(core, feed) {
            return Ok(Next::Run);
        }
        loop {
            self.send(run, core, feed)?;
            if self.legacy && core.finished() {
                return Ok(Next::Ended);
            }
            let incoming = match self.early.take() {
                Some(incoming) => incoming,
                None => nodes.rest_until(run, || self.server.take())?,
            };
            let next = match incoming {
                Incoming::Connected(stream) => {
                    self.stream = Some(stream);
                    None
                }
                Incoming::Request(sequence, request) => {
                    let next = self.request(sequence, request, run, core, nodes, feed)?;
                    self.send(run, core, feed)?;
                    next
                }
                Incoming::Legacy(advance) => {
                    (self.greeted, self.legacy) = (true, true);
                    let quantum_number = advance.quantum_number;
                    self.open = Some(Open::Legacy { quantum_number, happened: feed.happened });
                    core.set_ceiling(core.ceiling() + Span::from_ns(advance.delta_ns));
                    Some(Next::Run)
                }
                Incoming::Malformed(sequence, source) => {
                    let granted = core.ceiling();
                    return Err(MasterError::Malformed { sequence, source, granted }.into());
                }
                // A master that has seen the end may go without a word.
                Incoming::Gone(_) if core.finished() => Some(Next::Ended),
                Incoming::Gone(how) => return Err(gone(core, how)),
            };
            if let Some(next) = next {
                return Ok(next);
            }
        }
    }

    /// Answers the grant that was reached; false when it is a step that goes on.
    fn answer_grant(&mut self, core: &mut Core, feed: &mut Feed) -> bool {
        let now_ns = core.ceiling().as_ns();
        let reached = Reached { now_ns, happened: feed.happened, at_end: core.finished() };
        match self.open.take() {
            None => {}
            Some(Open::Grant { sequence }) => Reply::Granted(reached).encode(sequence, &mut feed.out),
            Some(Open::Step { until, step, happened, .. })
                if feed.happened == happened && core.ceiling() < until && !core.finished() =>
            {
                core.set_ceiling(until.min(core.ceiling() + step));
                return false;
            }
            Some(Open::Step { sequence, .. }) => Reply::Stepped(reached).encode(sequence, &mut feed.out),
            Some(Open::Legacy { quantum_number, happened }) => {
                let frames = u32::try_from(feed.happened - happened).unwrap_or(u32::MAX);
                let ready = ClockReady { vtime_ns: now_ns, frames, error: 0, quantum_number };
                feed.out.extend(ready.encode());
            }
        }
        true
    }

    /// Does what is asked, and writes the answer unless it is a grant. `None`: the next request.
    fn request(
        &mut self,
        sequence: u64,
        request: Request,
        run: &Run<'_>,
        core: &mut Core,
        nodes: &mut Nodes,
        feed: &mut Feed,
    ) -> Result<Option<Next>, RunError> {
        let out_of_order = |said| Err(MasterError::OutOfOrder { sequence, said }.into());
        match (&request, self.greeted) {
            (Request::Hello { .. }, true) => return out_of_order("hello twice"),
            (Request::Hello { .. }, false) | (_, true) => {}
            (_, false) => return out_of_order("something else before hello"),
        }
        let reply = match request {
            Request::Hello { version: VERSION, .. } => {
                self.greeted = true;
                Reply::Hello { version: VERSION, program: format!("virtmcu {}", crate::VERSION) }
            }
            Request::Hello { version: found, .. } => {
                let (source, granted) = (Malformed::Version { found }, core.ceiling());
                return Err(MasterError::Malformed { sequence, source, granted }.into());
            }
            Request::Describe => Reply::Description(describe::description(run.scenario)),
            Request::Status => Reply::Status(status(core, nodes)),
            Request::Subscribe { frames, lines } => {
                (feed.frames, feed.lines) = (frames, lines);
                Reply::Subscribed
            }
            Request::Grant { until_ns } => {
                let until = later(sequence, until_ns, core)?;
                core.set_ceiling(until);
                self.open = Some(Open::Grant { sequence });
                return Ok(Some(Next::Run));
            }
            Request::Step { until_ns, step_ns } => {
                let until = later(sequence, until_ns, core)?;
                let step = if step_ns == 0 { self.step } else { Span::from_ns(step_ns) };
                self.open = Some(Open::Step { sequence, until, step, happened: feed.happened });
                core.set_ceiling(until.min(core.ceiling() + step));
                return Ok(Some(Next::Run));
            }
            Request::Inject { node, port, at_ns, interval_ns, bytes } => {
                let to = (NodeId(node), PortId(port));
                match inject(core, to, at_ns, interval_ns, &bytes) {
                    Ok(last_ns) => Reply::Injected { last_ns },
                    Err(error) => Reply::error(refusal(&error), error),
                }
            }
            Request::ReadMemory { node, address, length } => {
                if usize::from(node) < run.scenario.nodes.len() {
                    match nodes.memory(node, address, length) {
                        Ok(bytes) => Reply::Memory { address, bytes },
                        Err(error) => Reply::error(Code::NoMemory, error),
                    }
                } else {
                    let error =
                        InjectError::UnknownNode { node: NodeId(node), nodes: run.scenario.nodes.len() };
                    Reply::error(Code::UnknownNode, error)
                }
            }
            Request::Finish(how) => {
                Reply::Finished.encode(sequence, &mut feed.out);
                if let Finish::Abandon(reason) = how {
                    // The answer is all that can fail here, and the run is over either way.
                    let _ = self.send(run, core, feed);
                    return Err(MasterError::Abandoned { now: core.now(), reason }.into());
                }
                core.end_here();
                return Ok(Some(Next::Ended));
            }
        };
        reply.encode(sequence, &mut feed.out);
        Ok(None)
    }

    /// Sends events if there are many: a master that reads slowly makes the run wait, not grow.
    pub(super) fn send_if_many(&mut self, run: &Run<'_>, feed: &mut Feed) -> Result<(), Lost> {
        if feed.out.len() < SENT_TOGETHER { Ok(()) } else { self.write(run, feed) }
    }

    fn send(&mut self, run: &Run<'_>, core: &Core, feed: &mut Feed) -> Result<(), RunError> {
        match self.write(run, feed) {
            Ok(()) => Ok(()),
            // Who has seen the end may be gone.
            Err(Lost(SendError::Io(_))) if core.finished() => Ok(()),
            Err(lost) => Err(lost.at(core)),
        }
    }

    fn write(&mut self, run: &Run<'_>, feed: &mut Feed) -> Result<(), Lost> {
        let Some(stream) = &mut self.stream else { return Ok(()) };
        let go_on = || {
            self.waited = true;
            !run.interrupt.happened()
        };
        control::send(stream, &mut feed.out, go_on).map_err(Lost)
    }

    /// The run broke off: tells the master why, if it listens.
    pub(super) fn farewell(&mut self, error: &RunError, feed: &mut Feed) {
        let (code, sequence) = match error {
            RunError::Master(error) => match error.code() {
                Some(code) => code,
                None => return,
            },
            _ => (Code::Broke, self.open_sequence()),
        };
        if self.legacy {
            let error = if matches!(error, RunError::Stalled(_)) { STALL } else { TRANSPORT };
            let quantum_number = self.open_sequence();
            feed.out.extend(ClockReady { vtime_ns: 0, frames: 0, error, quantum_number }.encode());
        } else {
            Reply::error(code, error).encode(sequence, &mut feed.out);
        }
        if let Some(stream) = &mut self.stream {
            // Nobody has to hear it: the run's own message has it too. A master that does not read is not waited for.
            let _ = control::send(stream, &mut feed.out, || false);
        }
    }

    /// The request that waits for an answer.
    fn open_sequence(&self) -> u64 {
        match self.open {
            Some(Open::Grant { sequence } | Open::Step { sequence, .. }) => sequence,
            Some(Open::Legacy { quantum_number, .. }) => quantum_number,
            None => 0,
        }
    }
}

/// The master could not be told something.
#[derive(Debug)]
pub(super) struct Lost(SendError);

impl Lost {
    /// The error of the run, which stands where `core` does.
    pub(super) fn at(self, core: &Core) -> RunError {
        match self.0 {
            SendError::GivenUp => RunError::Interrupted { report: Vec::new() },
            SendError::Io(error) => gone(core, ReadError::Io(error)),
        }
    }
}

fn gone(core: &Core, how: ReadError) -> RunError {
    MasterError::Gone { now: core.now(), granted: core.ceiling(), end: core.end(), how }.into()
}

/// A grant's end, if time does not go back.
fn later(sequence: u64, until_ns: u64, core: &Core) -> Result<Instant, RunError> {
    let (until, granted) = (Instant::from_ns(until_ns), core.ceiling());
    if until < granted {
        return Err(MasterError::Backwards { sequence, until, granted }.into());
    }
    Ok(until)
}

/// All the bytes, or none and why; when the last one arrives.
fn inject(
    core: &mut Core,
    (node, port): (NodeId, PortId),
    at_ns: u64,
    interval_ns: u64,
    bytes: &[u8],
) -> Result<u64, InjectError> {
    let at = |place: usize| Instant::from_ns(at_ns.saturating_add(interval_ns.saturating_mul(place as u64)));
    let last = at(bytes.len().saturating_sub(1));
    core.can_inject(node, port, at(0), last, bytes.len())?;
    for (place, byte) in bytes.iter().enumerate() {
        core.inject(node, port, at(place), *byte)?;
    }
    Ok(last.as_ns())
}

fn refusal(error: &InjectError) -> Code {
    match error {
        InjectError::UnknownNode { .. } => Code::UnknownNode,
        InjectError::UnknownPort { .. } => Code::UnknownPort,
        InjectError::Late { .. } => Code::Late,
        InjectError::AfterEnd { .. } => Code::AfterEnd,
        InjectError::Backlog { .. } => Code::Full,
    }
}

fn status(core: &Core, nodes: &Nodes) -> Status {
    let node = |(report, insns): (sim::NodeReport<'_>, u64)| NodeStatus {
        clock_ns: report.clock.as_ns(),
        insns,
        sent: report.counts.sent,
        delivered: report.counts.delivered,
        held: report.counts.held,
    };
    Status { now_ns: core.ceiling().as_ns(), nodes: core.report().zip(nodes.insns()).map(node).collect() }
}
