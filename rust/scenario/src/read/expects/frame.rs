// SPDX-License-Identifier: Apache-2.0 OR MIT
//! `[[expect.frame]]`: frames on any link but a CAN bus.

use super::super::bytes::refuse_beyond;
use super::super::section::{Checked, Entry, Problems, Section, Text};
use super::super::{keys, names, quote};
use super::{Around, common, dbc};
use crate::model::Link;
use crate::{Problem, limits};
use expect::{BytePattern, Capture, Captured, Contents, FramePattern, Signals, What};
use link::Medium;
use report::{nearest, one_of};

impl<'a> Around<'a, '_> {
    pub(super) fn frame(
        &self,
        place: usize,
        section: &Section<'a>,
        problems: &mut Problems,
    ) -> Checked<What> {
        let (id, link) = self.link(
            section,
            |link| match link.spec.medium() {
                Medium::Can => Err(("any link but a CAN bus", "write [[expect.can]]")),
                _ => Ok(()),
            },
            problems,
        )?;
        let longest = limits::frame_bytes_max(link.spec.medium());
        let (from, to) = (self.end("from", section, link, problems), self.to(section, link, problems));
        let outcome = self.outcome(section, link, problems);
        let length = section.get("length").map(|entry| read_length(&entry, longest, problems)).transpose();
        let parts = self.parts(place, section, longest, problems);
        let captures = self.captures(place, section, longest, None, problems);
        let contents = Contents::Bytes { length: length?, parts: parts? };
        let (from, to, outcome, captures) = (from?, to?, outcome?, captures?);
        Ok(What::Frame(FramePattern { link: id, from, to, outcome, contents, captures }))
    }

    fn to(
        &self,
        section: &Section<'a>,
        link: &Link,
        problems: &mut Problems,
    ) -> Checked<Option<expect::Port>> {
        if let Some(entry) = section.get("to").filter(|_| link.spec.medium() != Medium::Ethernet) {
            let problem = Problem::at(entry.span(), format!("on [link.{}] a frame is for all", link.name));
            let problem = problem.found(format!("the link is \"{}\"", link.description()));
            return Err(problems.report(problem.expected("\"to\" for an Ethernet link only")));
        }
        self.end("to", section, link, problems)
    }

    /// What becomes of the frame.
    pub(super) fn outcome(
        &self,
        section: &Section<'a>,
        link: &Link,
        problems: &mut Problems,
    ) -> Checked<link::What> {
        let Some(entry) = section.get("outcome") else { return Ok(link::What::Sent) };
        let Text { text, span } = entry.string("outcome = \"sent\"", problems)?;
        let known = keys::OUTCOMES.iter().position(|known| *known == text);
        let Some(place) = known else {
            let problem = Problem::at(span, format!("unknown outcome {}", quote(text)));
            let problem = problem.found("nothing else becomes of frames").expected(one_of(keys::OUTCOMES));
            return Err(problems.report(problem.nearest(nearest(text, keys::OUTCOMES.iter().copied()))));
        };
        let outcome = [link::What::Sent, link::What::Lost, link::What::Failed][place];
        if outcome != link::What::Sent && link.spec.medium() == Medium::Uart {
            let problem = Problem::at(span, "of UARTs only lines that get through are looked at");
            let problem = problem.found(format!("the link is \"{}\"", link.description()));
            return Err(problems.report(problem.expected("outcome = \"sent\"")));
        }
        Ok(outcome)
    }

    fn parts(
        &self,
        place: usize,
        section: &Section<'a>,
        longest: usize,
        problems: &mut Problems,
    ) -> Checked<Vec<(usize, BytePattern)>> {
        let Some(entry) = section.get("match") else { return Ok(Vec::new()) };
        let entries = entry.array("an array: match = [{ at = 12, bytes = \"08 00\" }]", problems)?;
        if entries.is_empty() || entries.len() > limits::MATCHES_MAX {
            let problem = Problem::at(entry.span(), "\"match\" has no entries, or too many");
            let problem = problem.found(format!("{} entries", entries.len()));
            return Err(problems.report(problem.expected(format!("1 to {}", limits::MATCHES_MAX))));
        }
        let parts: Vec<_> =
            entries.into_iter().map(|entry| self.part(place, entry, longest, problems)).collect();
        parts.into_iter().collect()
    }

    fn part(
        &self,
        place: usize,
        entry: Entry<'a>,
        longest: usize,
        problems: &mut Problems,
    ) -> Checked<(usize, BytePattern)> {
        let section = Section::open("an entry of \"match\"", entry, keys::MATCH, problems)?;
        let at = section.need("at", "at = 12", problems);
        let at = at.and_then(|entry| entry.integer(0..=longest as u64 - 1, "at = 12", problems));
        let bytes = section.need("bytes", "bytes = \"08 00\"", problems);
        let (at, bytes) = (at, bytes.and_then(|entry| self.bytes(place, &entry, false, problems)));
        let (at, bytes) = (at? as usize, bytes?);
        refuse_beyond(at, bytes.len_min(), longest, &entry, problems)?;
        Ok((at, bytes))
    }

    /// `capture = { serial = { at = 14, length = 4 } }`, and of `signals` `{ rpm = "Rpm" }`, in the order of the names.
    pub(super) fn captures(
        &self,
        place: usize,
        section: &Section<'a>,
        longest: usize,
        signals: Option<&Signals>,
        problems: &mut Problems,
    ) -> Checked<Vec<Capture>> {
        let Some(entry) = section.get("capture") else { return Ok(Vec::new()) };
        let example = "capture = { serial = { at = 14, length = 4 } }";
        let entries = entry.named(example, problems)?;
        if self.graph.name(place).is_none() {
            let problem = Problem::at(entry.span(), "nobody can use what this captures");
            let problem = problem.found(format!("{} has no \"name\"", section.name()));
            return Err(problems.report(problem.help("add name = \"boot\", and use it as {boot.serial}")));
        }
        let mut captures = Vec::new();
        for (name, (span, entry)) in entries {
            names::check("capture", name, span, problems);
            let of = match entry.is_string() {
                true => dbc::read_captured(signals, &entry, problems),
                false => read_bytes(entry, longest, problems),
            };
            captures.push(of.map(|of| Capture { name: name.to_string(), of }));
        }
        captures.into_iter().collect()
    }
}

fn read_bytes(entry: Entry<'_>, longest: usize, problems: &mut Problems) -> Checked<Captured> {
    let section = Section::open("an entry of \"capture\"", entry, keys::CAPTURE, problems)?;
    let mut number = |key, least: usize, example| {
        let entry = section.need(key, example, problems)?;
        entry.integer(least as u64..=longest as u64, example, problems)
    };
    let (at, length) = (number("at", 0, "at = 14"), number("length", 1, "length = 4"));
    let (at, length) = (at? as usize, length? as usize);
    refuse_beyond(at, length, longest, &entry, problems)?;
    Ok(Captured::Bytes { at, length })
}

fn read_length(entry: &Entry<'_>, longest: usize, problems: &mut Problems) -> Checked<(u64, u64)> {
    let (min, max) = common::read_range("length", entry, problems)?;
    if min > longest as u64 {
        let problem = Problem::at(entry.span(), "no frame of this link is so long");
        let problem = problem.found(format!("at least {min} bytes"));
        return Err(problems.report(problem.expected(format!("at most {longest}"))));
    }
    Ok((min, max))
}
