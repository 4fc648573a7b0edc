// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Places in the texts of a tree, and mistakes at them.

use crate::limits;
use report::{Diagnostic, Errors, Problem, Source};
use std::ops::Range;

/// One of the files that a tree was read from: the first one, or one that was included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileId(pub(crate) u32);

/// Bytes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// The first byte. A file is far smaller than 4 GiB.
    start: u32,
    /// The byte after the last one.
    end: u32,
}

/// Something wrong in a tree: where it is, what was found there, what was expected, how to fix it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", text.message)]
pub struct Mistake {
    place: Place,
    text: Box<MistakeText>,
}

/// What there is to say about a mistake.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct MistakeText {
    message: String,
    found: Option<String>,
    expected: Option<String>,
    help: Option<String>,
    also: Option<(Place, String)>,
}

/// The texts that a tree was read from, in the order in which they were opened.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sources {
    list: Vec<Source>,
    /// Line markers of a preprocessor, in the order of the file.
    markers: Vec<Vec<Marker>>,
}

/// "What follows is from there", left behind by a preprocessor.
#[derive(Clone, Debug)]
struct Marker {
    /// The first byte of the line after the marker.
    start: usize,
    file: String,
    line: usize,
}

impl Place {
    pub(crate) fn new(file: FileId, span: Range<usize>) -> Place {
        Place { file, start: span.start as u32, end: span.end as u32 }
    }

    /// For what is not written anywhere.
    pub(crate) fn nowhere() -> Place {
        Place::new(FileId(0), 0..0)
    }

    /// The bytes.
    pub fn span(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// From here to the end of `last`; only this place if that is in another file.
    pub(crate) fn to(self, last: Place) -> Place {
        if last.file == self.file && last.end >= self.end { Place { end: last.end, ..self } } else { self }
    }

    /// The empty place behind this one.
    pub(crate) fn behind(self) -> Place {
        Place { start: self.end, ..self }
    }

    /// Something is wrong here.
    pub fn mistake(self, message: impl Into<String>) -> Mistake {
        let text = MistakeText { message: message.into(), ..MistakeText::default() };
        Mistake { place: self, text: Box::new(text) }
    }
}

impl Mistake {
    /// The bytes of the lines that show it.
    fn shown_bytes(&self, text: &str) -> usize {
        let also = self.text.also.iter().map(|(place, _)| place).filter(|also| also.file == self.place.file);
        let (mut start, mut end) = (self.place.start, self.place.end);
        also.for_each(|also| (start, end) = (start.min(also.start), end.max(also.end)));
        let before = text.get(..start as usize).and_then(|text| text.rfind('\n')).unwrap_or(0);
        let rest = text.get(end as usize..).unwrap_or_default();
        end as usize + rest.find('\n').unwrap_or(rest.len()) - before
    }

    /// Where it is.
    pub fn place(&self) -> Place {
        self.place
    }

    /// What was found there.
    pub fn found(mut self, found: impl Into<String>) -> Mistake {
        self.text.found = Some(found.into());
        self
    }

    /// What would have been right.
    pub fn expected(mut self, expected: impl Into<String>) -> Mistake {
        self.text.expected = Some(expected.into());
        self
    }

    /// How to fix it.
    pub fn help(mut self, help: impl Into<String>) -> Mistake {
        self.text.help = Some(help.into());
        self
    }

    /// "did you mean", when something is near.
    pub fn nearest(self, name: Option<&str>) -> Mistake {
        match name {
            Some(name) => self.help(format!("did you mean \"{name}\"?")),
            None => self,
        }
    }

