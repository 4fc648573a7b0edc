// SPDX-License-Identifier: GPL-2.0-or-later
//! What the node knows: its grant, what is about to arrive, and who receives it.

use crate::arrivals::{Arrival, Arrivals};
use crate::barriers::Barriers;
use crate::clock::inherited;
use crate::{Deliver, NAME};
use channel::{Clocks, FromNode, Look, NodeEnd, Outlook, Spin, Stands, ToNode, VERSION};
use qom::gate::Open;
use qom::module::{Options, fatal};
use std::ffi::c_void;
use std::ops::ControlFlow;
use std::time::Duration;
use vtime::{Crystal, Instant, LocalClock, Span};

/// How long the vCPU's thread sleeps before QEMU looks whether somebody wants it to stop.
const WAIT: Duration = Duration::from_millis(10);

/// A node that nothing bounds shows its clock this often.
const STEP: Span = Span::from_ns(50_000_000);

/// Who receives at a port. The pointer is kept as a number because it belongs to the module that attached it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Receiver {
    pub deliver: Deliver,
    pub opaque: usize,
}

impl Receiver {
    /// Makes it that of `port`.
    pub(crate) fn attach(
        receivers: &mut Vec<Option<Receiver>>,
        port: u16,
        receiver: Receiver,
    ) -> Result<(), String> {
        let index = usize::from(port);
        if receivers.len() <= index {
            receivers.resize(index + 1, None);
        }
        match receivers[index].replace(receiver) {
            None => Ok(()),
            Some(_) => Err(format!("port {port} is attached twice")),
        }
    }

    /// Hands it a frame. Under the big lock, and no other lock.
    pub(crate) fn receive(self, bytes: &[u8]) {
        // SAFETY: the module that attached the port promised that both stay valid; the big lock is held.
        unsafe { (self.deliver)(self.opaque as *mut c_void, bytes.as_ptr(), bytes.len()) };
    }
}

/// What is due.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Due {
    /// A frame, for this receiver.
    Frame(Receiver),
    /// The reset pin is pulled.
    Reset,
}

pub(crate) struct State {
    channel: NodeEnd,
    clocks: Clocks,
    place: u16,
    /// What QEMU's virtual clock is in virtual time. All times here are virtual time, but for those of arrivals.
    own: LocalClock,
    /// For looking at the neighbours' clocks, and for waiting for the host.
    looking: Spin,
    resting: Spin,
    receivers: Vec<Option<Receiver>>,
    arrivals: Arrivals,
    /// Where the gate stands, and where it goes next, between `wait_for_grant` and `take_grant`.
    limit: Instant,
    next: Option<Instant>,
    /// Granted by the host, whatever others do; beyond it the neighbours' clocks bound.
    granted: Instant,
    grants: u64,
    outlook: Outlook,
    /// `Done` was said, and no grant came since.
    waits: bool,
    /// The machine has gone through the reset that starts it.
    started: bool,
    /// The pin was pulled, and the machine has not gone through that reset yet.
    pin_pulled: bool,
    sent: u64,
    /// How many of them the host was woken for.
    rung: u64,
    barriers: Barriers,
    /// The bytes of the frame that is being handed over; kept to keep its memory.
    pub(crate) frame: Vec<u8>,
}

impl State {
    /// Opens the channel and the clocks behind the descriptors that this process inherited.
    pub(crate) fn open(options: &Options) -> Result<State, String> {
        let place = options.get("place")?;
        let crystal = Crystal::new(options.get("ppb")?, options.get("drift")?);
        let own = LocalClock::new(Instant::from_ns(options.get("start")?), crystal);
        let sent = options.get("sent")?;
        let clocks = Clocks::open(inherited(options, "clocks")?, options.get("nodes")?);
        let clocks = clocks.map_err(|error| format!("the nodes' clocks cannot be mapped: {error}"))?;
        let (channel, bell) = (inherited(options, "channel")?, inherited(options, "bell")?);
        let channel =
            NodeEnd::open(&channel, &bell, clocks.bell(place)).map_err(|error| error.to_string())?;
        Ok(State {
            channel,
            clocks,
            place,
            own,
            looking: Spin::new(options.get("look")?),
            resting: Spin::new(options.get("spin")?),
            receivers: Vec::new(),
            arrivals: Arrivals::default(),
            limit: own.start(),
            next: None,
            granted: own.start(),
            grants: 0,
            outlook: Outlook::default(),
            waits: true,
            started: false,
            pin_pulled: false,
            sent,
            rung: sent,
            barriers: Barriers::open(options, own.start())?,
            frame: Vec::new(),
        })
    }

