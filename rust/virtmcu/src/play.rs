// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A scenario from its file to its report: read, check, run, judge.

use crate::attach::{self, Attached};
use crate::cli::{ControlProtocol, PlayArgs};
use crate::debug::{self, DebugArgs, DebugError, Debugging, Servers};
use crate::determinism::Determinism;
use crate::exit::Verdict;
use crate::faults;
use crate::golden::{self, Commands, Files};
use crate::interrupt::Interrupt;
use crate::loaded::{self, Loaded};
use crate::mode::Mode;
use crate::places;
use crate::report::{Case, NodeReport, Report};
use crate::session::{Ended, Run};
use control::{Choice, Listener};
use expect::{Expectations, Topology, TopologyPort};
use scenario::{LinkInput, Port, Scenario};
use sim::{Event, LinkId, Slicing, Untyped};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;
use trace::{LINE_SILENCE, Line, LineObserver};
use vtime::{Instant, Span};

/// What to play.
#[derive(Debug)]
pub struct Request<'a> {
    /// The scenario, where things are, how to cut time, what to compare with.
    pub args: &'a PlayArgs,
    /// Nobody waits longer than this for a run without progress.
    pub patience_at_most: Option<Duration>,
    /// Debuggers at its nodes.
    pub debug: &'a DebugArgs,
    /// How its nodes keep their time.
    pub mode: Mode,
    /// Where the trace goes.
    pub trace: &'a Path,
    /// Where it will be found after the run, for messages, if not there.
    pub kept_trace: Option<&'a Path>,
    /// Where a capture of all ports goes, if one is wanted.
    pub capture: Option<&'a Path>,
    /// Compare with no golden.
    pub no_golden: bool,
    /// Where a master may connect, and what it speaks; `None`: there is no master.
    pub control: Option<(&'a Path, Option<ControlProtocol>)>,
    /// Who may type at its ports.
    pub attach: Option<attach::Request<'a>>,
    /// Ends the run at this time, asks where each firmware is there, and judges nothing.
    pub until: Option<Span>,
    /// Messages may have the colours of a terminal.
    pub color: bool,
    /// Ctrl-C.
    pub interrupt: &'a Interrupt,
}

