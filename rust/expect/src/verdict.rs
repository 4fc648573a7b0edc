// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What became of an expectation, and what came instead.

use crate::candidate::Seen;
use crate::frame::range;
use crate::watch::{SHOWN_MAX, State, Watch};
use crate::{Count, Expectations, Opens, What};
use std::fmt;

/// What became of an expectation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// It is as it should be.
    pub met: bool,
    /// What was expected, in one line.
    pub claim: String,
    /// What came, line by line; if it was not met, what came instead.
    pub told: Vec<String>,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.claim)?;
        self.told.iter().try_for_each(|line| write!(f, "\n  {line}"))
    }
}

impl Expectations {
    /// The run is over: what became of each expectation, in their order.
    pub fn finish(mut self) -> Vec<Verdict> {
        self.settle_all();
        self.watches.iter().map(|watch| self.verdict(watch)).collect()
    }

    fn verdict(&self, watch: &Watch) -> Verdict {
        let count = watch.expectation.count;
        let looked = matches!(watch.state, State::Looks(_));
        let met = looked && (count.min..=count.max).contains(&watch.times);
        // Only what was not met needs to be understood.
        let mut told = if met { Vec::new() } else { self.values(watch) };
        told.extend(self.told(watch));
        Verdict { met, claim: self.claim(&watch.expectation), told }
    }

    fn told(&self, watch: &Watch) -> Vec<String> {
        let looking = match (&watch.state, watch.expectation.opens) {
            (State::Looks(looking), _) => looking,
            (State::TooLarge, _) => return vec!["with what was captured it is too large to look for".into()],
            (_, Opens::After(other)) => {
                return vec![format!("it was not looked for: {} was not met", self.name(other))];
            }
            _ => return Vec::new(),
        };
        let Count { min, max } = watch.expectation.count;
        let shown = |seen: &Seen| self.shown(seen, self.link(watch));
        if max != u64::MAX {
            let mut told = Vec::new();
            if !(min..=max).contains(&watch.times) || watch.times > 0 {
                let expected = match (min, max) {
                    (0, 0) => "never".to_string(),
                    (min, max) => range(min, max),
                };
                let word = if watch.times == 1 { "time" } else { "times" };
                told.push(format!("it came {} {word}, expected {expected}", watch.times));
            }
            told.extend(watch.came.iter().map(|seen| format!("  {}", shown(seen))));
            if watch.times > SHOWN_MAX as u64 {
                told.push("  ...".to_string());
            }
            if watch.times < min {
                self.tell_others(watch, &mut told);
            }
            return told;
        }
        if let Some(seen) = watch.came.first().filter(|_| watch.met.is_some()) {
            return vec![format!("met at {}", shown(seen))];
        }
        if let Some(late) = &watch.late {
            return vec![format!("it came {} too late, at {}", late.at.since(looking.closes), shown(late))];
        }
        let mut told = vec![match watch.times {
            0 => "it did not come".to_string(),
            times => format!("it came {times} of {min} times"),
        }];
        told.extend(watch.came.iter().map(|seen| format!("  {}", shown(seen))));
        self.tell_others(watch, &mut told);
        told
    }

    /// The captured values that it uses.
    fn values(&self, watch: &Watch) -> Vec<String> {
        let references = watch.expectation.what.references();
        let mut told: Vec<String> = Vec::new();
        for reference in references {
            if let Some(value) = reference.value(&self.captured) {
                let line = format!("{{{}}} is {}", reference.shown, value.shown());
                if !told.contains(&line) {
                    told.push(line);
                }
            }
        }
        told
    }

    /// What came that is like it, and what came near when it should have.
    fn tell_others(&self, watch: &Watch, told: &mut Vec<String>) {
        let State::Looks(looking) = &watch.state else { return };
        let line = |seen: &Seen| format!("  {}", self.shown(seen, self.link(watch)));
        if let Some((_, nearest)) = &watch.nearest {
            told.push("most like it:".to_string());
            told.push(line(nearest));
            let differences = looking.matcher.differences(nearest, &|port| self.port_name(port));
            told.extend(differences.into_iter().map(|difference| format!("    {difference}")));
        }
        let at_end: Vec<&Seen> = self.sources[watch.source].recent.iter().collect();
        let around = watch.around.as_ref().map_or(at_end, |around| around.iter().collect());
        if around.is_empty() {
            let from = match &watch.expectation.what {
                What::Line { port, .. } => self.port_name(*port),
                What::Frame(_) => self.link(watch).to_string(),
            };
            told.push(format!("nothing came from {from}"));
            return;
        }
        told.push(format!("near the end of its time, {}:", looking.closes));
        told.extend(around.into_iter().map(line));
    }

    /// The name of the link, if it is about one.
    fn link(&self, watch: &Watch) -> &str {
        match &watch.expectation.what {
            What::Line { .. } => "",
            What::Frame(frame) => self.topology.links.get(usize::from(frame.link.0)).map_or("?", |link| link),
        }
    }
}
