// SPDX-License-Identifier: Apache-2.0 OR MIT
//! `virtmcu verify`: is there one trace, however a scenario is scheduled?

use crate::campaign::{Campaign, Outcome};
use crate::cli::VerifyArgs;
use crate::determinism::Host;
use crate::exit::Verdict;
use crate::interrupt::Interrupt;
use crate::loaded;
use crate::places::typed;
use crate::play::title;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Runs a campaign over each scenario.
pub fn verify(args: &VerifyArgs) -> Verdict {
    let interrupt = match Interrupt::catch() {
        Ok(interrupt) => interrupt,
        Err(error) => {
            eprintln!("error: cannot catch Ctrl-C: {error}");
            return Verdict::Infrastructure;
        }
    };
    let mut outcomes = Vec::new();
    for scenario in &args.scenarios {
        let outcome = one(args, scenario, &interrupt);
        if !args.json {
            eprint!("{}", outcome.complaints());
            print!("{}", outcome.summary());
        }
        outcomes.push(outcome);
        if interrupt.happened() {
            break;
        }
    }
    let worst = outcomes.iter().map(|outcome| outcome.verdict).max().unwrap_or(Verdict::Passed);
    let report = serde_json::json!({
        "verdict": worst,
        "runs": outcomes.iter().map(|outcome| outcome.runs).sum::<u64>(),
        "mismatches": outcomes.iter().map(|outcome| outcome.mismatches).sum::<u64>(),
        "virtmcu": crate::VERSION,
        "host": Host::this(),
        "scenarios": outcomes,
    });
    if args.json {
        println!("{report:#}");
    } else if outcomes.len() > 1 {
        println!(
            "{} scenarios, {} runs, {} mismatches",
            outcomes.len(),
            report["runs"],
            report["mismatches"]
        );
    }
    if let Some(file) = &args.report
        && let Err(error) = std::fs::write(typed(file), format!("{report:#}\n"))
    {
        eprintln!("error: cannot write {}: {error}", file.display());
        return worst.max(Verdict::Infrastructure);
    }
    worst
}

fn one(args: &VerifyArgs, scenario: &Path, interrupt: &Interrupt) -> Outcome {
    let file = typed(scenario);
    let color = !args.json && std::io::stderr().is_terminal();
    let loaded = match loaded::load(&file, &args.places, color) {
        Ok(loaded) => loaded,
        Err((verdict, message)) => return Outcome::broken(&title(&file), verdict, message),
    };
    let keep = args.keep.as_deref().map(typed);
    let keep =
        keep.unwrap_or_else(|| std::env::temp_dir().join(format!("virtmcu-verify-{}", std::process::id())));
    let numbers = args.only.map_or(1..args.runs, |only| only..only.saturating_add(1));
    let campaign = Campaign {
        loaded: &loaded,
        arguments: &arguments(args, scenario),
        stress: args.stress,
        jobs: args.jobs,
        seed: args.seed_of_schedules,
        patience: args.patience.map_or(loaded.scenario.watchdog, Duration::from_secs),
        keep: &keep,
        color,
        interrupt,
        numbers,
    };
    let bar = bar(args, &campaign);
    let outcome = campaign.run(&|runs, mismatches| {
        bar.set_position(runs);
        bar.set_message(format!("{mismatches} mismatches"));
    });
    bar.finish_and_clear();
    outcome
}

/// Shows how far it is, if somebody looks.
fn bar(args: &VerifyArgs, campaign: &Campaign<'_>) -> ProgressBar {
    let hidden = args.json || !std::io::stderr().is_terminal();
    let runs = campaign.numbers.end - campaign.numbers.start;
    let bar = if hidden { ProgressBar::hidden() } else { ProgressBar::new(runs) };
    if let Ok(style) = ProgressStyle::with_template("{prefix} {bar:30} {pos}/{len} runs, {per_sec}, {msg}") {
        bar.set_style(style);
    }
    bar.set_prefix(campaign.loaded.scenario.title.clone());
    bar
}

/// What `virtmcu run` needs to find the same things.
fn arguments(args: &VerifyArgs, scenario: &Path) -> String {
    let mut words = vec![quoted(&scenario.display().to_string())];
    let places = [("--tools", &args.places.tools), ("--root", &args.places.root)];
    for (option, path) in places {
        words.extend(
            path.iter().flat_map(|path: &PathBuf| [option.to_string(), quoted(&path.display().to_string())]),
        );
    }
    for (label, file) in &args.places.firmware {
        words.push(format!("--firmware {}", quoted(&format!("{label}={}", file.display()))));
    }
    words.join(" ")
}

/// As a shell takes it for one word.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+=:,@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_string();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_one_word_for_a_shell() {
        assert_eq!(quoted("//app:ping=a/b.elf"), "//app:ping=a/b.elf");
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
    }
}
