// SPDX-License-Identifier: GPL-2.0-or-later
//! Where the node tells its state: fixed virtual times, which have nothing to do with how time is cut.
//!
//! **Invariant:** virtual time stands exactly at each barrier before it goes on. What is due before it has happened then,
//! and what is due at it has not: else the state would depend on what the host happened to have told by then.

use crate::digest::Digest;
use qom::module::Options;
use vtime::{Instant, Span};

/// The barriers of a run.
pub(crate) struct Barriers {
    every: Option<Span>,
    /// The end of the run is one too.
    end: Instant,
    /// The next one.
    next: Instant,
    digest: Option<Digest>,
    flip_at_ns: Option<u64>,
}

impl Barriers {
    /// As the options say; there are none without `state`.
    pub(crate) fn open(options: &Options) -> Result<Barriers, String> {
        let every = options.find("state")?.map(Span::from_ns).filter(|every| !every.is_zero());
        let end = Instant::from_ns(options.find("end")?.unwrap_or(u64::MAX));
        let next = every.map_or(Instant::FAR, |every| end.min(Instant::START + every));
        Ok(Barriers { every, end, next, digest: None, flip_at_ns: options.find("flip")? })
    }

    /// The machine is ready, and its memory empty.
    pub(crate) fn start(&mut self) {
        self.digest = self.every.map(|_| Digest::new(self.flip_at_ns));
    }

    /// `until`, or the next barrier if that comes before.
    pub(crate) fn cut(&self, until: Instant) -> Instant {
        until.min(self.next)
    }

    /// Whether `at` is the next barrier, where the state is still to be told.
    pub(crate) fn is_next(&self, at: Instant) -> bool {
        at == self.next
    }

    /// The state, if `at` is the next barrier; the one after it is the next then.
    pub(crate) fn state(&mut self, at: Instant) -> Option<[u8; 16]> {
        if at != self.next {
            return None;
        }
        let every = self.every?;
        self.next = if at == self.end { Instant::FAR } else { self.end.min(at + every) };
        self.digest.as_mut().map(Digest::now)
    }
}
