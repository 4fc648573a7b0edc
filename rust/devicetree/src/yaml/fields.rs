// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Maps with known keys, and their values.

use super::text::{Key, Kind, Value};
use super::{map, node, value};
use crate::{Mistake, Place, limits};
use report::{nearest, one_of};

/// A map with known keys.
pub(super) struct Fields<'v> {
    what: &'static str,
    place: Place,
    entries: Vec<(&'v Key, &'v Value)>,
}

impl<'v> Fields<'v> {
    /// `what` it is of; each key that is not `known` is a mistake.
    pub fn new(
        what: &'static str,
        place: Place,
        entries: impl Iterator<Item = (&'v Key, &'v Value)>,
        known: &[&str],
        mistakes: &mut Vec<Mistake>,
    ) -> Fields<'v> {
        let is_known = |(key, _): &(&Key, &Value)| known.contains(&&*key.text);
        let (entries, unknown): (Vec<_>, Vec<_>) = entries.partition(is_known);
        mistakes.extend(unknown.into_iter().take(limits::MISTAKES_MAX).map(|(key, _)| {
            let mistake = key.place.mistake(format!("{what} has no {}", value::shown(&key.text)));
            let mistake = mistake.expected(one_of(known));
            mistake.nearest(nearest(&key.text, known.iter().copied()))
        }));
        Fields { what, place, entries }
    }

    /// The fields of a map.
    pub fn of(
        what: &'static str,
        value: &'v Value,
        known: &[&str],
        mistakes: &mut Vec<Mistake>,
    ) -> Result<Fields<'v>, Mistake> {
        let entries = map(value, &format!("{what}: a map of {}", one_of(known)))?;
        let entries = entries.iter().map(|(key, value)| (key, value));
        Ok(Fields::new(what, value.place, entries, known, mistakes))
    }

    pub fn get(&self, name: &str) -> Option<&'v Value> {
        self.entries.iter().find(|(key, _)| &*key.text == name).map(|(_, value)| *value)
    }

    /// The key of a field, to tell where something comes from.
    pub fn place(&self, name: &str) -> Place {
        self.entries.iter().find(|(key, _)| &*key.text == name).map_or(self.place, |(key, _)| key.place)
    }

    /// A field that must be there, as text.
    pub fn text(&self, name: &str) -> Result<(&'v str, Place), Mistake> {
        let value = self.get(name).ok_or_else(|| self.missing(name))?;
        text(value, name).map(|text| (text, value.place))
    }

    /// A field that must be there is not.
    pub fn missing(&self, name: &str) -> Mistake {
        self.place.mistake(format!("{} without a \"{name}\"", self.what))
    }
}

/// A scalar as text.
pub(super) fn text<'v>(value: &'v Value, name: &str) -> Result<&'v str, Mistake> {
    node::no_tag(value)?;
    let text = value::text(value).filter(|text| !text.is_empty());
    text.ok_or_else(|| value.place.mistake(format!("this is no \"{name}\"")).expected("text"))
}

/// A number of up to 64 bits. In quotes it must be a hexadecimal one.
pub(super) fn number(value: &Value) -> Result<u64, Mistake> {
    node::no_tag(value)?;
    let wrong = || value.place.mistake("this is no number").expected("a number such as 4096 or 0x1000");
    match &value.kind {
        Kind::Scalar { text, plain } if *plain || text.starts_with("0x") => {
            value::number(text).ok_or_else(|| wrong().found(value::shown(text)))
        }
        Kind::Scalar { text, .. } => {
            Err(wrong().found(format!("{} in quotes: decimal or hexadecimal?", value::shown(text))))
        }
        _ => Err(wrong()),
    }
}

/// What is in a list.
pub(super) fn list<'v>(value: &'v Value, expected: &str) -> Result<&'v Vec<Value>, Mistake> {
    node::no_tag(value)?;
    match &value.kind {
        Kind::List(list) => Ok(list),
        _ => Err(value.place.mistake("this is no list").expected(expected)),
    }
}
