// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What every kind of link is to the core: a [`Link`].

use crate::Unfired;
use vtime::{Instant, Span};

/// One of those that a link joins: its place among the link's ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct End(pub u16);

/// Something that was handed over to a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handed<'a> {
    /// By whom.
    pub from: End,
    /// When.
    pub at: Instant,
    /// The how manieth of its sender it is: of two at one time the lesser comes first.
    pub seq: u64,
    /// The sender loses its power then: what has not left before is cut off. [`Instant::FAR`] if it does not.
    pub cut: Instant,
    /// What: a frame or a word to the link, as its kind has it.
    pub bytes: &'a [u8],
}

/// A link of one kind, with all that its ends have handed over and that is still on its way.
///
/// The core hands over what nodes send, in any order between ends, and for each end in the order of its times. It tells
/// by [`Link::settle`] before which time nobody hands anything over any more. A link whose ends do not share anything
/// (two wires) decides at once; one that they share (a bus, a switch) decides what it can when it settles.
///
/// **Invariant:** what comes out is a function of what was handed over. How often, and where in between, the core settles does
/// not show.
///
/// **Invariant:** what is handed over at `t` has no effect at any end before `t + lookahead`, nor before [`Link::earliest`] for `t`;
/// what `settle` brings lies at [`Link::earliest_effect`], as it was before the call, or later.
///
/// **Invariant:** `settle(before)` leaves nothing open whose effect is at `before` or sooner: `earliest_effect` is later then.
pub trait Link: std::fmt::Debug + Send {
    /// Takes over what an end sends.
    fn hand_over(&mut self, handed: Handed<'_>, out: &mut dyn Outcome);

    /// Nobody hands anything over before `before` any more: decides all that depends on that alone.
    fn settle(&mut self, before: Instant, out: &mut dyn Outcome);

    /// The least time from handing anything over to an effect at any end. Never zero.
    fn lookahead(&self) -> Span;

    /// Whether a sender hears of what it sent: that it has left, or that it has not.
    fn answers(&self) -> bool;

    /// The soonest that something has an effect at any end which `from` hands over at `at` or later.
    fn earliest(&self, from: End, at: Instant) -> Instant;

    /// The soonest effect at `to` of what was handed over already and is not decided yet; [`Instant::FAR`] if there is none. What an end
    /// has handed over itself does not count, unless the link answers.
    fn earliest_effect(&self, to: End) -> Instant;

    /// An end has lost its power at `at`: what it handed over before is handled by [`Handed::cut`]; it takes part no more until it hands
    /// something over again.
    fn leave(&mut self, _end: End, _at: Instant, _out: &mut dyn Outcome) {}

    /// What the one who sends inputs into this link waits for was seen: its `place`th sending begins at `at`.
    fn cue(&mut self, _place: usize, _at: Instant) {}

    /// How many frames of an end wait in here for their turn.
    fn waiting(&self, _from: End) -> usize {
        0
    }

    /// The faults that have struck nothing so far.
    fn unfired(&self) -> Vec<Unfired> {
        Vec::new()
    }

    /// Before this it tells nothing more ([`Outcome::tell`]) of what was handed over already; [`Instant::FAR`] if all is told.
    fn earliest_told(&self) -> Instant;
}

impl<L: Link + ?Sized> Link for Box<L> {
    fn hand_over(&mut self, handed: Handed<'_>, out: &mut dyn Outcome) {
        (**self).hand_over(handed, out);
    }

    fn settle(&mut self, before: Instant, out: &mut dyn Outcome) {
        (**self).settle(before, out);
    }

    fn lookahead(&self) -> Span {
        (**self).lookahead()
    }

    fn answers(&self) -> bool {
        (**self).answers()
    }

    fn earliest(&self, from: End, at: Instant) -> Instant {
        (**self).earliest(from, at)
    }

    fn earliest_effect(&self, to: End) -> Instant {
        (**self).earliest_effect(to)
    }

    fn leave(&mut self, end: End, at: Instant, out: &mut dyn Outcome) {
        (**self).leave(end, at, out);
    }

    fn cue(&mut self, place: usize, at: Instant) {
        (**self).cue(place, at);
    }

    fn waiting(&self, from: End) -> usize {
        (**self).waiting(from)
    }

    fn unfired(&self) -> Vec<Unfired> {
        (**self).unfired()
    }

    fn earliest_told(&self) -> Instant {
        (**self).earliest_told()
    }
}

/// What comes out of a link.
pub trait Outcome {
    /// `bytes` are at `to` at `at`. What comes on one way is in the order of its times, but another way to that end may be quicker: RTS
    /// overtakes bytes. What comes at one time comes in the order of the calls.
    fn deliver(&mut self, to: End, at: Instant, bytes: &[u8]);

    /// Something for the trace.
    fn tell(&mut self, told: Told<'_>);
}

/// What a trace says of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told<'a> {
    /// Whose doing it is.
    pub from: End,
    /// [`Handed::seq`]; this, its sender, `at` and what kind of thing it is make it the only one of its kind.
    pub seq: u64,
    /// When it begins: not before it was handed over.
    pub at: Instant,
    /// When it is over.
    pub ends: Instant,
    /// What it was.
    pub what: What,
    /// Who gets it and when, if it is for one end only. A link that tells so delivers it, too.
    pub to: Option<(End, Instant)>,
    /// The frame, as its kind has it.
    pub bytes: &'a [u8],
}

/// What became of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// It went through.
    Sent,
    /// It never left, or not whole.
    Lost,
    /// It went wrong, and everybody on the link knows.
    Failed,
    /// A fault of the scenario struck it. What became of it is told besides.
    Struck {
        /// Its place in the link's list of faults, which is less than [`crate::FAULTS_MAX`].
        fault: u16,
    },
}
