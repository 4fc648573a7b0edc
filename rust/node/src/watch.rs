// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Rings the host's bell as soon as a node's process ends.

use channel::Bell;
use rustix::event::{EventfdFlags, PollFd, PollFlags};
use rustix::fd::OwnedFd;
use rustix::io::Errno;
use std::sync::Arc;
use std::thread::JoinHandle;

/// A thread that sleeps on the processes' descriptors. It decides nothing: it only wakes the run loop, which looks.
#[derive(Debug)]
pub struct Watch {
    stop: Arc<OwnedFd>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    /// Watches the processes behind `pidfds` until it is dropped.
    pub fn start(pidfds: Vec<OwnedFd>, bell: Bell) -> std::io::Result<Watch> {
        let stop = Arc::new(rustix::event::eventfd(0, EventfdFlags::CLOEXEC)?);
        let seen = stop.clone();
        let thread =
            std::thread::Builder::new().name("watch".into()).spawn(move || watch(pidfds, &seen, &bell))?;
        Ok(Watch { stop, thread: Some(thread) })
    }
}

fn watch(mut pidfds: Vec<OwnedFd>, stop: &OwnedFd, bell: &Bell) {
    loop {
        let fds = std::iter::once(stop).chain(&pidfds);
        let mut polled: Vec<PollFd<'_>> = fds.map(|fd| PollFd::new(fd, PollFlags::IN)).collect();
        match rustix::event::poll(&mut polled, None) {
            Ok(_) | Err(Errno::INTR) => {}
            // Without poll there is no watch; the run loop still looks at every timeout of its own.
            Err(_) => return,
        }
        let ended: Vec<bool> = polled.iter().map(|fd| fd.revents().intersects(PollFlags::IN)).collect();
        if ended[0] {
            return;
        }
        let mut place = 0;
        pidfds.retain(|_| {
            place += 1;
            !ended[place]
        });
        if ended.contains(&true) {
            bell.ring();
        }
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
