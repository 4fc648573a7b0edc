// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What a master asks for, while all nodes stand at the end of its last grant.

use super::{Master, MasterError, Next, Open};
use crate::session::feed::Feed;
use crate::session::nodes::Nodes;
use crate::session::{Run, RunError, describe};
use control::{Code, Finish, Malformed, NodeStatus, Reply, Request, Status, VERSION};
use sim::{Core, InjectError, NodeId, PortId};
use vtime::{Instant, Span};

impl Master {
    /// Does what is asked, and writes the answer unless it is a grant. `None`: the next request.
    pub(super) fn request(
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
            Request::Subscribe(wanted) => {
                feed.wanted = wanted;
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
