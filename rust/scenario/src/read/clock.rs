// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Of a `[node.NAME]`: when it is switched on first, and how far its crystal is off.

use super::section::{Checked, Entry, Problems, Section};
use crate::Problem;
use vtime::{Crystal, Span};

/// What a node says of its time.
pub(super) struct Clock {
    /// When it is switched on first.
    pub(super) start: Span,
    /// What its time runs by.
    pub(super) crystal: Crystal,
}

/// `duration` is the run's, when it could be read.
pub(super) fn read(section: &Section<'_>, duration: Option<Span>, problems: &mut Problems) -> Checked<Clock> {
    let start = match section.get("start") {
        Some(entry) => read_start(&entry, duration, problems),
        None => Ok(Span::ZERO),
    };
    let mut ppb = |key, most, example| match section.get(key) {
        Some(entry) => read_ppm(&entry, most, example, problems),
        None => Ok(0),
    };
    let error = ppb("clock_ppm", Crystal::ERROR_MAX_PPB, "clock_ppm = -20.5");
    let drift = ppb("drift_ppm_per_s", Crystal::DRIFT_MAX_PPB_PER_S, "drift_ppm_per_s = 0.125");
    let crystal = Crystal::new(error?, drift?);
    if let (Some(entry), Some(duration)) = (section.get("drift_ppm_per_s"), duration)
        && crystal.drifts_for() < duration
    {
        let most = ppm(Crystal::ERROR_MAX_PPB);
        let problem = Problem::at(entry.span(), "the clock drifts too far");
        let problem =
            problem.found(format!("after {} it is off by more than {most} ppm", crystal.drifts_for()));
        let problem = problem.expected("a drift that the clock keeps up until the run ends");
        return Err(problems.report(problem.help("lower \"drift_ppm_per_s\" or shorten \"duration\"")));
    }
    Ok(Clock { start: start?, crystal })
}

/// A number of parts per million, as it is written: no digit more than needed.
pub(crate) fn ppm(ppb: i32) -> String {
    let text = format!(
        "{}{}.{:03}",
        if ppb < 0 { "-" } else { "" },
        ppb.unsigned_abs() / 1_000,
        ppb.unsigned_abs() % 1_000
    );
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

fn read_start(entry: &Entry<'_>, duration: Option<Span>, problems: &mut Problems) -> Checked<Span> {
    let start = entry.time("start = \"5ms\"", problems)?;
    match duration.filter(|duration| start >= *duration) {
        None => Ok(start),
        Some(duration) => {
            let problem = Problem::at(entry.span(), "the node starts after the end of the run");
            let problem = problem.found(format!("the run lasts {duration}"));
            let problem = problem.expected(format!("a time before \"{duration}\""));
            Err(problems.report(problem.help("lengthen \"duration\", or start the node earlier")))
        }
    }
}

/// A decimal number of parts per million, read exactly: no floating point.
fn read_ppm(entry: &Entry<'_>, most_ppb: i32, example: &str, problems: &mut Problems) -> Checked<i32> {
    let text = entry.decimal(example, problems)?;
    let problem = Problem::at(entry.span(), format!("\"{}\" is out of range", entry.key()));
    let problem = match ppb(&text) {
        Some(ppb) if ppb.abs() <= i64::from(most_ppb) => return Ok(ppb as i32),
        Some(_) => problem.found(format!("this is {text}")),
        None => problem
            .found(format!("{text} is no plain decimal number with at most three digits after its point")),
    };
    let most = ppm(most_ppb);
    Err(problems.report(problem.expected(format!("parts per million from -{most} to {most}: {example}"))))
}

/// Parts per billion from the text of parts per million.
fn ppb(text: &str) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix(['-', '+']) {
        Some(digits) if text.starts_with('-') => (-1, digits),
        Some(digits) => (1, digits),
        None => (1, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let number = |part: &str| -> Option<i64> {
        let plain = !part.is_empty() && part.len() <= 12 && part.bytes().all(|byte| byte.is_ascii_digit());
        if plain { part.parse().ok() } else { None }
    };
    if fraction.len() > 3 {
        return None;
    }
    let scale = 10_i64.pow(3 - fraction.len() as u32);
    Some(sign * (number(whole)? * 1_000 + number(fraction)? * scale))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<i64>) {
        assert_eq!(super::ppb(text), expected, "{text:?}");
    }

    #[test]
    fn reads_decimals_exactly() {
        check("12.5", Some(12_500));
        check("-20", Some(-20_000));
        check("+0.001", Some(1));
        check("-0.1", Some(-100));
        check("1.0005", None);
        check("1e3", None);
        check("nan", None);
        check(".5", None);
        check("5.", None);
        check("--1", None);
        check("1.-5", None);
        check("9999999999999999999", None);
    }

    #[test]
    fn writes_what_it_reads() {
        for text in ["0", "12.5", "-20", "-0.001", "100000"] {
            assert_eq!(ppm(super::ppb(text).unwrap() as i32), text);
        }
    }
}
