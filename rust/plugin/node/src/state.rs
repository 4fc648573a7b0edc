// SPDX-License-Identifier: GPL-2.0-or-later
//! What the node knows: its grant, what is about to arrive, and who receives it.

use crate::arrivals::Arrivals;
use crate::{Deliver, NAME};
use channel::{FromNode, NodeEnd, Spin, ToNode, VERSION};
use qom::gate::Open;
use qom::module::fatal;
use std::os::fd::{FromRawFd, OwnedFd};
use std::time::Duration;
use vtime::Instant;

/// How long the vCPU's thread sleeps before QEMU looks whether somebody wants it to stop.
const WAIT: Duration = Duration::from_millis(10);

/// Who receives at a port. The pointer is kept as a number because it belongs to the module that attached it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Receiver {
    pub deliver: Deliver,
    pub opaque: usize,
}

pub(crate) struct State {
    channel: NodeEnd,
    spin: Spin,
    receivers: Vec<Option<Receiver>>,
    arrivals: Arrivals,
    /// The grant in force.
    limit: Instant,
    /// The next grant, between `wait_for_grant` and `take_grant`.
    granted: Option<Instant>,
    /// The grant in force was not answered yet.
    owes_done: bool,
    sent: u64,
    /// The bytes of the frame that is being handed over; kept to keep its memory.
    pub(crate) frame: Vec<u8>,
}

impl State {
    /// Opens the channel behind the two descriptors that this process inherited; `spin`: cores are free to wait on.
    pub(crate) fn open(channel: i32, bell: i32, spin: bool) -> Result<State, String> {
        // SAFETY: the host handed these descriptors to this process for this module alone.
        let (channel, bell) = unsafe { (OwnedFd::from_raw_fd(channel), OwnedFd::from_raw_fd(bell)) };
        Ok(State {
            channel: NodeEnd::open(&channel, &bell).map_err(|error| error.to_string())?,
            spin: Spin::new(spin),
            receivers: Vec::new(),
            arrivals: Arrivals::default(),
            limit: Instant::START,
            granted: None,
            owes_done: false,
            sent: 0,
            frame: Vec::new(),
        })
    }

    pub(crate) fn hello(&mut self, qemu_version: &str) {
        self.tell(FromNode::Hello { version: VERSION, qemu: qemu_version });
        self.channel.tx.publish();
    }

    pub(crate) fn attach(&mut self, port: u16, receiver: Receiver) -> Result<(), String> {
        let index = usize::from(port);
        if self.receivers.len() <= index {
            self.receivers.resize(index + 1, None);
        }
        match self.receivers[index].replace(receiver) {
            None => Ok(()),
            Some(_) => Err(format!("port {port} is attached twice")),
        }
    }

    pub(crate) fn send(&mut self, port: u16, now_ns: u64, bytes: &[u8]) {
        let message = FromNode::Sent { port, at: Instant::from_ns(now_ns), seq: self.sent, bytes };
        self.tell(message);
        self.sent += 1;
    }

    pub(crate) fn held(&mut self, port: u16, now_ns: u64) {
        self.tell(FromNode::Held { port, at: Instant::from_ns(now_ns) });
    }

    /// Writes to the host, which need not wake for it but reads it if this process dies. When the host is gone the kernel
    /// ends this process, so a full ring may be waited for.
    fn tell(&mut self, message: FromNode<'_>) {
        self.channel.tx.send_to_host(message, || true);
        self.channel.tx.show();
    }

    /// Says `Done` once a grant, then waits for the next; false when it has not come yet.
    pub(crate) fn wait_for_grant(&mut self) -> bool {
        if self.owes_done {
            let done =
                FromNode::Done { reached: self.limit, sent: self.sent, insns: qom::clock::instructions() };
            self.tell(done);
            self.channel.tx.publish();
            self.owes_done = false;
        }
        loop {
            let seen = self.channel.bell.count();
            match self.channel.rx.from_host() {
                Ok(Some(ToNode::Deliver { port, at, bytes })) => self.arrivals.push(at, port, bytes),
                Ok(Some(ToNode::Grant { until, deliveries })) => {
                    if self.arrivals.received() != deliveries {
                        let got = self.arrivals.received();
                        fatal(
                            NAME,
                            &format!(
                                "the grant to {until} came with {deliveries} frames so far, {got} arrived"
                            ),
                        );
                    }
                    self.granted = Some(until);
                    return true;
                }
                Ok(None) if self.channel.bell.wait(seen, WAIT, &mut self.spin) => {}
                Ok(None) => return false,
                Err(corrupt) => fatal(NAME, &corrupt),
            }
        }
    }

    pub(crate) fn take_grant(&mut self) -> Open {
        if let Some(until) = self.granted.take() {
            self.limit = until;
            self.owes_done = true;
        }
        self.grant()
    }

    /// The next arrival that is due at `now`: its bytes go to `bytes`, its receiver is returned.
    pub(crate) fn next_due(&mut self, now_ns: u64, bytes: &mut Vec<u8>) -> Option<Receiver> {
        let port = self.arrivals.pop_due(Instant::from_ns(now_ns), bytes)?;
        match self.receivers.get(usize::from(port)) {
            Some(Some(receiver)) => Some(*receiver),
            _ => fatal(NAME, &format!("a frame arrived at port {port}, which nothing has attached")),
        }
    }

    pub(crate) fn grant(&self) -> Open {
        Open { limit_ns: self.limit.as_ns(), event_ns: self.arrivals.first().map(Instant::as_ns) }
    }
}
