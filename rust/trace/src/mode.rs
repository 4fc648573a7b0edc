// SPDX-License-Identifier: Apache-2.0 OR MIT
//! How a run kept its time, as far as a trace has to tell: a trace that no second run will give again says so.

use std::fmt;

/// How a run keeps its nodes' time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// By instructions: the same inputs give the same trace. A trace of this mode has no line about it.
    #[default]
    Exact,
    /// By the host's clock, stopped at each horizon.
    Suspend,
    /// By the host's clock, each node on its own.
    Standalone,
}

impl Mode {
    /// The modes that a trace names.
    pub(crate) const NAMED: [Mode; 2] = [Mode::Suspend, Mode::Standalone];

    /// True when another run gives the same trace. Only such a trace can be, or be compared with, a golden.
    pub fn is_reproducible(self) -> bool {
        self == Mode::Exact
    }

    /// The line in the head and in the foot.
    pub(crate) fn line(self) -> Option<String> {
        (!self.is_reproducible()).then(|| format!("mode {self} NOT REPRODUCIBLE"))
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Mode::Exact => "exact",
            Mode::Suspend => "suspend",
            Mode::Standalone => "standalone",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Recorder, RunEnd, Trace};
    use vtime::Instant;

    /// A run without events.
    fn trace(mode: Mode) -> String {
        let header = crate::Header { mode, ..crate::testing::header() };
        let mut out = Vec::new();
        let recorder = Recorder::new(&mut out, &header, &crate::testing::ports(), |_: &crate::Line<'_>| ());
        let end = RunEnd { at: Instant::from_ns(20_000_000), insns: vec![0, 0], states: vec![None, None] };
        let _ = recorder.unwrap().finish(&end).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn head_and_foot_say_it_and_it_is_read_back() {
        assert!(!trace(Mode::Exact).contains("\nmode "));
        for mode in Mode::NAMED {
            let text = trace(mode);
            assert_eq!(text.matches(&mode.line().unwrap()).count(), 2, "{text}");
            assert_eq!(Trace::parse(&text, "a.trace").unwrap().header.mode, mode);
        }
    }

    #[test]
    fn a_mark_cannot_be_taken_away() {
        let (text, line) = (trace(Mode::Suspend), Mode::Suspend.line().unwrap() + "\n");
        let found = |text: &str| Trace::parse(text, "a.trace").unwrap_err().to_string();
        let in_foot = "a.trace:17:1: expected \"hash\", found \"mode suspend NOT REPRODUCIBLE\"";
        assert_eq!(found(&text.replacen(&line, "", 1)), in_foot);
        assert!(found(&text.replace(&line, "")).contains("hash"));
        let foot = text.rfind(&line).unwrap();
        let without = format!("{}{}", &text[..foot], &text[foot + line.len()..]);
        assert!(found(&without).contains("mode suspend NOT REPRODUCIBLE"));
        assert!(
            found(&text.replacen("suspend", "exact", 1)).contains("a.trace:6:1: expected \"mode suspend")
        );
    }

    #[test]
    fn a_comparison_names_the_modes() {
        let parse = |mode| Trace::parse(&trace(mode), "a.trace").unwrap();
        let divergence = crate::compare(&parse(Mode::Exact), &parse(Mode::Suspend)).unwrap_err();
        assert!(
            format!("{divergence:?}").contains("mode: exact in the golden, suspend in the run"),
            "{divergence:?}"
        );
    }
}
