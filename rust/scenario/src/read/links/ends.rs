// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The ports that a link joins.

use super::Kind;
use crate::model::Port;
use crate::read::nodes::Names;
use crate::read::section::{Checked, Problems, Reported, Section};
use crate::{Problem, limits};
use board::PortKind;
use std::collections::BTreeMap;
use std::ops::Range;

/// The ports in use: for each the places that use it, and by which link.
pub(super) type Uses = BTreeMap<(u16, String), Vec<(Range<usize>, String)>>;

pub(super) fn read<'a>(
    section: &Section<'a>,
    (kind, has_inputs): (Option<Kind>, bool),
    nodes: &Names<'a>,
    uses: &mut Uses,
    problems: &mut Problems,
) -> Checked<Vec<Port>> {
    let example = "ends = [\"NODE.PORT\", \"NODE.PORT\"]";
    let entry = section.need("ends", example, problems)?;
    let values = entry.array(&format!("an array of ports: {example}"), problems)?;
    let host = section.get("host").is_some();
    // Inputs on a link of another kind are told where they are.
    let has_inputs = has_inputs && kind.is_none_or(|kind| kind.ports() != PortKind::Uart);
    let more = usize::from(host) + usize::from(has_inputs);
    let (least, most) =
        (2usize.saturating_sub(more).max(1), kind.map_or(limits::ENDS_MAX, Kind::ends_max) - more);
    if most == 0 {
        let problem = Problem::at(entry.span(), format!("{} has no end for a node", section.name()));
        let problem = problem.found("its host is at one end, and [[input.frame]] at the other");
        return Err(problems.report(problem.expected("one of the two").help("write kind = \"switch\"")));
    }
    let other = if has_inputs { "its inputs" } else { "its host" };
    let expected = match most {
        1 => format!("exactly one port, beside {other}"),
        2 => "exactly two ports".to_string(),
        most if least == 1 => format!("a port or more, at most {most}"),
        most => format!("two ports or more, at most {most}"),
    };
    // Of very many ends, the first ones are enough to tell what is wrong with them.
    const TOLD_MAX: usize = 8;
    let looked_at = if values.len() > most { TOLD_MAX } else { most };
    let found: Vec<_> = values.iter().take(looked_at).map(|value| nodes.port(value, problems)).collect();
    if !(least..=most).contains(&values.len()) {
        let message = match most {
            1 if has_inputs => format!("{} does not have one end and inputs", section.name()),
            1 => format!("{} does not have one end and a host", section.name()),
            2 => format!("{} does not have two ends", section.name()),
            _ => format!("{} joins too few ports, or too many", section.name()),
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
            wrong = Some(problems.report(same_port(most, section, value.span(), first.span())));
            continue;
        }
        uses.entry(end.id.clone()).or_default().push((value.span(), section.name().to_string()));
        let port = kind.map_or(end.port, |kind| end.of_kind(kind.ports(), value, problems));
        match port {
            Ok(port) => ends.push(port),
            Err(reported) => wrong = Some(reported),
        }
    }
    if let Some(reported) = found.iter().find_map(|end| end.as_ref().err()) {
        return Err(*reported);
    }
    if let Some(reported) = wrong {
        return Err(reported);
    }
    ends.sort();
    Ok(ends)
}

/// A port is twice among the ends of a link.
fn same_port(most: usize, section: &Section<'_>, again: Range<usize>, first: Range<usize>) -> Problem {
    match most {
        2 => Problem::at(again, format!("both ends of {} are the same port", section.name()))
            .found("the same port again")
            .also(first, "the first end")
            .expected("two different ports")
            .help("a port cannot hear itself: a loopback needs two ports"),
        _ => Problem::at(again, format!("two ends of {} are the same port", section.name()))
            .found("the same port again")
            .also(first, "it is an end already")
            .expected("each port once"),
    }
}

pub(super) fn report_shared(uses: Uses, nodes: &Names<'_>, problems: &mut Problems) {
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
