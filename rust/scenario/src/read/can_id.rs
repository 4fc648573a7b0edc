// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Identifiers of CAN.

use super::section::{Checked, Problems, Section};
use crate::Problem;
use can::Id;

/// `id = 0x123`, with `extended = true` for 29 bits.
pub(crate) fn read(section: &Section<'_>, problems: &mut Problems) -> Checked<Option<Id>> {
    let extended = section.get("extended").map(|entry| (entry.boolean("extended = true", problems), entry));
    let Some(entry) = section.get("id") else {
        return match extended {
            None => Ok(None),
            Some((_, entry)) => {
                let problem = Problem::at(entry.span(), "\"extended\" says how long the \"id\" is");
                let problem = problem.found("there is no \"id\"").help("add id = 0x123");
                Err(problems.report(problem))
            }
        };
    };
    let is_extended = extended.map_or(Ok(false), |(extended, _)| extended)?;
    let id = entry.integer(0..=u64::from(u32::MAX), "id = 0x123", problems)?;
    let made = if is_extended { Id::extended(id as u32) } else { Id::standard(id as u32) };
    made.map(Some).map_err(|error| {
        let problem = Problem::at(entry.span(), "there is no such identifier").found(error.to_string());
        problems.report(match is_extended {
            false if id <= u64::from(Id::EXTENDED_MAX) => problem.help("add extended = true"),
            _ => problem,
        })
    })
}
