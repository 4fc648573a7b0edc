// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The nodes of a run: their processes, and what goes to and fro.

use super::states::{Digest, States};
use super::watchdog::Watchdog;
use super::{LOOK_AROUND, Process, Run, RunError, Stall, Whereabouts, id};
use ::node::{Death, MemoryError, Node, Shared, Spec, Watch};
use channel::{Bell, Clocks, FromNode, Neighbour, Neighbours, Spin, Stands, ToNode};
use rustix::fd::{AsFd, OwnedFd};
use sim::{Core, Done, Grant, PortId};
use trace::NodeState;
use vtime::{Instant, LocalClock, Span};

/// While nodes talk, the watchdog looks at the clock once in so many messages.
const LOOK_AT_THE_CLOCK: u32 = 256;

pub(super) struct Nodes {
    pub(super) nodes: Vec<Member>,
    pub(super) clocks: Clocks,
    pub(super) bell: Bell,
    /// By which nodes open the clocks and the bell.
    pub(super) fds: [OwnedFd; 2],
    spin: Spin,
    /// The neighbours of the grant given last, as a record has them; kept for its memory.
    neighbours: Vec<u8>,
    watchdog: Watchdog,
    /// How often the nodes were listened to.
    listened: u32,
    pub(super) watch: Watch,
}

pub(super) struct Member {
    pub(super) node: Node,
    /// It is not switched off.
    pub(super) on: bool,
    deliveries: u64,
    grants: u64,
    pub(super) insns: u64,
    /// How many instructions it executed in former lives.
    pub(super) former_insns: u64,
    pub(super) states: States,
    /// Its last word.
    pub(super) clock: Instant,
    until: Instant,
    /// How many messages it has sent.
    pub(super) messages: u64,
    /// It has to say something: hello, or that it has reached its grant.
    owes: bool,
}

impl Nodes {
    pub(super) fn start(run: &Run<'_>) -> Result<Nodes, RunError> {
        let count = run.scenario.nodes.len();
        let shared = |e: rustix::io::Errno| RunError::Host { what: "shared memory", source: e.into() };
        let (bell, bell_fd) = Bell::create().map_err(shared)?;
        let (clocks, clocks_fd) = Clocks::create(count).map_err(shared)?;
        let shared = Shared { clocks: &clocks, clocks_fd: clocks_fd.as_fd(), bell_fd: bell_fd.as_fd() };
        let (_, spin) = spinners(count);
        let (spin, neighbours) = (Spin::new(spin), Vec::new());
        let mut nodes = Vec::new();
        for (place, node) in run.scenario.nodes.iter().enumerate() {
            let clock = LocalClock::new(Instant::START + node.start, node.crystal);
            nodes.push(Member::start(run, place, &shared, clock, 0)?);
        }
        if let Some(witness) = run.witness {
            let process =
                |member: &Member| Ok(Process { pid: member.node.pid(), pidfd: member.node.pidfd()? });
            let processes: std::io::Result<Vec<_>> = nodes.iter().map(process).collect();
            witness
                .started(processes.map_err(|source| RunError::Host { what: "a hold on the nodes", source })?);
        }
        let watch = watch(&nodes, &bell)?;
        let watchdog = Watchdog::new(nodes.len(), Some(run.patience));
        let fds = [clocks_fd, bell_fd];
        Ok(Nodes { nodes, clocks, bell, fds, spin, neighbours, watchdog, listened: 0, watch })
    }

    /// Waits until every node has said who it is.
    pub(super) fn greet(&mut self, run: &Run<'_>) -> Result<(), RunError> {
        (0..self.nodes.len()).try_for_each(|place| self.greet_one(run, place))?;
        self.watchdog.restart(run.patience_while_running());
        Ok(())
    }

    /// Waits until a node has said who it is.
    pub(super) fn greet_one(&mut self, run: &Run<'_>, place: usize) -> Result<(), RunError> {
        loop {
            let seen = self.bell.count();
            let member = &mut self.nodes[place];
            member.owes = true;
            match member.node.channel.rx.from_node() {
                Ok(Some(FromNode::Hello { version: channel::VERSION, .. })) => {
                    member.owes = false;
                    return Ok(());
                }
                Ok(Some(FromNode::Hello { version, .. })) => {
                    return Err(RunError::Version { node: member.node.name().into(), version });
                }
                Ok(Some(other)) => {
                    let said = format!("{other:?}");
                    return Err(RunError::Unexpected { node: member.node.name().into(), said });
                }
                Err(corrupt) => {
                    return Err(RunError::Channel { node: member.node.name().into(), source: corrupt });
                }
                Ok(None) => {
                    self.look_around(run, self.watch.one_ended())?;
                    self.sleep(run, None, seen)?;
                }
            }
        }
    }

