// SPDX-License-Identifier: Apache-2.0 OR MIT
//! When an input is sent.

use super::{Around, refuse_keys};
use crate::model::{Port, When};
use crate::read::inputs;
use crate::read::section::{Checked, Entry, Problems, Section};
use crate::{Problem, limits};
use std::ops::Range;
use vtime::Span;

/// When frames are sent.
pub(super) struct Times {
    pub(super) begins: When,
    /// The console whose text is waited for.
    pub(super) port: Option<Port>,
    pub(super) every: Span,
    pub(super) rounds: u64,
    pub(super) until: Option<Span>,
    /// Where the file says what, for messages.
    at_span: Range<usize>,
    every_span: Option<Range<usize>>,
    /// It is known that there is an end to it.
    is_bounded: bool,
}

impl<'a> Around<'a, '_> {
    pub(super) fn when(&self, section: &Section<'a>, problems: &mut Problems) -> Checked<Times> {
        let begins = self.begins(section, problems);
        let every = section.get("every");
        let span = every.map(|every| read_every(&every, problems)).transpose();
        let times = match (&every, section.get("times")) {
            (None, Some(_)) => refuse_keys(section, &["times"], "\"every\"", problems).map(|()| None),
            (_, Some(entry)) => entry.integer(1..=limits::INPUT_TIMES_MAX, "times = 10", problems).map(Some),
            (_, None) => Ok(None),
        };
        let until = section.get("until").map(|entry| entry.time("until = \"100ms\"", problems)).transpose();
        let (begins, port, at_span) = begins?;
        let (span, times, until) = (span?, times?, until?);
        Ok(Times {
            begins,
            port,
            every: span.unwrap_or(Span::ZERO),
            rounds: times.unwrap_or(if every.is_some() { u64::MAX } else { 1 }),
            until,
            at_span,
            every_span: every.map(|every| every.span()),
            is_bounded: until.is_none() && (every.is_none() || times.is_some()),
        })
    }

    fn begins(
        &self,
        section: &Section<'a>,
        problems: &mut Problems,
    ) -> Checked<(When, Option<Port>, Range<usize>)> {
        let is_file = ["log", "pcapng"].into_iter().any(|key| section.get(key).is_some());
        if is_file && section.get("at").is_none() && section.get("after").is_none() {
            refuse_keys(section, &["port", "wait"], "\"after\"", problems)?;
            return Ok((When::At(Span::ZERO), None, section.span()));
        }
        let begins = inputs::read_when(section, self.duration, problems)?;
        let span = ["at", "after"]
            .into_iter()
            .find_map(|key| section.get(key))
            .map_or(section.span(), |entry| entry.span());
        match begins {
            When::At(_) => {
                refuse_keys(section, &["port"], "\"after\"", problems)?;
                Ok((begins, None, span))
            }
            When::After { .. } => Ok((begins, Some(self.console(section, problems)?), span)),
        }
    }
}

fn read_every(entry: &Entry<'_>, problems: &mut Problems) -> Checked<Span> {
    let every = entry.time("every = \"20ms\"", problems)?;
    if every.is_zero() {
        let problem =
            Problem::at(entry.span(), "frames cannot be sent at one time for ever").found("no time at all");
        return Err(problems.report(problem.expected("a time longer than zero, such as \"20ms\"")));
    }
    Ok(every)
}

impl Times {
    /// Whether so many frames have room in these times.
    pub(super) fn check(
        &self,
        section: &Section<'_>,
        frames: &super::Frames,
        duration: Option<Span>,
        problems: &mut Problems,
    ) -> Checked<()> {
        let last = frames.last().map_or(Span::ZERO, |(after, _)| *after);
        if let Some(span) = &self.every_span
            && last >= self.every
        {
            let problem = Problem::at(span.clone(), "the frames take longer than that");
            let problem = problem.found(format!("the last one comes {last} after the first"));
            return Err(problems.report(problem.expected(format!("a time longer than \"{last}\""))));
        }
        let (When::At(at), Some(duration)) = (&self.begins, duration) else { return Ok(()) };
        if let Some(until) = self.until.filter(|until| until <= at) {
            let problem = Problem::at(
                section.get("until").map_or(section.span(), |until| until.span()),
                "nothing is sent until then",
            );
            let problem = problem.found(format!("the first frame comes at {at}, and \"until\" is {until}"));
            return Err(problems.report(problem.expected("a later time")));
        }
        if !self.is_bounded {
            return Ok(());
        }
        let begun = at.as_ns().saturating_add(self.every.as_ns().saturating_mul(self.rounds - 1));
        let ends = Span::from_ns(begun.saturating_add(last.as_ns()));
        if ends < duration {
            return Ok(());
        }
        let whole = |after: &Span| Span::from_ns(begun.saturating_add(after.as_ns())) >= duration;
        let late = frames.iter().filter(|(after, _)| whole(after)).count();
        let problem = Problem::at(self.at_span.clone(), "frames would be sent after the run's end");
        let of_all = if self.rounds == 1 {
            format!("{late} of {} frames", frames.len())
        } else {
            "the last round".to_string()
        };
        let problem = problem.found(format!("{of_all}, the last one at {ends}; the run lasts {duration}"));
        let problem = problem.expected("a longer run, or \"until\", to leave out what comes later");
        Err(problems.report(problem.help(format!("add until = \"{duration}\""))))
    }
}
