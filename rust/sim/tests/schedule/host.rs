// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A toy run loop that does everything at random: which node reports next and how much, when to ask for grants, when to
//! take events out. Stands for a host of any speed, with any number of threads.

use crate::toy::{Arriving, Random, Report, Toy};
use crate::{Injection, Model, Outcome};
use channel::{Look, Outlook, Reading, Stands};
use sim::{Core, Done, Life, NodeId, PortId, Slicing, Switch};
use std::collections::VecDeque;
use vtime::Instant;

/// What a node has still to report, in its order.
#[derive(Clone, Copy)]
enum Record {
    Report {
        report: Report,
        seq: u64,
    },
    /// What its clock showed when all before this was in its ring.
    Passed {
        clock: Instant,
    },
    Done(Done),
}

struct Host<'a> {
    core: Core,
    /// What the master has still to inject.
    injections: &'a [Injection],
    model: &'a Model,
    toys: Vec<Toy>,
    /// What the nodes' clocks show, each other and the host.
    clocks: Vec<Reading>,
    grants: Vec<u64>,
    /// By which they run beyond their grants.
    outlooks: Vec<Outlook>,
    unreported: Vec<VecDeque<Record>>,
    told: Instant,
    outcome: Outcome,
}

/// Drives the model's toys through the core. The order of all that the host does comes from `host_seed`. A master grants at most
/// `longest_grant_ns` at a time; without it there is none.
pub fn drive(model: &Model, slicing: Slicing, host_seed: u64, longest_grant_ns: Option<u64>) -> Outcome {
    let nodes = model.kinds.len();
    let mut core = Core::new(&model.system, slicing).expect("a valid system");
    for (node, life) in model.lives.iter().enumerate() {
        core.plan(NodeId(node as u16), life).expect("a possible life");
    }
    for typing in &model.typists {
        let (node, port) = (NodeId(typing.node), PortId(typing.port));
        core.set_typist(node, port, typing.inputs.clone()).expect("a port");
    }
    let clock = |life: &Life| Reading { now: life.start, sent: 0, stands: Stands::Asleep };
    let mut host = Host {
        core,
        injections: &model.injections,
        model,
        toys: model.lives.iter().enumerate().map(|(node, life)| model.toy(node, life.start)).collect(),
        clocks: model.lives.iter().map(clock).collect(),
        grants: vec![0; nodes],
        outlooks: (0..nodes).map(|_| Outlook::default()).collect(),
        unreported: vec![VecDeque::new(); nodes],
        told: Instant::START,
        outcome: Outcome { events: Vec::new(), delivered: vec![Vec::new(); nodes] },
    };
    let mut random = Random(host_seed);
    if longest_grant_ns.is_some() {
        host.core.set_ceiling(Instant::START);
    }
    while !host.core.finished() {
        if let Some(longest_ns) = longest_grant_ns
            && (host.core.at_ceiling() || random.below(16) == 0)
        {
            host.raise(longest_ns, &mut random);
        }
        let any = |random: &mut Random, of: &[usize]| of[random.below(of.len() as u64) as usize];
        let unheard: Vec<usize> = (0..nodes).filter(|node| !host.unreported[*node].is_empty()).collect();
        let awake: Vec<usize> = (0..nodes).filter(|node| host.clocks[*node].stands == Stands::No).collect();
        match random.below(8) {
            0 => host.drain(),
            1..=2 => {
                host.grant();
            }
            3..=4 if !awake.is_empty() => host.run_on(any(&mut random, &awake), &mut random),
            _ if !unheard.is_empty() => {
                let node = any(&mut random, &unheard);
                for _ in 0..=random.below(20) {
                    host.report(node);
                }
            }
            // The master may have to grant more before a node that is off comes to its time.
            _ => assert!(
                host.grant() || !awake.is_empty() || longest_grant_ns.is_some() && host.core.at_ceiling(),
                "deadlock"
            ),
        }
    }
    host.switch();
    host.drain();
    assert_eq!(host.told, Instant::START + model.system.duration);
    assert!(!host.grant(), "granted past the end");
    for (node, report) in host.core.report().enumerate() {
        assert_eq!(report.counts.sent, host.clocks[node].sent);
        assert_eq!(report.counts.delivered, host.outcome.delivered[node].len() as u64);
    }
    host.outcome
}