    /// Hands a grant and what arrives before it to its node.
    pub(super) fn grant(&mut self, grant: &Grant<'_>) -> Result<(), RunError> {
        let member = &mut self.nodes[usize::from(grant.node.0)];
        member.deliveries += grant.deliveries.len() as u64;
        member.grants += 1;
        member.until = grant.until;
        member.owes = true;
        // The node reads while it waits; when it does not, it is dead, and the next look around says so.
        let tx = &mut member.node.channel.tx;
        let mut tries = 0;
        let mut alive = || {
            tries += 1;
            tries < 1_000
        };
        let reset = grant.reset.map(|at| ToNode::Reset { at });
        let mut written = reset.is_none_or(|reset| tx.send_to_node(reset, &mut alive));
        written = written
            && grant.deliveries.iter().all(|delivery| {
                let message =
                    ToNode::Deliver { port: delivery.port.0, at: delivery.at, bytes: &[delivery.byte] };
                tx.send_to_node(message, &mut alive)
            });
        self.neighbours.clear();
        for known in grant.neighbours {
            let neighbour = Neighbour { place: known.node.0, lookahead: known.lookahead, sent: known.sent };
            Neighbours::write(neighbour, &mut self.neighbours);
        }
        let message = ToNode::Grant {
            until: grant.until,
            ahead: grant.ahead,
            deliveries: member.deliveries,
            neighbours: Neighbours(&self.neighbours),
        };
        written = written && tx.send_to_node(message, &mut alive);
        self.clocks.set_stands(grant.node.0, Stands::No);
        tx.publish();
        if written {
            Ok(())
        } else {
            Err(RunError::Full { node: member.node.name().into(), until: grant.until })
        }
    }

    /// Sleeps until a node says something, and tells the core all that was said.
    pub(super) fn listen(&mut self, run: &Run<'_>, core: &mut Core) -> Result<(), RunError> {
        loop {
            let seen = self.bell.count();
            // Asked before listening: then all that a dead node has said is heard.
            let one_ended = self.watch.one_ended();
            let mut heard = false;
            for (place, member) in self.nodes.iter_mut().enumerate() {
                heard |= member.hear(place, &self.clocks, core)?;
            }
            self.look_around(run, one_ended)?;
            if heard {
                return self.look_at_the_clock_now_and_then(run, core);
            }
            self.sleep(run, Some(core), seen)?;
        }
    }

    /// For a thread that has something for the run loop.
    pub(super) fn bell(&self) -> Bell {
        self.bell.clone()
    }

    /// Sleeps until `look` finds something; it is asked whenever the bell has rung. Whoever is waited for is no node, so
    /// there is no end of patience, and the nodes have all of it afterwards.
    pub(super) fn rest_until<T>(
        &mut self,
        run: &Run<'_>,
        mut look: impl FnMut() -> Option<T>,
    ) -> Result<T, RunError> {
        loop {
            let seen = self.bell.count();
            // First, because there may always be something to find.
            self.look_around(run, self.watch.one_ended())?;
            if let Some(found) = look() {
                self.renew_patience(run);
                return Ok(found);
            }
            self.bell.wait(seen, LOOK_AROUND, &mut self.spin);
        }
    }

    /// Somebody else took the time since the nodes were heard.
    pub(super) fn renew_patience(&mut self, run: &Run<'_>) {
        self.watchdog.restart(run.debug.is_none().then_some(run.patience));
    }

    /// Memory of the node at `place`, which stands at its grant.
    pub(super) fn memory(&mut self, place: u16, address: u64, length: u32) -> Result<Vec<u8>, MemoryError> {
        self.nodes[usize::from(place)].node.memory(address, length)
    }

