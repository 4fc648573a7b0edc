// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Measures what the time gate and the run loop cost, as ratios in one run.
//!
//! **Invariant:** what is compared was run in turns on the same machine with the same QEMU; a ratio is taken within one
//! round, and the median of the rounds is told with its spread. The gated runs go through the real run loop.
//! **Limits:** one host, one compute-bound firmware, the scenarios of `scenarios/uart`. Speed never fails a test: machines
//! are shared, so a person reads the figures.

mod cost;
mod host;
mod plan;
mod report;
mod stats;
mod subject;

use clap::Parser;
use node::Tools;
use plan::Files;
use report::Report;
use std::path::PathBuf;
use std::process::ExitCode;
use subject::BenchError;

/// Measures what the time gate and the run loop cost.
#[derive(Debug, Parser)]
struct Cli {
    /// The folder with QEMU and the plugins [default: VIRTMCU_TOOLS, else bazel-bin/dist of the workspace]
    #[arg(long, value_name = "DIR")]
    tools: Option<PathBuf>,
    /// The workspace [default: where "bazel run" was called, else this folder]
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
    /// The firmware that computes [default: bench_m3 of the workspace, as Bazel built it]
    #[arg(long, value_name = "FILE")]
    firmware: Option<PathBuf>,
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

impl Cli {
    fn run(self) -> Result<String, BenchError> {
        let from_env = |name: &str| std::env::var_os(name).map(PathBuf::from);
        let root =
            self.root.or_else(|| from_env("BUILD_WORKSPACE_DIRECTORY")).unwrap_or_else(|| PathBuf::from("."));
        let tools =
            self.tools.or_else(|| from_env("VIRTMCU_TOOLS")).unwrap_or_else(|| root.join("bazel-bin/dist"));
        let built = || root.join("bazel-bin/scenarios/faults/firmware/bench_m3.elf");
        let files = Files { firmware: self.firmware.unwrap_or_else(built), root };

        let tools = Tools::open(&tools)?;
        let before = host::load();
        let outcome = plan::measure(&files, &tools, self.rounds, |what| eprintln!("{what}"))?;
        let report = Report {
            outcome,
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
    match Cli::parse().run() {
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
