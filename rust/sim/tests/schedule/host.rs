// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A toy run loop that does everything at random: which node reports next and how much, when to ask for grants, when to
//! take events out. Stands for a host of any speed, with any number of threads.

use crate::Outcome;
use crate::toy::{Random, Report, Toy};
use sim::{Core, NodeId, PortId, Slicing, System};
use std::collections::VecDeque;
use vtime::Instant;

/// What a node has still to report, in its order.
#[derive(Clone, Copy)]
enum Record {
    Report { report: Report, seq: u64 },
    Done { reached: Instant, sent: u64 },
}

struct Host {
    core: Core,
    toys: Vec<Toy>,
    sent: Vec<u64>,
    clocks: Vec<Instant>,
    unreported: Vec<VecDeque<Record>>,
    told: Instant,
    outcome: Outcome,
}

/// Drives `toys` through the core. The order of all that the host does comes from `host_seed`.
pub fn drive(system: &System, toys: Vec<Toy>, slicing: Slicing, host_seed: u64) -> Outcome {
    let nodes = toys.len();
    let mut host = Host {
        core: Core::new(system, slicing).expect("a valid system"),
        toys,
        sent: vec![0; nodes],
        clocks: vec![Instant::START; nodes],
        unreported: vec![VecDeque::new(); nodes],
        told: Instant::START,
        outcome: Outcome { events: Vec::new(), delivered: vec![Vec::new(); nodes] },
    };
    let mut random = Random(host_seed);
    while !host.core.finished() {
        let running: Vec<usize> = (0..nodes).filter(|node| !host.unreported[*node].is_empty()).collect();
        match random.below(8) {
            0 => host.drain(),
            1..=2 => assert!(host.grant() || !running.is_empty(), "deadlock"),
            _ if running.is_empty() => assert!(host.grant(), "deadlock"),
            _ => {
                let node = running[random.below(running.len() as u64) as usize];
                for _ in 0..=random.below(20) {
                    host.report(node);
                }
            }
        }
    }
    host.drain();
    assert_eq!(host.told, Instant::START + system.duration);
    assert!(!host.grant(), "granted past the end");
    for (node, report) in host.core.report().enumerate() {
        assert_eq!(report.counts.sent, host.sent[node]);
        assert_eq!(report.counts.delivered, host.outcome.delivered[node].len() as u64);
    }
    host.outcome
}

impl Host {
    /// Takes a grant, if there is one, and lets the toy run at once; its reports wait.
    fn grant(&mut self) -> bool {
        let Some(grant) = self.core.next_grant() else { return false };
        let node = usize::from(grant.node.0);
        let (clock, until) = (self.clocks[node], grant.until);
        assert!(until > clock, "an empty grant");
        let mut deliveries = Vec::new();
        for delivery in grant.deliveries {
            assert!(clock <= delivery.at && delivery.at < until, "a delivery at the wrong time");
            assert_eq!(delivery.seq, (self.outcome.delivered[node].len() + deliveries.len()) as u64);
            deliveries.push((delivery.at.as_ns(), delivery.port.0, delivery.byte));
        }
        let mut reports = Vec::new();
        self.toys[node].run(until.as_ns(), &deliveries, &mut reports);
        self.outcome.delivered[node].append(&mut deliveries);
        self.clocks[node] = until;
        for report in reports {
            self.unreported[node].push_back(Record::Report { report, seq: self.sent[node] });
            self.sent[node] += u64::from(matches!(report, Report::Sent { .. }));
        }
        self.unreported[node].push_back(Record::Done { reached: until, sent: self.sent[node] });
        true
    }

    /// Passes on the next report of a node, if it has one.
    fn report(&mut self, node: usize) {
        let Some(record) = self.unreported[node].pop_front() else { return };
        let id = NodeId(node as u16);
        match record {
            Record::Report { report: Report::Sent { port, at_ns, byte }, seq } => {
                self.core.sent(id, PortId(port), Instant::from_ns(at_ns), seq, byte)
            }
            Record::Report { report: Report::Held { port, at_ns }, .. } => {
                self.core.held(id, PortId(port), Instant::from_ns(at_ns))
            }
            Record::Done { reached, sent } => self.core.done(id, reached, sent),
        }
        .expect("a correct report");
    }

    fn drain(&mut self) {
        let from = self.outcome.events.len();
        let events = &mut self.outcome.events;
        let told = self.core.drain_events(|event| events.push(*event)).expect("events in order");
        for event in &events[from..] {
            assert!(
                self.told <= event.key.at && event.key.at < told,
                "an event on the wrong side of the mark"
            );
        }
        self.told = told;
    }
}