    /// Looks whether the user wants to stop and, if one has ended, which node died.
    pub(super) fn look_around(&mut self, run: &Run<'_>, one_ended: bool) -> Result<(), RunError> {
        if run.interrupt.happened() {
            return Err(RunError::Interrupted { report: Vec::new() });
        }
        if !one_ended {
            return Ok(());
        }
        for member in &mut self.nodes {
            if let Some(death) = member.death() {
                // Ctrl-C in a terminal reaches the nodes too, perhaps before it reaches this process.
                if run.interrupt.happened_or_comes() {
                    return Err(RunError::Interrupted { report: Vec::new() });
                }
                let (clock, until) = (member.clock, member.until);
                return Err(RunError::Died {
                    node: member.node.name().into(),
                    clock,
                    until,
                    death: Box::new(death),
                });
            }
        }
        Ok(())
    }

    /// Sleeps until the bell rings, unless it has since `seen`. Ends the run when patience is at its end.
    fn sleep(&mut self, run: &Run<'_>, core: Option<&Core>, seen: u32) -> Result<(), RunError> {
        if self.bell.wait(seen, LOOK_AROUND, &mut self.spin) {
            return Ok(());
        }
        if run.debug.is_some() {
            self.hear_debuggers();
        }
        self.look_at_the_clock(run, core)
    }

    /// The nodes that do say something may say it without a pause.
    fn look_at_the_clock_now_and_then(&mut self, run: &Run<'_>, core: &Core) -> Result<(), RunError> {
        self.listened = self.listened.wrapping_add(1);
        if self.listened.is_multiple_of(LOOK_AT_THE_CLOCK) {
            self.look_at_the_clock(run, Some(core))
        } else {
            Ok(())
        }
    }

    /// Gives the run up if a node that owes an answer has said nothing for too long.
    fn look_at_the_clock(&mut self, run: &Run<'_>, core: Option<&Core>) -> Result<(), RunError> {
        let states = self.nodes.iter().map(|member| (member.messages, member.owes));
        match self.watchdog.look(states) {
            None => Ok(()),
            Some(silent) => Err(RunError::Stalled(Box::new(self.stall(run, core, &silent)))),
        }
    }

    fn stall(&mut self, run: &Run<'_>, core: Option<&Core>, silent: &[usize]) -> Stall {
        let silent = silent.iter().map(|place| self.nodes[*place].owed()).collect();
        let report = core.map_or_else(Vec::new, |core| core.report().map(|node| node.to_string()).collect());
        Stall { patience: run.patience, silent, report, nodes: self.whereabouts() }
    }

    /// Where each node's firmware is.
    pub(super) fn whereabouts(&mut self) -> Vec<Whereabouts> {
        let nodes = self.nodes.iter_mut().map(|member| Whereabouts {
            node: member.node.name().to_string(),
            pid: member.node.pid(),
            process: member.node.process_state(),
            firmware: member.node.whereabouts(),
            output: member.node.printed(),
        });
        nodes.collect()
    }

    /// What the states of each node come to, where they were asked for and the run has ended at `end`.
    pub(super) fn chains(
        &self,
        every: Option<Span>,
        end: Instant,
    ) -> Result<Vec<Option<NodeState>>, RunError> {
        let chain = |member: &Member| {
            every
                .map(|every| {
                    let chain = member.states.chain(member.node.name(), member.on, end)?;
                    Ok(NodeState { every, chain })
                })
                .transpose()
        };
        self.nodes.iter().map(chain).collect()
    }

    /// The states of each node; this ends them.
    pub(super) fn into_states(self) -> Vec<Vec<(Instant, Digest)>> {
        self.nodes.into_iter().map(|member| member.states.into_told()).collect()
    }

    /// How many instructions each node has executed.
    pub(super) fn insns(&self) -> Vec<u64> {
        self.nodes.iter().map(|member| member.former_insns + member.insns).collect()
    }
}

