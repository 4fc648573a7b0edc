// SPDX-License-Identifier: Apache-2.0 OR MIT
//! How a command ends: the exit codes that scripts rely on.

use serde::Serialize;

/// How it ended, and the exit code that says so; from good to bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// 0: everything asked for holds.
    Passed,
    /// 4: everything asked for held, in a mode in which another run may be another one.
    NotReproducible,
    /// 1: the firmware did something else: an expectation, the golden, a crash.
    Failed,
    /// 2: the input makes no sense: a scenario, a firmware file, a trace, the command line.
    BadInput,
    /// 3: says nothing about the firmware: a node was killed, a disk is full, no progress.
    Infrastructure,
    /// 130: Ctrl-C.
    Interrupted,
}

impl Verdict {
    /// The process's exit code.
    pub fn code(self) -> u8 {
        match self {
            Verdict::Passed => 0,
            Verdict::NotReproducible => 4,
            Verdict::Failed => 1,
            Verdict::BadInput => 2,
            Verdict::Infrastructure => 3,
            Verdict::Interrupted => 130,
        }
    }
}
