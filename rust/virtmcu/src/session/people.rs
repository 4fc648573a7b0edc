// SPDX-License-Identifier: Apache-2.0 OR MIT
//! People at ports: virtual time goes as the host's, and what they type is typed where it has come to.
//!
//! **Invariant:** the host's clock and the people's threads decide when something is typed, and nothing else. The core gets it at a
//! ceiling where all nodes stand, and that is recorded: so a run that types the same at the same times is the same run.

use super::master::Next;
use super::nodes::Nodes;
use super::{Run, RunError};
use crate::attach::{Attached, Console, Pace, baud};
use rustix::event::{EventfdFlags, PollFd, PollFlags};
use rustix::io::Errno;
use sim::{Body, Core, NodeId, PortId};
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant as HostInstant};
use vtime::Instant;

/// Bytes that are taken from a terminal at once, and typed at once.
const TAKEN_TOGETHER: usize = 256;
/// Bytes that wait at a port for what is typed before; what is more stays with who types it.
const WAITING_MAX: usize = 1 << 16;

#[expect(
    clippy::disallowed_methods,
    reason = "the pace of a run that waits for people; it is recorded what they do when"
)]
fn host_now() -> HostInstant {
    HostInstant::now()
}

/// The people of a run.
pub(super) struct People<'a> {
    attached: &'a Attached,
    /// In the order of the consoles.
    seats: Vec<Seat>,
    /// The run ends here at the latest.
    end: Instant,
    /// When the next step may begin, by the host's clock.
    due: Option<HostInstant>,
    stop: Arc<OwnedFd>,
}

/// What goes through a console.
struct Seat {
    /// `None`: nobody types there any more.
    typed: Option<Receiver<Vec<u8>>>,
    /// What was typed and did not go out yet.
    keys: Vec<u8>,
    /// What the port has sent and was not shown yet.
    unseen: Vec<u8>,
    thread: Option<JoinHandle<()>>,
}

impl<'a> People<'a> {
    /// From now on people may type, until `end`.
    pub(super) fn attend(
        attached: &'a Attached,
        nodes: &Nodes,
        end: Instant,
    ) -> Result<People<'a>, RunError> {
        let host = |source| RunError::Host { what: "a thread for a terminal", source };
        let stop = rustix::event::eventfd(0, EventfdFlags::CLOEXEC).map_err(|errno| host(errno.into()))?;
        let mut people = People { attached, seats: Vec::new(), end, due: None, stop: Arc::new(stop) };
        for console in &attached.consoles {
            let (input, stop, bell) = (console.input().map_err(host)?, people.stop.clone(), nodes.bell());
            let (to, typed) = sync_channel(1);
            let thread = std::thread::Builder::new().name("terminal".into()).spawn(move || {
                read(&input, &stop, to, || bell.ring());
                bell.ring();
            });
            let thread = Some(thread.map_err(host)?);
            people.seats.push(Seat { typed: Some(typed), keys: Vec::new(), unseen: Vec::new(), thread });
        }
        Ok(people)
    }

    /// Something happened.
    pub(super) fn event(&mut self, event: &sim::Event) {
        let Body::Uart { port, byte, to: None, .. } = event.body else { return };
        let from = scenario::Port { node: event.key.source.0, number: port.0 };
        let place = self.attached.consoles.iter().position(|console| console.port == from);
        if let Some(seat) = place.and_then(|place| self.seats.get_mut(place)) {
            seat.unseen.push(byte);
        }
    }

    /// Shows what the ports have sent.
    pub(super) fn show(&mut self) {
        for (console, seat) in self.attached.consoles.iter().zip(&mut self.seats) {
            if !seat.unseen.is_empty() {
                console.show(&seat.unseen);
                seat.unseen.clear();
            }
        }
    }

    /// All nodes stand at the ceiling: takes what was typed, and lets time go on when it may.
    pub(super) fn serve(
        &mut self,
        run: &Run<'_>,
        core: &mut Core,
        nodes: &mut Nodes,
    ) -> Result<Next, RunError> {
        self.show();
        let bell = nodes.bell();
        loop {
            let seen = bell.count();
            // Nothing is typed any more where the run ends.
            if core.ceiling() >= self.end || self.take(core)? {
                if core.ceiling() < core.end() {
                    let ended = self.attached.recording.borrow_mut().end(core.ceiling());
                    ended.map_err(unwritten)?;
                }
                core.end_here();
                return Ok(Next::Ended);
            }
            if self.seats.iter().all(|seat| seat.typed.is_none()) {
                core.set_ceiling(self.end);
                return Ok(Next::Run);
            }
            let now = host_now();
            let due = *self.due.get_or_insert(now);
            if due <= now {
                // A run that cannot keep up does not hurry afterwards.
                self.due = Some((due + Pace::WALL).max(now));
                core.set_ceiling(self.end.min(core.ceiling() + self.attached.pace.step));
                return Ok(Next::Run);
            }
            nodes.pause(run, seen, due - now)?;
        }
    }

    /// Types what people have typed, at the ceiling. True when one of them wants to leave.
    fn take(&mut self, core: &mut Core) -> Result<bool, RunError> {
        for (console, seat) in self.attached.consoles.iter().zip(&mut self.seats) {
            let (node, port) = (NodeId(console.port.node), PortId(console.port.number));
            seat.receive();
            if core.typed_by(node, port).is_none_or(|free| free > core.ceiling()) {
                // Who wants to leave need not wait until the rest has gone out.
                if console.split_at_leave(&seat.keys).1 {
                    return Ok(true);
                }
                continue;
            }
            let together = seat.keys.len().min(TAKEN_TOGETHER);
            let (keys, leaves) = console.split_at_leave(&seat.keys[..together]);
            if !keys.is_empty() {
                type_now(core, console, &mut self.attached.recording.borrow_mut(), keys)?;
            }
            if leaves {
                return Ok(true);
            }
            seat.keys.drain(..together);
        }
        Ok(false)
    }
}

