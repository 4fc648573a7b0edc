// SPDX-License-Identifier: GPL-2.0-or-later
//! Virtual time by the host's clock, for the modes that are not reproducible: `suspend` stops the machine at each grant,
//! `standalone` runs to the end of its only one.
//!
//! **Invariant:** no report is later than the grant: what happens while the machine comes to a stop is told as if it happened at
//! the grant. A frame is handed over when the main loop comes to it: at its time or a little later, never lost.
//! **Limits:** QEMU's clock does not go back, so a node that was late to stop stands after its grant, by some tens of
//! microseconds on an idle host. It does not add up: the next grant ends where it ends.

use crate::NAME;
use crate::arrivals::{Arrival, Arrivals};
use crate::clock::{Clock, inherited};
use crate::state::Receiver;
use channel::{Bell, Clocks, FromNode, NodeEnd, Sender, Spin, ToNode, VERSION};
use qom::clock::now_ns;
use qom::main_loop::{Alarm, Task, schedule, start_machine, stop_machine};
use qom::module::{Options, fatal};
use std::sync::{Mutex, MutexGuard, OnceLock};
use std::time::Duration;
use vtime::{Instant, Span};

/// A device that had no room may have some without saying so, as a UART that was switched on has: it is asked again so often.
const ASK_AGAIN: Span = Span::from_ns(1_000_000);

/// How long the listening thread sleeps at a time; it is woken when there is something.
const WAIT: Duration = Duration::from_secs(1);

pub(crate) struct HostClock {
    /// Frames are handed over at once, and the host hears of each frame at once: no other node is waited for.
    standalone: bool,
    inner: Mutex<Inner>,
    /// What the listening thread takes with it.
    ear: Mutex<Option<(channel::Receiver, Bell)>>,
    alarm: OnceLock<Alarm>,
}

struct Inner {
    tx: Sender,
    receivers: Vec<Option<Receiver>>,
    arrivals: Arrivals,
    /// The end of the last grant, and how many there were.
    limit: Instant,
    grants: u64,
    /// The last grant was not answered yet.
    owes_done: bool,
    runs: bool,
    sent: u64,
    /// The time of the last report.
    last: Instant,
}

impl HostClock {
    pub(crate) fn open(options: &Options, standalone: bool) -> Result<HostClock, String> {
        let clocks = Clocks::open(inherited(options, "clocks")?, options.get("nodes")?);
        let clocks = clocks.map_err(|error| format!("the nodes' clocks cannot be mapped: {error}"))?;
        let (channel, bell) = (inherited(options, "channel")?, inherited(options, "bell")?);
        let end = NodeEnd::open(&channel, &bell, clocks.bell(options.get("place")?));
        let NodeEnd { tx, rx, bell } = end.map_err(|error| error.to_string())?;
        let inner = Inner {
            tx,
            receivers: Vec::new(),
            arrivals: Arrivals::default(),
            limit: Instant::START,
            grants: 0,
            owes_done: false,
            runs: false,
            sent: 0,
            last: Instant::START,
        };
        let ear = Mutex::new(Some((rx, bell)));
        Ok(HostClock { standalone, inner: Mutex::new(inner), ear, alarm: OnceLock::new() })
    }

