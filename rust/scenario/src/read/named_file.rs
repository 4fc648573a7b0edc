// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Files that inputs and expectations name: logs, captures, databases.

use super::quote;
use super::section::{Checked, Entry, Problems};
use crate::{Diagnostic, Problem, Target, limits};
use board::file::{NotRead, read_bytes};
use std::path::{Path, PathBuf};

/// What messages call the file that `entry` names, and what is in it; `what` is "log", "capture" or the like. `files` are the scenario's
/// folder and the workspace's root.
pub(super) fn read<'e>(
    entry: &Entry<'e>,
    what: &str,
    files: Option<(&Path, &Path)>,
    problems: &mut Problems,
) -> Checked<(&'e str, Vec<u8>)> {
    let read = |path: &Path| read_bytes(path, limits::INPUT_FILE_BYTES_MAX);
    read_with(entry, what, files, read, problems).map(|(name, _, bytes)| (name, bytes))
}

/// The same, and where it is, read as `read` does.
pub(super) fn read_with<'e, T>(
    entry: &Entry<'e>,
    what: &str,
    files: Option<(&Path, &Path)>,
    read: impl FnOnce(&Path) -> Result<T, NotRead>,
    problems: &mut Problems,
) -> Checked<(&'e str, PathBuf, T)> {
    let text = entry.string(&format!("{} = \"FILE\"", entry.key()), problems)?;
    let expected = format!(
        "a path from the scenario's folder, or from the workspace's root: {} = \"//path/FILE\"",
        entry.key()
    );
    let wrong = Problem::at(text.span, format!("cannot read the {what} {}", quote(text.text)));
    let path = match (text.text.parse::<Target>(), files) {
        (Ok(Target::Relative(path)), Some((folder, _))) => folder.join(path),
        (Ok(Target::RootPath(path)), Some((_, root))) => root.join(path),
        (Ok(Target::Label(_)), _) => {
            return Err(problems.report(wrong.found("this is a label").expected(expected)));
        }
        (Err(error), _) => return Err(problems.report(wrong.found(error.to_string()).expected(expected))),
        (Ok(_), None) => return Err(problems.report(wrong.found("no files are read here"))),
    };
    match read(&path) {
        Ok(content) => Ok((text.text, path, content)),
        Err(why) => Err(problems.report(wrong.found(why.to_string()).expected(expected))),
    }
}

/// Mistakes in the text of another file, told where it is named: the first, and how many there are.
pub(super) fn of_file(entry: &Entry<'_>, what: &str, mistakes: &[Diagnostic]) -> Problem {
    let problem = Problem::at(entry.span(), format!("the {what} has mistakes"));
    let Some(first) = mistakes.first() else { return problem };
    let at = first.place.as_ref().map_or(String::new(), |place| format!(":{}:{}", place.line, place.column));
    let more = if mistakes.len() > 1 { format!(" (and {} more)", mistakes.len() - 1) } else { String::new() };
    let why = first.found.as_ref().map_or(String::new(), |found| format!(": {found}"));
    let mut problem = problem.found(format!("{}{at}: {}{why}{more}", first.file, first.message));
    if let Some(expected) = &first.expected {
        problem = problem.expected(expected.clone());
    }
    match &first.help {
        Some(help) => problem.help(help.clone()),
        None => problem,
    }
}
