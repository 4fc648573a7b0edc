// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Nodes: a key with a map is a node, any other a property.

use super::text::{Key, Kind, Value};
use super::value;
use crate::draft::Draft;
use crate::{Mistake, Place, limits, source};

/// The labels before a name, and the name: `a:b:uart@40004000`.
pub(super) struct Name<'k> {
    pub labels: Vec<&'k str>,
    pub name: &'k str,
}

/// Reads nodes into a draft.
pub(super) struct Nodes<'d> {
    pub draft: &'d mut Draft,
    pub mistakes: &'d mut Vec<Mistake>,
}

impl Nodes<'_> {
    pub fn full(&self) -> bool {
        self.mistakes.len() >= limits::MISTAKES_MAX
    }

    /// Keeps the mistake, if it is one.
    pub fn keep<T>(&mut self, done: Result<T, Mistake>) -> Option<T> {
        done.map_err(|mistake| self.mistakes.push(mistake)).ok()
    }

    /// What is in `node`, which has a number of its own for this map.
    pub fn entries(&mut self, node: usize, entries: &[(Key, Value)]) {
        let body = self.draft.body(node);
        for (key, value) in entries {
            if self.full() {
                return;
            }
            let done = match &value.kind {
                Kind::Map(inner) => self.child(node, key, value, inner, body),
                _ => self.property(node, key, value, body),
            };
            self.keep(done);
        }
    }

    fn child(
        &mut self,
        node: usize,
        key: &Key,
        value: &Value,
        inner: &[(Key, Value)],
        body: u32,
    ) -> Result<(), Mistake> {
        no_tag(value)?;
        let Name { labels, name } = Name::of(key)?;
        // For a node that is called as a property beside it.
        let name = name.strip_suffix('/').unwrap_or(name);
        check_node(name, key.place)?;
        let id = self.draft.child(node, name, key.place, body)?;
        labels.iter().for_each(|label| self.draft.label(Some(id), label, key.place));
        self.entries(id, inner);
        Ok(())
    }

    /// One property.
    pub fn property(&mut self, node: usize, key: &Key, value: &Value, body: u32) -> Result<(), Mistake> {
        let name = &*key.text;
        if name.contains('@') {
            let mistake =
                key.place.mistake("this is no name of a property").found("an `@`, as in the name of a node");
            return Err(mistake.expected("properties and nodes in it, or `{}`"));
        }
        check_name(name, key.place)?;
        self.draft.set(node, name, key.place, value::property(value, key.place)?, body)
    }
}

impl Name<'_> {
    pub fn of(key: &Key) -> Result<Name<'_>, Mistake> {
        let mut labels: Vec<&str> = key.text.split(':').collect();
        // There is one at least.
        let name = labels.pop().unwrap_or_default();
        labels.iter().try_for_each(|label| check_label(label, key.place))?;
        Ok(Name { labels, name })
    }
}

pub(super) fn check_label(label: &str, place: Place) -> Result<(), Mistake> {
    let right = label.bytes().all(source::is_label) && label.starts_with(|c: char| !c.is_ascii_digit());
    match right {
        true => short(label, place, "label"),
        false => Err(place
            .mistake(format!("{} is no label", value::shown(label)))
            .expected("letters, digits and `_`, a letter first")),
    }
}

pub(super) fn check_node(name: &str, place: Place) -> Result<(), Mistake> {
    if name.matches('@').count() > 1 || name.starts_with('@') {
        return Err(place.mistake("this is no name of a node").expected("a name, as in uart@40004000"));
    }
    check_name(name, place)
}

fn check_name(name: &str, place: Place) -> Result<(), Mistake> {
    if name.is_empty() || !name.bytes().all(source::is_name) {
        let mistake = place.mistake(format!("{} is no name of a property or node", value::shown(name)));
        return Err(mistake.expected("letters, digits, `,`, `.`, `_`, `+`, `*`, `#`, `?` and `-`"));
    }
    short(name, place, "property or node")
}

fn short(name: &str, place: Place, of: &str) -> Result<(), Mistake> {
    match name.len() <= limits::NAME_BYTES_MAX {
        true => Ok(()),
        false => {
            Err(place.mistake(format!("the name of a {of} has more than {} bytes", limits::NAME_BYTES_MAX)))
        }
    }
}

/// For what no tag says anything about.
pub(super) fn no_tag(value: &Value) -> Result<(), Mistake> {
    match &value.tag {
        None => Ok(()),
        Some(tag) => Err(value.place.mistake(format!("the tag {} means nothing here", value::shown(tag)))),
    }
}
