// SPDX-License-Identifier: Apache-2.0 OR MIT
//! One node of a run: its process, what it is told, and what it says.

use super::states::States;
use super::{Run, RunError, id};
use crate::modules;
use ::node::{Death, Node, Shared, Spec, Timing};
use channel::{Clocks, Corrupt, FromNode, Stands, ToNode};
use sim::{Core, Done, PortId};
use vtime::{Instant, LocalClock};

pub(super) struct Member {
    pub(super) name: String,
    pub(super) node: Node,
    /// It is not switched off.
    pub(super) on: bool,
    /// How many bytes it was told of.
    pub(super) deliveries: u64,
    /// How many grants it was given.
    pub(super) grants: u64,
    pub(super) insns: u64,
    /// How many instructions it executed in former lives.
    pub(super) former_insns: u64,
    /// What its processes printed in former lives.
    pub(super) former_words: String,
    pub(super) states: States,
    /// Its last word.
    pub(super) clock: Instant,
    /// Its last grant.
    pub(super) until: Instant,
    /// How many messages it has sent.
    pub(super) messages: u64,
    /// It has to say something: hello, or that it has reached its grant.
    pub(super) owes: bool,
}

impl Member {
    /// Starts the process of the node at `place`, which is switched on when `clock` starts, and sent `sent` bytes before.
    pub(super) fn start(
        run: &Run<'_>,
        place: usize,
        shared: &Shared,
        clock: LocalClock,
        sent: u64,
    ) -> Result<Member, RunError> {
        let node = &run.scenario.nodes[place];
        let states = run.state_every().map(|every| (every, Instant::START + run.scenario.duration));
        let id = id(place).0;
        let ends = run.scenario.links.iter().flat_map(|link| link.ends.iter().map(move |end| (link, end)));
        let of_node = ends.filter(|(_, end)| end.node == id);
        // Without common time bytes go from port to port as they are.
        let lines = of_node.filter_map(|(link, end)| Some((end.number, link.spec.line()?)));
        let spec = Spec {
            name: node.name.clone(),
            board: node.board.clone(),
            firmware: run.firmware[place].path.clone(),
            plan: run.firmware[place].plan.clone(),
            own_modules: modules::of_board(run.scenario, run.modules, &node.board),
            lines: if run.mode.timing() == Timing::Standalone { Vec::new() } else { lines.collect() },
            cpu_hz: node.cpu_hz(),
            cores: node.cores,
            semihosting: node.semihosting,
            seed: seed(run.scenario.seed, &node.name),
            place: id,
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
            name: node.name.clone(),
            node: Node::start(run.tools, spec, shared, run.channel_version)?,
            on: true,
            deliveries: 0,
            grants: 0,
            insns: 0,
            former_insns: 0,
            former_words: String::new(),
            states: told,
            clock: clock.start(),
            until: clock.start(),
            messages: 0,
            owes: false,
        })
    }

    /// Writes it a message. It reads while it waits: one that makes no room in so many tries does not read any more.
    pub(super) fn tell(&mut self, message: ToNode<'_>, mut tries: u32) -> Result<(), RunError> {
        let alive = || {
            tries = tries.saturating_sub(1);
            tries > 0
        };
        if self.node.channel.tx.send_to_node(message, alive) {
            Ok(())
        } else {
            Err(RunError::Full { node: self.name.clone(), until: self.until })
        }
    }

    /// Tells the core all that this node has said, and how far it is; true when there was something to tell.
    pub(super) fn hear(&mut self, place: usize, clocks: &Clocks, core: &mut Core) -> Result<bool, RunError> {
        if !self.on {
            return Ok(false);
        }
        let node = id(place);
        // Read before the messages: all from before this time is among them.
        let now = clocks.read(node.0).now;
        let mut heard = false;
        while let Some(said) = self.node.channel.rx.from_node().transpose() {
            match said {
                Ok(FromNode::Sent { port, at, seq, bytes }) => {
                    core.sent(node, PortId(port), at, seq, bytes)?;
                    self.clock = at;
                }
                Ok(FromNode::Held { port, at }) => core.held(node, PortId(port), at)?,
                Ok(FromNode::State { at, digest }) => self.states.told(&self.name, at, digest)?,
                Ok(FromNode::Reset { at, by_pin }) => core.reset(node, at, by_pin)?,
                Ok(FromNode::Ended { at, code }) => core.ended(node, at, code)?,
                Ok(FromNode::Done { grants, reached, sent, insns, promise }) => {
                    core.done(node, Done { grants, reached, sent, promise })?;
                    self.clock = reached;
                    self.insns = insns;
                    // One that has not heard of its last grant yet goes on with it.
                    self.owes = grants < self.grants;
                }
                said => return Err(out_of_turn(&self.name, said)),
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

    /// What its processes have printed: what devices have to tell of their use, and QEMU of itself.
    pub(super) fn words(&self) -> Vec<String> {
        let now = if self.on { self.node.printed() } else { String::new() };
        self.former_words.lines().chain(now.lines()).map(String::from).collect()
    }

    /// How its process ended, if it did and was not switched off.
    pub(super) fn death(&mut self) -> Option<Death> {
        if self.on { self.node.death() } else { None }
    }

    /// What it has not said in time.
    pub(super) fn owed(&self) -> String {
        let name = &self.name;
        match self.until {
            _ if !self.owes => format!("{name} has no grant"),
            Instant::START => format!("{name} has not started"),
            until => format!("{name} does not reach its grant, {until}"),
        }
    }
}

/// Why the run ends when a node has said something that nobody waits for, or something that is no message.
pub(super) fn out_of_turn(node: &str, said: Result<FromNode<'_>, Corrupt>) -> RunError {
    let node = node.to_string();
    match said {
        Ok(said) => RunError::Unexpected { node, said: format!("{said:?}") },
        Err(source) => RunError::Channel { node, source },
    }
}

/// What QEMU draws from for a guest: keyed by name, so that a new node does not change the others' draws.
fn seed(scenario: u64, node: &str) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&scenario.to_le_bytes()).update(node.as_bytes());
    let mut word = [0; 8];
    word.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    u64::from_le_bytes(word)
}
