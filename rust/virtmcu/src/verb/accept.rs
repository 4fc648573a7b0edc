// SPDX-License-Identifier: Apache-2.0 OR MIT
//! `virtmcu accept`: the golden is the trace of this run from now on. `bazel run …:NAME.update` ends here.

use crate::cli::AcceptArgs;
use crate::exit::Verdict;
use crate::golden;
use crate::places::typed;

/// Writes the golden, unless the run was not clean.
pub fn accept(args: &AcceptArgs) -> Verdict {
    let complain = |verdict, message: String| {
        eprintln!("error: {message}");
        verdict
    };
    let shown = args.report.display();
    let report = std::fs::read_to_string(typed(&args.report)).map_err(|error| error.to_string());
    let report = report.and_then(|text| serde_json::from_str(&text).map_err(|error| error.to_string()));
    let report: serde_json::Value = match report {
        Ok(report) => report,
        Err(error) => return complain(Verdict::BadInput, format!("cannot read the report {shown}: {error}")),
    };
    let cases = report["cases"].as_array().map(Vec::as_slice).unwrap_or_default();
    let unclean = cases.iter().find(|case| case["verdict"] != "passed" && case["name"] != "golden");
    if cases.is_empty() || unclean.is_some() {
        let why = unclean.and_then(|case| case["message"].as_str()).unwrap_or("the report tells of no run");
        return complain(Verdict::Failed, format!("nothing is accepted, the run was not clean:\n{why}"));
    }
    let golden = typed(&args.golden);
    let (old, new) = (std::fs::read(&golden).ok(), std::fs::read(typed(&args.trace)).ok());
    if old.is_some() && old == new {
        println!("unchanged: {}", args.golden.display());
        return Verdict::Passed;
    }
    match golden::write(&typed(&args.trace), &golden) {
        Ok(()) => {
            println!("{}: {}", if old.is_some() { "updated" } else { "created" }, args.golden.display());
            Verdict::Passed
        }
        Err(error) => {
            complain(Verdict::Infrastructure, format!("cannot write {}: {error}", golden.display()))
        }
    }
}
