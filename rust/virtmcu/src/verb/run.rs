// SPDX-License-Identifier: Apache-2.0 OR MIT
//! `virtmcu run`: one scenario, shown as it happens.

use crate::attach::{self, To};
use crate::cli::RunArgs;
use crate::exit::Verdict;
use crate::golden;
use crate::interrupt::Interrupt;
use crate::live::{AtConsole, Live};
use crate::mode::Mode;
use crate::places::typed;
use crate::play::{Display, Request, Silent, play};
use crate::report::Report;
use std::fs::File;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

/// Runs it.
pub fn run(args: &RunArgs) -> Verdict {
    if let Some(mistake) = mode_mistake(args) {
        return complain(Verdict::BadInput, &mistake);
    }
    let interrupt = match Interrupt::catch() {
        Ok(interrupt) => interrupt,
        Err(error) => return complain(Verdict::Infrastructure, &format!("cannot catch Ctrl-C: {error}")),
    };
    let kept = args.trace.as_deref().map(typed);
    let scratch = match &kept {
        Some(_) => None,
        None => match Scratch::new() {
            Ok(scratch) => Some(scratch),
            Err(error) => {
                return complain(
                    Verdict::Infrastructure,
                    &format!("cannot make a folder for the trace: {error}"),
                );
            }
        },
    };
    let trace = kept.unwrap_or_else(|| scratch.as_ref().map(|s| s.0.join("run.trace")).unwrap_or_default());
    let capture = args.pcap.as_deref().map(typed);
    let folder = typed(args.trace.as_deref().and_then(Path::parent).unwrap_or(Path::new("")));
    let record = args.record.as_deref().map(typed);
    let attach = attach::Request {
        wanted: &args.attach,
        record: record.as_deref(),
        folder: &folder,
        pace: args.pace.unwrap_or_default(),
    };
    let request = Request {
        args: &args.play,
        capture: capture.as_deref(),
        patience_at_most: None,
        debug: &args.debug,
        mode: args.mode,
        trace: &trace,
        kept_trace: None,
        no_golden: args.no_golden,
        control: args.control.as_deref().map(|socket| (socket, args.control_protocol)),
        attach: (!args.attach.is_empty()).then_some(attach),
        until: args.until,
        color: !args.json && std::io::stderr().is_terminal(),
        interrupt: &interrupt,
    };
    let silent = args.json || args.quiet;
    let mut display: Box<dyn Display> = match silent {
        true => Box::new(Silent),
        false if at_console(args) => Box::new(AtConsole),
        false => Box::new(Live::new()),
    };
    let (mut report, golden) = play(&request, &mut *display);
    drop(display);
    if args.accept {
        accept(&mut report, &trace, golden.as_deref());
    }
    if args.show_trace {
        let text = std::fs::read(&trace).unwrap_or_default();
        let _ = std::io::stdout().write_all(&text);
    }
    tell(args, report, scratch)
}

/// stdout is that of a port.
fn at_console(args: &RunArgs) -> bool {
    args.attach.iter().any(|wanted| wanted.to == To::Stdio)
}

/// What was asked for that the mode does not have.
fn mode_mistake(args: &RunArgs) -> Option<String> {
    let mode = args.mode.in_trace();
    if mode.is_reproducible() {
        return None;
    }
    let slices = args.play.slicing.slice.is_some() || args.play.slicing.serial;
    let (option, why) = match args {
        _ if args.accept => ("--accept", "its trace can be no golden"),
        _ if args.play.golden.is_some() => ("--golden", "its trace cannot be compared with a golden"),
        _ if args.debug.debug.is_some() => ("--debug", "a debugger cannot hold the host's clock"),
        _ if args.control.is_some() => ("--control", "a master cannot hold the host's clock"),
        _ if !args.attach.is_empty() => ("--attach", "what is typed could not be typed again"),
        _ if slices && args.mode == Mode::Standalone => ("--slice, --serial", "nothing cuts its time"),
        _ => return None,
    };
    Some(format!(
        "{option} does not go with --mode {mode}, which is not reproducible: {why}; leave one of the two out"
    ))
}

/// Makes the trace the golden if nothing but the golden speaks against it.
fn accept(report: &mut Report, trace: &Path, golden: Option<&Path>) {
    let clean = report.cases.iter().all(|case| case.verdict == Verdict::Passed || case.name == "golden");
    let Some(case) = report.cases.iter_mut().find(|case| case.name == "golden") else {
        if let Some(run) = report.cases.first_mut() {
            run.verdict = run.verdict.max(Verdict::BadInput);
            run.message.push_str("nothing is accepted: the scenario has no [golden], or the run did not end");
        }
        report.verdict = Report::worst(&report.cases);
        return;
    };
    if let (true, Some(golden)) = (clean, golden) {
        match golden::write(trace, golden) {
            Ok(()) => {
                (case.verdict, case.message) = (Verdict::Passed, String::new());
                eprintln!("accepted: {}", golden.display());
            }
            Err(error) => {
                case.verdict = Verdict::Infrastructure;
                case.message = format!("cannot write {}: {error}", golden.display());
            }
        }
    } else {
        case.message.push_str("\nnot accepted: the run was not clean\n");
    }
    report.verdict = Report::worst(&report.cases);
}

fn tell(args: &RunArgs, mut report: Report, scratch: Option<Scratch>) -> Verdict {
    if let Some(scratch) = scratch {
        // A trace that nobody asked for is kept only where a message leads to it: that of a golden.
        let shown = report.cases.iter().any(|case| case.name == "golden" && case.verdict != Verdict::Passed);
        if shown { scratch.keep() } else { report.trace = None }
    }
    if let Some(file) = &args.report
        && let Err(error) = std::fs::write(typed(file), report.to_json())
    {
        return complain(Verdict::Infrastructure, &format!("cannot write {}: {error}", file.display()));
    }
    if args.json {
        print!("{}", report.to_json());
    } else {
        eprint!("{}{}", report.words(), report.complaints());
        if at_console(args) && !args.quiet {
            eprint!("{}", report.summary());
        } else if !args.quiet {
            print!("{}", report.summary());
        }
    }
    if args.always_succeed { for_a_build(args, report.verdict) } else { report.verdict }
}

/// A build action keeps what its run came to, with a trace in any case. A run that says nothing about the scenario has to
/// fail, or caches would keep it.
fn for_a_build(args: &RunArgs, verdict: Verdict) -> Verdict {
    if verdict >= Verdict::Infrastructure {
        return verdict;
    }
    if let Some(file) = args.trace.as_deref().map(typed)
        && let Err(error) = File::options().append(true).create(true).open(&file)
    {
        return complain(Verdict::Infrastructure, &format!("cannot write {}: {error}", file.display()));
    }
    Verdict::Passed
}

fn complain(verdict: Verdict, message: &str) -> Verdict {
    eprintln!("error: {message}");
    verdict
}

/// A folder for a trace that nobody asked for; removed when dropped.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> std::io::Result<Scratch> {
        let folder = std::env::temp_dir().join(format!("virtmcu-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        Ok(Scratch(folder))
    }

    fn keep(self) {
        std::mem::forget(self);
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
