// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What came: a line from a port, or a frame on a link, and its place in the order.

use crate::Port;
use link::{Medium, What};
use vtime::Instant;

/// When something was there, and what comes first of what was there at the same time: links in their order, then lines; senders in theirs;
/// then the count, or the start. No two of one run are equal.
pub(crate) type Order = (Instant, (u16, u8), Port, u64);

/// A line or a frame.
#[derive(Debug)]
pub(crate) struct Candidate {
    /// Its place in the order; the first part is the time when the whole of it was there.
    pub(crate) order: Order,
    /// The place of what it came from: [`crate::watch`].
    pub(crate) source: usize,
    pub(crate) seen: Seen,
}

/// What there is to see of it.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// When the whole of it was there.
    pub(crate) at: Instant,
    /// Who sent it; `None` for a link's own.
    pub(crate) from: Option<Port>,
    /// Who alone gets it.
    pub(crate) to: Option<Port>,
    /// What became of it.
    pub(crate) what: What,
    /// [`Medium::Uart`] is a line.
    pub(crate) medium: Medium,
    /// A line has its line end.
    pub(crate) bytes: Vec<u8>,
}

impl Seen {
    /// The frame of CAN that it is, or that it tells of.
    pub(crate) fn can(&self) -> Option<can::Frame> {
        match (self.medium, link::can::Event::read(&self.bytes).ok()?) {
            (Medium::Can, link::can::Event::Frame(frame) | link::can::Event::Failed { frame, .. }) => {
                Some(frame)
            }
            _ => None,
        }
    }

    /// Its bytes; of a frame of LIN its identifier and its data. Nothing, if it is none.
    pub(crate) fn content(&self) -> Option<&[u8]> {
        match self.medium {
            Medium::Lin => Some(link::lin::Event::content(&self.bytes)).filter(|content| !content.is_empty()),
            _ => Some(&self.bytes),
        }
    }

    /// Is `other` from now on, in the memory that it has.
    pub(crate) fn copy_from(&mut self, other: &Seen) {
        let mut bytes = std::mem::take(&mut self.bytes);
        bytes.clear();
        bytes.extend_from_slice(&other.bytes);
        let &Seen { at, from, to, what, medium, .. } = other;
        *self = Seen { at, from, to, what, medium, bytes };
    }
}

/// The text of a line: without `\n` or `\r\n`.
pub(crate) fn without_end(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\n").map_or(line, |text| text.strip_suffix(b"\r").unwrap_or(text))
}
