// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Frames of CAN: of a log, of a capture, by number, or by name.

use super::{Around, Frames, one_key, refuse_keys};
use crate::model::Link;
use crate::read::named_file::{self, of_file};
use crate::read::section::{Checked, Entry, Problems, Section};
use crate::read::{can_id, quote};
use crate::{Problem, limits};
use board::file::read_text;
use capture::socketcan;
use dbc::EncodeError;
use link::Spec;
use link::can::log;
use peer::TesterSpec;
use std::ops::Range;
use std::path::Path;
use vtime::Span;

/// What says which frames.
const WHAT: &[&str] = &["log", "pcapng", "id", "dbc"];
/// What is for one of these.
const OF_ID: [&str; 2] = ["data", "extended"];
const OF_KIND: [&str; 2] = ["fd", "brs"];
const OF_DBC: [&str; 2] = ["message", "signals"];

impl<'a> Around<'a, '_> {
    pub(super) fn can(&self, section: &Section<'a>, link: &Link, problems: &mut Problems) -> Checked<Frames> {
        let example = "log = \"drive.log\", or id = 0x123 and data = \"01 02\"";
        let what = one_key(section, WHAT, "what to send", example, problems)?;
        let mut sound = Ok(());
        let mut only = |keys: &[&'static str], of: &str, problems: &mut Problems| {
            sound = sound.and(refuse_keys(section, keys, of, problems));
        };
        if what.key() != "id" {
            only(&OF_ID, "\"id\"", problems);
        }
        if !matches!(what.key(), "id" | "dbc") {
            only(&OF_KIND, "\"id\" or \"dbc\"", problems);
        }
        if what.key() != "dbc" {
            only(&OF_DBC, "\"dbc\"", problems);
        }
        if !matches!(what.key(), "log" | "pcapng") {
            only(&["interface"], "\"log\" or \"pcapng\"", problems);
        }
        if what.key() != "pcapng" {
            only(&["direction"], "\"pcapng\"", problems);
        }
        let frames = match what.key() {
            "log" => self.log(&what, section, problems),
            "pcapng" => self.can_capture(&what, section, problems),
            "id" => by_id(&what, section, problems),
            _ => self.by_name(&what, section, problems),
        };
        let frames = frames?;
        sound?;
        fits(link, &what, &frames, problems)?;
        let offers = frames.into_iter().map(|(after, frame, _)| (after, TesterSpec::offer(frame)));
        Ok(offers.collect())
    }

    /// The frames of one interface of a log.
    fn log(&self, entry: &Entry<'a>, section: &Section<'a>, problems: &mut Problems) -> Checked<Vec<Found>> {
        let read = |path: &Path| read_text(path, limits::INPUT_FILE_BYTES_MAX);
        let (name, _, text) = named_file::read_with(entry, "log", self.files, read, problems)?;
        let logged =
            log::read(name, &text).map_err(|errors| problems.report(of_file(entry, "log", errors.list())))?;
        let mut names: Vec<&str> = logged.iter().map(|one| one.interface.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        let interface = section
            .get("interface")
            .map(|entry| entry.string("interface = \"can0\"", problems))
            .transpose()?;
        let chosen = match (&interface, &names[..]) {
            (Some(wanted), _) if names.contains(&wanted.text) => wanted.text,
            (Some(wanted), _) => {
                let problem = Problem::at(
                    wanted.span.clone(),
                    format!("the log has nothing of interface {}", quote(wanted.text)),
                );
                let problem = problem.found("no frame").expected(report::one_of(&names));
                return Err(problems.report(problem.nearest(report::nearest(wanted.text, names))));
            }
            (None, [only]) => only,
            (None, []) => return Err(problems.report(no_frames(entry, "log"))),
            (None, _) => {
                let problem = Problem::at(entry.span(), "the log is of several interfaces")
                    .found(report::one_of(&names));
                return Err(problems.report(
                    problem.expected("one of them").help(format!("add interface = \"{}\"", names[0])),
                ));
            }
        };
        let frames = logged.iter().filter(|one| one.interface == chosen);
        let first_ns = frames.clone().next().map_or(0, |one| one.at_ns);
        // The reader has seen that they are in order.
        let found = frames
            .map(|one| (Span::from_ns(one.at_ns - first_ns), one.frame, format!("{name}:{}", one.line)));
        at_most(entry, found.collect(), problems)
    }

    fn can_capture(
        &self,
        entry: &Entry<'a>,
        section: &Section<'a>,
        problems: &mut Problems,
    ) -> Checked<Vec<Found>> {
        let (name, bytes) = named_file::read(entry, "capture", self.files, problems)?;
        let packets = super::capture::read(entry, section, (name, &bytes), capture::Kind::Can, problems)?;
        let frames = packets.into_iter().map(|packet| {
            let place = format!("{name}: byte {}", packet.offset);
            match socketcan::decode(&packet.bytes) {
                Ok(frame) => Ok((packet.after, frame, place)),
                Err(error) => {
                    let problem =
                        Problem::at(entry.span(), "the capture has a packet that is no frame to send");
                    Err(problems.report(problem.found(format!("{place}: {error}"))))
                }
            }
        });
        frames.collect()
    }

    /// A message of a database.
    fn by_name(
        &self,
        entry: &Entry<'a>,
        section: &Section<'a>,
        problems: &mut Problems,
    ) -> Checked<Vec<Found>> {
        let kind = kind(section, problems);
        let (message, name_span) = self.databases.message(entry, section, problems)?;
        let mut values: Vec<(&str, String, Range<usize>)> = Vec::new();
        if let Some(signals) = section.get("signals") {
            for (name, (_, value)) in signals.named("signals = { Rpm = 900 }", problems)? {
                values.push((
                    name,
                    value.decimal(&format!("{name} = 900, or the name of a value"), problems)?,
                    value.span(),
                ));
            }
        }
        // Each by itself first: so a mistake has its own place.
        for (name, text, span) in &values {
            let own = message.encode([(*name, text.as_str())]);
            own.map_err(|error| problems.report(no_value(span.clone(), &error)))?;
        }
        let all = values.iter().map(|(name, text, _)| (*name, text.as_str()));
        let span = section.get("signals").map_or(section.span(), |signals| signals.span());
        let data = message.encode(all).map_err(|error| problems.report(no_value(span, &error)))?;
        let kind = match kind? {
            None if message.len() > 8 => Kind::Fd { switches_rate: true, is_passive: false },
            kind => kind.unwrap_or(Kind::Data),
        };
        one(message.id(), kind, &data, &name_span, problems)
    }
}