    pub(crate) fn hello(&mut self, qemu_version: &str) {
        self.barriers.start();
        self.tell(FromNode::Hello { version: VERSION, qemu: qemu_version });
        self.channel.tx.publish();
    }

    pub(crate) fn attach(&mut self, port: u16, receiver: Receiver) -> Result<(), String> {
        Receiver::attach(&mut self.receivers, port, receiver)
    }

    pub(crate) fn send(&mut self, port: u16, now_ns: u64, bytes: &[u8]) {
        let message = FromNode::Sent { port, at: self.at(now_ns), seq: self.sent, bytes };
        self.tell(message);
        self.sent += 1;
    }

    pub(crate) fn held(&mut self, port: u16, now_ns: u64) {
        self.tell(FromNode::Held { port, at: self.at(now_ns) });
    }

    /// The machine goes through a reset, while its vCPUs stand still at `now_ns`; false if it is the one that starts it.
    pub(crate) fn was_reset(&mut self, now_ns: u64) -> bool {
        if !std::mem::replace(&mut self.started, true) {
            return false;
        }
        let by_pin = std::mem::take(&mut self.pin_pulled);
        self.tell(FromNode::Reset { at: self.at(now_ns), by_pin });
        true
    }

    /// The firmware ended the machine.
    pub(crate) fn ended(&mut self, now_ns: u64, code: u32) {
        self.tell(FromNode::Ended { at: self.at(now_ns), code });
    }

    /// The virtual time at which QEMU's clock shows `now_ns`.
    fn at(&self, now_ns: u64) -> Instant {
        self.own.to_global(Instant::from_ns(now_ns))
    }

    /// Writes to the host, which need not wake for it but reads it if this process dies. When the host is gone the kernel
    /// ends this process, so a full ring may be waited for.
    fn tell(&mut self, message: FromNode<'_>) {
        self.channel.tx.send_to_host(message, || true);
        self.channel.tx.show();
    }

    /// Goes on by the neighbours' clocks, or says `Done` and waits for the host; false when no grant has come yet.
    pub(crate) fn wait_for_grant(&mut self) -> bool {
        if let Some(digest) = self.barriers.state(self.limit) {
            self.tell(FromNode::State { at: self.limit, digest });
        }
        loop {
            if !self.waits {
                self.next = self.go_on(self.limit);
                if self.next.is_some() {
                    return true;
                }
                self.say_done();
            }
            let seen = self.channel.bell.count();
            if !self.listen() && !self.channel.bell.wait(seen, WAIT, &mut self.resting) {
                return false;
            }
        }
    }

    pub(crate) fn take_grant(&mut self) -> Open {
        self.limit = self.next.take().unwrap_or(self.limit);
        self.grant()
    }

    /// The guest computes, and all before `now_ns` has happened, near the limit: goes on by the neighbours' clocks, if they
    /// allow it.
    pub(crate) fn extend(&mut self, now_ns: u64) -> Option<Open> {
        if self.barriers.is_next(self.limit) {
            return None; // the state is told outside of the vCPU's loop
        }
        self.limit = self.go_on(self.at(now_ns))?;
        Some(self.grant())
    }

