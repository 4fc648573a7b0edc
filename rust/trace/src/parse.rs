// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Reading a trace back, strictly.
//!
//! **Invariant:** only a text that a recorder wrote, whole and unchanged in all but its `by` lines, is a trace. Anything
//! else is a [`ParseError`] that says where and what; nothing makes this panic.

mod body;
mod cursor;
mod error;
mod foot;
mod head;
#[cfg(test)]
mod tests;

pub use error::{ParseError, Problem};

use crate::entry::Entry;
use crate::footer::{Footer, TraceHash};
use crate::header::Header;
use cursor::Lines;

/// A trace, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// Which run it is of.
    pub header: Header,
    /// What happened.
    pub entries: Vec<Entry>,
    /// What it came to.
    pub footer: Footer,
    /// Its hash.
    pub hash: TraceHash,
    /// The line of the first entry in the file; each entry has one line.
    pub first_entry_line: usize,
}

impl Trace {
    /// Reads the text of a trace; `file_name` is for errors.
    pub fn parse(text: &str, file_name: &str) -> Result<Trace, ParseError> {
        let mut lines = Lines::new(text, file_name);
        let header = head::header(&mut lines)?;
        let (body_at, first_entry_line) = (lines.offset, lines.number);
        let entries = body::entries(&mut lines, &header)?;
        let mut footer = foot::footer(&mut lines, &header, entries.len() as u64)?;
        let hash = hash(&header, &text[body_at..lines.offset]);
        check_hash(&mut lines, hash)?;
        foot::states(&mut lines, &mut footer, hash)?;
        lines.end()?;
        Ok(Trace { header, entries, footer, hash, first_entry_line })
    }

    /// Reads the bytes of a file.
    pub fn parse_bytes(bytes: &[u8], file_name: &str) -> Result<Trace, ParseError> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Trace::parse(text, file_name),
            Err(error) => {
                let good = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
                let last_line = good.rsplit('\n').next().unwrap_or_default();
                let (line, column) = (good.matches('\n').count() + 1, last_line.chars().count() + 1);
                Err(ParseError { file: file_name.to_string(), line, column, problem: Problem::Utf8 })
            }
        }
    }
}

/// The hash of a trace with this header and the text from below the header's `---` to above the hash.
fn hash(header: &Header, text: &str) -> TraceHash {
    let mut hasher = blake3::Hasher::new();
    for line in header.lines() {
        hasher.update(line.as_bytes()).update(b"\n");
    }
    hasher.update(b"---\n").update(text.as_bytes());
    TraceHash(hasher.finalize())
}

fn check_hash(lines: &mut Lines<'_>, computed: TraceHash) -> Result<(), ParseError> {
    let mut line = lines.next("\"hash\"")?;
    line.literal("hash ")?;
    let computed = computed.to_string();
    let here = line.error(Problem::Hash { computed: computed.clone() });
    if line.remaining() == computed { Ok(()) } else { Err(here) }
}
