// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Bytes that are no text: `bytes = "01 03 0c 00"`.

use super::quote;
use super::section::{Checked, Entry, Problems, Text};
use crate::Problem;

/// Whether frames of at most `longest` bytes can have `len` of them at a place.
pub(crate) fn refuse_beyond(
    at: usize,
    len: usize,
    longest: usize,
    entry: &Entry<'_>,
    problems: &mut Problems,
) -> Checked<()> {
    if at + len <= longest {
        return Ok(());
    }
    let problem = Problem::at(entry.span(), "no frame of this link is so long");
    let problem = problem.found(format!("the last byte is at {}", at + len - 1));
    Err(problems.report(match longest {
        1 => problem.expected("one byte at 0: here each byte is a frame"),
        _ => problem.expected(format!("at most {longest} bytes")),
    }))
}

/// Two hexadecimal digits for each byte, spaces between them; at least one byte, at most `bytes_max`.
pub(crate) fn read(entry: &Entry<'_>, bytes_max: usize, problems: &mut Problems) -> Checked<Vec<u8>> {
    let Text { text, span } = entry.string("bytes = \"01 03 0c 00\"", problems)?;
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.is_empty() || words.len() > bytes_max {
        let problem = Problem::at(span, "these are no bytes").found(format!("{} bytes", words.len()));
        return Err(problems.report(problem.expected(format!("1 to {bytes_max}"))));
    }
    let byte = |word: &str| match word.len() == 2 && word.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        true => u8::from_str_radix(word, 16).map_err(|_| word.to_string()),
        false => Err(word.to_string()),
    };
    words.into_iter().map(byte).collect::<Result<_, _>>().map_err(|word| {
        let problem = Problem::at(span, "these are no bytes").found(format!("{} in it", quote(&word)));
        problems.report(problem.expected("two hexadecimal digits for each byte: bytes = \"01 03 0c 00\""))
    })
}
