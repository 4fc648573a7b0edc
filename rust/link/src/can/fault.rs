// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What goes wrong on a bus because the scenario says so.

use crate::{End, Which};
use ::can::Id;
use std::num::NonZeroU64;
use vtime::Instant;

/// A fault. Bits are counted from 0, the start of frame, with stuff bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
        to: Instant,
    },
    /// The bus is held dominant. If that begins in an error frame or an intermission, it shows from the end of that on; if it is over
    /// by then, or takes no longer than a bit, it has not happened.
    StuckDominant {
        /// From then on.
        from: Instant,
        /// Until then.
        to: Instant,
    },
    /// The plug of an end is pulled: it hears nothing but itself, and others do not hear it. When it is put in again, it takes part
    /// from the next idle bus on; what it sends just then is heard by nobody.
    Cut {
        /// Whose.
        end: End,
        /// From then on.
        from: Instant,
        /// Until then.
        to: Instant,
    },
    /// A controller does not take frames in that are valid for it; nobody else knows.
    Drop {
        /// Which frames.
        frames: Hits,
        /// Whose controller.
        at: End,
    },
}

/// Which frames a fault hits. They are counted as they start, each repetition as one; of those that start together it is the
/// one that would win the arbitration. What an end without its plug sends does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hits {
    /// Those with this identifier; any if there is none.
    pub id: Option<Id>,
    /// Which of them.
    pub which: Which,
}

impl Hits {
    /// The `nth` of all frames, from 1 on.
    pub const fn nth(nth: NonZeroU64) -> Hits {
        Hits { id: None, which: Which::Nth(nth) }
    }
}
