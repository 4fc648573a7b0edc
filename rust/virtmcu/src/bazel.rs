// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What Bazel's test encyclopedia asks of a test runner, read from the environment.

use std::fs::File;
use std::path::{Path, PathBuf};

/// The part of a test's environment that virtmcu honours. All of it is absent outside of Bazel.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// `XML_OUTPUT_FILE`: where test.xml goes.
    pub xml: Option<PathBuf>,
    /// `TEST_UNDECLARED_OUTPUTS_DIR`: the trace, a capture, the report and a pending golden go here.
    pub outputs: Option<PathBuf>,
    /// `TESTBRIDGE_TEST_ONLY`: the text of `--test_filter`.
    pub filter: Option<String>,
    /// `TEST_SHARD_INDEX` and `TEST_TOTAL_SHARDS`.
    pub shard: Option<(usize, usize)>,
    /// `TEST_INFRASTRUCTURE_FAILURE_FILE`.
    pub infrastructure_failure: Option<PathBuf>,
    /// `TEST_TIMEOUT`, in seconds.
    pub timeout_s: Option<u64>,
    /// `TEST_PREMATURE_EXIT_FILE`.
    pub premature_exit: Option<PathBuf>,
    /// `TEST_SHARD_STATUS_FILE`.
    pub shard_status: Option<PathBuf>,
}

impl Environment {
    /// Reads it, `get` being `std::env::var_os` but in tests.
    pub fn read(get: impl Fn(&str) -> Option<std::ffi::OsString>) -> Environment {
        let path = |name| get(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let text =
            |name| get(name).and_then(|value| value.into_string().ok()).filter(|value| !value.is_empty());
        let number = |name| text(name).and_then(|value| value.parse::<u64>().ok());
        let shard =
            number("TEST_SHARD_INDEX").zip(number("TEST_TOTAL_SHARDS")).filter(|(_, total)| *total > 0);
        Environment {
            xml: path("XML_OUTPUT_FILE"),
            outputs: path("TEST_UNDECLARED_OUTPUTS_DIR"),
            filter: text("TESTBRIDGE_TEST_ONLY"),
            shard: shard.map(|(index, total)| (index as usize, total as usize)),
            infrastructure_failure: path("TEST_INFRASTRUCTURE_FAILURE_FILE"),
            timeout_s: number("TEST_TIMEOUT"),
            premature_exit: path("TEST_PREMATURE_EXIT_FILE"),
            shard_status: path("TEST_SHARD_STATUS_FILE"),
        }
    }

    /// Tells Bazel that shards and early ends are understood.
    pub fn begin(&self) -> std::io::Result<()> {
        for file in [&self.shard_status, &self.premature_exit].into_iter().flatten() {
            File::create(file)?;
        }
        Ok(())
    }

    /// The run has come to its proper end.
    pub fn end(&self) {
        if let Some(file) = &self.premature_exit {
            let _ = std::fs::remove_file(file);
        }
    }

    /// Which of `names` this process runs: those that the filter names, of these every so manieth.
    pub fn select<'a>(&self, names: &'a [String]) -> Result<Vec<&'a str>, String> {
        let wanted =
            |name: &&String| self.filter.as_ref().is_none_or(|filter| name.contains(filter.as_str()));
        let chosen: Vec<&str> = names.iter().filter(wanted).map(String::as_str).collect();
        if chosen.is_empty() {
            let filter = self.filter.as_deref().unwrap_or_default();
            return Err(format!("--test_filter={filter:?} names none of the cases: {}", names.join(", ")));
        }
        let (index, total) = self.shard.unwrap_or((0, 1));
        Ok(chosen
            .into_iter()
            .enumerate()
            .filter(|(place, _)| place % total == index)
            .map(|(_, name)| name)
            .collect())
    }
}

/// Where a file in a test's outputs is after the test, seen from the workspace; a test itself sees its sandbox.
pub fn kept(file: &Path) -> Option<PathBuf> {
    let mut parts = file.components();
    parts.find(|part| part.as_os_str() == "testlogs")?;
    Some(Path::new("bazel-testlogs").join(parts.as_path()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> Environment {
        Environment::read(|name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| value.into()))
    }

    fn names() -> Vec<String> {
        ["a.run", "a.expect 1 x.uart0", "a.expect 2 y.uart0", "a.golden"].map(String::from).to_vec()
    }

    fn check(pairs: &[(&str, &str)], expected: Result<&[&str], &str>) {
        let names = names();
        let got = environment(pairs).select(&names);
        assert_eq!(got.as_deref(), expected.map_err(str::to_string).as_ref().copied(), "{pairs:?}");
    }

    #[test]
    fn without_bazel_all_cases_run() {
        check(&[], Ok(&["a.run", "a.expect 1 x.uart0", "a.expect 2 y.uart0", "a.golden"]));
    }

    #[test]
    fn a_filter_selects_by_a_part_of_the_name() {
        check(&[("TESTBRIDGE_TEST_ONLY", "expect")], Ok(&["a.expect 1 x.uart0", "a.expect 2 y.uart0"]));
    }

    #[test]
    fn a_filter_that_names_nothing_is_an_error() {
        let error = "--test_filter=\"b\" names none of the cases: \
                     a.run, a.expect 1 x.uart0, a.expect 2 y.uart0, a.golden";
        check(&[("TESTBRIDGE_TEST_ONLY", "b")], Err(error));
    }

    #[test]
    fn outputs_are_found_after_the_test() {
        let file = "/sandbox/7/execroot/_main/bazel-out/k8-fastbuild/testlogs/a/b/test.outputs/b.trace";
        assert_eq!(kept(Path::new(file)), Some("bazel-testlogs/a/b/test.outputs/b.trace".into()));
        assert_eq!(kept(Path::new("/tmp/b.trace")), None);
    }

    #[test]
    fn shards_share_the_cases() {
        let shard = |index| [("TEST_SHARD_INDEX", index), ("TEST_TOTAL_SHARDS", "3")];
        check(&shard("0"), Ok(&["a.run", "a.golden"]));
        check(&shard("1"), Ok(&["a.expect 1 x.uart0"]));
        check(&[("TEST_SHARD_INDEX", "7"), ("TEST_TOTAL_SHARDS", "8")], Ok(&[]));
    }
}
