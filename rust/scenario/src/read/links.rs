// SPDX-License-Identifier: Apache-2.0 OR MIT
//! `[link.NAME]`: its model and its ports.

use super::nodes::Names;
use super::section::{Checked, Entry, Problems, Reported, Section};
use super::{keys, names, quote};
use crate::model::{Link, Port};
use crate::{Problem, limits};
use board::PortKind;
use link::can::BusSpec;
use link::ethernet::{DirectSpec, Limit, PortSpec, Rate, SwitchSpec};
use link::{Draws, Framing, Spec, Uart};
use peer::HostSpec;
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
    // A link of another kind has other keys: without one that is known nothing else in it can be judged.
    let kind = match section.need("kind", "kind = \"uart\"", problems) {
        Ok(kind) => read_kind(&kind, problems)?,
        Err(reported) => {
            section.refuse_unknown(keys::LINK, problems);
            let _ = read_ends(&section, None, nodes, uses, problems);
            return Err(reported);
        }
    };
    section.refuse_unknown(kind.keys(), problems);
    let host = match kind.ports() {
        PortKind::Ethernet => read_host(name, &section, problems),
        _ => Ok(None),
    };
    let ends = read_ends(&section, Some(kind), nodes, uses, problems);
    let spec = match kind {
        Kind::Uart => read_uart(&section, problems).map(Spec::Uart),
        Kind::Rs485 => read_uart(&section, problems).map(Spec::UartBus),
        Kind::Can => read_can(&section, problems).map(Spec::Can),
        Kind::Ethernet => read_ethernet(&section, problems).map(Spec::Ethernet),
        Kind::Switch => {
            let hosts = usize::from(host.as_ref().is_ok_and(Option::is_some));
            let ports = ends.as_ref().map_or(0, Vec::len) + hosts;
            read_switch(&section, ports, problems).map(Spec::Switch)
        }
    };
    Ok(Link { name: name.to_string(), spec: spec?, ends: ends?, host: host? })
}

/// The kinds of links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Uart,
    Rs485,
    Can,
    Ethernet,
    Switch,
}

impl Kind {
    const fn keys(self) -> &'static [&'static str] {
        match self {
            Kind::Uart | Kind::Rs485 => keys::UART_LINK,
            Kind::Can => keys::CAN_LINK,
            Kind::Ethernet => keys::ETHERNET_LINK,
            Kind::Switch => keys::SWITCH_LINK,
        }
    }

    /// What its ends are.
    const fn ports(self) -> PortKind {
        match self {
            Kind::Uart | Kind::Rs485 => PortKind::Uart,
            Kind::Can => PortKind::Can,
            Kind::Ethernet | Kind::Switch => PortKind::Ethernet,
        }
    }

    /// How many ends it has at most.
    const fn ends_max(self) -> usize {
        match self {
            Kind::Uart | Kind::Ethernet => 2,
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
        "ethernet" => return Ok(Kind::Ethernet),
        "switch" => return Ok(Kind::Switch),
        _ => {}
    }
    let problem = Problem::at(kind.span, format!("unknown kind of link {}", quote(kind.text)));
    let problem = problem.found("there are no such links").expected(one_of(keys::LINK_KINDS));
    let near = nearest(kind.text, keys::LINK_KINDS.iter().copied());
    Err(problems.report(problem.nearest(near)))
}

fn read_can(section: &Section<'_>, problems: &mut Problems) -> Checked<BusSpec> {
    let rate = |entry: Entry<'_>, example, problems: &mut Problems| {
        entry.integer(1..=limits::CAN_BITRATE_MAX, example, problems).map(|bps| bps as u32)
    };
    let example = "bitrate = 500_000";
    let bitrate = section.need("bitrate", example, problems).and_then(|entry| rate(entry, example, problems));
    let data = match section.get("data_bitrate") {
        None => Ok(None),
        Some(entry) => rate(entry, "data_bitrate = 2_000_000", problems).map(Some),
    };
    let delay = read_time(section, "delay", problems);
    BusSpec::new(bitrate?, data?, delay?)
        .map_err(|error| problems.report(Problem::at(section.span(), error.to_string())))
}

fn read_ethernet(section: &Section<'_>, problems: &mut Problems) -> Checked<DirectSpec> {
    let (rate, delay) = (read_rate(section, problems), read_time(section, "delay", problems));
    Ok(DirectSpec { rate: rate?, delay: delay? })
}

