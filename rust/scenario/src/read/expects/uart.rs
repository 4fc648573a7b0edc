// SPDX-License-Identifier: Apache-2.0 OR MIT
//! `[[expect.uart]]`: lines and bytes that a UART sends.

use super::super::section::{Checked, Entry, Problems, Section};
use super::{Around, port_of};
use crate::Problem;
use board::PortKind;
use expect::{LinePattern, What};

/// What there is to expect.
const PATTERNS: [&str; 4] = ["line", "contains", "matches", "bytes"];

impl<'a> Around<'a, '_> {
    pub(super) fn uart(&self, place: usize, section: &Section<'a>, problems: &mut Problems) -> Checked<What> {
        let port = section.need("port", "port = \"NODE.PORT\"", problems);
        let port = port
            .and_then(|entry| self.nodes.port(&entry, problems)?.of_kind(PortKind::Uart, &entry, problems));
        let pattern = self.line_pattern(place, section, problems);
        Ok(What::Line { port: port_of(port?), pattern: pattern? })
    }

    fn line_pattern(
        &self,
        place: usize,
        section: &Section<'a>,
        problems: &mut Problems,
    ) -> Checked<LinePattern> {
        let expected = "exactly one of \"line\" (a whole line), \"contains\" (a part of one), \"matches\" (a regular expression) and \
                        \"bytes\" (wherever lines end)";
        let given: Vec<(&str, Entry<'_>)> =
            PATTERNS.into_iter().filter_map(|key| Some((key, section.get(key)?))).collect();
        let (key, entry) = match given.as_slice() {
            [(key, entry)] => (*key, entry),
            [(first, one), (second, other), ..] => {
                let message = format!("[[expect.uart]] has both {first:?} and {second:?}");
                let problem = Problem::at(other.span(), message).found(format!("{second:?} too"));
                let problem = problem.also(one.span(), format!("{first:?}"));
                return Err(problems.report(problem.expected(expected).help("remove one of the two")));
            }
            [] => {
                let problem = Problem::at(section.span(), "[[expect.uart]] does not say what it expects");
                let problem = problem.found("\"line\", \"contains\", \"matches\" or \"bytes\" is missing");
                return Err(problems.report(problem.expected(expected).help("add line = \"...\"")));
            }
        };
        if key == "bytes" {
            return self.bytes(place, entry, false, problems).map(LinePattern::Bytes);
        }
        let text = entry.string("the text of one line", problems)?;
        if text.text.contains(['\n', '\r']) {
            let problem =
                Problem::at(text.span, "the expected text has a line end in it").found("lines are compared");
            return Err(problems.report(problem.expected("one line without its end")));
        }
        match key {
            "line" => self.template(place, &text, problems).map(LinePattern::Line),
            "matches" => self.regular(place, &text, problems).map(LinePattern::Matches),
            _ if text.text.is_empty() => {
                let problem = Problem::at(text.span, "an empty text is in every line").found("this is empty");
                Err(problems.report(problem.expected("a part of a line, or line = \"\" for an empty line")))
            }
            _ => self.template(place, &text, problems).map(LinePattern::Contains),
        }
    }
}
