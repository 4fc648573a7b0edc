// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A run on the terminal: what its nodes print, as it happens, and how far virtual time has come.

use crate::play::Display;
use indicatif::{ProgressBar, ProgressStyle};
use scenario::Scenario;
use std::io::{IsTerminal, Write};
use std::path::Path;
use trace::Line;
use vtime::Instant;

/// Lines go to stdout, the bar to stderr if that is a terminal.
#[derive(Debug)]
pub struct Live {
    bar: ProgressBar,
}

impl Live {
    /// A display for one run.
    pub fn new() -> Live {
        let bar = if std::io::stderr().is_terminal() { ProgressBar::new(0) } else { ProgressBar::hidden() };
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {percent:>3} % of virtual time") {
            bar.set_style(style);
        }
        Live { bar }
    }

    fn print(&self, text: &str) {
        // A closed pipe ends the display, not the run.
        self.bar.suspend(|| {
            let _ = writeln!(std::io::stdout(), "{text}");
        });
    }
}

/// A run whose stdout is that of a port: what else there is to say goes to stderr.
#[derive(Debug)]
pub struct AtConsole;

impl Display for AtConsole {
    fn warning(&mut self, text: &str) {
        eprintln!("{text}");
    }
}

impl Default for Live {
    fn default() -> Live {
        Live::new()
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

impl Display for Live {
    fn starts(&mut self, scenario: &Scenario) {
        self.bar.set_length(scenario.end().as_ns());
        for node in &scenario.nodes {
            self.print(&format!("node {} is {} ({})", node.name, node.board.name, node.board.cpu));
        }
        for link in &scenario.links {
            let ends: Vec<String> = link.ends.iter().map(|end| scenario.port_name(*end)).collect();
            let (spec, horizon) = (link.description(), link.spec.lookahead());
            self.print(&format!(
                "link {} joins {}: {spec}, horizon {horizon}",
                link.name,
                ends.join(" and ")
            ));
        }
    }

    fn listens(&mut self, socket: &Path) {
        self.print(&format!("waiting for a master at {}", socket.display()));
        let _ = std::io::stdout().flush();
    }

    fn line(&mut self, line: &Line<'_>) {
        let text = String::from_utf8_lossy(line.bytes);
        self.print(&format!("{:>14}  {:<16} {}", line.first, line.name, text.trim_end_matches(['\r', '\n'])));
    }

    fn warning(&mut self, text: &str) {
        self.print(text);
    }

    fn debuggers(&mut self, commands: &str) {
        self.bar.suspend(|| eprint!("{commands}"));
    }

    fn progress(&mut self, now: Instant, end: Instant) {
        self.bar.set_position(now.min(end).as_ns());
    }
}
