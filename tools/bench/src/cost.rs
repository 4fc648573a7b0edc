// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What a piece of work costs the host.

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;
use std::time::{Duration, Instant};

/// What a piece of work cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// From its start to its end.
    pub wall: Duration,
    /// What this process and the children that it has waited for computed meanwhile, in the kernel too.
    pub cpu: Duration,
}

impl Cost {
    /// Without `part` of it, such as the start of a process.
    pub fn without(self, part: Cost) -> Cost {
        Cost { wall: self.wall.saturating_sub(part.wall), cpu: self.cpu.saturating_sub(part.cpu) }
    }
}

/// The host's clock.
#[expect(clippy::disallowed_methods, reason = "measuring the host's time is what this program is for")]
pub fn host_now() -> Instant {
    Instant::now()
}

/// Does `work` and measures it. Its children must have ended, and been waited for, when it returns.
pub fn measure<T, E: From<std::io::Error>>(work: impl FnOnce() -> Result<T, E>) -> Result<(T, Cost), E> {
    let (cpu, start) = (cpu_so_far()?, host_now());
    let made = work()?;
    let wall = start.elapsed();
    Ok((made, Cost { wall, cpu: cpu_so_far()?.saturating_sub(cpu) }))
}

fn cpu_so_far() -> std::io::Result<Duration> {
    let mut sum = Duration::ZERO;
    for who in [UsageWho::RUSAGE_SELF, UsageWho::RUSAGE_CHILDREN] {
        let usage = getrusage(who)?;
        sum += duration(usage.user_time()) + duration(usage.system_time());
    }
    Ok(sum)
}

/// The kernel never gives a negative one.
fn duration(time: TimeVal) -> Duration {
    Duration::new(time.tv_sec().unsigned_abs(), 0) + Duration::from_micros(time.tv_usec().unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn a_childs_work_counts() {
        let (status, cost) = measure(|| {
            Command::new("sh").args(["-c", "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done"]).status()
        })
        .unwrap();
        assert!(status.success());
        assert!(cost.cpu > Duration::from_millis(1), "{cost:?}");
        assert!(cost.wall > Duration::from_millis(1), "{cost:?}");
    }

    #[test]
    fn an_error_is_handed_on() {
        let failed: Result<((), Cost), std::io::Error> = measure(|| Err(std::io::Error::other("no")));
        assert_eq!(failed.unwrap_err().to_string(), "no");
    }
}