    /// Never held while a port's receiver runs, nor while the machine is started or stopped.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(|_| std::process::abort())
    }

    /// The thread that listens to the host: the main loop and the vCPU do not wait for it.
    fn listen(&'static self, mut rx: channel::Receiver, bell: &Bell) -> ! {
        loop {
            let seen = bell.count();
            match rx.from_host() {
                Ok(Some(ToNode::Deliver { port, at, bytes })) => {
                    self.lock().arrivals.push(at, port, bytes);
                    if self.standalone {
                        schedule(self);
                    }
                }
                Ok(Some(ToNode::Reset { .. })) => fatal(NAME, &"this mode knows no reset pin"),
                Ok(Some(ToNode::Grant { until, deliveries, .. })) => {
                    let mut inner = self.lock();
                    if inner.arrivals.received() != deliveries {
                        let (got, of) = (inner.arrivals.received(), format!("{deliveries} frames so far"));
                        fatal(NAME, &format!("the grant to {until} came with {of}, {got} arrived"));
                    }
                    inner.limit = inner.limit.max(until);
                    inner.grants += 1;
                    inner.owes_done = true;
                    drop(inner);
                    schedule(self);
                }
                Ok(None) => {
                    bell.wait(seen, WAIT, &mut Spin::default());
                }
                Err(corrupt) => fatal(NAME, &corrupt),
            }
        }
    }

    /// Gives its receivers what has arrived.
    fn hand_over(&self) {
        let until = if self.standalone { Instant::from_ns(u64::MAX) } else { Instant::from_ns(now_ns()) };
        let mut bytes = Vec::new();
        loop {
            let mut inner = self.lock();
            let port = match inner.arrivals.pop_due(until, &mut bytes) {
                None => break,
                Some(Arrival::Frame { port, .. }) => port,
                Some(Arrival::Reset) => fatal(NAME, &"this mode knows no reset pin"),
            };
            let receiver = inner.receivers.get(usize::from(port)).copied().flatten();
            drop(inner);
            match receiver {
                Some(receiver) => receiver.receive(&bytes),
                None => fatal(NAME, &format!("a frame arrived at port {port}, which nothing has attached")),
            }
        }
        let receivers = self.lock().receivers.clone();
        for receiver in receivers.into_iter().flatten() {
            receiver.receive(&[]);
        }
    }

    /// Says how far it is, if that is as far as it may go; otherwise when to look again.
    fn answer(&self) -> Option<Instant> {
        let mut inner = self.lock();
        if !inner.owes_done {
            return None;
        }
        let now = Instant::from_ns(now_ns());
        if inner.limit > now {
            let arrival = inner.arrivals.first().filter(|_| !self.standalone);
            return Some(arrival.unwrap_or(inner.limit).min(inner.limit).min(now + ASK_AGAIN));
        }
        if inner.runs {
            inner.runs = false;
            drop(inner);
            // The vCPU may send something until this returns.
            stop_machine();
            inner = self.lock();
        }
        let (grants, reached, sent) = (inner.grants, inner.limit, inner.sent);
        inner.owes_done = false;
        inner.tell(FromNode::Done { grants, reached, sent, insns: 0, promise: reached });
        inner.tx.publish();
        None
    }
}

impl Inner {
    fn tell(&mut self, message: FromNode<'_>) {
        // When the host is gone the kernel ends this process, so a full ring may be waited for.
        self.tx.send_to_host(message, || true);
        self.tx.show();
    }

    /// The time to report for now.
    fn stamp(&mut self) -> Instant {
        self.last = Instant::from_ns(now_ns()).min(self.limit).max(self.last);
        self.last
    }
}

/// On the main loop: a grant or a frame came, or an alarm rang.
impl Task for HostClock {
    fn run(&'static self) {
        self.hand_over();
        let (Some(next), Some(alarm)) = (self.answer(), self.alarm.get()) else { return };
        alarm.set(next.as_ns());
        if !std::mem::replace(&mut self.lock().runs, true) {
            start_machine();
        }
    }
}

impl Clock for HostClock {
    fn start(&'static self, qemu_version: &str) -> Result<(), String> {
        if qom::clock::counts_instructions() {
            return Err("this mode is by the host's clock, and QEMU counts instructions (-icount)".into());
        }
        let ear = self.ear.lock().unwrap_or_else(|_| std::process::abort()).take();
        let Some((rx, bell)) = ear else { return Err("this node has started already".into()) };
        self.alarm.get_or_init(|| Alarm::new(self));
        let mut inner = self.lock();
        inner.tell(FromNode::Hello { version: VERSION, qemu: qemu_version });
        inner.tx.publish();
        let thread = std::thread::Builder::new().name("virtmcu".into());
        thread.spawn(move || self.listen(rx, &bell)).map(drop).map_err(|error| format!("no thread: {error}"))
    }

    fn attach(&self, port: u16, receiver: Receiver) -> Result<(), String> {
        Receiver::attach(&mut self.lock().receivers, port, receiver)
    }

    fn send(&self, port: u16, bytes: &[u8]) {
        let mut inner = self.lock();
        let (at, seq) = (inner.stamp(), inner.sent);
        inner.tell(FromNode::Sent { port, at, seq, bytes });
        inner.sent += 1;
        if self.standalone {
            inner.tx.publish();
        }
    }

    fn held(&self, port: u16) {
        let mut inner = self.lock();
        let at = inner.stamp();
        inner.tell(FromNode::Held { port, at });
    }
}
