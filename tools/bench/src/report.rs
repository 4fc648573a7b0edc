// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The result as a table, as a page and as JSON.

use crate::host::Host;
use crate::plan::{GOAL, Outcome, QUIET, Row};
use crate::stats::Spread;
use serde_json::{Value, json};
use std::fmt::Write;

/// A result and what the reader must know about it.
#[derive(Clone, Debug)]
pub struct Report {
    /// What was measured.
    pub outcome: Outcome,
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

const HEAD: [&str; 5] = ["what", "wall ms", "CPU ms", "speed (wall)", "speed (CPU)"];

impl Report {
    /// For a terminal.
    pub fn table(&self) -> String {
        let mut lines = vec![HEAD.map(String::from)];
        lines.extend(self.outcome.rows.iter().map(cells));
        let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
        let widths: [usize; HEAD.len()] = std::array::from_fn(width);
        let mut text = String::new();
        for line in &lines {
            let mut row = format!("{:<1$}", line[0], widths[0]);
            for (cell, width) in line.iter().zip(widths).skip(1) {
                let _ = write!(row, "  {cell:>width$}");
            }
            text.push_str(row.trim_end());
            text.push('\n');
        }
        let _ = writeln!(text, "median [least..greatest] of {} rounds; {}", self.rounds, self.goal());
        text
    }

    /// The whole of docs/performance.md.
    pub fn markdown(&self) -> String {
        let Report { host, qemu, plugins, rounds, load: [before, after], .. } = self;
        let mut table = format!("| {} |\n|---|{}\n", HEAD.join(" | "), "--:|".repeat(HEAD.len() - 1));
        for row in &self.outcome.rows {
            let _ = writeln!(table, "| {} |", cells(row).join(" | "));
        }
        let (goal, share) = (self.goal(), number(self.outcome.cpu_share, 2));
        let (cpu, cores, kernel) = (&host.cpu, host.cores, &host.kernel);
        format!(
            "<!-- SPDX-License-Identifier: Apache-2.0 OR MIT -->\n\
             <!-- Written by //tools/bench; do not edit. -->\n\
             # Performance\n\n\
             What the time gate and the run loop cost, as ratios measured in one run.\n\n\
             {table}\n\
             Each figure is the median of {rounds} rounds, with [least..greatest]. Goal: with slices of 1 ms a node reaches \
             at least {GOAL:.2} of the free speed (wall). This run: {goal}.\n\n\
             ## What was measured\n\n\
             - **free**: one Cortex-M3 (mps2-an385) that computes CRCs without a pause (scenarios/faults/firmware/bench_m3.c) \
             in the same QEMU with the same -icount settings, without plugins and gate, until the firmware ends it.\n\
             - **slices, no cut**: the same work behind the gate, driven by the real run loop, with grants cut to that length; \
             the run loop itself cuts at 50 ms. Slices of 10 us run a fifth of the work.\n\
             - **pair, ring**: the scenarios of scenarios/uart, per virtual second, from the first grant's end to the last. \
             Their grants are as long as one byte takes on the wire, 87 us.\n\
             - **1 node, 1 ms**: from before the start of QEMU until it is gone.\n\n\
             *wall ms* and *CPU ms* are for one virtual second, in the last row for one run. Except for pair and ring, they hold \
             starting and ending the processes. *CPU* is the user and system time of QEMU and the run \
             loop together. *speed* is the free node's time divided by this one's, taken within each round.\n\n\
             ## How\n\n\
             Every round runs every line once, one after the other, in turns forwards and backwards, so that a load that \
             changes meets all alike. Only ratios within a round mean something; absolute figures are of this machine.\n\n\
             - CPU: {cpu}, {cores} cores; Linux {kernel}\n\
             - load average before: {before}, after: {after} (the benchmark itself makes 1 to 2)\n\
             - the free node got {share} of a CPU. Well below 1, other work was running, wall times are longer, and the wall \
             ratio may err to either side: one above 1 is noise, as the gate makes nothing faster. (Perhaps the kernel \
             favours processes that sleep often, as gated ones do; this was not tested.) The CPU ratio hangs less on the \
             load, but leaves out the time in which node and run loop wait for each other to wake up.\n\
             - QEMU {qemu}, plugins {plugins}, virtmcu {version}\n\n\
             Again:\n\n\
             ```sh\n\
             ./bazelw build //:dist //scenarios/...\n\
             ./bazelw run -c opt //tools/bench -- --rounds {rounds} --markdown > docs/performance.md\n\
             ```\n",
            version = virtmcu::VERSION,
        )
    }

