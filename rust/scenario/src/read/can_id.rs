// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Identifiers of CAN.

use super::section::{Checked, Entry, Problems, Section};
use crate::Problem;
use can::Id;

/// What [`of`] reads, if it is there.
pub(crate) fn read(section: &Section<'_>, problems: &mut Problems) -> Checked<Option<Id>> {
    match (section.get("id"), section.get("extended")) {
        (Some(entry), _) => of(&entry, section, problems).map(Some),
        (None, None) => Ok(None),
        (None, Some(entry)) => {
            let problem = Problem::at(entry.span(), "\"extended\" says how long the \"id\" is");
            let problem = problem.found("there is no \"id\"").help("add id = 0x123");
            Err(problems.report(problem))
        }
    }
}

/// `id = 0x123`: of 29 bits if it is too large for 11, or with `extended = true`.
pub(crate) fn of(entry: &Entry<'_>, section: &Section<'_>, problems: &mut Problems) -> Checked<Id> {
    let extended =
        section.get("extended").map(|entry| entry.boolean("extended = true", problems)).transpose();
    let id = entry.integer(0..=Id::EXTENDED_MAX.into(), "id = 0x123", problems)? as u32;
    let is_extended = extended?.unwrap_or(id > Id::STANDARD_MAX);
    let made = if is_extended { Id::extended(id) } else { Id::standard(id) };
    made.map_err(|error| {
        let problem = Problem::at(entry.span(), "there is no such identifier").found(error.to_string());
        problems.report(problem.help("remove extended = false: it has 29 bits"))
    })
}
