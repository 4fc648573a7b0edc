// SPDX-License-Identifier: GPL-2.0-or-later
//! A machine of a few lines runs twice: by what the gate promises, and held by a timer alone. Both must do the same things at the
//! same times, however its time is granted.

use super::*;
use proptest::prelude::*;

const INSN_NS: u64 = 32;
const END_NS: u64 = 5_000;
/// The timer under test; the guest's have numbers.
const OURS: usize = usize::MAX;

#[derive(Clone, Copy, Debug)]
enum Op {
    Compute,
    Sleep,
    /// Sets timer `.0` to `.1` ns from now.
    Arm(usize, u64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Timer(usize),
    Arrival,
    /// The guest set a timer, which it could have done a byte.
    Store,
}

/// A QEMU: one CPU, which runs `program` over and over, and timers in the order in which they are due.
struct Machine<'a> {
    program: &'a [Op],
    now: u64,
    insns: usize,
    halted: bool,
    interrupt: bool,
    timers: Vec<(u64, usize)>,
    log: Vec<(u64, usize, What)>,
}

impl Machine<'_> {
    fn new(program: &[Op]) -> Machine<'_> {
        let (timers, log) = (Vec::new(), Vec::new());
        Machine { program, now: 0, insns: 0, halted: false, interrupt: false, timers, log }
    }

    /// After those that are due then already, as QEMU does.
    fn arm(&mut self, id: usize, at: u64) {
        self.timers.retain(|&(_, other)| other != id);
        let place = self.timers.partition_point(|&(due, _)| due <= at);
        self.timers.insert(place, (at, id));
    }

    fn happens(&mut self, what: What) {
        self.log.push((self.now, self.insns, what));
        (self.halted, self.interrupt) = (false, !self.halted);
    }

    fn due(&mut self) -> Option<usize> {
        let due = self.timers.first().is_some_and(|&(at, _)| at <= self.now);
        due.then(|| self.timers.remove(0).1)
    }

    fn execute(&mut self) {
        let op = self.program[self.insns % self.program.len()];
        (self.now, self.insns) = (self.now + INSN_NS, self.insns + 1);
        match op {
            Op::Compute => {}
            Op::Sleep => (self.halted, self.interrupt) = (!self.interrupt, false),
            Op::Arm(id, delay) => {
                self.log.push((self.now, self.insns, What::Store));
                self.arm(id, self.now + delay);
            }
        }
    }
}

/// What should happen: arrivals before the timers of their boundary.
fn by_the_rule(program: &[Op], arrivals: &[u64]) -> Vec<(u64, usize, What)> {
    let mut machine = Machine::new(program);
    let mut arrivals = arrivals.iter().copied().peekable();
    loop {
        while arrivals.next_if(|&at| at <= machine.now).is_some() {
            machine.happens(What::Arrival);
        }
        while let Some(id) = machine.due() {
            machine.happens(What::Timer(id));
        }
        if !machine.halted {
            machine.execute();
        } else {
            let timer = machine.timers.first().map_or(END_NS, |&(at, _)| at);
            machine.now = timer.min(arrivals.peek().copied().unwrap_or(END_NS));
        }
        if machine.now >= END_NS {
            return machine.log;
        }
    }
}

