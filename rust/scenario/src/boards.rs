// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Finding the board that a scenario names: one that comes with virtmcu, or a file.

use crate::{Problem, Target};
use board::{Board, OwnDevice, Reading, file};
use report::nearest;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// Where boards are looked for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Boards<'a> {
    /// The scenario's folder and the workspace's root; without them no file is read.
    pub(crate) files: Option<(&'a Path, &'a Path)>,
    /// What the scenario itself says of devices on boards in files.
    pub(crate) own: &'a [OwnDevice],
    /// What nobody knows becomes a stub.
    pub(crate) permissive: bool,
}

impl Boards<'_> {
    /// The board that the text at `span` names.
    pub(crate) fn find(self, text: &str, span: Range<usize>) -> Result<Arc<Board>, Box<Problem>> {
        if file::Form::of(Path::new(text)).is_some() {
            return self.read(text, span);
        }
        board::find(text).ok_or_else(|| {
            let problem = Problem::at(span, format!("unknown board {}", crate::read::quote(text)));
            let problem = problem.found("there is no such board");
            let problem =
                problem.expected("one that `virtmcu board list` shows, or a file: \"my_board.dts\"");
            Box::new(problem.nearest(nearest(text, board::names())))
        })
    }

    fn read(self, text: &str, span: Range<usize>) -> Result<Arc<Board>, Box<Problem>> {
        let expected = "a path from the scenario's folder, or from the workspace's root \"//path/board.dts\"";
        let Some((folder, root)) = self.files else {
            return Err(Box::new(Problem::at(span, "a board in a file").found("no files are read here")));
        };
        let path = match text.parse::<Target>() {
            Ok(Target::Relative(path)) => folder.join(path),
            Ok(Target::RootPath(path)) => root.join(path),
            Ok(Target::Label(_)) => {
                let problem = Problem::at(span, "a label cannot name a board").found("this is a label");
                return Err(Box::new(problem.expected(expected)));
            }
            Err(error) => {
                let problem =
                    Problem::at(span, format!("{} cannot name a board here", crate::read::quote(text)));
                return Err(Box::new(problem.found(error.to_string()).expected(expected)));
            }
        };
        let reading = Reading { own: self.own, permissive: self.permissive };
        file::read_board(&path, root, reading).map(Arc::new).map_err(|errors| {
            let first = &errors.list()[0];
            let at = first
                .place
                .as_ref()
                .map_or(String::new(), |place| format!(":{}:{}", place.line, place.column));
            let more = errors.list().len() - 1;
            let more = if more > 0 { format!(", and {more} more") } else { String::new() };
            let why = first
                .found
                .as_ref()
                .or(first.expected.as_ref())
                .map_or(String::new(), |why| format!(": {why}"));
            let problem = Problem::at(span, format!("the board {} has mistakes", crate::read::quote(text)));
            let problem = problem.found(format!("{}{at}: {}{why}{more}", first.file, first.message));
            let more = if self.own.is_empty() { "" } else { " --scenario FILE" };
            let command = format!("virtmcu board check {}{more}", path.display());
            Box::new(problem.help(format!("`{command}` shows all of them")))
        })
    }
}
