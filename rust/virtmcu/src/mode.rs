// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The modes of a run. Only `exact` is a test; the others are for a look, and say so wherever they leave something.

use clap::ValueEnum;
use node::Timing;

/// How a run keeps its nodes' time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Mode {
    /// By instructions: the same inputs give the same trace
    #[default]
    Exact,
    /// By the host's clock, the nodes stopped at each horizon: fast for code that computes. NOT REPRODUCIBLE
    Suspend,
    /// By the host's clock, each node on its own, links without delay: for a quick look. NOT REPRODUCIBLE
    Standalone,
}

impl Mode {
    /// For the trace.
    pub fn in_trace(self) -> trace::Mode {
        match self {
            Mode::Exact => trace::Mode::Exact,
            Mode::Suspend => trace::Mode::Suspend,
            Mode::Standalone => trace::Mode::Standalone,
        }
    }

    /// For the nodes.
    pub fn timing(self) -> Timing {
        match self {
            Mode::Exact => Timing::Exact,
            Mode::Suspend => Timing::Suspend,
            Mode::Standalone => Timing::Standalone,
        }
    }

    /// What has to be said about a run in this mode.
    pub fn warning(self) -> Option<String> {
        let how = match self {
            Mode::Exact => return None,
            Mode::Suspend => "the nodes run by the host's clock and stop at each horizon",
            Mode::Standalone => {
                "each node runs by the host's clock, and links carry bytes at once, without their timing"
            }
        };
        let mode = self.in_trace();
        Some(format!("mode {mode} is NOT REPRODUCIBLE: {how}; no golden is compared or accepted"))
    }
}
