// SPDX-License-Identifier: Apache-2.0 OR MIT
//! `virtmcu diff`: two traces.

use crate::cli::DiffArgs;
use crate::exit::Verdict;
use crate::places::typed;
use std::io::IsTerminal;
use std::path::Path;
use trace::{RenderOptions, Trace};

/// Compares them.
pub fn diff(args: &DiffArgs) -> Verdict {
    let (first, second) = match (read(&args.first), read(&args.second)) {
        (Ok(first), Ok(second)) => (first, second),
        (first, second) => {
            for error in [first.err(), second.err()].into_iter().flatten() {
                eprintln!("error: {error}");
            }
            return Verdict::BadInput;
        }
    };
    let divergence = trace::diff(&first, &second);
    if args.json {
        let json = divergence.as_ref().map_or(serde_json::Value::Null, trace::Divergence::to_json);
        println!("{json:#}");
    } else if let Some(divergence) = &divergence {
        let (golden_path, run_path) = (args.first.display().to_string(), args.second.display().to_string());
        let color = std::io::stdout().is_terminal();
        let options =
            RenderOptions { golden_path: &golden_path, run_path: &run_path, color, ..Default::default() };
        print!("{}", divergence.render(&options));
    } else {
        println!("the same: {}", first.hash);
    }
    if divergence.is_none() { Verdict::Passed } else { Verdict::Failed }
}

fn read(path: &Path) -> Result<Trace, String> {
    let shown = path.display().to_string();
    let bytes = std::fs::read(typed(path)).map_err(|error| format!("cannot read {shown}: {error}"))?;
    Trace::parse_bytes(&bytes, &shown).map_err(|error| error.to_string())
}
