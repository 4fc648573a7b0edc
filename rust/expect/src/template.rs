// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Texts with captured values in them: `serial {boot.serial}`.

use std::ops::Range;

/// A value that an expectation captures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The place of the expectation.
    pub expectation: usize,
    /// The place among what it captures.
    pub capture: usize,
    /// Both by their names: `boot.serial`.
    pub shown: String,
}

/// A text with values in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    /// One behind the other.
    pub parts: Vec<Part>,
}

/// A part of a [`Template`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// It stands for itself.
    Text(String),
    /// What was captured.
    Captured(Reference),
}

/// A reference that leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateError<E> {
    /// Where it is, with its braces.
    pub span: Range<usize>,
    /// Why.
    pub why: E,
}

/// What was captured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Value {
    pub(crate) bytes: Vec<u8>,
    /// They are text of a UART; else a text has them as hexadecimal digits.
    pub(crate) is_text: bool,
}

impl Value {
    /// For people.
    pub(crate) fn shown(&self) -> String {
        if self.is_text {
            return format!("\"{}\"", self.bytes.escape_ascii());
        }
        let bytes: Vec<String> = self.bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        bytes.join(" ")
    }

    /// As a text has it.
    fn text(&self) -> Vec<u8> {
        if self.is_text {
            return self.bytes.clone();
        }
        self.bytes.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()).collect()
    }
}

/// What each expectation has captured, by their places.
pub(crate) type Values = Vec<Vec<Value>>;

impl Reference {
    pub(crate) fn value<'a>(&self, values: &'a Values) -> Option<&'a Value> {
        values.get(self.expectation)?.get(self.capture)
    }
}

/// The first `{NAME.NAME}` in `text`: where, and its two names; `true` if it has a second `{` in front and so stands for itself.
pub(crate) fn find(text: &str) -> Option<(Range<usize>, &str, &str, bool)> {
    let plain = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    let mut braces = text.match_indices('{').map(|(at, _)| at);
    braces.find_map(|at| {
        let (inner, _) = text[at + 1..].split_once('}')?;
        let (first, second) = inner.split_once('.')?;
        let is_plain = plain(first) && plain(second);
        let escaped = text[..at].ends_with('{');
        let start = if escaped { at - 1 } else { at };
        is_plain.then_some((start..at + inner.len() + 2, first, second, escaped))
    })
}

impl Part {
    /// Its bytes in a text; `None` if a value was not captured.
    pub(crate) fn resolve(&self, values: &Values) -> Option<Vec<u8>> {
        match self {
            Part::Text(text) => Some(text.as_bytes().to_vec()),
            Part::Captured(reference) => reference.value(values).map(Value::text),
        }
    }
}

impl Template {
    /// `text`, in which `{NAME.CAPTURE}` is what `resolve` says, and `{{NAME.CAPTURE}` is `{NAME.CAPTURE}` itself. Other braces mean nothing.
    pub fn parse<E>(
        text: &str,
        mut resolve: impl FnMut(&str, &str) -> Result<Reference, E>,
    ) -> Result<Template, TemplateError<E>> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut start = 0;
        while let Some((span, name, capture, escaped)) = find(&text[start..]) {
            plain.push_str(&text[start..start + span.start]);
            let whole = start + span.start..start + span.end;
            start = whole.end;
            if escaped {
                plain.push_str(&text[whole.start + 1..whole.end]);
                continue;
            }
            let reference = resolve(name, capture).map_err(|why| TemplateError { span: whole, why })?;
            if !plain.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut plain)));
            }
            parts.push(Part::Captured(reference));
        }
        plain.push_str(&text[start..]);
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        Ok(Template { parts })
    }

    /// A text that stands for itself.
    pub fn text(text: impl Into<String>) -> Template {
        let text = text.into();
        Template { parts: if text.is_empty() { Vec::new() } else { vec![Part::Text(text)] } }
    }

    /// What it refers to.
    pub fn references(&self) -> impl Iterator<Item = &Reference> {
        self.parts.iter().filter_map(|part| match part {
            Part::Text(_) => None,
            Part::Captured(reference) => Some(reference),
        })
    }

    /// Its bytes; `None` if a value was not captured.
    pub(crate) fn resolve(&self, values: &Values) -> Option<Vec<u8>> {
        let parts: Option<Vec<_>> = self.parts.iter().map(|part| part.resolve(values)).collect();
        Some(parts?.concat())
    }
}

/// As the scenario has it.
impl std::fmt::Display for Template {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.parts.iter().try_for_each(|part| match part {
            Part::Text(text) => f.write_str(text),
            Part::Captured(reference) => write!(f, "{{{}}}", reference.shown),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, std::ops::Range<usize>>) {
        let resolve = |name: &str, capture: &str| match name {
            "boot" => Ok(Reference { expectation: 0, capture: 1, shown: format!("{name}.{capture}") }),
            _ => Err(()),
        };
        let value = |bytes: &[u8], is_text| Value { bytes: bytes.to_vec(), is_text };
        let values = vec![vec![value(&[0x0a, 0xff], false), value(b"42", true)]];
        let resolved = Template::parse(text, resolve).map_err(|error| error.span);
        let resolved =
            resolved.map(|template| String::from_utf8(template.resolve(&values).unwrap()).unwrap());
        assert_eq!(resolved, expected.map(String::from), "{text}");
    }

    #[test]
    fn captured_values_are_in_texts() {
        check("", Ok(""));
        check("serial {boot.serial}!", Ok("serial 42!"));
        check("{boot.a}{boot.b}", Ok("4242"));
        check(r#"{"a":1.5} {a} {.} {1.b} {A.b} {}"#, Ok(r#"{"a":1.5} {a} {.} {1.b} {A.b} {}"#));
        check("{{boot.a} {{boot.b}", Ok("{boot.a} {boot.b}"));
        check("ä{bot.a}", Err(2..9));
    }

    #[test]
    fn bytes_are_digits_in_texts() {
        let values = vec![vec![Value { bytes: vec![0x0a, 0xff], is_text: false }]];
        let reference = Reference { expectation: 0, capture: 0, shown: "a.b".into() };
        let template = Template { parts: vec![Part::Text("x ".into()), Part::Captured(reference)] };
        assert_eq!(template.resolve(&values).unwrap(), b"x 0aff");
        assert_eq!(template.resolve(&Vec::new()), None);
        assert_eq!(template.to_string(), "x {a.b}");
    }
}
