// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A link, one end of which is a program of ours.

use link::{End, Handed, Link, Outcome, Told, Unfired};
use std::collections::VecDeque;
use vtime::{Instant, Span};

/// Who is at an end that no node has: it acts when something comes, and at times that it tells.
pub trait Guest: std::fmt::Debug + Send {
    /// The count of its first frame. Guests of one link do not count alike.
    const FIRST_SEQ: u64 = 0;

    /// A frame is there, at `at`; `send` sends one.
    fn receive(&mut self, at: Instant, frame: &[u8], send: &mut dyn FnMut(&[u8]));

    /// It is `at`, the time that it told.
    fn act(&mut self, at: Instant, send: &mut dyn FnMut(&[u8]));

    /// When it acts next, if nothing comes; [`Instant::FAR`]: never.
    fn acts_at(&self) -> Instant;

    /// It is to do something at `at`: see [`Link::cue`].
    fn cue(&mut self, _place: usize, _at: Instant) {}
}

/// A link one end of which has a guest; to others it is a link between the other ends.
///
/// The guest acts when all that may come to it before is decided. So its frames are handed over in order, and what the
/// core sees is what it would see of a node that is always ahead of the others.
///
/// What the guest sends is told as from its end.
#[derive(Debug)]
pub struct WithHost<L, G> {
    inner: L,
    guest: G,
    /// The guest's end.
    own: End,
    /// How many ends there are, those of other guests with them.
    ends: u16,
    /// What was delivered to the guest and is still to come.
    inbox: VecDeque<(Instant, Vec<u8>)>,
    /// Memory of frames that the guest has seen.
    spare: Vec<Vec<u8>>,
    /// The count of the guest's next frame.
    seq: u64,
    /// Nobody hands anything over before this any more.
    before: Instant,
    /// The inner link has settled up to here.
    settled: Instant,
}

/// Takes what is for the guest out.
struct Split<'a> {
    own: End,
    inbox: &'a mut VecDeque<(Instant, Vec<u8>)>,
    spare: &'a mut Vec<Vec<u8>>,
    out: &'a mut dyn Outcome,
}

impl Outcome for Split<'_> {
    fn deliver(&mut self, to: End, at: Instant, bytes: &[u8]) {
        if to == self.own {
            let mut frame = self.spare.pop().unwrap_or_default();
            frame.clear();
            frame.extend_from_slice(bytes);
            self.inbox.push_back((at, frame));
        } else {
            self.out.deliver(to, at, bytes);
        }
    }

    fn tell(&mut self, told: Told<'_>) {
        self.out.tell(told);
    }
}

impl<L: Link, G: Guest> WithHost<L, G> {
    /// A link of so many ends, one of which is the guest's own.
    pub fn new(inner: L, guest: G, own: End, ends: u16) -> WithHost<L, G> {
        let (inbox, spare) = (VecDeque::new(), Vec::new());
        let (before, settled) = (Instant::START, Instant::START);
        WithHost { inner, guest, own, ends, inbox, spare, seq: G::FIRST_SEQ, before, settled }
    }

    /// Who is at its own end.
    pub fn guest(&self) -> &G {
        &self.guest
    }

    /// Whether all that comes of what the only node hands over comes by way of the guest.
    fn is_alone(&self) -> bool {
        self.ends == 2 && !self.inner.answers()
    }

    /// Who can send: other guests, too, when they are cued.
    fn others(&self) -> impl Iterator<Item = End> {
        (0..self.ends).map(End).filter(|end| *end != self.own)
    }

    /// Before this nothing comes to the guest that is not in its inbox.
    fn known(&self) -> Instant {
        let next = self.others().map(|end| self.inner.earliest(end, self.before)).min();
        next.unwrap_or(self.before).min(self.inner.earliest_effect(self.own))
    }

    /// The soonest that the guest has something to do of what was handed over already: for a frame, or for the time.
    fn next(&self) -> Instant {
        self.inbox.front().map_or(Instant::FAR, |(at, _)| *at).min(self.guest.acts_at())
    }

    /// Lets the guest do what is next.
    fn act(&mut self, at: Instant, out: &mut dyn Outcome) {
        let WithHost { inner, guest, own, inbox, spare, seq, .. } = self;
        // What comes at the very time at which it acts comes first.
        let frame = inbox.pop_front_if(|(arrived, _)| *arrived <= at);
        let mut split = Split { own: *own, inbox, spare, out };
        let mut send = |bytes: &[u8]| {
            inner.hand_over(Handed { from: *own, at, seq: *seq, cut: Instant::FAR, bytes }, &mut split);
            *seq += 1;
        };
        match frame {
            Some((_, frame)) => {
                guest.receive(at, &frame, &mut send);
                spare.push(frame);
            }
            None => guest.act(at, &mut send),
        }
    }
}

impl<L: Link, G: Guest> Link for WithHost<L, G> {
    fn hand_over(&mut self, handed: Handed<'_>, out: &mut dyn Outcome) {
        let WithHost { inner, inbox, spare, own, .. } = self;
        inner.hand_over(handed, &mut Split { own: *own, inbox, spare, out });
    }

    fn settle(&mut self, before: Instant, out: &mut dyn Outcome) {
        self.before = before.max(self.before);
        loop {
            // Neither a node nor the guest hands anything over before this.
            let floor = self.before.min(self.next()).min(self.inner.earliest_effect(self.own));
            self.settled = floor.max(self.settled);
            let WithHost { inner, inbox, spare, own, settled, .. } = self;
            inner.settle(*settled, &mut Split { own: *own, inbox, spare, out });
            let next = self.next();
            // At the end of time nobody acts any more.
            if next < self.known() && next < Instant::FAR {
                self.act(next, out);
            } else if self.inner.earliest_effect(self.own).min(next) >= self.before {
                return;
            }
        }
    }

    fn lookahead(&self) -> Span {
        let once = self.inner.lookahead();
        if self.is_alone() { once + once } else { once }
    }

    fn answers(&self) -> bool {
        true
    }

    fn earliest(&self, from: End, at: Instant) -> Instant {
        let inner = self.inner.earliest(from, at);
        if from == self.own || !self.is_alone() { inner } else { self.inner.earliest(self.own, inner) }
    }

    fn earliest_effect(&self, to: End) -> Instant {
        let acts = self.next().min(self.inner.earliest_effect(self.own));
        let guests = if acts == Instant::FAR { acts } else { self.inner.earliest(self.own, acts) };
        self.inner.earliest_effect(to).min(guests)
    }

    fn earliest_told(&self) -> Instant {
        let acts = self.next().min(self.inner.earliest_effect(self.own));
        self.inner.earliest_told().min(acts)
    }

    fn leave(&mut self, end: End, at: Instant, out: &mut dyn Outcome) {
        let WithHost { inner, inbox, spare, own, .. } = self;
        inner.leave(end, at, &mut Split { own: *own, inbox, spare, out });
    }

    fn cue(&mut self, place: usize, at: Instant) {
        self.guest.cue(place, at);
        self.inner.cue(place, at);
    }

    fn waiting(&self, from: End) -> usize {
        self.inner.waiting(from)
    }

    fn unfired(&self) -> Vec<Unfired> {
        self.inner.unfired()
    }
}