/// Sees a run as it happens.
pub trait Display {
    /// The scenario is about to run.
    fn starts(&mut self, _scenario: &Scenario) {}
    /// The run waits for a master to connect there.
    fn listens(&mut self, _socket: &Path) {}
    /// A port has sent a line.
    fn line(&mut self, _line: &Line<'_>) {}
    /// What the user must not overlook, before anything runs.
    fn warning(&mut self, _text: &str) {}
    /// Debuggers may come: the commands to type.
    fn debuggers(&mut self, commands: &str) {
        eprint!("{commands}");
    }
    /// Virtual time has come this far.
    fn progress(&mut self, _now: Instant, _end: Instant) {}
}

/// Shows nothing.
#[derive(Debug)]
pub struct Silent;
impl Display for Silent {}

/// Plays a scenario. The second value is where its golden is, if it has one.
pub fn play(request: &Request<'_>, display: &mut dyn Display) -> (Report, Option<PathBuf>) {
    let file = places::typed(&request.args.scenario);
    let title = title(&file);
    let broken = |verdict, message| (Report::broken(&title, verdict, message), None);
    let Loaded { mut scenario, firmware, modules, tools, root } =
        match loaded::load(&file, &request.args.places, request.color) {
            Ok(loaded) => loaded,
            Err((verdict, message)) => return broken(verdict, message),
        };
    if let Some(until) = request.until {
        scenario.duration = scenario.duration.min(until);
    }
    if request.control.is_some() {
        // How far the run goes is the master's choice.
        scenario.ends = None;
    }
    let servers = match Servers::plan(request.debug, &scenario) {
        Ok(servers) => servers,
        Err(error @ DebugError::Folder { .. }) => return broken(Verdict::Infrastructure, error.to_string()),
        Err(error) => return broken(Verdict::BadInput, error.to_string()),
    };
    let attached = request.attach.map(|attach| Attached::open(&attach, &scenario, &file)).transpose();
    let attached = match attached {
        Ok(attached) => attached,
        Err(error) => return broken(error.verdict(), error.to_string()),
    };
    let (out, capture) = match outputs(request) {
        Ok(outputs) => outputs,
        Err(message) => {
            attached.into_iter().for_each(Attached::discard);
            return broken(Verdict::Infrastructure, message);
        }
    };
    let listener = match request.control.map(|(path, _)| Listener::bind(&places::typed(path))).transpose() {
        Ok(listener) => listener,
        Err(error) => return broken(Verdict::BadInput, error.to_string()),
    };
    let choice = match request.control.and_then(|(_, protocol)| protocol) {
        None => Choice::FirstMessage { duration_ns: scenario.duration.as_ns() },
        Some(ControlProtocol::Virtmcu) => Choice::Virtmcu,
        Some(ControlProtocol::Legacy) => Choice::Legacy,
    };
    let (golden, shown_golden) = golden_of(request, &scenario, &root);
    let shown_trace = request.kept_trace.unwrap_or(request.trace).display().to_string();

    display.starts(&scenario);
    if let Some(warning) = request.mode.warning() {
        display.warning(&warning);
    }
    for words in attached.iter().flat_map(Attached::words) {
        display.warning(&words);
    }
    if let Some(listener) = &listener {
        display.listens(listener.path());
    }
    let end = Instant::START + scenario.end();
    let shared = std::cell::RefCell::new(display);
    let announce = || {
        let commands = servers.as_ref().map(|servers| debug::commands(servers, &scenario, &firmware, &root));
        shared.borrow_mut().debuggers(&commands.unwrap_or_default());
    };
    let run = Run {
        scenario: &scenario,
        firmware: &firmware,
        modules: &modules,
        tools: &tools,
        slicing: Slicing { max_slice: request.args.slicing.slice, serial: request.args.slicing.serial },
        patience: patience(request, &scenario),
        interrupt: request.interrupt,
        control: listener.as_ref().map(|listener| (listener, choice)),
        attach: attached.as_ref(),
        capture: capture.as_ref(),
        channel_version: request.args.slicing.channel_version.unwrap_or(channel::VERSION),
        debug: servers.as_ref().map(|servers| Debugging { servers, ready: &announce }),
        mode: request.mode,
        ask_where: request.until.is_some(),
        witness: None,
    };
    let observer = Observer { expectations: expectations(&scenario), display: &shared };
    let ended = run.simulate(out, observer, |now| shared.borrow_mut().progress(now, end));
    let Ended { summary, observer, whereabouts, untyped, unfired, unsent, words, .. } = match ended {
        Ok(ended) => ended,
        Err(error) => {
            let recorded = attached.as_ref().map_or(String::new(), |attached| recorded(attached) + "\n");
            let message = recorded + &error.explain();
            let mut report = Report::broken(&scenario.title, error.verdict(), message);
            report.trace = Some(shown_trace);
            return (report, golden);
        }
    };

    let mut cases = vec![Case { name: "run".into(), verdict: Verdict::Passed, message: String::new() }];
    if request.until.is_none() {
        cases.extend(judge(&scenario, observer.expectations));
    }
    if request.until.is_none() {
        cases.extend(untyped.iter().map(|untyped| never_typed(&scenario, untyped)));
        cases.extend(faults::cases(&scenario, &unfired));
        cases.extend(unsent.iter().map(|place| never_sent(&scenario, &scenario.link_inputs[*place])));
    }
    let mut equal = None;
    let not_reproducible = attached.as_ref().map(recorded).or(request.mode.warning());
    let mode = attached.as_ref().map_or(request.mode.in_trace().to_string(), |_| "attached".to_string());
    if let Some(warning) = not_reproducible {
        cases.push(Case { name: "reproducible".into(), verdict: Verdict::NotReproducible, message: warning });
    } else if let Some(golden) = golden.as_ref().filter(|_| request.until.is_none()) {
        let scenario_file = request.args.scenario.display();
        let accept = request.args.accept_command.clone();
        let commands = Commands {
            accept: accept.unwrap_or_else(|| format!("virtmcu run {scenario_file} --accept")),
            more: format!("virtmcu diff {shown_golden} {shown_trace}"),
        };
        let files =
            Files { run: request.trace, shown_run: &shown_trace, golden, shown_golden: &shown_golden };
        let (case, golden) = golden::judge(&files, &commands, request.color);
        cases.push(case);
        equal = golden;
    }
    let foot = &summary.footer;
    let report = Report {
        scenario: scenario.title.clone(),
        verdict: Report::worst(&cases),
        determinism: Some(Determinism::of_a_run(&mode, equal)),
        mode,
        trace_hash: Some(summary.hash.to_string()),
        trace: Some(shown_trace),
        events: foot.events,
        virtual_ns: foot.end.as_ns(),
        whereabouts: whereabouts.iter().map(ToString::to_string).collect(),
        cases,
        nodes: foot
            .nodes
            .iter()
            .zip(words)
            .map(|(node, words)| NodeReport {
                name: node.name.clone(),
                insns: node.insns,
                sent: node.sent,
                received: node.received,
                state: node.state.map(|state| format!("{:032x}", state.chain)),
                words,
            })
            .collect(),
    };
    (report, golden)
}

/// The files of the trace and of the capture.
fn outputs(request: &Request<'_>) -> Result<(File, Option<File>), String> {
    let create = |what: &str, path: &Path| {
        File::create(path).map_err(|error| format!("cannot write the {what} to {}: {error}", path.display()))
    };
    let trace = create("trace", request.trace)?;
    Ok((trace, request.capture.map(|path| create("capture", path)).transpose()?))
}

/// What a run at which people could type leaves.
fn recorded(attached: &Attached) -> String {
    let (file, inputs) = attached.recorded();
    format!(
        "somebody could type, so that this run alone is NOT REPRODUCIBLE: what was typed ({inputs} inputs) is in {}, which says how \
         to type it again",
        file.display()
    )
}

/// An input waits for a text that never came.
fn never_typed(scenario: &Scenario, untyped: &Untyped) -> Case {
    let port = Port { node: untyped.node.0, number: untyped.port.0 };
    let name = scenario.port_name(port);
    let at_port = scenario.inputs.iter().filter(|input| input.port == port);
    let total = at_port.clone().count();
    let place = at_port.clone().nth(total.saturating_sub(untyped.left)).map(|input| &input.place);
    let line = place.map_or(String::new(), |place| format!("{}:{}: ", scenario.source.file(), place.line));
    let message = format!(
        "{line}{} of {total} inputs were never typed: the port did not send {:?} after what was typed before",
        untyped.left,
        String::from_utf8_lossy(&untyped.text),
    );
    Case { name: format!("input {name}"), verdict: Verdict::Failed, message }
}

/// An input of a link waits for a text that never came.
fn never_sent(scenario: &Scenario, input: &LinkInput) -> Case {
    let (file, line) = (scenario.source.file(), input.place.line);
    let text = match &input.when {
        scenario::When::After { text, .. } => String::from_utf8_lossy(text),
        scenario::When::At(_) => "".into(),
    };
    let port = input.port.map_or(String::new(), |port| scenario.port_name(port));
    let message = format!("{file}:{line}: this input was never sent: {port} did not send {text:?}");
    let link = &scenario.links[input.link].name;
    Case { name: format!("input {link} {line}"), verdict: Verdict::Failed, message }
}

/// How long a node may come no further: what was said, else what the scenario says, and never longer than the caller can wait.
fn patience(request: &Request<'_>, scenario: &Scenario) -> Duration {
    let said = request.args.slicing.patience.map(Duration::from_secs);
    let patience = said.unwrap_or(scenario.watchdog);
    request.patience_at_most.map_or(patience, |most| patience.min(most))
}

/// `ping_pong` for `scenarios/uart/ping_pong.scenario.toml`.
pub fn title(file: &Path) -> String {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    name.trim_end_matches(".toml").trim_end_matches(".scenario").to_string()
}

/// The golden's file, and its name for messages.
fn golden_of(request: &Request<'_>, scenario: &Scenario, root: &Path) -> (Option<PathBuf>, String) {
    let named = scenario.golden.as_ref().and_then(|file| {
        let path = scenario.resolve_path(file, root, |_label| Err(())).ok()?;
        Some((path, file.text.trim_start_matches("//").to_string()))
    });
    match (&request.args.golden, named) {
        _ if request.no_golden => (None, String::new()),
        (Some(file), named) => {
            let path = places::typed(file);
            let shown = named.map_or_else(|| path.display().to_string(), |(_, shown)| shown);
            (Some(path), shown)
        }
        (None, Some((path, shown))) => (Some(path), shown),
        (None, None) => (None, String::new()),
    }
}

/// Each expectation as a case.
fn judge(scenario: &Scenario, expectations: Expectations) -> impl Iterator<Item = Case> {
    let case = |(place, (verdict, expect)): (usize, (expect::Verdict, &scenario::Expect))| {
        let name = expect.title(place);
        if verdict.met {
            return Case { name, verdict: Verdict::Passed, message: String::new() };
        }
        let (file, at) = (scenario.source.file(), &expect.place);
        let message = format!("{file}:{}:{}: {verdict}", at.line, at.column);
        Case { name, verdict: Verdict::Failed, message }
    };
    expectations.finish().into_iter().zip(&scenario.expects).enumerate().map(case)
}

fn expectations(scenario: &Scenario) -> Expectations {
    let mut ports: Vec<Vec<TopologyPort>> = Vec::new();
    for node in &scenario.nodes {
        let port = |port: &str| TopologyPort { name: format!("{}.{port}", node.name), link: None };
        ports.push(node.ports().map(port).collect());
    }
    for (place, link) in scenario.links.iter().enumerate() {
        for end in &link.ends {
            ports[usize::from(end.node)][usize::from(end.number)].link = Some(LinkId(place as u16));
        }
    }
    let links = scenario.links.iter().map(|link| link.name.clone()).collect();
    let end = Instant::START + scenario.end();
    let all = scenario.expects.iter().map(|expect| expect.expectation.clone()).collect();
    Expectations::new(all, Topology { ports, links, end, slack: LINE_SILENCE })
}

struct Observer<'a, 'b> {
    expectations: Expectations,
    display: &'a std::cell::RefCell<&'b mut dyn Display>,
}

impl LineObserver for Observer<'_, '_> {
    fn line(&mut self, line: &Line<'_>) {
        self.expectations.line((line.node, line.port), line.first, line.ends, line.bytes);
        self.display.borrow_mut().line(line);
    }

    fn event(&mut self, event: &Event, frame: &[u8]) {
        self.expectations.event(event, frame);
    }

    fn settled(&mut self, before: Instant) {
        self.expectations.settled(before);
    }
}
