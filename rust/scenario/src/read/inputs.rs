// SPDX-License-Identifier: Apache-2.0 OR MIT
//! `[[input.uart]]`: what somebody types at a console.

use super::nodes::Names;
use super::section::{Checked, Entry, Problems, Section, Text};
use super::{bytes, keys, links, quote};
use crate::model::{Input, Link, Port, When};
use crate::{Problem, Source, limits};
use board::PortKind;
use link::{Framing, Uart};
use vtime::Span;

/// How fast somebody types if the file does not say: bits per second, 8N1.
pub(crate) const BAUD: u32 = 115_200;
/// How long after a text somebody begins to type.
pub(crate) const WAIT: Span = Span::from_ns(10_000_000);

/// `duration` is the run's, when it could be read; `joined` are the links, as far as they could.
pub(crate) fn read<'a>(
    top: &Section<'a>,
    nodes: &Names<'a>,
    duration: Option<Span>,
    joined: &[Link],
    source: &Source,
    problems: &mut Problems,
) -> Checked<Vec<Input>> {
    let Some(entry) = top.get("input") else {
        return Ok(Vec::new());
    };
    let section = Section::open("[input]", entry, keys::INPUT, problems)?;
    read_all(&section, limits::INPUTS_MAX, nodes, (duration, joined), source, problems)
}

/// All `[[input.uart]]` of `section`, `most` of them.
pub(super) fn read_all<'a>(
    section: &Section<'a>,
    most: usize,
    nodes: &Names<'a>,
    (duration, joined): (Option<Span>, &[Link]),
    source: &Source,
    problems: &mut Problems,
) -> Checked<Vec<Input>> {
    let Some(entry) = section.get("uart") else {
        return Ok(Vec::new());
    };
    let entries = entry.array("an array of tables: [[input.uart]], with two brackets", problems)?;
    if entries.len() > most {
        let problem = Problem::at(entry.span(), format!("the scenario has {} inputs", entries.len()));
        return Err(problems.report(problem.expected(format!("at most {most}"))));
    }
    let inputs: Vec<_> = entries
        .into_iter()
        .map(|entry| read_input(entry, nodes, duration, joined, source, problems))
        .collect();
    inputs.into_iter().collect()
}

fn read_input<'a>(
    entry: Entry<'a>,
    nodes: &Names<'a>,
    duration: Option<Span>,
    joined: &[Link],
    source: &Source,
    problems: &mut Problems,
) -> Checked<Input> {
    let section = Section::open("[[input.uart]]", entry, keys::INPUT_UART, problems)?;
    let port = section.need("port", "port = \"NODE.PORT\"", problems);
    let port = port.and_then(|entry| {
        let port = nodes.port(&entry, problems)?.of_kind(PortKind::Uart, &entry, problems)?;
        refuse_joined(&entry, port, joined, "nobody can type at a port that is linked", problems)
            .map(|()| port)
    });
    let text = read_what(&section, problems);
    let when = read_when(&section, duration, problems);
    let baud = section.get("baud").map_or(Ok(BAUD), |entry| links::read_baud(&entry, problems));
    let uart = baud.and_then(|baud| {
        Uart::new(baud, Framing::default(), Span::ZERO)
            .map_err(|error| problems.report(Problem::at(section.span(), error.to_string())))
    });
    Ok(Input { port: port?, when: when?, text: text?, uart: uart?, place: source.place(section.span()) })
}

/// What is at the other end of a link is a node; nobody types there.
pub(super) fn refuse_joined(
    entry: &Entry<'_>,
    port: Port,
    joined: &[Link],
    message: &str,
    problems: &mut Problems,
) -> Checked<()> {
    let Some(link) = joined.iter().find(|link| link.ends.contains(&port)) else { return Ok(()) };
    let problem = Problem::at(entry.span(), message);
    let problem = problem.found(format!("[link.{}] joins it to another port", link.name));
    Err(problems.report(problem.expected("a port without a link: a console")))
}

