// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A run that differs from run 0: where they part, and where each firmware is at that time in both.

use super::outcome::Found;
use super::{Campaign, Played, Schedule};
use crate::exit::Verdict;
use serde::Serialize;
use std::fmt::Write;
use trace::{Divergence, Part, RenderOptions, Trace};
use vtime::{Instant, Span};

/// The first run that differs.
#[derive(Clone, Debug, Serialize)]
pub struct Mismatch {
    /// Its number.
    pub run: u64,
    /// The virtual time of the first difference, if there is one.
    pub at_ns: Option<u64>,
    /// The difference, as `virtmcu diff --json` tells it.
    pub divergence: Option<serde_json::Value>,
    /// The last barrier at which all nodes' states were equal, and the first at which some were not, if it comes to that.
    pub states_part_ns: Option<(u64, u64)>,
    /// Where each firmware is at that time in run 0, a line a node.
    pub first_where: Vec<String>,
    /// And in this one.
    pub second_where: Vec<String>,
    /// Whether it differed from run 0 again when it was repeated.
    pub again: bool,
    /// The commands that repeat run 0 and this one.
    pub commands: [String; 2],
    /// All of it for people.
    #[serde(skip)]
    pub text: String,
}

/// Compares, repeats, and tells.
pub(super) fn explain(
    campaign: &Campaign<'_>,
    cores: &[usize],
    reference: &Played,
    schedule: &Schedule,
    found: &Found,
) -> Mismatch {
    let number = schedule.number;
    let mut text = format!("run {number} differs from run 0 ({})\n", describe(schedule));
    let mut mismatch = Mismatch {
        run: number,
        at_ns: None,
        states_part_ns: None,
        divergence: None,
        first_where: Vec::new(),
        second_where: Vec::new(),
        again: false,
        commands: [command(campaign, &Schedule::reference()), command(campaign, schedule)],
        text: String::new(),
    };
    match found {
        Found::Crash(story) => {
            let _ = writeln!(text, "run 0 reached its end; in run {number} {}", story.trim_end());
        }
        Found::Trace(played) => {
            traces(campaign, reference, played, &mut mismatch, &mut text);
            states(campaign, reference, played, &mut mismatch, &mut text);
        }
    }
    let repeated = campaign.play(schedule, cores, None);
    mismatch.again = match &repeated {
        Ok(played) => played.summary != reference.summary,
        Err(error) => error.verdict() == Verdict::Failed,
    };
    if mismatch.again
        && let Some(at) = narrow(campaign, cores, schedule, &mismatch)
    {
        mismatch.at_ns = Some(at);
        let _ = writeln!(text, "registers and memory begin to differ at {}", Instant::from_ns(at));
    }
    let _ = match &repeated {
        _ if mismatch.again => Ok(()),
        Ok(_) => writeln!(
            text,
            "\nrepeated, run {number} does not differ again: the schedule alone is not the cause"
        ),
        Err(error) => writeln!(text, "\nrepeated, run {number} broke off: {error}"),
    };
    if let Some(at) = mismatch.at_ns {
        let until = Some(Span::from_ns(at.max(1)));
        let ask = |schedule: &Schedule| match campaign.play(schedule, cores, until) {
            Ok(played) => played.whereabouts.iter().map(ToString::to_string).collect(),
            Err(error) => vec![error.to_string()],
        };
        mismatch.first_where = ask(&Schedule::reference());
        mismatch.second_where = ask(schedule);
        let _ = writeln!(text, "\nboth repeated up to {}:", Instant::from_ns(at));
        for (number, lines) in [(0, &mismatch.first_where), (number, &mismatch.second_where)] {
            for line in lines {
                let _ = writeln!(text, "  run {number:<6} {line}");
            }
        }
    }
    let [first, second] = &mismatch.commands;
    let _ = writeln!(text, "\nrepeat them:\n  {first}\n  {second}");
    let _ = writeln!(
        text,
        "  virtmcu verify {}{} --seed-of-schedules {} --only {number}",
        campaign.arguments,
        if campaign.stress { " --stress" } else { "" },
        campaign.seed,
    );
    mismatch.text = text;
    mismatch
}

