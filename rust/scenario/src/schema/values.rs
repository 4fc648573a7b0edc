// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What values look like, and what they are when they are not said.

/// Bytes as `read/bytes.rs` reads them.
pub(super) const BYTES: &str = r"^\s*[0-9a-fA-F]{2}(\s+[0-9a-fA-F]{2})*\s*$";

/// A time, as `vtime` reads it.
pub(super) const TIME: &str = r"^\s*[0-9][0-9_]*(\.[0-9_]+)?\s*(ns|us|µs|ms|s|min|h)\s*$";

/// A port of a node.
pub(super) const PORT: &str = r"^[a-z][a-z0-9_]*\.[a-z0-9_]+$";

pub(super) fn is_zero(number: &u64) -> bool {
    *number == 0
}

pub(super) fn delay() -> String {
    "0ns".to_string()
}