impl Host<'_> {
    /// Replaces the toys that were switched off.
    fn switch(&mut self) {
        while let Some(Switch { node, on, sent }) = self.core.next_switch() {
            let place = usize::from(node.0);
            assert!(self.unreported[place].is_empty(), "it reported its end");
            let clock = &mut self.clocks[place];
            clock.now = on.unwrap_or(Instant::FAR);
            assert_ne!(clock.stands, Stands::No);
            assert_eq!(clock.sent, sent);
            self.grants[place] = 0;
            self.toys[place] = self.model.toy(place, clock.now);
        }
    }

    /// The master injects what must be there by then, and perhaps more, in its order; then it grants.
    fn raise(&mut self, longest_ns: u64, random: &mut Random) {
        let now_ns = self.core.ceiling().as_ns();
        let ceiling_ns = now_ns + 1 + random.below(longest_ns);
        let due =
            self.injections.iter().rposition(|injection| injection.at_ns < ceiling_ns).map_or(0, |at| at + 1);
        let more = random.below((self.injections.len() - due) as u64 + 1) as usize;
        let (now, later) = self.injections.split_at(due + more);
        for &Injection { at_ns, node, port, byte } in now {
            let at = Instant::from_ns(at_ns);
            self.core.inject(NodeId(node), PortId(port), at, byte).expect("in time");
        }
        self.injections = later;
        self.core.set_ceiling(Instant::from_ns(ceiling_ns));
    }

    /// Takes a grant, if there is one, and lets the toy run at once; its reports wait.
    fn grant(&mut self) -> bool {
        self.switch();
        let Some(grant) = self.core.next_grant().expect("no mistake") else { return false };
        let node = usize::from(grant.node.0);
        let (clock, until) = (self.clocks[node].now, grant.until);
        let mut deliveries = Vec::new();
        let grant_resets = grant.reset.is_some();
        let mut arriving: Vec<Arriving> =
            grant.reset.iter().map(|at| Arriving::Reset { at_ns: at.as_ns() }).collect();
        assert!(grant.reset.is_none_or(|at| at == clock), "a reset at the wrong time");
        for delivery in grant.deliveries {
            assert!(clock <= delivery.at && delivery.at < until, "a delivery at the wrong time");
            assert_eq!(delivery.seq, (self.outcome.delivered[node].len() + deliveries.len()) as u64);
            let (at_ns, port, byte) = (delivery.at.as_ns(), delivery.port.0, grant.bytes(delivery)[0]);
            deliveries.push((at_ns, port, byte));
            arriving.push(Arriving::Byte { at_ns, port, byte });
        }
        let neighbours = grant.neighbours.iter();
        self.outlooks[node].renew(
            grant.ahead,
            neighbours.map(|known| channel::Neighbour {
                place: known.node.0,
                lookahead: known.lookahead,
                sent: known.sent,
            }),
        );
        self.grants[node] += 1;
        self.clocks[node].stands = Stands::No;
        if until > clock {
            self.run(node, until, &arriving);
        } else {
            assert!(deliveries.is_empty() && !grant_resets, "something happens in no time");
        }
        self.outcome.delivered[node].append(&mut deliveries);
        true
    }

    /// Lets a toy run to `until`.
    fn run(&mut self, node: usize, until: Instant, arriving: &[Arriving]) {
        let mut reports = Vec::new();
        let clock = &mut self.clocks[node];
        self.toys[node].run(until.as_ns(), arriving, &mut reports);
        for report in reports {
            self.unreported[node].push_back(Record::Report { report, seq: clock.sent });
            clock.sent += u64::from(matches!(report, Report::Sent { .. }));
        }
        clock.now = until;
        self.unreported[node].push_back(Record::Passed { clock: until });
    }

    /// A node at the end of its grant looks at its neighbours' clocks and runs on, or waits for the host.
    fn run_on(&mut self, node: usize, random: &mut Random) {
        let now = self.clocks[node].now;
        let clocks = &self.clocks;
        match self.outlooks[node].look(now, |place| clocks[usize::from(place)]) {
            Look::Ahead(until) if random.below(4) > 0 => self.run(node, until, &[]),
            _ => {
                self.clocks[node].stands = Stands::Asleep;
                let asleep = self.toys[node].next_act_ns().map_or(Instant::FAR, Instant::from_ns);
                // A node may always say that it is busy.
                let promise = if random.below(4) > 0 { asleep } else { now };
                let sent = self.clocks[node].sent;
                let grants = self.grants[node];
                self.unreported[node].push_back(Record::Done(Done { grants, reached: now, sent, promise }));
            }
        }
    }

    /// Passes on the next report of a node, if it has one.
    fn report(&mut self, node: usize) {
        let Some(record) = self.unreported[node].pop_front() else { return };
        let id = NodeId(node as u16);
        match record {
            Record::Report { report: Report::Sent { port, at_ns, byte }, seq } => {
                self.core.sent(id, PortId(port), Instant::from_ns(at_ns), seq, &[byte])
            }
            Record::Report { report: Report::Held { port, at_ns }, .. } => {
                self.core.held(id, PortId(port), Instant::from_ns(at_ns))
            }
            Record::Report { report: Report::Reset { at_ns, by_pin }, .. } => {
                self.core.reset(id, Instant::from_ns(at_ns), by_pin)
            }
            Record::Passed { clock } => self.core.passed(id, clock),
            Record::Done(done) => self.core.done(id, done),
        }
        .expect("a correct report");
    }

    fn drain(&mut self) {
        let from = self.outcome.events.len();
        let events = &mut self.outcome.events;
        let told = self.core.drain_events(|event, _| events.push(*event)).expect("events in order");
        for event in &events[from..] {
            assert!(
                self.told <= event.key.at && event.key.at < told,
                "an event on the wrong side of the mark"
            );
        }
        self.told = told;
    }
}
