// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A scenario that can be run in several ways: behind the gate by the real run loop, or freely by QEMU alone.

use crate::cost::{Cost, host_now, measure};
use crate::error::BenchError;
use ::node::Tools;
use board::Machine;
use scenario::Scenario;
use sim::Slicing;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant as HostInstant};
use virtmcu::firmware::{self, Firmware, Labels};
use virtmcu::interrupt::Interrupt;
use virtmcu::session::Run;
use vtime::{Instant, Span};

/// What the firmware of a workload says last.
const DONE: &[u8] = b"bench done";
/// A workload must be done by then.
pub const LONGEST_WORK: Span = Span::from_ns(200_000_000_000);
const PATIENCE: Duration = Duration::from_secs(60);

/// A scenario with its firmware.
#[derive(Clone, Debug)]
pub struct Subject {
    scenario: Scenario,
    firmware: Vec<Firmware>,
}

/// One measured run.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    /// All of it, with starting and ending the processes.
    pub whole: Cost,
    /// How much virtual time passed; 0 where there is none.
    pub virtual_s: f64,
    /// How long the part of it took in which virtual time moved, for each virtual second; `None` if nobody looked.
    pub moving: Option<f64>,
    /// The host's nanoseconds from each step to the next: an answered grant, or a message that came back.
    pub steps_ns: Vec<u64>,
    /// How many bytes or frames went over links or to consoles.
    pub events: u64,
}

/// What drives the virtual time of a QEMU without gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// Counted instructions, with the settings of a gated node.
    Icount,
    /// The host's clock: QEMU as most people run it.
    Host,
}

impl Subject {
    /// The scenario in the file `path`.
    pub fn load(path: &Path, root: &Path) -> Result<Subject, BenchError> {
        Self::with_firmware(scenario::load(path, &scenario::Options { root: root.to_path_buf() })?, root)
    }

    /// The scenario `text`, whose firmware is in `folder`.
    pub fn parse(text: &str, folder: &Path) -> Result<Subject, BenchError> {
        let mut scenario = scenario::parse(text, "bench.scenario.toml")?;
        scenario.folder = folder.to_path_buf();
        Self::with_firmware(scenario, Path::new(""))
    }

    fn with_firmware(scenario: Scenario, root: &Path) -> Result<Subject, BenchError> {
        let firmware = firmware::find(&scenario, root, &Labels::default())?;
        Ok(Subject { scenario, firmware })
    }

    /// Its first link.
    pub fn link(&self) -> Result<link::Spec, BenchError> {
        let link = self.scenario.links.first().ok_or(BenchError::NoLink)?;
        Ok(link.spec.clone())
    }

    /// How long a run is.
    pub fn duration(&self) -> Span {
        self.scenario.duration
    }

    /// The same, but this long; the nodes tell their states ten times all the same.
    pub fn lasting(&self, duration: Span) -> Subject {
        let mut subject = self.clone();
        subject.scenario.duration = duration;
        let tenth = Span::from_ns((duration.as_ns() / 10).max(1));
        subject.scenario.state_every = subject.scenario.state_every.map(|_| tenth);
        subject
    }

