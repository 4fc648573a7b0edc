// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The clocks of all nodes, in memory that all of them and the host share: how far each is, how much it has sent, and its
//! bell. A node that looks at its neighbours' clocks knows how far it may run without asking the host.
//!
//! **Invariant:** a node's records are in its ring before `sent` counts them, and `sent` counts them before `now` passes
//! them. So who reads `now` first and `sent` then has not missed what was sent before `now`.

use crate::bell::{self, Bell};
use crate::map::Map;
use rustix::fd::{AsFd, OwnedFd};
use rustix::io::Errno;
use std::sync::Arc;
use std::sync::atomic::Ordering::{Acquire, Release, SeqCst};
use vtime::Instant;

// A slot is two cache lines: what the node writes, and its bell, which others ring.
const NOW: usize = 0;
const SENT: usize = 8;
const STANDS: usize = 16;
const BELL: usize = 64;
const SLOT: usize = 128;
const _: () = assert!(BELL + bell::SIZE <= SLOT);

/// The clocks of the nodes of a run.
#[derive(Clone, Debug)]
pub struct Clocks {
    map: Arc<Map>,
}

/// What a node's clock says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The node is done up to here.
    pub now: Instant,
    /// How many frames it had sent, when this was read: all from before `now`, perhaps more.
    pub sent: u64,
    /// Whether its clock goes on by itself.
    pub stands: Stands,
}

/// Whether a node stands still until the host grants it more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stands {
    /// No: it runs, or looks at its neighbours' clocks.
    #[default]
    No,
    /// It would compute. Who gets on past it wakes the host for it.
    Ready,
    /// It sleeps. It does not need to be woken for each step of a neighbour.
    Asleep,
}

impl Clocks {
    /// Clocks for `nodes` nodes, all at the start, and the descriptor by which the nodes open them.
    pub fn create(nodes: usize) -> Result<(Clocks, OwnedFd), Errno> {
        let (map, fd) = Map::create("virtmcu-clocks", size(nodes))?;
        Ok((Clocks { map: Arc::new(map) }, fd))
    }

    /// The clocks behind a descriptor that [`Clocks::create`] gave for as many nodes.
    pub fn open(fd: impl AsFd, nodes: usize) -> Result<Clocks, Errno> {
        Ok(Clocks { map: Arc::new(Map::open(fd, size(nodes))?) })
    }

    /// The bell of the node at `place`.
    pub fn bell(&self, place: u16) -> Bell {
        Bell::inside(self.map.clone(), slot(place) + BELL)
    }

    /// The node at `place` is done up to `now`, and has sent `sent` frames before. Only that node calls it.
    pub fn publish(&self, place: u16, now: Instant, sent: u64) {
        self.map.long(slot(place) + SENT).store(sent, Release);
        // Before the look at who stands still (SeqCst): a neighbour that comes to stand has seen this, or is seen.
        self.map.long(slot(place) + NOW).store(now.as_ns(), Release);
    }

    /// Whether the node at `place` stands still until the host grants it more: the node sets it, the host takes it back.
    pub fn set_stands(&self, place: u16, stands: Stands) {
        self.map.word(slot(place) + STANDS).store(stands as u32, SeqCst);
    }

    /// What the clock of the node at `place` says.
    pub fn read(&self, place: u16) -> Reading {
        let now = Instant::from_ns(self.map.long(slot(place) + NOW).load(SeqCst));
        let sent = self.map.long(slot(place) + SENT).load(Acquire);
        let stands = match self.map.word(slot(place) + STANDS).load(SeqCst) {
            0 => Stands::No,
            1 => Stands::Ready,
            _ => Stands::Asleep,
        };
        Reading { now, sent, stands }
    }
}

fn slot(place: u16) -> usize {
    usize::from(place) * SLOT
}

fn size(nodes: usize) -> usize {
    (nodes * SLOT).next_multiple_of(4096)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_process_publishes_another_reads() {
        let (ours, fd) = Clocks::create(40).unwrap();
        let theirs = Clocks::open(&fd, 40).unwrap();
        let now = Instant::from_ns(5_000_000_000);
        theirs.publish(39, now, 7);
        ours.set_stands(38, Stands::Asleep);
        assert_eq!(ours.read(39), Reading { now, sent: 7, stands: Stands::No });
        assert_eq!(theirs.read(38), Reading { now: Instant::START, sent: 0, stands: Stands::Asleep });
        let seen = ours.bell(39).count();
        theirs.bell(39).ring();
        assert_eq!(ours.bell(39).count(), seen + 1);
        assert_eq!(ours.bell(38).count(), 0);
    }

    /// The promise that neighbours build on: who sees the clock past a frame sees it counted.
    #[test]
    fn a_clock_never_passes_what_was_not_counted() {
        let (ours, fd) = Clocks::create(1).unwrap();
        let node = std::thread::spawn(move || {
            let theirs = Clocks::open(&fd, 1).unwrap();
            (1..200_000).for_each(|frame| theirs.publish(0, Instant::from_ns(frame * 10), frame));
        });
        let mut last = 0;
        while last < 199_999 {
            let reading = ours.read(0);
            assert!(reading.sent * 10 >= reading.now.as_ns(), "{reading:?}");
            last = reading.sent;
        }
        node.join().unwrap();
    }
}
