// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The words of the command line.

use crate::attach::{Pace, Wanted};
use crate::debug::DebugArgs;
use crate::mode::Mode;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use vtime::Span;

/// Reproducible tests for whole firmware systems.
#[derive(Debug, Parser)]
#[command(
    name = "virtmcu",
    version,
    after_help = "Exit codes: 0 passed, 1 failed, 2 bad input, 3 infrastructure, 4 passed but not\nreproducible (--mode), 130 interrupted."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Run a scenario and show the UART output of all nodes as it happens
    Run(Box<RunArgs>),
    /// Check scenarios, and the firmware they name, without running them
    Check(CheckArgs),
    /// Run scenarios again and again, scheduled in all kinds of ways: there must be one trace
    Verify(VerifyArgs),
    /// Compare two traces: the first event that differs, in context
    Diff(DiffArgs),
    /// Make the trace of a clean run the golden
    Accept(AcceptArgs),
    /// Print the versions and build ids of all parts
    Version(VersionArgs),
    /// What boards there are, and what a device tree means
    Board(BoardArgs),
    /// Print the JSON Schema of .scenario.toml
    Schema,
    /// Run a scenario as a Bazel test: test.xml, undeclared outputs, --test_filter, shards
    Test(TestArgs),
    /// Compute until stdin ends: the load of `verify --stress`
    #[command(hide = true)]
    Burn,
}

/// Where things are.
#[derive(Args, Clone, Debug)]
pub struct Places {
    /// The folder with QEMU and the plugins, made by `bazel build //:dist` [default: beside this program, or $VIRTMCU_TOOLS]
    #[arg(long, value_name = "DIR")]
    pub tools: Option<PathBuf>,
    /// The workspace's root, which "//" means [default: the folder above the scenario that has a MODULE.bazel]
    #[arg(long, value_name = "DIR")]
    pub root: Option<PathBuf>,
    /// Where a firmware's label was built [default: bazel-bin/PACKAGE/NAME.elf]
    #[arg(long = "firmware", value_name = "LABEL=FILE", value_parser = label_and_file)]
    pub firmware: Vec<(String, PathBuf)>,
    /// Where the label of a device's module was built [default: bazel-bin/PACKAGE/libNAME.so]
    #[arg(long = "module", value_name = "LABEL=FILE", value_parser = label_and_file)]
    pub modules: Vec<(String, PathBuf)>,
}

/// How virtual time is cut into grants. It never changes the trace.
#[derive(Args, Clone, Debug)]
pub struct SliceArgs {
    /// No grant is longer than this, such as "10us"; never changes the trace
    #[arg(long, value_name = "SPAN")]
    pub slice: Option<Span>,
    /// One node runs at a time; never changes the trace
    #[arg(long)]
    pub serial: bool,
    /// Give up when a node comes no further for this long, by the host's clock [default: the scenario's watchdog, or 60]
    #[arg(long, value_name = "SECONDS")]
    pub patience: Option<u64>,
    /// For tests: pretend to be another version of the channel
    #[arg(long, hide = true)]
    pub channel_version: Option<u32>,
}

/// What `virtmcu run` and `virtmcu test` play, and what they compare it with.
#[derive(Args, Debug)]
pub struct PlayArgs {
    /// The .scenario.toml file
    pub scenario: PathBuf,
    #[command(flatten)]
    #[allow(missing_docs, reason = "clap takes the text from the group")]
    pub places: Places,
    #[command(flatten)]
    #[allow(missing_docs, reason = "clap takes the text from the group")]
    pub slicing: SliceArgs,
    /// Compare with this file instead of the scenario's golden
    #[arg(long, value_name = "FILE")]
    pub golden: Option<PathBuf>,
    /// The command that accepts a new golden, for messages
    #[arg(long, hide = true, value_name = "TEXT")]
    pub accept_command: Option<String>,
}