    /// Another place that has to do with it.
    pub fn also(mut self, place: Place, text: impl Into<String>) -> Mistake {
        self.text.also = Some((place, text.into()));
        self
    }
}

impl Sources {
    /// The next file.
    pub fn add(&mut self, source: Source) -> FileId {
        self.list.push(source);
        self.markers.push(Vec::new());
        FileId((self.list.len() - 1) as u32)
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// A file.
    pub fn get(&self, file: FileId) -> &Source {
        &self.list[file.0 as usize]
    }

    /// The text of a file.
    pub fn text(&self, file: FileId) -> &str {
        self.get(file).text()
    }

    /// The bytes from `start` on are line `line` of the file `name`.
    pub fn mark(&mut self, file: FileId, start: usize, name: String, line: usize) {
        self.markers[file.0 as usize].push(Marker { start, file: name, line });
    }

    /// The file and the line of a place as the author knows them.
    fn author_line(&self, place: Place) -> Option<(&str, usize)> {
        let markers = &self.markers[place.file.0 as usize];
        let after = markers.partition_point(|marker| marker.start <= place.start as usize);
        let marker = &markers[after.checked_sub(1)?];
        let between = self.text(place.file).get(marker.start..place.start as usize).unwrap_or_default();
        Some((&marker.file, marker.line.saturating_add(between.matches('\n').count())))
    }

    /// `file:line:column`, for a place that is told in the text of a message.
    fn show(&self, place: Place) -> String {
        if let Some((file, line)) = self.author_line(place) {
            return format!("{file}:{line}");
        }
        let source = self.get(place.file);
        let at = source.place(place.span());
        format!("{}:{}:{}", source.file(), at.line, at.column)
    }

    fn diagnose(&self, mistake: Mistake) -> Diagnostic {
        let Mistake { place, text } = mistake;
        let MistakeText { mut message, found, expected, mut help, also } = *text;
        if let Some((file, line)) = self.author_line(place) {
            message = format!("{message} ({file}:{line})");
        }
        let mut problem = Problem::at(place.span(), message);
        match also {
            Some((also, text)) if also.file == place.file => problem = problem.also(also.span(), text),
            Some((also, text)) => {
                let there = format!("{text}: {}", self.show(also));
                help = Some(help.map_or(there.clone(), |help| format!("{help}; {there}")));
            }
            None => {}
        }
        problem = found.into_iter().fold(problem, Problem::found);
        problem = expected.into_iter().fold(problem, Problem::expected);
        problem = help.into_iter().fold(problem, Problem::help);
        self.get(place.file).diagnose(problem)
    }

    /// The mistakes as errors, if there are any.
    pub fn errors(&self, mut mistakes: Vec<Mistake>) -> Result<(), Errors> {
        mistakes.pop().map_or(Ok(()), |last| Err(self.of(last, mistakes)))
    }

    /// All mistakes of the first file that has any, in its order; `last` so that there is one.
    pub fn of(&self, last: Mistake, mut mistakes: Vec<Mistake>) -> Errors {
        mistakes.push(last);
        mistakes.sort_by_key(|mistake| mistake.place);
        let file = mistakes[0].place.file;
        let source = self.get(file);
        let mut shown = 0;
        let list =
            mistakes.into_iter().filter(|mistake| mistake.place.file == file).take(limits::MISTAKES_MAX);
        let list = list.take_while(|mistake| {
            let first = shown == 0;
            shown += mistake.shown_bytes(source.text());
            first || shown <= limits::SHOWN_BYTES_MAX
        });
        Errors::from_list(source.clone(), list.map(|mistake| self.diagnose(mistake)).collect())
    }
}

/// A file that cannot be read as a whole.
pub(crate) fn whole_file(file: &str, message: impl Into<String>) -> Errors {
    let message = message.into();
    let file = file.to_string();
    let source = Source::new(&file, "");
    let one = Diagnostic { message, file, place: None, found: None, also: None, expected: None, help: None };
    Errors::from_list(source, vec![one])
}

/// A text that is not even looked at.
pub(crate) fn too_large(file: &str) -> Errors {
    whole_file(file, format!("the device tree is larger than {} MiB", limits::FILE_BYTES_MAX >> 20))
}