    /// Shows that this node is done up to `now`, and looks for a moment how far it may go on past its limit.
    fn go_on(&mut self, now: Instant) -> Option<Instant> {
        self.clocks.publish(self.place, now, self.sent);
        if self.rung != self.sent || self.outlook.someone_is_ready(|place| self.clocks.read(place)) {
            // The host sees frames through to their receivers, and grants more to those who wait for this node.
            self.rung = self.sent;
            self.channel.tx.publish();
        }
        let mut looking = std::mem::take(&mut self.looking);
        let until = looking.look(|| {
            if !self.channel.rx.is_empty() {
                self.listen();
            }
            if self.granted > self.limit {
                return ControlFlow::Break(Some(self.granted));
            }
            match self.outlook.look(self.limit, |place| self.clocks.read(place)) {
                Look::Ahead(until) => ControlFlow::Break(Some(until)),
                Look::Later => ControlFlow::Continue(()),
                Look::Never => ControlFlow::Break(None),
            }
        });
        self.looking = looking;
        // While it computes, no farther than the nearest neighbour can see: that one goes on in parallel. Sleep is jumped.
        let asleep = until.is_some() && qom::clock::sleeps();
        let nearest = self.outlook.nearest().filter(|_| !asleep);
        let step = nearest.map_or(STEP, |nearest| nearest.min(STEP));
        until.map(|until| self.barriers.cut(until.min(self.limit + step)))
    }

    fn say_done(&mut self) {
        self.waits = true;
        let promise = match qom::clock::sleeps_until_ns() {
            None => self.limit,
            Some(until_ns) => self.at(until_ns).max(self.limit),
        };
        let stands = if promise > self.limit { Stands::Asleep } else { Stands::Ready };
        self.clocks.set_stands(self.place, stands);
        let (grants, reached, sent) = (self.grants, self.limit, self.sent);
        self.tell(FromNode::Done { grants, reached, sent, insns: qom::clock::instructions(), promise });
        self.channel.tx.publish();
    }

    /// Takes in what the host has sent; true when a grant was among it.
    fn listen(&mut self) -> bool {
        let mut granted = false;
        loop {
            match self.channel.rx.from_host() {
                Ok(Some(ToNode::Deliver { port, at, bytes })) => {
                    if at < self.limit {
                        let limit = self.limit;
                        fatal(
                            NAME,
                            &format!("a frame for port {port} comes too late: at {at}, after {limit}"),
                        );
                    }
                    self.arrivals.push(self.own.at_or_after(at), port, bytes);
                }
                Ok(Some(ToNode::Reset { at })) => self.arrivals.push_reset(self.own.at_or_after(at)),
                Ok(Some(ToNode::Grant { until, ahead, deliveries, neighbours })) => {
                    let got = self.arrivals.received();
                    if got != deliveries {
                        let of = format!("the grant to {until} came with {deliveries} frames so far");
                        fatal(NAME, &format!("{of}, {got} arrived"));
                    }
                    self.outlook.renew(ahead, neighbours.iter());
                    self.granted = self.granted.max(until);
                    self.grants += 1;
                    granted = true;
                }
                Ok(None) => break,
                Err(corrupt) => fatal(NAME, &corrupt),
            }
        }
        if granted {
            self.waits = false;
            self.clocks.set_stands(self.place, Stands::No);
        }
        granted
    }

    /// The next arrival that is due when QEMU's clock shows `now_ns`; the bytes of a frame go to `bytes`.
    pub(crate) fn next_due(&mut self, now_ns: u64, bytes: &mut Vec<u8>) -> Option<Due> {
        match self.arrivals.pop_due(Instant::from_ns(now_ns), bytes)? {
            Arrival::Reset => {
                self.pin_pulled = true;
                Some(Due::Reset)
            }
            Arrival::Frame { port, .. } => match self.receivers.get(usize::from(port)) {
                Some(Some(receiver)) => Some(Due::Frame(*receiver)),
                _ => fatal(NAME, &format!("a frame arrived at port {port}, which nothing has attached")),
            },
        }
    }

    /// What is granted, as QEMU's clock shows it. The limit itself is still to come, so that what happens there is seen.
    pub(crate) fn grant(&self) -> Open {
        let limit = self.own.at_or_after(self.limit);
        let first = self.arrivals.first();
        // What arrives at a barrier arrives after it: the host may have told it already, or not.
        let first = first.filter(|at| *at < limit || !self.barriers.is_next(self.limit));
        Open { limit_ns: limit.as_ns(), event_ns: first.map(Instant::as_ns) }
    }
}