/// A host at one end more. Its Ethernet address depends on the link's name alone.
fn read_host(link: &str, section: &Section<'_>, problems: &mut Problems) -> Checked<Option<HostSpec>> {
    const EXAMPLE: &str = "host = \"10.0.0.1/24\"";
    let Some(entry) = section.get("host") else { return Ok(None) };
    let text = entry.string(EXAMPLE, problems)?;
    let draws = Draws::new(0, link);
    let [first, second, ..] = draws.draw(0, 0).to_be_bytes();
    let address = [0x02, 0x76, 0x6d, first, second, 0xff];
    let parts = text.text.split_once('/').and_then(|(ip, prefix)| {
        Some((ip.parse::<std::net::Ipv4Addr>().ok()?.octets(), prefix.parse::<u8>().ok()?))
    });
    let problem = Problem::at(text.span.clone(), format!("{} is no host", quote(text.text)));
    let found = match parts {
        None => "not an IP address, a slash and a prefix".to_string(),
        Some((ip, prefix)) => match HostSpec::new(address, ip, prefix, draws.draw(0, 1)) {
            Ok(host) => return Ok(Some(host)),
            Err(error) => error.to_string(),
        },
    };
    Err(problems.report(problem.found(found).expected(format!("its address and network: {EXAMPLE}"))))
}

/// All its ports are alike.
fn read_switch(section: &Section<'_>, ports: usize, problems: &mut Problems) -> Checked<SwitchSpec> {
    let (rate, delay) = (read_rate(section, problems), read_time(section, "delay", problems));
    let latency = read_time(section, "latency", problems);
    let count = |key, default, problems: &mut Problems| match section.get(key) {
        None => Ok(default),
        Some(entry) => {
            let most = limits::SWITCH_MAX;
            entry.integer(1..=most, &format!("{key} = {default}"), problems).map(|count| count as usize)
        }
    };
    let queue = count("queue", SWITCH_QUEUE, problems);
    let addresses = count("addresses", SWITCH_ADDRESSES, problems);
    let port = PortSpec { rate: rate?, delay: delay?, queue: Limit::Frames(queue?) };
    Ok(SwitchSpec { ports: vec![port; ports], latency: latency?, addresses: addresses?, age: Span::MAX })
}

/// Frames that a port of a switch keeps, and addresses that a switch knows, if the scenario does not say: those of a small one.
pub(crate) const SWITCH_QUEUE: usize = 64;
pub(crate) const SWITCH_ADDRESSES: usize = 1024;

fn read_rate(section: &Section<'_>, problems: &mut Problems) -> Checked<Rate> {
    const EXAMPLE: &str = "bitrate = 100_000_000";
    let entry = section.need("bitrate", EXAMPLE, problems)?;
    let bps = entry.integer(0..=u64::MAX, EXAMPLE, problems)?;
    Rate::from_bps(bps).map_err(|error| {
        let problem = Problem::at(entry.span(), "no bit rate of Ethernet").found(error.to_string());
        problems.report(problem.expected("10_000_000, 100_000_000 or 1_000_000_000"))
    })
}

fn read_time(section: &Section<'_>, key: &'static str, problems: &mut Problems) -> Checked<Span> {
    section.get(key).map_or(Ok(Span::ZERO), |entry| entry.time(&format!("{key} = \"0ns\""), problems))
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
    let delay = read_time(section, "delay", problems);
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
    kind: Option<Kind>,
    nodes: &Names<'a>,
    uses: &mut Uses,
    problems: &mut Problems,
) -> Checked<Vec<Port>> {
    let example = "ends = [\"NODE.PORT\", \"NODE.PORT\"]";
    let entry = section.need("ends", example, problems)?;
    let values = entry.array(&format!("an array of ports: {example}"), problems)?;
    let hosts = usize::from(section.get("host").is_some());
    let (least, most) = (2 - hosts, kind.map_or(limits::ENDS_MAX, Kind::ends_max) - hosts);
    let expected = match most {
        1 => "exactly one port, beside its host".to_string(),
        2 => "exactly two ports".to_string(),
        most => format!("two ports or more, at most {most}"),
    };
    // Of very many ends, the first ones are enough to tell what is wrong with them.
    const TOLD_MAX: usize = 8;
    let looked_at = if values.len() > most { TOLD_MAX } else { most };
    let found: Vec<_> = values.iter().take(looked_at).map(|value| nodes.port(value, problems)).collect();
    if !(least..=most).contains(&values.len()) {
        let message = match most {
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
