// SPDX-License-Identifier: Apache-2.0 OR MIT
//! On which of the host's cores something runs.

use rustix::process::Pid;
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// The cores that this thread may use, in order: at least one.
pub fn mine() -> std::io::Result<Vec<usize>> {
    let all = sched_getaffinity(None)?;
    Ok((0..CpuSet::MAX_CPU).filter(|core| all.is_set(*core)).collect())
}

/// Keeps this thread, and the processes that it starts from now on, to `cores`.
pub fn keep_to(cores: &[usize]) -> std::io::Result<()> {
    Ok(sched_setaffinity(None, &set(cores))?)
}

/// Moves all threads of a process to `cores`, as far as it still runs.
pub fn move_process(pid: u32, cores: &[usize]) {
    for thread in std::fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten() {
        let number = thread.file_name().to_str().and_then(|name| name.parse().ok());
        if let Some(thread) = number.and_then(Pid::from_raw) {
            let _ = sched_setaffinity(Some(thread), &set(cores));
        }
    }
}

fn set(cores: &[usize]) -> CpuSet {
    let mut set = CpuSet::new();
    cores.iter().for_each(|core| set.set(*core));
    set
}
