// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Every scenario of the workspace passes: its expectations are met and its trace is the golden.

mod common;

use libtest_mimic::{Arguments, Failed, Trial};
use std::path::Path;

fn main() {
    let mut trials: Vec<Trial> = common::scenarios()
        .into_iter()
        .map(|scenario| Trial::test(common::short_name(&scenario), move || passes(&scenario)))
        .collect();
    trials.push(Trial::test("there_are_scenarios", || {
        assert!(!common::scenarios().is_empty(), "no scenario below {}", common::root().display());
        Ok(())
    }));
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn passes(scenario: &Path) -> Result<(), Failed> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut command = common::run_scenario(scenario, &common::dist());
    command.arg("--trace").arg(folder.path().join("run.trace"));
    common::finish(command, folder.path()).expect(0, &[]);
    Ok(())
}
