// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Reading a text line by line and word by word, always knowing where.

use super::{ParseError, Problem};
use std::str::FromStr;
use vtime::{Instant, Span};

/// The lines of a text.
#[derive(Clone)]
pub(super) struct Lines<'a> {
    file: &'a str,
    text: &'a str,
    /// Where in `text` the next line starts.
    pub(super) offset: usize,
    /// Its number, from 1.
    pub(super) number: usize,
}

/// One line, and how far it has been read.
pub(super) struct Cursor<'a> {
    file: &'a str,
    number: usize,
    line: &'a str,
    at: usize,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str, file: &'a str) -> Lines<'a> {
        Lines { file, text, offset: 0, number: 1 }
    }

    /// True when the next line starts with `start`.
    pub(super) fn starts_with(&self, start: &str) -> bool {
        self.text[self.offset..].starts_with(start)
    }

    /// The next line, which must be there: it is `expected`.
    pub(super) fn next(&mut self, expected: &str) -> Result<Cursor<'a>, ParseError> {
        let rest = &self.text[self.offset..];
        let Some(length) = rest.find('\n') else {
            let problem = match rest {
                "" => Problem::Cut { expected: expected.to_string() },
                _ => Problem::CutLine,
            };
            let cursor = Cursor { file: self.file, number: self.number, line: rest, at: rest.len() };
            return Err(cursor.error(problem));
        };
        let line = Cursor { file: self.file, number: self.number, line: &rest[..length], at: 0 };
        (self.offset, self.number) = (self.offset + length + 1, self.number + 1);
        if line.line.ends_with('\r') {
            return Err(Cursor { at: length - 1, ..line }.error(Problem::CarriageReturn));
        }
        Ok(line)
    }

    /// The text must end here.
    pub(super) fn end(&self) -> Result<(), ParseError> {
        let rest = &self.text[self.offset..];
        let line = rest.lines().next().unwrap_or(rest);
        let cursor = Cursor { file: self.file, number: self.number, line, at: 0 };
        if rest.is_empty() { Ok(()) } else { Err(cursor.found("the end of the file")) }
    }
}

impl<'a> Cursor<'a> {
    /// An error at this place.
    pub(super) fn error(&self, problem: impl Into<Problem>) -> ParseError {
        let column = self.line[..self.at].chars().count() + 1;
        ParseError { file: self.file.to_string(), line: self.number, column, problem: problem.into() }
    }

    /// The error that something else is here than what must be.
    pub(super) fn found(&self, expected: &str) -> ParseError {
        self.error(Problem::Found { expected: expected.to_string(), found: self.rest().to_string() })
    }

    /// The error that the line has something else from `at` on, up to here.
    pub(super) fn found_from(&self, at: usize, expected: &str) -> ParseError {
        let found = self.line[at..self.at].to_string();
        let problem = Problem::Found { expected: expected.to_string(), found };
        Cursor { file: self.file, number: self.number, line: self.line, at }.error(problem)
    }

    /// What was not read yet.
    pub(super) fn rest(&self) -> &'a str {
        &self.line[self.at..]
    }

    /// How far the line has been read.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn skip(&mut self, length: usize) {
        self.at += length;
    }

    /// Reads `text` if it is here.
    pub(super) fn take(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    /// Reads `text`, which must be here.
    pub(super) fn literal(&mut self, text: &'static str) -> Result<(), ParseError> {
        if self.take(text) { Ok(()) } else { Err(self.found(&format!("\"{}\"", text.trim_end()))) }
    }

    /// Skips the spaces here.
    pub(super) fn spaces(&mut self) {
        self.at = self.line.len() - self.rest().trim_start_matches(' ').len();
    }

    /// Reads up to the next space, or the end.
    pub(super) fn word(&mut self, expected: &str) -> Result<&'a str, ParseError> {
        let rest = self.rest();
        let word = &rest[..rest.find(' ').unwrap_or(rest.len())];
        if word.is_empty() {
            return Err(self.found(expected));
        }
        self.at += word.len();
        Ok(word)
    }

    /// Reads all that is left.
    pub(super) fn remaining(&mut self) -> &'a str {
        let rest = self.rest();
        self.at = self.line.len();
        rest
    }

    /// The line must end here.
    pub(super) fn end(&self) -> Result<(), ParseError> {
        if self.rest().is_empty() { Ok(()) } else { Err(self.found("the end of the line")) }
    }

    /// Reads a whole number.
    pub(super) fn number(&mut self) -> Result<u64, ParseError> {
        self.value("a whole number below 2^64", number)
    }

    /// Reads an instant.
    pub(super) fn instant(&mut self) -> Result<Instant, ParseError> {
        self.value("a time in seconds with nine decimals", instant)
    }

    /// Reads a span.
    pub(super) fn span(&mut self) -> Result<Span, ParseError> {
        let span = |word: &str| Span::from_str(word).ok().filter(|span| span.to_string() == word);
        self.value("a length of time as virtmcu writes it, such as 20ms", span)
    }

    /// Reads a word that `read` understands.
    pub(super) fn value<T>(
        &mut self,
        expected: &str,
        read: impl Fn(&'a str) -> Option<T>,
    ) -> Result<T, ParseError> {
        let at = self.at;
        let word = self.word(expected)?;
        read(word).ok_or_else(|| self.found_from(at, expected))
    }
}

/// A number in its one spelling: digits, and no zero in front.
pub(super) fn number(word: &str) -> Option<u64> {
    let digits = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    let zero = word.len() > 1 && word.starts_with('0');
    if digits && !zero { word.parse().ok() } else { None }
}

fn instant(word: &str) -> Option<Instant> {
    let (seconds, nanoseconds) = word.split_once('.')?;
    let digits = nanoseconds.len() == 9 && nanoseconds.bytes().all(|byte| byte.is_ascii_digit());
    let nanoseconds: u64 = if digits { nanoseconds.parse().ok()? } else { return None };
    let ns = number(seconds)?.checked_mul(1_000_000_000)?.checked_add(nanoseconds)?;
    (ns <= Instant::FAR.as_ns()).then(|| Instant::from_ns(ns))
}
