// SPDX-License-Identifier: Apache-2.0 OR MIT
//! From text to a checked scenario, by walking the TOML tree with its spans.
//!
//! serde would stop at the first mistake, and this must tell all of them: so each reader reports what is
//! wrong, returns [`Reported`] in its place, and the others go on.

mod addresses;
mod bytes;
mod can_id;
mod clock;
mod cpu;
mod databases;
mod devices;
mod expects;
mod faults;
mod files;
pub(crate) mod inputs;
pub(crate) mod keys;
mod link_inputs;
mod links;
mod named_file;
mod names;
mod nodes;
mod power;
mod section;
mod session;
mod states;
mod watchdog;

#[cfg(test)]
mod tests;

pub(crate) use clock::ppm;
pub(crate) use links::{SWITCH_ADDRESSES, SWITCH_QUEUE};

use crate::boards::Boards;
use crate::model::Scenario;
use crate::{Diagnostic, Errors, Problem, Source, limits};
use board::OwnDevice;
use databases::Databases;
use report::one_of;
use section::{Checked, Entry, Problems, Section};
use std::path::Path;
use toml::de::{DeTable, DeValue};
use vtime::Span;

/// The one version of the scenario format.
const SCHEMA: u64 = 1;

/// Reads and checks a scenario, without any I/O. `file_name` is for messages and gives the title.
pub fn parse(text: &str, file_name: &str) -> Result<Scenario, Errors> {
    check(Source::new(file_name, text), Boards::default())
}

pub(crate) fn too_large() -> String {
    format!("the scenario is larger than {} MiB", limits::FILE_BYTES_MAX >> 20)
}

pub(crate) fn check(source: Source, boards: Boards<'_>) -> Result<Scenario, Errors> {
    let title = match title(source.file()) {
        Ok(title) => title,
        Err(error) => return Err(Errors::from_list(source, vec![*error])),
    };
    collect(&source, |problems| read(&source, title, boards, problems))
}

/// Only the devices of a scenario.
pub(crate) fn check_devices(source: Source) -> Result<Vec<OwnDevice>, Errors> {
    collect(&source, |problems| {
        let (document, errors) = DeTable::parse_recoverable(source.text());
        check_syntax(&source, &errors, problems)?;
        let top = Section::top("the scenario", document.get_ref(), keys::TOP, problems);
        let devices = devices::Devices::read(&top, &source, problems);
        Ok(devices.good.into_iter().map(|device| device.device).collect())
    })
}

/// What `read` gives, or all mistakes that it reports.
fn collect<T>(source: &Source, read: impl FnOnce(&mut Problems) -> Checked<T>) -> Result<T, Errors> {
    let mut problems = Problems::default();
    match read(&mut problems) {
        Ok(read) if problems.is_empty() => Ok(read),
        Ok(_) | Err(_) => {
            let list = problems.in_file_order().map(|problem| source.diagnose(problem)).collect();
            Err(Errors::from_list(source.clone(), list))
        }
    }
}

/// The file's name without its ending. It stands in the trace, so it may not have every character.
fn title(file: &str) -> Result<String, Box<Diagnostic>> {
    let name = Path::new(file).file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let title = name.strip_suffix(".scenario.toml").or_else(|| name.strip_suffix(".toml")).unwrap_or(name);
    let sound = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    if !title.is_empty() && title.chars().all(sound) {
        return Ok(title.to_string());
    }
    Err(Box::new(Diagnostic {
        message: "the file's name is no title for a scenario".to_string(),
        file: file.to_string(),
        place: None,
        found: Some(title.to_string()),
        also: None,
        expected: Some(
            "NAME.scenario.toml, where NAME has only letters, digits, \"_\", \"-\" and \".\"".to_string(),
        ),
        help: None,
    }))
}

fn read(source: &Source, title: String, boards: Boards<'_>, problems: &mut Problems) -> Checked<Scenario> {
    if source.text().len() > limits::FILE_BYTES_MAX {
        return Err(problems.report(Problem::at(0..0, too_large())));
    }
    let (document, errors) = DeTable::parse_recoverable(source.text());
    check_syntax(source, &errors, problems)?;
    let document = document.get_ref();
    check_schema(document, problems)?;
    let top = Section::top("the scenario", document, keys::TOP, problems);

    let duration = read_duration(&top, problems);
    let seed = match top.get("seed") {
        Some(entry) => entry.integer(0..=u64::MAX, "seed = 7", problems),
        None => Ok(0),
    };
    let devices = devices::Devices::read(&top, source, problems);
    let own: Vec<_> = devices.good.iter().map(|device| device.device.clone()).collect();
    let names = nodes::Names::read(&top, Boards { own: &own, ..boards }, problems)?;
    let devices = devices.used(&names, problems);
    let length = duration.as_ref().ok().copied();
    let mut nodes = names.nodes(length, source, problems);
    let power = match &mut nodes {
        Ok(nodes) => power::read(&top, &names, nodes, length, problems),
        Err(reported) => power::read(&top, &names, &mut [], length, problems).and(Err(*reported)),
    };
    let links = links::read(&top, &names, boards, problems);
    if let (Ok(nodes), Ok(links)) = (&nodes, &links) {
        addresses::check(links, nodes, &names, problems);
    }
    let joined = links.as_ref().map_or(&[][..], Vec::as_slice);
    let inputs = inputs::read(&top, &names, length, joined, source, problems);
    let databases = Databases::new(boards.files);
    let link_inputs = match &links {
        Ok(links) => {
            let files = (boards.files, &databases);
            link_inputs::read(&top, &names, (length, links), files, source, problems)
        }
        Err(reported) => Err(*reported),
    };
    let sessions = session::read(&top, &names, (length, joined), boards.files, problems);
    let expectable = links.as_deref().map_err(|reported| *reported);
    let expects = expects::read(&top, &names, length, expectable, (source, &databases), problems);
    let known = links.as_ref().ok().map(Vec::as_slice);
    let faults = faults::read(&top, &names, length, known, source, problems);
    let state_every = states::read(&top, length, problems);
    let golden = read_golden(&top, source, problems);
    let watchdog = watchdog::read(&top, problems);
    power?;
    let (sessions, mut inputs) = (sessions?, inputs?);
    inputs.extend(sessions.inputs);
    Ok(Scenario {
        title,
        duration: duration?,
        seed: seed?,
        nodes: nodes?,
        devices: devices?,
        links: links?,
        faults: faults?,
        inputs,
        link_inputs: link_inputs?,
        ends: sessions.ends,
        expects: expects?,
        state_every: state_every?,
        golden: golden?,
        watchdog: watchdog?,
        folder: Path::new(source.file()).parent().unwrap_or(Path::new("")).to_path_buf(),
        source: source.clone(),
    })
}

