// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Toy nodes: small seeded state machines that send bursts from timers and in answer to what arrives.
//!
//! What a toy does is a function of its seed and of its deliveries with their times. It does not know of grants. It lives
//! in its own time, as a node does; what it is told and what it tells is in virtual time.

use std::collections::{BTreeSet, VecDeque};
use vtime::{Instant, LocalClock};

/// What a toy does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Report {
    Sent { port: u16, at_ns: u64, byte: u8 },
    Held { port: u16, at_ns: u64 },
    Reset { at_ns: u64, by_pin: bool },
}

/// What makes one toy unlike another.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    pub ports: u16,
    pub seed: u64,
    /// Its timers run for less than this.
    pub period_ns: u64,
    /// What it does at `t` it reports at `t + skew_ns`: with 1, some reports lie exactly at a grant.
    pub skew_ns: u64,
    /// How many bursts it sends at most.
    pub bursts: u32,
}

/// What reaches a toy, and when.
#[derive(Clone, Copy, Debug)]
pub enum Arriving {
    Byte { at_ns: u64, port: u16, byte: u8 },
    Reset { at_ns: u64 },
}

/// How many timers a toy has at once; keeps its activity spread over the run.
const MAX_TIMERS: u64 = 3;

#[derive(Clone, Debug)]
pub struct Toy {
    kind: Kind,
    clock: LocalClock,
    random: Random,
    bursts_left: u32,
    /// The times of its timers, by its own clock; those of one time fire in the order they were set.
    timers: BTreeSet<(u64, u64)>,
    timers_set: u64,
    /// What has arrived and was not seen yet.
    inbox: VecDeque<Arriving>,
}

impl Toy {
    /// A toy that is switched on when `clock` starts.
    pub fn new(kind: Kind, clock: LocalClock) -> Toy {
        let mut toy = Toy {
            kind,
            clock,
            random: Random(kind.seed),
            bursts_left: kind.bursts,
            timers: BTreeSet::new(),
            timers_set: 0,
            inbox: VecDeque::new(),
        };
        toy.set_first_timers(0);
        toy
    }

    fn set_first_timers(&mut self, now_ns: u64) {
        for _ in 0..=self.random.below(MAX_TIMERS) {
            self.set_timer(now_ns);
        }
    }

    /// When its next timer fires, in virtual time.
    pub fn next_timer_ns(&self) -> Option<u64> {
        self.timers.first().map(|(at_ns, _)| self.global_ns(*at_ns))
    }

    /// When it does something next, in virtual time, unless something more arrives.
    pub fn next_act_ns(&self) -> Option<u64> {
        let waiting =
            self.inbox.front().map(|(Arriving::Byte { at_ns, .. } | Arriving::Reset { at_ns })| *at_ns);
        let seen_ns = waiting.map(|at_ns| self.sees_ns(at_ns));
        seen_ns.into_iter().chain(self.next_timer_ns()).min()
    }

    /// When it sees what happens at `at_ns`, in virtual time.
    pub fn sees_ns(&self, at_ns: u64) -> u64 {
        self.clock.next_tick(Instant::from_ns(at_ns)).as_ns()
    }

    fn global_ns(&self, own_ns: u64) -> u64 {
        self.clock.to_global(Instant::from_ns(own_ns)).as_ns()
    }

    fn own_ns(&self, at_ns: u64) -> u64 {
        self.clock.at_or_after(Instant::from_ns(at_ns)).as_ns()
    }

    /// Its reset pin is pulled: it forgets its timers and starts again, but not from the same numbers.
    pub fn reset(&mut self, at_ns: u64, reports: &mut Vec<Report>) {
        let now_ns = self.own_ns(at_ns);
        self.timers.clear();
        self.random.mix(now_ns);
        self.set_first_timers(now_ns);
        reports.push(Report::Reset { at_ns: self.global_ns(now_ns), by_pin: true });
    }

    /// The next timer fires: a burst of bytes, and perhaps another timer.
    pub fn fire(&mut self, reports: &mut Vec<Report>) {
        let Some((at_ns, _)) = self.timers.pop_first() else { return };
        if self.bursts_left == 0 || self.kind.ports == 0 {
            return;
        }
        self.bursts_left -= 1;
        for _ in 0..self.random.below(5) {
            let port = self.random.below(self.kind.ports.into()) as u16;
            let byte = self.random.next() as u8;
            reports.push(Report::Sent { port, at_ns: self.global_ns(at_ns + self.kind.skew_ns), byte });
        }
        if self.random.below(32) == 0 {
            let at_ns = self.global_ns(at_ns + self.kind.skew_ns);
            reports.push(Report::Reset { at_ns, by_pin: false });
        }
        if self.random.below(16) != 0 {
            self.set_timer(at_ns);
        }
    }

    /// A byte arrives: all that the toy does later depends on it.
    pub fn deliver(&mut self, at_ns: u64, port: u16, byte: u8, reports: &mut Vec<Report>) {
        let at_ns = self.own_ns(at_ns);
        for part in [at_ns, port.into(), byte.into()] {
            self.random.mix(part);
        }
        // A device that has no room says so when the byte comes, not after an instruction: a reset at that time comes after it.
        if self.random.below(4) == 0 {
            reports.push(Report::Held { port, at_ns: self.global_ns(at_ns) });
        }
        if self.random.below(2) == 0 {
            self.set_timer(at_ns);
        }
    }

    /// Runs up to `until_ns` with what arrives before. At one time, arrivals come before timers. As the plugin in a node
    /// does it, by the node's own clock.
    pub fn run(&mut self, until_ns: u64, arriving: &[Arriving], reports: &mut Vec<Report>) {
        let until_own_ns = self.own_ns(until_ns);
        self.inbox.extend(arriving);
        loop {
            let timer_ns = self.timers.first().map(|(at_ns, _)| *at_ns).filter(|at_ns| *at_ns < until_own_ns);
            let due_ns = self
                .inbox
                .front()
                .map(|(Arriving::Byte { at_ns, .. } | Arriving::Reset { at_ns })| self.own_ns(*at_ns));
            let due =
                due_ns.is_some_and(|due_ns| due_ns < until_own_ns && timer_ns.is_none_or(|ns| due_ns <= ns));
            match (self.inbox.pop_front_if(|_| due), timer_ns) {
                (Some(Arriving::Byte { at_ns, port, byte }), _) => self.deliver(at_ns, port, byte, reports),
                (Some(Arriving::Reset { at_ns }), _) => self.reset(at_ns, reports),
                (None, Some(_)) => self.fire(reports),
                (None, None) => break,
            }
        }
    }

    fn set_timer(&mut self, now_ns: u64) {
        if self.timers.len() as u64 >= MAX_TIMERS {
            return;
        }
        let at_ns = now_ns + self.random.below(self.kind.period_ns);
        self.timers.insert((at_ns, self.timers_set));
        self.timers_set += 1;
    }
}

/// Splitmix64: small, and the same everywhere.
#[derive(Clone, Debug)]
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to `limit - 1`; 0 for a limit of 0.
    pub fn below(&mut self, limit: u64) -> u64 {
        let draw = self.next();
        if limit == 0 { 0 } else { draw % limit }
    }

    fn mix(&mut self, part: u64) {
        self.0 ^= part;
        self.next();
    }
}