/// What is typed: text or bytes.
fn read_what(section: &Section<'_>, problems: &mut Problems) -> Checked<Vec<u8>> {
    match (section.get("text"), section.get("bytes")) {
        (Some(text), None) => read_text(&text, problems),
        (None, Some(entry)) => bytes::read(&entry, limits::INPUT_BYTES_MAX, problems),
        (Some(text), Some(bytes)) => {
            let problem = Problem::at(bytes.span(), "[[input.uart]] has both \"text\" and \"bytes\"");
            let problem = problem.found("\"bytes\" too").also(text.span(), "\"text\"");
            Err(problems.report(problem.expected("exactly one of the two").help("remove one of them")))
        }
        (None, None) => {
            let problem = Problem::at(section.span(), "[[input.uart]] does not say what to type");
            let problem =
                problem.found("\"text\" or \"bytes\" is missing").expected("exactly one of the two");
            Err(problems.report(problem.help("add text = \"print(1)\\r\" or bytes = \"01 03 0c 00\"")))
        }
    }
}

fn read_text(entry: &Entry<'_>, problems: &mut Problems) -> Checked<Vec<u8>> {
    let Text { text, span } = entry.string("the text to type", problems)?;
    if text.is_empty() || text.len() > limits::INPUT_BYTES_MAX {
        let problem = Problem::at(span, "this cannot be typed").found(format!("{} bytes", text.len()));
        return Err(problems.report(problem.expected(format!("1 to {}", limits::INPUT_BYTES_MAX))));
    }
    Ok(text.as_bytes().to_vec())
}

/// When an input begins.
pub(super) fn read_when(
    section: &Section<'_>,
    duration: Option<Span>,
    problems: &mut Problems,
) -> Checked<When> {
    let expected = "exactly one of \"at\" (a time) and \"after\" (a text that the port sends)";
    let entry = match (section.get("at"), section.get("after")) {
        (Some(entry), None) => {
            if let Some(wait) = section.get("wait") {
                let problem = Problem::at(wait.span(), "\"wait\" is for \"after\"").found("\"at\" is a time");
                return Err(problems.report(problem.expected(expected)));
            }
            return read_at(&entry, duration, problems);
        }
        (None, Some(entry)) => entry,
        (Some(at), Some(after)) => {
            let problem =
                Problem::at(after.span(), format!("{} has both \"at\" and \"after\"", section.name()));
            let problem = problem.found("\"after\" too").also(at.span(), "\"at\"");
            return Err(problems.report(problem.expected(expected).help("remove one of the two")));
        }
        (None, None) => {
            let problem = Problem::at(section.span(), format!("{} does not say when", section.name()));
            let problem = problem.found("\"at\" or \"after\" is missing").expected(expected);
            return Err(problems.report(problem.help("add at = \"10ms\" or after = \">>> \"")));
        }
    };
    let Text { text, span } = entry.string("a text that the port sends", problems)?;
    if text.is_empty() || text.len() > limits::AFTER_BYTES_MAX {
        let problem = Problem::at(span, format!("{} cannot be waited for", quote(text)));
        let problem = problem.found(format!("{} bytes", text.len()));
        return Err(problems.report(problem.expected(format!("1 to {}", limits::AFTER_BYTES_MAX))));
    }
    let wait = section.get("wait").map(|entry| entry.time("wait = \"10ms\"", problems));
    Ok(When::After { text: text.as_bytes().to_vec(), wait: wait.transpose()?.unwrap_or(WAIT) })
}

fn read_at(entry: &Entry<'_>, duration: Option<Span>, problems: &mut Problems) -> Checked<When> {
    let at = entry.time("at = \"10ms\"", problems)?;
    match duration {
        Some(duration) if at >= duration => {
            let problem = Problem::at(entry.span(), "nothing is sent after the run's end");
            let problem = problem.found(format!("the run lasts {duration}"));
            Err(problems.report(problem.expected(format!("a time before \"{duration}\""))))
        }
        _ => Ok(When::At(at)),
    }
}
