// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A run's trace against its golden.

use crate::determinism::{Golden, UNKNOWN};
use crate::exit::Verdict;
use crate::report::Case;
use std::path::Path;
use trace::{RenderOptions, Trace, compare, states_were_compared};

/// The commands that a message ends with.
#[derive(Clone, Debug)]
pub struct Commands {
    /// Makes the run's trace the golden.
    pub accept: String,
    /// Shows the whole difference.
    pub more: String,
}

/// The two traces, and how messages name them.
#[derive(Clone, Copy, Debug)]
pub struct Files<'a> {
    /// The run's trace.
    pub run: &'a Path,
    /// Its name for messages.
    pub shown_run: &'a str,
    /// The golden.
    pub golden: &'a Path,
    /// Its name for messages.
    pub shown_golden: &'a str,
}

/// Whether the run's trace is the golden; if it is, with what this says.
pub fn judge(files: &Files<'_>, commands: &Commands, color: bool) -> (Case, Option<Golden>) {
    let mut equal = None;
    let case = compare_files(files, commands, color, &mut equal);
    (case, equal)
}

fn compare_files(files: &Files<'_>, commands: &Commands, color: bool, equal: &mut Option<Golden>) -> Case {
    let Files { run, shown_run, golden, shown_golden } = *files;
    let case = |verdict, message| Case { name: "golden".into(), verdict, message };
    let golden_bytes = match std::fs::read(golden) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let message = format!(
                "there is no golden yet at {shown_golden}\nread the trace ({shown_run}), then accept it with:\n  {}",
                commands.accept
            );
            return case(Verdict::Failed, message);
        }
        Err(error) => return case(Verdict::BadInput, format!("cannot read {shown_golden}: {error}")),
    };
    let golden = match Trace::parse_bytes(&golden_bytes, shown_golden) {
        Ok(trace) => trace,
        Err(error) => return case(Verdict::BadInput, error.render(Some(&commands.accept))),
    };
    let run_bytes = match std::fs::read(run) {
        Ok(bytes) => bytes,
        Err(error) => return case(Verdict::Infrastructure, format!("cannot read {shown_run}: {error}")),
    };
    let run = match Trace::parse_bytes(&run_bytes, shown_run) {
        Ok(trace) => trace,
        // This program has just written it: the disk or the program is broken.
        Err(error) => return case(Verdict::Infrastructure, error.render(None)),
    };
    match compare(&golden, &run) {
        Ok(()) => {
            let host = golden.header.made_by.iter().find(|by| by.what == "host");
            let host = host.map_or(UNKNOWN.to_string(), |by| by.version.clone());
            *equal = Some(Golden { host, states: states_were_compared(&golden, &run) });
            case(Verdict::Passed, String::new())
        }
        Err(divergence) => {
            let options = RenderOptions {
                golden_path: shown_golden,
                run_path: shown_run,
                more_command: Some(&commands.more),
                accept_command: Some(&commands.accept),
                color,
            };
            case(Verdict::Failed, divergence.render(&options))
        }
    }
}

/// Writes the trace to the golden's place, whole or not at all.
pub fn write(trace: &Path, golden: &Path) -> std::io::Result<()> {
    if let Some(folder) = golden.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let bytes = std::fs::read(trace)?;
    let read = Trace::parse_bytes(&bytes, "trace");
    if let Some(mode) = read.ok().map(|trace| trace.header.mode).filter(|mode| !mode.is_reproducible()) {
        let why = format!("the trace is one of mode {mode}, which is not reproducible: it can be no golden");
        return Err(std::io::Error::new(std::io::ErrorKind::InvalidData, why));
    }
    let pending = golden.with_extension("trace.new");
    // Not a copy of the file: a build action's trace is read-only and executable.
    std::fs::write(&pending, bytes)?;
    std::fs::rename(&pending, golden)
}
