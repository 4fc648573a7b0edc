// SPDX-License-Identifier: Apache-2.0 OR MIT
//! How one run of a campaign is scheduled. A function of the scenario's name, the campaign's seed and the run's number
//! alone, so that any run can be repeated without those before it.

use std::fmt::Write;
use vtime::Span;

/// Slices that were chosen by hand: round ones, and odd ones that divide nothing (a byte's time, an instruction's, a
/// timer's). The last places stand for a length that is drawn.
const SLICES_NS: [Option<u64>; 12] = [
    None,
    None,
    Some(1_000_000),
    Some(777_777),
    Some(333_323),
    Some(100_000),
    Some(33_333),
    Some(10_000),
    Some(7_777),
    Some(3_000),
    Some(0),
    Some(0),
];
const SHORTEST_NS: u64 = 3_000;
const LONGEST_NS: u64 = 1_000_000;
/// No run has more slices than this, so that a long scenario is not cut into millions.
const SLICES_MAX: u64 = 20_000;

/// How a run is scheduled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Which run of the campaign it is.
    pub number: u64,
    /// No grant is longer.
    pub slice: Option<Span>,
    /// One node at a time.
    pub serial: bool,
    /// All threads and processes of the run share this core of the host.
    pub core: Option<usize>,
    /// By how much its priority is lowered.
    pub nice: i32,
    /// Its processes are paused and moved about while they run.
    pub shaken: bool,
    /// Beside it, as many processes compute as the host has cores.
    pub busy: bool,
}

/// What schedules are drawn for.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// The scenario's name.
    pub title: &'a str,
    /// Its length.
    pub duration: Span,
    /// The campaign's seed.
    pub seed: u64,
    /// The host's cores: at least one.
    pub cores: &'a [usize],
    /// Priorities, pauses and moves too.
    pub stress: bool,
}

impl Schedule {
    /// Run 0: as `virtmcu run` does it.
    pub fn reference() -> Schedule {
        Schedule { number: 0, slice: None, serial: false, core: None, nice: 0, shaken: false, busy: false }
    }

    /// Run `number`. The first ones are the same in each campaign: run 1 repeats run 0, and runs 2 and 3 are as far from
    /// it as they can be.
    pub fn of(rules: &Rules<'_>, number: u64) -> Schedule {
        let reference = Schedule { number, ..Schedule::reference() };
        let shortest = SHORTEST_NS.max(rules.duration.as_ns() / SLICES_MAX);
        let slice = |ns: u64| Some(Span::from_ns(ns.max(shortest)));
        match number {
            0 | 1 => return reference,
            2 => return Schedule { serial: true, ..reference },
            3 => return Schedule { slice: slice(7_777), core: rules.cores.first().copied(), ..reference },
            _ => {}
        }
        let mut draws = Draws::new(rules.seed, rules.title, "schedule", number);
        let slice = match draws.one_of(&SLICES_NS) {
            None => None,
            // Short ones as often as long ones, and odd.
            Some(0) => slice((LONGEST_NS >> draws.below(9)) - 2 * draws.below(LONGEST_NS >> 10) - 1),
            Some(ns) => slice(ns),
        };
        Schedule {
            slice,
            serial: draws.below(3) == 0,
            core: (draws.below(3) == 0).then(|| draws.one_of(rules.cores)),
            nice: if rules.stress && draws.below(3) == 0 { 1 + draws.below(10) as i32 } else { 0 },
            shaken: rules.stress && draws.below(2) == 0,
            busy: rules.stress && draws.below(3) == 0,
            ..reference
        }
    }

    /// The options of `virtmcu run` for it.
    pub fn options(&self) -> String {
        let mut text = String::new();
        if let Some(slice) = self.slice {
            let _ = write!(text, " --slice {}ns", slice.as_ns());
        }
        if self.serial {
            text.push_str(" --serial");
        }
        text
    }

