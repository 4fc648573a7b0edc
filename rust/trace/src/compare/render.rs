// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A divergence as text for people: what differs, where, and the commands that come next.

use super::{ByDifference, Difference, Divergence, Part, Sides, Tag};
use std::fmt::{self, Write as _};

/// How to show a divergence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RenderOptions<'a> {
    /// The path of the golden, or of the first trace.
    pub golden_path: &'a str,
    /// The path of the run's trace, or of the second.
    pub run_path: &'a str,
    /// The command that shows the whole difference.
    pub more_command: Option<&'a str>,
    /// The command that makes the run's trace the golden.
    pub accept_command: Option<&'a str>,
    /// Use the colours of a terminal.
    pub color: bool,
}

const RED: &str = "\x1b[31m";
const GREEN: &str = "\x1b[32m";
const CYAN: &str = "\x1b[36m";
const BOLD: &str = "\x1b[1m";

impl Divergence {
    /// The divergence as text; it ends with a line end.
    pub fn render(&self, options: &RenderOptions<'_>) -> String {
        let mut out = String::new();
        // Writing to a String cannot fail.
        let _ = self.write(&mut out, options);
        out
    }

    fn write(&self, out: &mut String, options: &RenderOptions<'_>) -> fmt::Result {
        let RenderOptions { golden_path, run_path, more_command, accept_command, color } = *options;
        let paint = |text: String, code: &str| if color { format!("{code}{text}\x1b[0m") } else { text };
        let verb = if self.sides == Sides::GoldenAndRun { "does not match" } else { "differs from" };
        writeln!(out, "{}", paint(format!("{run_path} {verb} {golden_path}"), BOLD))?;
        for difference in &self.differences {
            writeln!(out, "\n{}", paint(title(difference), BOLD))?;
            for line in &difference.explanation {
                writeln!(out, "  {line}")?;
            }
            writeln!(out, "\n{}", paint(format!("--- {golden_path}"), RED))?;
            writeln!(out, "{}", paint(format!("+++ {run_path}"), GREEN))?;
            let (golden, run) = (self.sides.golden(), self.sides.run());
            let Difference { golden_line, run_line, .. } = difference;
            let place = format!("@@ line {golden_line} of {golden}, line {run_line} of {run} @@");
            writeln!(out, "{}", paint(place, CYAN))?;
            for line in &difference.hunk {
                let text = format!("{}{}", line.tag.sign(), line.text);
                match line.tag {
                    Tag::Both | Tag::More => writeln!(out, "{text}")?,
                    Tag::Golden => writeln!(out, "{}", paint(text, RED))?,
                    Tag::Run => writeln!(out, "{}", paint(text, GREEN))?,
                }
            }
        }
        self.write_made_by(out)?;
        if let Some(command) = more_command {
            writeln!(out, "\nsee all of it:\n  {command}")?;
        }
        if let Some(command) = accept_command {
            writeln!(out, "\naccept the run as the new golden, if this is as it should be:\n  {command}")?;
        }
        Ok(())
    }

    fn write_made_by(&self, out: &mut String) -> fmt::Result {
        if !self.made_by.is_empty() {
            writeln!(out, "\nthey were made by different builds, which may be the reason:")?;
        }
        for ByDifference { what, golden, run } in &self.made_by {
            let version = |version: &Option<String>| version.clone().unwrap_or_else(|| "none".to_string());
            let (old, new) = (version(golden), version(run));
            writeln!(out, "  {what}: {old} in {}, {new} in {}", self.sides.golden(), self.sides.run())?;
        }
        Ok(())
    }
}

fn title(difference: &Difference) -> String {
    match difference.part {
        Part::Header => "the scenario was changed: its inputs are not the same".to_string(),
        Part::Entries { index, at } => format!("first difference: entry {}, at {at}", index + 1),
        Part::States => "all that happened is equal, but not the states of the nodes".to_string(),
        Part::Footer => "all entries are equal, but not the sums below them".to_string(),
    }
}
