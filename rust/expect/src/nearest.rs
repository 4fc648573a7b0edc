// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The line most like a text that never came: mostly what the reader of a failed expectation needs to see.

use similar::{Algorithm, capture_diff_slices, diff_ratio};

/// How alike two texts are, from 0 to 1; `None` when surely not more than `floor`. That is told from their lengths and
/// the counts of their bytes alone, so that of a million lines only a few are aligned.
pub(crate) fn similarity(a: &[u8], b: &[u8], floor: f32) -> Option<f32> {
    let ratio = |common: usize| {
        if a.len() + b.len() == 0 { 1.0 } else { 2.0 * common as f32 / (a.len() + b.len()) as f32 }
    };
    if ratio(a.len().min(b.len())) <= floor || ratio(common_bytes(a, b)) <= floor {
        return None;
    }
    let found = diff_ratio(&capture_diff_slices(Algorithm::Myers, a, b), a.len(), b.len());
    (found > floor).then_some(found)
}

/// How many bytes the two have in common, in any order.
fn common_bytes(a: &[u8], b: &[u8]) -> usize {
    let mut counts = [0u32; 256];
    a.iter().for_each(|&byte| counts[usize::from(byte)] += 1);
    let in_both = |byte: &&u8| {
        let count = &mut counts[usize::from(**byte)];
        let found = *count > 0;
        *count -= u32::from(found);
        found
    };
    b.iter().filter(in_both).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_how_alike_texts_are() {
        assert_eq!(similarity(b"pong", b"pong", 0.5), Some(1.0));
        assert_eq!(similarity(b"pong", b"ping", 0.5), Some(0.75));
        assert_eq!(similarity(b"pong", b"ping", 0.75), None);
        assert_eq!(similarity(b"pong", b"gnop", 0.9), None);
        assert_eq!(similarity(b"", b"gnop", 0.0), None);
        assert_eq!(common_bytes(b"aab", b"abbc"), 2);
    }
}
