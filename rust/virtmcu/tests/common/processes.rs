// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Processes: found in /proc, and waited for.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process, kill_process_group, pidfd_open};
use std::os::fd::OwnedFd;
use std::path::Path;

/// A process that this test did not start itself.
#[derive(Debug)]
pub struct Process {
    pub pid: u32,
    pidfd: OwnedFd,
}

impl Process {
    /// It ends within a minute; how soon is up to the kernel.
    #[track_caller]
    pub fn ends(&self) {
        assert!(readable(&self.pidfd, 60), "process {} lives on", self.pid);
    }
}

/// The nodes' processes that were started in `folder`.
pub fn nodes(folder: &Path) -> Vec<Process> {
    let folder = std::fs::canonicalize(folder).expect("the folder");
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").expect("/proc").flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        // A process that has just ended has neither any more.
        let started_in = std::fs::read_link(entry.path().join("cwd")).unwrap_or_default();
        let command = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        if started_in != folder || !command.split(|byte| *byte == 0).any(|word| word == b"-kernel") {
            continue;
        }
        if let Some(pidfd) = id(pid).and_then(|id| pidfd_open(id, PidfdFlags::empty()).ok()) {
            found.push(Process { pid, pidfd });
        }
    }
    found
}

/// The files of /dev/shm that a process has mapped.
pub fn mapped_shm(pid: u32) -> Vec<String> {
    let maps = std::fs::read_to_string(format!("/proc/{pid}/maps")).expect("the process runs");
    maps.lines().filter(|line| line.contains("/dev/shm/")).map(str::to_string).collect()
}

/// Sends a signal.
#[track_caller]
pub fn signal(pid: u32, signal: Signal) {
    kill_process(id(pid).expect("a process"), signal).expect("the signal is sent");
}

/// Sends a signal to all processes of the group that `pid` leads.
#[track_caller]
pub fn signal_group(pid: u32, signal: Signal) {
    kill_process_group(id(pid).expect("a process"), signal).expect("the signal is sent");
}

/// Whether a child of this process ends in time.
pub fn ends_within(pid: u32, seconds: i64) -> bool {
    let pidfd = pidfd_open(id(pid).expect("a process"), PidfdFlags::empty()).expect("the child is there");
    readable(&pidfd, seconds)
}

fn readable(fd: &OwnedFd, seconds: i64) -> bool {
    let timeout = Timespec { tv_sec: seconds, tv_nsec: 0 };
    poll(&mut [PollFd::new(fd, PollFlags::IN)], Some(&timeout)).expect("poll") == 1
}

fn id(pid: u32) -> Option<Pid> {
    Pid::from_raw(pid.try_into().ok()?)
}