impl Member {
    /// Starts the process of the node at `place`, which is switched on when `clock` starts, and sent `sent` bytes before.
    pub(super) fn start(
        run: &Run<'_>,
        place: usize,
        shared: &Shared<'_>,
        clock: LocalClock,
        sent: u64,
    ) -> Result<Member, RunError> {
        let (node, nodes) = (&run.scenario.nodes[place], run.scenario.nodes.len());
        let (look, spin) = spinners(nodes);
        let states = run.state_every().map(|every| (every, Instant::START + run.scenario.duration));
        let id = id(place).0;
        let spec = Spec {
            name: node.name.clone(),
            board: node.board,
            firmware: run.firmware[place].path.clone(),
            cpu_hz: node.cpu_hz(),
            cores: node.cores,
            seed: seed(run.scenario.seed, &node.name),
            place: id,
            nodes,
            look,
            spin,
            clock,
            sent,
            timing: run.mode.timing(),
            states_ns: states.map(|(every, end)| (every.as_ns(), end.as_ns())),
            gdb: run.debug.as_ref().and_then(|debug| debug.servers.of(place)).cloned(),
        };
        let mut told = States::new(states);
        told.starts(clock.start());
        shared.clocks.publish(id, clock.start(), sent);
        shared.clocks.set_stands(id, Stands::Asleep);
        Ok(Member {
            node: Node::start(run.tools, spec, shared, run.channel_version)?,
            on: true,
            deliveries: 0,
            grants: 0,
            insns: 0,
            former_insns: 0,
            states: told,
            clock: clock.start(),
            until: clock.start(),
            messages: 0,
            owes: false,
        })
    }

    /// How its process ended, if it did and was not switched off.
    fn death(&mut self) -> Option<Death> {
        if self.on { self.node.death() } else { None }
    }

    /// What it has not said in time.
    fn owed(&self) -> String {
        let name = self.node.name();
        match self.until {
            _ if !self.owes => format!("{name} has no grant"),
            Instant::START => format!("{name} has not started"),
            until => format!("{name} does not reach its grant, {until}"),
        }
    }

    /// Tells the core all that this node has said, and how far it is; true when there was something to tell.
    fn hear(&mut self, place: usize, clocks: &Clocks, core: &mut Core) -> Result<bool, RunError> {
        if !self.on {
            return Ok(false);
        }
        let node = id(place);
        // Read before the messages: all from before this time is among them.
        let now = clocks.read(node.0).now;
        let mut heard = false;
        loop {
            match self.node.channel.rx.from_node() {
                Ok(None) => break,
                Ok(Some(FromNode::Sent { port, at, seq, bytes: [byte] })) => {
                    core.sent(node, PortId(port), at, seq, *byte)?;
                    self.clock = at;
                }
                Ok(Some(FromNode::Held { port, at })) => core.held(node, PortId(port), at)?,
                Ok(Some(FromNode::State { at, digest })) => {
                    self.states.told(self.node.name(), at, digest)?;
                }
                Ok(Some(FromNode::Reset { at, by_pin })) => core.reset(node, at, by_pin)?,
                Ok(Some(FromNode::Done { grants, reached, sent, insns, promise })) => {
                    core.done(node, Done { grants, reached, sent, promise })?;
                    self.clock = reached;
                    self.insns = insns;
                    // One that has not heard of its last grant yet goes on with it.
                    self.owes = grants < self.grants;
                }
                Ok(Some(other)) => {
                    let said = format!("{other:?}");
                    return Err(RunError::Unexpected { node: self.node.name().into(), said });
                }
                Err(source) => return Err(RunError::Channel { node: self.node.name().into(), source }),
            }
            heard = true;
            self.messages += 1;
        }
        if now > self.clock {
            core.passed(node, now)?;
            self.clock = now;
            self.messages += 1;
            heard = true;
        }
        Ok(heard)
    }
}

/// Watches over the processes of the nodes that are on.
pub(super) fn watch(nodes: &[Member], bell: &Bell) -> Result<Watch, RunError> {
    let on = nodes.iter().filter(|member| member.on);
    let watched: Result<Vec<_>, _> = on.map(|member| member.node.pidfd()).collect();
    let watch = watched.and_then(|pidfds| Watch::start(pidfds, bell.clone()));
    watch.map_err(|source| RunError::Host { what: "a watch over the nodes", source })
}

/// Whether nodes may look at each other's clocks for a moment, and wait so for the host, too. Never more threads that spin
/// than cores: then the other side could not run. Only speed depends on it.
fn spinners(nodes: usize) -> (bool, bool) {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    (cores >= nodes, cores > nodes)
}

/// What QEMU draws from for a guest: keyed by name, so that a new node does not change the others' draws.
fn seed(scenario: u64, node: &str) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&scenario.to_le_bytes()).update(node.as_bytes());
    let mut word = [0; 8];
    word.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    u64::from_le_bytes(word)
}
