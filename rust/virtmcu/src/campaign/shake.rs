// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Shuffles what the host's scheduler does: stops a run's processes for some tens of milliseconds, and moves them from core
//! to core, at random times.

use super::cores;
use super::schedule::Draws;
use crate::session::{Process, Witness};
use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
use rustix::fd::OwnedFd;
use rustix::process::{Signal, pidfd_send_signal};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// Shakes the processes of one run, from their start until it is dropped.
#[derive(Debug)]
pub struct Shaker {
    stop: Arc<OwnedFd>,
    cores: Vec<usize>,
    draws: Mutex<Option<Draws>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Shaker {
    /// One that shakes as `draws` says, on `cores`.
    pub fn new(draws: Draws, cores: Vec<usize>) -> std::io::Result<Shaker> {
        let stop = Arc::new(eventfd(0, EventfdFlags::CLOEXEC)?);
        Ok(Shaker { stop, cores, draws: Mutex::new(Some(draws)), thread: Mutex::default() })
    }
}

impl Witness for Shaker {
    fn started(&self, processes: Vec<Process>) {
        let draws = self.draws.lock().ok().and_then(|mut draws| draws.take());
        let Some(mut draws) = draws else { return };
        let (stop, cores) = (self.stop.clone(), self.cores.clone());
        let thread = std::thread::spawn(move || shake(&processes, &cores, &mut draws, &stop));
        if let Ok(mut place) = self.thread.lock() {
            *place = Some(thread);
        }
    }
}

impl Drop for Shaker {
    fn drop(&mut self) {
        let _ = rustix::io::write(&*self.stop, &1u64.to_ne_bytes());
        if let Some(thread) = self.thread.lock().ok().and_then(|mut thread| thread.take()) {
            let _ = thread.join();
        }
    }
}

fn shake(processes: &[Process], cores: &[usize], draws: &mut Draws, stop: &OwnedFd) {
    while !processes.is_empty() && !stopped_within(stop, 1_000 + draws.below(30_000)) {
        let process = &processes[draws.below(processes.len() as u64) as usize];
        // A process that has ended is no longer there to be disturbed.
        if draws.below(2) == 0 {
            let _ = pidfd_send_signal(&process.pidfd, Signal::STOP);
            let stopped = stopped_within(stop, 5_000 + draws.below(50_000));
            let _ = pidfd_send_signal(&process.pidfd, Signal::CONT);
            if stopped {
                return;
            }
        } else {
            let core = draws.one_of(cores);
            let all = draws.below(2) == 0;
            cores::move_process(process.pid, if all { cores } else { std::slice::from_ref(&core) });
        }
    }
}

/// Waits, and says whether it was told to stop meanwhile.
fn stopped_within(stop: &OwnedFd, microseconds: u64) -> bool {
    let timeout = Timespec { tv_sec: 0, tv_nsec: (microseconds * 1_000) as i64 };
    poll(&mut [PollFd::new(stop, PollFlags::IN)], Some(&timeout)) != Ok(0)
}
