// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A master outside: virtual time passes as it grants it, and what it injects arrives.
//!
//! **Invariant:** its requests are taken one after the other, while all nodes stand at the end of its last grant. So a run
//! is a function of the scenario and of what is injected, never of when a message comes.
//! **Invariant:** while the master is waited for, no clock runs; only Ctrl-C, a node's death or the master's end the wait.

mod error;
mod requests;

pub use error::MasterError;

use super::feed::Feed;
use super::nodes::Nodes;
use super::{Run, RunError};
use control::legacy::{ClockReady, STALL, TRANSPORT};
use control::{Choice, Code, Incoming, Listener, Reached, ReadError, Reply, SendError, Server};
use sim::Core;
use std::os::unix::net::UnixStream;
use vtime::{Instant, Span};

/// How long a step is where no link gives a horizon.
const STEP_WITHOUT_LINKS: Span = Span::from_ns(1_000_000);
/// Events are sent when there are so many bytes of them, or with the next answer.
const SENT_TOGETHER: usize = 64 * 1024;

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
        let shortest = run.scenario.links.iter().map(|link| link.spec.lookahead()).min();
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
            Some(Incoming::Gone(how)) => Err(MasterError::gone(core, how).into()),
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
                Incoming::Gone(how) => return Err(MasterError::gone(core, how).into()),
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
            SendError::Io(error) => MasterError::gone(core, ReadError::Io(error)).into(),
        }
    }
}
