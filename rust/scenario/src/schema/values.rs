// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What values look like, and what they are when they are not said.

/// Bytes as `read/bytes.rs` reads them.
pub(super) const BYTES: &str = r"^\s*[0-9a-fA-F]{2}(\s+[0-9a-fA-F]{2})*\s*$";

/// Bytes of an expectation: digits may be anything, words captured values.
pub(super) const MASKED: &str =
    r"^\s*([0-9a-fA-F?]{2}|\{[a-z0-9_.]+\})(\s+([0-9a-fA-F?]{2}|\{[a-z0-9_.]+\}))*\s*$";

/// The same, where any bytes may follow.
pub(super) const OPEN_BYTES: &str =
    r"^\s*(([0-9a-fA-F?]{2}|\{[a-z0-9_.]+\})(\s+([0-9a-fA-F?]{2}|\{[a-z0-9_.]+\}))*(\s+\.\.)?|\.\.)\s*$";

/// A time, as `vtime` reads it.
pub(super) const TIME: &str = r"^\s*[0-9][0-9_]*(\.[0-9_]+)?\s*(ns|us|µs|ms|s|min|h)\s*$";

/// A port of a node.
pub(super) const PORT: &str = r"^[a-z][a-z0-9_]*\.[a-z0-9_]+$";

pub(super) fn is_zero(number: &u64) -> bool {
    *number == 0
}

pub(super) fn is_false(flag: &bool) -> bool {
    !*flag
}

pub(super) fn delay() -> String {
    "0ns".to_string()
}
