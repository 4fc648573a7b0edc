// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Messages and signals of CAN by their names: `dbc`, `message` and `signals` of `[[expect.can]]`.

use super::super::databases::TOLD_MAX;
use super::super::section::{Checked, Entry, Problems, Section};
use super::super::{keys, quote};
use super::Around;
use crate::Problem;
use ::dbc::{Decimal, Message, Signal};
use expect::{Captured, Signals, Wanted};
use report::one_of;

impl<'a> Around<'a, '_> {
    /// What signals are to say, if the frame is a message of a database.
    pub(super) fn signals(&self, section: &Section<'a>, problems: &mut Problems) -> Checked<Option<Signals>> {
        let Some(file) = section.get("dbc") else {
            let orphan = ["message", "signals"].into_iter().find_map(|key| section.get(key));
            return orphan.map_or(Ok(None), |entry| {
                let problem = Problem::at(entry.span(), format!("\"{}\" is of a database", entry.key()));
                let problem = problem.found("\"dbc\" is missing");
                Err(problems.report(problem.help("add dbc = \"engine.dbc\"")))
            });
        };
        let (message, _) = self.databases.message(&file, section, problems)?;
        if let Some(entry) = section.get("id").or(section.get("extended")) {
            let problem = Problem::at(entry.span(), "a message has an identifier of its own");
            let problem = problem.found(format!("\"{}\" beside \"message\"", entry.key()));
            return Err(problems.report(problem.help("remove one of the two")));
        }
        let mut wanted = Vec::new();
        if let Some(entry) = section.get("signals") {
            for (name, (span, entry)) in entry.named("signals = { Rpm = { min = 900 } }", problems)? {
                wanted.push(
                    find(&message, name, span, problems)
                        .and_then(|signal| Ok((name.to_string(), read_wanted(signal, &entry, problems)?))),
                );
            }
        }
        let wanted = wanted.into_iter().collect::<Checked<_>>()?;
        Ok(Some(Signals { message, wanted }))
    }
}

/// A signal of the message.
fn find<'m>(
    message: &'m Message,
    name: &str,
    span: std::ops::Range<usize>,
    problems: &mut Problems,
) -> Checked<&'m Signal> {
    message.signal(name).map_err(|unknown| {
        let all: Vec<&str> = message.signals().iter().map(Signal::name).take(TOLD_MAX).collect();
        let problem = Problem::at(span, format!("unknown signal {}", quote(name)));
        let problem = problem.found(format!("message {} has no such signal", message.name()));
        problems.report(problem.expected(one_of(&all)).nearest(unknown.nearest.as_deref()))
    })
}

/// `900`, `"reverse"`, or `{ min = 900, max = 1100 }`.
fn read_wanted(signal: &Signal, entry: &Entry<'_>, problems: &mut Problems) -> Checked<Wanted> {
    let example = format!("{0} = 900, or {0} = {{ min = 900, max = 1100 }}", signal.name());
    if !entry.is_table() {
        let text = entry.decimal(&example, problems)?;
        return match signal.raw_of(&text) {
            Ok(raw) => Ok(Wanted::Exactly { raw, text }),
            Err(error) => {
                let problem = Problem::at(entry.span(), format!("{} never says this", signal.name()));
                Err(problems.report(problem.found(error.to_string())))
            }
        };
    }
    let section = Section::open(&format!("\"{}\"", signal.name()), *entry, keys::RANGE, problems)?;
    let mut bound = |key| {
        let Some(entry) = section.get(key) else { return Ok(None) };
        entry.decimal(&example, problems)?.parse::<Decimal>().map(Some).map_err(|error| {
            let problem = Problem::at(entry.span(), format!("\"{key}\" is no number"));
            problems.report(problem.found(error.to_string()).expected(example.clone()))
        })
    };
    let (min, max) = (bound("min"), bound("max"));
    match (min?, max?) {
        (None, None) => {
            let problem = Problem::at(entry.span(), format!("\"{}\" says nothing", signal.name()));
            Err(problems.report(problem.found("neither \"min\" nor \"max\"").expected(example)))
        }
        (Some(min), Some(max)) if min > max => {
            let problem = Problem::at(entry.span(), format!("no {} is so", signal.name()));
            let problem = problem.found(format!("the least is {min} and the most is {max}"));
            Err(problems.report(problem.expected("\"min\" not above \"max\"")))
        }
        (min, max) => Ok(Wanted::Range { min, max }),
    }
}

/// `capture = { rpm = "Rpm" }`.
pub(super) fn read_captured(
    signals: Option<&Signals>,
    entry: &Entry<'_>,
    problems: &mut Problems,
) -> Checked<Captured> {
    let text = entry.string("the name of a signal", problems)?;
    let Some(signals) = signals else {
        let problem = Problem::at(text.span, "a signal is of a database").found("there is no \"message\"");
        return Err(problems.report(problem.expected("bytes: { at = 14, length = 4 }")));
    };
    find(&signals.message, text.text, text.span, problems)
        .map(|signal| Captured::Signal(signal.name().to_string()))
}
