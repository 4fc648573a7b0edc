// SPDX-License-Identifier: Apache-2.0 OR MIT
//! CAN databases that inputs and expectations name.

use super::section::{Checked, Entry, Problems, Section};
use super::{named_file, quote};
use crate::Problem;
use dbc::{Database, Message};
use report::one_of;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// Names that are told of many.
pub(super) const TOLD_MAX: usize = 20;

/// Those that were read: each is read once.
pub(super) struct Databases<'a, 'b> {
    /// The scenario's folder and the workspace's root; without them no file is read.
    files: Option<(&'b Path, &'b Path)>,
    known: RefCell<BTreeMap<&'a str, Arc<Database>>>,
}

impl<'a, 'b> Databases<'a, 'b> {
    pub(super) fn new(files: Option<(&'b Path, &'b Path)>) -> Databases<'a, 'b> {
        Databases { files, known: RefCell::default() }
    }

    /// The message that `section` names, of the database in `file`; and where it does.
    pub(super) fn message(
        &self,
        file: &Entry<'a>,
        section: &Section<'a>,
        problems: &mut Problems,
    ) -> Checked<(Message, Range<usize>)> {
        let database = self.read(file, problems)?;
        let example = "message = \"Engine\"";
        let name = section.need("message", example, problems)?.string(example, problems)?;
        match database.message(name.text) {
            Ok(message) => Ok((message.clone(), name.span)),
            Err(unknown) => {
                let all: Vec<&str> = database.messages().iter().map(Message::name).take(TOLD_MAX).collect();
                let problem = Problem::at(name.span, format!("unknown message {}", quote(name.text)));
                let problem = problem.found("the database has no such message");
                let problem = if all.is_empty() { problem } else { problem.expected(one_of(&all)) };
                Err(problems.report(problem.nearest(unknown.nearest.as_deref())))
            }
        }
    }

    fn read(&self, entry: &Entry<'a>, problems: &mut Problems) -> Checked<Arc<Database>> {
        let name = entry.string("dbc = \"engine.dbc\"", problems)?.text;
        if let Some(known) = self.known.borrow().get(name) {
            return Ok(known.clone());
        }
        let (file, bytes) = named_file::read(entry, "database", self.files, problems)?;
        let database = Database::read(file, &bytes)
            .map_err(|errors| problems.report(named_file::of_file(entry, "database", errors.list())))?;
        let database = Arc::new(database);
        self.known.borrow_mut().insert(name, database.clone());
        Ok(database)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use toml::de::DeTable;

    #[test]
    fn a_database_is_read_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.dbc");
        std::fs::write(&path, "BO_ 1 M: 8 X\n").unwrap();
        let table = DeTable::parse("dbc = \"a.dbc\"\nmessage = \"M\"").unwrap();
        let mut problems = Problems::default();
        let section = Section::top("it", table.get_ref(), &["dbc", "message"], &mut problems);
        let databases = Databases::new(Some((folder.path(), folder.path())));
        let mut read = || databases.message(&section.get("dbc").unwrap(), &section, &mut problems).is_ok();
        assert!(read());
        std::fs::remove_file(path).unwrap();
        assert!(read());
    }
}
