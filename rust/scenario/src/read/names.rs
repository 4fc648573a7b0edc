// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The names that authors give to nodes and links. They stand in traces and on command lines, so they are
//! plain.

use super::quote;
use super::section::Problems;
use crate::{Problem, limits};
use std::ops::Range;

/// Reports `name` when it is no name for a `what`.
pub(crate) fn check(what: &str, name: &str, span: Range<usize>, problems: &mut Problems) {
    let article = if what.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let starts = name.starts_with(|c: char| c.is_ascii_lowercase());
    let found = match name.chars().find(|c| !plain(*c)) {
        _ if name.is_empty() => "it is empty".to_string(),
        Some(c) => format!("it has a '{}'", c.escape_debug()),
        None if !starts => "it does not start with a letter".to_string(),
        None if name.len() > limits::NAME_CHARS_MAX => format!("it has {} characters", name.len()),
        None => return,
    };
    let problem = Problem::at(span, format!("{} is no name for {article} {what}", quote(name))).found(found);
    let rule = "a small letter, then small letters, digits and \"_\"";
    problems.report(problem.expected(format!("{rule}; at most {} characters", limits::NAME_CHARS_MAX)));
}
