// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A run's trace against its golden.

use crate::exit::Verdict;
use crate::report::Case;
use std::path::Path;
use trace::{RenderOptions, Trace, compare};

/// The commands that a message ends with.
#[derive(Clone, Debug)]
pub struct Commands {
    /// Makes the run's trace the golden.
    pub accept: String,
    /// Shows the whole difference.
    pub more: String,
}

/// Whether the trace in the file `run` is the golden.
pub fn judge(run: &Path, golden: &Path, shown_golden: &str, commands: &Commands, color: bool) -> Case {
    let case = |verdict, message| Case { name: "golden".into(), verdict, message };
    let golden_bytes = match std::fs::read(golden) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let message = format!(
                "there is no golden yet at {shown_golden}\nread the trace ({}), then accept it with:\n  {}",
                run.display(),
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
    let run_path = run.display().to_string();
    let run_bytes = match std::fs::read(run) {
        Ok(bytes) => bytes,
        Err(error) => return case(Verdict::Infrastructure, format!("cannot read {run_path}: {error}")),
    };
    let run = match Trace::parse_bytes(&run_bytes, &run_path) {
        Ok(trace) => trace,
        // This program has just written it: the disk or the program is broken.
        Err(error) => return case(Verdict::Infrastructure, error.render(None)),
    };
    match compare(&golden, &run) {
        Ok(()) => case(Verdict::Passed, String::new()),
        Err(divergence) => {
            let options = RenderOptions {
                golden_path: shown_golden,
                run_path: &run_path,
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
    let pending = golden.with_extension("trace.new");
    std::fs::copy(trace, &pending)?;
    std::fs::rename(&pending, golden)
}
