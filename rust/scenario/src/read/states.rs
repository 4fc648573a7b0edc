// SPDX-License-Identifier: Apache-2.0 OR MIT
//! `[trace]`: how often the nodes' states go into the digests of the trace.

use super::keys;
use super::section::{Checked, Problems, Section};
use crate::{Problem, limits};
use vtime::Span;

/// How many states a run has when the scenario does not say: few enough to cost next to nothing, whatever its length.
const STATES: u64 = 10;

/// The time from one state to the next; `None` for "off".
pub(super) fn read(
    top: &Section<'_>,
    duration: Option<Span>,
    problems: &mut Problems,
) -> Checked<Option<Span>> {
    let usual = duration.map(|duration| Span::from_ns(duration.as_ns().div_ceil(STATES)));
    let Some(entry) = top.get("trace") else { return Ok(usual) };
    let section = Section::open("[trace]", entry, keys::TRACE, problems)?;
    let Some(entry) = section.get("state_every") else { return Ok(usual) };
    let example = "state_every = \"1ms\", or \"off\"";
    if entry.string(example, problems)?.text == "off" {
        return Ok(None);
    }
    let every = entry.time(example, problems)?;
    let states = duration.map(|duration| duration.as_ns() / every.as_ns().max(1));
    if every.is_zero() || states.is_some_and(|states| states > limits::STATES_MAX) {
        let expected = format!("a time, of which the run has {} at most", limits::STATES_MAX);
        let problem = Problem::at(entry.span(), "the nodes would have to tell their states too often");
        return Err(problems.report(problem.found(format!("a state every {every}")).expected(expected)));
    }
    Ok(Some(every))
}
