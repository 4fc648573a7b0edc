// SPDX-License-Identifier: Apache-2.0 OR MIT
//! `virtmcu verify`, and what it came to.

use crate::common::{self, Outcome};
use std::path::Path;

/// A campaign that has ended: once for people, once for programs.
pub struct Campaign {
    outcome: Outcome,
    report: String,
}

/// Verifies one scenario.
pub fn verify(scenario: &Path, tools: &Path, args: &[&str]) -> Campaign {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let report = folder.path().join("report.json");
    let mut command = common::of_scenario("verify", scenario, tools);
    command.args(args).arg("--report").arg(&report).arg("--keep").arg(folder.path().join("kept"));
    let outcome = common::finish(command, folder.path());
    Campaign { outcome, report: std::fs::read_to_string(&report).unwrap_or_default() }
}

impl Campaign {
    /// The report.
    #[track_caller]
    pub fn report(&self) -> serde_json::Value {
        serde_json::from_str(&self.report).unwrap_or_else(|error| panic!("{error}: {}", self.outcome))
    }

    /// It found a difference, and stderr has each of `parts`, in their order.
    #[track_caller]
    pub fn fails_with(&self, parts: &[&str]) {
        self.outcome.expect(1, parts);
    }
}
