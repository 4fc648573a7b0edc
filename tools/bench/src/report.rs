// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The result as tables, as a page and as JSON.

use crate::goal::{self, Goal, QUIET};
use crate::host::Host;
use crate::plan::Findings;
use crate::stats::Spread;
use crate::table::number;
use serde_json::{Value, json};
use std::fmt::Write;

/// A result and what the reader must know about it.
#[derive(Clone, Debug)]
pub struct Report {
    /// What was measured.
    pub sections: Vec<Section>,
    /// On what.
    pub host: Host,
    /// With which QEMU.
    pub qemu: String,
    /// With which plugins.
    pub plugins: String,
    /// How often.
    pub rounds: u32,
    /// The host's load before and after.
    pub load: [String; 2],
}

/// What came out of a group.
#[derive(Clone, Debug)]
pub struct Section {
    /// The group's name.
    pub name: &'static str,
    /// The section's title.
    pub title: &'static str,
    /// What the table means.
    pub explained: String,
    /// Figures, goals, notes.
    pub findings: Findings,
}

impl Report {
    /// For a terminal.
    pub fn table(&self) -> String {
        let mut text = String::new();
        for Section { title, findings, .. } in &self.sections {
            let _ = writeln!(text, "== {title}\n{}", findings.table.aligned());
            for note in &findings.notes {
                let _ = writeln!(text, "{}\n", note.replace("**", ""));
            }
        }
        let goals = self.goals();
        if !goals.is_empty() {
            let _ = writeln!(text, "== Goals\n{}", goal::table(&goals, self.share()).aligned());
        }
        let share = match self.share() {
            Some(share) => format!("the free pair got {} of the CPUs", number(share, 2)),
            None => "nobody looked whether the host was busy: the group grants does".to_string(),
        };
        let _ = writeln!(text, "median [least..greatest] of {} rounds; {share}", self.rounds);
        text
    }

    /// The whole of docs/performance.md.
    pub fn markdown(&self) -> String {
        let Report { host, qemu, plugins, rounds, load: [before, after], .. } = self;
        let (cpu, cores, kernel) = (&host.cpu, host.cores, &host.kernel);
        let goals = goal::table(&self.goals(), self.share()).markdown();
        let mut text = format!(
            "<!-- SPDX-License-Identifier: Apache-2.0 OR MIT -->\n\
             <!-- Written by //tools/bench; do not edit. -->\n\
             # Performance\n\n\
             What exact time costs, as ratios measured in one run. Each figure is the median of {rounds} rounds, with \
             [least..greatest].\n\n\
             ## Goals\n\n{goals}\n"
        );
        for Section { title, explained, findings, .. } in &self.sections {
            let _ = write!(text, "## {title}\n\n{explained}\n\n{}\n", findings.table.markdown());
            for note in &findings.notes {
                let _ = write!(text, "{note}\n\n");
            }
        }
        let share = self.share().map_or("an unknown part".to_string(), |share| number(share, 2));
        let _ = write!(
            text,
            "## How\n\n\
             Every round runs every line once, one after the other, in turns forwards and backwards, so that a load that \
             changes meets all alike. Only ratios within a round mean something; absolute figures are of this machine. *CPU* is \
             the user and system time of QEMU and the run loop together.\n\n\
             - CPU: {cpu}, {cores} cores; Linux {kernel}\n\
             - load average before: {before}, after: {after} (the benchmark itself makes 1 to 2, and 32 with 32 busy nodes)\n\
             - the free pair got {share} of the CPUs. Below {QUIET:.2}, other work was running: wall times are longer, a ratio of wall times \
             may err to either side, and goals that are such ratios are undecided. Ratios of CPU time hang less on the \
             load, but leave out the time in which nodes and run loop wait for each other to wake up.\n\
             - QEMU {qemu}, plugins {plugins}, virtmcu {version}\n\n\
             Again:\n\n\
             ```sh\n\
             ./bazelw build //:dist //scenarios/...\n\
             ./bazelw run //tools/bench -- --rounds {rounds} --markdown > docs/performance.md\n\
             ```\n\n\
             `--only GROUP` measures a part. How often the same trace came out of different schedules is told in docs/campaign.md, \
             which `bench campaign` writes.\n",
            version = virtmcu::VERSION,
        );
        text
    }

