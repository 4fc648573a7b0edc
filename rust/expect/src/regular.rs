// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Regular expressions with captured values in them.

use crate::template::Values;
use crate::{Part, Reference, Template};
use regex::bytes::{Regex, RegexBuilder};
use std::fmt::Write;

/// A regular expression of crate `regex`, for bytes: it takes time linear in the text, and knows no look-around. Its named groups are
/// captured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regular {
    template: Template,
    captures: Vec<String>,
}

/// Memory of one of them: no sensible one needs as much, and a scenario may have thousands.
const BYTES_MAX: usize = 1 << 20;

/// Why there is no such regular expression.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct RegularError {
    /// In a few words.
    pub why: String,
    /// At which byte of the text.
    pub at: Option<usize>,
}

impl Regular {
    /// The regular expression that `text` is, where `{NAME.CAPTURE}` stands for what `template` has there.
    pub fn new(text: &str, template: Template) -> Result<Regular, RegularError> {
        let source = standing_in(text);
        // Only the parser tells where the mistake is.
        let parsed = regex_syntax::ast::parse::Parser::new().parse(&source);
        parsed.map_err(|error| RegularError {
            why: error.kind().to_string(),
            at: Some(error.span().start.offset),
        })?;
        let regex = compile(&source).map_err(|error| RegularError { why: last_line(&error), at: None })?;
        let names: Vec<String> = regex.capture_names().flatten().map(String::from).collect();
        Ok(Regular { template, captures: names })
    }

    /// The names of its groups.
    pub fn captures(&self) -> &[String] {
        &self.captures
    }

    /// What it refers to.
    pub fn references(&self) -> impl Iterator<Item = &Reference> {
        self.template.references()
    }

    /// With what was captured; `None` if something was not, or became too large.
    pub(crate) fn resolve(&self, values: &Values) -> Option<Regex> {
        let mut source = String::new();
        for part in &self.template.parts {
            match part {
                Part::Text(text) => source.push_str(&escaped_braces(text)),
                Part::Captured(_) => {
                    source.push_str("(?:");
                    for byte in part.resolve(values)? {
                        // Writing to a String cannot fail.
                        let _ = write!(source, "\\x{byte:02x}");
                    }
                    source.push(')');
                }
            }
        }
        compile(&source).ok()
    }
}

/// As the scenario has it.
impl std::fmt::Display for Regular {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.template.fmt(f)
    }
}

fn compile(source: &str) -> Result<Regex, regex::Error> {
    // Lines are bytes: what is no UTF-8 can be matched, too.
    RegexBuilder::new(source).unicode(false).size_limit(BYTES_MAX).build()
}

/// `text` with something as long in the place of each reference, so that mistakes are where they are.
fn standing_in(text: &str) -> String {
    let (mut source, mut start) = (String::new(), 0);
    while let Some((span, _, _, escaped)) = crate::template::find(&text[start..]) {
        source.push_str(&text[start..start + span.start]);
        match escaped {
            true => source.push_str(&escaped_braces(&text[start + span.start + 1..start + span.end])),
            false => source.extend(std::iter::repeat_n('x', span.len())),
        }
        start += span.end;
    }
    source.push_str(&text[start..]);
    source
}

/// What looks like a reference stands for itself.
fn escaped_braces(text: &str) -> String {
    let (mut source, mut start) = (String::new(), 0);
    while let Some((span, ..)) = crate::template::find(&text[start..]) {
        source.push_str(&text[start..start + span.start]);
        source.push('\\');
        source.push_str(&text[start + span.start..start + span.end]);
        start += span.end;
    }
    source.push_str(&text[start..]);
    source
}

fn last_line(error: &regex::Error) -> String {
    let text = error.to_string();
    let line = text.lines().last().unwrap_or_default();
    line.strip_prefix("error: ").unwrap_or(line).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::Value;

    fn regular(text: &str) -> Result<Regular, RegularError> {
        let template = Template::parse(text, |_, _| {
            Ok::<_, ()>(Reference { expectation: 0, capture: 0, shown: "a.b".into() })
        });
        Regular::new(text, template.unwrap())
    }

    fn check(text: &str, line: &[u8], expected: Option<&[u8]>) {
        let values = vec![vec![Value { bytes: b"1.2\xff".to_vec(), is_text: true }]];
        let regex = regular(text).unwrap().resolve(&values).unwrap();
        assert_eq!(regex.find(line).map(|found| found.as_bytes()), expected, "{text}");
    }

    #[test]
    fn captured_values_match_themselves_only() {
        check(r"^v\d", b"v1", Some(b"v1"));
        check("v{a.b}+!", b"v1.2\xff1.2\xff!", Some(b"v1.2\xff1.2\xff!"));
        check("v{a.b}!", b"v1x2\xff!", None);
        check(r"x{2}y", b"xxxy", Some(b"xxy"));
        check(r"x{2}{{a.b}", b"xx{a.b}", Some(b"xx{a.b}"));
    }

    #[test]
    fn groups_have_names() {
        assert_eq!(regular(r"(?P<t>\d+) (x) (?<u>.)").unwrap().captures(), ["t", "u"]);
    }

    #[test]
    fn mistakes_are_where_they_are() {
        let wrong = |text: &str| regular(text).unwrap_err();
        assert_eq!(wrong("{a.b}(x").at, Some(5));
        assert_eq!(wrong("{a.b}(x").to_string(), "unclosed group");
        assert_eq!(wrong("a**(?=x)").at, Some(3));
        assert_eq!(wrong(r"\p{Greek}").at, None);
    }
}
