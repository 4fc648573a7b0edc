// SPDX-License-Identifier: Apache-2.0 OR MIT
//! `[[expect.uart]]`: the lines and bytes that must be sent.

use super::nodes::Names;
use super::section::{Checked, Entry, Problems, Section};
use super::{bytes, keys};
use crate::model::{Expect, Pattern};
use crate::{Problem, Source, limits};
use board::PortKind;
use vtime::Span;

/// `duration` is the run's, when it could be read.
pub(crate) fn read<'a>(
    top: &Section<'a>,
    nodes: &Names<'a>,
    duration: Option<Span>,
    source: &Source,
    problems: &mut Problems,
) -> Checked<Vec<Expect>> {
    let Some(entry) = top.get("expect") else {
        return Ok(Vec::new());
    };
    let section = Section::open("[expect]", entry, keys::EXPECT, problems)?;
    let Some(entry) = section.get("uart") else {
        return Ok(Vec::new());
    };
    let entries = entry.array("an array of tables: [[expect.uart]], with two brackets", problems)?;
    if entries.len() > limits::EXPECTS_MAX {
        let problem = Problem::at(entry.span(), format!("the scenario has {} expectations", entries.len()));
        return Err(problems.report(problem.expected(format!("at most {}", limits::EXPECTS_MAX))));
    }
    let expects: Vec<_> =
        entries.into_iter().map(|entry| read_expect(entry, nodes, duration, source, problems)).collect();
    expects.into_iter().collect()
}

fn read_expect<'a>(
    entry: Entry<'a>,
    nodes: &Names<'a>,
    duration: Option<Span>,
    source: &Source,
    problems: &mut Problems,
) -> Checked<Expect> {
    let section = Section::open("[[expect.uart]]", entry, keys::EXPECT_UART, problems)?;
    let port = section.need("port", "port = \"NODE.PORT\"", problems);
    let port = port.and_then(|entry| nodes.port(&entry, problems)?.of_kind(PortKind::Uart, &entry, problems));
    let pattern = read_pattern(&section, problems);
    let within = match (section.get("within"), duration) {
        (Some(entry), _) => read_within(&entry, duration, problems).map(Some),
        (None, duration) => Ok(duration),
    };
    let (port, pattern, within) = (port?, pattern?, within?);
    // Without a duration the scenario is refused anyway: any value does.
    Ok(Expect { port, pattern, within: within.unwrap_or(Span::MAX), place: source.place(section.span()) })
}

fn read_pattern(section: &Section<'_>, problems: &mut Problems) -> Checked<Pattern> {
    let expected = "exactly one of \"line\" (a whole line), \"contains\" (a part of one) and \"bytes\" (wherever lines end)";
    let given: Vec<(&str, Entry<'_>)> =
        ["line", "contains", "bytes"].into_iter().filter_map(|key| Some((key, section.get(key)?))).collect();
    let (key, entry) = match given.as_slice() {
        [(key, entry)] => (*key, entry),
        [(first, one), (second, other), ..] => {
            let message = format!("[[expect.uart]] has both {first:?} and {second:?}");
            let problem = Problem::at(other.span(), message).found(format!("{second:?} too"));
            let problem = problem.also(one.span(), format!("{first:?}"));
            return Err(problems.report(problem.expected(expected).help("remove one of the two")));
        }
        [] => {
            let problem = Problem::at(section.span(), "[[expect.uart]] does not say what it expects");
            let problem = problem.found("\"line\", \"contains\" or \"bytes\" is missing").expected(expected);
            return Err(problems.report(problem.help("add line = \"...\"")));
        }
    };
    if key == "bytes" {
        return Ok(Pattern::Bytes(bytes::read(entry, limits::EXPECT_BYTES_MAX, problems)?));
    }
    let whole = key == "line";
    let text = entry.string("the text of one line", problems)?;
    if text.text.contains(['\n', '\r']) {
        let problem =
            Problem::at(text.span, "the expected text has a line end in it").found("lines are compared");
        return Err(problems.report(problem.expected("one line without its end")));
    }
    if whole {
        return Ok(Pattern::Line(text.text.to_string()));
    }
    if text.text.is_empty() {
        let problem = Problem::at(text.span, "an empty text is in every line").found("this is empty");
        return Err(problems.report(problem.expected("a part of a line, or line = \"\" for an empty line")));
    }
    Ok(Pattern::Contains(text.text.to_string()))
}

fn read_within(entry: &Entry<'_>, duration: Option<Span>, problems: &mut Problems) -> Checked<Span> {
    let within = entry.time("within = \"15ms\"", problems)?;
    if within.is_zero() {
        let problem = Problem::at(entry.span(), "nothing can be sent in no time").found("this is zero");
        return Err(problems.report(problem.expected("a time longer than zero, such as \"15ms\"")));
    }
    match duration {
        Some(duration) if within > duration => {
            let problem = Problem::at(entry.span(), "\"within\" is longer than the run");
            let problem = problem
                .found(format!("the run lasts {duration}"))
                .expected(format!("at most \"{duration}\""));
            Err(problems.report(problem.help("lengthen \"duration\", or leave \"within\" out")))
        }
        _ => Ok(within),
    }
}
