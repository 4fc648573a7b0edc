// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Measures what exact time costs, as ratios in one run; and runs the campaign that looks for two traces of one scenario.
//!
//! **Invariant:** what is compared was run in turns on the same machine with the same QEMU; a ratio is taken within one
//! round, and the median of the rounds is told with its spread. The gated runs go through the real run loop.
//! **Limits:** one host, one board. Speed never fails a test: machines are shared, so a person reads the figures.

mod campaign;
mod cost;
mod echo;
mod error;
mod goal;
mod groups;
mod host;
mod made;
mod model;
mod plan;
mod report;
mod stats;
mod subject;
mod table;

use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand};
use error::BenchError;
use node::Tools;
use plan::Files;
use report::{Report, Section};
use std::path::PathBuf;
use std::process::ExitCode;

/// Measures what exact time costs.
#[derive(Debug, Parser)]
#[command(args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Verb>,
    #[command(flatten)]
    measure: Measure,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Write docs/campaign.md from what `virtmcu verify --runs N --stress --json` printed
    Campaign {
        /// What it printed; several are added up
        #[arg(required = true, value_name = "JSON")]
        reports: Vec<PathBuf>,
    },
}

#[derive(Debug, Args)]
struct Measure {
    /// The folder with QEMU and the plugins [default: VIRTMCU_TOOLS, else bazel-bin/dist of the workspace]
    #[arg(long, value_name = "DIR")]
    tools: Option<PathBuf>,
    /// The workspace [default: where "bazel run" was called, else this folder]
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
    /// The folder with the firmware of scenarios/bench/firmware [default: where Bazel built it]
    #[arg(long, value_name = "DIR")]
    firmware: Option<PathBuf>,
    /// Measure this group only; may be given several times
    #[arg(long, value_name = "GROUP", value_parser = PossibleValuesParser::new(groups::names()))]
    only: Vec<String>,
    /// How often everything is measured
    #[arg(long, value_name = "N", default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Print JSON
    #[arg(long, conflicts_with = "markdown")]
    json: bool,
    /// Print the text of docs/performance.md
    #[arg(long)]
    markdown: bool,
}

impl Measure {
    fn run(self) -> Result<String, BenchError> {
        let from_env = |name: &str| std::env::var_os(name).map(PathBuf::from);
        let root =
            self.root.or_else(|| from_env("BUILD_WORKSPACE_DIRECTORY")).unwrap_or_else(|| PathBuf::from("."));
        let tools =
            self.tools.or_else(|| from_env("VIRTMCU_TOOLS")).unwrap_or_else(|| root.join("bazel-bin/dist"));
        let built = || root.join("bazel-bin/scenarios/bench/firmware");
        let files = Files { firmware: self.firmware.unwrap_or_else(built), root };

        let tools = Tools::open(&tools)?;
        let before = host::load();
        let tell = |what: &str| eprintln!("{what}");
        let mut groups = groups::make(&self.only, &files, &tools, tell)?;
        plan::measure(&mut groups, &tools, self.rounds, tell)?;
        let section = |group: &plan::Group| Section {
            name: group.name,
            title: group.title,
            explained: group.explained.clone(),
            findings: (group.judge)(&group.cases),
        };
        let report = Report {
            sections: groups.iter().map(section).collect(),
            host: host::Host::here(),
            qemu: tools.qemu_id().to_string(),
            plugins: tools.plugins_id().to_string(),
            rounds: self.rounds,
            load: [before, host::load()],
        };
        Ok(match (self.json, self.markdown) {
            (true, _) => format!("{:#}\n", report.json()),
            (_, true) => report.markdown(),
            _ => report.table(),
        })
    }
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let made = match cli.command {
        Some(Verb::Campaign { reports }) => campaign::page(&reports),
        None => cli.measure.run(),
    };
    match made {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}
