// SPDX-License-Identifier: Apache-2.0 OR MIT
//! From text to values with places. What YAML has beyond plain values is refused: anchors, merged keys, several documents.

use crate::place::FileId;
use crate::{Mistake, Place, limits};
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span, Tag};
use std::collections::BTreeMap;

/// Values in each other: as nodes, and some lists and keys around them.
const DEPTH_MAX: usize = limits::DEPTH_MAX + 16;

/// A value of the text.
pub(super) struct Value {
    pub place: Place,
    /// What is behind its `!`, and where; of another kind, all of it.
    pub tag: Option<Box<str>>,
    pub kind: Kind,
}

pub(super) enum Kind {
    Scalar {
        text: Box<str>,
        /// Without quotes: it may be a number.
        plain: bool,
    },
    List(Vec<Value>),
    Map(Vec<(Key, Value)>),
}

/// A key: always text.
pub(super) struct Key {
    pub text: Box<str>,
    pub place: Place,
}

/// A list or a map that has no end yet.
struct Open {
    place: Place,
    tag: Option<Box<str>>,
    items: Items,
}

enum Items {
    List(Vec<Value>),
    Map { entries: Vec<(Key, Value)>, key: Option<Key>, seen: BTreeMap<Box<str>, Place> },
}

/// The byte at which each character begins; nothing, if each is one byte.
struct Bytes<'t> {
    file: FileId,
    text: &'t str,
    starts: Vec<u32>,
}

impl Bytes<'_> {
    fn at(&self, marker: Marker) -> usize {
        match self.starts.is_empty() {
            true => marker.index().min(self.text.len()),
            false => self.starts.get(marker.index()).map_or(self.text.len(), |start| *start as usize),
        }
    }

    /// Without the space behind it, which belongs to some values.
    fn place(&self, span: Span) -> Place {
        let (start, end) = (self.at(span.start), self.at(span.end));
        let text = self.text.get(start..end).unwrap_or_default();
        Place::new(self.file, start..start + text.trim_end().len())
    }
}

/// The value of a text; keys that are twice in one map are among the mistakes.
pub(super) fn parse(file: FileId, text: &str, mistakes: &mut Vec<Mistake>) -> Result<Value, Mistake> {
    let starts = match text.is_ascii() {
        true => Vec::new(),
        false => text.char_indices().map(|(at, _)| at as u32).collect(),
    };
    let bytes = Bytes { file, text, starts };
    let mut open: Vec<Open> = Vec::new();
    let mut whole: Option<Value> = None;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let at = bytes.at(*error.marker());
            Place::new(file, at..at).mistake("this is no YAML").found(error.info().to_string())
        })?;
        let place = bytes.place(span);
        let done = match event {
            Event::StreamStart | Event::StreamEnd | Event::DocumentEnd | Event::Nothing => continue,
            Event::DocumentStart(_) if whole.is_some() => {
                return Err(place.mistake("a second document in one file").help("a file has one board"));
            }
            Event::DocumentStart(_) => continue,
            Event::Alias(_) => return Err(anchor(place)),
            Event::Scalar(_, _, anchored, _)
            | Event::SequenceStart(anchored, _)
            | Event::MappingStart(anchored, _)
                if anchored != 0 =>
            {
                return Err(anchor(place));
            }
            Event::Scalar(text, style, _, tag) => {
                let plain = style == ScalarStyle::Plain;
                Value { place, tag: tag_text(tag), kind: Kind::Scalar { text: text.into(), plain } }
            }
            Event::SequenceStart(_, tag) => {
                begin(&mut open, place, tag_text(tag), Items::List(Vec::new()))?;
                continue;
            }
            Event::MappingStart(_, tag) => {
                let items = Items::Map { entries: Vec::new(), key: None, seen: BTreeMap::new() };
                begin(&mut open, place, tag_text(tag), items)?;
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(Open { place, tag, items }) = open.pop() else { continue };
                match items {
                    Items::List(list) => {
                        let place = list.last().map_or(place, |last| place.to(last.place));
                        Value { place, tag, kind: Kind::List(list) }
                    }
                    Items::Map { entries, .. } => Value { place, tag, kind: Kind::Map(entries) },
                }
            }
        };
        match open.last_mut() {
            None => whole = Some(done),
            Some(around) => around.add(done, mistakes)?,
        }
    }
    whole.ok_or_else(|| Place::new(file, 0..0).mistake("there is nothing in this file"))
}

fn begin(open: &mut Vec<Open>, place: Place, tag: Option<Box<str>>, items: Items) -> Result<(), Mistake> {
    if open.len() >= DEPTH_MAX {
        return Err(place.mistake(format!("more than {DEPTH_MAX} lists and maps in each other")));
    }
    open.push(Open { place, tag, items });
    Ok(())
}

fn tag_text(tag: Option<std::borrow::Cow<'_, Tag>>) -> Option<Box<str>> {
    tag.map(|tag| match tag.handle == "!" {
        true => tag.suffix.as_str().into(),
        false => tag.to_string().into(),
    })
}

fn anchor(place: Place) -> Mistake {
    place.mistake("anchors and aliases of YAML are not supported").help(
        "a node is referred to by its label: `!ref label`; text that begins with `&` or `*` needs quotes",
    )
}

impl Open {
    fn add(&mut self, value: Value, mistakes: &mut Vec<Mistake>) -> Result<(), Mistake> {
        let (entries, key, seen) = match &mut self.items {
            Items::List(list) => {
                list.push(value);
                return Ok(());
            }
            Items::Map { entries, key, seen } => (entries, key, seen),
        };
        if let Some(key) = key.take() {
            entries.push((key, value));
            return Ok(());
        }
        let Value { place, tag: None, kind: Kind::Scalar { text, .. } } = value else {
            return Err(value.place.mistake("this key is no plain text"));
        };
        if &*text == "<<" {
            return Err(place
                .mistake("merged keys of YAML are not supported")
                .help("write the values again"));
        }
        match seen.get(&text) {
            Some(first) if mistakes.len() < limits::MISTAKES_MAX => {
                let mistake =
                    place.mistake(format!("the key \"{}\" is twice in one map", text.escape_debug()));
                mistakes.push(mistake.found("again").also(*first, "first here"));
            }
            _ => drop(seen.insert(text.clone(), place)),
        }
        *key = Some(Key { text, place });
        Ok(())
    }
}
