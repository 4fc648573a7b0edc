// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What a run came to: for people as text, for scripts as JSON.

use crate::determinism::{self, Determinism};
use crate::exit::Verdict;
use serde::Serialize;

/// One thing that was asked of a run.
#[derive(Clone, Debug, Serialize)]
pub struct Case {
    /// `run`, `expect 1 pinger.uart0`, `golden`.
    pub name: String,
    /// How it ended.
    pub verdict: Verdict,
    /// What there is to say about it; empty when all is well.
    pub message: String,
}

/// What a node did.
#[derive(Clone, Debug, Serialize)]
pub struct NodeReport {
    /// Its name.
    pub name: String,
    /// Instructions executed.
    pub insns: u64,
    /// Bytes sent.
    pub sent: u64,
    /// Bytes received.
    pub received: u64,
    /// What its registers and memory at all barriers come to.
    pub state: Option<String>,
    /// What its devices have to tell of how they were used, and QEMU of itself.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
}

/// What a run came to.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The scenario's name.
    pub scenario: String,
    /// How it kept time: `exact`, `suspend` or `standalone`; `attached` where people could type.
    pub mode: String,
    /// The worst of the cases' verdicts.
    pub verdict: Verdict,
    /// What it says about determinism; none when the run did not reach its end.
    pub determinism: Option<Determinism>,
    /// The hash of the trace; none when the run did not reach its end.
    pub trace_hash: Option<String>,
    /// The file that has the trace.
    pub trace: Option<String>,
    /// How many entries the trace has.
    pub events: u64,
    /// How much virtual time passed, in nanoseconds.
    pub virtual_ns: u64,
    /// Where each firmware was at the end, if that was asked: a line a node.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub whereabouts: Vec<String>,
    /// What was asked, one by one.
    pub cases: Vec<Case>,
    /// The nodes.
    pub nodes: Vec<NodeReport>,
}

impl Report {
    /// A report without a run: the input made no sense, or the run broke off.
    pub fn broken(scenario: &str, verdict: Verdict, message: String) -> Report {
        let case = Case { name: "run".into(), verdict, message };
        Report {
            scenario: scenario.into(),
            mode: trace::Mode::Exact.to_string(),
            verdict,
            determinism: None,
            trace_hash: None,
            trace: None,
            events: 0,
            virtual_ns: 0,
            whereabouts: Vec::new(),
            cases: vec![case],
            nodes: Vec::new(),
        }
    }

    /// The worst verdict of the cases.
    pub fn worst(cases: &[Case]) -> Verdict {
        cases.iter().map(|case| case.verdict).max().unwrap_or(Verdict::Passed)
    }

    /// The report as one JSON object, with a line end.
    pub fn to_json(&self) -> String {
        let mut text =
            serde_json::to_string_pretty(self).unwrap_or_else(|error| format!("{{\"error\":\"{error}\"}}"));
        text.push('\n');
        text
    }

    /// What went wrong, a paragraph each; empty when nothing did.
    pub fn complaints(&self) -> String {
        let mut text = String::new();
        for case in self.cases.iter().filter(|case| case.verdict != Verdict::Passed) {
            let message = case.message.trim_end();
            text.push_str(&match case.name.as_str() {
                "run" => format!("{message}\n"),
                name => format!("{name}: {message}\n"),
            });
        }
        text
    }

    /// What the nodes' devices have to tell: registers that are not there, wrong widths, what is not modelled. No verdict
    /// depends on it.
    pub fn words(&self) -> String {
        let lines = self.nodes.iter().flat_map(|node| {
            let told = node.words.iter().map(|line| line.strip_prefix("virtmcu: ").unwrap_or(line));
            told.map(|line| format!("warning: {}: {line}\n", node.name))
        });
        lines.collect()
    }

    /// The closing lines for people.
    pub fn summary(&self) -> String {
        let word = match self.verdict {
            Verdict::Passed => "passed",
            Verdict::NotReproducible => "ran, NOT REPRODUCIBLE",
            Verdict::Failed => "FAILED",
            Verdict::BadInput => "bad input",
            Verdict::Infrastructure => "not run to its end",
            Verdict::Interrupted => "interrupted",
        };
        let met = self.cases.iter().filter(|case| case.verdict == Verdict::Passed).count();
        let mut text = format!("{}: {word}, {met} of {} checks hold", self.scenario, self.cases.len());
        if let Some(hash) = &self.trace_hash {
            let insns: u64 = self.nodes.iter().map(|node| node.insns).sum();
            let end = vtime::Instant::from_ns(self.virtual_ns);
            text.push_str(&format!(
                "\n  {} events, {insns} instructions, {end} s of virtual time",
                self.events
            ));
            if let Some(determinism) = &self.determinism {
                let nodes = determinism::nodes(self.nodes.len());
                text.push_str(&format!("\n  determinism: {determinism}, {nodes}, trace {hash}"));
            }
        }
        for line in &self.whereabouts {
            text.push_str("\n  ");
            text.push_str(line);
        }
        text.push('\n');
        text
    }
}
