// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The end of what a port has sent, for who waits for a text.

use std::collections::VecDeque;

/// The last bytes that came: as many as the text is long, at most.
#[derive(Debug, Default)]
pub(crate) struct Tail(VecDeque<u8>);

impl Tail {
    /// One more byte; true if `text` is there with it, which begins anew then.
    pub(crate) fn hear(&mut self, byte: u8, text: &[u8]) -> bool {
        if self.0.len() == text.len() {
            self.0.pop_front();
        }
        self.0.push_back(byte);
        let is_there = self.0.iter().eq(text);
        if is_there {
            self.0.clear();
        }
        is_there
    }
}
