// SPDX-License-Identifier: Apache-2.0 OR MIT
//! `virtmcu check`: a scenario without running it.

use crate::cli::CheckArgs;
use crate::exit::Verdict;
use crate::{firmware, modules, places};
use std::io::IsTerminal;

/// Checks them all; the first mistakes do not hide the others.
pub fn check(args: &CheckArgs) -> Verdict {
    let mut verdict = Verdict::Passed;
    let mut mistakes = Vec::new();
    for file in &args.scenarios {
        let path = places::typed(file);
        let root = places::root(&args.places, &path);
        let checked = scenario::load(&path, &scenario::Options { root: root.clone() }).and_then(|scenario| {
            let look = !args.no_firmware;
            if look {
                firmware::find(&scenario, &root, &places::labels(&args.places))?;
                modules::find(&scenario, &root, &places::modules(&args.places))?;
            }
            Ok(scenario)
        });
        match checked {
            Ok(scenario) if !args.json => {
                let (nodes, links) = (scenario.nodes.len(), scenario.links.len());
                println!("{}: good ({nodes} nodes, {links} links, {})", file.display(), scenario.duration);
            }
            Ok(_) => {}
            Err(errors) => {
                verdict = Verdict::BadInput;
                if let serde_json::Value::Array(list) = errors.to_json() {
                    mistakes.extend(list);
                }
                if !args.json {
                    eprint!("{}", errors.render(std::io::stderr().is_terminal()));
                }
            }
        }
    }
    if args.json {
        println!("{:#}", serde_json::Value::Array(mistakes));
    }
    verdict
}