    /// For programs.
    pub fn json(&self) -> Value {
        let spread = |spread: Spread| json!({"median": spread.median, "min": spread.min, "max": spread.max});
        let section = |section: &Section| {
            let rows = section.findings.table.json();
            (section.name.to_string(), json!({"rows": rows, "notes": section.findings.notes}))
        };
        json!({
            "rounds": self.rounds,
            "groups": Value::Object(self.sections.iter().map(section).collect()),
            "goals": goal::table(&self.goals(), self.share()).json(),
            "host": {"cpu": self.host.cpu, "cores": self.host.cores, "kernel": self.host.kernel},
            "load_before": self.load[0], "load_after": self.load[1], "free_cpu_share": self.share().map(spread),
            "qemu": self.qemu, "plugins": self.plugins, "virtmcu": virtmcu::VERSION,
        })
    }

    fn goals(&self) -> Vec<Goal> {
        self.sections.iter().flat_map(|section| section.findings.goals.clone()).collect()
    }

    fn share(&self) -> Option<Spread> {
        self.sections.iter().find_map(|section| section.findings.share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::goal::Bound;
    use crate::table::{Cell, Table};

    fn report(speed: f64, share: f64) -> Report {
        let speed = Spread::of([speed]);
        let table = Table {
            head: vec!["what", "speed"],
            rows: vec![vec![Cell::text("horizon 1 ms"), Cell::spread(speed, 2)]],
        };
        let goal = Goal { what: "horizon 1 ms".into(), bound: Bound::RatioAtLeast(0.95), found: speed };
        let findings = Findings {
            table,
            goals: vec![goal],
            notes: vec!["**Note** this.".into()],
            share: Spread::of([share]),
        };
        Report {
            sections: vec![Section { name: "grants", title: "Grants", explained: "Why.".into(), findings }],
            host: Host { cpu: "Some CPU".into(), cores: 2, kernel: "6.1".into() },
            qemu: "10.2.2 abc".into(),
            plugins: "def".into(),
            rounds: 3,
            load: ["0.50".into(), "1.50".into()],
        }
    }

    #[test]
    fn a_terminal_gets_tables() {
        let expected = "\
== Grants
what                      speed
horizon 1 ms  0.96 [0.96..0.96]

Note this.

== Goals
goal                  bound              found  verdict
horizon 1 ms  at least 0.95  0.96 [0.96..0.96]      met

median [least..greatest] of 3 rounds; the free pair got 0.99 [0.99..0.99] of the CPUs
";
        assert_eq!(report(0.96, 0.99).table(), expected);
    }

    #[test]
    fn says_when_a_goal_is_missed_or_undecided() {
        assert!(report(0.94, 0.99).table().contains("missed"));
        assert!(report(0.96, 0.5).table().contains("undecided: busy host"));
    }

    #[test]
    fn the_page_has_all_sections_and_the_host() {
        let page = report(0.96, 0.99).markdown();
        let parts = [
            "## Goals\n\n| goal | bound | found | verdict |\n",
            "## Grants\n\nWhy.\n\n| what | speed |\n|---|--:|\n| horizon 1 ms | 0.96 [0.96..0.96] |\n\n**Note** this.\n",
            "CPU: Some CPU, 2 cores",
            "QEMU 10.2.2 abc",
        ];
        for part in parts {
            assert!(page.contains(part), "{part:?} is not in {page}");
        }
    }

    #[test]
    fn programs_get_rows_and_goals() {
        let value = report(0.96, 0.99).json();
        assert_eq!(value["groups"]["grants"]["rows"][0]["speed"]["median"], 0.96);
        assert_eq!(value["goals"][0]["verdict"], "met");
    }
}
