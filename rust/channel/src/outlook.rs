// SPDX-License-Identifier: Apache-2.0 OR MIT
//! How far a node may run by its neighbours' clocks, beyond what the host granted.
//!
//! **Invariant:** a neighbour's clock counts only while the neighbour has sent exactly as many frames as the host has
//! accounted for with the last grant. One frame more may be on its way here, and only the host knows when it arrives.

use crate::{Reading, Stands};
use vtime::{Instant, Span};

/// A node that can send here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// Its place among all nodes.
    pub place: u16,
    /// The least time from its sending a frame to the arrival.
    pub lookahead: Span,
    /// How many of its frames the host has accounted for.
    pub sent: u64,
}

/// What the last grant said, and what was seen since.
#[derive(Debug, Default)]
pub struct Outlook {
    ahead: Instant,
    paths: Vec<Path>,
}

#[derive(Debug)]
struct Path {
    from: Neighbour,
    /// All that arrives from there before this is known.
    safe: Instant,
}

/// What a look at the neighbours says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// The node may run to here, past where it stands.
    Ahead(Instant),
    /// Not yet; another look may find more.
    Later,
    /// No look finds more: only the host can say how it goes on.
    Never,
}

impl Outlook {
    /// Takes what a grant says: no further than `ahead`, and only by the clocks of `neighbours`.
    pub fn renew(&mut self, ahead: Instant, neighbours: impl Iterator<Item = Neighbour>) {
        self.ahead = ahead;
        self.paths.clear();
        self.paths.extend(neighbours.map(|from| Path { from, safe: Instant::START }));
    }

    /// The least lookahead of those that bound the node; `None` without any.
    pub fn nearest(&self) -> Option<Span> {
        self.paths.iter().map(|path| path.from.lookahead).min()
    }

    /// Whether one of those that bound the node stands still for want of a grant: it may get one when this node is farther.
    pub fn someone_is_ready(&self, read: impl Fn(u16) -> Reading) -> bool {
        self.paths.iter().any(|path| read(path.from.place).stands == Stands::Ready)
    }

    /// Looks how far a node that stands at `limit` may run.
    pub fn look(&mut self, limit: Instant, read: impl Fn(u16) -> Reading) -> Look {
        let mut until = self.ahead;
        let mut worth = until > limit;
        for Path { from, safe } in &mut self.paths {
            if *safe <= limit {
                let reading = read(from.place);
                if reading.sent == from.sent {
                    *safe = reading.now + from.lookahead;
                }
                worth &= *safe > limit || reading.stands != Stands::Asleep;
            }
            until = until.min(*safe);
        }
        match until > limit {
            true => Look::Ahead(until),
            false if worth => Look::Later,
            false => Look::Never,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ns(ns: u64) -> Instant {
        Instant::from_ns(ns)
    }

    /// A node at 100 with neighbours 0 and 1, 10 ns away, of each of which 5 frames are accounted for.
    fn check(ahead: u64, readings: [(u64, u64, bool); 2], expected: Look) {
        let mut outlook = Outlook::default();
        let neighbour = |place| Neighbour { place, lookahead: Span::from_ns(10), sent: 5 };
        outlook.renew(ns(ahead), [neighbour(0), neighbour(1)].into_iter());
        let read = |place: u16| {
            let (now, sent, asleep) = readings[usize::from(place)];
            Reading { now: ns(now), sent, stands: if asleep { Stands::Asleep } else { Stands::Ready } }
        };
        assert_eq!(outlook.look(ns(100), read), expected);
    }

    #[test]
    fn the_slowest_neighbour_bounds() {
        check(1_000, [(100, 5, false), (95, 5, false)], Look::Ahead(ns(105)));
        check(1_000, [(100, 5, false), (90, 5, false)], Look::Later);
        check(102, [(100, 5, false), (95, 5, false)], Look::Ahead(ns(102)));
    }

    #[test]
    fn a_clock_with_unaccounted_frames_says_nothing() {
        check(1_000, [(100, 6, false), (95, 5, false)], Look::Later);
        check(1_000, [(500, 6, true), (95, 5, false)], Look::Never);
    }

    #[test]
    fn a_look_is_in_vain_when_only_the_host_can_help() {
        check(100, [(100, 5, false), (100, 5, false)], Look::Never);
        check(1_000, [(100, 5, false), (90, 5, true)], Look::Never);
        check(1_000, [(100, 5, true), (95, 5, true)], Look::Ahead(ns(105)));
    }

    #[test]
    fn without_neighbours_only_the_cap_bounds() {
        let mut outlook = Outlook::default();
        outlook.renew(ns(50), std::iter::empty());
        let nobody = |_| Reading { now: ns(0), sent: 0, stands: Stands::No };
        assert_eq!(outlook.look(ns(20), nobody), Look::Ahead(ns(50)));
        assert_eq!(outlook.look(ns(50), nobody), Look::Never);
    }
}
