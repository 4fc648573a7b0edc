// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What kind of LIN bus it is, and what is known of the frames on it.

use super::pid::{DATA_MAX, IDS, Model};
use super::time::Bits;
use crate::End;
use ::uart::{Framing, Settings};
use std::fmt;
use std::sync::Arc;
use vtime::Span;

/// Bits per second that a LIN bus can have: LIN 2.2A, 6.3.
pub const BITRATES: std::ops::RangeInclusive<u32> = 1_000..=20_000;

/// What a character is made of: LIN 2.2A, 2.3.1.
const FRAMING: Framing = Framing::EIGHT_N_ONE;

/// A LIN bus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinSpec {
    bitrate: u32,
    delay: Span,
    /// Who alone sends headers, if that is said.
    pub(super) master: Option<End>,
    /// What is known of its frames.
    pub(super) frames: Arc<Frames>,
    /// The order and the times that its headers are to have.
    pub(super) plan: Option<Arc<Plan>>,
}

/// Why there can be no such bus.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpecError {
    /// The bit rate is none of LIN.
    #[error("LIN has 1000 to 20000 bit/s, not {0}: most use 19200")]
    Bitrate(u32),
}

/// What is known of the frame of each identifier.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frames {
    known: Vec<(u8, Frame)>,
}

/// A frame that has a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// What it is called.
    pub name: String,
    /// Its bytes of data: 1 to 8.
    pub len: u8,
    /// Its checksum.
    pub model: Model,
    /// It is no mistake if nobody answers: an event triggered frame.
    pub may_be_silent: bool,
}

/// A table of headers, over and over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What it is called.
    pub name: String,
    /// What comes one after the other; not empty.
    pub slots: Vec<Slot>,
    /// How much sooner or later than its slot a header may begin.
    pub tolerance: Span,
}

/// A place in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The identifiers that its header can have: bit `n` for identifier `n`.
    pub ids: u64,
    /// It may stay without a header: a sporadic frame.
    pub may_be_empty: bool,
    /// How long it is.
    pub lasts: Span,
}

impl LinSpec {
    /// A bus of `bitrate` bits per second, of whose frames nothing is known. What has left arrives `delay` later.
    pub fn new(bitrate: u32, delay: Span) -> Result<LinSpec, SpecError> {
        if !BITRATES.contains(&bitrate) {
            return Err(SpecError::Bitrate(bitrate));
        }
        Ok(LinSpec { bitrate, delay, master: None, frames: Arc::default(), plan: None })
    }

    /// The same, where this is known of its frames.
    #[must_use]
    pub fn with_frames(self, frames: Frames) -> LinSpec {
        LinSpec { frames: Arc::new(frames), ..self }
    }

    /// The same, where this end alone sends headers.
    #[must_use]
    pub fn with_master(self, master: End) -> LinSpec {
        LinSpec { master: Some(master), ..self }
    }

    /// The same, where headers are to follow this table.
    #[must_use]
    pub fn with_plan(self, plan: Plan) -> LinSpec {
        LinSpec { plan: Some(Arc::new(plan)), ..self }
    }

    /// Bits per second.
    pub const fn bitrate(&self) -> u32 {
        self.bitrate
    }

    /// Its settings, as a UART has them.
    pub const fn settings(&self) -> Settings {
        match Settings::of_baud(self.bitrate as u64, FRAMING) {
            Some(settings) => settings,
            // The bit rate of a bus is neither 0 nor more than there are femtoseconds.
            None => Settings { bit_fs: 1, framing: FRAMING },
        }
    }

    /// How long a byte travels after its last bit has left.
    pub const fn delay(&self) -> Span {
        self.delay
    }

    /// The least time from handing a byte over to its arrival: its ten bits, and the delay.
    pub fn lookahead(&self) -> Span {
        self.bits().at_least(10) + self.delay
    }

    pub(super) const fn bits(&self) -> Bits {
        Bits::new(self.bitrate)
    }
}

impl Frames {
    /// Notes a frame of an identifier; that of one noted before stays.
    pub fn add(&mut self, id: u8, frame: Frame) {
        let can_be = usize::from(id) < IDS && (1..=DATA_MAX).contains(&usize::from(frame.len));
        if let Err(place) = self.known.binary_search_by_key(&id, |(id, _)| *id)
            && can_be
        {
            self.known.insert(place, (id, frame));
        }
    }

    /// The frame of an identifier.
    pub fn get(&self, id: u8) -> Option<&Frame> {
        let place = self.known.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        Some(&self.known[place].1)
    }
}

/// As the head of a trace has it: `lin 19200 delay 0ns`, with the table that headers are to follow.
impl fmt::Display for LinSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "lin {} delay {}", self.bitrate, self.delay)?;
        let Some(plan) = &self.plan else { return Ok(()) };
        write!(f, " schedule {} within {}", plan.name, plan.tolerance)
    }
}