/// What happens by timers, with grants that end at `limits`; `None` if it was refused.
fn by_timers(program: &[Op], arrivals: &[u64], limits: &[u64]) -> Option<Vec<(u64, usize, What)>> {
    let mut machine = Machine::new(program);
    let mut open = Open { limit_ns: 0, event_ns: None };
    let (mut arrivals, mut limits) = (arrivals.iter().copied().peekable(), limits.iter().copied());
    // A grant brings what arrives before it ends.
    let first =
        |arrivals: &mut std::iter::Peekable<_>, limit| arrivals.peek().copied().filter(|&at| at < limit);
    machine.arm(OURS, 0);
    loop {
        while let Some(id) = machine.due() {
            if id != OURS {
                machine.happens(What::Timer(id));
                continue;
            }
            loop {
                if open.event_ns.is_some_and(|event| event <= machine.now) {
                    arrivals.next();
                    machine.happens(What::Arrival);
                    open.event_ns = first(&mut arrivals, open.limit_ns);
                    continue;
                }
                let timer = machine.timers.first().map(|&(at, _)| at);
                match next(machine.now, open, timer, (!machine.halted).then_some(INSN_NS)) {
                    Next::Wait => {
                        let Some(limit) = limits.next() else { return Some(machine.log) };
                        open.limit_ns = limit;
                        open.event_ns = first(&mut arrivals, limit);
                        continue;
                    }
                    Next::First { at_ns } if timer == Some(at_ns) => return None,
                    Next::First { at_ns } | Next::Look { at_ns } => machine.arm(OURS, at_ns),
                }
                break;
            }
        }
        if machine.halted {
            machine.now = machine.timers.first()?.0;
        } else {
            machine.execute();
            assert!(machine.now <= open.limit_ns, "an instruction ended after {open:?}");
        }
    }
}

/// True if an order could be had.
fn check(program: &[Op], arrivals: &[u64], limits: &[u64]) -> bool {
    let Some(found) = by_timers(program, arrivals, limits) else { return false };
    let expected = by_the_rule(program, arrivals);
    // The last instruction before the end is one that ends there at the latest.
    let expected: Vec<_> = expected.into_iter().filter(|&(at, _, _)| at < END_NS).collect();
    let found: Vec<_> = found.into_iter().filter(|&(at, _, _)| at < END_NS).collect();
    assert_eq!(found, expected, "{program:?} with arrivals {arrivals:?} and grants {limits:?}");
    true
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let op = prop_oneof![
        4 => Just(Op::Compute),
        2 => Just(Op::Sleep),
        2 => (0..3usize, 0..300u64).prop_map(|(id, delay)| Op::Arm(id, delay)),
        // On the grid of the instructions.
        1 => (0..3usize, 0..10u64).prop_map(|(id, insns)| Op::Arm(id, insns * INSN_NS)),
    ];
    proptest::collection::vec(op, 1..12)
}

/// Rising times; the end is one of them.
fn times(step_ns: std::ops::Range<u64>) -> impl Strategy<Value = Vec<u64>> {
    proptest::collection::vec(step_ns, 0..60).prop_map(|steps| {
        let sums = steps.iter().scan(0, |sum, step| {
            *sum += step;
            Some(*sum)
        });
        sums.filter(|&at| at < END_NS).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn timers_do_what_the_gate_does(program in ops(), arrivals in times(1..500), mut limits in times(1..400)) {
        limits.push(END_NS);
        check(&program, &arrivals, &limits);
    }
}

#[test]
fn most_runs_can_be_ordered() {
    // Every delay up to some hundred nanoseconds, in a program that computes and sleeps.
    let ordered = (1..400).filter(|&delay| {
        let program = [Op::Arm(0, delay), Op::Compute, Op::Sleep, Op::Compute];
        check(&program, &[101, 202, 303, 1000, 2500], &[64, 150, 1001, 3003, END_NS])
    });
    assert!(ordered.count() > 380);
}

#[test]
fn an_arrival_and_a_timer_at_one_time_are_refused_in_sleep() {
    // Asleep from 64 ns on; the timer is due at 132 ns.
    let program = [Op::Arm(0, 100), Op::Sleep];
    assert!(!check(&program, &[132], &[END_NS]));
    assert!(check(&program, &[131], &[END_NS]) && check(&program, &[133], &[END_NS]));
}

#[test]
fn planted_a_timer_without_the_step_before_is_late() {
    // What a timer at the arrival itself would do: run after the guest's, which is due earlier at the same boundary.
    let program = [Op::Arm(0, 70), Op::Compute, Op::Compute, Op::Compute];
    let expected = by_the_rule(&program, &[110]);
    let place = |what| expected.iter().position(|&(_, _, found)| found == what);
    assert!(place(What::Arrival) < place(What::Timer(0)));
    assert_eq!(expected[1].0, expected[2].0, "at one boundary");
    assert!(check(&program, &[110], &[END_NS]));
}
