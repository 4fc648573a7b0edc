// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What is measured: a node that QEMU runs freely, the same node behind the gate, and whole scenarios.

use crate::cost::{Cost, host_now, measure};
use ::node::{Tools, ToolsError};
use scenario::Scenario;
use sim::Slicing;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant as HostInstant};
use thiserror::Error;
use virtmcu::firmware::{self, Firmware, Labels};
use virtmcu::interrupt::Interrupt;
use virtmcu::session::{Run, RunError};
use vtime::{Instant, Span};

/// What the firmware of the benchmark says last.
const DONE: &[u8] = b"bench done";
/// The firmware must be done by then.
const LONGEST_WORK: Span = Span::from_ns(100_000_000_000);
const PATIENCE: Duration = Duration::from_secs(60);

/// Why nothing was measured.
#[derive(Debug, Error)]
pub enum BenchError {
    /// There are no tools.
    #[error("{0}")]
    Tools(#[from] ToolsError),
    /// A scenario, or its firmware, is not right.
    #[error("{0}")]
    Scenario(#[from] scenario::Errors),
    /// A run failed.
    #[error("{}", .0.explain())]
    Run(#[from] RunError),
    /// The host said no.
    #[error("{0}")]
    Host(#[from] std::io::Error),
    /// The firmware's path has no name.
    #[error("{}: this is no file", .0.display())]
    NoFile(PathBuf),
    /// The firmware is no benchmark.
    #[error("the firmware did not say \"bench done\" within {LONGEST_WORK} of virtual time")]
    NeverDone,
    /// There is nothing to judge by.
    #[error("at least one round must be measured")]
    NoRounds,
    /// QEMU alone did not run the firmware to its end.
    #[error("QEMU without the gate ended with {0}")]
    Free(ExitStatus),
}

/// A scenario that can be run.
#[derive(Clone, Debug)]
pub struct Subject {
    scenario: Scenario,
    firmware: Vec<Firmware>,
}

/// One measured run.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// All of it, with starting and ending the processes.
    pub whole: Cost,
    /// How much virtual time passed.
    pub virtual_s: f64,
    /// How long the part of it took in which virtual time moved, for each virtual second; `None` if nobody looked.
    pub moving: Option<f64>,
}

impl Sample {
    /// Seconds of the host's time for each virtual second.
    pub fn wall_per_virtual_s(&self) -> f64 {
        self.whole.wall.as_secs_f64() / self.virtual_s
    }

    /// Seconds of computing for each virtual second.
    pub fn cpu_per_virtual_s(&self) -> f64 {
        self.whole.cpu.as_secs_f64() / self.virtual_s
    }
}

impl Subject {
    /// The scenario in the file `path`.
    pub fn load(path: &Path, root: &Path) -> Result<Subject, BenchError> {
        Self::with_firmware(scenario::load(path, &scenario::Options { root: root.to_path_buf() })?, root)
    }

    /// One node that runs the firmware of the benchmark for as long as that has work to do.
    pub fn alone(firmware: &Path, tools: &Tools) -> Result<Subject, BenchError> {
        let no_file = || BenchError::NoFile(firmware.to_path_buf());
        let name = firmware.file_name().and_then(|name| name.to_str()).ok_or_else(no_file)?;
        let text = format!(
            "schema = 1\nduration = \"{LONGEST_WORK}\"\n[node.alone]\nboard = \"qemu:mps2-an385\"\nfirmware = \"{name}\"\n"
        );
        let mut scenario = scenario::parse(&text, "alone.scenario.toml")?;
        scenario.folder = firmware.parent().ok_or_else(no_file)?.to_path_buf();
        let mut subject = Self::with_firmware(scenario, Path::new(""))?;
        // Behind the gate nobody answers the firmware's wish to end, so the run is as long as the work.
        let mut done = None;
        let observer = |line: &trace::Line<'_>| {
            if line.bytes.starts_with(DONE) {
                done = Some(line.first);
            }
        };
        subject.simulate(tools, None, observer, |_| {})?;
        let done = done.ok_or(BenchError::NeverDone)?;
        subject.set_duration(done.since(Instant::START));
        Ok(subject)
    }

    fn with_firmware(scenario: Scenario, root: &Path) -> Result<Subject, BenchError> {
        let firmware = firmware::find(&scenario, root, &Labels::default())?;
        Ok(Subject { scenario, firmware })
    }

    #[cfg(test)]
    pub fn without_firmware(scenario: Scenario) -> Subject {
        Subject { scenario, firmware: Vec::new() }
    }

    /// How long a run is.
    pub fn duration(&self) -> Span {
        self.scenario.duration
    }

    /// Makes runs this long.
    pub fn set_duration(&mut self, duration: Span) {
        self.scenario.duration = duration;
    }

    /// Runs it behind the gate, with grants cut to `max_slice`.
    pub fn gated(&self, tools: &Tools, max_slice: Option<Span>) -> Result<Sample, BenchError> {
        let mut seen: Option<[(HostInstant, Instant); 2]> = None;
        let progress = |now: Instant| {
            let here = (host_now(), now);
            seen = Some([seen.map_or(here, |[first, _]| first), here]);
        };
        let ((), whole) = measure(|| self.simulate(tools, max_slice, |_: &trace::Line<'_>| {}, progress))?;
        let moving = seen.and_then(|[(host_first, first), (host_last, last)]| {
            let span = last.since(first);
            (!span.is_zero()).then(|| host_last.duration_since(host_first).as_secs_f64() / seconds(span))
        });
        Ok(Sample { whole, virtual_s: seconds(self.duration()), moving })
    }

    fn simulate(
        &self,
        tools: &Tools,
        max_slice: Option<Span>,
        observer: impl trace::LineObserver,
        progress: impl FnMut(Instant),
    ) -> Result<(), BenchError> {
        let run = Run {
            control: None,
            scenario: &self.scenario,
            firmware: &self.firmware,
            tools,
            slicing: Slicing { max_slice, serial: false },
            patience: PATIENCE,
            interrupt: &Interrupt::never(),
            channel_version: channel::VERSION,
            debug: None,
            mode: virtmcu::mode::Mode::Exact,
        };
        run.simulate(std::io::sink(), observer, progress)?;
        Ok(())
    }

    /// Runs its first node in QEMU alone, without plugins, until the firmware ends it by semihosting. All that bears on
    /// speed is as behind the gate; `duration` must be that of the firmware's work.
    pub fn free(&self, tools: &Tools) -> Result<Sample, BenchError> {
        let board = self.scenario.nodes[0].board;
        let mut command = Command::new(tools.qemu(board.qemu_binary));
        command.env_clear().args(["-no-user-config", "-nodefaults", "-display", "none", "-nic", "none"]);
        command.arg("-L").arg(tools.qemu_data());
        command.args(["-M", board.machine]).args(board.extra_args);
        command.args(["-accel", "tcg,thread=single"]);
        command
            .arg("-icount")
            .arg(format!("{},sleep=off,align=off", board::InsnTime::of(self.scenario.nodes[0].cpu_hz())));
        command.args(["-rtc", "base=2000-01-01T00:00:00,clock=vm", "-seed", "1"]);
        command.args(["-serial", "null", "-monitor", "none"]);
        command.args(["-semihosting-config", "enable=on,target=native"]);
        command.arg("-kernel").arg(&self.firmware[0].path);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let (status, whole) = measure(|| command.status())?;
        if !status.success() {
            return Err(BenchError::Free(status));
        }
        Ok(Sample { whole, virtual_s: seconds(self.duration()), moving: None })
    }
}

fn seconds(span: Span) -> f64 {
    span.as_ns() as f64 / 1e9
}
