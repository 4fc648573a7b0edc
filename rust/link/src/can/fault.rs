// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What goes wrong on a bus because the scenario says so.

use crate::{End, Pattern, Which};
use ::can::{Frame, Id};
use std::num::NonZeroU64;
use vtime::{Instant, Span};

/// A fault. Bits are counted from 0, the start of frame, with stuff bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A bit is the other one on the whole bus.
    CorruptBit {
        /// Of which frames.
        frames: Hits,
        /// Which one.
        bit: u32,
    },
    /// Somebody sends an active error flag: six dominant bits.
    ErrorFrame {
        /// Into which frames.
        frames: Hits,
        /// From which bit on.
        bit: u32,
    },
    /// One bit in so many is the other one on the whole bus, by chance.
    BitErrors {
        /// In how many.
        one_in: NonZeroU64,
        /// In frames that start from then on.
        from: Instant,
        /// And before then.
        until: Instant,
    },
    /// The bus is held dominant. If that begins in an error frame or an intermission, it shows from the end of that on; if it is over
    /// by then, or takes no longer than a bit, it has not happened.
    StuckDominant {
        /// From then on.
        from: Instant,
        /// Until then.
        until: Instant,
    },
    /// The plugs of these ends are pulled: each hears nothing but itself, and others do not hear it. When it is put in again, it takes
    /// part from the next idle bus on; what it sends just then is heard by nobody.
    Cut {
        /// Whose; each once.
        ends: Vec<End>,
        /// From then on.
        from: Instant,
        /// Until then.
        until: Instant,
    },
    /// Controllers do not take frames in that are valid for them; nobody else knows.
    Drop {
        /// Which frames.
        frames: Hits,
        /// Whose controllers; none: all.
        to: Vec<End>,
    },
    /// One more node is on the bus, which sends a frame again and again: at once after each, or every so often, and if it was kept
    /// from that, as soon as it can. It hears nothing: it acknowledges nothing, sends no error flag, and counts no errors.
    Babble {
        /// What it sends.
        frame: Frame,
        /// How often.
        every: Option<Span>,
        /// From then on.
        from: Instant,
        /// It starts none from then on.
        until: Instant,
    },
}

/// Which frames a fault hits. They are counted as they start, each repetition as one; of those that start together it is the
/// one that would win the arbitration. What an end without its plug sends does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hits {
    /// They start from then on.
    pub from: Instant,
    /// And before then.
    pub until: Instant,
    /// These ends send them; none: any.
    pub ends: Vec<End>,
    /// They have such an identifier.
    pub id: Option<Ids>,
    /// They have all these bytes of data.
    pub data: Vec<Pattern>,
    /// Which of those.
    pub which: Which,
}

/// Identifiers: those of the same kind that have the same bits where the mask has ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ids {
    /// One of them.
    pub id: Id,
    /// Which bits of it count.
    pub mask: u32,
}

impl Hits {
    /// All frames.
    pub fn all() -> Hits {
        Hits {
            from: Instant::START,
            until: Instant::FAR,
            ends: Vec::new(),
            id: None,
            data: Vec::new(),
            which: Which::Every,
        }
    }

    /// The `nth` of all frames, from 1 on.
    pub fn nth(nth: NonZeroU64) -> Hits {
        Hits { which: Which::Nth(nth), ..Hits::all() }
    }

    /// Whether it is such a frame, whenever it starts.
    pub(super) fn is_of(&self, sender: End, frame: &Frame) -> bool {
        (self.ends.is_empty() || self.ends.contains(&sender))
            && self.id.is_none_or(|ids| ids.contain(frame.id()))
            && self.data.iter().all(|pattern| pattern.is_in(frame.data()))
    }
}

impl Ids {
    /// This one and no other.
    pub const fn one(id: Id) -> Ids {
        Ids { id, mask: u32::MAX }
    }

    fn contain(self, found: Id) -> bool {
        match (self.id, found) {
            (Id::Standard(own), Id::Standard(found)) => u32::from(own ^ found) & self.mask == 0,
            (Id::Extended(own), Id::Extended(found)) => (own ^ found) & self.mask == 0,
            _ => false,
        }
    }
}
