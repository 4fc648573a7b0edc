// SPDX-License-Identifier: Apache-2.0 OR MIT
//! `[link.NAME]`: its model and its ports.

mod can;
mod ends;
mod ethernet;
mod lin;
mod switch;
mod uart;

use super::nodes::Names;
use super::section::{Checked, Entry, Problems, Section, Text};
use super::{keys, link_inputs, names, quote};
use crate::boards::Boards;
use crate::model::Link;
use crate::{Problem, limits};
use board::PortKind;
use ends::Uses;
use link::Spec;
use report::{nearest, one_of};
pub(crate) use switch::{SWITCH_ADDRESSES, SWITCH_QUEUE};
pub(super) use uart::read_baud;
use vtime::Span;

/// Descriptions of buses are looked for where `boards` are.
pub(crate) fn read<'a>(
    top: &Section<'a>,
    nodes: &Names<'a>,
    boards: Boards<'_>,
    problems: &mut Problems,
) -> Checked<Vec<Link>> {
    let Some(entry) = top.get("link") else {
        return Ok(Vec::new());
    };
    let entries = entry.named("[link.NAME]", problems)?;
    if entries.len() > limits::LINKS_MAX {
        let problem = Problem::at(entry.span(), format!("the scenario has {} links", entries.len()));
        return Err(problems.report(problem.expected(format!("at most {}", limits::LINKS_MAX))));
    }
    let with_inputs = link_inputs::links_named(top);
    let mut uses = Uses::new();
    let mut links = Vec::new();
    for (name, (span, entry)) in entries {
        names::check("link", name, span, problems);
        let has_inputs = with_inputs.contains(name);
        links.push(read_link(name, entry, (nodes, boards, has_inputs), &mut uses, problems));
    }
    ends::report_shared(uses, nodes, problems);
    links.into_iter().collect()
}

fn read_link<'a>(
    name: &str,
    entry: Entry<'a>,
    (nodes, boards, has_inputs): (&Names<'a>, Boards<'_>, bool),
    uses: &mut Uses,
    problems: &mut Problems,
) -> Checked<Link> {
    let section = Section::open_named("link", entry, problems)?;
    // A link of another kind has other keys: without one that is known nothing else in it can be judged.
    let kind = match section.need("kind", "kind = \"uart\"", problems) {
        Ok(kind) => read_kind(&kind, problems)?,
        Err(reported) => {
            section.refuse_unknown(keys::LINK, problems);
            let _ = ends::read(&section, (None, has_inputs), nodes, uses, problems);
            return Err(reported);
        }
    };
    section.refuse_unknown(kind.keys(), problems);
    let host = match kind.ports() {
        PortKind::Ethernet => ethernet::read_host(name, &section, problems),
        _ => Ok(None),
    };
    let ends = ends::read(&section, (Some(kind), has_inputs), nodes, uses, problems);
    let spec = match kind {
        Kind::Uart | Kind::Rs485 => {
            // A bus does not know the key, and says so.
            let ends = ends.as_deref().ok().filter(|_| kind == Kind::Uart).unwrap_or_default();
            let uart = uart::read(&section, ends, nodes, problems);
            uart.map(if kind == Kind::Uart { Spec::Uart } else { Spec::UartBus })
        }
        Kind::Can => can::read(&section, problems).map(Spec::Can),
        Kind::Lin => {
            let ends = ends.as_ref().ok().map(Vec::as_slice);
            lin::read(&section, ends, nodes, boards, problems).map(Spec::Lin)
        }
        Kind::Ethernet => ethernet::read_cable(&section, problems).map(Spec::Ethernet),
        Kind::Switch => {
            let ends = ends.as_deref().map_err(|reported| *reported);
            switch::read(&section, (ends, has_inputs), nodes, problems).map(Spec::Switch)
        }
    };
    let allows_wrong_rate = match section.get("allow_wrong_rate") {
        Some(entry) if kind == Kind::Can => entry.boolean("allow_wrong_rate = true", problems),
        _ => Ok(false),
    };
    let allows_wrong_rate = allows_wrong_rate?;
    Ok(Link { name: name.to_string(), spec: spec?, ends: ends?, host: host?, allows_wrong_rate, has_inputs })
}

/// The place of the link of this name.
pub(super) fn find(name: &Text<'_>, links: &[Link], problems: &mut Problems) -> Checked<usize> {
    if let Some(place) = links.iter().position(|link| link.name == name.text) {
        return Ok(place);
    }
    let names: Vec<&str> = links.iter().map(|link| &*link.name).collect();
    let problem = Problem::at(name.span.clone(), format!("unknown link {}", quote(name.text)));
    let problem = match names.as_slice() {
        [] => problem.found("the scenario has no links"),
        names => problem.found("the scenario has no such link").expected(one_of(names)),
    };
    Err(problems.report(problem.nearest(nearest(name.text, names))))
}

/// The kinds of links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Uart,
    Rs485,
    Can,
    Lin,
    Ethernet,
    Switch,
}

impl Kind {
    const fn keys(self) -> &'static [&'static str] {
        match self {
            Kind::Uart => keys::UART_LINK,
            Kind::Rs485 => keys::RS485_LINK,
            Kind::Can => keys::CAN_LINK,
            Kind::Lin => keys::LIN_LINK,
            Kind::Ethernet => keys::ETHERNET_LINK,
            Kind::Switch => keys::SWITCH_LINK,
        }
    }

    /// What its ends are.
    const fn ports(self) -> PortKind {
        match self {
            Kind::Uart | Kind::Rs485 | Kind::Lin => PortKind::Uart,
            Kind::Can => PortKind::Can,
            Kind::Ethernet | Kind::Switch => PortKind::Ethernet,
        }
    }

    /// How many ends it has at most.
    const fn ends_max(self) -> usize {
        match self {
            Kind::Uart | Kind::Ethernet => 2,
            Kind::Lin => limits::LIN_ENDS_MAX,
            Kind::Rs485 | Kind::Can | Kind::Switch => limits::ENDS_MAX,
        }
    }
}

fn read_kind(entry: &Entry<'_>, problems: &mut Problems) -> Checked<Kind> {
    let kind = entry.string("kind = \"uart\"", problems)?;
    match kind.text {
        "uart" => return Ok(Kind::Uart),
        "rs485" => return Ok(Kind::Rs485),
        "can" => return Ok(Kind::Can),
        "lin" => return Ok(Kind::Lin),
        "ethernet" => return Ok(Kind::Ethernet),
        "switch" => return Ok(Kind::Switch),
        _ => {}
    }
    let problem = Problem::at(kind.span, format!("unknown kind of link {}", quote(kind.text)));
    let problem = problem.found("there are no such links").expected(one_of(keys::LINK_KINDS));
    let near = nearest(kind.text, keys::LINK_KINDS.iter().copied());
    Err(problems.report(problem.nearest(near)))
}

fn read_time(section: &Section<'_>, key: &'static str, problems: &mut Problems) -> Checked<Span> {
    section.get(key).map_or(Ok(Span::ZERO), |entry| entry.time(&format!("{key} = \"0ns\""), problems))
}