    /// For programs.
    pub fn json(&self) -> Value {
        let spread = |spread: Spread| json!({"median": spread.median, "min": spread.min, "max": spread.max});
        let row = |row: &Row| {
            json!({
                "group": row.group, "name": row.name, "per": row.per, "goal": row.goal.then_some(GOAL),
                "wall_ms": spread(row.wall_ms), "cpu_ms": row.cpu_ms.map(spread),
                "speed_wall": row.speed.map(spread), "speed_cpu": row.cpu_speed.map(spread),
            })
        };
        json!({
            "rounds": self.rounds, "rows": self.outcome.rows.iter().map(row).collect::<Vec<_>>(),
            "host": {"cpu": self.host.cpu, "cores": self.host.cores, "kernel": self.host.kernel},
            "load_before": self.load[0], "load_after": self.load[1], "free_cpu_share": spread(self.outcome.cpu_share),
            "qemu": self.qemu, "plugins": self.plugins, "virtmcu": virtmcu::VERSION,
        })
    }

    /// The verdict, and whether it is one: a busy host may favour either side.
    fn goal(&self) -> String {
        let speed = self.outcome.rows.iter().find(|row| row.goal).and_then(|row| row.speed);
        let Some(Spread { median, .. }) = speed else { return "goal not measured".to_string() };
        let share = self.outcome.cpu_share.median;
        let found = format!("{median:.2} at 1 ms, goal {GOAL:.2}");
        if share < QUIET {
            return format!(
                "goal undecided: {found}, but the host was busy: the free node got {:.0} % of a CPU",
                share * 1e2
            );
        }
        format!("goal {}: {found}", if median >= GOAL { "met" } else { "missed" })
    }
}

fn cells(row: &Row) -> [String; HEAD.len()] {
    let ms = |spread: Spread| number(spread, if spread.median < 100.0 { 1 } else { 0 });
    let speed = |spread: Option<Spread>| spread.map_or(String::new(), |spread| number(spread, 2));
    let cpu = row.cpu_ms.map_or(String::new(), ms);
    [row.name.clone(), ms(row.wall_ms), cpu, speed(row.speed), speed(row.cpu_speed)]
}

fn number(Spread { median, min, max }: Spread, decimals: usize) -> String {
    format!("{median:.decimals$} [{min:.decimals$}..{max:.decimals$}]")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(values: &[f64]) -> Spread {
        Spread::of(values.iter().copied()).unwrap()
    }

    fn report(speed: &[f64], share: f64) -> Report {
        let row = |name: &str, wall: &[f64], speed: Option<Spread>| Row {
            group: "gate",
            name: name.into(),
            per: "virtual second",
            wall_ms: spread(wall),
            cpu_ms: speed.and(Some(spread(&[40.0]))),
            speed,
            cpu_speed: speed,
            goal: speed.is_some(),
        };
        Report {
            outcome: Outcome {
                rows: vec![
                    row("free", &[42.04, 41.0, 50.0], None),
                    row("slices", &[142.4], Spread::of(speed.iter().copied())),
                ],
                cpu_share: spread(&[share]),
            },
            host: Host { cpu: "Some CPU".into(), cores: 2, kernel: "6.1".into() },
            qemu: "10.2.2 abc".into(),
            plugins: "def".into(),
            rounds: 3,
            load: ["0.50".into(), "1.50".into()],
        }
    }

    #[test]
    fn aligns_the_table() {
        let expected = "\
what              wall ms             CPU ms       speed (wall)        speed (CPU)
free    42.0 [41.0..50.0]
slices     142 [142..142]  40.0 [40.0..40.0]  0.90 [0.85..0.95]  0.90 [0.85..0.95]
median [least..greatest] of 3 rounds; goal met: 0.90 at 1 ms, goal 0.80
";
        assert_eq!(report(&[0.9, 0.85, 0.95], 0.99).table(), expected);
    }

    #[test]
    fn says_when_the_goal_is_missed() {
        assert!(report(&[0.79], 0.99).table().ends_with("goal missed: 0.79 at 1 ms, goal 0.80\n"));
        assert!(report(&[], 0.99).table().ends_with("goal not measured\n"));
    }

    #[test]
    fn a_busy_host_decides_nothing() {
        let busy = "goal undecided: 0.90 at 1 ms, goal 0.80, but the host was busy: the free node got 50 % of a CPU\n";
        assert!(report(&[0.9], 0.5).table().ends_with(busy));
    }

    #[test]
    fn the_page_has_the_table_and_the_host() {
        let page = report(&[0.9], 0.99).markdown();
        for part in ["| free | 42.0 [41.0..50.0] |  |  |  |\n", "CPU: Some CPU, 2 cores", "QEMU 10.2.2 abc"] {
            assert!(page.contains(part), "{part:?} is not in {page}");
        }
    }

    #[test]
    fn json_has_the_spread() {
        let value = report(&[0.9], 0.99).json();
        assert_eq!(value["rows"][1]["speed_wall"]["median"], 0.9);
        assert_eq!(value["rows"][1]["goal"], 0.8);
        assert_eq!(value["rows"][0]["speed_wall"], Value::Null);
    }
}
