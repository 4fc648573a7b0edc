// SPDX-License-Identifier: Apache-2.0 OR MIT
//! `[[input.session]]`: files of what somebody has typed, as `virtmcu run --attach` writes them.
//!
//! Such a file has `[[input.uart]]`, and `[session]` with the `end` of a run that was left before its duration was over.

use super::nodes::Names;
use super::section::{Checked, Entry, Problems, Section};
use super::{check_syntax, inputs, keys, named_file};
use crate::model::{Input, Link, When};
use crate::{Diagnostic, Problem, Source, limits};
use board::file::read_text;
use std::path::Path;
use toml::de::DeTable;
use vtime::Span;

/// What the sessions of a scenario come to.
#[derive(Default)]
pub(super) struct Sessions {
    pub(super) inputs: Vec<Input>,
    /// When the first of them ends.
    pub(super) ends: Option<Span>,
}

/// `run` is the scenario's duration and its links, as far as they could be read; `files` its folder and the workspace's root.
pub(super) fn read(
    top: &Section<'_>,
    nodes: &Names<'_>,
    run: (Option<Span>, &[Link]),
    files: Option<(&Path, &Path)>,
    problems: &mut Problems,
) -> Checked<Sessions> {
    let Some(entry) = top.get("input") else { return Ok(Sessions::default()) };
    // What is wrong with [input] itself was told with the other inputs.
    let section = Section::open("[input]", entry, keys::INPUT, &mut Problems::default());
    let Some(entry) = section.ok().and_then(|section| section.get("session")) else {
        return Ok(Sessions::default());
    };
    let entries = entry.array("an array of tables: [[input.session]], with two brackets", problems)?;
    if entries.len() > limits::SESSIONS_MAX {
        let problem = Problem::at(entry.span(), format!("the scenario has {} sessions", entries.len()));
        return Err(problems.report(problem.expected(format!("at most {}", limits::SESSIONS_MAX))));
    }
    let mut all = Sessions::default();
    let mut sound = Ok(());
    for entry in entries {
        match read_one(entry, nodes, run, files, problems) {
            Ok(one) => {
                all.inputs.extend(one.inputs);
                all.ends = all.ends.into_iter().chain(one.ends).min();
            }
            Err(reported) => sound = Err(reported),
        }
    }
    sound.map(|()| all)
}

fn read_one(
    entry: Entry<'_>,
    nodes: &Names<'_>,
    run: (Option<Span>, &[Link]),
    files: Option<(&Path, &Path)>,
    problems: &mut Problems,
) -> Checked<Sessions> {
    let section = Section::open("[[input.session]]", entry, keys::INPUT_SESSION, problems)?;
    let entry = section.need("file", "file = \"console.session.toml\"", problems)?;
    let read = |path: &Path| read_text(path, limits::FILE_BYTES_MAX);
    let (_, path, text) = named_file::read_with(&entry, "session", files, read, problems)?;
    let shown = files.and_then(|(_, root)| path.strip_prefix(root).ok()).unwrap_or(&path);
    let source = Source::new(shown.display().to_string(), text);
    let mut own = Problems::default();
    let read = read_file(&source, nodes, run, &mut own);
    let told: Vec<Diagnostic> = own.in_file_order().map(|problem| source.diagnose(problem)).collect();
    match (read, &told[..]) {
        (Ok(session), []) => Ok(session),
        // A reader that gives nothing has reported why.
        (_, mistakes) => Err(problems.report(named_file::of_file(&entry, "session", mistakes))),
    }
}

fn read_file(
    source: &Source,
    nodes: &Names<'_>,
    run: (Option<Span>, &[Link]),
    problems: &mut Problems,
) -> Checked<Sessions> {
    let (document, errors) = DeTable::parse_recoverable(source.text());
    check_syntax(source, &errors, problems)?;
    let top = Section::top("a session", document.get_ref(), keys::SESSION_FILE, problems);
    let inputs = match top.get("input") {
        None => Vec::new(),
        Some(entry) => {
            let section = Section::open("[input]", entry, keys::SESSION_INPUT, problems)?;
            inputs::read_all(&section, limits::SESSION_INPUTS_MAX, nodes, run, source, problems)?
        }
    };
    for input in inputs.iter().filter(|input| !matches!(input.when, When::At(_))) {
        let problem = Problem::at(input.place.start..input.place.end, "a session knows when it types");
        let problem = problem.found("\"after\" instead of \"at\"");
        problems.report(problem.expected("a time: at = \"10ms\"").help("write it into the scenario itself"));
    }
    let ends = match top.get("session") {
        None => None,
        Some(entry) => {
            let section = Section::open("[session]", entry, keys::SESSION, problems)?;
            section.get("end").map(|entry| read_end(&entry, run.0, problems)).transpose()?
        }
    };
    Ok(Sessions { inputs, ends })
}

fn read_end(entry: &Entry<'_>, duration: Option<Span>, problems: &mut Problems) -> Checked<Span> {
    let end = entry.time("end = \"1.5s\"", problems)?;
    match duration {
        Some(duration) if end > duration => {
            let problem = Problem::at(entry.span(), "the session ends after the run");
            let problem = problem.found(format!("the run lasts {duration}"));
            Err(problems.report(problem.expected(format!("a time up to \"{duration}\""))))
        }
        _ => Ok(end),
    }
}
