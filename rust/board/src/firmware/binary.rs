// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A raw binary: bytes as they are in memory.

use super::Image;
use std::borrow::Cow;

/// `data` at the address `at`.
pub(super) fn read(at: u64, data: &[u8]) -> Image<'_> {
    let segments = if data.is_empty() { Vec::new() } else { vec![(at, Cow::Borrowed(data))] };
    Image { start: None, segments }
}
