// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A table of the file and its values: each access reports what is missing, unknown or of the wrong type.

use super::{quote, shorten, unknown_key, what};
use crate::{Problem, limits};
use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use vtime::Span;

/// The mistakes found so far.
#[derive(Default)]
pub(crate) struct Problems(Vec<Problem>);

/// Stands where a value could not be read: the mistake was reported. Nothing but [`Problems::report`] makes
/// one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reported(());

/// A value, or the proof that its mistake was reported.
pub(crate) type Checked<T> = Result<T, Reported>;

impl Problems {
    pub(crate) fn report(&mut self, problem: Problem) -> Reported {
        self.0.push(problem);
        Reported(())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// There are more than will be told: no need for costly hints.
    pub(crate) fn is_full(&self) -> bool {
        self.0.len() >= limits::MISTAKES_MAX
    }

    /// As the file has them; only so many that a person could still want to read them.
    pub(crate) fn in_file_order(mut self) -> impl Iterator<Item = Problem> {
        self.0.sort_by_key(Problem::order);
        self.0.into_iter().take(limits::MISTAKES_MAX)
    }
}

/// A table of which only known keys were accepted.
pub(crate) struct Section<'a> {
    name: String,
    span: Range<usize>,
    table: &'a DeTable<'a>,
}

/// A key with its value.
#[derive(Clone, Copy)]
pub(crate) struct Entry<'a> {
    key: &'a str,
    value: &'a Spanned<DeValue<'a>>,
}

/// A string value and where it stands.
#[derive(Clone)]
pub(crate) struct Text<'a> {
    pub(crate) text: &'a str,
    pub(crate) span: Range<usize>,
}

impl<'a> Section<'a> {
    /// The file itself, called `name` in messages.
    pub(crate) fn top(
        name: &str,
        table: &'a DeTable<'a>,
        keys: &[&str],
        problems: &mut Problems,
    ) -> Section<'a> {
        let section = Section { name: name.to_string(), span: 0..0, table };
        section.refuse_unknown(keys, problems);
        section
    }

    /// The table that `entry` is, with no other keys than `keys`.
    pub(crate) fn open(
        name: &str,
        entry: Entry<'a>,
        keys: &[&str],
        problems: &mut Problems,
    ) -> Checked<Section<'a>> {
        let section =
            Section { name: name.to_string(), span: entry.span(), table: entry.table(name, problems)? };
        section.refuse_unknown(keys, problems);
        Ok(section)
    }

    /// The table `[kind.NAME]` that `entry` is; call [`Section::refuse_unknown`] when it is known which keys
    /// it may have.
    pub(crate) fn open_named(kind: &str, entry: Entry<'a>, problems: &mut Problems) -> Checked<Section<'a>> {
        let table = entry.table(&format!("[{kind}.NAME]"), problems)?;
        Ok(Section { name: format!("[{kind}.{}]", shorten(entry.key)), span: entry.span(), table })
    }

    /// Reports each key that is none of `keys`.
    pub(crate) fn refuse_unknown(&self, keys: &[&str], problems: &mut Problems) {
        let unknown = self.table.keys().filter(|key| !keys.contains(&&**key.get_ref()));
        let mut unknown: Vec<_> = unknown.collect();
        unknown.sort_by_key(|key| key.span().start);
        for key in unknown.into_iter().take(limits::MISTAKES_MAX) {
            problems.report(unknown_key(key.span(), &self.name, key.get_ref(), keys));
        }
    }

    /// What messages call it: `[link.wire]`.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    pub(crate) fn get(&self, key: &'a str) -> Option<Entry<'a>> {
        self.table.get(key).map(|value| Entry { key, value })
    }

    /// The value of a key that must be there; `example` is the line to add.
    pub(crate) fn need(&self, key: &'a str, example: &str, problems: &mut Problems) -> Checked<Entry<'a>> {
        self.get(key).ok_or_else(|| {
            let problem = Problem::at(self.span(), format!("{} has no \"{key}\"", self.name));
            let problem =
                problem.found(format!("\"{key}\" is missing")).expected(format!("the key \"{key}\""));
            problems.report(problem.help(format!("add {example}")))
        })
    }
}

