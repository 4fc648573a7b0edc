// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What all expectations have: `within`, `never`, `count`; and ranges of numbers.

use super::super::keys;
use super::super::section::{Checked, Entry, Problems, Section};
use super::Around;
use crate::Problem;
use expect::{Count, Opens};
use vtime::{Instant, Span};

impl Around<'_, '_> {
    /// How long from when it begins to look.
    pub(super) fn read_within(
        &self,
        place: usize,
        section: &Section<'_>,
        problems: &mut Problems,
    ) -> Checked<Option<Span>> {
        let Some(entry) = section.get("within") else { return Ok(None) };
        let within = entry.time("within = \"15ms\"", problems)?;
        if within.is_zero() {
            let problem = Problem::at(entry.span(), "nothing can come in no time").found("this is zero");
            return Err(problems.report(problem.expected("a time longer than zero, such as \"15ms\"")));
        }
        let from = match self.graph.opens(place) {
            Ok(Opens::At(from)) => from.since(Instant::START),
            _ => Span::ZERO,
        };
        let Some(duration) = self.duration else { return Ok(Some(within)) };
        let most = Span::from_ns(duration.as_ns().saturating_sub(from.as_ns()));
        if within <= most {
            return Ok(Some(within));
        }
        let problem = Problem::at(entry.span(), "\"within\" is longer than the run");
        let problem = match from {
            Span::ZERO => problem.found(format!("the run lasts {duration}")),
            from => problem.found(format!("the run lasts {duration}, and this begins after {from}")),
        };
        let problem = problem.expected(format!("at most \"{most}\""));
        Err(problems.report(problem.help("lengthen \"duration\", or leave \"within\" out")))
    }
}

/// Why an expectation can be as it should be without that anything comes: then nothing can wait for it.
pub(super) fn never_met(section: &Section<'_>) -> Option<&'static str> {
    let quiet = &mut Problems::default();
    match read_count(section, quiet) {
        Ok(Count::NEVER) => Some("it must never come"),
        Ok(Count { min: 0, .. }) => Some("it need not come at all"),
        _ => None,
    }
}

/// `never = true`, `count = 3`, `count = { min = 3, max = 5 }`; without them it comes once or more often.
pub(super) fn read_count(section: &Section<'_>, problems: &mut Problems) -> Checked<Count> {
    let never = section.get("never").map(|entry| (entry.boolean("never = true", problems), entry));
    let Some(entry) = section.get("count") else {
        return match never {
            Some((never, _)) => never.map(|never| if never { Count::NEVER } else { Count::ONCE }),
            None => Ok(Count::ONCE),
        };
    };
    if let Some((_, never)) = never {
        let problem =
            Problem::at(entry.span(), format!("{} has both \"never\" and \"count\"", section.name()));
        let problem = problem.found("\"count\" too").also(never.span(), "\"never\"");
        return Err(problems.report(problem.help("remove one of the two")));
    }
    let (min, max) = read_range("count", &entry, problems)?;
    if max == 0 {
        let problem = Problem::at(entry.span(), "this must come zero times").found("this is zero");
        return Err(problems.report(problem.expected("a number above zero").help("write never = true")));
    }
    Ok(Count { min, max })
}

/// A number, or `{ min = 3, max = 5 }`, of which one may be left out.
pub(super) fn read_range(key: &str, entry: &Entry<'_>, problems: &mut Problems) -> Checked<(u64, u64)> {
    let example = format!("{key} = 5, or {key} = {{ min = 3, max = 7 }}");
    if !entry.is_table() {
        return entry.integer(0..=u64::MAX, &example, problems).map(|number| (number, number));
    }
    let section = Section::open(&format!("\"{key}\""), *entry, keys::RANGE, problems)?;
    let mut bound = |key, default| match section.get(key) {
        None => Ok(default),
        Some(entry) => entry.integer(0..=u64::MAX, &example, problems),
    };
    let (min, max) = (bound("min", 0), bound("max", u64::MAX));
    let (min, max) = (min?, max?);
    if section.get("min").is_none() && section.get("max").is_none() {
        let problem = Problem::at(entry.span(), format!("\"{key}\" says nothing")).found("it is empty");
        return Err(problems.report(problem.expected(example)));
    }
    if min > max {
        let problem = Problem::at(entry.span(), format!("no \"{key}\" is so"));
        let problem = problem.found(format!("the least is {min} and the most is {max}"));
        return Err(problems.report(problem.expected("\"min\" not above \"max\"")));
    }
    Ok((min, max))
}
