// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Whether a frame is what is expected, and what of it is not.

use crate::bytes::Masked;
use crate::candidate::Seen;
use crate::fit::Fit;
use crate::template::{Value, Values};
use crate::{Capture, Captured, Contents, FramePattern, Port, Signals};
use can::Id;
use link::What;

/// A [`FramePattern`] with all values in it.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    from: Option<Port>,
    to: Option<Port>,
    outcome: What,
    contents: Known,
    captures: Vec<Capture>,
}

#[derive(Clone, Debug)]
enum Known {
    Bytes {
        length: Option<(u64, u64)>,
        parts: Vec<(usize, Masked)>,
    },
    Can {
        id: Option<Id>,
        fd: Option<bool>,
        remote: Option<bool>,
        data: Option<Masked>,
        signals: Option<Signals>,
    },
}

/// Differences that are told of one frame.
const TOLD_MAX: usize = 6;

/// How much a difference weighs beside one of a byte.
const WEIGHT: u32 = 8;

/// What was looked at, and what of it is as it should be.
#[derive(Default)]
struct Tally {
    all: u32,
    good: u32,
}

impl Tally {
    fn add(&mut self, weight: u32, good: bool) {
        self.all += weight;
        self.good += if good { weight } else { 0 };
    }

    /// A byte that is not there is a wrong one.
    fn bytes(&mut self, expected: &Masked, found: &[u8]) {
        self.all += expected.len() as u32;
        self.good += expected.alike(found) as u32;
    }
}

impl Frame {
    pub(crate) fn new(pattern: &FramePattern, values: &Values) -> Option<Frame> {
        let contents = match &pattern.contents {
            Contents::Bytes { length, parts } => {
                let part = |(at, bytes): &(usize, crate::BytePattern)| Some((*at, bytes.resolve(values)?));
                Known::Bytes { length: *length, parts: parts.iter().map(part).collect::<Option<_>>()? }
            }
            Contents::Can { id, fd, remote, data, signals } => {
                let data = match data {
                    Some(data) => Some(data.resolve(values)?),
                    None => None,
                };
                Known::Can { id: *id, fd: *fd, remote: *remote, data, signals: signals.clone() }
            }
        };
        let &FramePattern { from, to, outcome, .. } = pattern;
        Some(Frame { from, to, outcome, contents, captures: pattern.captures.clone() })
    }

    pub(crate) fn fit(&self, seen: &Seen, floor: f32) -> Fit {
        let mut tally = Tally::default();
        tally.add(WEIGHT, seen.what == self.outcome);
        tally.add(
            if self.from.is_some() { WEIGHT } else { 0 },
            self.from.is_none_or(|from| seen.from == Some(from)),
        );
        tally.add(if self.to.is_some() { WEIGHT } else { 0 }, self.to.is_none_or(|to| seen.to == Some(to)));
        match &self.contents {
            Known::Bytes { length, parts } => {
                let Some(bytes) = seen.content() else { return Fit::Not };
                if let Some((min, max)) = length {
                    tally.add(WEIGHT, (*min..=*max).contains(&(bytes.len() as u64)));
                }
                for (at, part) in parts {
                    tally.bytes(part, bytes.get(*at..).unwrap_or_default());
                }
            }
            Known::Can { id, fd, remote, data, signals } => {
                let Some(frame) = seen.can() else { return Fit::Not };
                if let Some(id) = id {
                    tally.add(2 * WEIGHT, frame.id() == *id);
                }
                for (expected, found) in
                    [(fd, frame.kind().is_fd()), (remote, frame.kind() == can::Kind::Remote)]
                {
                    if let Some(expected) = expected {
                        tally.add(WEIGHT, found == *expected);
                    }
                }
                if let Some(data) = data {
                    tally.bytes(data, frame.data());
                    tally.add(1, data.is_all_of(frame.data()));
                }
                if let Some(signals) = signals {
                    signals.fits(frame.data()).for_each(|fits| tally.add(WEIGHT, fits));
                }
            }
        }
        for capture in &self.captures {
            tally.add(1, self.captured(capture, seen).is_some());
        }
        if tally.all == tally.good {
            return Fit::Times(1);
        }
        // What is like it in nothing but that it went through is not like it.
        let like = tally.good.saturating_sub(WEIGHT) as f32 / tally.all as f32;
        if like > floor { Fit::Like(like) } else { Fit::Not }
    }

    pub(crate) fn capture(&self, seen: &Seen) -> Vec<Value> {
        self.captures.iter().map(|capture| self.captured(capture, seen).unwrap_or_default()).collect()
    }

