// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Whether what came is what is expected, once all that was captured is known.

use crate::bytes::Masked;
use crate::candidate::{Seen, without_end};
use crate::frame::Frame;
use crate::nearest::similarity;
use crate::template::{Value, Values};
use crate::{LinePattern, What};
use regex::bytes::Regex;

/// What is expected, with all values in it.
#[derive(Clone, Debug)]
pub(crate) enum Matcher {
    Line(Vec<u8>),
    Contains(Vec<u8>),
    Matches {
        regex: Regex,
        source: String,
        captures: Vec<String>,
    },
    /// What is compared with what is not it, and the end of what came before, in which it may have begun.
    Bytes {
        bytes: Masked,
        shown: Vec<u8>,
        tail: Vec<u8>,
    },
    Frame(Frame),
}

/// How well something fits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fit {
    /// It is it, so many times.
    Times(u64),
    /// It is not: how alike it is, if more than what was asked for. Up to 1.
    Like(f32),
    /// It is not, nor like it.
    Not,
}

impl Matcher {
    /// `None` if something was not captured.
    pub(crate) fn new(what: &What, values: &Values) -> Option<Matcher> {
        let pattern = match what {
            What::Line { pattern, .. } => pattern,
            What::Frame(frame) => return Frame::new(frame, values).map(Matcher::Frame),
        };
        Some(match pattern {
            LinePattern::Line(text) => Matcher::Line(text.resolve(values)?),
            LinePattern::Contains(text) => Matcher::Contains(text.resolve(values)?),
            LinePattern::Matches(regular) => Matcher::Matches {
                regex: regular.resolve(values)?,
                source: regular.to_string(),
                captures: regular.captures().to_vec(),
            },
            LinePattern::Bytes(bytes) => {
                let bytes = bytes.resolve(values)?;
                Matcher::Bytes { shown: bytes.values(), bytes, tail: Vec::new() }
            }
        })
    }

    /// How `seen` fits; likeness counts above `floor` only.
    pub(crate) fn fit(&mut self, seen: &Seen, floor: f32) -> Fit {
        let text = without_end(&seen.bytes);
        let (is_it, expected) = match self {
            Matcher::Frame(frame) => return frame.fit(seen, floor),
            Matcher::Bytes { bytes, shown, tail } => {
                tail.extend_from_slice(&seen.bytes);
                let times = take_all(bytes, tail);
                if times > 0 {
                    return Fit::Times(times);
                }
                return like(&seen.bytes, shown, floor);
            }
            Matcher::Line(line) => (line == text, &line[..]),
            Matcher::Contains(part) => {
                let found = part.is_empty() || text.windows(part.len()).any(|window| window == part);
                (found, &part[..])
            }
            Matcher::Matches { regex, source, .. } => (regex.is_match(text), source.as_bytes()),
        };
        if is_it { Fit::Times(1) } else { like(text, expected, floor) }
    }

    /// What is captured of something that fits.
    pub(crate) fn capture(&self, seen: &Seen) -> Vec<Value> {
        match self {
            Matcher::Matches { regex, captures, .. } => {
                let found = regex.captures(without_end(&seen.bytes));
                let value = |name: &String| {
                    let group = found.as_ref().and_then(|found| found.name(name));
                    Value {
                        bytes: group.map_or(Vec::new(), |group| group.as_bytes().to_vec()),
                        is_text: true,
                    }
                };
                captures.iter().map(value).collect()
            }
            Matcher::Frame(frame) => frame.capture(seen),
            _ => Vec::new(),
        }
    }

    /// What differs, in words; nothing if that is plain to see.
    pub(crate) fn differences(&self, seen: &Seen, name: &dyn Fn(crate::Port) -> String) -> Vec<String> {
        match self {
            Matcher::Frame(frame) => frame.differences(seen, name),
            _ => Vec::new(),
        }
    }
}

fn like(text: &[u8], expected: &[u8], floor: f32) -> Fit {
    similarity(text, expected, floor).map_or(Fit::Not, Fit::Like)
}

/// How often `bytes` are in `tail`, one behind the other; leaves in it what may be the start of the next ones.
fn take_all(bytes: &Masked, tail: &mut Vec<u8>) -> u64 {
    let (mut times, mut start) = (0, 0);
    while start + bytes.len() <= tail.len() {
        if bytes.is_at_start_of(&tail[start..]) {
            times += 1;
            start += bytes.len().max(1);
        } else {
            start += 1;
        }
    }
    tail.drain(..start.min(tail.len()));
    times
}
