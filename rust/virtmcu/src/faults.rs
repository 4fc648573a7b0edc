// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Whether the faults that a scenario asks for have happened.

use crate::exit::Verdict;
use crate::report::Case;
use link::Unfired;
use scenario::{Fault, Scenario};
use sim::LinkId;

/// One for each fault, in the order of the file.
pub fn cases(scenario: &Scenario, unfired: &[(LinkId, Unfired)]) -> Vec<Case> {
    let mut counts = vec![0; scenario.links.len()];
    let case = |fault: &Fault| {
        let link = usize::from(fault.link);
        let place = counts[link];
        counts[link] += 1;
        let unfired = unfired.iter().find(|(of, unfired)| of.0 == fault.link && unfired.place == place);
        let (verdict, message) = match unfired {
            None => (Verdict::Passed, String::new()),
            Some((_, unfired)) => (Verdict::Failed, never_happened(scenario, fault, *unfired)),
        };
        Case { name: format!("fault {} {}", scenario.links[link].name, place + 1), verdict, message }
    };
    scenario.faults.iter().map(case).collect()
}

fn never_happened(scenario: &Scenario, fault: &Fault, unfired: Unfired) -> String {
    let Unfired { frames, matched, .. } = unfired;
    let seen = match (frames, matched) {
        (0, _) => "no frame was there in its time".to_string(),
        (frames, 0) => format!("{}, and none of them is one that it looks for", were(frames)),
        (frames, matched) if frames == matched => were(frames),
        (frames, matched) => format!("{}, of which it looks for {matched}", were(frames)),
    };
    let (file, place) = (scenario.source.file(), &fault.place);
    let link = &scenario.links[usize::from(fault.link)].name;
    format!(
        "{file}:{}:{}: this fault of [link.{link}] never happened: {}\n  {seen}",
        place.line, place.column, fault.description
    )
}

fn were(frames: u64) -> String {
    match frames {
        1 => "one frame was there in its time".to_string(),
        frames => format!("{frames} frames were there in its time"),
    }
}
