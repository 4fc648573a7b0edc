// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Ethernet switches.

use super::ethernet::{rate_of, read_rate};
use super::read_time;
use crate::model::Port;
use crate::read::keys;
use crate::read::nodes::Names;
use crate::read::quote;
use crate::read::section::{Checked, Problems, Section};
use crate::{Problem, limits};
use link::ethernet::{Limit, PortSpec, SwitchSpec};
use std::collections::BTreeMap;
use std::ops::Range;
use vtime::Span;

/// Frames that a port of a switch keeps, and addresses that a switch knows, if the scenario does not say: those of a small one.
pub(crate) const SWITCH_QUEUE: usize = 64;
pub(crate) const SWITCH_ADDRESSES: usize = 1024;

/// What `end` of `[[link.NAME.port]]` calls the host.
const HOST: &str = "host";

pub(super) fn read<'a>(
    section: &Section<'a>,
    (ends, has_inputs): (Checked<&[Port]>, bool),
    nodes: &Names<'a>,
    problems: &mut Problems,
) -> Checked<SwitchSpec> {
    let (rate, delay) = (read_rate(section, problems), read_time(section, "delay", problems));
    let latency = read_time(section, "latency", problems);
    let queue = count(section, "queue", SWITCH_QUEUE, problems);
    let addresses = count(section, "addresses", SWITCH_ADDRESSES, problems);
    let port = rate
        .and_then(|rate| Ok(PortSpec { rate, delay: delay?, queue: Limit::Frames(queue?), latency: None }));
    let own = read_ports(section, ends, port, nodes, problems);
    let more = usize::from(section.get(HOST).is_some()) + usize::from(has_inputs);
    let mut ports = vec![port?; ends?.len() + more];
    for (place, own) in own? {
        ports[place] = own;
    }
    Ok(SwitchSpec { ports, latency: latency?, addresses: addresses?, age: Span::MAX })
}

fn count<'a>(section: &Section<'a>, key: &'a str, default: usize, problems: &mut Problems) -> Checked<usize> {
    let Some(entry) = section.get(key) else { return Ok(default) };
    let example = format!("{key} = {default}");
    entry.integer(1..=limits::SWITCH_MAX, &example, problems).map(|count| count as usize)
}

/// The ports that are not like the others, by the places of their ends.
fn read_ports<'a>(
    section: &Section<'a>,
    ends: Checked<&[Port]>,
    port: Checked<PortSpec>,
    nodes: &Names<'a>,
    problems: &mut Problems,
) -> Checked<BTreeMap<usize, PortSpec>> {
    let Some(entry) = section.get("port") else { return Ok(BTreeMap::new()) };
    let entries = entry.array("an array of tables: [[link.NAME.port]], with two brackets", problems)?;
    let mut places: BTreeMap<usize, Range<usize>> = BTreeMap::new();
    let mut read = Vec::new();
    // More than that are at ends that are none, or at one again.
    for entry in entries.into_iter().take(limits::ENDS_MAX + 1) {
        let own = Section::open("[[link.NAME.port]]", entry, keys::SWITCH_PORT, problems)?;
        let place = read_end(&own, section, ends, nodes, problems);
        let place = place.and_then(|(place, span)| match places.insert(place, span.clone()) {
            None => Ok(place),
            Some(first) => {
                let problem = Problem::at(span, format!("a port of {} is described twice", section.name()));
                let problem = problem.found("the same end again").also(first, "it is described here already");
                Err(problems.report(problem.expected("each end at most once")))
            }
        });
        read.push((place, read_port(&own, port, problems)));
    }
    read.into_iter().map(|(place, own)| Ok((place?, own?))).collect()
}

/// What a port is like: where nothing is said, like the others.
fn read_port(own: &Section<'_>, port: Checked<PortSpec>, problems: &mut Problems) -> Checked<PortSpec> {
    let rate = match own.get("bitrate") {
        Some(entry) => rate_of(&entry, problems),
        None => port.map(|port| port.rate),
    };
    let delay = match own.get("delay") {
        Some(_) => read_time(own, "delay", problems),
        None => port.map(|port| port.delay),
    };
    let queue = match own.get("queue") {
        Some(_) => count(own, "queue", SWITCH_QUEUE, problems).map(Limit::Frames),
        None => port.map(|port| port.queue),
    };
    let latency = match own.get("latency") {
        Some(_) => read_time(own, "latency", problems).map(Some),
        None => Ok(None),
    };
    Ok(PortSpec { rate: rate?, delay: delay?, queue: queue?, latency: latency? })
}

/// The place of a port's end among those of the switch, and where the file names it.
fn read_end<'a>(
    own: &Section<'a>,
    section: &Section<'a>,
    ends: Checked<&[Port]>,
    nodes: &Names<'a>,
    problems: &mut Problems,
) -> Checked<(usize, Range<usize>)> {
    let example = "end = \"NODE.PORT\"";
    let entry = own.need("end", example, problems)?;
    let text = entry.string(example, problems)?;
    if text.text == HOST && section.get(HOST).is_some() {
        return Ok((ends?.len(), text.span));
    }
    let port = nodes.port(&entry, problems)?.port?;
    match ends?.iter().position(|end| *end == port) {
        Some(place) => Ok((place, text.span)),
        None => {
            let message = format!("{} is no end of {}", quote(text.text), section.name());
            let problem = Problem::at(text.span, message).found("the switch has no port for it");
            let ends = section.get("ends").map_or(section.span(), |ends| ends.span());
            Err(problems.report(problem.also(ends, "its ends").expected("one of the switch's ends")))
        }
    }
}
