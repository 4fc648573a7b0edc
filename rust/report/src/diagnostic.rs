// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A mistake in a file: where it is, what was found there, what was expected.

use serde_json::json;
use std::fmt;
use std::ops::Range;

/// A file's text and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    file: String,
    text: String,
    line_starts: Vec<usize>,
}

/// A place in a [`Source`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The first byte.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
    /// The line of the first byte, from 1.
    pub line: usize,
    /// The character of that line, from 1.
    pub column: usize,
}

/// A mistake before its place is worked out: bytes of the text, and what there is to say about them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    span: Range<usize>,
    message: String,
    found: Option<String>,
    also: Option<(Range<usize>, String)>,
    expected: Option<String>,
    help: Option<String>,
}

/// A mistake in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong, in one line.
    pub message: String,
    /// The file.
    pub file: String,
    /// Where in the file; `None` when the file as a whole is wrong.
    pub place: Option<Place>,
    /// What was found at the place.
    pub found: Option<String>,
    /// Another place that has to do with it, and how.
    pub also: Option<(Place, String)>,
    /// What would have been right.
    pub expected: Option<String>,
    /// How to fix it.
    pub help: Option<String>,
}

/// All mistakes of a file, in the order of the file. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Errors {
    source: Source,
    list: Vec<Diagnostic>,
}

impl Source {
    /// The `text` of `file`.
    pub fn new(file: impl Into<String>, text: impl Into<String>) -> Source {
        let text = text.into();
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Source { file: file.into(), text, line_starts }
    }

    /// The name of the file, as messages show it.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The place of some bytes. Bytes outside of the text become its end, and parts of a character the whole
    /// of it.
    pub fn place(&self, span: Range<usize>) -> Place {
        let boundary =
            |at: usize| (0..=at.min(self.text.len())).rev().find(|at| self.text.is_char_boundary(*at));
        let start = boundary(span.start).unwrap_or(0);
        let after =
            (span.end.min(self.text.len())..self.text.len()).find(|at| self.text.is_char_boundary(*at));
        let end = after.unwrap_or(self.text.len()).max(start);
        let line = self.line_starts.partition_point(|line_start| *line_start <= start);
        let line_start = self.line_starts.get(line.wrapping_sub(1)).copied().unwrap_or(0);
        Place { start, end, line, column: self.text[line_start..start].chars().count() + 1 }
    }

    /// The whole lines from `first` to `last`, in bytes.
    pub(crate) fn lines(&self, first: &Place, last: &Place) -> Range<usize> {
        let start = self.line_starts.get(first.line.saturating_sub(1)).copied().unwrap_or(0);
        let rest = self.text.get(last.end..).unwrap_or_default();
        start..rest.find('\n').map_or(self.text.len(), |len| last.end + len)
    }

    /// `problem` with its places in this source.
    pub fn diagnose(&self, problem: Problem) -> Diagnostic {
        let Problem { span, message, found, also, expected, help } = problem;
        Diagnostic {
            message,
            file: self.file.clone(),
            place: Some(self.place(span)),
            found,
            also: also.map(|(span, text)| (self.place(span), text)),
            expected,
            help,
        }
    }
}

impl Problem {
    /// Something is wrong with the bytes of `span`.
    pub fn at(span: Range<usize>, message: impl Into<String>) -> Problem {
        Problem { span, message: message.into(), found: None, also: None, expected: None, help: None }
    }

    /// What was found there.
    pub fn found(self, found: impl Into<String>) -> Problem {
        Problem { found: Some(found.into()), ..self }
    }

    /// Another place that has to do with it.
    pub fn also(self, span: Range<usize>, text: impl Into<String>) -> Problem {
        Problem { also: Some((span, text.into())), ..self }
    }

    /// What would have been right.
    pub fn expected(self, expected: impl Into<String>) -> Problem {
        Problem { expected: Some(expected.into()), ..self }
    }

    /// How to fix it.
    pub fn help(self, help: impl Into<String>) -> Problem {
        Problem { help: Some(help.into()), ..self }
    }

    /// "did you mean", when something is near.
    pub fn nearest(self, name: Option<&str>) -> Problem {
        match name {
            Some(name) => self.help(format!("did you mean \"{name}\"?")),
            None => self,
        }
    }

    /// The same at another place.
    pub fn moved(self, span: Range<usize>) -> Problem {
        Problem { span, ..self }
    }

    /// Order of the file.
    pub fn order(&self) -> (usize, usize) {
        (self.span.start, self.span.end)
    }
}

impl Errors {
    /// Mistakes of `source`; `first` so that there is one.
    pub fn new(source: Source, first: Diagnostic, rest: Vec<Diagnostic>) -> Errors {
        let mut list = vec![first];
        list.extend(rest);
        Errors { source, list }
    }

    /// The mistakes of `source`; the caller has at least one.
    pub fn from_list(source: Source, list: Vec<Diagnostic>) -> Errors {
        Errors { source, list }
    }

    /// The mistakes, in the order of the file.
    pub fn list(&self) -> &[Diagnostic] {
        &self.list
    }

    /// The text in which they are.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// For programs: an array of objects with `file`, `line`, `column`, `message`, `found`, `expected` and
    /// `help`; what is not known is null.
    pub fn to_json(&self) -> serde_json::Value {
        self.list
            .iter()
            .map(|one| {
                json!({
                    "file": one.file,
                    "line": one.place.as_ref().map(|place| place.line),
                    "column": one.place.as_ref().map(|place| place.column),
                    "message": one.message,
                    "found": one.found,
                    "expected": one.expected,
                    "help": one.help,
                })
            })
            .collect()
    }
}

/// The plain text of [`Errors::render`].
impl fmt::Display for Errors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.render(false).trim_end())
    }
}

impl std::error::Error for Errors {}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, span: Range<usize>, expected: (usize, usize, usize, usize)) {
        let place = Source::new("f", text).place(span);
        assert_eq!((place.start, place.end, place.line, place.column), expected);
    }

    #[test]
    fn counts_lines_and_characters_from_one() {
        check("", 0..0, (0, 0, 1, 1));
        check("ab\ncd", 1..2, (1, 2, 1, 2));
        check("ab\ncd", 3..5, (3, 5, 2, 1));
        check("ab\n", 3..3, (3, 3, 2, 1));
        check("é=1", 2..3, (2, 3, 1, 2));
    }

    #[test]
    fn stays_inside_the_text() {
        check("é=1", 1..1, (0, 2, 1, 1));
        check("ab", 5..9, (2, 2, 1, 3));
        #[expect(clippy::reversed_empty_ranges)]
        check("abcd", 3..1, (3, 3, 1, 4));
    }
}
