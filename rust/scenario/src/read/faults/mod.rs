// SPDX-License-Identifier: Apache-2.0 OR MIT
//! `[[fault]]`: what goes wrong on links, and when.

mod action;
mod can;
mod frames;
mod parts;

use super::nodes::Names;
use super::section::{Checked, Entry, Problems, Section};
use super::{bytes, keys, links, quote};
use crate::model::{Fault, Link};
use crate::{Problem, Source, limits};
use action::Action;
use link::{AnyFault, Pattern, Spec};
use vtime::Span;

/// A fault that is being read.
struct Reading<'s, 'a> {
    section: &'s Section<'a>,
    names: &'s Names<'a>,
    link: &'s Link,
    action: Action,
    from: Span,
    until: Span,
    /// What the frames that it looks for have in them.
    matching: Vec<Pattern>,
    /// What the head of a trace says of it.
    text: String,
}

/// `duration` is the run's and `links` are those of the scenario, when they could be read.
pub(crate) fn read<'a>(
    top: &Section<'a>,
    names: &Names<'a>,
    duration: Option<Span>,
    links: Option<&[Link]>,
    source: &Source,
    problems: &mut Problems,
) -> Checked<Vec<Fault>> {
    let Some(entry) = top.get("fault") else {
        return Ok(Vec::new());
    };
    let entries = entry.array("an array of tables: [[fault]], with two brackets", problems)?;
    if entries.len() > limits::FAULTS_MAX {
        let problem = Problem::at(entry.span(), format!("the scenario has {} faults", entries.len()));
        return Err(problems.report(problem.expected(format!("at most {}", limits::FAULTS_MAX))));
    }
    let mut counts = vec![0; links.map_or(0, <[_]>::len)];
    let mut faults = Vec::new();
    for entry in entries {
        faults.push(read_fault(entry, names, duration, (links, &mut counts), source, problems));
    }
    let faults: Checked<Vec<_>> = faults.into_iter().collect();
    Ok(faults?.into_iter().flatten().collect())
}

/// Nothing if the links are not known.
fn read_fault<'a>(
    entry: Entry<'a>,
    names: &Names<'a>,
    duration: Option<Span>,
    (links, counts): (Option<&[Link]>, &mut [usize]),
    source: &Source,
    problems: &mut Problems,
) -> Checked<Option<Fault>> {
    let section = Section::open("[[fault]]", entry, keys::FAULT, problems)?;
    let on = section.need("link", "link = \"NAME\"", problems);
    let on = on.and_then(|entry| {
        let Some(links) = links else { return Ok(None) };
        let name = entry.string("link = \"NAME\"", problems)?;
        links::find(&name, links, problems).map(Some)
    });
    let action = section.need("do", "do = \"drop\"", problems);
    let action = action.and_then(|entry| Ok((entry, Action::read(&entry, problems)?)));
    let time = read_time(&section, duration, problems);
    let matching = parts::read_match(&section, problems);
    let (on, (do_entry, action), (from, until), matching) = (on?, action?, time?, matching?);
    let Some((place, link)) = on.and_then(|place| Some((place, links?.get(place)?))) else { return Ok(None) };
    action.check_link(&do_entry, link, problems)?;
    action.check_keys(&section, &link.spec, problems)?;
    let mut fits = |(entry, pattern): (Entry<'_>, Pattern)| {
        let longest = bytes_max(&link.spec);
        bytes::refuse_beyond(pattern.at, pattern.bytes.len(), longest, &entry, problems).map(|()| pattern)
    };
    let matching: Vec<_> = matching.into_iter().map(&mut fits).collect();
    let matching = matching.into_iter().collect::<Checked<_>>()?;
    let text = action.name().to_string();
    let mut reading = Reading { section: &section, names, link, action, from, until, matching, text };
    let fault = match link.spec {
        Spec::Can(spec) => AnyFault::Can(reading.of_can(&spec, problems)?),
        Spec::Uart(_) | Spec::UartBus(_) | Spec::Ethernet(_) | Spec::Switch(_) | Spec::Lin(_) => {
            AnyFault::Frames(reading.of_frames(problems)?)
        }
    };
    let description = format!("{} from {from} until {until}", reading.text);
    counts[place] += 1;
    if counts[place] > link::FAULTS_MAX {
        let problem = Problem::at(section.span(), format!("[link.{}] has too many faults", link.name));
        return Err(problems.report(problem.expected(format!("at most {} for each link", link::FAULTS_MAX))));
    }
    // There are not more links than a place has room for.
    let link = place as u16;
    Ok(Some(Fault { link, fault, description, place: source.place(section.span()) }))
}

/// The bytes of the longest frame that a fault looks at.
fn bytes_max(spec: &Spec) -> usize {
    match spec {
        // Each byte is a frame.
        Spec::Uart(_) | Spec::UartBus(_) | Spec::Lin(_) => 1,
        Spec::Can(bus) if bus.data_bitrate_bps().is_none() => limits::CAN_CLASSIC_BYTES_MAX,
        _ => limits::frame_bytes_max(spec.medium()),
    }
}

/// From when until when: within the run.
fn read_time(
    section: &Section<'_>,
    duration: Option<Span>,
    problems: &mut Problems,
) -> Checked<(Span, Span)> {
    let time = |key, example, problems: &mut Problems| match section.get(key) {
        Some(entry) => entry.time(example, problems).map(|at| Some((entry, at))),
        None => Ok(None),
    };
    let from = time("from", "from = \"10ms\"", problems);
    let until = time("until", "until = \"20ms\"", problems);
    let (from, until) = (from?, until?);
    // Without a duration the scenario is refused anyway: any value does.
    let duration = duration.unwrap_or(Span::MAX);
    let within = |known: &Option<(Entry<'_>, Span)>, is_end: bool, problems: &mut Problems| match known {
        Some((entry, at)) if *at > duration || *at == duration && !is_end => {
            let problem = Problem::at(entry.span(), "this is after the end of the run");
            let problem = problem.found(format!("the run lasts {duration}"));
            let expected = if is_end { "at most" } else { "a time before" };
            Err(problems.report(problem.expected(format!("{expected} \"{duration}\""))))
        }
        _ => Ok(()),
    };
    let (from_is_good, until_is_good) = (within(&from, false, problems), within(&until, true, problems));
    from_is_good.and(until_is_good)?;
    let begins = from.map_or(Span::ZERO, |(_, at)| at);
    match until {
        Some((entry, ends)) if ends <= begins => {
            let problem = Problem::at(entry.span(), "a fault that lasts no time never happens");
            let problem = problem.found(format!("it begins at {begins} and ends at {ends}"));
            let problem = match from {
                Some((from, _)) => problem.also(from.span(), "it begins here"),
                None => problem,
            };
            Err(problems.report(problem.expected("\"until\" later than \"from\"")))
        }
        Some((_, ends)) => Ok((begins, ends)),
        None => Ok((begins, duration)),
    }
}
