// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The program `virtmcu`: see `virtmcu --help`.

use clap::Parser;
use std::process::ExitCode;
use virtmcu::cli::{Cli, Verb};
use virtmcu::verb;

fn main() -> ExitCode {
    // Clap ends the process with code 2 on a mistake, which is "bad input" here too.
    let verdict = match &Cli::parse().verb {
        Verb::Run(args) => verb::run::run(args),
        Verb::Check(args) => verb::check::check(args),
        Verb::Verify(args) => verb::verify::verify(args),
        Verb::Diff(args) => verb::diff::diff(args),
        Verb::Accept(args) => verb::accept::accept(args),
        Verb::Version(args) => verb::version::version(args),
        Verb::Board(args) => verb::board::board(args),
        Verb::Schema => verb::schema::schema(),
        Verb::Test(args) => verb::test::test(args),
        Verb::Burn => virtmcu::campaign::burn(),
    };
    ExitCode::from(verdict.code())
}
