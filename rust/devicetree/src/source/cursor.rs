// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Where the reader is: a position in a file, and in those that include it. Skips what is between words: space, comments,
//! line markers; and opens included files.

use super::Include;
use crate::place::Sources;
use crate::{FileId, Mistake, Place, limits};
use report::Source;

/// Words that a preprocessor would have taken away.
const DIRECTIVES: [&str; 10] =
    ["#include", "#define", "#undef", "#ifdef", "#ifndef", "#if", "#else", "#elif", "#endif", "#error"];

/// The reader's position.
pub(super) struct Cursor<'a> {
    pub sources: Sources,
    include: &'a mut Include<'a>,
    /// The files that are open; the last one is being read.
    open: Vec<Open>,
    total_bytes: usize,
    /// Where the last word ended, for what is missing behind it.
    last: Place,
}

#[derive(Clone, Copy)]
struct Open {
    file: FileId,
    at: usize,
}

/// A byte of a name of a node or a property.
pub(crate) fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b",._+*#?@-".contains(&byte)
}

/// A byte of a label.
pub(crate) fn is_label(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn is_space(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0x0b
}

impl<'a> Cursor<'a> {
    pub fn new(file_name: &str, text: &str, include: &'a mut Include<'a>) -> Cursor<'a> {
        let mut sources = Sources::default();
        let file = sources.add(Source::new(file_name, text));
        let open = vec![Open { file, at: 0 }];
        Cursor { sources, include, open, total_bytes: text.len(), last: Place::new(file, 0..0) }
    }

    fn now(&self) -> Open {
        self.open[self.open.len() - 1]
    }

    fn rest(&self) -> &str {
        let Open { file, at } = self.now();
        &self.sources.text(file)[at..]
    }

    /// The next byte; `None` at the end of the file.
    pub fn peek(&self) -> Option<u8> {
        self.rest().as_bytes().first().copied()
    }

    /// Whether `text` comes next.
    pub fn is_at(&self, text: &str) -> bool {
        self.rest().starts_with(text)
    }

    /// Takes `text` if it comes next.
    pub fn take_if(&mut self, text: &str) -> Option<Place> {
        self.is_at(text).then(|| self.take(text.len()))
    }

    /// Takes so many bytes, which the caller has seen.
    pub fn take(&mut self, len: usize) -> Place {
        let Open { file, at } = self.now();
        let top = self.open.len() - 1;
        self.open[top].at = at + len;
        self.last = Place::new(file, at..at + len);
        self.last
    }

    /// Takes the bytes that are `wanted`, maybe none.
    pub fn take_while(&mut self, wanted: impl Fn(u8) -> bool) -> Place {
        let len = self.rest().bytes().take_while(|byte| wanted(*byte)).count();
        let before = self.last;
        let place = self.take(len);
        if len == 0 {
            self.last = before;
        }
        place
    }

    /// The text of a place.
    pub fn text(&self, place: Place) -> &str {
        self.sources.text(place.file).get(place.span()).unwrap_or_default()
    }

    /// The text that comes next up to `len`, for a search in it.
    pub fn ahead(&self) -> &str {
        self.rest()
    }

    /// Something is missing or wrong at the next word, which is what was found.
    pub fn unexpected(&self, message: impl Into<String>) -> Mistake {
        let Open { file, at } = self.now();
        let rest = self.rest();
        let word = rest.bytes().take_while(|byte| is_name(*byte)).count();
        let len = if word > 0 { word } else { rest.chars().next().map_or(0, char::len_utf8) };
        let place = Place::new(file, at..at + len);
        let found = match &rest[..len] {
            "" => "the end of the file".to_string(),
            word => {
                let short: String = word.chars().take(40).collect();
                let dots = if short.len() < word.len() { "…" } else { "" };
                format!(
                    "`{}{dots}`",
                    if short.contains(char::is_control) { short.escape_debug().to_string() } else { short }
                )
            }
        };
        place.mistake(message).found(found)
    }

    /// Takes the `;` that ends a statement. If it is missing and what comes next is in another line, the mistake is told
    /// and the reader can go on there.
    pub fn semicolon(&mut self, after: &str) -> Result<Option<Mistake>, Mistake> {
        let last = self.last;
        self.space()?;
        if self.take_if(";").is_some() {
            return Ok(None);
        }
        let now = self.now();
        let between = self.sources.text(last.file).get(last.span().end..now.at).unwrap_or_default();
        if last.file == now.file && (between.contains('\n') || self.peek() == Some(b'}')) {
            let mistake = last.behind().mistake(format!("no `;` behind {after}"));
            return Ok(Some(mistake.found("here").expected("`;`")));
        }
        Err(self.unexpected(format!("no `;` behind {after}")).expected("`;`"))
    }

    /// Skips what is between words.
    pub fn space(&mut self) -> Result<(), Mistake> {
        loop {
            let last = self.last;
            let len = self.rest().bytes().take_while(|byte| is_space(*byte)).count();
            self.take(len);
            self.last = last;
            let rest = self.rest();
            if rest.starts_with("//") {
                self.skip(rest.find('\n').unwrap_or(rest.len()));
            } else if rest.starts_with("/*") {
                match rest.get(2..).and_then(|rest| rest.find("*/")) {
                    Some(len) => self.skip(len + 4),
                    None => {
                        let start = self.take(2);
                        self.skip(self.rest().len());
                        return Err(start.mistake("this comment has no end").expected("`*/`"));
                    }
                }
            } else if rest.starts_with('#') && self.at_line_start() {
                if !self.directive()? {
                    return Ok(());
                }
            } else if rest.starts_with("/include/") {
                self.include()?;
            } else if rest.is_empty() && self.open.len() > 1 {
                self.open.pop();
            } else {
                return Ok(());
            }
        }
    }

    /// Skips bytes that are no word.
    fn skip(&mut self, len: usize) {
        let top = self.open.len() - 1;
        self.open[top].at += len;
    }

    /// Skips all that is left.
    pub fn end(&mut self) {
        self.open.truncate(1);
        self.skip(self.rest().len());
    }

    fn at_line_start(&self) -> bool {
        let Open { file, at } = self.now();
        let before = &self.sources.text(file)[..at];
        before.bytes().rev().take_while(|byte| *byte != b'\n').all(is_space)
    }

    /// Takes a line of a preprocessor; false if this is none but a name such as `#address-cells`.
    fn directive(&mut self) -> Result<bool, Mistake> {
        let rest = self.rest();
        let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
        let len = line.len();
        if let Some((number, file)) = marker(line) {
            let Open { file: this, at } = self.now();
            self.skip(len);
            self.sources.mark(this, at + len + 1, file, number);
            return Ok(true);
        }
        let word = &line[..line.bytes().take_while(|byte| is_name(*byte)).count()];
        let behind = line[word.len()..].trim_start();
        if !DIRECTIVES.contains(&word) || behind.starts_with([';', '=', '{']) {
            return Ok(false);
        }
        let place = self.take(word.len());
        self.skip(len - place.span().len());
        Err(place.mistake("this line is for the C preprocessor, and there is none here").help(
            "run `cpp -nostdinc -undef -x assembler-with-cpp` on the file first, or use `/include/ \"file\"`",
        ))
    }

    /// `/include/ "file"`: goes on in that file.
    fn include(&mut self) -> Result<(), Mistake> {
        let word = self.take("/include/".len());
        let spaces = self.rest().bytes().take_while(|byte| is_space(*byte)).count();
        self.skip(spaces);
        let name_len = self.rest().strip_prefix('"').and_then(|rest| rest.find(['"', '\n']));
        let Some(len) = name_len.filter(|len| self.rest()[len + 1..].starts_with('"')) else {
            return Err(self
                .unexpected("`/include/` needs a file")
                .expected("a file name, as in `\"soc.dtsi\"`"));
        };
        let name = self.take(len + 2);
        let place = word.to(name);
        let written = self.text(name).trim_matches('"').to_string();
        let from = self.sources.get(name.file).file().to_string();
        if self.open.len() >= limits::INCLUDE_DEPTH_MAX || self.sources.len() >= limits::FILES_MAX {
            let (deep, many) = (limits::INCLUDE_DEPTH_MAX, limits::FILES_MAX);
            return Err(
                place.mistake(format!("more than {deep} files in each other, or more than {many} in all"))
            );
        }
        let (shown, text) = (self.include)(&written, &from)
            .map_err(|why| name.mistake(format!("cannot include \"{written}\": {why}")))?;
        let mut chain: Vec<&str> = self.open.iter().map(|open| self.sources.get(open.file).file()).collect();
        if let Some(first) = chain.iter().position(|file| *file == shown) {
            chain.push(&shown);
            let chain = chain[first..].join(" -> ");
            return Err(place.mistake(format!("a file includes itself: {chain}")));
        }
        self.total_bytes = self.total_bytes.saturating_add(text.len());
        if text.len() > limits::FILE_BYTES_MAX || self.total_bytes > limits::TOTAL_BYTES_MAX {
            let (file, all) = (limits::FILE_BYTES_MAX >> 20, limits::TOTAL_BYTES_MAX >> 20);
            return Err(name.mistake(format!(
                "this file is larger than {file} MiB, or all files are larger than {all} MiB"
            )));
        }
        let file = self.sources.add(Source::new(shown, text));
        self.open.push(Open { file, at: 0 });
        Ok(())
    }

    /// After a mistake: skips to behind the next `;`, or to the `}` that ends the node. What is in between may be anything.
    pub fn recover(&mut self) {
        let mut depth = 0usize;
        loop {
            // What is wrong with a skipped comment or include was told, or is of no interest any more.
            if self.space().is_err() {
                continue;
            }
            match self.peek() {
                None => return,
                Some(b'}') if depth == 0 => return,
                Some(b';') if depth == 0 => {
                    self.take(1);
                    return;
                }
                Some(b'{') => depth += 1,
                Some(b'}') => depth -= 1,
                Some(b'"') => {
                    self.take(string_len(self.rest()).unwrap_or(self.rest().len()));
                    continue;
                }
                Some(_) => {}
            }
            self.take(self.rest().chars().next().map_or(0, char::len_utf8));
        }
    }
}

/// The bytes of the string that `text` begins with, with its quotes; `None` if it has no end.
pub(super) fn string_len(text: &str) -> Option<usize> {
    let mut escaped = false;
    let end = text.bytes().skip(1).position(|byte| {
        let end = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        end
    })?;
    Some(end + 2)
}

/// The line and the file of a preprocessor's `# 12 "file" 2` or `#line 12 "file"`.
fn marker(line: &str) -> Option<(usize, String)> {
    let rest = line.strip_prefix("#line").or_else(|| line.strip_prefix('#'))?;
    let rest = rest.strip_prefix([' ', '\t'])?.trim_start();
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = rest.split_at(digits);
    let (file, flags) = rest.trim().strip_prefix('"')?.rsplit_once('"')?;
    let plain = flags.bytes().all(|byte| byte == b' ' || byte.is_ascii_digit());
    if plain { Some((number.parse().ok()?, file.to_string())) } else { None }
}
