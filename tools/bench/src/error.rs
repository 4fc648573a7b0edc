// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Why nothing was measured.

use crate::subject::LONGEST_WORK;
use ::node::ToolsError;
use std::path::PathBuf;
use std::process::ExitStatus;
use thiserror::Error;
use virtmcu::session::RunError;

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
    /// The firmware is no workload.
    #[error("{}: it did not say \"bench done\" within {LONGEST_WORK} of virtual time", .0.display())]
    NeverDone(PathBuf),
    /// QEMU alone did not run the firmware to its end.
    #[error("QEMU without the gate ended with {0}")]
    Free(ExitStatus),
    /// There is nothing to carry frames.
    #[error("the scenario has no link")]
    NoLink,
    /// The other end of a channel did not answer.
    #[error("the other end of the {0} did not answer")]
    Silent(&'static str),
    /// A report of `virtmcu verify` is not one.
    #[error("{}: {found}; expected what `virtmcu verify --json` prints", path.display())]
    NoReport {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        found: String,
    },
}