use ::can::{Frame, Id, Kind};

/// A frame: how long after the first, and where in which file it is.
type Found = (Span, Frame, String);

fn no_value(span: Range<usize>, error: &EncodeError) -> Problem {
    Problem::at(span, "the message has no such value").found(error.to_string())
}

fn no_frames(entry: &Entry<'_>, what: &str) -> Problem {
    Problem::at(entry.span(), format!("the {what} has no frame")).found("nothing to send")
}

pub(super) fn at_most<T>(entry: &Entry<'_>, frames: Vec<T>, problems: &mut Problems) -> Checked<Vec<T>> {
    if frames.len() > limits::INPUT_FRAMES_MAX {
        let problem = Problem::at(entry.span(), "these are too many frames").found(frames.len().to_string());
        return Err(problems.report(problem.expected(format!("at most {}", limits::INPUT_FRAMES_MAX))));
    }
    Ok(frames)
}

/// What `fd` and `brs` say, if they do.
fn kind(section: &Section<'_>, problems: &mut Problems) -> Checked<Option<Kind>> {
    let flag = |key: &'static str, problems: &mut Problems| {
        section.get(key).map(|entry| entry.boolean(&format!("{key} = true"), problems)).transpose()
    };
    let (fd, brs) = (flag("fd", problems)?, flag("brs", problems)?);
    match (fd, brs) {
        (Some(true), brs) => Ok(Some(Kind::Fd { switches_rate: brs.unwrap_or(true), is_passive: false })),
        (_, Some(true)) => {
            let span = section.get("brs").map_or(section.span(), |entry| entry.span());
            let problem = Problem::at(span, "only CAN FD switches its bit rate").found("\"fd\" is missing");
            Err(problems.report(problem.help("add fd = true")))
        }
        (Some(false), _) => Ok(Some(Kind::Data)),
        (None, _) => Ok(None),
    }
}

/// A frame by its identifier.
fn by_id(entry: &Entry<'_>, section: &Section<'_>, problems: &mut Problems) -> Checked<Vec<Found>> {
    let id = can_id::of(entry, section, problems);
    let kind = kind(section, problems);
    let data = match section.get("data") {
        None => Ok(Vec::new()),
        Some(entry) if entry.string("data = \"01 02\"", problems)?.text.trim().is_empty() => Ok(Vec::new()),
        Some(entry) => crate::read::bytes::read(&entry, ::can::LEN_MAX, problems),
    };
    let span = section.get("data").map_or(entry.span(), |data| data.span());
    one(id?, kind?.unwrap_or(Kind::Data), &data?, &span, problems)
}

fn one(id: Id, kind: Kind, data: &[u8], span: &Range<usize>, problems: &mut Problems) -> Checked<Vec<Found>> {
    let frame = Frame::new(id, kind, data).map_err(|error| {
        let problem = Problem::at(span.clone(), error.to_string());
        problems.report(if kind.is_fd() || data.len() <= 8 { problem } else { problem.help("add fd = true") })
    })?;
    Ok(vec![(Span::ZERO, frame, String::new())])
}

/// Only a bus with CAN FD has frames of it.
fn fits(link: &Link, entry: &Entry<'_>, frames: &[Found], problems: &mut Problems) -> Checked<()> {
    let Spec::Can(spec) = &link.spec else { return Ok(()) };
    let Some((_, frame, place)) = frames.iter().find(|(_, frame, _)| frame.kind().is_fd()) else {
        return Ok(());
    };
    if spec.data_bitrate_bps().is_some() {
        return Ok(());
    }
    let problem = Problem::at(entry.span(), format!("[link.{}] has no CAN FD", link.name));
    let at = if place.is_empty() { String::new() } else { format!("{place}: ") };
    let problem = problem.found(format!("{at}a frame of it, {}", frame.id()));
    Err(problems.report(
        problem.expected("frames of Classical CAN").help(format!("add data_bitrate to [link.{}]", link.name)),
    ))
}
