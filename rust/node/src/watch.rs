// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Sees a node's process end, and rings the host's bell.

use channel::Bell;
use rustix::event::{EventfdFlags, PollFd, PollFlags};
use rustix::fd::OwnedFd;
use rustix::io::Errno;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

/// A thread that sleeps on the processes' descriptors. It decides nothing: it only wakes the run loop, which looks.
#[derive(Debug)]
pub struct Watch {
    ended: Arc<AtomicBool>,
    stop: Arc<OwnedFd>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    /// Watches the processes behind `pidfds` until it is dropped.
    pub fn start(pidfds: Vec<OwnedFd>, bell: Bell) -> std::io::Result<Watch> {
        let ended = Arc::new(AtomicBool::new(false));
        let stop = Arc::new(rustix::event::eventfd(0, EventfdFlags::CLOEXEC)?);
        let (told, seen) = (ended.clone(), stop.clone());
        let thread = std::thread::Builder::new()
            .name("watch".into())
            .spawn(move || watch(pidfds, &seen, &told, &bell))?;
        Ok(Watch { ended, stop, thread: Some(thread) })
    }

    /// True once a process has ended.
    pub fn one_ended(&self) -> bool {
        self.ended.load(Ordering::Acquire)
    }
}

fn watch(pidfds: Vec<OwnedFd>, stop: &OwnedFd, told: &AtomicBool, bell: &Bell) {
    loop {
        let fds = std::iter::once(stop).chain(&pidfds);
        let mut polled: Vec<PollFd<'_>> = fds.map(|fd| PollFd::new(fd, PollFlags::IN)).collect();
        if rustix::event::poll(&mut polled, None) == Err(Errno::INTR) {
            continue;
        }
        // Also when poll itself fails: the run loop then asks the processes.
        told.store(true, Ordering::Release);
        bell.ring();
        return;
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = rustix::io::write(&*self.stop, &1u64.to_ne_bytes());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
