// SPDX-License-Identifier: GPL-2.0-or-later
//! A FIFO of characters.

use serde::{Deserialize, Serialize};

/// Characters that it holds (PARAM says so).
pub(super) const DEPTH: usize = 4;

/// The FIFO.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Queue {
    bytes: [u8; DEPTH],
    len: usize,
}

impl Queue {
    pub(super) fn len(self) -> usize {
        self.len
    }

    pub(super) fn is_empty(self) -> bool {
        self.len == 0
    }

    /// Appends a byte; the one who calls has seen that there is room.
    pub(super) fn put(&mut self, byte: u8) {
        if let Some(place) = self.bytes.get_mut(self.len) {
            *place = byte;
            self.len += 1;
        }
    }

    /// Takes the oldest.
    pub(super) fn take(&mut self) -> Option<u8> {
        let first = self.bytes[..self.len].first().copied()?;
        self.bytes.rotate_left(1);
        self.len -= 1;
        Some(first)
    }
}
