// SPDX-License-Identifier: Apache-2.0 OR MIT
//! People at ports: terminals that `virtmcu run --attach` joins to consoles, and the recording of what is typed there.
//!
//! **Invariant:** what is recorded, and when, is what the core was given: the recording types the same again.
//! **Limits:** ports that no link joins; Linux' terminals.

mod console;
mod error;
mod recording;
mod terminal;
mod wanted;

pub use console::Console;
pub use error::AttachError;
pub use recording::{Recording, baud};
pub use wanted::{Pace, To, Wanted};

use scenario::Scenario;
use std::cell::RefCell;
use std::path::{Path, PathBuf};

/// What the command line asks for.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Which ports, and where to.
    pub wanted: &'a [Wanted],
    /// Where the recording goes; by default to NAME.session.toml in `folder`.
    pub record: Option<&'a Path>,
    /// Where the recording goes if `record` does not say.
    pub folder: &'a Path,
    /// How fast virtual time goes while somebody may type.
    pub pace: Pace,
}

/// Terminals at ports of a run.
#[derive(Debug)]
pub struct Attached {
    pub(crate) consoles: Vec<Console>,
    pub(crate) recording: RefCell<Recording>,
    pub(crate) pace: Pace,
}

impl Attached {
    /// Opens all that `request` asks for, or nothing. `file` is the scenario, as the user named it.
    pub fn open(request: &Request<'_>, scenario: &Scenario, file: &Path) -> Result<Attached, AttachError> {
        let ports = wanted::resolve(request.wanted, scenario)?;
        let consoles = request.wanted.iter().zip(ports).map(|(wanted, port)| Console::open(wanted, port));
        let consoles = consoles.collect::<Result<Vec<Console>, AttachError>>()?;
        // Last: it stays, and would be in the way of the next try.
        let recording = Recording::create(request.record, request.folder, &scenario.title, file)?;
        Ok(Attached { consoles, recording: RefCell::new(recording), pace: request.pace })
    }

    /// There is no run: what was made for it goes.
    pub fn discard(self) {
        // The error that is told is why.
        let _ = std::fs::remove_file(self.recording.into_inner().path());
    }

    /// Where each port is to be found, a line each.
    pub fn words(&self) -> Vec<String> {
        self.consoles.iter().map(Console::words).collect()
    }

    /// The file with what was typed, and how often something was.
    pub fn recorded(&self) -> (PathBuf, usize) {
        let recording = self.recording.borrow();
        (recording.path().to_path_buf(), recording.inputs())
    }
}