    /// The programs to start `virtmcu run` with: what a shell has for the rest.
    pub fn prefix(&self) -> String {
        let mut text = String::new();
        if let Some(core) = self.core {
            let _ = write!(text, "taskset -c {core} ");
        }
        if self.nice > 0 {
            let _ = write!(text, "nice -n {} ", self.nice);
        }
        text
    }
}

/// Numbers that depend on nothing but what they are for.
#[derive(Debug)]
pub struct Draws(blake3::OutputReader);

impl Draws {
    /// The numbers for `purpose` in run `number` of the scenario `title`.
    pub fn new(seed: u64, title: &str, purpose: &str, number: u64) -> Draws {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&seed.to_le_bytes()).update(&number.to_le_bytes());
        hasher.update(purpose.as_bytes()).update(b"\0").update(title.as_bytes());
        Draws(hasher.finalize_xof())
    }

    /// The next number, less than `bound`, which is not 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        let mut word = [0; 8];
        self.0.fill(&mut word);
        u64::from_le_bytes(word) % bound.max(1)
    }

    /// One of `choices`, of which there is at least one.
    pub fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(stress: bool, duration_ns: u64) -> Rules<'static> {
        Rules { title: "ring", duration: Span::from_ns(duration_ns), seed: 1, cores: &[2, 5], stress }
    }

    #[test]
    fn a_run_does_not_depend_on_those_before_it() {
        let rules = rules(true, 30_000_000);
        let forwards: Vec<_> = (0..100).map(|n| Schedule::of(&rules, n)).collect();
        let mut backwards: Vec<_> = (0..100).rev().map(|n| Schedule::of(&rules, n)).collect();
        backwards.reverse();
        assert_eq!(forwards, backwards);
        let other = Rules { seed: 2, ..rules };
        assert!((4..100).any(|n| Schedule::of(&rules, n) != Schedule::of(&other, n)));
    }

    #[test]
    fn all_kinds_are_drawn() {
        let rules = rules(true, 30_000_000);
        let drawn: Vec<_> = (4..400).map(|n| Schedule::of(&rules, n)).collect();
        let some = |is: &dyn Fn(&Schedule) -> bool| drawn.iter().any(is);
        for ns in SLICES_NS {
            assert!(ns == Some(0) || some(&|s| s.slice.map(Span::as_ns) == ns), "{ns:?}");
        }
        assert!(some(&|s| s.slice.is_some_and(|ns| !SLICES_NS.contains(&Some(ns.as_ns())))));
        assert!(some(&|s| s.serial) && some(&|s| s.nice > 0) && some(&|s| s.shaken) && some(&|s| s.busy));
        assert!(some(&|s| s.core == Some(2)) && some(&|s| s.core == Some(5)) && some(&|s| s.core.is_none()));
        assert!(drawn.iter().all(|s| s.slice.is_none_or(|ns| ns.as_ns() >= SHORTEST_NS)));
    }

    #[test]
    fn without_stress_nobody_is_disturbed() {
        let drawn = (0..400).map(|n| Schedule::of(&rules(false, 30_000_000), n));
        assert!(drawn.clone().all(|s| s.nice == 0 && !s.shaken && !s.busy));
        // One node at a time, cut, and on one core.
        assert!(drawn.clone().any(|s| s.serial && s.slice.is_some() && s.core.is_some()));
    }

    #[test]
    fn a_long_run_is_not_cut_into_millions() {
        let hour = 3_600_000_000_000;
        for n in 0..100 {
            let slice = Schedule::of(&rules(true, hour), n).slice.map_or(hour, Span::as_ns);
            assert!(hour / slice <= SLICES_MAX);
        }
    }

    #[test]
    fn says_how_to_repeat_it() {
        let schedule = Schedule {
            slice: Some(Span::from_ns(7_777)),
            serial: true,
            core: Some(1),
            nice: 5,
            ..Schedule::reference()
        };
        assert_eq!(schedule.options(), " --slice 7777ns --serial");
        assert_eq!(schedule.prefix(), "taskset -c 1 nice -n 5 ");
        assert_eq!(Schedule::reference().options() + &Schedule::reference().prefix(), "");
    }
}
