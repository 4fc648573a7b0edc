// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Lines and bytes that a scenario says must come.
//!
//! **Invariant:** time limits are virtual: a verdict depends on the lines alone.
//! **Limits:** a text is looked for within one line, so one longer than 256 bytes is never found.

use crate::escape::quoted;
use crate::nearest::similarity;
use crate::observer::{Line, LineObserver};
use sim::{NodeId, PortId};
use std::fmt;
use vtime::Instant;

/// A line that must come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expect {
    /// The node that is to send it.
    pub node: NodeId,
    /// The port that is to send it.
    pub port: PortId,
    /// That port as `node.port`.
    pub name: String,
    /// What the line must be.
    pub pattern: Pattern,
    /// Its last byte must be there at this instant or before.
    pub within: Instant,
}

/// What must come. Lines are compared as bytes, without the line end (`\n` or `\r\n`) of the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// Exactly this.
    Line(String),
    /// It has this in it.
    Contains(String),
    /// No line: these bytes come one after the other, wherever lines end.
    Bytes(Vec<u8>),
}

/// Watches the lines of a run.
#[derive(Clone, Debug)]
pub struct Expectations(Vec<Verdict>);

/// What became of one expectation.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The expectation.
    pub expect: Expect,
    /// What became of it.
    pub outcome: Outcome,
    /// For [`Pattern::Bytes`]: the end of the lines before, in which they may have begun.
    tail: Vec<u8>,
}

/// What became of an expectation.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It was met.
    Met {
        /// When the line was there.
        at: Instant,
        /// The line.
        line: Vec<u8>,
    },
    /// The line came, but too late.
    Late {
        /// When it was there.
        at: Instant,
        /// The line.
        line: Vec<u8>,
    },
    /// It never came.
    Never {
        /// The line of the same port most like it, the first of several; `None` when nothing alike came.
        nearest: Option<Nearest>,
    },
}

/// A line that is not the one that must come.
#[derive(Clone, Debug, PartialEq)]
pub struct Nearest {
    /// When it was there.
    pub at: Instant,
    /// The line.
    pub line: Vec<u8>,
    /// How alike they are: above 0, up to 1.
    pub similarity: f32,
}

impl Pattern {
    fn text(&self) -> &[u8] {
        match self {
            Pattern::Line(text) | Pattern::Contains(text) => text.as_bytes(),
            Pattern::Bytes(bytes) => bytes,
        }
    }

    fn matches(&self, line: &[u8]) -> bool {
        match self {
            Pattern::Line(text) => text.as_bytes() == line,
            Pattern::Contains(text) if text.is_empty() => true,
            Pattern::Contains(text) => line.windows(text.len()).any(|part| part == text.as_bytes()),
            Pattern::Bytes(bytes) => line.windows(bytes.len().max(1)).any(|part| part == bytes),
        }
    }
}

impl Expectations {
    /// Starts to watch for each of `expects`.
    pub fn new(expects: Vec<Expect>) -> Expectations {
        let verdict =
            |expect| Verdict { expect, outcome: Outcome::Never { nearest: None }, tail: Vec::new() };
        Expectations(expects.into_iter().map(verdict).collect())
    }

    /// What became of each so far, in their order.
    pub fn verdicts(&self) -> &[Verdict] {
        &self.0
    }

    /// True when each was met.
    pub fn all_met(&self) -> bool {
        self.0.iter().all(Verdict::met)
    }
}

impl LineObserver for Expectations {
    fn line(&mut self, line: &Line<'_>) {
        for verdict in &mut self.0 {
            if (verdict.expect.node, verdict.expect.port) == (line.node, line.port) {
                verdict.line(line.ends, line.bytes);
            }
        }
    }
}

impl Verdict {
    /// True when the line came in time.
    pub fn met(&self) -> bool {
        matches!(self.outcome, Outcome::Met { .. })
    }

    /// The port sent a line.
    fn line(&mut self, at: Instant, line: &[u8]) {
        let Verdict { expect, outcome, tail } = self;
        let Outcome::Never { nearest } = outcome else { return };
        if let Pattern::Bytes(bytes) = &expect.pattern {
            tail.extend_from_slice(line);
            let met = expect.pattern.matches(tail);
            tail.drain(..(tail.len() + 1).saturating_sub(bytes.len()).min(tail.len()));
            if met {
                let line = line.to_vec();
                *outcome =
                    if at <= expect.within { Outcome::Met { at, line } } else { Outcome::Late { at, line } };
            } else if let Some(similarity) =
                similarity(line, bytes, nearest.as_ref().map_or(0.0, |near| near.similarity))
            {
                *nearest = Some(Nearest { at, line: line.to_vec(), similarity });
            }
            return;
        }
        let text = line.strip_suffix(b"\n").map_or(line, |text| text.strip_suffix(b"\r").unwrap_or(text));
        if expect.pattern.matches(text) {
            let line = line.to_vec();
            *outcome =
                if at <= expect.within { Outcome::Met { at, line } } else { Outcome::Late { at, line } };
            return;
        }
        let floor = nearest.as_ref().map_or(0.0, |nearest| nearest.similarity);
        if let Some(similarity) = similarity(text, expect.pattern.text(), floor) {
            *nearest = Some(Nearest { at, line: line.to_vec(), similarity });
        }
    }
}

