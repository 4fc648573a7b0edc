// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A LIN bus.

use super::read_time;
use crate::Problem;
use crate::boards::Boards;
use crate::model::Port;
use crate::read::nodes::Names;
use crate::read::section::{Checked, Entry, Problems, Section, Text};
use crate::read::{named_file, quote};
use board::PortKind;
use board::file::read_text;
use link::End;
use link::lin::ldf::{self, Ldf};
use link::lin::{BITRATES, LinSpec};
use report::{nearest, one_of};
use std::path::Path;

const LDF: &str = "ldf = \"doors.ldf\"";
const BITRATE: &str = "bitrate = 19_200";
const SCHEDULE: &str = "schedule = \"NormalTable\"";
const TOLERANCE: &str = "tolerance = \"100us\"";

/// `ends` are the link's, as far as they could be read.
pub(super) fn read<'a>(
    section: &Section<'a>,
    ends: Option<&[Port]>,
    nodes: &Names<'a>,
    boards: Boards<'_>,
    problems: &mut Problems,
) -> Checked<LinSpec> {
    let ldf = section.get("ldf").map(|entry| read_ldf(&entry, boards, problems)).transpose();
    let bitrate = read_bitrate(section, ldf.as_ref().ok().map(Option::as_ref), problems);
    let delay = read_time(section, "delay", problems);
    let master = section.get("master").map(|entry| read_master(&entry, ends, nodes, problems)).transpose();
    let tolerance = section.get("tolerance").map(|entry| (entry.span(), entry.time(TOLERANCE, problems)));
    let schedule = section.get("schedule");
    if let (Some((span, _)), None) = (&tolerance, &schedule) {
        let problem =
            Problem::at(span.clone(), "\"tolerance\" is for \"schedule\"").found("there is no schedule");
        problems.report(problem.expected(format!("{SCHEDULE}, which names a table of \"ldf\"")));
    }
    let tolerance = tolerance.map(|(_, span)| span).transpose();
    let ldf = ldf?;
    let spec = LinSpec::new(bitrate?, delay?)
        .map_err(|error| problems.report(Problem::at(section.span(), error.to_string())));
    let plan = match schedule {
        None => None,
        Some(entry) => {
            let name = entry.string(SCHEDULE, problems)?;
            let Some(ldf) = &ldf else {
                let problem = Problem::at(entry.span(), "\"schedule\" names a table of a description");
                let problem = problem.found("\"ldf\" is missing").help(format!("add {LDF}"));
                return Err(problems.report(problem));
            };
            let tolerance = tolerance?.unwrap_or(ldf.jitter());
            let plan = ldf.plan(name.text, tolerance);
            Some(plan.ok_or_else(|| problems.report(no_table(&name, ldf)))?)
        }
    };
    let mut spec = spec?;
    if let Some(ldf) = ldf {
        spec = spec.with_frames(ldf.frames());
    }
    if let Some(master) = master? {
        spec = spec.with_master(master);
    }
    Ok(match plan {
        Some(plan) => spec.with_plan(plan),
        None => spec,
    })
}

fn no_table(name: &Text<'_>, ldf: &Ldf) -> Problem {
    let tables: Vec<&str> = ldf.tables().collect();
    let problem = Problem::at(name.span.clone(), format!("unknown schedule {}", quote(name.text)));
    let problem = problem.found("the description has no such table");
    let problem = problem.nearest(nearest(name.text, tables.iter().copied()));
    if tables.is_empty() {
        problem.expected("a table in its Schedule_tables")
    } else {
        problem.expected(one_of(&tables))
    }
}

/// Its bit rate; with a description that of the description. `ldf` is none if it could not be read.
fn read_bitrate(section: &Section<'_>, ldf: Option<Option<&Ldf>>, problems: &mut Problems) -> Checked<u32> {
    let known = ldf.flatten().map(Ldf::bitrate);
    let entry = match (section.get("bitrate"), known) {
        (None, Some(bitrate)) => return Ok(bitrate),
        // What the description says is not known.
        (None, None) if ldf.is_none() => return Ok(*BITRATES.end()),
        _ => section.need("bitrate", BITRATE, problems)?,
    };
    let bitrate =
        entry.integer((*BITRATES.start()).into()..=(*BITRATES.end()).into(), BITRATE, problems)? as u32;
    if let Some(known) = known.filter(|known| *known != bitrate) {
        let problem = Problem::at(entry.span(), "the bit rate is not that of the description");
        let problem = problem.found(format!("its LIN_speed is {known} bit/s"));
        return Err(problems.report(problem.expected(format!("bitrate = {known}, or none beside \"ldf\""))));
    }
    Ok(bitrate)
}

/// The end that alone sends headers.
fn read_master<'a>(
    entry: &Entry<'a>,
    ends: Option<&[Port]>,
    nodes: &Names<'a>,
    problems: &mut Problems,
) -> Checked<End> {
    let port = nodes.port(entry, problems)?.of_kind(PortKind::Uart, entry, problems)?;
    // Without ends all that is wrong is wrong with them.
    let place = ends.map_or(Some(0), |ends| ends.iter().position(|end| *end == port));
    place.map(|place| End(place as u16)).ok_or_else(|| {
        let problem = Problem::at(entry.span(), "the master is no end of the bus");
        problems.report(
            problem.found("\"ends\" does not have this port").expected("one of the ports in \"ends\""),
        )
    })
}

fn read_ldf(entry: &Entry<'_>, boards: Boards<'_>, problems: &mut Problems) -> Checked<Ldf> {
    let read = |path: &Path| read_text(path, ldf::BYTES_MAX);
    let (name, _, text) = named_file::read_with(entry, "description", boards.files, read, problems)?;
    ldf::read(name, &text)
        .map_err(|errors| problems.report(named_file::of_file(entry, "description", errors.list())))
}
