// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Texts and bytes with captured values in them.

use super::super::quote;
use super::super::section::{Checked, Entry, Problems, Text};
use super::Around;
use crate::{Problem, Source, limits};
use expect::{BytePattern, BytesError, Regular, Template, TemplateError};
use std::ops::Range;

impl Around<'_, '_> {
    /// A text of the expectation at `place`.
    pub(super) fn template(
        &self,
        place: usize,
        text: &Text<'_>,
        problems: &mut Problems,
    ) -> Checked<Template> {
        Template::parse(text.text, |name, capture| self.graph.reference(place, name, capture))
            .map_err(|error| problems.report(self.no_reference(text, error)))
    }

    /// A regular expression that is not empty.
    pub(super) fn regular(&self, place: usize, text: &Text<'_>, problems: &mut Problems) -> Checked<Regular> {
        let template = self.template(place, text, problems)?;
        if text.text.is_empty() {
            let problem = Problem::at(text.span.clone(), "an empty regular expression is in every line");
            return Err(
                problems.report(problem.found("this is empty").expected("matches = 'temp=(?P<temp>\\d+)'"))
            );
        }
        let regular = Regular::new(text.text, template).map_err(|error| {
            let at = error.at.map(|at| at..at + text.text[at..].chars().next().map_or(0, char::len_utf8));
            let span = at.map_or(text.span.clone(), |at| inside(self.source, text, at));
            let problem = Problem::at(span, "this is no regular expression").found(error.to_string());
            problems.report(problem.expected("one of crate `regex`: matches = 'temp=(?P<temp>\\d+)'"))
        })?;
        for name in regular.captures() {
            super::super::names::check("capture", name, text.span.clone(), problems);
        }
        Ok(regular)
    }

    /// Bytes; `..` at their end only if they `may_be_open`.
    pub(super) fn bytes(
        &self,
        place: usize,
        entry: &Entry<'_>,
        may_be_open: bool,
        problems: &mut Problems,
    ) -> Checked<BytePattern> {
        const EXPECTED: &str =
            "two hexadecimal digits for each byte, \"?\" for any digit: bytes = \"01 0? ??\"";
        let text = entry.string("bytes = \"01 03 0c 00\"", problems)?;
        let wrong = |found: String| Problem::at(text.span.clone(), "these are no bytes").found(found);
        let read = BytePattern::parse(text.text, |name, capture| self.graph.reference(place, name, capture));
        let pattern = read.map_err(|error| {
            problems.report(match error {
                BytesError::Empty => {
                    wrong("0 bytes".into()).expected(format!("1 to {}", limits::EXPECT_BYTES_MAX))
                }
                BytesError::Word { span, word } => {
                    let problem = Problem::at(inside(self.source, &text, span), "these are no bytes");
                    problem.found(format!("{} in it", quote(&word))).expected(EXPECTED)
                }
                BytesError::Reference(error) => self.no_reference(&text, error),
            })
        })?;
        if pattern.len_min() > limits::EXPECT_BYTES_MAX {
            let found = format!("{} bytes", pattern.len_min());
            return Err(problems.report(wrong(found).expected(format!("1 to {}", limits::EXPECT_BYTES_MAX))));
        }
        if pattern.is_open() && !may_be_open {
            let problem = wrong("\"..\" in it".into());
            return Err(
                problems.report(problem.expected("no \"..\": what follows does not matter here anyway"))
            );
        }
        Ok(pattern)
    }

    fn no_reference(&self, text: &Text<'_>, error: TemplateError<Box<Problem>>) -> Problem {
        error.why.moved(inside(self.source, text, error.span))
    }
}

/// Where bytes of a string are in the file: all of it if it is not written as it is.
fn inside(source: &Source, text: &Text<'_>, part: Range<usize>) -> Range<usize> {
    let written = source.text().get(text.span.clone()).unwrap_or_default();
    match written.find(text.text) {
        Some(start) if !text.text.is_empty() => {
            text.span.start + start + part.start..text.span.start + start + part.end
        }
        _ => text.span.clone(),
    }
}
