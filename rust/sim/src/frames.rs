// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The bytes of frames whose events were not told yet.
//!
//! **Invariant:** their memory is used again: no allocation for a frame once as many waited, and as long ones.

use crate::FrameId;

/// The frames, by their ids.
#[derive(Debug, Default)]
pub(crate) struct Frames {
    kept: Vec<Vec<u8>>,
    free: Vec<FrameId>,
}

impl Frames {
    /// Keeps a frame until it is told.
    pub(crate) fn keep(&mut self, bytes: &[u8]) -> FrameId {
        let id = self.free.pop().unwrap_or_else(|| {
            self.kept.push(Vec::new());
            // Events that wait are bounded by what nodes do before all others have come as far.
            FrameId((self.kept.len() - 1) as u32)
        });
        let kept = &mut self.kept[id.0 as usize];
        kept.clear();
        kept.extend(bytes);
        id
    }

    /// The bytes of a frame.
    pub(crate) fn get(&self, id: FrameId) -> &[u8] {
        &self.kept[id.0 as usize]
    }

    /// It is told.
    pub(crate) fn forget(&mut self, id: FrameId) {
        self.free.push(id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_used_again() {
        let mut frames = Frames::default();
        let (one, other) = (frames.keep(b"one"), frames.keep(b"other"));
        assert_eq!((frames.get(one), frames.get(other)), (&b"one"[..], &b"other"[..]));
        frames.forget(one);
        let third = frames.keep(b"3");
        assert_eq!((third, frames.get(third), frames.get(other)), (one, &b"3"[..], &b"other"[..]));
    }
}
