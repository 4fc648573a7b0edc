// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Why a run did not reach its end.

use super::master::MasterError;
use crate::exit::Verdict;
use ::capture::CaptureError;
use ::node::{Crash, Death, ProcessState, StartError};
use channel::Corrupt;
use std::fmt::Write;
use std::time::Duration;
use thiserror::Error;
use trace::RecordError;
use vtime::Instant;

/// Why a run did not reach its end. [`RunError::explain`] says more than the one line of `Display`.
#[derive(Debug, Error)]
pub enum RunError {
    /// The scenario makes no system.
    #[error("{0}")]
    Setup(#[from] sim::SetupError),
    /// A scenario needs the exact mode.
    #[error(
        "node {node} has a clock, power events, semihosting or typed input (\"start\", \"clock_ppm\", \"drift_ppm_per_s\", \
         [[power]], \"semihosting\", [[input]]): only mode exact has them; leave --mode out"
    )]
    OnlyExact {
        /// The node.
        node: String,
    },
    /// Faults are in virtual time.
    #[error("link {link} has faults ([[fault]]): only mode exact has them; leave --mode out")]
    FaultsOnlyExact {
        /// The link.
        link: String,
    },
    /// A controller cannot take part in its bus.
    #[error(
        "at {at} {port} joins [link.{link}] with {found}, as its registers give it, and the bus has {expected}: correct the firmware's bit timing \
         or the link; if it is to be so, add allow_wrong_rate = true to [link.{link}]"
    )]
    Rates {
        /// The port.
        port: String,
        /// When.
        at: Instant,
        /// The bit rates of its registers.
        found: String,
        /// The link.
        link: String,
        /// The link's bit rates.
        expected: String,
    },
    /// The host has no room.
    #[error("cannot make {what}: {source}")]
    Host {
        /// What.
        what: &'static str,
        /// Why not.
        source: std::io::Error,
    },
    /// A process did not start.
    #[error("{0}")]
    Start(#[from] StartError),
    /// A node speaks another version of the channel.
    #[error(
        "node {node}: its plugin speaks version {version} of the channel, this virtmcu version {}; build both from one tree",
        channel::VERSION
    )]
    Version {
        /// The node.
        node: String,
        /// Its version.
        version: u32,
    },
    /// A node said something out of turn.
    #[error("node {node} said {said} out of turn: its plugin and this virtmcu do not fit")]
    Unexpected {
        /// The node.
        node: String,
        /// What it said.
        said: String,
    },
    /// A node's channel is broken.
    #[error("node {node}: {source}")]
    Channel {
        /// The node.
        node: String,
        /// What is wrong.
        source: Corrupt,
    },
    /// A node does not read its channel.
    #[error("node {node} does not take what it is sent: its channel is full at the grant to {until}")]
    Full {
        /// The node.
        node: String,
        /// Its grant.
        until: Instant,
    },
    /// A node broke the rules of virtual time.
    #[error("{0}")]
    Protocol(#[from] sim::Error),
    /// A node's process ended.
    #[error("node {node} died {}: {}", when(*clock, *until), death.how)]
    Died {
        /// The node.
        node: String,
        /// Up to when it had told everything.
        clock: Instant,
        /// Its grant: it never passed this.
        until: Instant,
        /// How it ended.
        death: Box<Death>,
    },
    /// No node made progress.
    #[error("no progress for {} s: {}", .0.patience.as_secs(), .0.silent.join(", "))]
    Stalled(Box<Stall>),
    /// The master of virtual time ended the run.
    #[error("{0}")]
    Master(#[from] MasterError),
    /// The trace could not be written.
    #[error("{0}")]
    Record(#[from] RecordError),
    /// The capture could not be written.
    #[error("{0}")]
    Capture(#[from] CaptureError),
    /// Ctrl-C, or Bazel's timeout.
    #[error("interrupted")]
    Interrupted {
        /// Who was where, one line a node.
        report: Vec<String>,
    },
}

/// Where everybody was when a run made no progress.
#[derive(Debug)]
pub struct Stall {
    /// For how long.
    pub patience: Duration,
    /// Who has not answered, and what, in words.
    pub silent: Vec<String>,
    /// Who waits for whom, one line a node.
    pub report: Vec<String>,
    /// The processes.
    pub nodes: Vec<Whereabouts>,
}

/// Where one node was.
#[derive(Debug)]
pub struct Whereabouts {
    /// The node.
    pub node: String,
    /// Its process.
    pub pid: u32,
    /// What its process does; `None` when that is not known.
    pub process: Option<ProcessState>,
    /// Its program counter; `None` when QEMU did not answer.
    pub firmware: Option<Crash>,
    /// What QEMU printed.
    pub output: String,
}

impl std::fmt::Display for Whereabouts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let node = &self.node;
        match &self.firmware {
            Some(Crash { pc, caller: Some(caller), .. }) => {
                write!(f, "{node} is at {pc}, called from {caller}")
            }
            Some(Crash { pc, caller: None, .. }) => write!(f, "{node} is at {pc}"),
            None => write!(f, "{node}: QEMU does not answer"),
        }
    }
}

impl RunError {
    /// A firmware that crashes has failed its test; everything else is no statement about the firmware.
    pub fn verdict(&self) -> Verdict {
        match self {
            RunError::Died { death, .. } if death.crash.is_some() => Verdict::Failed,
            RunError::Setup(_)
            | RunError::OnlyExact { .. }
            | RunError::FaultsOnlyExact { .. }
            | RunError::Rates { .. } => Verdict::BadInput,
            RunError::Master(error) => match error {
                MasterError::Abandoned { .. } => Verdict::Failed,
                MasterError::Gone { .. } => Verdict::Infrastructure,
                _ => Verdict::BadInput,
            },
            RunError::Interrupted { .. } => Verdict::Interrupted,
            _ => Verdict::Infrastructure,
        }
    }

    /// The whole story, in lines.
    pub fn explain(&self) -> String {
        let mut text = self.to_string();
        match self {
            RunError::Died { death, .. } => {
                if let Some(crash) = &death.crash {
                    crash_lines(&mut text, crash);
                }
                output_lines(&mut text, &death.output);
            }
            RunError::Interrupted { report } => {
                for line in report {
                    let _ = write!(text, "\n  {line}");
                }
            }
            RunError::Stalled(stall) => {
                for line in &stall.report {
                    let _ = write!(text, "\n  {line}");
                }
                for node in &stall.nodes {
                    let _ = write!(text, "\nnode {} (process {}", node.node, node.pid);
                    if let Some(state) = node.process {
                        let _ = write!(text, ", {state}");
                    }
                    text.push_str("):");
                    if node.process == Some(ProcessState::Stopped) {
                        let _ = write!(
                            text,
                            "\n  a signal has stopped it; kill -CONT {} lets it go on",
                            node.pid
                        );
                        continue;
                    }
                    match &node.firmware {
                        Some(crash) => crash_lines(&mut text, crash),
                        None => text.push_str("\n  QEMU does not answer"),
                    }
                    output_lines(&mut text, &node.output);
                }
            }
            _ => {}
        }
        text
    }
}

/// When a node died, as far as it is known.
fn when(clock: Instant, until: Instant) -> String {
    if until == Instant::START {
        return "at its start".to_string();
    }
    format!("between {clock} and {until} s of virtual time")
}

fn crash_lines(text: &mut String, crash: &Crash) {
    if let Some(cause) = &crash.cause {
        let _ = write!(text, "\n  cause   {cause}");
    }
    let _ = write!(text, "\n  pc      {}", crash.pc);
    if let Some(caller) = &crash.caller {
        let _ = write!(text, "\n  called  {caller}");
    }
}

fn output_lines(text: &mut String, output: &str) {
    if output.trim().is_empty() {
        return;
    }
    text.push_str("\n  QEMU printed:");
    for line in output.trim_end().lines() {
        let _ = write!(text, "\n    {line}");
    }
}