/// Keeps both traces and tells where they part.
fn traces(
    campaign: &Campaign<'_>,
    reference: &Played,
    played: &Played,
    mismatch: &mut Mismatch,
    text: &mut String,
) {
    let title = &campaign.loaded.scenario.title;
    let files = [0, mismatch.run].map(|number| campaign.keep.join(format!("{title}.run{number}.trace")));
    let kept = std::fs::create_dir_all(campaign.keep)
        .and_then(|()| std::fs::write(&files[0], &reference.trace))
        .and_then(|()| std::fs::write(&files[1], &played.trace));
    if let Err(error) = kept {
        let _ = writeln!(text, "the traces cannot be kept in {}: {error}", campaign.keep.display());
    }
    let [first, second] = files.map(|file| file.display().to_string());
    let parsed = Trace::parse_bytes(&reference.trace, &first)
        .and_then(|one| Trace::parse_bytes(&played.trace, &second).map(|two| trace::diff(&one, &two)));
    match parsed {
        Ok(Some(divergence)) => {
            mismatch.at_ns = Some(time(&divergence, campaign).as_ns());
            mismatch.divergence = Some(divergence.to_json());
            let more = format!("virtmcu diff {first} {second}");
            let options = RenderOptions {
                golden_path: &first,
                run_path: &second,
                more_command: Some(&more),
                color: campaign.color,
                ..RenderOptions::default()
            };
            text.push_str(&divergence.render(&options));
        }
        Ok(None) => text.push_str("the two runs differ, but nothing in their traces does\n"),
        Err(error) => text.push_str(&error.render(None)),
    }
}

/// The first barrier at which the states of the nodes differ.
fn states(
    campaign: &Campaign<'_>,
    reference: &Played,
    played: &Played,
    mismatch: &mut Mismatch,
    text: &mut String,
) {
    let nodes = campaign.loaded.scenario.nodes.iter().map(|node| &node.name);
    let first = nodes.zip(reference.states.iter().zip(&played.states)).filter_map(|(node, (one, other))| {
        let place = one.iter().zip(other).position(|(one, other)| one != other)?;
        let before = place.checked_sub(1).map_or(Instant::START, |before| one[before].0);
        Some((one[place].0, before, node))
    });
    let Some((at, before, node)) = first.min() else { return };
    let _ = writeln!(
        text,
        "the state of {node} (registers and memory) differs, first at the barrier {at}; at {before} it was equal"
    );
    mismatch.states_part_ns = Some((before.as_ns(), at.as_ns()));
    mismatch.at_ns = Some(mismatch.at_ns.map_or(at.as_ns(), |known| known.min(at.as_ns())));
}

/// A nanosecond at which states begin to differ: by halves, each a run of both up to there. Nodes that differ may come
/// together again, and then it need not be the first.
fn narrow(campaign: &Campaign<'_>, cores: &[usize], schedule: &Schedule, mismatch: &Mismatch) -> Option<u64> {
    let (mut equal, _) = mismatch.states_part_ns?;
    let mut differs = mismatch.at_ns?;
    if differs <= equal {
        equal = 0;
    }
    let states = |schedule: &Schedule, at: u64| {
        let played = campaign.play(schedule, cores, Some(Span::from_ns(at))).ok()?;
        Some(played.states.iter().map(|node| node.last().copied()).collect::<Vec<_>>())
    };
    if states(&Schedule::reference(), differs)? == states(schedule, differs)? {
        return None;
    }
    while equal + 1 < differs {
        let middle = equal + (differs - equal) / 2;
        // A run that breaks off, for Ctrl-C or otherwise, ends the search.
        if states(&Schedule::reference(), middle)? == states(schedule, middle)? {
            equal = middle;
        } else {
            differs = middle;
        }
    }
    Some(differs)
}

/// When two traces part: at their first entry that differs; else only what the foot sums up does, at the end.
fn time(divergence: &Divergence, campaign: &Campaign<'_>) -> Instant {
    let entries = divergence.differences.iter().find_map(|difference| match difference.part {
        Part::Entries { at, .. } => Some(at),
        Part::Header | Part::Footer | Part::States => None,
    });
    entries.unwrap_or(Instant::START + campaign.loaded.scenario.end())
}

fn command(campaign: &Campaign<'_>, schedule: &Schedule) -> String {
    let (prefix, options) = (schedule.prefix(), schedule.options());
    format!(
        "{prefix}virtmcu run {}{options} --no-golden --trace run{}.trace",
        campaign.arguments, schedule.number
    )
}

/// `slices of 7777ns, one node at a time, core 1, nice 3, shaken`.
fn describe(schedule: &Schedule) -> String {
    let mut words =
        vec![schedule.slice.map_or("no slices".to_string(), |slice| format!("slices of {slice}"))];
    words.extend(schedule.serial.then(|| "one node at a time".to_string()));
    words.extend(schedule.core.map(|core| format!("all on core {core}")));
    words.extend((schedule.nice > 0).then(|| format!("nice {}", schedule.nice)));
    words.extend(schedule.shaken.then(|| "its processes paused and moved".to_string()));
    words.extend(schedule.busy.then(|| "beside a load".to_string()));
    words.join(", ")
}