    /// Finds out when the firmware of some node says that its work is done. Behind the gate nobody answers its wish to
    /// end, so runs are cut to this.
    pub fn find_work(&self, tools: &Tools) -> Result<Span, BenchError> {
        let mut done = None;
        let observer = |line: &trace::Line<'_>| {
            if line.bytes.starts_with(DONE) {
                done = Some(line.first);
            }
        };
        self.simulate(tools, None, observer, |_| {})?;
        done.map(|at| at.since(Instant::START))
            .ok_or_else(|| BenchError::NeverDone(self.firmware[0].path.clone()))
    }

    /// Runs it behind the gate, with grants cut to `max_slice`.
    pub fn gated(&self, tools: &Tools, max_slice: Option<Span>) -> Result<Sample, BenchError> {
        let mut seen: Vec<(HostInstant, Instant)> = Vec::new();
        let progress = |now: Instant| {
            if seen.last().is_none_or(|(_, before)| *before < now) {
                seen.push((host_now(), now));
            }
        };
        let (events, whole) =
            measure(|| self.simulate(tools, max_slice, |_: &trace::Line<'_>| {}, progress))?;
        let moving = seen.first().zip(seen.last()).and_then(|((host_first, first), (host_last, last))| {
            let span = last.since(*first);
            (!span.is_zero()).then(|| host_last.duration_since(*host_first).as_secs_f64() / seconds(span))
        });
        let step_ns = |pair: &[(HostInstant, Instant)]| pair[1].0.duration_since(pair[0].0).as_nanos() as u64;
        let steps_ns = seen.windows(2).map(step_ns).collect();
        Ok(Sample { whole, virtual_s: seconds(self.duration()), moving, steps_ns, events })
    }

    /// How many bytes were told.
    fn simulate(
        &self,
        tools: &Tools,
        max_slice: Option<Span>,
        observer: impl trace::LineObserver,
        progress: impl FnMut(Instant),
    ) -> Result<u64, BenchError> {
        let run = Run {
            control: None,
            attach: None,
            scenario: &self.scenario,
            firmware: &self.firmware,
            modules: &[],
            tools,
            slicing: Slicing { max_slice, serial: false },
            patience: PATIENCE,
            interrupt: &Interrupt::never(),
            channel_version: channel::VERSION,
            debug: None,
            mode: virtmcu::mode::Mode::Exact,
            ask_where: false,
            capture: None,
            witness: None,
        };
        let summary = run.simulate(std::io::sink(), observer, progress)?.summary;
        Ok(summary.footer.nodes.iter().map(|node| node.sent).sum())
    }

    /// Runs each node in a QEMU of its own, all at once, without plugins and gate, until the firmware ends it by
    /// semihosting. With [`Clock::Icount`] all that bears on speed is as behind the gate. The duration must be that of the
    /// firmware's work.
    pub fn free(&self, tools: &Tools, clock: Clock) -> Result<Sample, BenchError> {
        let ((), whole) = measure(|| -> Result<(), BenchError> {
            let mut children = Vec::new();
            let started = (0..self.firmware.len()).try_for_each(|place| {
                children.push(self.free_command(place, tools, clock).spawn()?);
                Ok::<_, BenchError>(())
            });
            if started.is_err() {
                children.iter_mut().for_each(|child| drop(child.kill()));
            }
            // All are waited for before any failure is told.
            let ends: Vec<_> = children.iter_mut().map(|child| child.wait()).collect();
            started?;
            for end in ends {
                let status = end?;
                if !status.success() {
                    return Err(BenchError::Free(status));
                }
            }
            Ok(())
        })?;
        Ok(Sample { whole, virtual_s: seconds(self.duration()), ..Sample::default() })
    }

    fn free_command(&self, place: usize, tools: &Tools, clock: Clock) -> Command {
        let node = &self.scenario.nodes[place];
        let board = &node.board;
        let mut command = Command::new(tools.qemu(board.qemu_binary));
        command.env_clear().args(["-no-user-config", "-nodefaults", "-display", "none", "-nic", "none"]);
        command.arg("-L").arg(tools.qemu_data());
        // Only QEMU's own machines can do without plugins; with another one it says that it has none.
        if let Machine::Qemu { name, extra_args } = &board.machine {
            command.args(["-M", name]).args(*extra_args);
        }
        command.args(["-accel", "tcg,thread=single"]);
        match clock {
            Clock::Icount => {
                command
                    .arg("-icount")
                    .arg(format!("{},sleep=off,align=off", board::InsnTime::of(node.cpu_hz())));
                command.args(["-rtc", "base=2000-01-01T00:00:00,clock=vm", "-seed", "1"]);
            }
            Clock::Host => {}
        }
        command.args(["-serial", "null", "-monitor", "none"]);
        command.args(["-semihosting-config", "enable=on,target=native"]);
        command.arg("-kernel").arg::<&PathBuf>(&self.firmware[place].path);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }
}

fn seconds(span: Span) -> f64 {
    span.as_ns() as f64 / 1e9
}
