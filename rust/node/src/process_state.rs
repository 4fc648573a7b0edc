// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What a process does, for the message about a run that stalls.

use std::fmt;
use std::path::{Path, PathBuf};

/// A process's state, as far as it explains why it does not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProcessState {
    /// It computes, or could.
    Running,
    /// It waits for something.
    Sleeping,
    /// It waits for the host's disk, or another device.
    Disk,
    /// A signal, or a debugger of the host, has stopped it.
    Stopped,
    /// It has ended.
    Ended,
}

impl ProcessState {
    pub(crate) fn of(pid: u32) -> Option<ProcessState> {
        let state = |path: &Path| parse(&std::fs::read_to_string(path.join("stat")).ok()?);
        let process = PathBuf::from(format!("/proc/{pid}"));
        // The first thread of a QEMU sleeps; another one is the CPU.
        let mut threads = std::fs::read_dir(process.join("task")).ok()?.flatten();
        let computes = threads.any(|thread| state(&thread.path()) == Some(ProcessState::Running));
        if computes { Some(ProcessState::Running) } else { state(&process) }
    }
}

/// The third field; the second is a name in brackets, which may have anything in it.
fn parse(stat: &str) -> Option<ProcessState> {
    match stat.rsplit_once(')')?.1.trim_start().chars().next()? {
        'R' => Some(ProcessState::Running),
        'S' | 'I' => Some(ProcessState::Sleeping),
        'D' => Some(ProcessState::Disk),
        'T' | 't' => Some(ProcessState::Stopped),
        'Z' | 'X' | 'x' => Some(ProcessState::Ended),
        _ => None,
    }
}

impl fmt::Display for ProcessState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ProcessState::Running => "computing",
            ProcessState::Sleeping => "sleeping",
            ProcessState::Disk => "waiting for the host's disk",
            ProcessState::Stopped => "stopped",
            ProcessState::Ended => "ended",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_state() {
        assert_eq!(parse("12 (a) b (c) T 1 1"), Some(ProcessState::Stopped));
        assert_eq!(parse("12 (x) R 1"), Some(ProcessState::Running));
        assert_eq!(parse("12 (x"), None);
        assert_eq!(parse(""), None);
        assert!(ProcessState::of(std::process::id()).is_some());
        assert_eq!(ProcessState::of(u32::MAX), None);
    }
}
