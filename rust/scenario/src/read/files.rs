// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A value that names a file.

use super::quote;
use super::section::{Checked, Entry, Problems};
use crate::{FileRef, FileRefError, Problem, Source, Target};

pub(crate) fn read(
    entry: &Entry<'_>,
    example: &str,
    source: &Source,
    problems: &mut Problems,
) -> Checked<FileRef> {
    let text = entry.string(example, problems)?;
    match text.text.parse::<Target>() {
        Ok(target) => Ok(FileRef { text: text.text.to_string(), place: source.place(text.span), target }),
        Err(error) => {
            let message = match error {
                FileRefError::Empty => "the name of a file is empty".to_string(),
                _ => format!("{} cannot name a file here", quote(text.text)),
            };
            let problem = Problem::at(text.span, message).found(error.to_string());
            let expected = "a label \"//package:name\", a path from the workspace's root \"//path/file\", or a path \
                            from the scenario's folder";
            Err(problems.report(problem.expected(expected)))
        }
    }
}
