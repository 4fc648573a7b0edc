// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The nodes of a run: started, granted time, listened to, and what is left of them at the end.

use super::member::{Member, out_of_turn};
use super::states::Digest;
use super::watchdog::Watchdog;
use super::{Process, Run, RunError, Whereabouts};
use ::node::{MemoryError, Shared, Watch};
use channel::{Bell, FromNode, Neighbour, Neighbours, Spin, Stands, ToNode};
use sim::{Core, Grant};
use trace::NodeState;
use vtime::{Instant, LocalClock, Span};

/// How often a full ring is tried before the node behind it is given up: it is dead, and the next look around says so.
const TRIES: u32 = 1_000;

pub(super) struct Nodes {
    pub(super) nodes: Vec<Member>,
    pub(super) shared: Shared,
    pub(super) spin: Spin,
    /// The neighbours of the grant given last, as a record has them; kept for its memory.
    neighbours: Vec<u8>,
    pub(super) watchdog: Watchdog,
    /// How often the nodes were listened to.
    pub(super) listened: u32,
    pub(super) watch: Watch,
}

impl Nodes {
    pub(super) fn start(run: &Run<'_>) -> Result<Nodes, RunError> {
        let shared = Shared::create(run.scenario.nodes.len());
        let shared =
            shared.map_err(|error| RunError::Host { what: "shared memory", source: error.into() })?;
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
        let watch = watch(&nodes, &shared.bell)?;
        let watchdog = Watchdog::new(nodes.len(), Some(run.patience));
        let (spin, neighbours) = (Spin::new(shared.spin), Vec::new());
        Ok(Nodes { nodes, shared, spin, neighbours, watchdog, listened: 0, watch })
    }

    /// Waits until every node has said who it is.
    pub(super) fn greet(&mut self, run: &Run<'_>) -> Result<(), RunError> {
        (0..self.nodes.len()).try_for_each(|place| self.greet_one(run, place))?;
        self.renew_patience(run);
        Ok(())
    }

    /// Waits until a node has said who it is.
    pub(super) fn greet_one(&mut self, run: &Run<'_>, place: usize) -> Result<(), RunError> {
        loop {
            let seen = self.shared.bell.count();
            let member = &mut self.nodes[place];
            member.owes = true;
            match member.node.channel.rx.from_node().transpose() {
                Some(Ok(FromNode::Hello { version: channel::VERSION, .. })) => {
                    member.owes = false;
                    return Ok(());
                }
                Some(Ok(FromNode::Hello { version, .. })) => {
                    return Err(RunError::Version { node: member.name.clone(), version });
                }
                Some(said) => return Err(out_of_turn(&member.name, said)),
                None => {
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
        if let Some(at) = grant.reset {
            member.tell(ToNode::Reset { at }, TRIES)?;
        }
        for delivery in grant.deliveries {
            let (port, at) = (delivery.port.0, delivery.at);
            member.tell(ToNode::Deliver { port, at, bytes: grant.bytes(delivery) }, TRIES)?;
        }
        self.neighbours.clear();
        for known in grant.neighbours {
            let neighbour = Neighbour { place: known.node.0, lookahead: known.lookahead, sent: known.sent };
            Neighbours::write(neighbour, &mut self.neighbours);
        }
        let (deliveries, neighbours) = (member.deliveries, Neighbours(&self.neighbours));
        let (until, ahead) = (grant.until, grant.ahead);
        member.tell(ToNode::Grant { until, ahead, deliveries, neighbours }, TRIES)?;
        self.shared.clocks.set_stands(grant.node.0, Stands::No);
        member.node.channel.tx.publish();
        Ok(())
    }

    /// Sleeps until a node says something, and tells the core all that was said.
    pub(super) fn listen(&mut self, run: &Run<'_>, core: &mut Core) -> Result<(), RunError> {
        loop {
            let seen = self.shared.bell.count();
            // Asked before listening: then all that a dead node has said is heard.
            let one_ended = self.watch.one_ended();
            let mut heard = false;
            for (place, member) in self.nodes.iter_mut().enumerate() {
                heard |= member.hear(place, &self.shared.clocks, core)?;
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
        self.shared.bell.clone()
    }

    /// Memory of the node at `place`, which stands at its grant.
    pub(super) fn memory(&mut self, place: u16, address: u64, length: u32) -> Result<Vec<u8>, MemoryError> {
        self.nodes[usize::from(place)].node.memory(address, length)
    }

    /// Where each node's firmware is.
    pub(super) fn whereabouts(&mut self) -> Vec<Whereabouts> {
        let nodes = self.nodes.iter_mut().map(|member| Whereabouts {
            node: member.name.clone(),
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
                    let chain = member.states.chain(&member.name, member.on, end)?;
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

    /// What each node has printed.
    pub(super) fn words(&self) -> Vec<Vec<String>> {
        self.nodes.iter().map(Member::words).collect()
    }

    /// How many instructions each node has executed.
    pub(super) fn insns(&self) -> Vec<u64> {
        self.nodes.iter().map(|member| member.former_insns + member.insns).collect()
    }
}

/// Watches over the processes of the nodes that are on.
pub(super) fn watch(nodes: &[Member], bell: &Bell) -> Result<Watch, RunError> {
    let on = nodes.iter().filter(|member| member.on);
    let watched: Result<Vec<_>, _> = on.map(|member| member.node.pidfd()).collect();
    let watch = watched.and_then(|pidfds| Watch::start(pidfds, bell.clone()));
    watch.map_err(|source| RunError::Host { what: "a watch over the nodes", source })
}