/// Reports what the TOML parser found. Of a key given twice it keeps the first, so the rest can still be
/// checked. After any other error the tree has holes, and every hole would be told as a missing key.
fn check_syntax(source: &Source, errors: &[toml::de::Error], problems: &mut Problems) -> Checked<()> {
    let mut sound = Ok(());
    for error in errors.iter().take(limits::MISTAKES_MAX) {
        let span = error.span().unwrap_or(0..0);
        if error.message() == "duplicate key" {
            let problem = Problem::at(span, "this key is given twice").found("it has a value already");
            let help = "remove one of the two, or give a new table its own name";
            let reported = problems.report(problem.help(help));
            if problems.is_full() {
                sound = Err(reported);
            }
        } else {
            sound = Err(problems.report(no_toml(source, span, error.message())));
        }
    }
    sound
}

fn no_toml(source: &Source, span: std::ops::Range<usize>, message: &str) -> Problem {
    let before = source.text().get(..span.start).unwrap_or_default();
    let (message, expected) = match message.split_once(", expected ") {
        // Of a value that is not there, the parser says what is wrong with its quotes.
        _ if span.is_empty() && before.trim_end_matches(' ').ends_with('=') => {
            ("a value is missing", "a value after the \"=\"")
        }
        Some(parts) => parts,
        None => (message, ""),
    };
    let problem = Problem::at(span, format!("this is not TOML: {message}"));
    if expected.is_empty() { problem } else { problem.expected(expected) }
}

/// The version comes first: under another one, nothing else can be judged.
fn check_schema(document: &DeTable<'_>, problems: &mut Problems) -> Checked<()> {
    let help = "write schema = 1 as the first line";
    let Some(value) = document.get("schema") else {
        let problem = Problem::at(0..0, "the scenario has no \"schema\"").found("\"schema\" is missing");
        problems.report(problem.expected("the version of this format: 1").help(help));
        return Ok(());
    };
    let Ok(version) = Entry::new("schema", value).integer(0..=u64::MAX, "schema = 1", problems) else {
        return Ok(());
    };
    if version == SCHEMA {
        return Ok(());
    }
    let problem = Problem::at(value.span(), format!("this is a scenario of schema {version}"));
    let problem = problem.found("this version of virtmcu does not know it").expected(SCHEMA.to_string());
    Err(problems.report(if version == 0 { problem.help(help) } else { problem }))
}

fn read_duration(top: &Section<'_>, problems: &mut Problems) -> Checked<Span> {
    let entry = top.need("duration", "duration = \"20ms\"", problems)?;
    let duration = entry.time("duration = \"20ms\"", problems)?;
    if duration.is_zero() {
        let problem = Problem::at(entry.span(), "a run of no time at all").found("the duration is zero");
        return Err(problems.report(problem.expected("a time longer than zero, such as \"20ms\"")));
    }
    Ok(duration)
}

fn read_golden(
    top: &Section<'_>,
    source: &Source,
    problems: &mut Problems,
) -> Checked<Option<crate::FileRef>> {
    let Some(entry) = top.get("golden") else {
        return Ok(None);
    };
    let section = Section::open("[golden]", entry, keys::GOLDEN, problems)?;
    let example = "trace = \"//golden/NAME.trace\"";
    let trace = section.need("trace", example, problems)?;
    files::read(&trace, example, source, problems).map(Some)
}

/// What a value is, for a message.
fn what(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a floating-point number",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}

/// Text of the scenario inside a message: escaped, and not longer than a line.
fn shorten(text: &str) -> String {
    const CHARS_MAX: usize = 60;
    match text.char_indices().nth(CHARS_MAX) {
        None => text.escape_debug().to_string(),
        Some((end, _)) => format!("{}…", text[..end].escape_debug()),
    }
}

/// The same in quotes.
pub(crate) fn quote(text: &str) -> String {
    format!("\"{}\"", shorten(text))
}

/// "did you mean" for a key, and the keys there are.
fn unknown_key(span: std::ops::Range<usize>, section: &str, key: &str, keys: &[&str]) -> Problem {
    Problem::at(span, format!("unknown key {}", quote(key)))
        .found(format!("{section} has no such key"))
        .expected(one_of(keys))
        .nearest(report::nearest(key, keys.iter().copied()))
}