/// `virtmcu run`
#[derive(Args, Debug)]
pub struct RunArgs {
    #[command(flatten)]
    #[allow(missing_docs, reason = "clap takes the text from the group")]
    pub play: PlayArgs,
    #[command(flatten)]
    #[allow(missing_docs, reason = "clap takes the text from the group")]
    pub debug: DebugArgs,
    /// How the nodes keep their time; all but exact are for a look only, and end with code 4 where they would pass
    #[arg(long, value_enum, default_value_t)]
    pub mode: Mode,
    /// Keep the trace in this file
    #[arg(long, value_name = "FILE")]
    pub trace: Option<PathBuf>,
    /// Write what all ports send and receive to this file, for Wireshark (docs/captures.md)
    #[arg(long, value_name = "FILE")]
    pub pcap: Option<PathBuf>,
    /// Print the trace when the run has ended
    #[arg(long, conflicts_with = "json")]
    pub show_trace: bool,
    /// Do not compare with the golden
    #[arg(long)]
    pub no_golden: bool,
    /// If the run is clean, make its trace the golden
    #[arg(long, conflicts_with = "no_golden")]
    pub accept: bool,
    /// Let a program outside steer the run: wait for it at this Unix socket (docs/control.md)
    #[arg(long, value_name = "SOCKET")]
    pub control: Option<PathBuf>,
    /// What it speaks [default: what its first message is]
    #[arg(long, value_name = "PROTOCOL", requires = "control")]
    pub control_protocol: Option<ControlProtocol>,
    /// Type at a port without a link, and record it for a scenario: NODE.PORT is this terminal, NODE.PORT=pty one of its own,
    /// NODE.PORT=PATH the same with a link to it (docs/attach.md)
    #[arg(long, value_name = "NODE.PORT", conflicts_with_all = ["control", "json", "accept", "golden", "until"])]
    pub attach: Vec<Wanted>,
    /// Where to record what is typed [default: NAME.session.toml here, or beside --trace]
    #[arg(long, value_name = "FILE", requires = "attach")]
    pub record: Option<PathBuf>,
    /// How fast virtual time goes while somebody may type; 1 is the host's
    #[arg(long, value_name = "FACTOR", requires = "attach")]
    pub pace: Option<Pace>,
    /// End the run at this virtual time, such as "1.5ms", and tell where each firmware is there; judges nothing
    #[arg(long, value_name = "TIME", conflicts_with = "accept")]
    pub until: Option<Span>,
    /// Print one JSON object about the run and nothing else
    #[arg(long)]
    pub json: bool,
    /// Write that JSON object to a file
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// End with code 0 also when the scenario fails or makes no sense (the report tells); for build actions
    #[arg(long, requires = "report")]
    pub always_succeed: bool,
    /// Print only what is wrong
    #[arg(long, short)]
    pub quiet: bool,
}

/// What a program that steers a run speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ControlProtocol {
    /// The messages of docs/control.md
    Virtmcu,
    /// ClockAdvanceReq and ClockReadyResp of the earlier system of this name
    Legacy,
}

/// `virtmcu check`
#[derive(Args, Debug)]
pub struct CheckArgs {
    /// The .scenario.toml files
    #[arg(required = true)]
    pub scenarios: Vec<PathBuf>,
    #[command(flatten)]
    #[allow(missing_docs, reason = "clap takes the text from the group")]
    pub places: Places,
    /// Do not look at the firmware files
    #[arg(long)]
    pub no_firmware: bool,
    /// Print the mistakes as a JSON array
    #[arg(long)]
    pub json: bool,
}

/// `virtmcu board`
#[derive(Args, Debug)]
pub struct BoardArgs {
    /// What to do
    #[command(subcommand)]
    pub verb: BoardVerb,
}

/// What to do with boards.
#[derive(Debug, Subcommand)]
pub enum BoardVerb {
    /// List the boards that come with virtmcu
    List,
    /// Show what of a board is modelled, what is missing, and where everything lies
    Check(TreeArgs),
    /// Write a board's device tree in another form
    Convert(ConvertArgs),
    /// Print which `compatible` is modelled by what, as Markdown: docs/bindings.md
    Bindings,
}

