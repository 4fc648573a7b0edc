// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Reading the entries of a trace.

use super::cursor::{Cursor, Lines, number};
use super::{ParseError, Problem};
use crate::entry::{ENDED, Entry, FRAME_WORDS, POWERS, SENT, What};
use crate::escape::unescape;
use crate::header::{Header, is_port};
use crate::ports::{CONSOLE, OUTSIDE};
use sim::Power;
use std::collections::BTreeMap;
use std::sync::Arc;
use vtime::Span;

/// The names of ports that were seen, each kept once.
struct Names<'h, 'a> {
    header: &'h Header,
    seen: BTreeMap<&'a str, Arc<str>>,
}

/// Reads up to and with the second `---`.
pub(super) fn entries(lines: &mut Lines<'_>, header: &Header) -> Result<Vec<Entry>, ParseError> {
    let mut names = Names { header, seen: BTreeMap::new() };
    let mut entries: Vec<Entry> = Vec::new();
    loop {
        let mut line = lines.next("an entry or \"---\"")?;
        if line.take("---") {
            line.end()?;
            return Ok(entries);
        }
        let entry = entry(&mut line, &mut names)?;
        if let Some(above) = entries.last().map(|above| above.at).filter(|above| *above > entry.at) {
            return Err(line.error(Problem::Order { above }));
        }
        entries.push(entry);
    }
}

fn entry<'a>(line: &mut Cursor<'a>, names: &mut Names<'_, 'a>) -> Result<Entry, ParseError> {
    line.spaces();
    let at = line.instant()?;
    line.spaces();
    if let Some(port) = names.node(line) {
        line.spaces();
        let power = power(line)?;
        line.end()?;
        return Ok(Entry { at, port, what: What::Power(power) });
    }
    // A port has a dot in its name, so this word is none.
    let from_outside = line.rest().strip_prefix(OUTSIDE).is_some_and(|rest| rest.starts_with(' '));
    let port = if from_outside { Arc::from(OUTSIDE) } else { names.receiver(line)? };
    if from_outside {
        line.skip(OUTSIDE.len());
    }
    line.spaces();
    let what = if let Some(frame) = frame(line, names)? {
        frame
    } else if !from_outside && line.take("held") {
        What::Held
    } else if !from_outside && line.take("lost ") {
        line.spaces();
        let (lasts, bytes) = bytes(line)?;
        What::Lost { lasts, bytes }
    } else if !from_outside && line.take("garbled ") {
        line.spaces();
        let (lasts, bytes) = bytes(line)?;
        What::Garbled { lasts, bytes }
    } else if line.take("> ") {
        sent(line, names, from_outside)?
    } else {
        return Err(line.found(if from_outside {
            "\">\""
        } else {
            "\">\", \"held\", \"lost\" or \"garbled\""
        }));
    };
    line.end()?;
    Ok(Entry { at, port, what })
}

/// A frame, if that is what stands here: its text is no quoted one.
fn frame<'a>(line: &mut Cursor<'a>, names: &mut Names<'_, 'a>) -> Result<Option<What>, ParseError> {
    if !line.rest().split_once("ns  ").is_some_and(|(_, text)| text.starts_with(is_frame)) {
        return Ok(None);
    }
    let (to, word) = if line.take("> ") {
        (Some(names.receiver(line)?), SENT)
    } else {
        let word = FRAME_WORDS.iter().find(|word| line.take(word));
        let word = word.ok_or_else(|| line.found("\">\", \"lost\", \"failed\" or \"struck\""))?;
        (None, *word)
    };
    line.spaces();
    let lasts = lasts(line)?;
    line.spaces();
    let text = line.rest();
    line.skip(text.len());
    Ok(Some(What::Frame { to, word, lasts, text: text.into() }))
}

/// How the text of a frame begins.
fn is_frame(first: char) -> bool {
    first.is_ascii_lowercase()
}

fn power(line: &mut Cursor<'_>) -> Result<Power, ParseError> {
    if line.take(ENDED) {
        let code = line.value("a code, such as 0", |word| u32::try_from(number(word)?).ok())?;
        return Ok(Power::Ended(code));
    }
    let power = POWERS.iter().find(|(_, text)| line.take(text)).map(|(power, _)| *power);
    power.ok_or_else(|| {
        line.found("\"power on\", \"power off\", \"reset pin\", \"reset firmware\" or \"ended CODE\"")
    })
}

fn sent<'a>(
    line: &mut Cursor<'a>,
    names: &mut Names<'_, 'a>,
    from_outside: bool,
) -> Result<What, ParseError> {
    let is_console =
        !from_outside && line.rest().strip_prefix(CONSOLE).is_some_and(|rest| rest.starts_with(' '));
    let to = if is_console { None } else { Some(names.receiver(line)?) };
    if is_console {
        line.skip(CONSOLE.len());
    }
    line.spaces();
    let (lasts, bytes) = bytes(line)?;
    Ok(What::Sent { to, lasts, bytes })
}

/// Reads bytes and how long they lasted.
fn bytes(line: &mut Cursor<'_>) -> Result<(Span, Box<[u8]>), ParseError> {
    let lasts = lasts(line)?;
    line.spaces();
    line.literal("\"")?;
    let (bytes, length) = unescape(line.rest()).map_err(|bad| {
        line.skip(bad.at);
        line.found(bad.expected)
    })?;
    line.skip(length);
    Ok((lasts, bytes.into()))
}

fn lasts(line: &mut Cursor<'_>) -> Result<Span, ParseError> {
    line.value("how long it lasts, such as +607644ns", |word| {
        let ns = number(word.strip_prefix('+')?.strip_suffix("ns")?)?;
        (ns <= Span::MAX.as_ns()).then(|| Span::from_ns(ns))
    })
}

impl<'a> Names<'_, 'a> {
    /// The name of a node, if that is what stands here.
    fn node(&mut self, line: &mut Cursor<'a>) -> Option<Arc<str>> {
        let name = line.rest().split(' ').next().unwrap_or_default();
        if !self.header.nodes.iter().any(|node| node.name == name) {
            return None;
        }
        line.skip(name.len());
        Some(Arc::clone(self.seen.entry(name).or_insert_with(|| Arc::from(name))))
    }

    /// The name of a link that its ends share, or of a port.
    fn receiver(&mut self, line: &mut Cursor<'a>) -> Result<Arc<str>, ParseError> {
        let name = line.rest().split(' ').next().unwrap_or_default();
        if !self.header.links.iter().any(|link| link.is_shared() && link.name == name) {
            return self.port(line);
        }
        line.skip(name.len());
        Ok(Arc::clone(self.seen.entry(name).or_insert_with(|| Arc::from(name))))
    }

    fn port(&mut self, line: &mut Cursor<'a>) -> Result<Arc<str>, ParseError> {
        const EXPECTED: &str = "NODE.PORT of a node in the header";
        let at = line.at();
        let name = line.word(EXPECTED)?;
        if let Some(seen) = self.seen.get(name) {
            return Ok(Arc::clone(seen));
        }
        if !is_port(&self.header.nodes, name) {
            return Err(line.found_from(at, EXPECTED));
        }
        let new: Arc<str> = Arc::from(name);
        self.seen.insert(name, Arc::clone(&new));
        Ok(new)
    }
}