/// The expectation and what became of it, on two lines.
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Expect { name, pattern, within, .. } = &self.expect;
        let kind = match pattern {
            Pattern::Line(_) => "line",
            Pattern::Contains(_) => "a line with",
            Pattern::Bytes(_) => "bytes",
        };
        writeln!(f, "{name} sends {kind} {} within {within}", quoted(pattern.text()))?;
        match &self.outcome {
            Outcome::Met { at, line } => write!(f, "  met at {at}: {}", quoted(line)),
            Outcome::Late { at, line } => {
                write!(
                    f,
                    "  never within {within}: it came at {at}, {} too late: {}",
                    at.since(*within),
                    quoted(line)
                )
            }
            Outcome::Never { nearest: Some(Nearest { at, line, .. }) } => {
                write!(f, "  never within {within}; the nearest line came at {at}: {}", quoted(line))
            }
            Outcome::Never { nearest: None } => write!(f, "  never within {within}; no line was like it"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{record_observed, send};

    /// `pinger.uart0` sends `bytes` at 0; a byte takes 86 806 ns.
    fn check(bytes: &[u8], pattern: Pattern, within_ns: u64, expected: &str) {
        let (node, port) = (NodeId(0), PortId(0));
        let within = Instant::from_ns(within_ns);
        let expect = Expect { node, port, name: "pinger.uart0".into(), pattern, within };
        let events = [send(0, 0, 0, bytes), send(1, 0, 0, b"pong 2\n")].concat();
        let watched = record_observed(&events, Expectations::new(vec![expect]));
        assert_eq!(watched.verdicts()[0].to_string(), expected);
        assert_eq!(watched.all_met(), expected.contains("\n  met"));
    }

    fn line(text: &str) -> Pattern {
        Pattern::Line(text.into())
    }

    fn contains(text: &str) -> Pattern {
        Pattern::Contains(text.into())
    }

    #[test]
    fn is_met_in_time() {
        let met = "pinger.uart0 sends line \"ok\" within 0.000260418\n  met at 0.000260418: \"ok\\n\"";
        check(b"ok\n", line("ok"), 260_418, met);
        let late = "pinger.uart0 sends line \"ok\" within 0.000260417\n  \
                    never within 0.000260417: it came at 0.000260418, 1ns too late: \"ok\\n\"";
        check(b"ok\n", line("ok"), 260_417, late);
    }

    #[test]
    fn compares_without_the_line_end() {
        let met = |line: &str, at: &str| {
            format!("pinger.uart0 sends line {line} within 0.001000000\n  met at {at}")
        };
        check(b"ok\r\n", line("ok"), 1_000_000, &met("\"ok\"", "0.000347224: \"ok\\r\\n\""));
        check(b"> ", line("> "), 1_000_000, &met("\"> \"", "0.000173612: \"> \""));
        check(b"\n", line(""), 1_000_000, &met("\"\"", "0.000086806: \"\\n\""));
    }

    #[test]
    fn finds_a_part() {
        let head = "pinger.uart0 sends a line with \"rc=0\" within 0.001000000\n  ";
        check(b"rc=0!\n", contains("rc=0"), 1_000_000, &format!("{head}met at 0.000520836: \"rc=0!\\n\""));
        let never = "never within 0.001000000; the nearest line came at 0.000520836: \"rc=1!\\n\"";
        check(b"rc=1!\n", contains("rc=0"), 1_000_000, &format!("{head}{never}"));
    }

    #[test]
    fn finds_bytes_wherever_lines_end() {
        let head = "pinger.uart0 sends bytes \"\\x04\\n \\x00\" within 0.001000000\n  ";
        let bytes = || Pattern::Bytes(b"\x04\n \0".to_vec());
        check(b"x\x04\n \0\n", bytes(), 1_000_000, &format!("{head}met at 0.000520836: \" \\x00\\n\""));
        let late = "never within 0.000300000: it came at 0.000520836, 220836ns too late: \" \\x00\\n\"";
        let head = head.replace("0.001000000", "0.000300000");
        check(b"x\x04\n \0\n", bytes(), 300_000, &format!("{head}{late}"));
        let never = "never within 0.000300000; the nearest line came at 0.000260418: \"x\\x04\\n\"";
        check(b"x\x04\n\0 \n", bytes(), 300_000, &format!("{head}{never}"));
    }

    #[test]
    fn shows_the_nearest_line_of_its_port() {
        let head = "pinger.uart0 sends line \"pong 2\" within 0.020000000\n  never within 0.020000000; ";
        let near = format!("{head}the nearest line came at 0.001388896: \"pong 3\\n\"");
        check(
            b"hello\nping 1\npong 3\npong 3\n",
            line("pong 2"),
            20_000_000,
            &near.replace("1388896", "1736120"),
        );
        check(b"xxx\n", line("pong 2"), 20_000_000, &format!("{head}no line was like it"));
        check(b"", line("pong 2"), 20_000_000, &format!("{head}no line was like it"));
    }
}