/// `virtmcu board check`
#[derive(Args, Debug)]
pub struct TreeArgs {
    /// A .dts, .dtb or .yaml file, or the name of a board that comes with virtmcu
    pub board: PathBuf,
    /// A scenario whose own devices the board has (docs/write-a-device.md)
    #[arg(long, value_name = "FILE")]
    pub scenario: Option<PathBuf>,
    /// The workspace's root, from which messages name files [default: the folder above the file that has a MODULE.bazel]
    #[arg(long, value_name = "DIR")]
    pub root: Option<PathBuf>,
    /// Print it as JSON
    #[arg(long)]
    pub json: bool,
    /// What nobody knows becomes a stub, as with permissive = true in a scenario
    #[arg(long)]
    pub permissive: bool,
}

/// `virtmcu board convert`
#[derive(Args, Debug)]
pub struct ConvertArgs {
    /// A .dts, .dtb or .yaml file, or the name of a board that comes with virtmcu
    pub board: PathBuf,
    /// Where to: a .dtb file gets a blob, a .yaml file YAML, any other source; "-" is the terminal
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    pub output: PathBuf,
}

/// `virtmcu verify`
#[derive(Args, Debug)]
pub struct VerifyArgs {
    /// The .scenario.toml files
    #[arg(required = true)]
    pub scenarios: Vec<PathBuf>,
    #[command(flatten)]
    #[allow(missing_docs, reason = "clap takes the text from the group")]
    pub places: Places,
    /// How many runs of each scenario
    #[arg(long, short = 'n', default_value_t = 20, value_parser = clap::value_parser!(u64).range(2..))]
    pub runs: u64,
    /// A busy host, lowered priorities, processes that are paused and moved from core to core
    #[arg(long)]
    pub stress: bool,
    /// How many runs at a time
    #[arg(long, short, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: u16,
    /// What the schedules are drawn from
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed_of_schedules: u64,
    /// Only this run of the campaign, beside run 0
    #[arg(long, value_name = "NUMBER")]
    pub only: Option<u64>,
    /// Give a run up when a node comes no further for this long, by the host's clock [default: the scenario's watchdog, or 60]
    #[arg(long, value_name = "SECONDS")]
    pub patience: Option<u64>,
    /// Keep the traces that differ in this folder [default: one in the folder for temporary files]
    #[arg(long, value_name = "DIR")]
    pub keep: Option<PathBuf>,
    /// Print one JSON object about the campaign and nothing else
    #[arg(long)]
    pub json: bool,
    /// Write that JSON object to a file
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
}

/// `virtmcu diff`
#[derive(Args, Debug)]
pub struct DiffArgs {
    /// A trace, such as the golden
    pub first: PathBuf,
    /// Another
    pub second: PathBuf,
    /// Print the difference as JSON
    #[arg(long)]
    pub json: bool,
}

/// `virtmcu accept`
#[derive(Args, Debug)]
pub struct AcceptArgs {
    /// The trace of the run
    pub trace: PathBuf,
    /// The file to write
    pub golden: PathBuf,
    /// The run's report: unless it was clean, nothing is written
    #[arg(long, value_name = "FILE")]
    pub report: PathBuf,
}

/// `virtmcu version`
#[derive(Args, Debug)]
pub struct VersionArgs {
    /// The folder with QEMU and the plugins
    #[arg(long, value_name = "DIR")]
    pub tools: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `virtmcu test`
#[derive(Args, Debug)]
pub struct TestArgs {
    #[command(flatten)]
    #[allow(missing_docs, reason = "clap takes the text from the group")]
    pub play: PlayArgs,
}

fn label_and_file(text: &str) -> Result<(String, PathBuf), String> {
    match text.split_once('=') {
        Some((label, file)) if label.starts_with("//") && !file.is_empty() => Ok((label.into(), file.into())),
        _ => Err("expected LABEL=FILE, such as //app:ping=bazel-bin/app/ping.elf".to_string()),
    }
}
