// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The parts that several faults have: which ends, which frames, which bit.

use super::super::bytes;
use super::super::section::{Checked, Entry, Problems, Section};
use super::Reading;
use crate::model::Port;
use crate::{Problem, limits};
use link::{End, Pattern, Which};
use report::one_of;
use std::fmt::Write as _;
use std::num::NonZeroU64;

impl<'a> Reading<'_, 'a> {
    /// Adds to what the head of a trace says.
    pub(super) fn say(&mut self, words: std::fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = write!(self.text, " {words}");
    }

    /// The ends of the link that `key` names; none if it is not there.
    pub(super) fn ends(&mut self, key: &'static str, problems: &mut Problems) -> Checked<Vec<End>> {
        let Some(entry) = self.section.get(key) else { return Ok(Vec::new()) };
        let example = format!("{key} = [\"NODE.PORT\"]");
        let values = entry.array(&format!("an array of ports: {example}"), problems)?;
        if values.is_empty() || values.len() > limits::ENDS_MAX {
            let problem = Problem::at(entry.span(), format!("\"{key}\" names no ends, or too many"));
            let problem = problem.found(format!("the number of ports is {}", values.len()));
            return Err(problems.report(problem.expected("some of the link's ends, or none of this key")));
        }
        let ends: Vec<_> = values.iter().map(|value| self.end(value, problems)).collect();
        let mut ends: Vec<End> = ends.into_iter().collect::<Checked<_>>()?;
        ends.sort();
        if let Some(pair) = ends.windows(2).find(|pair| pair[0] == pair[1]) {
            let name = self.names_of_ends()[usize::from(pair[0].0)].clone();
            let problem = Problem::at(entry.span(), format!("{name} is twice in \"{key}\""));
            return Err(problems.report(problem.expected("each end once")));
        }
        let names = self.names_of_ends();
        let named: Vec<&str> = ends.iter().map(|end| &*names[usize::from(end.0)]).collect();
        let word = if key == "to" { "to" } else { "of" };
        self.say(format_args!("{word} {}", named.join(" ")));
        Ok(ends)
    }

    fn end(&self, value: &Entry<'a>, problems: &mut Problems) -> Checked<End> {
        let port = self.names.port(value, problems)?.port?;
        if let Some(place) = self.link.ends.iter().position(|end| *end == port) {
            return Ok(End(place as u16));
        }
        let (name, names) = (self.names.name_of(port), self.names_of_ends());
        let names: Vec<&str> = names.iter().map(|name| &**name).collect();
        let problem = Problem::at(value.span(), format!("this is no end of [link.{}]", self.link.name));
        Err(problems.report(problem.found(super::quote(&name)).expected(one_of(&names))))
    }

    /// The link's ends as the file has them.
    fn names_of_ends(&self) -> Vec<String> {
        let name = |port: &Port| self.names.name_of(*port);
        self.link.ends.iter().map(name).collect()
    }

    /// Which of the frames that it looks for.
    pub(super) fn which(&mut self, problems: &mut Problems) -> Checked<Which> {
        match (self.section.get("nth"), self.section.get("one_in")) {
            (None, None) => Ok(Which::Every),
            (Some(entry), None) => {
                let nth = number(&entry, "nth = 3", problems)?;
                self.say(format_args!("number {nth}"));
                Ok(Which::Nth(nth))
            }
            (None, Some(_)) => self.one_in(problems).map(Which::OneIn),
            (Some(nth), Some(one_in)) => {
                let problem = Problem::at(one_in.span(), "[[fault]] has both \"nth\" and \"one_in\"");
                let problem = problem.found("\"one_in\" too").also(nth.span(), "\"nth\"");
                Err(problems.report(problem.expected("at most one of the two").help("remove one of them")))
            }
        }
    }

    /// One in so many, by chance.
    pub(super) fn one_in(&mut self, problems: &mut Problems) -> Checked<NonZeroU64> {
        const EXAMPLE: &str = "one_in = 100";
        let one_in = number(&self.section.need("one_in", EXAMPLE, problems)?, EXAMPLE, problems)?;
        self.say(format_args!("one in {one_in}"));
        Ok(one_in)
    }

    /// What the frames have in them.
    pub(super) fn matching(&mut self) -> Vec<Pattern> {
        let patterns = std::mem::take(&mut self.matching);
        for pattern in &patterns {
            self.say(format_args!("with {}:", pattern.at));
            pattern.bytes.iter().for_each(|byte| self.say(format_args!("{byte:02x}")));
        }
        patterns
    }

    /// Which bit of the frame; the link's longest one has `bits`.
    pub(super) fn bit(&mut self, bits: u64, problems: &mut Problems) -> Checked<u64> {
        const EXAMPLE: &str = "bit = 10";
        let entry = self.section.need("bit", EXAMPLE, problems)?;
        let bit = entry.integer(0..=u64::MAX, EXAMPLE, problems)?;
        if bit >= bits {
            let problem = Problem::at(entry.span(), "no frame of this link has such a bit");
            let problem = problem.found(format!("bit {bit}, counted from 0"));
            return Err(problems.report(problem.expected(format!("0 to {}", bits - 1))));
        }
        self.say(format_args!("bit {bit}"));
        Ok(bit)
    }
}

/// A number from 1 on.
fn number(entry: &Entry<'_>, example: &str, problems: &mut Problems) -> Checked<NonZeroU64> {
    let number = entry.integer(1..=u64::MAX, example, problems)?;
    Ok(NonZeroU64::new(number).unwrap_or(NonZeroU64::MIN))
}

/// `match`, whatever the fault does; each pattern with its entry.
pub(super) fn read_match<'a>(
    section: &Section<'a>,
    problems: &mut Problems,
) -> Checked<Vec<(Entry<'a>, Pattern)>> {
    const EXAMPLE: &str = "match = [{ at = 12, bytes = \"08 00\" }]";
    let Some(entry) = section.get("match") else { return Ok(Vec::new()) };
    let values = entry.array(&format!("an array of tables: {EXAMPLE}"), problems)?;
    if values.is_empty() || values.len() > limits::MATCHES_MAX {
        let problem = Problem::at(entry.span(), "\"match\" looks for nothing, or for too much");
        let problem = problem.found(format!("{} places", values.len()));
        return Err(problems.report(problem.expected(format!("1 to {}", limits::MATCHES_MAX))));
    }
    let patterns: Vec<_> = values.into_iter().map(|value| Ok((value, pattern(value, problems)?))).collect();
    patterns.into_iter().collect()
}

fn pattern(entry: Entry<'_>, problems: &mut Problems) -> Checked<Pattern> {
    let section = Section::open("\"match\"", entry, super::keys::MATCH, problems)?;
    let at = section.need("at", "at = 12", problems);
    let at = at.and_then(|entry| entry.integer(0..=limits::MATCH_AT_MAX, "at = 12", problems));
    let bytes = section.need("bytes", "bytes = \"08 00\"", problems);
    let bytes = bytes.and_then(|entry| bytes::read(&entry, limits::MATCH_BYTES_MAX, problems));
    Ok(Pattern { at: at? as usize, bytes: bytes? })
}
