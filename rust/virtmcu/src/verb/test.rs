// SPDX-License-Identifier: Apache-2.0 OR MIT
//! `virtmcu test`: a scenario as a Bazel test.

use crate::bazel::{self, Environment};
use crate::cli::TestArgs;
use crate::debug::DebugArgs;
use crate::exit::Verdict;
use crate::interrupt::Interrupt;
use crate::live::Live;
use crate::mode::Mode;
use crate::places::{self, typed};
use crate::play::{Request, play, title};
use crate::report::Report;
use crate::{faults, golden, junit};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Seconds before Bazel's own timeout at which a run without progress is given up, to have time to say why.
const MARGIN_S: u64 = 10;

/// Runs it, and leaves for Bazel what it asks for.
#[expect(clippy::disallowed_methods, reason = "test.xml says how long a test took on the host")]
pub fn test(args: &TestArgs) -> Verdict {
    let environment = Environment::read(|name| std::env::var_os(name));
    let started = Instant::now();
    let report = environment.begin().map_or_else(
        |error| broken(args, Verdict::Infrastructure, format!("cannot write where Bazel says: {error}")),
        |()| selected(args, &environment),
    );
    print!("{}", report.summary());
    let _ = std::io::stdout().flush();
    eprint!("{}{}", report.words(), report.complaints());
    if let Err(error) = leave(&environment, &report, started) {
        eprintln!("error: cannot write the test's outputs: {error}");
        return report.verdict.max(Verdict::Infrastructure);
    }
    environment.end();
    report.verdict
}

fn broken(args: &TestArgs, verdict: Verdict, message: String) -> Report {
    Report::broken(&title(&args.play.scenario), verdict, message)
}

/// Runs the scenario if this shard has a case of it, and reports those cases.
fn selected(args: &TestArgs, environment: &Environment) -> Report {
    let names = match case_names(args) {
        Ok(names) => names,
        Err(message) => return broken(args, Verdict::BadInput, message),
    };
    let chosen = match environment.select(&names) {
        Ok(chosen) => chosen,
        Err(message) => return broken(args, Verdict::BadInput, message),
    };
    if chosen.is_empty() {
        println!("this shard has no case to run");
        let mut report = broken(args, Verdict::Passed, String::new());
        report.cases.clear();
        return report;
    }
    let mut report = run(args, environment);
    let scenario = report.scenario.clone();
    report.cases.retain(|case| {
        let name = format!("{scenario}.{}", case.name);
        // A run that broke off is everybody's failure, and so is one that is no case unless it happens: an input that was never typed.
        let is_everybodys = case.name == "run" || !names.contains(&name);
        is_everybodys && case.verdict != Verdict::Passed || chosen.contains(&&*name)
    });
    report.verdict = Report::worst(&report.cases);
    report
}

/// `ring.run`, `ring.expect 1 north.uart0`, …, `ring.fault wire 1`, …, `ring.golden`.
fn case_names(args: &TestArgs) -> Result<Vec<String>, String> {
    let file = typed(&args.play.scenario);
    let root = places::root(&args.play.places, &file);
    let scenario =
        scenario::load(&file, &scenario::Options { root }).map_err(|errors| errors.render(false))?;
    let mut names = vec![format!("{}.run", scenario.title)];
    let expects = scenario.expects.iter().enumerate();
    names.extend(expects.map(|(place, expect)| format!("{}.{}", scenario.title, expect.title(place))));
    let faults = faults::cases(&scenario, &[]).into_iter();
    names.extend(faults.map(|case| format!("{}.{}", scenario.title, case.name)));
    if scenario.golden.is_some() || args.play.golden.is_some() {
        names.push(format!("{}.golden", scenario.title));
    }
    Ok(names)
}

fn run(args: &TestArgs, environment: &Environment) -> Report {
    let interrupt = match Interrupt::catch() {
        Ok(interrupt) => interrupt,
        Err(error) => return broken(args, Verdict::Infrastructure, format!("cannot catch signals: {error}")),
    };
    let most = |timeout_s: u64| Duration::from_secs(timeout_s.saturating_sub(MARGIN_S).max(1));
    let outputs = environment.outputs.clone().unwrap_or_else(std::env::temp_dir);
    let trace = outputs.join(format!("{}.trace", title(&args.play.scenario)));
    let kept = bazel::kept(&trace);
    // Beside the trace, where somebody finds it.
    let capture = environment.outputs.as_ref().map(|_| trace.with_extension("pcapng"));
    let request = Request {
        args: &args.play,
        capture: capture.as_deref(),
        patience_at_most: environment.timeout_s.map(most),
        debug: &DebugArgs::default(),
        mode: Mode::Exact,
        trace: &trace,
        kept_trace: kept.as_deref(),
        no_golden: false,
        control: None,
        attach: None,
        until: None,
        color: false,
        interrupt: &interrupt,
    };
    let (report, golden) = play(&request, &mut Live::new());
    if report.cases.iter().any(|case| case.name == "golden" && case.verdict != Verdict::Passed)
        && let Err(error) = pend(&trace, &outputs, golden.as_deref())
    {
        eprintln!("error: cannot write the pending golden: {error}");
    }
    report
}

/// Leaves the trace where it would go as a golden, below the folder `pending` of the outputs.
fn pend(trace: &Path, outputs: &Path, golden: Option<&Path>) -> std::io::Result<()> {
    let name = golden.and_then(Path::file_name).map(PathBuf::from).unwrap_or_default();
    golden::write(trace, &outputs.join("pending").join(name))
}

fn leave(environment: &Environment, report: &Report, started: Instant) -> std::io::Result<()> {
    if let Some(file) = &environment.xml {
        let xml = junit::xml(report, started.elapsed()).map_err(std::io::Error::other)?;
        std::fs::write(file, xml)?;
    }
    if let Some(outputs) = &environment.outputs {
        std::fs::write(outputs.join(format!("{}.report.json", report.scenario)), report.to_json())?;
        std::fs::write(
            outputs.join(format!("{}.log", report.scenario)),
            report.words() + &report.complaints() + &report.summary(),
        )?;
    }
    if let (Some(file), Verdict::Infrastructure) = (&environment.infrastructure_failure, report.verdict) {
        let complaints = report.complaints();
        std::fs::write(file, format!("virtmcu\n{}\n", complaints.lines().next().unwrap_or_default()))?;
    }
    Ok(())
}
