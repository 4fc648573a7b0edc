// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What a result says about determinism: the levels of `docs/determinism.md`.

use serde::Serialize;
use std::fmt;

/// A level; see "Levels" in `docs/determinism.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Level {
    /// It ran; its hash can be compared.
    D0,
    /// The same host, scheduled alike, twice.
    D1,
    /// The same host, scheduled in all ways: one node at a time and side by side, cut, on one core.
    D2,
    /// A host of another architecture.
    D4,
    /// The nodes' states were equal too, at every barrier.
    D5,
}

/// A machine that runs scenarios.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Host {
    /// Its architecture and operating system, `x86_64-linux`.
    pub kind: String,
    /// How many cores this process may use.
    pub cores: usize,
}

impl Host {
    /// This one.
    pub fn this() -> Host {
        Host {
            kind: format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
        }
    }
}

/// What a run says about determinism.
#[derive(Clone, Debug, Serialize)]
pub struct Determinism {
    /// What it has shown.
    pub levels: Vec<Level>,
    /// How virtual time went.
    pub mode: String,
    /// The machine.
    pub host: Host,
    /// The golden that the run is equal to.
    pub golden: Option<Golden>,
}

/// A golden that a run is equal to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Golden {
    /// The kind of host that made it.
    pub host: String,
    /// The nodes' states are equal too; not when another build of firmware or QEMU made it.
    pub states: bool,
}

impl Determinism {
    /// Of one run, and the golden that it is equal to.
    pub fn of_a_run(mode: &str, golden: Option<Golden>) -> Determinism {
        let host = Host::this();
        let mut levels = vec![Level::D0];
        if let Some(golden) = &golden {
            levels.extend((golden.host != host.kind && golden.host != UNKNOWN).then_some(Level::D4));
            levels.extend(golden.states.then_some(Level::D5));
        }
        Determinism { levels, mode: mode.to_string(), host, golden }
    }
}

/// The host of a golden that does not say it.
pub const UNKNOWN: &str = "unknown host";

/// The line's start: `D0 D5, equal to the golden of x86_64-linux, exact`.
impl fmt::Display for Determinism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&words(&self.levels))?;
        if let Some(golden) = &self.golden {
            write!(f, ", equal to the golden of {}", golden.host)?;
        }
        write!(f, ", {}{}", self.mode, if self.mode == "exact" { "" } else { " (not reproducible)" })
    }
}

/// `1 node`, `2 nodes`.
pub fn nodes(count: usize) -> String {
    format!("{count} node{}", if count == 1 { "" } else { "s" })
}

/// `D1 D2`, or `D0` if there are none.
pub fn words(levels: &[Level]) -> String {
    let words: Vec<String> = levels.iter().map(|level| format!("{level:?}")).collect();
    if words.is_empty() { "D0".to_string() } else { words.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(golden_host: Option<&str>, states: bool, expected: &str) {
        let host = Host::this().kind;
        let golden = golden_host.map(|kind| Golden { host: kind.replace("HERE", &host), states });
        let told = Determinism::of_a_run("exact", golden).to_string();
        assert_eq!(told.replace(&host, "HERE"), expected);
    }

    #[test]
    fn a_run_claims_what_it_has_shown() {
        check(None, true, "D0, exact");
        check(Some("HERE"), true, "D0 D5, equal to the golden of HERE, exact");
        check(Some("HERE"), false, "D0, equal to the golden of HERE, exact");
        check(Some("pdp11-unix"), true, "D0 D4 D5, equal to the golden of pdp11-unix, exact");
        check(Some(UNKNOWN), false, "D0, equal to the golden of unknown host, exact");
    }
}
