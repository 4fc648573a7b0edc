// SPDX-License-Identifier: Apache-2.0 OR MIT
//! `[link.NAME]`: its model and its ports.

use super::nodes::Names;
use super::section::{Checked, Entry, Problems, Reported, Section};
use super::{keys, names, quote};
use crate::model::{Link, Port};
use crate::{Problem, limits};
use link::{Framing, Spec, Uart};
use report::{nearest, one_of};
use std::collections::BTreeMap;
use std::ops::Range;
use vtime::Span;

/// The ports in use: for each the places that use it, and by which link.
type Uses = BTreeMap<(u16, String), Vec<(Range<usize>, String)>>;

pub(crate) fn read<'a>(top: &Section<'a>, nodes: &Names<'a>, problems: &mut Problems) -> Checked<Vec<Link>> {
    let Some(entry) = top.get("link") else {
        return Ok(Vec::new());
    };
    let entries = entry.named("[link.NAME]", problems)?;
    if entries.len() > limits::LINKS_MAX {
        let problem = Problem::at(entry.span(), format!("the scenario has {} links", entries.len()));
        return Err(problems.report(problem.expected(format!("at most {}", limits::LINKS_MAX))));
    }
    let mut uses = Uses::new();
    let mut links = Vec::new();
    for (name, (span, entry)) in entries {
        names::check("link", name, span, problems);
        links.push(read_link(name, entry, nodes, &mut uses, problems));
    }
    report_shared_ports(uses, nodes, problems);
    links.into_iter().collect()
}

fn read_link<'a>(
    name: &str,
    entry: Entry<'a>,
    nodes: &Names<'a>,
    uses: &mut Uses,
    problems: &mut Problems,
) -> Checked<Link> {
    let section = Section::open_named("link", entry, problems)?;
    // A link of another kind has other keys: then nothing else in it can be judged. Without a kind, a UART is
    // meant.
    let kind = match section.need("kind", "kind = \"uart\"", problems) {
        Ok(kind) => read_kind(&kind, problems)?,
        Err(reported) => Err(reported),
    };
    section.refuse_unknown(keys::UART_LINK, problems);
    let ends = read_ends(&section, kind.unwrap_or(Kind::Uart), nodes, uses, problems);
    let uart = read_uart(&section, problems);
    let spec = match kind? {
        Kind::Uart => Spec::Uart(uart?),
        Kind::Rs485 => Spec::UartBus(uart?),
    };
    Ok(Link { name: name.to_string(), spec, ends: ends? })
}

/// The kinds of links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Uart,
    Rs485,
}

/// The outer error is another kind of link; the inner one is no kind at all.
fn read_kind(entry: &Entry<'_>, problems: &mut Problems) -> Checked<Checked<Kind>> {
    let kind = match entry.string("kind = \"uart\"", problems) {
        Ok(kind) => kind,
        Err(reported) => return Ok(Err(reported)),
    };
    match kind.text {
        "uart" => return Ok(Ok(Kind::Uart)),
        "rs485" => return Ok(Ok(Kind::Rs485)),
        _ => {}
    }
    let problem = Problem::at(kind.span, format!("unknown kind of link {}", quote(kind.text)));
    let problem = problem.found("there are no such links").expected(one_of(keys::LINK_KINDS));
    let near = nearest(kind.text, keys::LINK_KINDS.iter().copied());
    Err(problems.report(problem.nearest(near)))
}

fn read_uart(section: &Section<'_>, problems: &mut Problems) -> Checked<Uart> {
    let baud = section.need("baud", BAUD, problems).and_then(|entry| read_baud(&entry, problems));
    let framing = match section.get("framing") {
        None => Ok(Framing::default()),
        Some(entry) => entry.string("framing = \"8N1\"", problems).and_then(|text| {
            text.text.parse::<Framing>().map_err(|error| {
                let problem = Problem::at(text.span, format!("{} is no framing", quote(text.text)));
                let expected = "data bits 5 to 9, parity N, E or O, stop bits 1 or 2, such as \"8N1\"";
                problems.report(problem.found(error.to_string()).expected(expected))
            })
        }),
    };
    let delay = match section.get("delay") {
        None => Ok(Span::ZERO),
        Some(entry) => entry.time("delay = \"0ns\"", problems),
    };
    Uart::new(baud?, framing?, delay?)
        .map_err(|error| problems.report(Problem::at(section.span(), error.to_string())))
}

