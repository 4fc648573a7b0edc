// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A campaign: one scenario, run again and again, each run scheduled in another way. There must be one trace.
//!
//! **Invariant:** how run N is scheduled is a function of the campaign's seed, the scenario's name and N. The runs may be in
//! any order and several at a time; the outcome does not depend on it.
//! **Limits:** the first run that differs is explained, the others are counted. What the host does in a pause is up to the host.

mod cores;
mod load;
mod mismatch;
mod outcome;
mod schedule;
mod shake;

pub use load::burn;
pub use mismatch::Mismatch;
pub use outcome::Outcome;
pub use schedule::{Rules, Schedule};

use crate::interrupt::Interrupt;
use crate::loaded::Loaded;
use crate::mode::Mode;
use crate::session::{Digest, Ended, Run, RunError, Whereabouts, Witness};
use load::Load;
use outcome::Tally;
use schedule::Draws;
use shake::Shaker;
use sim::Slicing;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use trace::{Line, Summary};
use vtime::{Instant, Span};

/// What is to be verified, and how.
#[derive(Debug)]
pub struct Campaign<'a> {
    /// The scenario and what it needs.
    pub loaded: &'a Loaded,
    /// `SCENARIO --tools …`, as `virtmcu run` takes it, for commands in messages.
    pub arguments: &'a str,
    /// The numbers of the runs, beside run 0.
    pub numbers: std::ops::Range<u64>,
    /// The host is busy, and disturbs.
    pub stress: bool,
    /// How many runs at a time.
    pub jobs: u16,
    /// What the schedules are drawn from.
    pub seed: u64,
    /// When to give a run up.
    pub patience: Duration,
    /// Where traces that differ are kept.
    pub keep: &'a Path,
    /// Messages may have colours.
    pub color: bool,
    /// Ctrl-C.
    pub interrupt: &'a Interrupt,
}

/// One run that reached its end.
#[derive(Debug)]
struct Played {
    summary: Summary,
    trace: Vec<u8>,
    states: Vec<Vec<(Instant, Digest)>>,
    whereabouts: Vec<Whereabouts>,
}

impl Campaign<'_> {
    /// Runs it. `progress` is told after each run: how many there were, and how many of them differ.
    pub fn run(&self, progress: &(dyn Fn(u64, u64) + Sync)) -> Outcome {
        let title = &self.loaded.scenario.title;
        let cores = match cores::mine() {
            Ok(cores) => cores,
            Err(source) => {
                let error = RunError::Host { what: "a list of the cores", source };
                return Outcome::broken(title, error.verdict(), error.explain());
            }
        };
        let reference = match self.play(&Schedule::reference(), &cores, None) {
            Ok(played) => played,
            Err(error) => return Outcome::broken(title, error.verdict(), error.explain()),
        };
        let next = AtomicU64::new(self.numbers.start);
        let tally = Mutex::new(Tally::new(self.stress));
        std::thread::scope(|scope| {
            // More workers than runs would have nothing to do.
            let runs = self.numbers.end.saturating_sub(self.numbers.start);
            for _ in 0..runs.min(self.jobs.into()) {
                scope.spawn(|| self.work(&cores, &reference, &next, &tally, progress));
            }
        });
        let tally = tally.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mismatch = tally
            .first
            .as_ref()
            .map(|(schedule, found)| mismatch::explain(self, &cores, &reference, schedule, found));
        Outcome::of(self, &reference.summary, tally, mismatch)
    }

    /// Takes run after run, until there is none left.
    fn work(
        &self,
        cores: &[usize],
        reference: &Played,
        next: &AtomicU64,
        tally: &Mutex<Tally>,
        progress: &(dyn Fn(u64, u64) + Sync),
    ) {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= self.numbers.end || self.interrupt.happened() {
                return;
            }
            let schedule = Schedule::of(&self.rules(cores), number);
            let played = self.play(&schedule, cores, None);
            if matches!(played, Err(RunError::Interrupted { .. })) {
                return;
            }
            let Ok(mut tally) = tally.lock() else { return };
            tally.add(schedule, reference, played);
            progress(tally.runs, tally.mismatches);
        }
    }

    fn rules<'a>(&'a self, cores: &'a [usize]) -> Rules<'a> {
        let scenario = &self.loaded.scenario;
        Rules {
            title: &scenario.title,
            duration: scenario.duration,
            seed: self.seed,
            cores,
            stress: self.stress,
        }
    }

    /// One run as `schedule` says; up to `until` if that is given, and then it is asked where everybody is.
    fn play(&self, schedule: &Schedule, cores: &[usize], until: Option<Span>) -> Result<Played, RunError> {
        let host = |source| RunError::Host { what: "a thread for a run", source };
        let play = || {
            // The nodes get what this thread has. It is the run's own: a lowered priority is for good.
            if let Some(core) = schedule.core {
                cores::keep_to(&[core]).map_err(host)?;
            }
            if schedule.nice > 0 {
                lower_priority(schedule.nice).map_err(host)?;
            }
            self.simulate(schedule, cores, until)
        };
        std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().name(format!("run {}", schedule.number));
            let ended = thread.spawn_scoped(scope, play).map_err(host)?.join();
            ended.unwrap_or_else(|_| Err(host(std::io::Error::other("it panicked"))))
        })
    }

    fn simulate(
        &self,
        schedule: &Schedule,
        cores: &[usize],
        until: Option<Span>,
    ) -> Result<Played, RunError> {
        let mut scenario = self.loaded.scenario.clone();
        scenario.duration = scenario.duration.min(until.unwrap_or(scenario.duration));
        let load = if schedule.busy { Load::start(cores.len()) } else { Ok(Load::default()) };
        let _load = load.map_err(|source| RunError::Host { what: "a process that computes", source })?;
        let shaker = if schedule.shaken {
            let draws = Draws::new(self.seed, &scenario.title, "shake", schedule.number);
            let shaker = Shaker::new(draws, cores.to_vec());
            Some(shaker.map_err(|source| RunError::Host { what: "an event", source })?)
        } else {
            None
        };
        let run = Run {
            scenario: &scenario,
            firmware: &self.loaded.firmware,
            modules: &self.loaded.modules,
            tools: &self.loaded.tools,
            slicing: Slicing { max_slice: schedule.slice, serial: schedule.serial },
            patience: self.patience,
            interrupt: self.interrupt,
            ask_where: until.is_some(),
            witness: shaker.as_ref().map(|shaker| -> &dyn Witness { shaker }),
            control: None,
            attach: None,
            capture: None,
            channel_version: channel::VERSION,
            debug: None,
            mode: Mode::Exact,
        };
        let mut trace = Vec::new();
        let Ended { summary, whereabouts, states, .. } =
            run.simulate(&mut trace, |_: &Line<'_>| (), |_| ())?;
        Ok(Played { summary, trace, states, whereabouts })
    }
}

/// Lowers the priority of this thread by `by`, from whatever it has, as `nice -n` does.
fn lower_priority(by: i32) -> std::io::Result<()> {
    let now = rustix::process::getpriority_process(None)?;
    Ok(rustix::process::setpriority_process(None, (now + by).min(19))?)
}
