// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Ends that share a wire: what they drive, and who drives at the same time.

use crate::two_wires::Sending;
use crate::{End, Sent};
use std::collections::VecDeque;
use vtime::Instant;

/// How long a break is whose end nobody knows when it begins.
pub(crate) const HELD_BITS: u16 = 13;

/// Something on its way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Driven {
    pub(crate) seq: u64,
    pub(crate) sent: Sending,
    pub(crate) times: Sent,
    /// It is there already, once.
    pub(crate) again: bool,
    /// Another one drives at the same time.
    pub(crate) is_spoilt: bool,
}

/// By end: what is not decided, in order.
#[derive(Clone, Debug)]
pub(crate) struct Drivers(Vec<VecDeque<Driven>>);

impl Drivers {
    pub(crate) fn new(ends: usize) -> Drivers {
        Drivers(vec![VecDeque::new(); ends])
    }

    pub(crate) fn push(&mut self, from: End, driven: Driven) {
        self.0[usize::from(from.0)].push_back(driven);
    }

    /// Takes what ends first, at `before` or sooner, and spoils what overlaps with it: what is pushed from now on begins at `before` or later.
    pub(crate) fn next(&mut self, before: Instant) -> Option<(End, Driven)> {
        let open = self.0.iter().enumerate().filter_map(|(place, open)| Some((place, *open.front()?)));
        let first = open.min_by_key(|(place, driven)| (driven.times.ends, *place));
        let (place, mut driven) = first.filter(|(_, driven)| driven.times.ends <= before)?;
        for (_, others) in self.0.iter_mut().enumerate().filter(|(other, _)| *other != place) {
            for other in others.iter_mut().take_while(|other| other.times.starts < driven.times.ends) {
                other.is_spoilt = true;
                driven.is_spoilt = true;
            }
        }
        self.0[place].pop_front();
        Some((End(place as u16), driven))
    }

    /// When the soonest open thing starts.
    pub(crate) fn first_start(&self) -> Instant {
        let open = self.0.iter().filter_map(VecDeque::front);
        open.map(|driven| driven.times.starts).min().unwrap_or(Instant::FAR)
    }

    /// When the soonest open thing arrives of those that are not from `but`.
    pub(crate) fn first_arrival(&self, but: Option<End>) -> Instant {
        let others = (0..).map(End).zip(&self.0).filter(|(end, _)| Some(*end) != but);
        let open = others.filter_map(|(_, open)| open.front());
        open.map(|driven| driven.times.arrives).min().unwrap_or(Instant::FAR)
    }

    pub(crate) fn waiting(&self, from: End) -> usize {
        self.0.get(usize::from(from.0)).map_or(0, VecDeque::len)
    }
}