impl<'a> Entry<'a> {
    pub(crate) fn new(key: &'a str, value: &'a Spanned<DeValue<'a>>) -> Entry<'a> {
        Entry { key, value }
    }

    pub(crate) fn span(&self) -> Range<usize> {
        self.value.span()
    }

    fn wrong_type(&self, expected: String, problems: &mut Problems) -> Reported {
        let problem = Problem::at(self.span(), format!("{} has the wrong type", quote(self.key)));
        problems.report(problem.found(format!("this is {}", what(self.value.get_ref()))).expected(expected))
    }

    pub(crate) fn string(&self, example: &str, problems: &mut Problems) -> Checked<Text<'a>> {
        match self.value.get_ref() {
            DeValue::String(text) => Ok(Text { text, span: self.span() }),
            _ => Err(self.wrong_type(format!("a string: {example}"), problems)),
        }
    }

    pub(crate) fn boolean(&self, example: &str, problems: &mut Problems) -> Checked<bool> {
        match self.value.get_ref() {
            DeValue::Boolean(boolean) => Ok(*boolean),
            _ => Err(self.wrong_type(format!("true or false: {example}"), problems)),
        }
    }

    /// Whether it is a string: for values of which there are two kinds.
    pub(crate) fn is_string(&self) -> bool {
        matches!(self.value.get_ref(), DeValue::String(_))
    }

    /// Whether it is a table, for the same.
    pub(crate) fn is_table(&self) -> bool {
        matches!(self.value.get_ref(), DeValue::Table(_))
    }

    pub(crate) fn integer(
        &self,
        range: RangeInclusive<u64>,
        example: &str,
        problems: &mut Problems,
    ) -> Checked<u64> {
        let DeValue::Integer(integer) = self.value.get_ref() else {
            return Err(self.wrong_type(format!("an integer: {example}"), problems));
        };
        match u64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(number) if range.contains(&number) => Ok(number),
            _ => {
                let problem = Problem::at(self.span(), format!("{} is out of range", quote(self.key)));
                let expected = format!("an integer from {} to {}", range.start(), range.end());
                Err(problems.report(problem.found(format!("this is {integer}")).expected(expected)))
            }
        }
    }

    /// The text of a decimal number: a number, or a string with one. Never a `f64`: that would round it.
    pub(crate) fn decimal(&self, example: &str, problems: &mut Problems) -> Checked<String> {
        match self.value.get_ref() {
            DeValue::Integer(integer) if integer.radix() == 10 => Ok(integer.as_str().to_string()),
            DeValue::Float(float) => Ok(float.as_str().to_string()),
            DeValue::String(text) => Ok(text.to_string()),
            _ => Err(self.wrong_type(format!("a decimal number: {example}"), problems)),
        }
    }

    pub(crate) fn key(&self) -> &'a str {
        self.key
    }

    pub(crate) fn time(&self, example: &str, problems: &mut Problems) -> Checked<Span> {
        let text = match self.value.get_ref() {
            DeValue::String(text) => text,
            _ => {
                return Err(
                    self.wrong_type(format!("a string with a number and a unit: {example}"), problems)
                );
            }
        };
        text.parse::<Span>().map_err(|error| {
            let problem = Problem::at(self.span(), format!("{} is no time", quote(self.key)));
            let expected = format!("a number and a unit (ns, us, ms, s, min, h): {example}");
            problems.report(problem.found(error.to_string()).expected(expected))
        })
    }

    pub(crate) fn array(&self, expected: &str, problems: &mut Problems) -> Checked<Vec<Entry<'a>>> {
        match self.value.get_ref() {
            DeValue::Array(values) => Ok(values.iter().map(|value| Entry { key: self.key, value }).collect()),
            _ => Err(self.wrong_type(expected.to_string(), problems)),
        }
    }

    fn table(&self, name: &str, problems: &mut Problems) -> Checked<&'a DeTable<'a>> {
        match self.value.get_ref() {
            DeValue::Table(table) => Ok(table),
            _ => Err(self.wrong_type(format!("a table: {name}"), problems)),
        }
    }

    /// The entries of a table whose keys are names that the author chose, in the order of the names.
    pub(crate) fn named(
        &self,
        name: &str,
        problems: &mut Problems,
    ) -> Checked<BTreeMap<&'a str, (Range<usize>, Entry<'a>)>> {
        let table = self.table(name, problems)?;
        let entry = |(key, value): (&'a Spanned<_>, _)| {
            let text: &'a std::borrow::Cow<'a, str> = key.get_ref();
            (&**text, (key.span(), Entry { key: text, value }))
        };
        Ok(table.iter().map(entry).collect())
    }
}