impl Seat {
    /// Gets what was typed.
    fn receive(&mut self) {
        let Some(typed) = &self.typed else { return };
        while self.keys.len() < WAITING_MAX {
            match typed.try_recv() {
                Ok(keys) => self.keys.extend(keys),
                Err(TryRecvError::Disconnected) if self.keys.is_empty() => {
                    self.typed = None;
                    return;
                }
                Err(_) => return,
            }
        }
    }
}

fn type_now(
    core: &mut Core,
    console: &Console,
    recording: &mut crate::attach::Recording,
    keys: &[u8],
) -> Result<(), RunError> {
    recording.add(&console.name, core.ceiling(), keys, baud()).map_err(unwritten)?;
    let (node, port) = (NodeId(console.port.node), PortId(console.port.number));
    core.type_now(node, port, keys.to_vec(), baud())?;
    Ok(())
}

fn unwritten(source: std::io::Error) -> RunError {
    RunError::Host { what: "the recording of what is typed", source }
}

/// Reads a terminal until its end, or until it is to stop.
fn read(input: &OwnedFd, stop: &OwnedFd, to: SyncSender<Vec<u8>>, ring: impl Fn()) {
    let mut bytes = [0; TAKEN_TOGETHER];
    loop {
        let mut polled = [PollFd::new(input, PollFlags::IN), PollFd::new(stop, PollFlags::IN)];
        match rustix::event::poll(&mut polled, None) {
            Err(Errno::INTR) => continue,
            Ok(_) if polled[1].revents().is_empty() => {}
            _ => return,
        }
        match rustix::io::read(input, &mut bytes) {
            Err(Errno::INTR | Errno::AGAIN) => {}
            // Nobody takes it: the run is over.
            Ok(count) if count > 0 && to.send(bytes[..count].to_vec()).is_ok() => ring(),
            // The end, or a terminal that is gone.
            Ok(_) | Err(_) => return,
        }
    }
}

impl Drop for People<'_> {
    fn drop(&mut self) {
        self.show();
        let _ = rustix::io::write(&*self.stop, &1u64.to_ne_bytes());
        for seat in &mut self.seats {
            seat.typed = None;
            if let Some(thread) = seat.thread.take() {
                let _ = thread.join();
            }
        }
    }
}

impl Nodes {
    /// Sleeps until the bell has rung since `seen`, or for `at_most`. No node owes anything meanwhile.
    fn pause(&mut self, run: &Run<'_>, seen: u32, at_most: Duration) -> Result<(), RunError> {
        self.look_around(run, self.watch.one_ended())?;
        self.shared.bell.wait(seen, at_most, &mut Default::default());
        self.renew_patience(run);
        Ok(())
    }
}
