// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The groups of measurements, a section of the page each.

mod grants;
mod idle;
mod links;
mod round_trip;
mod scaling;
mod scenarios;
mod workloads;

use crate::error::BenchError;
use crate::made::{self, Joined};
use crate::plan::{Case, Files, Group, What};
use crate::subject::Subject;
use ::node::Tools;
use vtime::Span;

pub(crate) const US: u64 = 1_000;
pub(crate) const MS: u64 = 1_000_000;
pub(crate) const S: u64 = 1_000_000_000;

type Make = fn(&Files, &Tools) -> Result<Group, BenchError>;

const GROUPS: [(&str, Make); 7] = [
    ("grants", grants::group),
    ("workloads", workloads::group),
    ("round_trip", round_trip::group),
    ("links", links::group),
    ("idle", idle::group),
    ("scaling", scaling::group),
    ("scenarios", scenarios::group),
];

/// The names of all groups.
pub fn names() -> impl Iterator<Item = &'static str> {
    GROUPS.iter().map(|(name, _)| *name)
}

/// The groups that `wanted` names, or all if it names none.
pub fn make(
    wanted: &[String],
    files: &Files,
    tools: &Tools,
    tell: impl Fn(&str),
) -> Result<Vec<Group>, BenchError> {
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|wanted| wanted == name);
    let chosen = GROUPS.iter().filter(|(name, _)| is_wanted(name));
    chosen
        .map(|(name, make)| {
            tell(&format!("{name}: how long is the work?"));
            make(files, tools)
        })
        .collect()
}

/// Nodes of the bench's own firmware.
fn nodes(
    files: &Files,
    count: usize,
    firmware: &str,
    joined: Joined,
    duration: Span,
) -> Result<Subject, BenchError> {
    Subject::parse(&made::text(count, firmware, joined, duration), &files.firmware)
}

/// The same for the shortest run: starting and ending it, and next to nothing between.
fn start(name: &str, subject: &Subject) -> Case {
    Case::new(format!("start and end of {name}"), What::Gated(subject.lasting(Span::from_ns(MS)), None))
}