const BAUD: &str = "baud = 115200";

/// A baud rate.
pub(super) fn read_baud(entry: &Entry<'_>, problems: &mut Problems) -> Checked<u32> {
    let bits_per_second = entry.integer(0..=u64::MAX, BAUD, problems)?;
    let problem = match u32::try_from(bits_per_second) {
        Ok(0) => Problem::at(entry.span(), "the baud rate is zero").found(link::Error::Baud.to_string()),
        Ok(baud) => return Ok(baud),
        Err(_) => Problem::at(entry.span(), "this can be a zero-latency link")
            .found("the baud rate is so high that a frame may take no time"),
    };
    Err(problems.report(problem.expected(format!("bits per second, from 1 to {}, such as 115200", u32::MAX))))
}

fn read_ends<'a>(
    section: &Section<'a>,
    kind: Kind,
    nodes: &Names<'a>,
    uses: &mut Uses,
    problems: &mut Problems,
) -> Checked<Vec<Port>> {
    let example = "ends = [\"NODE.PORT\", \"NODE.PORT\"]";
    let entry = section.need("ends", example, problems)?;
    let values = entry.array(&format!("an array of ports: {example}"), problems)?;
    let (most, expected) = match kind {
        Kind::Uart => (2, "exactly two ports".to_string()),
        Kind::Rs485 => (limits::ENDS_MAX, format!("two ports or more, at most {}", limits::ENDS_MAX)),
    };
    // Of very many ends, the first ones are enough to tell what is wrong with them.
    const TOLD_MAX: usize = 8;
    let looked_at = if values.len() > most { TOLD_MAX } else { most };
    let found: Vec<_> = values.iter().take(looked_at).map(|value| nodes.port(value, problems)).collect();
    if !(2..=most).contains(&values.len()) {
        let message = match kind {
            Kind::Uart => format!("{} does not have two ends", section.name()),
            Kind::Rs485 => format!("{} joins too few ports, or too many", section.name()),
        };
        let problem = Problem::at(entry.span(), message);
        let problem = problem.found(format!("the number of ports is {}", values.len())).expected(expected);
        return Err(problems.report(problem.help(format!("write {example}"))));
    }
    let mut wrong: Option<Reported> = None;
    let mut ends: Vec<Port> = Vec::new();
    for (place, (end, value)) in found.iter().zip(&values).enumerate() {
        let Ok(end) = end else { continue };
        let earlier = found[..place].iter().zip(&values);
        if let Some((_, first)) =
            earlier.into_iter().find(|(known, _)| matches!(known, Ok(known) if known.id == end.id))
        {
            wrong = Some(problems.report(same_port(kind, section, value.span(), first.span())));
            continue;
        }
        uses.entry(end.id.clone()).or_default().push((value.span(), section.name().to_string()));
        ends.extend(end.port.ok());
    }
    for end in &found {
        match end {
            Ok(end) => drop(end.port?),
            Err(reported) => return Err(*reported),
        }
    }
    if let Some(reported) = wrong {
        return Err(reported);
    }
    ends.sort();
    Ok(ends)
}

/// A port is twice among the ends of a link.
fn same_port(kind: Kind, section: &Section<'_>, again: Range<usize>, first: Range<usize>) -> Problem {
    match kind {
        Kind::Uart => Problem::at(again, format!("both ends of {} are the same port", section.name()))
            .found("the same port again")
            .also(first, "the first end")
            .expected("two different ports")
            .help("a port cannot hear itself: a loopback needs two ports"),
        Kind::Rs485 => Problem::at(again, format!("two ends of {} are the same port", section.name()))
            .found("the same port again")
            .also(first, "it is an end already")
            .expected("each port once"),
    }
}

fn report_shared_ports(uses: Uses, nodes: &Names<'_>, problems: &mut Problems) {
    for (port, mut places) in uses {
        places.sort_by_key(|(span, _)| span.start);
        let Some(((first, by), others)) = places.split_first() else {
            continue;
        };
        for (span, name) in others {
            let problem =
                Problem::at(span.clone(), format!("{} is in two links", nodes.port_name((port.0, &port.1))));
            let problem =
                problem.found(format!("{name} uses it again")).also(first.clone(), format!("{by} uses it"));
            problems.report(problem.expected("a port that no other link has"));
        }
    }
}
