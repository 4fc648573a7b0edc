// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Why a text is not a trace that virtmcu wrote, and where.

use crate::{FORMAT, HeaderError, TIMING_MODEL};
use vtime::Instant;

/// Why a text is not a trace.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {problem}")]
pub struct ParseError {
    /// The name of the file, as it was given.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong there.
    pub problem: Problem,
}

/// What is wrong with a trace.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Something else than what must be there.
    #[error("expected {expected}, found {}", shown(.found))]
    Found {
        /// What must be there.
        expected: String,
        /// The rest of the line.
        found: String,
    },
    /// The file ends between two lines.
    #[error("expected {expected}, but the file ends here: it was cut")]
    Cut {
        /// What must be there.
        expected: String,
    },
    /// The file ends within a line.
    #[error("the last line has no end: the file was cut here")]
    CutLine,
    /// The file is no UTF-8.
    #[error("a trace is UTF-8, and this byte is not")]
    Utf8,
    /// Something has changed the line ends.
    #[error("this line ends in \\r\\n, and a trace has \\n only: give git the attribute \"*.trace -text\"")]
    CarriageReturn,
    /// The format is another one.
    #[error("the trace has format {found}, and this virtmcu reads format {FORMAT}: it was made by {} virtmcu", age(*.found, FORMAT))]
    Format {
        /// Its number.
        found: u64,
    },
    /// The timing model is another one.
    #[error(
        "made by {} timing model ({found}, this virtmcu has {TIMING_MODEL}): times differ for that reason, this is not a \
         firmware bug", age(*.found, TIMING_MODEL)
    )]
    TimingModel {
        /// Its number.
        found: u64,
    },
    /// The header says something that no run can have.
    #[error("{0}")]
    Header(#[from] HeaderError),
    /// A time is before the one above it.
    #[error("entries are in the order of time, but the one above is at {above}")]
    Order {
        /// The time in the line above.
        above: Instant,
    },
    /// The count of entries is wrong.
    #[error("the trace says that it has {stated} entries, and it has {found}: it was edited by hand or cut")]
    Count {
        /// What it says.
        stated: u64,
        /// How many there are.
        found: u64,
    },
    /// The hash is wrong.
    #[error("the hash of the lines above is {computed}: the trace was edited by hand or cut")]
    Hash {
        /// The hash of the text as it is.
        computed: String,
    },
}

impl ParseError {
    /// The error, and the command that makes the file anew: for a golden, that is the way out of all of them.
    pub fn render(&self, accept_command: Option<&str>) -> String {
        match accept_command {
            Some(command) => format!("{self}\naccept again with:\n  {command}\n"),
            None => format!("{self}\n"),
        }
    }
}

/// The start of what was found, so that a binary file does not fill the terminal.
fn shown(found: &str) -> String {
    const CHARS_MAX: usize = 60;
    if found.is_empty() {
        return "the end of the line".to_string();
    }
    let start: String = found.chars().take(CHARS_MAX).collect();
    let more = if start.len() < found.len() { "..." } else { "" };
    format!("{start:?}{more}")
}

fn age(found: u64, ours: u32) -> &'static str {
    if found < u64::from(ours) { "an older" } else { "a newer" }
}
