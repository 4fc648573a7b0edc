// SPDX-License-Identifier: Apache-2.0 OR MIT
//! `[watchdog]`: when a run that makes no progress is given up. The only time of a scenario that is not virtual.

use super::keys;
use super::section::{Checked, Problems, Section};
use crate::{Problem, limits};
use std::time::Duration;

/// How long nothing may happen, by the host's clock.
pub(super) fn read(top: &Section<'_>, problems: &mut Problems) -> Checked<Duration> {
    const EXAMPLE: &str = "wall = \"60s\"";
    let Some(entry) = top.get("watchdog") else {
        return Ok(limits::WATCHDOG_DEFAULT);
    };
    let section = Section::open("[watchdog]", entry, keys::WATCHDOG, problems)?;
    let wall = section.need("wall", EXAMPLE, problems)?;
    let time = Duration::from_nanos(wall.time(EXAMPLE, problems)?.as_ns());
    if (limits::WATCHDOG_MIN..=limits::WATCHDOG_MAX).contains(&time) {
        return Ok(time);
    }
    let found = "a busy host may let a node wait for seconds, and a run that hangs is to be found";
    let problem = Problem::at(wall.span(), "this is no time for a watchdog").found(found);
    Err(problems
        .report(problem.expected("a time of the host, from 1s to 24h").help(format!("write {EXAMPLE}"))))
}