    fn captured(&self, capture: &Capture, seen: &Seen) -> Option<Value> {
        let bytes = |bytes: &[u8]| Value { bytes: bytes.to_vec(), is_text: false };
        match (&capture.of, &self.contents) {
            (Captured::Bytes { at, length }, Known::Bytes { .. }) => {
                seen.content()?.get(*at..at + length).map(bytes)
            }
            (Captured::Bytes { at, length }, Known::Can { .. }) => {
                seen.can()?.data().get(*at..at + length).map(bytes)
            }
            (Captured::Signal(name), Known::Can { signals, .. }) => {
                let value = signals.as_ref()?.value(name, seen.can()?.data())?;
                Some(Value { bytes: value.to_string().into_bytes(), is_text: true })
            }
            (Captured::Signal(_), Known::Bytes { .. }) => None,
        }
    }

    /// What is not as it should be: `data[3]: 04, expected 05`.
    pub(crate) fn differences(&self, seen: &Seen, name: &dyn Fn(Port) -> String) -> Vec<String> {
        let mut told = Vec::new();
        let port = |port: Option<Port>, nobody: &str| port.map_or(nobody.to_string(), name);
        if seen.what != self.outcome {
            told.push(format!("it is {}, expected {}", outcome(seen.what), outcome(self.outcome)));
        }
        if let Some(from) = self.from.filter(|from| seen.from != Some(*from)) {
            told.push(format!("from: {}, expected {}", port(seen.from, "the link itself"), name(from)));
        }
        if let Some(to) = self.to.filter(|to| seen.to != Some(*to)) {
            told.push(format!("to: {}, expected {}", port(seen.to, "not one port alone"), name(to)));
        }
        match &self.contents {
            Known::Bytes { length, parts } => {
                let bytes = seen.content().unwrap_or_default();
                let found = bytes.len() as u64;
                if let Some((min, max)) = length.filter(|(min, max)| !(*min..=*max).contains(&found)) {
                    told.push(format!("length: {found}, expected {}", range(min, max)));
                }
                for (at, part) in parts {
                    byte_differences("byte", *at, part, bytes.get(*at..).unwrap_or_default(), &mut told);
                }
            }
            Known::Can { id, fd, remote, data, signals } => {
                let Some(frame) = seen.can() else { return told };
                if let Some(id) = id.filter(|id| frame.id() != *id) {
                    told.push(format!("id: {}, expected {id}", frame.id()));
                }
                let kind = |is: bool, what: &str| if is { format!("a {what}") } else { format!("no {what}") };
                for (expected, found, what) in [
                    (fd, frame.kind().is_fd(), "frame of CAN FD"),
                    (remote, frame.kind() == can::Kind::Remote, "remote frame"),
                ] {
                    if let Some(expected) = expected.filter(|expected| *expected != found) {
                        told.push(format!("it is {}, expected {}", kind(found, what), kind(expected, what)));
                    }
                }
                if let Some(data) = data {
                    byte_differences("data", 0, data, frame.data(), &mut told);
                    if told.is_empty() && !data.is_all_of(frame.data()) {
                        told.push(format!("length: {}, expected {}", frame.data().len(), data.len()));
                    }
                }
                if let Some(signals) = signals.as_ref().filter(|signals| signals.message.id() == frame.id()) {
                    told.extend(signals.differences(frame.data()));
                }
            }
        }
        for capture in &self.captures {
            if self.captured(capture, seen).is_none() {
                told.push(match &capture.of {
                    Captured::Bytes { at, length } => {
                        format!("too short for \"{}\": {length} bytes at {at}", capture.name)
                    }
                    Captured::Signal(signal) => format!("{signal}: not in this frame"),
                });
            }
        }
        if told.len() > TOLD_MAX {
            let more = told.len() - TOLD_MAX;
            told.truncate(TOLD_MAX);
            told.push(format!("and {more} more"));
        }
        told
    }
}

fn byte_differences(what: &str, at: usize, expected: &Masked, found: &[u8], told: &mut Vec<String>) {
    for (place, byte, expected) in expected.differences(found) {
        told.push(format!("{what} {}: {byte:02x}, expected {expected}", at + place));
    }
    if found.len() < expected.len() {
        told.push(format!("it ends before {what} {}", at + found.len()));
    }
}

/// `60`, `3 to 5`, `at least 3`.
pub(crate) fn range(min: u64, max: u64) -> String {
    match (min, max) {
        (min, max) if min == max => min.to_string(),
        (0, max) => format!("at most {max}"),
        (min, u64::MAX) => format!("at least {min}"),
        (min, max) => format!("{min} to {max}"),
    }
}

/// What became of a frame, in a word.
pub(crate) fn outcome(what: What) -> &'static str {
    match what {
        What::Sent => "sent",
        What::Lost => "lost",
        What::Failed => "failed",
        What::Struck { .. } => "struck",
    }
}
